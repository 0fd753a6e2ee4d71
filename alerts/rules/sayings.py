"""The words in which a rule is explained, in Chinese and English: a row for each kind of node."""

from dataclasses import dataclass
from typing import TypeAlias

from alerts.rules.errors import Language
from alerts.rules.fields import FIELDS

Saying: TypeAlias = tuple[str, str]
"""What is said of a part that must hold, and of one that must not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """How a language says each kind of part, and joins them."""

    sentence: str
    all_of: Saying  # between clauses that must all hold, and before the last
    any_of: Saying
    bracket: str
    other_than: str  # a clause that must not hold as a whole
    each: Saying  # between words of one clause that must all be there, and before the last
    some: Saying
    neither: Saying  # between words of which none may be there
    none: str
    word: str
    whole: str
    group: str
    prefix: str
    pattern: str
    counted: str
    near: str
    before: str
    has: Saying
    fields: dict[str, str]
    place: Saying
    states: dict[str, Saying]
    havings: dict[str, Saying]
    days: dict[str, Saying]
    spans: dict[str, str]


ZH = Sayings(
    sentence="找出这样的通知：{clause}。",
    all_of=("，", "，且"),
    any_of=("，或", "，或"),
    bracket="（{clause}）",
    other_than="不是这样的：{clause}",
    each=("、", "和"),
    some=("、", "或"),
    neither=("、", "和"),
    none="{where}{words}都没有",
    word="“{word}”",
    whole="单独成词的{word}",
    group="{word}或它的同义词",
    prefix="以{word}开头的词",
    pattern="符合 {word} 的文字",
    counted=" {count} 处以上的{word}",
    near="相距不超过 {distance} 个字的{left}和{right}",
    before="{left}及其后 {distance} 个字之内的{right}",
    has=("{where}有{words}", "{where}没有{words}"),
    fields={"": "", **{name: f"{field.label}里" for name, field in FIELDS.items()}},
    place=("地区属于{words}", "地区不属于{words}"),
    states={"revised": ("已修订", "未修订"), "withdrawn": ("已撤回", "未撤回")},
    havings={"attachment": ("有附件", "没有附件"), "deadline": ("有截止日期", "没有截止日期")},
    days={name: (f"{FIELDS[name].label}", f"{FIELDS[name].label}不") for name in ("published", "deadline", "seen")},
    spans={
        "day": "在 {first} 当天",
        "span": "在 {first} 至 {last} 之间",
        "from": "在 {first} 或以后",
        "until": "在 {last} 或以前",
        "within": "在 {first} 之内",
        "today": "在今天",
        "ahead": "在今天起的 {count} 天之内",
        "ago": "在最近 {count} 天之内",
        "later": "在 {count} 天或更久以后",
        "earlier": "在 {count} 天或更久以前",
        "day ahead": "在 {count} 天后",
        "day ago": "在 {count} 天前",
    },
)
EN = Sayings(
    sentence="Finds every notice that {clause}.",
    all_of=(", ", ", and "),
    any_of=(", or ", ", or "),
    bracket="({clause})",
    other_than="is none that {clause}",
    each=(", ", " and "),
    some=(", ", " or "),
    neither=(", ", " or "),
    none="does not have {words}{where}",
    word="“{word}”",
    whole="{word} as a word of its own",
    group="{word} or a synonym",
    prefix="a word that begins with {word}",
    pattern="text that fits {word}",
    counted="{word} at least {count} times",
    near="{left} and {right} at most {distance} characters apart",
    before="{left} and within {distance} characters after it {right}",
    has=("has {words}{where}", "does not have {words}{where}"),
    fields={"": "", "docnum": " in its document number", "section": " in the name of its column"}
    | {name: f" in its {name}" for name in ("title", "body", "source", "agency", "kind")}
    | {"attachment": " in an attachment"},
    place=("lies in {words}", "does not lie in {words}"),
    states={
        "revised": ("was revised", "was not revised"),
        "withdrawn": ("was withdrawn", "was not withdrawn"),
    },
    havings={
        "attachment": ("has an attachment", "has no attachment"),
        "deadline": ("has a deadline", "has no deadline"),
    },
    days={
        "published": ("was published ", "was not published "),
        "deadline": ("has a deadline ", "has no deadline "),
        "seen": ("was first seen ", "was not first seen "),
    },
    spans={
        "day": "on {first}",
        "span": "from {first} to {last}",
        "from": "on or after {first}",
        "until": "on or before {last}",
        "within": "in {first}",
        "today": "today",
        "ahead": "within {count} days from today",
        "ago": "within the last {count} days",
        "later": "{count} days from today or later",
        "earlier": "{count} days ago or earlier",
        "day ahead": "{count} days from today",
        "day ago": "{count} days ago",
    },
)
SAYINGS: dict[Language, Sayings] = {"zh": ZH, "en": EN}
