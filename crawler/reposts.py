"""The same notice on several sites: candidates by MinHash, judged by what the notices say. Pure.

Precision comes first: two notices that are taken for one hide something from a reader, two that are one cost them a
glance. So a repost must hold the very sentences of the other, and nothing may stand in both in two versions: another
town's name in the same template, another year, another sum.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Protocol

import numpy as np
import numpy.typing as npt
import rensa

from crawler.folding import fold
from crawler.notice import ArchivedNotice, Notice
from crawler.reading.official import number_in_title, title_without_number

Hashes = npt.NDArray[np.uint64]

PERMUTATIONS, SEED = 128, 20260923
BANDS = 32  # of 4 values each: texts that share half of their shingles meet in some band almost surely
SHINGLE = 4
LEAST_TEXT = 60  # characters: a shorter text says too little to know it again
SHARED = 0.85  # of the shorter text's characters stand in sentences that the other has too
ALIKE = 0.6  # two sentences that are this alike and not the same are two versions of one
SAME_TITLE = 0.8
MOST_DAYS_APART = 90
_ODD = np.uint64(0x9E3779B97F4A7C15)  # of the golden ratio: neighbours lie far apart

NUMBERS = re.compile(r"\d+")
SENTENCES = re.compile(r"[。；！？\n]+")
UNSPOKEN = re.compile(r"[\W_]+")
ORIGIN = re.compile(
    r"^(?:来源|信息来源|文章来源|稿件来源|作者|供稿|责任编辑|编辑|审核|发布(?:时间|日期|机构)|时间|日期|索引号|浏览|转自|原标题)"
)
TURNS = re.compile(
    r"更正|补充|变更|延期|终止|暂停|取消|撤销|废止|失效|重新|二次|第二次|结果|中标|成交|候选|解读|问答|图解|修订|修改|征求意见|草案|试行"
)
ORDINALS = str.maketrans("一二三四五六七八九〇零", "12345678900")


class Named(Protocol):
    """What is compared of two notices before their texts."""

    @property
    def title(self) -> str: ...  # noqa: D102  a notice has them all
    @property
    def document_number(self) -> str: ...  # noqa: D102  as above
    @property
    def published(self) -> date | None: ...  # noqa: D102  as above
    @property
    def regions(self) -> Sequence[str]: ...  # noqa: D102  as above


def bands_of(several: Sequence[Notice]) -> list[tuple[int, ...]]:
    """Return what reposts of each notice have in common with it; nothing where its text says too little.

    Two texts that share half of their shingles meet in some band almost surely. What must be equal in the titles of
    reposts, numbers and turns, goes into every band: of a thousand notices from one template few are then compared.
    """
    words = [_bare(notice.text) for notice in several]
    telling = [place for place, said in enumerate(words) if len(said) >= LEAST_TEXT]
    found: list[tuple[int, ...]] = [()] * len(several)
    if telling:
        queues = [queue_of(several[place].title) for place in telling]
        for place, numbers in zip(
            telling, _numbers(_digests([words[place] for place in telling]), queues), strict=True
        ):
            found[place] = tuple(numbers)
    return found


def _digests(texts: Sequence[str]) -> Hashes:
    """Return the MinHash digest of each text: PERMUTATIONS values a row."""
    shingles = [_shingles(text) for text in texts]
    ends = np.cumsum([0, *map(len, shingles)]).tolist()
    flat = np.concatenate(shingles)
    digests = rensa.RMinHash.digest_matrix_from_flat_token_hashes(flat, ends, PERMUTATIONS, SEED)
    return np.array(digests.to_rows(), np.uint64)


def _shingles(words: str) -> Hashes:
    """Return a hash of every run of SHINGLE characters."""
    codes = np.frombuffer(words.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    hashes = np.zeros(len(codes) - SHINGLE + 1, np.uint64)
    for place in range(SHINGLE):
        hashes = (hashes ^ codes[place : place + len(hashes)]) * _ODD
    return _mixed(hashes)


def _numbers(digests: Hashes, marks: Sequence[int]) -> list[list[int]]:
    """Return a hash of each band with its place and its notice's marks, as a database holds it: 64 bits with a sign."""
    bands = digests.reshape(len(digests), BANDS, -1)
    numbers = _mixed(np.arange(BANDS, dtype=np.uint64) ^ np.array(marks, np.int64).view(np.uint64)[:, np.newaxis])
    for place in range(bands.shape[2]):
        numbers = _mixed(numbers ^ bands[:, :, place])
    signed: list[list[int]] = numbers.view(np.int64).tolist()
    return signed


def _mixed(hashes: Hashes) -> Hashes:
    """Let every bit tell on every other: the last step of splitmix64."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def queue_of(title: str) -> int:
    """Return the number of the queue in which notices that may be one wait for each other: reposts share it."""
    digest = hashlib.blake2b(repr(_marks(title_without_number(title))).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def is_repost(one: Notice, other: Notice) -> bool:
    """Tell whether two notices are the same one, published twice."""
    return may_be_repost(one, other) and _texts_agree(one.text, other.text)


def may_be_repost(one: Named, other: Named) -> bool:
    """Tell whether two notices may be the same one, by all but their texts."""
    return (
        _numbers_agree(_number_of(one), _number_of(other))
        and _days_agree(one.published, other.published)
        and _places_agree(one.regions, other.regions)
        and _titles_agree(title_without_number(one.title), title_without_number(other.title))
    )


def are_kin(one: ArchivedNotice, other: ArchivedNotice) -> bool:
    """Tell whether two notices that are each a repost of a third are one.

    Two counties may both repeat what their province has issued; but what two counties have issued stays two.
    """
    issuers = [page.facts.issuer.value if page.facts.issuer else "" for page in (one, other)]
    alike = bool(issuers[0]) and issuers[0] == issuers[1]
    number = _bare(_number_of(one))
    return may_be_repost(one, other) or alike or (bool(number) and number == _bare(_number_of(other)))


def issuer_first(
    members: Sequence[ArchivedNotice], agencies: Mapping[str, str], places: Mapping[str, str]
) -> list[ArchivedNotice]:
    """Return the pages of one notice: its issuer's first, then those of the issuer's place, then as they were found.

    `agencies` says whose site each source is, `places` where it is.
    """
    issuer = _issuer(members)
    home = next((member.regions[0] for member in members if member.regions), "")

    def rank(member: ArchivedNotice) -> tuple[bool, int, int]:
        site, place = agencies.get(member.source, ""), places.get(member.source, "")
        own = bool(site and issuer) and (site in issuer or issuer in site)
        near = len(place.split("/")) if home and place and _within(home, place) else 0
        return (not own, -near, member.id)

    return sorted(members, key=rank)


def _issuer(members: Sequence[ArchivedNotice]) -> str:
    """Return who issued it as most of its pages say; what stands in the facts counts before the site's own name."""
    named = [member.facts.issuer.value for member in members if member.facts.issuer is not None]
    named = named or [member.agency for member in members if member.agency]
    return max(named, key=lambda name: (named.count(name), -named.index(name)), default="")


def _number_of(notice: Named) -> str:
    return notice.document_number or number_in_title(notice.title)


def _numbers_agree(one: str, other: str) -> bool:
    return not one or not other or _bare(one) == _bare(other)


def _days_agree(one: date | None, other: date | None) -> bool:
    return one is None or other is None or abs((one - other).days) <= MOST_DAYS_APART


def _places_agree(ones: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether one lies in the other: a province may repeat its county, two counties publish each their own."""
    if not ones or not others:
        return True
    return any(_within(one, other) or _within(other, one) for one in ones for other in others)


def _within(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith(f"{outer}/")


def _titles_agree(one: str, other: str) -> bool:
    """Compare titles without punctuation; a number or a turn such as 更正 in only one of them parts them."""
    bare, other_bare = _bare(one), _bare(other)
    if _marks(one) != _marks(other):
        return False
    if bare in other_bare or other_bare in bare:
        return min(len(bare), len(other_bare)) >= 6  # noqa: PLR2004  公告 alone is no title
    return SequenceMatcher(None, bare, other_bare, autojunk=False).ratio() >= SAME_TITLE and not _replaced(
        bare, other_bare
    )


def _marks(title: str) -> tuple[list[str], list[str]]:
    folded = fold(title).text.translate(ORDINALS)
    return sorted(NUMBERS.findall(folded)), sorted(set(TURNS.findall(title)))


def _replaced(one: str, other: str) -> bool:
    """Tell whether something stands in the one title in the place of something else: 昆山 of 太仓."""
    opcodes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return any(kind == "replace" for kind, *_ in opcodes)


def _texts_agree(one: str, other: str) -> bool:
    ones, others = set(_sentences(one)), set(_sentences(other))
    shorter = min(_size(ones), _size(others))
    if shorter < LEAST_TEXT or _size(ones & others) < SHARED * shorter:
        return False
    return not any(_two_versions(left, right) for left in ones - others for right in others - ones)


def _two_versions(one: str, other: str) -> bool:
    """Tell whether two different sentences say the same with other words, or of another place, day or sum."""
    if one in other or other in one:  # the same sentence, with a heading or a signature run into it
        return NUMBERS.findall(one) != NUMBERS.findall(other)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _sentences(text: str) -> Iterator[str]:
    for piece in SENTENCES.split(text):
        if not ORIGIN.match(piece.strip()) and (bare := _bare(piece)):
            yield bare


def _size(sentences: set[str]) -> int:
    return sum(map(len, sentences))


def _bare(text: str) -> str:
    """Return the characters that are read aloud: sites differ in punctuation, width and space."""
    return UNSPOKEN.sub("", fold("".join(text.split())).text)
