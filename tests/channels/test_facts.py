"""Facts of a notice, as where in its files it was found, are told in the same words in every channel."""

import json
from datetime import date

import pytest

from alerts.channels import CHANNELS
from alerts.channels.facts import ending_lines, facts
from alerts.channels.phrases import phrases
from alerts.model import DigestSection, Ending, FilePage
from config.settings import Settings
from tests.channels.conftest import make_digest, make_item

PAGES = (
    FilePage(attachment="申报指南.pdf", page=3),
    FilePage(attachment="申报指南.pdf", page=7),
    FilePage(attachment="附件.zip/名单.docx"),
)
TOLD = {
    "zh": "见附件《申报指南.pdf》第3、7页、《附件.zip/名单.docx》",
    "en": "found in “申报指南.pdf” p. 3, 7, “附件.zip/名单.docx”",
}


@pytest.mark.parametrize("language", TOLD)
def test_files_and_pages_are_named(language: str) -> None:
    words = phrases(language)
    assert facts(make_item(found_in=PAGES), "Asia/Shanghai", words)[0] == TOLD[language]
    assert not any("见附件" in fact for fact in facts(make_item(), "Asia/Shanghai", phrases("zh")))


def test_many_files_and_pages_are_cut_short() -> None:
    many = tuple(FilePage(attachment=f"{name}.pdf", page=page) for name in "甲乙丙丁" for page in range(1, 9))
    told = facts(make_item(found_in=many), "Asia/Shanghai", phrases("zh"))[0]
    assert told == "见附件《甲.pdf》第1、2、3、4、5…页、《乙.pdf》第1、2、3、4、5…页、《丙.pdf》第1、2、3、4、5…页…"


@pytest.mark.parametrize("channel", ["email", "wecom", "webhook"])
def test_every_channel_tells(channel: str) -> None:
    digest = make_digest(sections=(DigestSection(name="政策举措", items=(make_item(found_in=PAGES),)),))
    (message,) = CHANNELS[channel].compose(digest, {"token": "x" * 20}, Settings())
    if channel == "webhook":
        (item,) = json.loads(message["body"])["data"]["sections"][0]["items"]
        assert item["found_in"][0] == {"attachment": "申报指南.pdf", "page": 3}
        assert item["found_in"][2] == {"attachment": "附件.zip/名单.docx", "page": None}
        return
    for kind in ("html", "text") if channel == "email" else ("markdown",):
        assert TOLD["zh"] in message[kind]


def test_a_deadline_is_called_what_ends_and_no_word_stands_twice() -> None:
    def told(what: str, language: str) -> list[str]:
        item = make_item(deadline=date(2026, 12, 5), deadline_of=what)
        return [fact for fact in facts(item, "Asia/Shanghai", phrases(language)) if "2026-12-05" in fact]

    assert told("公示期", "zh") == ["公示期截止 2026-12-05"]
    assert told("截止", "zh") == ["截止 2026-12-05"]
    assert told("截止", "en") == ["deadline 2026-12-05"]
    digest = make_digest(ending=(Ending(notice_id=1, title="甲", url="", day=date(2026, 12, 5), what="截止"),))
    assert "截止截止" not in ending_lines(digest, phrases("zh"))[0][0]
