"""Who issued a paper and on which day, as the paper itself says: its signature, its letterhead, its title."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from crawler.reading.dates import find_date
from crawler.reading.width import nfkc

_NAME = r"[\u4e00-\u9fffA-Za-z0-9()·“”\"—-]"
_OFFICE = (
    "人民政府|政府|管委会|委员会|办公室|办公厅|办事处|指挥部|领导小组|联席会议|总局|分局|国务院|国资委|发改委|发展改革委"
    "|[局厅委部院署处办所站]|中心|法院|检察院|银行|总队|支队|大队"
)
_SIGNER = (
    rf"{_OFFICE}|协会|学会|联合会|[联商]会|常委会|[证银保]监会|[分支]行|海关|[妇残文侨社]联|工商联|科协"
    "|公司|集团|大学|学院|学校|[中小]学|幼儿园|医院|总会|工会|馆|社|组|党组|专班|基金会"
)
_OFFICE_NAME = re.compile(rf"{_NAME}{{1,40}}?(?:{_OFFICE})(?:[(][^()]{{1,20}}[)])?")
_SIGNATURE = re.compile(rf"(?!各|抄送|主送|报|送|附|注){_NAME}{{1,40}}?(?:{_SIGNER})(?:[(](?:代章|盖章|公章|章)[)])?")
_POSTS = re.compile(r"(?:[省市区县州镇]长|主任|局长|厅长|主席|总理|部长|署长|行长|院长)\s*[:：]?\s*\S{2,4}(?:\s\S)?")
_MEDIA = re.compile("日报|晚报|报社|电视|广播|新闻|融媒|传媒|通讯社|新华|人民网|杂志|网$|频道|客户端|微信|公众号")
_NUMERAL = "[〇零○Oo0-9一二三四五六七八九十]"
_DAY = (
    rf"(?:{_NUMERAL}\s*){{4}}年\s*(?:{_NUMERAL}\s*){{1,3}}月\s*(?:{_NUMERAL}\s*){{1,3}}日"
    r"|20\d\d(?P<parted>[-/.])\d\d?(?P=parted)\d\d?"
)
_DATE_LINE = re.compile(rf"[(]?\s*(?P<day>{_DAY})\s*[)]?")
_SIGNED_AND_DATED = re.compile(rf"(?P<who>{_NAME}[^。,;:]{{1,60}}?)\s*(?P<day>{_DAY})\s*")
_ATTACHED = re.compile(r"附[件表录]\s*[\d一二三四五六七八九十]{0,3}\s*:?")
_STAMP = re.compile(
    r"[(]?(?:此件|本文|公章|盖章|代章|章|联系人|抄送|信息公开|公开(?:方式|属性|选项)|.{0,30}20\d\d年\d\d?月\d\d?日\s?印发)"
)
_LETTERHEAD = re.compile(
    rf"(?P<who>{_NAME}{{1,40}}?(?:{_OFFICE}))\s*(?:文件|令|公告|通告)(?:\s.{{0,40}}|[(]?(?:20\d\d年)?第.{{1,8}}号[)]?)?"
)
_IN_TITLE = re.compile(
    rf"(?P<who>{_NAME}{{1,40}}?(?:{_OFFICE})(?:[ 、]{_NAME}{{1,40}}?(?:{_OFFICE}))*)(?:等.{{1,6}}?)?关于"
)
_ENDS_OF_DAYS = ("日", ")", *"0123456789")
_LONGEST_LINE = 90
_MOST_SIGNERS = 12
_LAST_LINES = 4
_LONGEST_DAY = 30  # characters of a line that is a day, with blanks
_MOST_SIGNATURES = 6
_MOST_ATTACHED = 3  # lines that may be the list of what is attached, or begin it
_FIRST_LINES = 8


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, several with 、 between them, and the day under it."""

    issuer: str = ""
    day: date | None = None


def signature_of(lines: Sequence[str]) -> Signature:
    """Return the last signature with a date before what is attached; without any, a last line that is an office.

    The lines are folded (width.nfkc).
    """
    folded = [line.strip() for line in lines]
    attached = (at for at, line in enumerate(folded) if at and line[:1] == "附" and _ATTACHED.match(line))
    return next(_signed_above(folded, attached), None) or _last_dated(folded) or _undated(folded)


def _signed_above(lines: Sequence[str], attached: Iterable[int]) -> Iterator[Signature]:
    """Yield the signatures above lines that begin with 附件; over the mere list of what is attached there is none."""
    for at in islice(attached, _MOST_ATTACHED):
        found = _last_dated(lines[:at])
        if found and (found.issuer or _ATTACHED.fullmatch(lines[at])):
            yield found


def letterhead_of(lines: Sequence[str]) -> str:
    """Return the office of a first line such as 示例市人民政府文件."""
    first = (nfkc(line).strip() for line in lines[:_FIRST_LINES])
    heads = (_LETTERHEAD.fullmatch(line) for line in first if len(line) <= _LONGEST_LINE)
    return next((head["who"] for head in heads if head), "")


def issuer_in_title(title: str) -> str:
    """Return the office that a title begins with: 示例市财政局关于…的通知."""
    match = _IN_TITLE.match(nfkc(title).strip())
    return re.sub(r"[ 、]+", "、", match["who"]) if match else ""


def is_office(name: str) -> bool:
    """Tell whether a name is that of a public office and not of a newspaper or a site."""
    folded = nfkc(name).strip()
    return _OFFICE_NAME.fullmatch(folded) is not None and not _MEDIA.search(folded)


def _last_dated(lines: Sequence[str]) -> Signature | None:
    """Return the last signature, or one above it of a later day: the last is that of a paper that is passed on."""
    alone: Signature | None = None
    signed: list[Signature] = []
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if not line.endswith(_ENDS_OF_DAYS) or (signed and not _is_day(line)):
            continue
        found = _dated(lines, at)
        if found and found.issuer:
            signed.append(found)
        elif found and not signed and _stands_alone(lines, at):
            alone = alone or found
        if len(signed) == _MOST_SIGNATURES:
            break
    return max(signed, key=lambda one: one.day or date.min, default=alone)


def _is_day(line: str) -> bool:
    return len(line) <= _LONGEST_DAY and _DATE_LINE.fullmatch(line) is not None


def _stands_alone(lines: Sequence[str], at: int) -> bool:
    """Tell whether a day without an office ends the paper or stands under a person's post and name."""
    above = lines[at - 1] if at else ""
    return all(map(_STAMP.match, lines[at + 1 : at + 1 + _LAST_LINES])) or _POSTS.fullmatch(above) is not None


def _dated(lines: Sequence[str], at: int) -> Signature | None:
    """Return the signature whose date stands in this line, alone or behind the office."""
    line = lines[at]
    if len(line) > _LONGEST_LINE or not ("年" in line or "20" in line):
        return None
    if match := _DATE_LINE.fullmatch(line):
        return _with_day(_signers(lines, at), match["day"])
    match = _SIGNED_AND_DATED.fullmatch(line.replace("\t", " "))
    names = _names(match["who"]) if match else []
    return _with_day(names, match["day"]) if match and names else None


def _with_day(names: Sequence[str], words: str) -> Signature | None:
    day = find_date(words)
    return Signature("、".join(names), day) if day else None


def _signers(lines: Sequence[str], at: int) -> list[str]:
    """Return the offices in the lines above a date; a person's post and name between them is passed over."""
    found: list[str] = []
    for line in reversed(lines[max(0, at - _MOST_SIGNERS) : at]):
        names = _names(line) if len(line) <= _LONGEST_LINE else []
        if not names and not (_POSTS.fullmatch(line) and not found):
            break
        found = [*names, *found]
    return found


def _names(line: str) -> list[str]:
    """Return the offices of a line that names nothing else."""
    parts = [part.replace(" ", "") for part in re.split(r"[\t、]|\s{1,}(?=\S{4})", line.strip()) if part.strip()]
    whole = line.replace(" ", "")
    if _SIGNATURE.fullmatch(whole) and not all(map(_SIGNATURE.fullmatch, parts)):
        parts = [whole]
    return [_bare(part) for part in parts] if parts and all(map(_SIGNATURE.fullmatch, parts)) else []


def _bare(name: str) -> str:
    return re.sub(r"[(](?:代章|盖章|公章|章)[)]$", "", name)


def _undated(lines: Sequence[str]) -> Signature:
    for line in reversed(lines[-_LAST_LINES:]):
        if is_office(line) and (names := _names(line)):
            return Signature("、".join(names))
        if not _STAMP.match(line):
            break
    return Signature()
