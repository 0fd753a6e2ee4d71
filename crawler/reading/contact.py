"""How an office is reached: telephone numbers and mail addresses that a notice gives for questions."""

import re
from collections.abc import Sequence

from crawler.reading.width import nfkc

_ASKED = re.compile("联 ?系|咨询|电 ?话|邮箱|邮件|传 ?真|E-?[Mm]ail|e-?[Mm]ail|E-?MAIL")
_PHONE = re.compile(
    r"(?<![\d-])(?:[(]?0\d{2,3}[)]?\s?-?\s?)\d{3,4}[\s-]?\d{4}(?:\s*(?:转|-)\s*\d{1,5})?(?!\d)"
    r"|(?:(?<=电话:)|(?<=\d[、,/]))\s?\d{7,8}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)"
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_MOST = 4
_FAX = re.compile(r"传 ?真(?:[至到]|号码?|电话)?\s*:?\s*$")
_NOT_FOR_QUESTIONS = re.compile("监督|举报|投诉")


def contact_in(lines: Sequence[str]) -> str:
    """Return the numbers and addresses to ask, in the text's order with ； between them; never a person's name."""
    if not _ASKED.search("\n".join(lines)):
        return ""
    found: list[str] = []
    for line in lines:
        if not _ASKED.search(line):
            continue
        folded = nfkc(line)
        for match in sorted([*_PHONE.finditer(folded), *_MAIL.finditer(folded)], key=lambda one: one.start()):
            before = folded[max(0, match.start() - 12) : match.start()]
            if not _FAX.search(before) and not _NOT_FOR_QUESTIONS.search(before):
                found.append(re.sub(r"\s", "", match[0]))
    return "；".join(list(dict.fromkeys(found))[:_MOST])
