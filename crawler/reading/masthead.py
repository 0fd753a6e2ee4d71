"""The head of a bulletin: its title, issue number, date and publisher; and the words at its very end."""

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.notice import Bulletin
from crawler.reading.dates import chinese_number, find_date
from crawler.reading.paragraphs import Line, ends_sentence, squeezed
from crawler.reading.width import nfkc

_ORDINAL = r"第\s*([\d〇零○一二三四五六七八九十百]{1,6})\s*期"
_TOTAL = re.compile(rf"总\s*(?:{_ORDINAL}|([\d]{{1,6}})\s*期)")
_ISSUE = re.compile(rf"{_ORDINAL}|期\s*号\s*[:：]?\s*(\d{{1,6}})")
_ISSUE_WORDS = re.compile(
    rf"[\[(（【]?\s*(?:(?:20)\d\d\s*年\s*(?:度\s*)?)?总?\s*{_ORDINAL}\s*[\])）】]?|[(（]?\s*总\s*\d+\s*期\s*[)）]?|期\s*号\s*[:：]?\s*\d+"
)
_NUMERAL = "[〇零○一二三四五六七八九十\\d]"
_DATE_WORDS = re.compile(
    rf"(?:{_NUMERAL}\s*){{4}}年\s*(?:{_NUMERAL}\s*){{1,3}}月\s*(?:{_NUMERAL}\s*){{1,3}}日|(?:19|20)\d\d\s*[-/.]\s*\d\d?\s*[-/.]\s*\d\d?"
)
_LABEL = re.compile(r"^(?:(?:主办|编印|编发|编制|发布)(?:单位|机构)?|出版(?:日期)?|印发(?:日期)?|日期)\s*[:：]\s*")
_PUBLISHER = re.compile(r"(?:办事处|办公室|办公厅|研究[院所室]|委员会|政府|信息中心|中心|[厅局委部处会院社组])$")
_MADE = re.compile(r"\s*(?:主办|承办|编制|编印|编发|印发|(?<![汇选摘])编)$")
_LEFT_OUT = re.compile(r"^[(（【\[]?(?:内部资料|内部参考|注意保存|仅供参考|机密|秘密|免费交流|不得外传)")
_COLOPHON = re.compile(
    r"^(?:报送?|主送|抄送|抄报|发送?|送|编辑|责任编辑|责编|编审|审核|审稿|校对|签发|主编|编印|印发|印数|共印|联系人|联系电话|电话|传真|地址|邮编|邮箱)\s*[:：]"
    r"|^[(（]?共印\s*\d+\s*份[)）]?$"
)
_LONGEST_MASTHEAD_LINE = 60  # characters
_LONGEST_OFFICE = 25
_SHORTEST_NAME = 4  # of a title or an office, where one line has both
_EDGES = " \u3000|·-—:：()（）"
_LONGEST_MASTHEAD = 8  # lines


def read_masthead(head: Sequence[str]) -> Bulletin:
    """Return what a bulletin's first lines say of it."""
    folded = nfkc("\n".join(head))
    names = [name for line in head for name in _names(line)]
    labelled = [_LABEL.sub("", _without_issue(line)) for line in head if _LABEL.match(line)]
    publishers = [name for name in names if _is_publisher(name)]
    titles = [name for name in names if name not in publishers[-1:]] or names
    publisher = next((name for name in labelled if name), "") or next(iter(publishers[-1:]), "")
    if not publisher and len(titles) > 1:
        publisher = titles[1]
    title = next((name for name in titles if name != publisher), "") or next(iter(names), "")
    publisher = _MADE.sub("", publisher) or publisher
    return Bulletin(title=title, number=_number(folded), published=find_date(folded), publisher=publisher)


def end_of_masthead(lines: Sequence[Line]) -> int:
    """Return the line after a bulletin's head, where no contents end it: the last that gives issue, date or office."""
    ends = 0
    for at, line in enumerate(lines[:_LONGEST_MASTHEAD]):
        if len(line.text) > _LONGEST_MASTHEAD_LINE or ends_sentence(line.text):
            break
        folded = nfkc(line.text)
        said = _ISSUE.search(folded) or _DATE_WORDS.search(folded) or _LABEL.match(folded) or _LEFT_OUT.match(folded)
        if said or (_is_publisher(folded) and len(folded) <= _LONGEST_OFFICE):
            ends = at + 1
    return ends


def without_running_heads(lines: Sequence[Line], bulletin: Bulletin, head: Sequence[str]) -> list[Line]:
    """Leave out the lines that repeat the bulletin's title or issue at the top of each page."""
    issues = [line for line in head if _ISSUE.search(nfkc(line))]
    repeated = {squeezed(bulletin.title), *map(squeezed, issues)}
    repeated |= {squeezed(bulletin.title + issue) for issue in issues} | {
        squeezed(issue + bulletin.title) for issue in issues
    }
    kept: list[Line] = []
    after_page = False
    for line in lines:
        after_page = after_page or line.after_page
        if squeezed(line.text) not in repeated - {""}:
            kept.append(replace(line, after_page=after_page))
            after_page = False
    return kept


def without_colophon(lines: Sequence[Line]) -> list[Line]:
    """Leave out the last lines when they say who gets and who made the bulletin: 报：… 送：… 编辑：…."""
    kept = list(lines)
    while kept and _COLOPHON.match(kept[-1].text):
        kept.pop()
    return kept


def _number(folded: str) -> int | None:
    """Return the issue's number; one counted over all years (总第) before one counted from January."""
    for pattern in (_TOTAL, _ISSUE):
        if match := pattern.search(folded):
            words = next(group for group in match.groups() if group)
            return int(words) if words.isdigit() else chinese_number(words) or None
    return None


def _is_publisher(name: str) -> bool:
    """Tell whether a name is an office's, or says that it made the bulletin (主办, 编印)."""
    return _PUBLISHER.search(name) is not None or _MADE.search(name) is not None


def _names(line: str) -> list[str]:
    """Return what is left of a line without issue, date and label: a title, a publisher, or both side by side."""
    if len(line) > _LONGEST_MASTHEAD_LINE or _LEFT_OUT.match(line):
        return []
    parts = [
        part for words in _DATE_WORDS.sub("\n", _ISSUE_WORDS.sub("\n", line)).split("\n") for part in _beside(words)
    ]
    names = [name for part in parts if squeezed(name := _LABEL.sub("", part.strip(_EDGES)).strip(_EDGES))]
    if any(map(_is_publisher, names)) and all(len(name) >= _SHORTEST_NAME for name in names):
        return names
    name = _LABEL.sub("", _without_issue(line)).strip(_EDGES)
    return [name] if squeezed(name) else []


def _beside(words: str) -> list[str]:
    """Part a title from the office that stands beside it after a blank."""
    for blank in re.finditer(r"\s+", words):
        title, office = words[: blank.start()].strip(_EDGES), words[blank.end() :].strip(_EDGES)
        if min(len(title), len(office)) >= _SHORTEST_NAME and _is_publisher(office) and not _is_publisher(title):
            return [title, office]
    return [words]


def _without_issue(line: str) -> str:
    return _DATE_WORDS.sub("", _ISSUE_WORDS.sub("", line)).strip()
