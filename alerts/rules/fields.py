"""What a rule can name before a colon: one row a field, with its label and how it is met."""

from dataclasses import dataclass
from enum import Enum


class Meeting(Enum):
    """How a notice meets what a rule says of a field."""

    TEXT = "text"  # its text holds the term; a term without a field looks in these
    FACT = "fact"  # the fact holds the term
    PLACE = "place"  # it lies in the place
    STATE = "state"  # it is in the state
    DAYS = "days"  # a day of it lies there
    HAS = "has"  # it comes with that


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the rule language."""

    name: str
    label: str
    meeting: Meeting
    weight: float = 0  # of a hit in the score: each step is more than all else in it together


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("title", "标题", Meeting.TEXT, weight=8),
        Field("body", "正文", Meeting.TEXT, weight=4),
        Field("attachment", "附件", Meeting.TEXT),
        Field("region", "地区", Meeting.PLACE),
        Field("agency", "机构", Meeting.FACT),
        Field("source", "来源", Meeting.FACT),
        Field("section", "栏目", Meeting.FACT),
        Field("docnum", "文号", Meeting.FACT),
        Field("kind", "文种", Meeting.FACT),
        Field("published", "发布日期", Meeting.DAYS),
        Field("deadline", "截止日期", Meeting.DAYS),
        Field("seen", "收录日期", Meeting.DAYS),
        Field("is", "状态", Meeting.STATE),
        Field("has", "附带", Meeting.HAS),
    )
}

STATES = {"revised": "已修订", "withdrawn": "已撤回"}
"""What may stand behind `is:`, in either language."""

HAVINGS = {"attachment": "附件", "deadline": "截止日期"}
"""What may stand behind `has:`, in either language."""

TEXTS = tuple(field.name for field in FIELDS.values() if field.meeting is Meeting.TEXT)
