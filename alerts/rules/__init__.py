"""The rule language: one language for subscriptions, search, columns and the choice of an edition. Pure.

    what a reader typed ─ parse ─→ Rule (a tree) ─ holds ─→ yes or no
                                                 └ evidence → hits ─ score → a number
    Notice ─ NoticeText.of ─→ folded fields, places

Both sides pass through `crawler.folding.fold`: width, case, 繁→简, spaces and the brackets of document numbers make no
difference, and a position map leads from a hit back to the characters that the reader sees.

    补贴 购置税                both                       补贴 NEAR/20 充电桩   in one field, at most 20 apart
    补贴 OR 奖励               either                     补贴 BEFORE/20 充电桩 the same, in this order
    补贴 -二手车               the first, not the second  补贴{3}              at least three times
    "促进 汽车消费"            exactly these characters   auto*                begins a Latin word
    =京东                     as a word of its own       ~新能源汽车            or a word that means the same
    /招标.{0,8}失败/           as RE2 reads it            title:(办法 OR 意见)   only in this field
    region:江苏               the place, all below it    docnum:沪府规          the fact holds it
    published:2020-09        on a day of these          deadline:<14d        today or in the 13 days next to it
    is:revised               its words were changed     is:withdrawn         its page was taken away
    has:attachment           it comes with a file       has:deadline         it names a day on which something ends

A Chinese term is found as characters anywhere. A term that begins or ends with a Latin letter or a digit is whole at
that rim: AI is no part of maintain, 5G none of 15G, while both stand in AI大模型 and 5G基站; letter-spaced A I is AI.
A term without a field looks in title, body and attachments: their names and the text of their pages; a count adds
these up. NEAR binds tighter than AND, AND tighter than OR, NOT tightest. In `(a b) NEAR c` each of a and b is near c;
in `a NEAR b NEAR c` the stretch from a to b is near c. A rule is asked of one notice at a time, so that what one rule
excludes no other rule misses.

Windows are counted from the day it is in China, which is handed in; a rule that asks for one without it has no answer.
A word of its own is one that the segmentation of the text, its long words parted again, begins and ends with; the text
is only cut when the characters are there.

A rule meets a notice once, when it is new to the rule. One that asks `is:revised` meets it at each revision, one that
asks `is:withdrawn` each time it is withdrawn; who was told of that learns when it is back. One that counts days
(`deadline:<7d`) is asked again as days go by, and meets it on the day it becomes true.

Where to find what: grammar.lark is the syntax, leaves.py what is asked of a notice, tree.py how that is joined,
fields.py the names before a colon, parse.py builds and refuses, names.py looks up what is named, days.py reads dates,
patterns.py regular expressions; errors.py words each refusal, warn.py and lint.py what is probably not meant,
explain.py what a rule finds, limits.py the bounds; reference.py is the meaning, words.py where words begin and end,
evidence.py the reasons, score.py and shares.py what they weigh, why.py and remarks.py the reasons why not. A new
operator is a line in the grammar, a node in the tree, a case in the reference, a saying, a remark.
"""

from alerts.rules.errors import RuleError, RuleRefusedError, RuleSyntaxError, UnknownNameError
from alerts.rules.evidence import evidence
from alerts.rules.explain import explained
from alerts.rules.notice_text import NoticeText, china_day
from alerts.rules.parse import parse
from alerts.rules.reference import holds
from alerts.rules.score import age_of, score
from alerts.rules.tree import Rule, Warned
from alerts.rules.warn import warnings_of

__all__ = [
    "NoticeText",
    "Rule",
    "RuleError",
    "RuleRefusedError",
    "RuleSyntaxError",
    "UnknownNameError",
    "Warned",
    "age_of",
    "china_day",
    "evidence",
    "explained",
    "holds",
    "parse",
    "score",
    "warnings_of",
]
