"""Where in its files a notice was found is told in the same words in every channel."""

import json

import pytest

from alerts.channels import CHANNELS
from alerts.channels.facts import facts
from alerts.channels.phrases import phrases
from alerts.model import DigestSection, FilePage
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
