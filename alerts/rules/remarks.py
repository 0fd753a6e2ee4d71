"""What is said beside a part of a rule that a notice does not meet: one row a remark, in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from alerts.rules.errors import Language
from alerts.rules.fields import FIELDS

REMARKS: Mapping[str, tuple[str, str]] = {
    "absent": ("没有出现", "it does not occur"),
    "closest": ("没有出现；最接近的是“{closest}”", "it does not occur; closest to it is “{closest}”"),
    "elsewhere": ("不在{field}，只在{where}", "not in {field}, only in {where}"),
    "inside": ("只作为更长的词或数的一部分出现", "its characters stand only inside a longer word or number"),
    "fewer": ("出现 {count} 次，规则要 {wanted} 次", "it occurs {count} times, the rule wants {wanted}"),
    "fact": ("通知的{field}是“{value}”", "the {field} of the notice is “{value}”"),
    "no_fact": ("通知没有写明{field}", "the notice states no {field}"),
    "not_revised": ("通知没有修订过", "the notice was not revised"),
    "not_withdrawn": ("通知没有撤回", "the notice was not withdrawn"),
    "not_attachment": ("通知没有附件", "the notice has no attachment"),
    "not_deadline": ("通知没有截止日期", "the notice names no deadline"),
    "days": ("通知的{field}是 {value}", "the {field} of the notice is {value}"),
    "passed": ("{field}已过：{value}", "the {field} has passed: {value}"),
    "excluded": ("要排除的内容在这里", "what is to be excluded stands here"),
    "apart": (
        "最近处相隔 {gap} 个字，最多 {most} 个",
        "at the closest {gap} characters apart, at most {most} are allowed",
    ),
    "order": ("两边靠近，但顺序相反", "the sides are near each other, but in the other order"),
    "fields": ("两边不在同一处：{left}、{right}", "the sides stand in different places: {left}, {right}"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A row of REMARKS with its words; names of fields among them are said in the reader's language."""

    name: str
    words: Mapping[str, object] = field(default_factory=dict)

    def said(self, language: Language) -> str:
        """Return the remark in a language."""
        chinese, english = REMARKS[self.name]
        words = {key: _label(word, language) for key, word in self.words.items()}
        return (chinese if language == "zh" else english).format(**words)


def _label(word: object, language: Language) -> object:
    return FIELDS[word].label if language == "zh" and isinstance(word, str) and word in FIELDS else word
