"""Bulletins: whole articles under their titles, or the whole bulletin with a reason."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from config.regions import Places
from crawler.notice import Bulletin, Notice
from crawler.reading.bulletin import split_bulletin

COLUMNS = ["科创聚焦", "经济热点", "产业动向", "政策举措", "经验交流", "域外动态"]
HEAD = ["长三角动态周报", "2021年第37期（总第189期）", "上海合作交流办公室", "二〇二一年九月三日"]
TITLES = [
    "苏州启用跨境数据流通试验平台",
    "宁波出台小微企业融资担保降费奖补办法",
    "合肥对首台套装备给予保费补贴",
    "成都推行“一码通”办税 全程不用跑腿",
]
SECTIONS = ["科创聚焦", "政策举措", "政策举措", "域外动态"]
TEXTS = [
    "9月1日，苏州工业园区启用跨境数据流通试验平台，首批接入企业20家。\n下一步，园区将总结经验，在全市推广。",
    "近日，宁波市财政局印发办法，对担保费率低于1%的机构给予奖补，每年按季度兑现。",
    "合肥市明确，首台套装备投保的，按保费的80%给予补贴,单个企业最高100万元。",
    "成都市税务局日前推行“一码通”办税服务，纳税人扫码即可办理，全部业务当场办结。",
]


def contents(entry: Callable[[int, str], str] = lambda page, title: f"{title} {page}") -> list[str]:
    return ["目录", *with_columns([entry(page, title) for page, title in enumerate(TITLES, 3)])]


def body(texts: list[str] | None = None, titles: list[str] | None = None) -> list[str]:
    pairs = zip(titles or TITLES, texts or TEXTS, strict=True)
    return with_columns([f"{title}\n{text}" for title, text in pairs])


def with_columns(rows: list[str]) -> list[str]:
    found: list[str] = []
    for at, row in enumerate(rows):
        found += [SECTIONS[at]] if SECTIONS[at] not in SECTIONS[:at] else []
        found.append(row)
    return found


def told(notices: tuple[Notice, ...]) -> list[tuple[str, str, str]]:
    return [(notice.section, notice.title, notice.text) for notice in notices]


EXPECTED = list(zip(SECTIONS, TITLES, TEXTS, strict=True))


def test_the_sample_has_eight_notices_in_six_columns(sample: str, places: Places) -> None:
    bulletin, notices = split_bulletin(sample, places)
    assert bulletin == Bulletin(
        title="长三角每周观察", number=203, published=date(2026, 3, 13), publisher="长三角合作交流办公室"
    )
    assert [notice.section for notice in notices] == [
        COLUMNS[0], COLUMNS[1], COLUMNS[1], COLUMNS[2], COLUMNS[3], COLUMNS[3], COLUMNS[4], COLUMNS[5]
    ]  # fmt: skip
    assert [notice.page for notice in notices] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert [next(iter(notice.regions)) for notice in notices] == [
        "上海/浦东", "上海/浦东", "江苏", "江苏/无锡", "浙江", "安徽/合肥", "江苏/苏州/吴江", "四川/成都"
    ]  # fmt: skip
    assert {notice.published for notice in notices} == {date(2026, 3, 13)}


def test_no_word_of_the_sample_is_lost_or_doubled(sample: str, places: Places) -> None:
    _, notices = split_bulletin(sample, places)
    after = sample[sample.index(COLUMNS[0], sample.index(COLUMNS[5])) :]
    squeezed = re.sub(r"\s", "", after)
    for notice in notices:
        squeezed = squeezed.replace(re.sub(r"\s", "", notice.title), "", 1)
    for column in COLUMNS[:5]:  # the last has no heading in the body
        squeezed = squeezed.replace(column, "", 1)
    assert squeezed == "".join(re.sub(r"\s", "", notice.text) for notice in notices)


def test_sentences_cut_by_a_page_are_joined_and_headings_are_not(sample: str, places: Places) -> None:
    _, notices = split_bulletin(sample, places)
    assert "路口流量、信号配时和天气三类。" in notices[0].text
    assert notices[3].text.endswith("鼓励投早、投小、投硬科技。")
    assert "关键材料,其中" in notices[3].text
    assert "\n（一）联合巡查\n三地每月" in notices[6].text
    assert notices[3].title == "无锡设8亿元集成电路专项基金"


CONTENTS: dict[str, Callable[[int, str], str]] = {
    "space": lambda page, title: f"{title} {page}",
    "dots": lambda page, title: f"{title}……………………{page}",
    "full stops": lambda page, title: f"{title} ........ {page}",
    "tab": lambda page, title: f"{title}\t{page}",
    "full width": lambda page, title: f"{title}……{chr(0xFF10 + page)}",
    "brackets": lambda page, title: f"{title}（{page}）",
    "numbered": lambda page, title: f"{page - 2}. {title} {page}",
    "dashes": lambda page, title: f"- {title} .. {page}",
    "wrapped": lambda page, title: f"{title[:8]}\n{title[8:]} {page}",
}


@pytest.mark.parametrize("form", CONTENTS)
def test_forms_of_contents(form: str, places: Places) -> None:
    text = "\n\n".join([*HEAD, *contents(CONTENTS[form]), *body()])
    bulletin, notices = split_bulletin(text, places)
    assert not bulletin.problem
    assert told(notices) == EXPECTED
    assert [notice.page for notice in notices] == [3, 4, 5, 6]


@pytest.mark.parametrize("mark", ["【{}】", "一、{}", "◆ {}"])
@pytest.mark.parametrize("heading", ["目 录", "【本期目录】", "目  次"])
def test_forms_of_columns(mark: str, heading: str, places: Places) -> None:
    text = "\n".join([*HEAD, heading, *contents()[1:], *body()])
    for section in set(SECTIONS):
        text = re.sub(f"^{section}$", mark.format(section), text, flags=re.MULTILINE)
    assert told(split_bulletin(text, places)[1]) == EXPECTED


def test_contents_without_pages_and_without_columns(places: Places) -> None:
    unpaged = "\n".join([*HEAD, *contents(lambda _, title: title), *body()])
    assert told(split_bulletin(unpaged, places)[1]) == EXPECTED
    plain = "\n".join([*HEAD, "目录", *[f"{title} 3" for title in TITLES]])
    plain += "\n" + "\n".join(f"{title}\n{text}" for title, text in zip(TITLES, TEXTS, strict=True))
    assert [notice.text for notice in split_bulletin(plain, places)[1]] == TEXTS


def test_titles_broken_in_the_body_and_spelled_a_little_otherwise(places: Places) -> None:
    titles = ["苏州启用\n跨境数据流通\n试验平台", "宁波出台小微企业融资担保降费奖补新办法", *TITLES[2:]]
    text = "\n".join([*HEAD, *contents(), *body(titles=titles)])
    assert told(split_bulletin(text, places)[1]) == EXPECTED


def test_page_marks_running_heads_and_colophon_go(places: Places) -> None:
    texts = [*TEXTS]
    texts[3] = texts[3].replace("办税服务，", "办税\n— 5 —\n\f长三角动态周报\n2021年第37期（总第189期）\n服务，")
    text = "\n".join([*HEAD, *contents(), *body(texts), "报：市领导", "送：各处室", "编辑：综合处  电话：021-00000000"])
    assert told(split_bulletin(text, places)[1]) == EXPECTED


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n\n", "\f\n"])
def test_line_ends(end: str, places: Places) -> None:
    text = "\ufeff" + end.join([*HEAD, *contents(), *"\n".join(body()).split("\n")])
    assert told(split_bulletin(text, places)[1]) == EXPECTED


def test_lines_broken_at_a_width_are_paragraphs_again(places: Places) -> None:
    long = [f"\u3000\u3000{text * 4}".replace("\n", "") for text in TEXTS]
    broken = ["\n".join(text[at : at + 30] for at in range(0, len(text), 30)) for text in long]
    _, notices = split_bulletin("\n".join([*HEAD, *contents(), *body(broken)]), places)
    assert [notice.text for notice in notices] == [text.strip() for text in long]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("第189期", 189),
        ("总第189期", 189),
        ("2020 年第 189 期", 189),
        ("2020年第37期（总第189期）", 189),
        ("第一百八十九期", 189),
        ("第１８９期", 189),
        ("期号：189", 189),
    ],
)
def test_issue_numbers(line: str, number: int, places: Places) -> None:
    text = "\n".join([HEAD[0], line, *HEAD[2:], *contents(), *body()])
    bulletin, _ = split_bulletin(text, places)
    assert (bulletin.number, bulletin.title, bulletin.publisher) == (number, HEAD[0], HEAD[2])


def test_without_contents_headings_split_where_that_is_safe(places: Places) -> None:
    bulletin, notices = split_bulletin("\n\n".join([*HEAD, *body()]), places)
    assert not bulletin.problem
    assert told(notices) == EXPECTED
    assert [notice.page for notice in notices] == [None] * 4


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\n".join([*HEAD, *contents(), *body(titles=["别的标题", *TITLES[1:]])]), "does not stand in the text"),
        ("\n".join([*HEAD, *contents()]), "does not stand again"),
        ("\n".join([*HEAD, *body([f"{TEXTS[0]}\n主要功能\n功能很多，欢迎使用。", *TEXTS[1:]])]), "“主要功能” may be"),
        ("\n".join([*HEAD, TEXTS[0], TEXTS[1]]), "fewer than three"),
        ("\n".join([*HEAD, TEXTS[0], *body()]), "does not open with a title"),
        ("\n".join([*HEAD, *body([TEXTS[0], "短。", *TEXTS[2:]])]), "no article of whole sentences"),
    ],
)
def test_what_cannot_be_split_is_kept_whole_with_the_reason(text: str, reason: str, places: Places) -> None:
    bulletin, notices = split_bulletin(text, places)
    assert reason in bulletin.problem
    assert [notice.title for notice in notices] == [HEAD[0]]
    if TEXTS[1] in text:
        assert TEXTS[1] in notices[0].text


@pytest.mark.parametrize("text", ["", "目录", "一行", "\f\n3\n", "目录\n目录\n目录", "第1期\n目录\n甲 3\n甲"])
def test_odd_texts_have_an_answer(text: str, places: Places) -> None:
    _, notices = split_bulletin(text, places)
    assert len(notices) >= 1
