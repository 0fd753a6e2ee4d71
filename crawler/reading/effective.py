"""From which day a paper is in force: 自2027年1月1日起施行, 自发布之日起施行."""

import re
from datetime import date, timedelta

from crawler.reading.days import days_in
from crawler.reading.width import nfkc

_FORCE = r"(?:开始|正式|同步)?(?:施行|实施|执行|生效|试行|起效)(?!以来|后|前|之|的|方案|办法|意见|细则|情况|期|阶段)"
_DATE = r"(?:(?:20\d\d|今|明|本)\s*年\s*)?\d{1,2}\s*月\s*\d{1,2}\s*日|20\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
_IN_FORCE = re.compile(
    rf"(?:(?P<own>(?:发布|公布|印发|颁布|公告|发文|下发)之?日)|(?P<named>{_DATE}))"
    rf"\s*(?:零时|零点|\d{{1,2}}\s*(?:时|点|:\s*\d\d))?\s*起?\s*(?:满?(?P<later>\d{{1,3}})\s*日之?后|满?(?P<months>\d{{1,2}})个月后)?\s*起?\s*(?:{_FORCE}|,\s*{_FORCE}(?![\u4e00-\u9fff]))"
)
_QUOTED = re.compile("《([^《》]{2,80})》")
_OWN = re.compile(
    r"(?:本|该|此)(?:办法|规定|条例|细则|意见|通知|决定|方案|公告|通告|令|规程|标准|指南|指引|措施|规则|制度|政策|文件|法|预案|实施|目录|清单|名录|标准|定额|计划|规划|纲要|要点|章程|守则|公约|决议|批复|函)|现予|现将|予以|以上|上述|调整后|修[订改]后|印发给"
    r"|现(?:公布|发布|颁布|印发)《[^《》]*》"
)
_ANOTHER = re.compile("《|施行|废止")  # between the paper's own name and a day: the day is that of the one named there
_NUMBERING = re.compile(r"[\s,.、:()第条章\d一二三四五六七八九十百]+")
_LAW = re.compile(r"(?:(?<!办)法|条例)(?:[(（《].*)?$")  # of a congress: any site posts it, at any time
_LONG_AGO = timedelta(days=180)
_HINT = re.compile(r"日[^日\n]{0,16}?(?:施行|实施|执行|生效|试行|起效)")
_DAY_REACH = 16  # characters that a day takes
_REACH = 120


def effective_on(title: str, text: str, published: date | None, written: date | None = None) -> date | None:
    """Return the day from which the notice's own rules hold; a day on which a cited paper came into force is not it.

    自公布之日起 counts from the day under the signature, for a page may be posted long after. Of a law that stands
    without a signature nobody knows that day.
    """
    folded = nfkc(text)
    hints = _HINT.finditer(folded)
    matches = (_IN_FORCE.search(folded, max(0, hint.start() - _DAY_REACH), hint.end() + _DAY_REACH) for hint in hints)
    issued = written or (None if _LAW.search(title) else published)
    dated = ((match, _day(match, published, issued)) for match in matches if match)
    found = [day for match, day in dated if day and _is_its_own(title, folded, match, _is_recent(day, published))]
    return found[-1] if found else None


def _is_recent(day: date, published: date | None) -> bool:
    return published is None or day >= published - _LONG_AGO


def _is_its_own(title: str, text: str, match: re.Match[str], is_recent: bool) -> bool:  # noqa: FBT001  private
    sentence = re.split("[。;\n]", text[max(0, match.start() - _REACH) : match.start()])[-1].rstrip("自从由于本 ")
    own = list(_OWN.finditer(sentence))
    if own and not _ANOTHER.search(sentence, own[-1].end()):
        return True
    quoted = _QUOTED.findall(sentence)
    if not quoted and sentence.endswith(("公布", "发布")):
        return True  # the note under a title: (2026年11月5日某市人民政府令第9号公布 自2026年12月10日起施行)
    return not _NUMBERING.sub("", sentence) or (is_recent and any(name in title for name in quoted))


def _day(match: re.Match[str], published: date | None, issued: date | None) -> date | None:
    if match["named"]:
        named = list(days_in(match["named"], published))
        return named[-1].day if named else None
    if issued is None or match["months"]:
        return None
    return issued + timedelta(days=int(match["later"] or 0))
