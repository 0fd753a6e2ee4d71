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
    title:(办法 OR 意见)       only in this field         region:江苏          the place and all below it
    is:revised              its words were changed    is:withdrawn         its page was taken away

A Chinese term is found as characters anywhere. A term that begins or ends with a Latin letter or a digit is whole at
that rim: AI is no part of maintain, 5G none of 15G, while both stand in AI大模型 and 5G基站; letter-spaced A I is AI.
A term without a field looks in title, body and attachments: their names and the text of their pages; a count adds
these up. NEAR binds tighter than AND, AND tighter than OR, NOT tightest. In `(a b) NEAR c` each of a and b is near c;
in `a NEAR b NEAR c` the stretch from a to b is near c. A rule is asked of one notice at a time, so that what one rule
excludes no other rule misses.

A rule meets a notice once, when it is new to the rule. One that asks `is:revised` meets it at each revision, one that
asks `is:withdrawn` when it is withdrawn.

Where to find what: grammar.lark is the syntax, tree.py the values, fields.py the names before a colon, parse.py builds
and refuses, errors.py words every refusal, warn.py what is probably not meant, limits.py the bounds, reference.py the
meaning, evidence.py the reasons, score.py and shares.py what they weigh. A new operator is a line in the grammar, a
node in the tree, a case in the reference.
"""

from alerts.rules.errors import RuleError, RuleRefusedError, RuleSyntaxError, UnknownNameError
from alerts.rules.evidence import evidence
from alerts.rules.explain import explained
from alerts.rules.notice_text import NoticeText, china_day
from alerts.rules.parse import parse
from alerts.rules.reference import holds
from alerts.rules.score import age_of, score
from alerts.rules.tree import Rule, Warned

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
]
