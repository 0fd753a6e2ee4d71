"""Whether a paper still holds, as its page says: 有效, 失效, 废止."""

import re

from crawler.notice import Fact
from crawler.reading import labels
from crawler.reading.dates import find_date
from crawler.reading.labels import Fields
from crawler.reading.width import nfkc

_STATES = {
    "失效": "失效|无效|过期",
    "废止": "废止",
    "已被修改": "已修改|已被修改|已修订",
    "尚未生效": "尚未(?:生效|施行)|未生效",
}
_IN_TITLE = re.compile(r"[(\[【](?:本文件|该文件|已|全文)?(?P<state>失效|废止)[)\]】]")
_LONGEST = 20


def validity_of(title: str, fields: Fields) -> Fact | None:
    """Return 有效, 失效, 废止 … as a label says, else the title, else a day of repeal; other words as they stand."""
    for field in fields.of(labels.VALIDITY):
        if len(field.value) <= _LONGEST and field.value.strip("-—/无 "):
            return Fact(value=_state(field.value), where=field.where)
    if match := _IN_TITLE.search(nfkc(title)):
        return Fact(value=match["state"], where="title")
    repealed = next((field for field in fields.of(labels.REPEALED) if find_date(field.value)), None)
    return Fact(value=f"{find_date(repealed.value)} 失效", where=repealed.where) if repealed else None


def _state(value: str) -> str:
    named = (state for state, words in _STATES.items() if re.search(words, value))
    found = next(named, "")
    return found or ("有效" if re.search("有效|^是$|现行", value) else value)
