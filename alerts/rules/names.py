"""What a leaf of a rule names is looked up: a field, a place, a group of synonyms, an agency, a document number."""

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache

from lark import Token

from alerts.rules.errors import RuleError, fault
from alerts.rules.fields import FIELDS
from alerts.rules.leaves import Leaf, Place, Term
from config.regions import Places
from config.synonyms import Synonyms
from config.vocabulary import Vocabulary
from crawler.folding import fold, is_word, plain_characters
from crawler.reading.dates import chinese_number
from crawler.reading.kinds import kind_in_title

PLAIN = plain_characters()
SERIAL = re.compile(r"〔(\d{4})年?〕第?0*(\d+)")
OF_YEAR = re.compile(r"((?:19|20)\d\d)年第?0*(\d+)号")
ORDER = re.compile(r"第?0*(\d+)号令$|令第?0*(\d+)号")
ORDINAL = re.compile("第([〇零一二三四五六七八九十百]{1,6})号")


def needles_of(folded: str) -> tuple[str, ...]:
    """Return the ways a term may stand in folded text: as it is, closed up (a phrase), letter-spaced (A I, 5 G)."""
    closed = folded.replace(" ", "")
    spaced = "".join(
        first + " " if is_word(first) and is_word(second) and not (first.isdigit() and second.isdigit()) else first
        for first, second in zip(closed, f"{closed[1:]},", strict=True)
    )
    return tuple(dict.fromkeys((folded, closed, spaced)))


@lru_cache(maxsize=100_000)  # the rules of many readers name the same things
def needles_of_written(written: str) -> tuple[str, ...]:
    """Return the same for characters as written; none when nothing is left of them."""
    if written and PLAIN.issuperset(written):
        return (written,)  # what the rest comes to for most terms, and takes ten times as long for
    folded = fold(written).text
    return needles_of(folded) if folded else ()


def needs_lookup(leaf: Leaf) -> bool:
    """Tell whether a leaf names something that the vocabulary knows."""
    return isinstance(leaf, Place) or (
        isinstance(leaf, Term) and (leaf.group or leaf.field in {"agency", "docnum", "kind"})
    )


def known(leaf: Leaf, vocabulary: Vocabulary) -> Leaf:
    """Look up what a leaf names: a place, a group of synonyms, an agency."""
    if isinstance(leaf, Place):
        return _located(leaf, vocabulary.places)
    if isinstance(leaf, Term) and leaf.group:
        return replace(leaf, needles=_of_group(leaf, vocabulary.synonyms))
    if isinstance(leaf, Term) and leaf.field == "agency":
        return replace(leaf, needles=_of_agency(leaf, vocabulary.synonyms))
    if isinstance(leaf, Term) and leaf.field == "docnum":
        return replace(leaf, needles=_of_number(leaf))
    if isinstance(leaf, Term) and leaf.field == "kind":
        return replace(leaf, needles=_of_kind(leaf))
    return leaf


def _of_group(leaf: Term, synonyms: Synonyms) -> tuple[str, ...]:
    needles = _group_needles(synonyms).get(fold(leaf.written).text.replace(" ", ""))
    if needles is None:
        nearest = synonyms.nearest(leaf.written)
        raise fault(
            "synonym",
            leaf.position,
            word=leaf.written,
            nearest=f"您要找的是“~{nearest}”吗？" if nearest else "",
            nearest_en=f"Did you mean ~{nearest}? " if nearest else "",
        )
    return needles


@lru_cache(maxsize=8)
def _group_needles(synonyms: Synonyms) -> dict[str, tuple[str, ...]]:
    """Return by each word, folded and closed up, what is looked for instead of it."""
    needles = {
        group: tuple(dict.fromkeys(needle for word in group for needle in needles_of(fold(word).text)))
        for group in dict.fromkeys(synonyms.words.values())
    }
    return {fold(word).text.replace(" ", ""): needles[group] for word, group in synonyms.words.items()}


def _of_agency(leaf: Term, synonyms: Synonyms) -> tuple[str, ...]:
    """Return the term and the same with the agency that it names called by its other names."""
    folded = leaf.needles[0]
    longest = max((name for name in synonyms.agencies if name in folded), key=len, default="")
    others = (other for other in synonyms.agencies.get(longest, ()) if other != longest)
    ways = (folded, *(folded.replace(longest, other) for other in others))
    return tuple(dict.fromkeys(needle for way in ways for needle in needles_of(way)))


def _of_number(leaf: Term) -> tuple[str, ...]:
    """Return the term, and the same as archived numbers are written.

    〔2020〕第012号 is 〔2020〕12号 there, 第八十一号令 is 令第81号; an announcement has its year in brackets or not.
    """
    closed = leaf.needles[0].replace(" ", "").replace("、", "")
    counted = ORDINAL.sub(lambda match: f"第{chinese_number(match[1])}号", closed)
    bracketed = OF_YEAR.sub(r"〔\1〕\2号", SERIAL.sub(r"〔\1〕\2", counted))
    announced = re.sub(r"〔(\d{4})〕(\d+)号", r"\1年第\2号", bracketed)
    ordered = ORDER.sub(lambda match: f"令第{match[1] or match[2]}号", counted)
    return tuple(dict.fromkeys((*leaf.needles, bracketed, announced, ordered)))


def _of_kind(leaf: Term) -> tuple[str, ...]:
    """Return the term, and the kind that it is one of: archived is 办法 of a 实施办法, 纪要 of a 会议纪要."""
    kind = kind_in_title(leaf.written)
    return tuple(dict.fromkeys((*leaf.needles, *needles_of_written(kind))))


def _located(leaf: Place, places: Places) -> Place:
    found = places.find(leaf.written) or places.find(fold(leaf.written).text)
    if found:
        around = tuple(path for name in found for path in places.groups.get(name, (name,)))
        return replace(leaf, paths=found, around=around)
    nearest = places.nearest(leaf.written)
    raise fault(
        "region",
        leaf.position,
        region=leaf.written,
        nearest=f"您要找的是“{nearest}”吗？" if nearest else "请写省、市、区县的名称，例如：region:江苏",
        nearest_en=f"Did you mean {nearest}?" if nearest else "Name a province, city or district, such as region:江苏",
    )


def unknown_field(name: Token) -> RuleError:
    """Make the error of a field that nobody knows, naming the nearest."""
    written = name[:-1]
    labels = {field.label: field.name for field in FIELDS.values()}
    known: Sequence[str] = [*FIELDS, *labels]
    nearest = next(iter(get_close_matches(fold(written).text, known, n=1, cutoff=0.5)), "")
    nearest = labels.get(nearest, nearest)
    every = list(FIELDS)
    return fault(
        "field",
        name.start_pos or 0,
        field=written,
        nearest=f"您要找的是“{nearest}:”吗？" if nearest else f"可用的字段是 {'、'.join(every)}。",
        nearest_en=f"Did you mean {nearest}:? " if nearest else f"The fields are {', '.join(every)}. ",
    )
