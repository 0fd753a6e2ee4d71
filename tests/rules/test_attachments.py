"""What stands in attachments is found, page by page, and evidence names the file and the page."""

from dataclasses import replace

import pytest

from alerts.model import Hit
from alerts.rules import NoticeText, evidence, holds, score
from alerts.rules.evidence import MOST_PARTS, MOST_SPANS
from config.vocabulary import Vocabulary
from crawler.notice import Attachment, Notice
from tests.rules.conftest import Parsed, make_notice

PDF = Attachment(url="u", name="补贴 指南.pdf", pages=("第一页谈申报。", "", "购置 税的补\n贴：补贴标准。"))
XLSX = Attachment(url="v", name="表.zip/名单.xlsx", pages=("名单\n甲厂\t补贴",))
NOTICE = replace(make_notice("通知", "正文"), attachments=(PDF, XLSX))


def found(rule: str, parsed: Parsed, vocabulary: Vocabulary, notice: Notice = NOTICE) -> tuple[Hit, ...]:
    text = NoticeText.of(notice, vocabulary)
    hits = evidence(parsed(rule), text)
    assert holds(parsed(rule), text) is bool(hits)
    return hits


@pytest.mark.parametrize("rule", ["补贴", "attachment:补贴"])
def test_hits_name_file_and_page_and_count_in_its_text(rule: str, parsed: Parsed, vocabulary: Vocabulary) -> None:
    hits = found(rule, parsed, vocabulary)
    assert [(hit.field, hit.attachment, hit.page) for hit in hits] == [
        ("attachment", "补贴 指南.pdf", None),
        ("attachment", "补贴 指南.pdf", 3),
        ("attachment", "表.zip/名单.xlsx", 1),
    ]
    texts = [PDF.name, PDF.pages[2], XLSX.pages[0]]
    words = [[text[start:end] for start, end in hit.spans] for text, hit in zip(texts, hits, strict=True)]
    assert words == [["补贴"], ["补\n贴", "补贴"], ["补贴"]]


def test_nothing_is_found_across_pages_or_files(parsed: Parsed, vocabulary: Vocabulary) -> None:
    pages = replace(PDF, name="x", pages=("甲方申", "报乙方"))
    notice = replace(NOTICE, attachments=(pages, replace(XLSX, name="报表")))
    assert not found("申报", parsed, vocabulary, notice)
    assert found("甲方 NEAR/9 乙方", parsed, vocabulary, notice)


def test_a_field_other_than_attachment_does_not_look_there(parsed: Parsed, vocabulary: Vocabulary) -> None:
    assert not found("body:补贴", parsed, vocabulary)
    assert found("补贴{5}", parsed, vocabulary) == ()
    assert found("补贴{4}", parsed, vocabulary)


def test_the_text_of_a_notice_that_is_a_file_counts_once(parsed: Parsed, vocabulary: Vocabulary) -> None:
    file = Attachment(url="https://gov.example/a.pdf", name="a.pdf", pages=("补贴办法",))
    notice = replace(make_notice("通报", "补贴办法"), url=file.url, attachments=(file,))
    assert [(hit.field, hit.page) for hit in found("补贴", parsed, vocabulary, notice)] == [("body", None)]
    assert not found("补贴{2}", parsed, vocabulary, notice)


def test_evidence_of_a_thousand_pages_is_bounded_and_still_weighs_less_than_a_body(
    parsed: Parsed, vocabulary: Vocabulary
) -> None:
    long = Attachment(url="u", name="x", pages=("补贴" * 1000,) * 100)
    hits = found("补贴", parsed, vocabulary, replace(NOTICE, attachments=(long,)))
    assert [hit.page for hit in hits] == list(range(1, MOST_PARTS + 1))
    assert {len(hit.spans) for hit in hits} == {MOST_SPANS}
    assert score(hits) < score(found("补贴", parsed, vocabulary, make_notice("通知", "补贴")))
