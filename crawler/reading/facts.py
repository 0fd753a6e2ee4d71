"""The official facts of an article, each with where it was read: what the page states, then what the paper says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain

from crawler.notice import Deadline, Fact, Facts
from crawler.reading import labels
from crawler.reading.body import Body
from crawler.reading.contact import contact_in
from crawler.reading.dates import find_date
from crawler.reading.deadlines import deadlines_in, deadlines_of_fields, first_of
from crawler.reading.effective import effective_on
from crawler.reading.head import is_posted, who_posted
from crawler.reading.kinds import kind_in_title
from crawler.reading.labels import Fields
from crawler.reading.markup import EDGE, PIECE, ROW, tidy
from crawler.reading.official import number_in_first_lines, number_in_title, number_of_field
from crawler.reading.page import Page
from crawler.reading.posting import agency_name, lines_below_title, posted_on, poster_of
from crawler.reading.signature import Signature, is_office, issuer_in_title, letterhead_of, signature_of
from crawler.reading.validity import validity_of
from crawler.reading.width import nfkc

_FIRST_LINES, _LINES_OF_HEAD = 8, 3
_GLUED = re.compile(
    r"(?<=[\d日\])】])(?=(?:信息|文章|稿件)?来源\s*[:：]|(?:发布|公开)(?:单位|机构)\s*[:：]|作者\s*[:：])"
)
_PLACELESS = re.compile("省|市(?!场|容|政(?!府))|[县区](?![域块])")  # of which one, only the site knows
_LONGEST_INDEX, _LONGEST_TOPIC, _LONGEST_KIND = 60, 60, 8


@dataclass(frozen=True, slots=True)
class Stated:
    """What facts are read from: a mended page, its article, and the labelled values round the article."""

    page: Page
    title: str
    body: Body
    around: str
    fields: Fields
    signature: Signature
    folded: str  # the text of the article as patterns read it: NFKC
    first: list[str]  # its first lines, so folded

    @classmethod
    def of(cls, page: Page, title: str, body: Body, around: str) -> "Stated":
        """Read the labels once. Some templates put the index table into the body: its first lines count."""
        first = body.lines[:_FIRST_LINES]
        glued = (_GLUED.sub(" ", line) if "20" in line and is_posted(line) else line for line in first)
        marked = ROW.join((around, *glued, ""))
        folded = nfkc("\n".join(body.lines))
        lines = folded.split("\n")
        return cls(page, title, body, around, Fields(marked), signature_of(lines), folded, lines[:_FIRST_LINES])


def facts_of(stated: Stated) -> Facts:
    """Return all official facts of an article page."""
    published = posted_on(stated.page, stated.title, stated.body, stated.around, stated.fields)
    written = _written(stated)
    base = _day(published) or _day(written)
    return Facts(
        document_number=_document_number(stated),
        index_number=_short(stated.fields.of(labels.INDEX_NUMBER), _LONGEST_INDEX, coded=True),
        written=written,
        published=published,
        effective=_effective(stated, base, _day(written)),
        issuer=_issuer(stated),
        topic=_short(stated.fields.of(labels.TOPIC), _LONGEST_TOPIC),
        validity=validity_of(stated.title, stated.fields),
        kind=_kind(stated),
        contact=_fact(contact_in(stated.body.lines), "text"),
        deadlines=_deadlines(stated, base),
    )


def facts_of_text(title: str, text: str, published: date | None) -> Facts:
    """Return what can be said of an article without a page: its kind, what ends, since when it holds."""
    effective = effective_on(title, text, published)
    return Facts(
        document_number=_fact(number_in_title(title), "title"),
        kind=_fact(kind_in_title(title), "title"),
        effective=_fact(effective.isoformat() if effective else "", "text"),
        deadlines=deadlines_in(title, text, published),
    )


def agency_of(stated: Stated, facts: Facts) -> str:
    """Return who issued it, else who posted it, else the office that is named beside the day."""
    if facts.issuer or (poster := poster_of(stated.page, stated.fields)):
        return facts.issuer.value if facts.issuer else poster
    posted = facts.published.value if facts.published else ""
    lines = chain(stated.body.lines[:_LINES_OF_HEAD], EDGE.split(stated.around))
    dated = (tidy(line.replace(PIECE, " ")) for line in lines if "20" in line)
    beside = (line for line in dated if str(find_date(line)) == posted)
    return next((who for who in map(who_posted, beside) if is_office(who)), "")


def _document_number(stated: Stated) -> Fact | None:
    """Return the number the paper bears itself; the running text is never asked, for there it is a citation."""
    if number := number_in_title(stated.title):
        return Fact(value=number, where="title")
    for field in stated.fields.of(labels.NUMBER):
        if number := number_of_field(field.value):
            return Fact(value=number, where=field.where)
    below = number_in_first_lines(lines_below_title(stated.title, stated.around))
    return _fact(below, "title") or _fact(number_in_first_lines(stated.first), "letterhead")


def _written(stated: Stated) -> Fact | None:
    signed = stated.signature.day
    return (
        _dated(stated.fields.of(labels.WRITTEN_ITSELF))
        or _fact(signed.isoformat() if signed else "", "signature")
        or _dated(stated.fields.of(labels.SIGNED))
    )


def _effective(stated: Stated, base: date | None, written: date | None) -> Fact | None:
    issued = written if written and base and written <= base else None
    said = effective_on(stated.title, stated.folded, base, issued)
    return _dated(stated.fields.of(labels.EFFECTIVE)) or _fact(said.isoformat() if said else "", "text")


def _issuer(stated: Stated) -> Fact | None:
    """Return who issued it; a source is an issuer only when it is an office, and often it is but the poster.

    A label that only says 市政府 gives way to the paper itself, which says of which city.
    """
    labelled = (Fact(value=agency_name(field.value), where=field.where) for field in stated.fields.of(labels.ISSUER))
    source = agency_name(stated.page.metas.get("contentsource", ""))
    posters = (Fact(value=agency_name(field.value), where=field.where) for field in stated.fields.of(labels.POSTER))
    label = next((field for field in labelled if field.value), None)
    signed = (
        _fact(stated.signature.issuer, "signature")
        or _fact(letterhead_of(stated.first), "letterhead")
        or _fact(issuer_in_title(stated.title), "title")
    )
    if label and not (signed and _PLACELESS.match(label.value) and not _PLACELESS.match(signed.value)):
        return label
    return (
        signed
        or _fact(source if is_office(source) else "", "meta")
        or next((field for field in posters if is_office(field.value)), None)
    )


def _kind(stated: Stated) -> Fact | None:
    named = _fact(kind_in_title(stated.title), "title")
    return named or _short(stated.fields.of(labels.KIND), _LONGEST_KIND)


def _deadlines(stated: Stated, base: date | None) -> tuple[Deadline, ...]:
    values = [(label, field.value, field.where) for label in labels.DEADLINE for field in stated.fields.of((label,))]
    fields = deadlines_of_fields(values, stated.title, base)
    return first_of([*fields, *deadlines_in(stated.title, stated.folded, base)])


def _dated(fields: Iterable[Fact]) -> Fact | None:
    dates = ((find_date(field.value), field.where) for field in fields)
    return next((Fact(value=day.isoformat(), where=where) for day, where in dates if day), None)


def _short(fields: Iterable[Fact], longest: int, *, coded: bool = False) -> Fact | None:
    """Return the first value that is no running text; a code has a digit."""
    said = (field for field in fields if len(field.value) <= longest and field.value.strip("-—/无 "))
    return next((field for field in said if not coded or any(map(str.isdigit, field.value))), None)


def _fact(value: str, where: str) -> Fact | None:
    return Fact(value=value, where=where) if value else None


def _day(fact: Fact | None) -> date | None:
    return date.fromisoformat(fact.value) if fact else None
