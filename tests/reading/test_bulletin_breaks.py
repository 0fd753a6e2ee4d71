"""Titles, columns, page numbers and heads of bulletins that are broken, glued or spaced out."""

import re
from datetime import date

import pytest

from config.regions import Places
from crawler.reading.bulletin import split_bulletin
from crawler.reading.paragraphs import lines_of

HEAD = ["苏皖合作每周简讯", "2022年第14期", "江苏省合作交流办公室", "2022年4月8日"]
TITLES = [
    "南京发布首份智能网联汽车白皮书",
    "无锡出台集成电路产业集聚区加快建设若干措施",
    "滁州开通省际公交专线 票价两元",
    "武汉试点数据资产登记服务",
]
SECTIONS = ["科创聚焦", "产业动向", "产业动向", "域外动态"]
TEXTS = [
    "4月6日，南京市发布智能网联汽车白皮书，梳理全市测试道路和应用场景。",
    "日前，无锡市印发若干措施，对集聚区内新建生产线给予贷款贴息，最长三年。",
    "滁州市近日开通两条省际公交专线，每天发车四十班，可刷交通卡。",
    "武汉市启动数据资产登记试点，首批选定十家单位，为期一年。",
]
EXPECTED = list(zip(SECTIONS, TITLES, TEXTS, strict=True))
CONTENTS = "\n".join(
    [
        "目 录",
        SECTIONS[0],
        f"{TITLES[0]} 3",
        SECTIONS[1],
        f"{TITLES[1]} 3",
        f"{TITLES[2]} 4",
        SECTIONS[3],
        f"{TITLES[3]} 5",
    ]
)
BODY = "\n".join(
    [
        SECTIONS[0],
        TITLES[0],
        TEXTS[0],
        SECTIONS[1],
        TITLES[1],
        TEXTS[1],
        TITLES[2],
        TEXTS[2],
        SECTIONS[3],
        TITLES[3],
        TEXTS[3],
    ]
)


def bulletin_of(contents: str = CONTENTS, body: str = BODY, head: list[str] = HEAD) -> str:
    return "\n".join([*head, contents, body])


def without_columns(text: str) -> str:
    return re.sub(rf"^(?:{'|'.join(SECTIONS)})\n", "", text, flags=re.MULTILINE)


def told(text: str, places: Places) -> list[tuple[str, str, str]]:
    bulletin, notices = split_bulletin(text, places)
    assert bulletin.problem == ""
    return [(notice.section, notice.title, notice.text) for notice in notices]


@pytest.mark.parametrize(
    "broken",
    [
        "南京发布首份智能\n网联汽车白皮书",
        "无锡出台集成电路产业集聚区\n加快建设若干措施",
        "南京发布首份\n智能网联汽车白皮书",
    ],
)
def test_a_title_broken_alike_in_contents_and_body_is_one_title(broken: str, places: Places) -> None:
    whole = broken.replace("\n", "")
    text = bulletin_of(CONTENTS.replace(whole, broken), BODY.replace(whole, broken))
    assert told(text, places) == EXPECTED


@pytest.mark.parametrize("paged", [True, False])
@pytest.mark.parametrize("broken", ["南京发布首份智能\n网联汽车白皮书", "无锡出台集成电路产业集聚区\n加快建设若干措施"])
def test_so_it_is_where_there_are_no_columns(broken: str, paged: bool, places: Places) -> None:  # noqa: FBT001 - a case
    contents = CONTENTS if paged else re.sub(r" \d$", "", CONTENTS, flags=re.MULTILINE)
    text = without_columns(bulletin_of(contents, BODY)).replace(broken.replace("\n", ""), broken)
    assert told(text, places) == [("", title, text) for _, title, text in EXPECTED]


def test_a_short_first_half_that_cannot_be_a_column_is_joined(places: Places) -> None:
    text = without_columns(bulletin_of()).replace(TITLES[1], f"{TITLES[1][:4]}\n{TITLES[1][4:]}")
    assert told(text, places) == [("", title, text) for _, title, text in EXPECTED]
    listed = "芜湖、宣城共建产业合作园区"
    text = bulletin_of().replace(TITLES[2], f"{listed[:5]}\n{listed[5:]}")
    assert [row[:2] for row in told(text, places)][2] == (SECTIONS[2], listed)


@pytest.mark.parametrize("columns", [True, False])
@pytest.mark.parametrize("first", [4, 6])
def test_a_first_title_with_a_short_first_half_makes_no_false_notice(
    first: int,
    columns: bool,  # noqa: FBT001 - a case
    places: Places,
) -> None:
    text = bulletin_of(CONTENTS.replace(TITLES[0], f"{TITLES[0][:first]}\n{TITLES[0][first:]}"))
    expected = EXPECTED if columns else [("", title, text) for _, title, text in EXPECTED]
    assert told(text if columns else without_columns(text), places) == expected


def test_the_name_of_a_column_before_the_first_title_is_no_notice(places: Places) -> None:
    assert [
        row[1] for row in told(bulletin_of(body=f"{SECTIONS[0]}\n本期要闻\n" + BODY.split("\n", 1)[1]), places)
    ] == TITLES


def test_longer_columns_are_still_columns(places: Places) -> None:
    text = bulletin_of()
    for section in set(SECTIONS):
        text = text.replace(section, f"{section}综合信息")
    assert told(text, places) == [(f"{section}综合信息", title, text) for section, title, text in EXPECTED]


@pytest.mark.parametrize("form", ["{}", "Page {}", "page {}"])
@pytest.mark.parametrize("first", [1, 3, 7])
def test_numbers_of_pages_go_and_join_what_they_cut(first: int, form: str, places: Places) -> None:
    pages = [f"{text[:-1]}，{'各有关单位要抓好落实，' * 12}" for text in TEXTS[:3]]
    texts = [f"{page}确保\n{form.format(first + at)}\n取得实效。" for at, page in enumerate(pages)]
    body = BODY
    for old, new in zip(TEXTS, texts, strict=False):
        body = body.replace(old, new)
    assert [row[2] for row in told(bulletin_of(body=body), places)] == [
        *(f"{page}确保取得实效。" for page in pages),
        TEXTS[3],
    ]


def test_numbers_that_do_not_count_the_pages_stay() -> None:
    page = "本页的文字足够长，" * 12
    text = f"{page}\n3\n{page}\n企业数\n860\n7\n{page}\n4\n序号\n5\n甲市\n6\n乙市\n{page}\n5\n{page}"
    assert [line.text for line in lines_of(text)] == [
        page, page, "企业数", "860", "7", page, "序号", "5", "甲市", "6", "乙市", page, page
    ]  # fmt: skip
    assert [line.text for line in lines_of(f"{page}\n38\n{page}")] == [page, "38", page]


@pytest.mark.parametrize("made", ["主办", " 主办", "编印", "编", "编制", "印发"])
def test_the_publisher_is_named_without_what_it_did(made: str, places: Places) -> None:
    bulletin, _ = split_bulletin(bulletin_of(head=[HEAD[0], HEAD[1], f"{HEAD[2]}{made}　　{HEAD[3]}"]), places)
    assert (bulletin.title, bulletin.publisher) == (HEAD[0], HEAD[2])


@pytest.mark.parametrize(
    "head",
    [
        f"{HEAD[0]} {HEAD[1]} {HEAD[2]} {HEAD[3]}",
        f"{HEAD[0]} {HEAD[2]} {HEAD[1]} {HEAD[3]}",
        f"{HEAD[0]}（第14期）{HEAD[2]}编印 {HEAD[3]}",
    ],
)
def test_a_head_on_one_line_is_parted(head: str, places: Places) -> None:
    bulletin, _ = split_bulletin(bulletin_of(head=[head]), places)
    assert (bulletin.title, bulletin.number, bulletin.published, bulletin.publisher) == (
        HEAD[0], 14, date(2022, 4, 8), HEAD[2]
    )  # fmt: skip


@pytest.mark.parametrize("title", ["惠企政策汇编", "苏皖 合作 每周 简讯"])
def test_a_title_is_not_parted_and_no_publisher(title: str, places: Places) -> None:
    bulletin, _ = split_bulletin(bulletin_of(head=[title, *HEAD[1:]]), places)
    assert (bulletin.title, bulletin.publisher) == (title, HEAD[2])


@pytest.mark.parametrize("columns", [True, False])
def test_page_numbers_that_stick_to_the_titles(columns: bool, places: Places) -> None:  # noqa: FBT001 - a case
    glued = re.sub(r" (\d)$", r"\1", CONTENTS, flags=re.MULTILINE).replace("加快建设", "加快\n建设")
    expected = EXPECTED if columns else [("", title, text) for _, title, text in EXPECTED]
    text = bulletin_of(glued)
    assert told(text if columns else without_columns(text), places) == expected
    assert [notice.page for notice in split_bulletin(text, places)[1]] == [3, 3, 4, 5]


@pytest.mark.parametrize("stuck", ["", "5", "12"])
def test_a_title_that_ends_in_digits_keeps_them(stuck: str, places: Places) -> None:
    title = "武汉数据登记服务指南2022"
    contents = re.sub(r" \d$", "", CONTENTS, flags=re.MULTILINE).replace(TITLES[3], f"{title}{stuck}")
    contents = contents if not stuck else contents.replace(TITLES[0], f"{TITLES[0]}3")
    contents = (
        contents if not stuck else contents.replace(TITLES[1], f"{TITLES[1]}3").replace(TITLES[2], f"{TITLES[2]}4")
    )
    text = bulletin_of(contents, BODY.replace(TITLES[3], title))
    assert [row[1] for row in told(text, places)] == [*TITLES[:3], title]


def test_columns_spaced_out_are_named_without_blanks(places: Places) -> None:
    text = bulletin_of()
    for section in set(SECTIONS):
        text = text.replace(section, " ".join(section))
    assert told(text, places) == EXPECTED
