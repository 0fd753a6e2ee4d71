"""Which notices are one: a labelled set of pairs, the guards one by one, and the clusters in the archive."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crawler.archive.notices import archive_notice, archive_notices, each_notice, notices_by_id
from crawler.archive.reposts import clusters_of
from crawler.notice import ArchivedNotice, Fact, Facts, Notice
from crawler.reposts import bands_of, is_repost, issuer_first

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SUBSIDY = """各区人民政府，市各有关部门：
为进一步扩大汽车消费，现将{town}购车补贴有关事项通知如下。
一、补贴范围。{year}年11月1日至12月31日在本市购买新能源乘用车的个人消费者。
二、补贴标准。按购车发票金额分档给予补贴，每辆最高不超过{sum}元。
三、申报方式。消费者通过城市服务平台提交申请材料，审核通过后十五个工作日内拨付。
四、各区应当加强政策宣传，优化服务流程，确保补贴资金及时足额兑付到位。
{town}商务局
{year}年11月20日"""
DATA = """为促进数据要素流通，规范公共数据授权运营，根据有关法律法规，结合{town}实际，制定本办法。
第一条 本办法所称公共数据授权运营，是指依法授权符合条件的运营主体开展数据加工和产品服务的活动。
第二条 公共数据授权运营应当遵循依法合规、安全可控、公平公开、收益共享的原则。
第三条 数据主管部门负责统筹推进授权运营工作，网信、公安等部门按照职责做好安全监管。
第四条 本办法自{year}年12月1日起施行，有效期{sum}年。"""
TENDER = """受{town}教育局委托，现对中小学智慧教室设备采购项目进行公开招标，欢迎合格的供应商参加投标。
项目编号：{town}采公{year}第018号，预算金额{sum}万元。
投标人应当具有独立承担民事责任的能力，具有良好的商业信誉和健全的财务会计制度。
获取招标文件的时间为公告发布之日起五个工作日，逾期不再受理。
投标截止时间和开标时间见招标文件，开标地点为公共资源交易中心二楼开标室。"""
TEMPLATES = {
    "关于实施购车补贴的通知": (SUBSIDY, "15000"),
    "公共数据授权运营管理办法": (DATA, "3"),
    "中小学智慧教室设备采购项目招标公告": (TENDER, "860"),
}
PLACES = {"昆山市": "江苏/苏州/昆山", "太仓市": "江苏/苏州/太仓", "桐乡市": "浙江/嘉兴/桐乡"}


def make(  # noqa: PLR0913  a notice has as many facts
    title: str, town: str = "昆山市", *, year: str = "2026", amount: str = "", name: str = "a", number: str = ""
) -> Notice:
    text, usual = TEMPLATES[title]
    return Notice(
        key=f"https://{name}.example/1.html",
        url=f"https://{name}.example/1.html",
        source=name,
        title=title,
        text=text.format(town=town, year=year, sum=amount or usual),
        agency=f"{town}商务局",
        regions=(PLACES[town],),
        published=date(int(year), 11, 20),
        document_number=number,
    )


def reposts_of(notice: Notice) -> dict[str, Notice]:
    """The same notice as other sites print it."""
    paragraphs = notice.text.split("\n")
    return {
        "a line of origin on top": replace(notice, text=f"来源：市政府办公室\n{notice.text}"),
        "paragraphs run together": replace(notice, text="".join(paragraphs[:2]) + "\n" + "\n".join(paragraphs[2:])),
        "other spaces and widths": replace(notice, text=notice.text.replace("，", ", ").replace("。", "。 ")),
        "the issuer before the title": replace(notice, title=f"昆山市人民政府{notice.title}"),
        "its number after the title": replace(notice, title=f"{notice.title}（昆政发〔2026〕12号）"),
        "its number before the title": replace(notice, title=f"昆政发[2026]12号 {notice.title}", document_number=""),
        "title in brackets": replace(notice, title=f"【转发】{notice.title}"),
        "on the site of the province": replace(notice, regions=("江苏",)),
        "no number on the other site": replace(notice, document_number=""),
        "a week later": replace(notice, published=date(2026, 11, 27)),
        "an editor's line at the end": replace(notice, text=f"{notice.text}\n责任编辑：办公室\n浏览次数：88"),
        "without the salutation": replace(notice, text="\n".join(paragraphs[1:])),
    }


def others_than(notice: Notice) -> dict[str, Notice]:
    """Notices that look like it and are others."""
    title = notice.title
    return {
        "another town": make(title, "太仓市"),
        "another town, its place unknown": replace(make(title, "太仓市"), regions=("江苏/苏州",)),
        "a town of another province": make(title, "桐乡市"),
        "another year": make(title, year="2025"),
        "another year, undated": replace(make(title, year="2025"), published=None),
        "another sum": make(title, amount="777"),
        "another number": replace(notice, document_number="昆政发〔2026〕99号"),
        "another number in the title": replace(
            notice, title=f"{notice.title}（昆政发〔2026〕13号）", document_number=""
        ),
        "a correction": replace(notice, title=f"{title}（更正公告）", text=f"{notice.text}\n现更正如下。"),
        "the second batch": replace(notice, title=f"{title}（第二批）"),
        "the result": replace(notice, title=f"{title}结果公示"),
        "an explanation": replace(notice, title=f"{title}政策解读"),
        "the next year in the title": replace(notice, title=f"2027年度{title}"),
        "the same text for a neighbour": replace(notice, regions=("江苏/苏州/太仓",)),
        "a year apart": replace(notice, published=date(2025, 11, 20)),
        "one condition less": replace(
            notice,
            text=notice.text.replace("有效期", "试行有效期")
            .replace("公开招标", "邀请招标")
            .replace("十五个", "三十个"),
        ),
    }


NOTICES = [make(title, number="昆政发〔2026〕12号") for title in TEMPLATES]
SAME = [(about, notice, other) for notice in NOTICES for about, other in reposts_of(notice).items()]
NOT_SAME = [(about, notice, other) for notice in NOTICES for about, other in others_than(notice).items()]


def test_no_two_notices_are_taken_for_one() -> None:
    wrong = [(about, one.title) for about, one, other in NOT_SAME if is_repost(one, other) or is_repost(other, one)]
    assert wrong == []
    assert len(NOT_SAME) == 48


def test_reposts_are_recognised() -> None:
    missed = [(about, one.title) for about, one, other in SAME if not is_repost(one, other)]
    assert len(SAME) == 36
    assert len(missed) <= 3, missed  # a miss costs a reader a glance
    assert all(is_repost(other, one) == is_repost(one, other) for _, one, other in SAME)


def test_reposts_have_a_band_in_common_and_strangers_none() -> None:
    for _, one, other in SAME:
        left, right = map(set, bands_of([one, other]))
        assert left & right
    first, second, third = map(set, bands_of(NOTICES))
    assert not first & second
    assert not second & third


def test_too_little_text_says_nothing() -> None:
    short = replace(NOTICES[0], text="详见附件。")
    assert bands_of([short]) == [()]
    assert not is_repost(short, short)


def archived(connection: sa.Connection, *found: Notice) -> list[ArchivedNotice]:
    ids = [archive_notice(connection, notice, now=NOW).id for notice in found]
    by_id = notices_by_id(connection, ids)
    return [by_id[notice_id] for notice_id in ids]


def at(notice: Notice, site: str) -> Notice:
    return replace(notice, key=f"https://{site}.example/1.html", url=f"https://{site}.example/1.html", source=site)


def test_clusters_grow_by_reposts_and_not_by_templates(connection: sa.Connection) -> None:
    notice = NOTICES[0]
    towns = [at(make(notice.title, town), f"town{number}") for number, town in enumerate(["太仓市", "桐乡市"])]
    one, *others, two, three = archived(connection, notice, *towns, at(notice, "city"), at(notice, "province"))
    assert (two.cluster_id, three.cluster_id) == (one.id, one.id)
    assert [other.cluster_id for other in others] == [None, None]
    clusters = clusters_of(connection, {one.id})
    assert [member.id for member in clusters[one.id]] == [one.id, two.id, three.id]


def issued(notice: Notice, town: str, site: str, issuer: str) -> Notice:
    facts = Facts(issuer=Fact(value=issuer, where="title"))
    return at(replace(notice, regions=(town,), facts=facts, document_number=""), site)


@pytest.mark.parametrize("issuers", [("江苏省商务厅", "江苏省商务厅"), ("昆山市商务局", "太仓市商务局")])
def test_the_issuers_page_comes_last_and_joins_what_it_has_issued(
    connection: sa.Connection, issuers: tuple[str, str]
) -> None:
    """Two counties that repeat their province are one notice; two that took one template stay two."""
    places = ("江苏/苏州/昆山", "江苏/苏州/太仓")
    pages = [
        issued(NOTICES[0], place, f"t{n}", issuer)
        for n, (place, issuer) in enumerate(zip(places, issuers, strict=True))
    ]
    one, two, three = archived(connection, *pages, issued(NOTICES[0], "江苏", "province", issuers[0]))
    by_id = notices_by_id(connection, [one.id, two.id, three.id])
    with_issuers = [page.id for page in by_id.values() if page.cluster_id == three.cluster_id]
    expected = [one.id, two.id, three.id] if issuers[0] == issuers[1] else [two.id, three.id]  # the latest of them
    assert sorted(with_issuers) == expected


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_two_copies_archived_at_once_are_one_cluster(engine: sa.Engine) -> None:
    cities, provinces = (
        [at(notice, f"{site}{number}") for number, notice in enumerate(NOTICES)] for site in ("city", "province")
    )

    def repeat() -> None:
        with engine.begin() as connection:
            archive_notices(connection, provinces, now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            archive_notices(connection, cities[::-1], now=NOW)
            repeated = pool.submit(repeat)
            while not connection.execute(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                assert not repeated.done()  # it would have looked for copies too early
        repeated.result(timeout=60)
    with engine.begin() as connection:
        clusters = [notice.cluster_id for notice in each_notice(connection)]
    assert len(clusters) == 2 * len(set(clusters) - {None}) == 6


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_nobody_waits_for_notices_that_cannot_be_the_same(engine: sa.Engine) -> None:
    other = replace(at(NOTICES[0], "town"), title="关于实施2027年购车补贴的通知")
    with ThreadPoolExecutor(1) as pool, engine.begin() as holding, engine.connect() as beside:
        archive_notice(holding, NOTICES[0], now=NOW)
        pool.submit(archive_notice, beside, other, now=NOW).result(timeout=60)
        assert beside.in_transaction()
        beside.rollback()


def test_the_page_of_the_issuer_comes_first(connection: sa.Connection) -> None:
    notice = replace(NOTICES[0], agency="昆山市商务局")
    pages = archived(connection, at(notice, "province"), at(notice, "town"), at(notice, "city"))
    agencies = {"province": "江苏省人民政府", "town": "昆山市商务局", "city": "苏州市人民政府"}
    assert [page.source for page in issuer_first(pages, agencies, {})] == ["town", "province", "city"]
    assert [page.source for page in issuer_first(pages, {}, {})] == ["province", "town", "city"]


def test_without_its_issuers_page_that_of_the_issuers_place_comes_first(connection: sa.Connection) -> None:
    notice = replace(NOTICES[0], agency="昆山市商务局", regions=("江苏/苏州/昆山",))
    pages = archived(connection, at(notice, "nation"), at(notice, "neighbour"), at(notice, "city"), at(notice, "town"))
    places = {"nation": "全国", "neighbour": "浙江/嘉兴", "city": "江苏/苏州", "town": "江苏/苏州/昆山"}
    assert [page.source for page in issuer_first(pages, {}, places)] == ["town", "city", "nation", "neighbour"]
