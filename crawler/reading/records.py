"""Rows that a page keeps inside a script or an XML reply: 大汉 JCMS puts its lists into `<record><![CDATA[…]]>`."""

import html
import re

_RECORD = re.compile("<record>", re.IGNORECASE)
_RECORD_ENDS = re.compile("</record>", re.IGNORECASE)
_DATASTORE = re.compile("<datastore>", re.IGNORECASE)
_TABLE_ROW = re.compile(r"^\s*<t[rd]\b", re.IGNORECASE)


def records(source: str) -> tuple[str, ...]:
    """Return the markup of each record, in order, once; empty when the page keeps none.

    `source` is a page or a reply of dataproxy.jsp as it came. Some sites encode the script's text once more. Of several
    lists on a page (news, notices, the same list for telephones) the longest counts.
    """
    if "<record>" not in source and "&lt;record&gt;" in source:
        source = html.unescape(source)
    found = max((_records_of(part) for part in _DATASTORE.split(source)), key=len)
    return tuple(dict.fromkeys(record for record in found if record))


def _records_of(datastore: str) -> list[str]:
    parts = (_RECORD_ENDS.split(part, maxsplit=1) for part in _RECORD.split(datastore)[1:])
    return [part[0].strip().removeprefix("<![CDATA[").removesuffix("]]>").strip() for part in parts if len(part) > 1]


def records_page(source: str) -> str:
    """Return the records as a page of their own, which any selector can read; "" when there are none."""
    found = records(source)
    if not found:
        return ""
    tag = "table" if _TABLE_ROW.match(found[0]) else "ul"
    rows = (_TABLE_ROW.match(record) or record.startswith("<li") for record in found)
    wrapped = (record if whole else f"<li>{record}</li>" for record, whole in zip(found, rows, strict=True))
    return f"<html><body><{tag}>{''.join(wrapped)}</{tag}></body></html>"
