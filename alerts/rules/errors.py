"""Why a rule is refused: every fault is one row, with what to write instead, in Chinese and English."""

from dataclasses import dataclass
from typing import Any, Literal

from alerts.rules.caret import pointed

Language = Literal["zh", "en"]


class RuleError(Exception):
    """A rule is refused. `position` counts characters from 0; `message` and `advice` are Chinese, `said` knows English.

    RuleError
    ├── RuleSyntaxError         it cannot be read: a bracket, a quote, an operator without a term
    ├── UnknownNameError        a field, a region, a state or a synonym that nobody knows
    └── RuleRefusedError        it can be read and is still refused: only excludes, too long, NOT inside NEAR
    """

    def __init__(self, fault: str, position: int) -> None:
        self.fault = fault
        self.position = position
        self.rule = ""
        self.words: dict[str, object] = {}
        super().__init__(fault, position)

    @property
    def message(self) -> str:
        """What is wrong, in Chinese."""
        return self.said("zh")[0]

    @property
    def advice(self) -> str:
        """What to write instead, in Chinese."""
        return self.said("zh")[1]

    def said(self, language: Language = "zh") -> tuple[str, str]:
        """Return message and advice in a language."""
        message, advice = getattr(FAULTS[self.fault], language)
        return message.format(**self.words), advice.format(**self.words)

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        """Return what --json prints."""
        message, advice = self.said(language)
        return {"position": self.position, "message": message, "advice": advice}

    def pointed(self) -> str:
        """Return the rule and, on the next line, a caret under the character at fault; a long rule is cut."""
        return pointed(self.rule, self.position)

    def __str__(self) -> str:
        return f"第 {self.position + 1} 个字符：{self.message}{self.advice}"


class RuleSyntaxError(RuleError):
    """It cannot be read."""


class UnknownNameError(RuleError):
    """A field, a region, a state or a synonym that nobody knows."""


class RuleRefusedError(RuleError):
    """It can be read and is still refused."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to be wrong: (message, advice) in each language."""

    kind: type[RuleError]
    zh: tuple[str, str]
    en: tuple[str, str]


FAULTS: dict[str, Fault] = {
    "empty": Fault(
        RuleSyntaxError,
        ("规则是空的。", "请写至少一个词，例如：补贴 购置税"),
        ("The rule is empty.", "Write at least one term, such as: 补贴 购置税"),
    ),
    "open_bracket": Fault(
        RuleSyntaxError,
        ("这个括号没有关上。", "请在该组的末尾补上“)”。"),
        ("This bracket is never closed.", "Add ) where the group ends."),
    ),
    "stray_bracket": Fault(
        RuleSyntaxError,
        ("这个右括号没有对应的左括号。", "请删去它，或在该组的开头补上“(”。"),
        ("This bracket closes nothing.", "Remove it, or add ( where the group begins."),
    ),
    "empty_bracket": Fault(
        RuleSyntaxError,
        ("括号里什么也没有。", "请在括号里写上词，或删去括号。"),
        ("There is nothing inside the brackets.", "Write a term inside, or remove the brackets."),
    ),
    "open_quote": Fault(
        RuleSyntaxError,
        ("这个引号没有关上。", "请在短语的末尾补上引号。"),
        ("This quote is never closed.", "Add a quote where the phrase ends."),
    ),
    "missing_term": Fault(
        RuleSyntaxError,
        ("运算符“{operator}”旁边缺少一个词。", '请在它的两边都写上词；要找这几个字符本身，请加引号："{operator}"'),
        (
            "The operator {operator} lacks a term beside it.",
            'Write a term on each side; to find the characters themselves, quote them: "{operator}"',
        ),
    ),
    "missing_word": Fault(
        RuleSyntaxError,
        (
            "“{found}”后面缺少一个词。",
            '请紧接着它写上词，例如：{found}新能源汽车；要找这个字符本身，请加引号："{found}"',
        ),
        (
            "There is no term after {found}.",
            'Write one right after it, such as {found}新能源汽车; to find the character itself, quote it: "{found}"',
        ),
    ),
    "missing_value": Fault(
        RuleSyntaxError,
        ("“{field}:”后面缺少内容。", "请在冒号后写上词，例如：{field}:管理办法"),
        ("There is nothing after {field}:.", "Write a term after the colon, such as {field}:管理办法"),
    ),
    "stray": Fault(
        RuleSyntaxError,
        ("这里不能有“{found}”。", "要找这个字符本身，请把它和前后的字一起放进引号。"),
        ("{found} cannot stand here.", "To find the character itself, put it and its neighbours in quotes."),
    ),
    "bang": Fault(
        RuleSyntaxError,
        ("“!”不是排除的写法。", "要排除一个词，请在它前面写减号，例如：补贴 -二手车"),
        ("! does not exclude.", "To exclude a term, write a minus before it, such as: 补贴 -二手车"),
    ),
    "star": Fault(
        RuleSyntaxError,
        ("“*”只能紧跟在字母或数字词的末尾。", "请写成 auto* 这样；要找星号本身，请加引号。"),
        ("* may only end a Latin term.", "Write it as in auto*; to find an asterisk itself, quote it."),
    ),
    "chinese_prefix": Fault(
        RuleRefusedError,
        ("中文词不需要“*”：它在任何位置都会被找到。", "请写成：{term}"),
        ("A Chinese term needs no *: it is found anywhere in the text already.", "Write: {term}"),
    ),
    "count_place": Fault(
        RuleSyntaxError,
        ("次数只能跟在一个词或短语后面。", "请写成 补贴{{3}} 这样：大括号里是一个数。"),
        ("A count may only follow a term or a phrase.", "Write it as in 补贴{{3}}: one number in braces."),
    ),
    "count_zero": Fault(
        RuleRefusedError,
        ("次数至少是 1。", "要排除这个词，请在它前面写减号。"),
        ("A count is 1 or more.", "To exclude the term, write a minus before it."),
    ),
    "vanishing": Fault(
        RuleRefusedError,
        ("这里没有可以查找的字符。", "请写上要找的词。"),
        ("There is no character to look for here.", "Write the term to look for."),
    ),
    "field": Fault(
        UnknownNameError,
        ("没有名为“{field}”的字段。", "{nearest}冒号若是文字的一部分，请加引号。"),
        ("No field is called {field}.", "{nearest_en}If the colon belongs to the text, quote it."),
    ),
    "region": Fault(
        UnknownNameError,
        ("没有名为“{region}”的地区。", "{nearest}"),
        ("No region is called {region}.", "{nearest_en}"),
    ),
    "name_form": Fault(
        RuleRefusedError,
        ("“{field}:”后面只能是一个名称，不能带 = ~ * / 或次数。", "请只写名称，例如：{example}"),
        ("{field}: takes a name alone, without = ~ * / or a count.", "Write it as in {example}"),
    ),
    "state": Fault(
        UnknownNameError,
        ("“is:”后面不能是“{state}”。", "可以写 is:revised（已修订）或 is:withdrawn（已撤回）。"),
        ("{state} is no state.", "Write is:revised or is:withdrawn."),
    ),
    "having": Fault(
        UnknownNameError,
        ("“has:”后面不能是“{having}”。", "可以写 has:attachment（有附件）或 has:deadline（有截止日期）。"),
        ("{having} is nothing that a notice has.", "Write has:attachment or has:deadline."),
    ),
    "days": Fault(
        RuleRefusedError,
        (
            "“{written}”不是日期，也不是天数。",
            "请写成 {field}:>=2020-09-01、{field}:2020-09 或 {field}:<7d（7 天之内）。",
        ),
        (
            "{written} is neither a date nor a number of days.",
            "Write {field}:>=2020-09-01, {field}:2020-09, or {field}:<7d for within 7 days.",
        ),
    ),
    "days_order": Fault(
        RuleRefusedError,
        ("“{written}”的开始晚于结束。", "请把较早的日期写在前面，例如：{field}:2020-09..2020-12"),
        ("{written} begins after it ends.", "Write the earlier date first, such as {field}:2020-09..2020-12"),
    ),
    "synonym": Fault(
        UnknownNameError,
        ("没有哪个同义词组里有“{word}”。", "{nearest}要找这个词本身，请去掉波浪号。"),
        ("No group of synonyms holds {word}.", "{nearest_en}To find the word itself, leave out the ~."),
    ),
    "pattern": Fault(
        RuleRefusedError,
        ("这个正则表达式不能用：{reason}。", "请按 RE2 的写法改正；要找这些字符本身，请加引号。"),
        ("This regular expression cannot be used: {reason_en}.", "Write it as RE2 takes it, or quote the characters."),
    ),
    "pattern_empty": Fault(
        RuleRefusedError,
        ("这个正则表达式什么字符都不要也能满足，会命中所有通知。", "请至少写一个必须出现的字符。"),
        ("This regular expression is content with no character, so that all would match.", "Demand one at least."),
    ),
    "open_pattern": Fault(
        RuleSyntaxError,
        ("这个正则表达式没有写完。", "请在末尾补上“/”；要找斜线本身（例如网址），请加引号。"),
        (
            "This regular expression is never closed.",
            "End it with /; to find a slash itself, as in an address, quote it.",
        ),
    ),
    "nested_field": Fault(
        RuleRefusedError,
        ("字段“{outer}:”里面不能再有字段。", "请把它写在外面，例如：title:办法 region:江苏"),
        ("No other field can stand inside {outer}:.", "Write it apart, such as: title:办法 region:江苏"),
    ),
    "only_excludes": Fault(
        RuleRefusedError,
        ("这里只有排除，没有要找的内容，几乎所有通知都会命中。", "请加上要找的词或范围，例如：region:江苏 -招聘"),
        (
            "This only excludes, so that nearly every notice would match.",
            "Add a term or a scope, such as: region:江苏 -招聘",
        ),
    ),
    "near_not": Fault(
        RuleRefusedError,
        ("{operator} 的两边不能有排除。", "请把排除写在外面，例如：(补贴 NEAR/20 充电桩) -二手车"),
        ("Neither side of {operator} may exclude.", "Exclude outside of it, such as: (补贴 NEAR/20 充电桩) -二手车"),
    ),
    "near_place": Fault(
        RuleRefusedError,
        ("{operator} 的两边不能有“{found}”：它在文中没有位置。", "请把它写在外面，例如：{found} (补贴 NEAR 充电桩)"),
        (
            "Neither side of {operator} may be {found}: it has no place in the text.",
            "Write it outside, such as: {found} (补贴 NEAR 充电桩)",
        ),
    ),
    "near_count": Fault(
        RuleRefusedError,
        ("{operator} 的两边不能有次数。", "请把它单独写出，例如：补贴{{3}} (补贴 NEAR 充电桩)"),
        ("Neither side of {operator} may have a count.", "Write it apart, such as: 补贴{{3}} (补贴 NEAR 充电桩)"),
    ),
    "near_distance": Fault(
        RuleRefusedError,
        ("“{operator}”的距离应是 0 到 {most} 的数。", "请写成 NEAR/20，或只写 NEAR（即 15 个字以内）。"),
        ("The distance of {operator} is a number from 0 to {most}.", "Write NEAR/20, or NEAR alone for 15 characters."),
    ),
    "too_long": Fault(
        RuleRefusedError,
        ("规则有 {length} 个字符，最多 {most} 个。", "请拆成几条规则。"),
        ("The rule has {length} characters, at most {most} are allowed.", "Split it into several rules."),
    ),
    "too_many": Fault(
        RuleRefusedError,
        ("规则有 {count} 个词，最多 {most} 个；这里是多出的第一个。", "请拆成几条规则。"),
        (
            "The rule has {count} terms, at most {most} are allowed; this is the first too many.",
            "Split it into several rules.",
        ),
    ),
    "too_deep": Fault(
        RuleRefusedError,
        ("括号嵌套得太深，最多 {most} 层。", "请拆成几条规则。"),
        ("The rule is nested too deeply, at most {most} levels are allowed.", "Split it into several rules."),
    ),
}


def fault(name: str, position: int, **words: object) -> RuleError:
    """Make the error of a fault, of its kind in the tree."""
    error = FAULTS[name].kind(name, position)
    error.words = words
    return error
