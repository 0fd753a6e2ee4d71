"""The files of notices are fetched with their notice, read, kept, and asked for again only when needed."""

import io
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.demo.sites import SampleSites
from alerts.rounds import run_round
from crawler.archive.attachments import in_full
from crawler.archive.notices import each_notice, waiting_notices
from crawler.archive.tables import notices
from crawler.notice import ArchivedNotice, Reading, Verdict
from tests.crawler.conftest import Run, settings_for
from tests.reading.documents.making import docx_of, pdf_of, xlsx_of, zip_of

pytestmark = pytest.mark.xdist_group("crawler-rounds")

HOST = "www.shencheng.example"
GUIDE = "/cmsres/5c/5c1d8e0f3ab94d6f8a7725d3c9e14b01/guide.pdf"
NOTICE = "/cmsres/9d/9d20e8f7a6b54c3d91e02f4578ab6c45/notice.pdf"  # a row of the list that is a file
TENDER = "/cmsres/c4/c4e1a7d05f9b46a2813d6b0e57f2c934/tender.docx"
PAGE = "/nw12344/20261120/5c1d8e0f3ab94d6f8a7725d3c9e14b01.html"
PDF, DOCX = "application/pdf", "application/octet-stream"


@pytest.fixture(autouse=True)
def files(sites: SampleSites) -> None:
    sites.change(HOST, GUIDE, pdf_of("申报对象为在沪注册的整车企业。", "第二页：测试里程不少于五千公里。"), kind=PDF)
    sites.change(HOST, NOTICE, pdf_of("关于节前安全检查的通报正文。"), kind=PDF)
    sites.change(HOST, TENDER, docx_of("招标范围：路侧设备。"), kind=DOCX)


def archived(engine: sa.Engine) -> dict[str, ArchivedNotice]:
    with engine.begin() as connection:
        return {
            notice.url.removeprefix(f"http://{HOST}"): notice for notice in in_full(connection, each_notice(connection))
        }


def asked(sites: SampleSites, path: str) -> list[int]:
    return [status for _, url, status in sites.requests if url.endswith(path)]


def test_files_are_archived_with_their_notice_page_by_page(run: Run, archive: sa.Engine) -> None:
    crawl = run("sample_shencheng")["sample_shencheng"]
    assert (crawl.verdict, crawl.failed) == (Verdict.OK, 0)
    (guide,) = archived(archive)[PAGE].attachments
    assert guide.name == "智能网联汽车示范应用申报指南.pdf"
    assert guide.reading is Reading.READ
    assert guide.pages == ("申报对象为在沪注册的整车企业。", "第二页：测试里程不少于五千公里。")
    assert (guide.media_type, len(guide.content_hash)) == ("application/pdf", 64)
    assert guide.size > 1000


def test_a_notice_that_is_a_file_has_the_text_of_the_file(run: Run, archive: sa.Engine, sites: SampleSites) -> None:
    text = "沪示〔2026〕9号\n关于节前安全检查的通报正文。"
    sites.change(HOST, NOTICE, pdf_of(text), kind=PDF)
    run("sample_shencheng")
    notice = archived(archive)[NOTICE]
    assert notice.text == text
    assert notice.title != notice.text
    assert (notice.document_number, notice.regions) == ("沪示〔2026〕9号", ("上海",))


def test_what_did_not_change_is_not_asked_for_or_sent_again(run: Run, archive: sa.Engine, sites: SampleSites) -> None:
    run("sample_shencheng")
    before = archived(archive)
    sites.change(HOST, PAGE, sites.page(HOST, PAGE).decode().replace("t=20231023", "t=20261123"))
    again_now(archive)
    again = run("sample_shencheng")["sample_shencheng"]
    assert (again.verdict, again.revised) == (Verdict.UNCHANGED, 0)
    assert asked(sites, GUIDE) == [200]
    assert asked(sites, NOTICE) == [200, 304]
    assert {url: one.attachments for url, one in archived(archive).items()} == {
        url: one.attachments for url, one in before.items()
    }


def again_now(engine: sa.Engine) -> None:
    """Let every notice be read again, and nothing wait."""
    with engine.begin() as connection:
        connection.execute(sa.update(notices).values(matching="done", next_reread_at=notices.c.first_seen_at))


def test_a_changed_file_of_a_changed_notice_is_read_anew(run: Run, archive: sa.Engine, sites: SampleSites) -> None:
    run("sample_shencheng")
    again_now(archive)
    sites.change(HOST, GUIDE, pdf_of("新版指南。"), kind=PDF)
    sites.change(HOST, PAGE, sites.page(HOST, PAGE).decode().replace("每辆不超过1.5万元", "每辆不超过2万元"))
    assert run("sample_shencheng")["sample_shencheng"].revised == 1
    assert archived(archive)[PAGE].attachments[0].pages == ("新版指南。",)


def test_a_file_not_had_is_tried_again_and_then_matched(run: Run, archive: sa.Engine, sites: SampleSites) -> None:
    whole = sites.page(HOST, GUIDE)
    sites.change(HOST, GUIDE, status=500)
    crawl = run("sample_shencheng")["sample_shencheng"]
    assert (crawl.verdict, crawl.failed) == (Verdict.OK, 0)
    (guide,) = archived(archive)[PAGE].attachments
    assert (guide.reading, guide.reason, guide.pages) == (Reading.UNFETCHED, "status 500", ())
    again_now(archive)
    sites.change(HOST, GUIDE, whole, kind=PDF)
    assert run("sample_shencheng")["sample_shencheng"].verdict is Verdict.UNCHANGED
    found = archived(archive)[PAGE]
    assert (found.attachments[0].reading, found.revision) == (Reading.READ, 1)
    with archive.begin() as connection:
        assert [one.id for one in waiting_notices(connection, limit=9)] == [found.id]


def test_what_was_read_stays_when_the_file_is_gone(run: Run, archive: sa.Engine, sites: SampleSites) -> None:
    run("sample_shencheng")
    again_now(archive)
    sites.change(HOST, NOTICE, status=404)
    sites.change(HOST, GUIDE, status=404)
    sites.change(HOST, PAGE, sites.page(HOST, PAGE).decode().replace("每辆不超过1.5万元", "每辆不超过2万元"))
    run("sample_shencheng")
    assert archived(archive)[PAGE].attachments[0].reading is Reading.READ
    assert archived(archive)[NOTICE].text == "关于节前安全检查的通报正文。"


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("零.txt", bytes(40_000_000))
    return file.getvalue()


HOSTILE = {
    "bomb": (bomb(), Reading.READ, ""),
    "cut": (docx_of("甲")[:-700], Reading.UNREADABLE, "the archive is damaged"),
    "lying": (pdf_of("甲" * 30, count=90_000), Reading.READ, "the file says it has 90000 pages"),
    "scan": (pdf_of("", pictured=True), Reading.SCANNED, "1 scanned pages"),
    "page": (
        b"<html><body><h1>404</h1><p>nothing is here, sorry for that</p></body></html>",
        Reading.UNREADABLE,
        "web page",
    ),
    "rar": (b"Rar!\x1a\x07\x00" + bytes(50), Reading.UNSUPPORTED, "RAR"),
    "huge": (b"%PDF-1.7" + bytes(300_000), Reading.TOO_LARGE, "larger than 200000 bytes"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_ends_in_a_state_with_a_reason_and_the_round_goes_on(
    tmp_path: Path, archive: sa.Engine, sites: SampleSites, kind: str
) -> None:
    body, reading, reason = HOSTILE[kind]
    sites.change(HOST, GUIDE, body, kind=PDF)
    settings = settings_for(tmp_path, sites, max_attachment_bytes=200_000)
    (crawl,) = run_round(settings, ["sample_shencheng"])
    assert (crawl.verdict, crawl.added, crawl.failed) == (Verdict.OK, 7, 0)
    guide, *members = archived(archive)[PAGE].attachments
    assert guide.reading is reading
    assert reason in guide.reason
    if kind == "bomb":
        assert [(one.name.rpartition("/")[2], one.reading) for one in members] == [("零.txt", Reading.TOO_LARGE)]


def test_members_of_an_archive_stand_behind_it(run: Run, archive: sa.Engine, sites: SampleSites) -> None:
    packed = zip_of({"表.xlsx": xlsx_of({"名单": [["甲厂"]]}), "说明.txt": "以上为名单".encode()}, charset="gbk")
    sites.change(HOST, GUIDE, packed, kind="application/zip")
    run("sample_shencheng")
    found = archived(archive)[PAGE].attachments
    assert [(one.name, one.pages) for one in found] == [
        ("智能网联汽车示范应用申报指南.pdf", ()),
        ("智能网联汽车示范应用申报指南.pdf/表.xlsx", ("名单\n甲厂",)),
        ("智能网联汽车示范应用申报指南.pdf/说明.txt", ("以上为名单",)),
    ]
