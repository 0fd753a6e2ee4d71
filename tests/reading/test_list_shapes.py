"""Lists of every shape, found without selectors, on a page with all that is no list."""
# ruff: noqa: ARG005  all shapes take the same

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from crawler.reading.listing import Row, find_list, find_rows

URL = "http://www.shili.example/zw/index.html"
TODAY = date(2026, 2, 10)
ROWS = [
    Row(
        f"关于做好第{12 - n}批农村公路养护工作的通知",
        f"http://www.shili.example/a/{n}.html",
        TODAY - timedelta(days=5 * n + 1),
    )
    for n in range(12)
]
MENU = "".join(f"<li><a href=/c{n}/>信息公开目录第{n}项</a></li>" for n in range(12))
MINISTRIES = "".join(f"<li><a href=http://bu{n}.example/>示例国务院第{n}部门网站</a></li>" for n in range(80))
BOX = "".join(
    f"<li><a href=/box/{n}.html>侧栏新闻的标题写得很长，比主列表的每一行都要长，这是第{n}条</a><i>2026-02-0{n}</i></li>"
    for n in range(1, 7)
)
SUMMARY = "为落实2025年1月1日起施行的规定，现组织开展这项工作。"

Shape = Callable[[int, Row, date], str]
SHAPES: dict[str, tuple[str, Shape]] = {
    "list items": ("<ul class=l>{}</ul>", lambda n, r, d: f"<li><a href={r.url}>{r.title}</a><i>{d}</i></li>"),
    "opened by script": (
        "<ul>{}</ul>",
        lambda n, r, d: (
            f"<li><a href='javascript:void(0)' onclick=\"window.open('{r.url}')\">{r.title}</a><i>{d}</i></li>"
        ),
    ),
    "opened by a function": (
        "<ul>{}</ul>",
        lambda n, r, d: f"<li><a href=\"javascript:show('{r.url[24:]}', 1)\">{r.title}</a><i>{d}</i></li>",
    ),
    "date first": ("<ul>{}</ul>", lambda n, r, d: f"<li>[{d}] <a href={r.url}>{r.title}</a></li>"),
    "terms": ("<dl>{}</dl>", lambda n, r, d: f"<dt><a href={r.url}>{r.title}</a></dt><dd>{d}</dd>"),
    "lines": ("<div>{}</div>", lambda n, r, d: f"<a href={r.url}>{r.title}</a> ({d})<br>"),
    "paragraphs": ("<div>{}</div>", lambda n, r, d: f"<p><a href={r.url}>{r.title}</a>（{d:%Y.%m.%d}）</p>"),
    "numbered elements": (
        "<div>{}</div>",
        lambda n, r, d: f"<div class='item-{n}'><b><a href={r.url}>{r.title}</a></b><i>{d}</i></div>",
    ),
    "cards with a summary that names a day": (
        "<div>{}</div>",
        lambda n, r, d: (
            f"<div class=card><h3><a href={r.url}>{r.title}</a></h3><p>{SUMMARY}</p><p>发布时间：{d:%Y/%m/%d}</p>"
            f"<a href={r.url}>查看详情内容</a></div>"
        ),
    ),
    "links round everything": (
        "<div>{}</div>",
        lambda n, r, d: f"<a class=r href={r.url}><h4>{r.title}</h4><p>{SUMMARY}</p><em>{d}</em></a>",
    ),
    "calendar leaves": (
        "<ul>{}</ul>",
        lambda n, r, d: f"<li><div><b>{d:%d}</b><i>{d:%Y-%m}</i></div><div><a href={r.url}>{r.title}</a></div></li>",
    ),
    "tables with a second link": (
        "<table>{}</table>",
        lambda n, r, d: (
            f"<tr><td>{n}</td><td><a href={r.url}>{r.title}</a></td><td>{d}</td>"
            f"<td><a href=/f/{n}.pdf>下载这份文件的全文</a></td></tr>"
        ),
    ),
    "the column before the title": (
        "<ul>{}</ul>",
        lambda n, r, d: f"<li><a href=/lm{n % 3}/>[通知公告]</a><a href={r.url}>{r.title}</a><i>{d}</i></li>",
    ),
    "titles cut short": (
        "<ul>{}</ul>",
        lambda n, r, d: f"<li><a href={r.url} title='{r.title}'>{r.title[:8]}...</a><i>{d}</i></li>",
    ),
    "all that is known in the link's title": (
        "<ul>{}</ul>",
        lambda n, r, d: (
            f"<li><a href={r.url} title='标题：{r.title}&#10;发布日期：{d}'>{r.title[:9]}</a><i>{d}</i></li>"
        ),
    ),
    "index tables in the rows": (
        "<ul>{}</ul>",
        lambda n, r, d: (
            f"<li><a href={r.url}>{r.title}</a><i>{d}</i><div><table><tr><td>索引号</td><td>12</td><td>生成日期</td>"
            "<td>2020-01-01</td></tr></table></div></li>"
        ),
    ),
    "tables in tables with dashed rows": (
        "<table><tr><td><table>{}</table></td></tr></table>",
        lambda n, r, d: (
            f"<tr><td><table><tr><td>·<a href={r.url}>{r.title}</a></td><td>[{d:%Y/%m/%d}]</td></tr></table></td></tr>"
            "<tr><td class=dash></td></tr>"
        ),
    ),
    "years of two digits": (
        "<ul>{}</ul>",
        lambda n, r, d: f"<li><a href={r.url}>{r.title}</a><i>{d:%y-%m-%d}</i></li>",
    ),
    "no years": ("<ul>{}</ul>", lambda n, r, d: f"<li><a href={r.url}>{r.title}</a><i>{d:%m-%d}</i></li>"),
    "moments glued together": (
        "<ul>{}</ul>",
        lambda n, r, d: f"<li><a href={r.url}>{r.title}</a><i>{d} 09:00:00{d} 09:00:00</i></li>",
    ),
    "interpretations below": (
        "<ul>{}</ul>",
        lambda n, r, d: (
            f"<li><a href={r.url}>{r.title}</a><i>{d}</i><ul><li><a href=/jd/{n}.html>政策解读：{r.title}</a>"
            f"<i>{d + timedelta(days=1)}</i></li></ul></li>"
        ),
    ),
    "a leaf of a calendar in the link": (
        "<ul>{}</ul>",
        lambda n, r, d: f"<li><a href={r.url}><span><b>{d:%d}</b><i>{d:%Y/%m}</i></span><em>{r.title}</em></a></li>",
    ),
    "the year below the day in the link": (
        "<ul>{}</ul>",
        lambda n, r, d: (
            f"<li><a href={r.url}><div><span>{d:%m-%d}</span><em>{d:%Y}</em></div><div>{r.title}</div></a></li>"
        ),
    ),
    "the moment and the source in the link": (
        "<div>{}</div>",
        lambda n, r, d: f"<a href={r.url}><h4>{r.title}</h4><p>时间：{d} 08:30　来源：示例市政府办</p></a>",
    ),
    "a labelled day in the link": (
        "<ul>{}</ul>",
        lambda n, r, d: f"<li><a href={r.url}><span>{r.title}</span><span>发布时间：{d}</span></a></li>",
    ),
    "a summary in the link": (
        "<div>{}</div>",
        lambda n, r, d: f"<a class=c href={r.url}><div>{r.title}</div><div>{SUMMARY}</div><div>{d}</div></a>",
    ),
    "pinned rows": (
        "<ul>{}</ul>",
        lambda n, r, d: f"<li><a href={r.url}>{'<i>置顶</i>' if n < 2 else ''}{r.title}</a><i>{d}</i></li>",
    ),
    "a part of the title in colour": (
        "<ul>{}</ul>",
        lambda n, r, d: f"<li><a href={r.url}>{r.title[:3]}<em>{r.title[3:5]}</em>{r.title[5:]}</a><i>{d}</i></li>",
    ),
    "opened by a script": (
        "<ul>{}</ul>",
        lambda n, r, d: f"<li><a href='javascript:;' onclick=\"openWin('{r.url}')\">{r.title}</a><i>{d}</i></li>",
    ),
    "written and published in columns": (
        "<table><tr><th>名称</th><th>成文日期</th><th>发布日期</th></tr>{}</table>",
        lambda n, r, d: f"<tr><td><a href={r.url}>{r.title}</a></td><td>{d - timedelta(9)}</td><td>{d}</td></tr>",
    ),
    "two notices in a row": (
        "<table>{}</table>",
        lambda n, r, d: f"{'' if n % 2 else '<tr>'}<td><a href={r.url}>{r.title}</a></td><td>{d}</td>",
    ),
    "a list in three pieces": (
        "<div>{}</div>",
        lambda n, r, d: (
            ("" if n % 4 else f"{'</ul>' if n else ''}<ul class='part{n // 4}'>")
            + f"<li><a href={r.url}>{r.title}</a><i>{d}</i></li>"
        ),
    ),
}

IN_PIECES = {"a list in three pieces", "two notices in a row"}  # a single row doesn't show how they are cut


def page(name: str, rows: list[Row], *, box: str = BOX) -> bytes:
    frame, shape = SHAPES[name]
    made = frame.format("".join(shape(n, row, row.date or TODAY) for n, row in enumerate(rows)))
    return (
        f"<meta charset=utf-8><ul class=menu>{MENU}</ul><div class=side><ul>{box}</ul></div>"
        f"<div class=main>{made}</div><ul class=foot>{MINISTRIES}</ul>"
    ).encode()


@pytest.mark.parametrize("name", SHAPES)
def test_the_rows_are_found_whatever_their_shape(name: str) -> None:
    assert list(find_rows(page(name, ROWS), URL, today=TODAY)) == ROWS


@pytest.mark.parametrize("name", [name for name in SHAPES if name not in IN_PIECES])
def test_a_last_page_of_one_row_is_known_by_the_shape_of_the_first(name: str) -> None:
    first = find_list(page(name, ROWS), URL, today=TODAY)
    last = find_list(page(name, ROWS[11:]), URL, today=TODAY, fewest=1, shape=first.shape)
    assert list(last.rows) == ROWS[11:]


def test_without_that_shape_the_longer_list_would_count() -> None:
    assert len(find_rows(page("list items", ROWS[11:]), URL, today=TODAY)) == 6


def test_few_rows_are_a_list_only_when_all_are_dated() -> None:
    two = [Row(row.title, row.url, row.date) for row in ROWS[:2]]
    assert list(find_list(page("list items", two, box=""), URL, today=TODAY, fewest=1).rows) == two
    undated = b"<ul><li><a href=1.html>" + ROWS[0].title.encode() + b"</a></li></ul>"
    assert find_list(undated, URL, today=TODAY, fewest=1).rows == ()


def test_short_titles_count_beside_others() -> None:
    rows = [Row("公告", row.url, row.date) if n % 3 == 0 else row for n, row in enumerate(ROWS)]
    assert list(find_rows(page("list items", rows), URL, today=TODAY)) == rows


def test_a_department_with_a_longer_name_is_no_title() -> None:
    rows = [Row("关于停水的公告", row.url, row.date) if n % 3 == 0 else row for n, row in enumerate(ROWS)]
    made = "".join(
        f"<li><a href={row.url}>{row.title}</a><a href=/b{n}/>示例市发展和改革委员会</a><i>{row.date}</i></li>"
        for n, row in enumerate(rows)
    )
    assert list(find_rows(f"<meta charset=utf-8><ul>{made}</ul>".encode(), URL, today=TODAY)) == rows


def test_a_box_of_fewer_rows_is_not_the_list_because_it_is_wordy() -> None:
    ten = "</li>".join((BOX + BOX.replace("/box/", "/more/")).split("</li>")[:10])
    assert list(find_rows(page("list items", ROWS, box=ten), URL, today=TODAY)) == ROWS


@pytest.mark.parametrize(
    ("in_box", "in_main"), [("<a href=/more/>更多&gt;&gt;</a>", ""), ("", "<a href=i_1.html>下一页</a>")]
)
def test_a_list_that_has_pages_counts_before_a_box_that_has_more(in_box: str, in_main: str) -> None:
    rows = [Row(f"第{n}批公路养护工程招标公告", row.url, row.date) for n, row in enumerate(ROWS[:7])]
    made = page("list items", rows, box=BOX).decode()
    made = made.replace("<div class=side>", f"<div class=z>{in_box}").replace(
        "</ul></div><ul class=foot>", f"</ul>{in_main}</div>"
    )
    assert list(find_rows(made.encode(), URL, today=TODAY)) == rows


def test_a_day_of_another_century_is_none() -> None:
    rows = [Row(row.title, row.url, date(2099, 1, 1)) if n == 3 else row for n, row in enumerate(ROWS)]
    found = find_rows(page("list items", rows), URL, today=TODAY)
    assert [row.date for row in found] == [None if n == 3 else row.date for n, row in enumerate(ROWS)]
    assert find_rows(page("list items", rows), URL)[3].date == date(2099, 1, 1)


def test_a_day_without_a_year_is_never_in_the_future() -> None:
    assert {row.date.year for row in find_rows(page("no years", ROWS), URL, today=TODAY) if row.date} == {2025, 2026}


def test_a_menu_and_a_footer_are_no_list() -> None:
    assert find_rows(f"<ul>{MENU}</ul><ul>{MINISTRIES}</ul>".encode(), URL, today=TODAY) == ()
