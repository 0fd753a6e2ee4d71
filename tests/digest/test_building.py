"""From what was found to the items of a digest: pure."""

from dataclasses import replace
from datetime import UTC, date, datetime

from alerts.digest.building import FoundNotice, Shelf, build_item, build_sections
from alerts.model import FilePage, Hit, Match, RuleTag
from alerts.store.digests import Found
from crawler.notice import ArchivedNotice, Attachment

NOTICE = ArchivedNotice(
    id=1,
    key="k",
    source="town_gov",
    title="购车补贴细则",
    text="购车补贴按车价计算。",
    section="政策举措",
    published=date(2026, 11, 20),
    revision=2,
    first_seen_at=datetime(2026, 11, 23, tzinfo=UTC),
)


def found(rule: int, *spans: tuple[int, int], score: float = 1.0, revision: int = 2) -> Found:
    match = Match(
        subscription_id=rule,
        notice_id=1,
        rule_revision=1,
        notice_revision=revision,
        evidence=(Hit(term="补贴", field="title", spans=spans),),
        score=score,
    )
    return Found(match=match, rule=RuleTag(subscription_id=rule, rule=f"规则{rule}"))


def one(number: int, score: float, published: date | None = None, section: str = "政策举措") -> FoundNotice:
    notice = replace(NOTICE, id=number, published=published, section=section)
    return FoundNotice(notice=notice, found=[found(1, (2, 4), score=score)], origin="某镇")


def test_highlights_of_all_rules_are_one_and_the_best_score_counts() -> None:
    item = build_item(FoundNotice(notice=NOTICE, found=[found(1, (0, 3)), found(2, (2, 4), score=3.0)], origin="某镇"))
    assert item.title.spans == ((0, 4),)
    assert [tag.rule for tag in item.rules] == ["规则1", "规则2"]
    assert item.score == 3.0


def test_what_was_made_for_one_reader_serves_another_only_where_the_same_was_found() -> None:
    shelf, evidence = Shelf(), found(1, (0, 2)).match.evidence
    ours, theirs = found(1, (0, 2), score=3.0), found(2, (0, 2))
    same = [replace(each, match=replace(each.match, evidence=evidence)) for each in (ours, theirs)]
    finds = [*same, found(3, (2, 4)), replace(same[1], match=replace(same[1].match, event="revised"))]
    everything = [FoundNotice(notice=NOTICE, found=[each], origin="某镇") for each in finds]
    items = [shelf.item(each, None) for each in everything]
    assert items == [build_item(each) for each in everything]
    assert items[0].title is items[1].title
    assert [item.title.spans for item in items[:3]] == [((0, 2),), ((0, 2),), ((2, 4),)]
    assert items[3].event == "revised"


def test_spans_counted_in_other_words_are_left_out_but_not_their_rule() -> None:
    item = build_item(FoundNotice(notice=NOTICE, found=[found(1, (0, 2), revision=1), found(2, (2, 4))], origin="某镇"))
    assert item.title.spans == ((2, 4),)
    assert len(item.rules) == 2


def test_the_best_stand_first_then_the_newest_and_undated_ones_last() -> None:
    older, newer = date(2026, 11, 1), date(2026, 11, 9)
    everything = [one(1, 1.0), one(2, 1.0, older), one(3, 1.0, newer), one(4, 2.0), one(5, 2.0)]
    (section,) = build_sections(everything, ["政策举措"])
    assert [item.notice_id for item in section.items] == [4, 5, 3, 2, 1]


def test_sections_keep_the_configured_order_and_empty_ones_are_not_shown() -> None:
    everything = [one(1, 1.0, section="别的"), one(2, 1.0, section="乙"), one(3, 1.0, section="甲")]
    assert [section.name for section in build_sections(everything, ["甲", "丙", "乙"])] == ["甲", "乙", "别的"]


PDF = Attachment(url="a", name="指南.pdf", pages=("第一页。", "对象不限。补贴按月发放。", "补贴标准另定。"))
DOCX = Attachment(url="b", name="表.docx", pages=("补贴申请表",))


def in_files(*hits: tuple[str, int | None, str]) -> Found:
    evidence = tuple(
        Hit(term="补贴", field=field, spans=((0, 2),), attachment=name, page=page) for name, page, field in hits
    )
    return replace(found(1), match=replace(found(1).match, evidence=evidence))


def test_a_hit_in_an_attachment_is_told_with_its_page_and_shown() -> None:
    notice = replace(NOTICE, title="通知", text="见附件。", attachments=(PDF, DOCX))
    match = in_files(("指南.pdf", 3, "attachment"), ("表.docx", 1, "attachment"), ("表.docx", None, "attachment"))
    item = build_item(FoundNotice(notice=notice, found=[match], origin="某镇"))
    assert item.found_in == (FilePage(attachment="指南.pdf", page=3), FilePage(attachment="表.docx"))
    assert (item.snippet.text, item.snippet.spans) == ("补贴标准另定。", ((0, 2),))
    assert item.attachments == 2


def test_the_body_is_shown_when_something_was_found_there_or_in_the_title() -> None:
    notice = replace(NOTICE, attachments=(PDF,))
    both = in_files(("", None, "body"), ("指南.pdf", 3, "attachment"))
    item = build_item(FoundNotice(notice=notice, found=[both], origin="某镇"))
    assert item.snippet.text == NOTICE.text
    assert item.found_in == (FilePage(attachment="指南.pdf", page=3),)
