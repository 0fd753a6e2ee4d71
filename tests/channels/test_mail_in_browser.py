"""The mail as a browser shows it: on a phone, on a dark screen, and without asking anybody for anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from alerts.channels import email
from alerts.model import Digest, RuleTag
from config.settings import Settings
from tests.channels.conftest import make_digest, make_item, marked, sample_digest

PHONE, DESK = 375, 1000
LONG = "https://fgw.north.example/" + "a1b2c3" * 60


def mail_of(digest: Digest) -> str:
    [message] = email.compose(digest, {"address": "reader@office.example", "token": "T" * 24}, Settings())
    return message["html"]


def long_digest() -> Digest:
    """Words that have no place to break: an address in a snippet, a number, a rule, a name."""
    item = make_item(
        snippet=marked(f"网址 {LONG}，补贴", "补贴"),
        document_number="X" * 60,
        agency="Y" * 60,
        rules=tuple(
            RuleTag(subscription_id=number, rule="新能源汽车补贴" * 20, note="惠企资金" * 10) for number in range(9)
        ),
    )
    return make_digest(("一" * 40, (item,)), ("Z" * 40, (item,)), subscriber="W" * 60, period="2026-11-23 12:38:32")


@contextmanager
def shown(
    browser: Browser, html: str, *, width: int = PHONE, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Page]:
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        page = context.new_page()
        page.set_content(html)
        yield page


def colour(page: Page, selector: str, kind: str) -> list[int]:
    """The red, green and blue that the browser computes."""
    script = "(node, kind) => getComputedStyle(node).getPropertyValue(kind).match(/[0-9]+/g).slice(0, 3).map(Number)"
    found: list[int] = page.locator(selector).first.evaluate(script, kind)
    return found


@pytest.mark.parametrize("width", [320, PHONE, DESK])
@pytest.mark.parametrize("digest", [sample_digest(12), long_digest(), make_digest()], ids=["usual", "long", "empty"])
def test_nothing_is_wider_than_the_screen(browser: Browser, digest: Digest, width: int) -> None:
    with shown(browser, mail_of(digest), width=width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        wider = (
            "nodes => nodes.filter(node => node.getBoundingClientRect().right > innerWidth + 1).map(n => n.className)"
        )
        assert page.locator("body *:visible").evaluate_all(wider) == []


def test_a_phone_gets_larger_words_and_no_margin(browser: Browser) -> None:
    html = mail_of(sample_digest())
    size = "node => getComputedStyle(node).fontSize"
    with shown(browser, html, width=DESK) as page:
        assert page.locator(".snippet").first.evaluate(size) == "14px"
        assert page.locator(".card").evaluate("node => node.offsetWidth") == 640
    with shown(browser, html) as page:
        assert page.locator(".snippet").first.evaluate(size) == "15px"
        assert page.locator(".card").evaluate("node => node.offsetWidth") == PHONE


@pytest.mark.parametrize("width", [320, PHONE, DESK])
def test_where_facts_wrap_nothing_is_left_hanging(browser: Browser, width: int) -> None:
    ends = """nodes => nodes.flatMap(node => {
        const facts = [...node.querySelectorAll(".fact")], range = document.createRange();
        return facts.slice(1).map((fact, number) => {
            range.setStartAfter(facts[number]);
            range.setEndBefore(fact);
            const below = fact.getBoundingClientRect().top > facts[number].getBoundingClientRect().top + 5;
            return [below, range.toString()];
        });
    })"""
    with shown(browser, mail_of(sample_digest()), width=width) as page:
        between = page.locator(".facts").evaluate_all(ends)
    assert any(below for below, _ in between)
    assert [said for below, said in between if below and said.strip()] == []


@pytest.mark.parametrize("selector", [".card", ".coverage", "body"])
def test_a_dark_screen_stays_dark(browser: Browser, selector: str) -> None:
    html = mail_of(sample_digest())
    with shown(browser, html) as page:
        assert min(colour(page, selector, "background-color")) > 200
    with shown(browser, html, scheme="dark") as page:
        assert max(colour(page, selector, "background-color")) < 60


@pytest.mark.parametrize("selector", [".greeting", ".title", ".snippet", ".link", ".facts", ".coverage-text"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(
    browser: Browser, selector: str, scheme: Literal["light", "dark"]
) -> None:
    with shown(browser, mail_of(sample_digest()), scheme=scheme) as page:
        behind = colour(page, ".coverage" if selector == ".coverage-text" else ".card", "background-color")
        assert contrast(colour(page, selector, "color"), behind) >= 4.5


def test_nobody_is_asked_for_anything(browser: Browser) -> None:
    evil = '<img src="https://spy.example/p.png"><link rel="stylesheet" href="https://spy.example/a.css">'
    item = make_item(title=marked(evil), snippet=marked(evil), agency=evil)
    asked: list[str] = []
    with browser.new_context() as context:
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.set_content('<img src="https://control.example/">', wait_until="domcontentloaded")
        assert asked == ["https://control.example/"]  # what is asked would be seen
        asked.clear()
        page.set_content(mail_of(make_digest((evil, (item,)), subscriber=evil)), wait_until="networkidle")
        assert evil in (page.locator("body").text_content() or "")
    assert asked == []


def contrast(one: list[int], other: list[int]) -> float:
    """By WCAG 2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(rgb: list[int]) -> float:
    parts = [value / 255 for value in rgb]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_fact_that_begins_a_line_stands_where_the_line_begins(browser: Browser) -> None:
    begins = """paragraphs => paragraphs.flatMap(paragraph => {
        const left = paragraph.getBoundingClientRect().left;
        const facts = [...paragraph.querySelectorAll(".fact")].map(fact => fact.getBoundingClientRect());
        const first = facts.filter((fact, at) => at === 0 || fact.top > facts[at - 1].top + 4);
        return first.map(fact => Math.round(fact.left - left));
    })"""
    with shown(browser, mail_of(sample_digest(4))) as page:
        for width in range(320, 440, 3):  # one of them ends between a fact and the space behind it
            page.set_viewport_size({"width": width, "height": 800})
            found = page.locator(".facts:has(.fact)").evaluate_all(begins)
            assert len(found) > 4
            assert set(found) == {0}, width
