"""What an article page gives when it is odd, and when it is none."""

from datetime import date

import pytest

from crawler.reading.article import UnreadablePage, read_article

URL = "http://www.shili.example/a/b.html"
BODY = "<div id=zoom><p>正文第一段写在这里，说明有关情况。</p><p>第二段。</p></div>"


def page(head: str = "<title>关于开展检查的通知</title>", body: str = BODY) -> bytes:
    return f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"<html><body></body></html>", "no title"),
        (page(body=""), "no body"),
        (page(body="<div id=zoom>&nbsp;</div><script>document.write('x')</script>"), "no body"),
        (page(head="", body=BODY), "no title"),
        (b"<title>a title</title>" + b"<div>" * 10_000 + "文字。".encode() * 99, "nested too deeply"),
        (b"<title>a title</title>" + b"x" * (11 * 1024 * 1024), "MB"),
    ],
)
def test_unreadable_pages_say_why(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePage, match=reason) as problem:
        read_article(body, URL)
    assert problem.value.reason == str(problem.value)


def test_a_page_of_links_is_no_article() -> None:
    links = "".join(f"<li><a href=/{n}>关于第{n}批项目，以及有关事项的通知</a></li>" for n in range(30))
    with pytest.raises(UnreadablePage, match="no body"):
        read_article(page(body=f"<ul>{links}</ul>"), URL)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("关于开展检查的通知-示例市人民政府", "关于开展检查的通知"),
        ("示例市人民政府门户网站 关于开展检查的通知", "示例市人民政府门户网站 关于开展检查的通知"),
        ("关于开展检查的通知_通知公告_示例网", "关于开展检查的通知"),
        ("1-10月全县投资平稳增长 | 统计局", "1-10月全县投资平稳增长"),
        ("调整2007 年末限额的决议", "调整2007年末限额的决议"),
        ("关于开展检查的通知 - 示例市人民政府办公室网站 - www.shili.example.cn", "关于开展检查的通知"),
        ("示例市人民政府门户网站_通知公告_关于开展检查的通知", "关于开展检查的通知"),
        ("市领导调研市财政局_要闻动态_示例市人民政府", "市领导调研市财政局"),
        ("示例市2026—2030年发展规划_示例市发改委", "示例市2026—2030年发展规划"),
        ("2026-2027学年示例市招生通知_教育局", "2026-2027学年示例市招生通知"),
    ],
)
def test_title_without_the_site(title: str, expected: str) -> None:
    assert read_article(page(head=f"<title>{title}</title>"), URL).title == expected


@pytest.mark.parametrize(
    ("head", "above"),
    [
        ("<title>示例市人民政府</title>", "<h1>示例市人民政府</h1><h2>关于印发方案的通知</h2>"),
        ("<title>通知公告</title>", "<h2>关于印发方案的通知</h2>"),
        ("<title>示例市人民政府门户网站</title>", "<div class='article-bt title'>关于印发方案的通知</div>"),
        ("<meta name=ArticleTitle content=通知公告><title>关于印发方案的通知_示例市</title>", ""),
        (
            "<meta name=ArticleTitle content=文件><meta name=ColumnName content=文件><title>关于印发方案的通知</title>",
            "",
        ),
        ("<title>示例市教育局 通知公告 关于印发方案的通知</title>", "<div class=bt>关于印发方案的通知</div>"),
        ("<title>示例市人民政府</title>", "<h1>关于印发<br>方案的通知</h1>"),
    ],
)
def test_the_name_of_a_site_or_a_column_is_no_title(head: str, above: str) -> None:
    assert read_article(page(head, above + BODY), URL).title == "关于印发方案的通知"


def test_the_title_that_a_page_gives_to_others_counts_before_the_name_of_its_site() -> None:
    head = "<title>示例市教育局</title><meta property=og:title content=关于开展检查的通知>"
    assert read_article(page(head), URL).title == "关于开展检查的通知"


def test_a_short_notice_in_a_cell_keeps_its_lines() -> None:
    cell = "各单位：<br>现将工作通知如下，请遵照执行。<br>示例市财政局<br>2026年11月18日"
    table = f"<table><tr><td>作者：甲 时间：2026-11-22</td></tr><tr><td class=c>{cell}</td></tr></table>"
    article = read_article(page(body=table), URL)
    assert article.text.split("\n") == cell.split("<br>")
    assert article.facts.written is not None


def test_what_is_hidden_in_capitals_is_hidden() -> None:
    hidden = (
        '<div style="DISPLAY: none">发布日期：2001-01-01 文号：别府〔2001〕1号</div><div>发布日期：2026-11-22</div>'
    )
    article = read_article(page(body=hidden + BODY), URL)
    assert (article.published, article.document_number) == (date(2026, 11, 22), "")


def test_a_title_on_two_lines_and_one_with_a_subtitle() -> None:
    named = page("<title>示例市人民政府</title>", f"<h1>示例市财政局<br>关于印发方案的通知</h1>{BODY}")
    assert read_article(named, URL).title == "示例市财政局关于印发方案的通知"
    subtitled = page("", f"<h1>把工作做到家<br>示例市开展走访活动</h1>{BODY}")
    assert read_article(subtitled, URL).title == "把工作做到家 示例市开展走访活动"


@pytest.mark.parametrize(
    ("shown", "text", "files"),
    [
        (
            "<iframe src='/js/viewer.html?file=/f/a.pdf'></iframe>",
            "关于开展检查的通知",
            ["http://www.shili.example/f/a.pdf"],
        ),
        ("<embed src='b.pdf' type=application/pdf>", "关于开展检查的通知", ["http://www.shili.example/a/b.pdf"]),
        (
            "<object data='/f/%E8%A1%A8.ofd'></object>",
            "关于开展检查的通知",
            ["http://www.shili.example/f/%E8%A1%A8.ofd"],
        ),
        ("<p><img src=c.jpg alt='一图读懂检查工作要点'></p>", "一图读懂检查工作要点", []),
        ("<p><img src=c.jpg></p>", "关于开展检查的通知", []),
    ],
)
def test_a_notice_that_is_a_file_or_a_picture_is_a_notice(shown: str, text: str, files: list[str]) -> None:
    article = read_article(page(body=f"<h1>关于开展检查的通知</h1><div id=zoom>{shown}</div>"), URL)
    assert (article.text, [file.url for file in article.attachments]) == (text, files)


def test_a_table_of_prices_is_an_article_where_a_heading_says_so_and_a_table_of_links_is_none() -> None:
    rows = "".join(f"<tr><td>蔬菜{n}</td><td>元/500克</td><td>{n}.50</td></tr>" for n in range(9))
    head, above = "<title>11月20日蔬菜价格监测表</title>", "<h1>11月20日蔬菜价格监测表</h1>"
    assert read_article(page(head, f"{above}<table>{rows}</table>"), URL).text.split("\n")[3] == "蔬菜3\t元/500克\t3.50"
    links = "".join(f"<tr><td><a href=/{n}>关于第{n}批项目的通知</a></td><td>{n}</td></tr>" for n in range(9))
    with pytest.raises(UnreadablePage, match="no body"):
        read_article(page(head, f"{above}<table>{links}</table>"), URL)


def test_a_stated_title_that_is_cut_short_is_completed_from_the_page() -> None:
    head = '<meta name="ArticleTitle" content="关于开展安全检查…">'
    assert (
        read_article(page(head, f"<h1>关于开展安全检查工作的通知</h1>{BODY}"), URL).title
        == "关于开展安全检查工作的通知"
    )


@pytest.mark.parametrize(
    ("around", "day"),
    [
        ("<meta name=pubdate content='2020-01-02'>发布日期：2020-03-04", date(2020, 1, 2)),
        ("<span>公示日期：</span><span>2020-03-04</span> 生成日期：2020-05-06", date(2020, 3, 4)),
        ("<table><tr><td>发布 日期</td><td>2020年3月4日</td></tr></table>", date(2020, 3, 4)),
        ("<script>var d='2001-01-01'</script>今天是2026年1月1日", None),
        ("<h1>关于开展检查的通知</h1><div>2020-03-04 08:00</div><div>更多 2026-01-01</div>", date(2020, 3, 4)),
    ],
)
def test_date(around: str, day: date | None) -> None:
    assert read_article(page(body=around + BODY), "http://a.example/?t=20231023").published == day


def test_the_date_under_the_signature_counts_before_one_in_the_text() -> None:
    body = "<div id=zoom><p>根据2019年1月1日的决定，现予公布。</p><p>示例市人民政府</p><p>2020年5月6日</p></div>"
    assert read_article(page(body=body), URL).published == date(2020, 5, 6)


def test_issuer_before_poster_and_an_empty_field_takes_nothing() -> None:
    table = "<table><tr><td>发文机关：</td><td></td><td>主题分类</td><td>综合</td></tr></table>"
    meta = "<meta name=ContentSource content=市府办><title>关于开展检查的通知</title>"
    assert read_article(page(meta, table + BODY), URL).agency == "市府办"
    issuer = table.replace("<td></td>", "<td>示例市财政局</td>")
    assert read_article(page(meta, issuer + BODY), URL).agency == "示例市财政局"


def test_the_body_selector_of_a_source_comes_first() -> None:
    body = BODY + "<section class=own><p>只要这一段，不要别的段落。</p></section>"
    assert read_article(page(body=body), URL, body_selector="section.own").text == "只要这一段，不要别的段落。"
    assert "正文第一段" in read_article(page(body=body), URL, body_selector="section.none").text


def test_the_densest_block_is_the_body_where_no_container_is_known() -> None:
    text = "".join(f"<p>第{n}段讲述有关事项，内容完整，表述清楚，可供参考。</p>" for n in range(9))
    body = f"<div class=l><a href=/1>导航一</a></div><div class=whatever>{text}</div><div>联系方式，地址，电话。</div>"
    read = read_article(page(body=body), URL).text
    assert read.count("\n") == 8
    assert "联系方式" not in read


def test_paragraphs_written_as_blocks_stay_together() -> None:
    text = "".join(
        f"<div>第{n}段讲述有关事项，内容完整，表述清楚，可供参考，字数足够，不会弄错。</div>" for n in range(9)
    )
    body = f"<div class=any>{text}</div><div class=r><div>地址，电话。</div></div>"
    assert read_article(page(body=body), URL).text.count("\n") == 8


def test_junk_lines_go_and_words_like_them_stay() -> None:
    junk = [
        "扫一扫在手机打开当前页",
        "【打印】 【关闭窗口】",
        "分享到：",
        "字号：大 中 小",
        "当前位置：首页 > 公告",
        "版权所有：示例市",
        "示ICP备1号",
        "点击进入专题&gt;&gt;",
        "【上一篇】某某通知",
        "[返回顶部]",
        "浏览：123 次",
        "手机扫一扫打开此页",
        "我要纠错",
        "A+ A A-",
        "首页 &gt; 政务公开",
        "更多&gt;&gt;",
    ]
    kept = [
        "点击进入“我要申报”栏目填写信息。",
        "打印机采购项目公告如下。",
        "主办单位：示例市商务局",
        "版权所有者应当登记。",
        "关闭落后产能企业三家。",
        "手机扫一扫，登录后报名。",
        "返回原籍人员登记办法",
        "更多内容请关注后续通知",
        "大中小企业融通发展。",
        "本办法自印发之日起施行。",
    ]
    body = "<div id=zoom>" + "".join(f"<p>{line}</p>" for line in junk + kept) + "</div>"
    assert read_article(page(body=body), URL).text == "\n".join(kept)


def test_attachments_by_path_query_and_download() -> None:
    links = (
        '<a href="a.pdf">附件一</a><a href="a.pdf">附件一</a><a href="/d?fileName=%E8%A1%A8.xls">下载</a>'
        '<a href="/download/7" download="名单.docx">点击下载</a><a href="b.html">网页</a><a href="http://[bad">x</a>'
        '<a href="/download/8?x=1">附件2：申报表</a><a href="/download/9">点击下载</a><a href="/download/">软件</a>'
        '<a href="javascript:void(0)">y</a><a href="#top">z</a>'
    )
    files = read_article(page(body=BODY.replace("</div>", f"{links}</div>")), URL).attachments
    assert [(file.url, file.name) for file in files] == [
        ("http://www.shili.example/a/a.pdf", "附件一"),
        ("http://www.shili.example/d?fileName=%E8%A1%A8.xls", "表.xls"),
        ("http://www.shili.example/download/7", "名单.docx"),
        ("http://www.shili.example/download/8?x=1", "附件2：申报表"),
        ("http://www.shili.example/download/9", "9"),
    ]


def test_files_start_from_the_base_of_the_page() -> None:
    head = '<title>关于开展检查的通知</title><base href="/app/">'
    linked = page(head=head, body=BODY.replace("</div>", '<a href="f/a.pdf">附件</a></div>'))
    assert [file.url for file in read_article(linked, URL).attachments] == ["http://www.shili.example/app/f/a.pdf"]


def test_days_of_related_articles_do_not_count_even_where_a_part_of_the_text_was_hidden() -> None:
    body = """<h1>关于开展检查的通知</h1><div id=zoom><p>[ 2026-10-21 ] 示例局</p><p>正文写在这里，说明有关情况。</p>
        <i style="display:none">隐藏。</i></div><h4>相关文章</h4><ul><li><a href=1>某事</a>2026-09-10</li></ul>"""
    assert read_article(page(body=body), URL).published == date(2026, 10, 21)
