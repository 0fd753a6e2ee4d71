"""The pages as HTML, Chinese first and English below; their one style sheet stands in them, allowed by its hash."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import jinja2
from fastapi.responses import HTMLResponse
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "page.css").read_text(encoding="utf-8")
STYLE_HASH = f"sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode('ascii')}"

FAULTS = {
    404: ("没有这个页面", "There is no such page", "请核对地址。", "Please check the address."),
    405: ("这里不能这样用", "This does not work here", "请从邮件里的链接进入。", "Please follow the link in a mail."),
    408: ("等得太久了", "That took too long", "请再试一次。", "Please try again."),
    413: ("发来的内容太大", "Too much was sent", "请从邮件里的链接进入。", "Please follow the link in a mail."),
    500: ("出了点问题", "Something went wrong", "请稍后再试。", "Please try again later."),
    503: ("暂时做不到", "Not possible right now", "请过几分钟再试。", "Please try again in a few minutes."),
}
"""By status: what is wrong and what to do, in Chinese and English."""


def page(template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: str) -> HTMLResponse:
    """Return a page."""
    content = _environment().get_template(template).render(values)
    return HTMLResponse(content, status_code=status, headers=dict(headers or {}))


def fault_page(status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """Return a page that says what is wrong and what to do."""
    zh, en, zh_advice, en_advice = FAULTS.get(status, FAULTS[500])
    words = {"zh": zh, "en": en, "zh_advice": zh_advice, "en_advice": en_advice}
    return page("fault.html.j2", status=status, headers=headers, **words)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = Markup(STYLE)  # noqa: S704  our own file, and the hash is of these very bytes
    return environment
