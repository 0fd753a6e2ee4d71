"""The unsubscribe page in a browser: its own rules let it look right and its button work."""

from typing import Literal

import pytest
from playwright.sync_api import Browser

from alerts.console.server import Server
from tests.console.conftest import Reader


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_works_on_a_phone(
    browser: Browser, server: Server, reader: Reader, scheme: Literal["light", "dark"]
) -> None:
    complaints: list[str] = []
    with browser.new_context(viewport={"width": 375, "height": 700}, color_scheme=scheme) as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(server.origin + reader.path)
        lightness = page.locator("main").evaluate(
            "node => Number(getComputedStyle(node).backgroundColor.match(/[0-9]+/)[0])"
        )
        assert (lightness > 200) is (scheme == "light")
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        button = page.get_by_role("button", name="退订 Unsubscribe")
        assert button.evaluate("node => node.offsetHeight") >= 44  # a thumb hits it
        button.click()
        page.get_by_role("heading", name="已退订").wait_for()
    assert reader.place.paused
    assert complaints == []
