"""Styles of a mail written into its elements, since some readers drop style sheets; css-inline says what they are.

It is asked once for each set of classes and once for the rules that must stay in the head (phones, dark screens), not
for each mail: the sheet has only rules of one class, so what an element looks like depends on its classes alone.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import css_inline

TEMPLATES = Path(__file__).parent / "templates"
CSS = (TEMPLATES / "mail.css").read_text(encoding="utf-8")
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(f"\n{CSS}\n".encode()).digest()).decode("ascii")
"""Of the style element as the templates write it."""

CLASSES = re.compile(r'class="([^"]*)"')  # text cannot hold this: its quotes are escaped
SHEET = f"<style>\n{CSS}\n</style>"


def inlined(page: str) -> str:
    """Return the page with a style beside each class."""
    return CLASSES.sub(_styled, page)


def _styled(found: re.Match[str]) -> str:
    return _with_style(found[1])


@cache
def _with_style(classes: str) -> str:
    probe = _inline(f'<p class="{classes}"></p>')
    style = re.search(r'<p class="[^"]*"(?: style="([^"]*)")?>', probe)
    return f'class="{classes}" style="{style[1]}"' if style and style[1] else f'class="{classes}"'


@cache
def kept_rules() -> str:
    """Return what stays of the style sheet in the head of a mail: the rules for phones and dark screens."""
    found = re.search(r"<style>.*?</style>", _inline(""), re.DOTALL)
    return found[0] if found else ""


def _inline(body: str) -> str:
    inliner = css_inline.CSSInliner(keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)
    return inliner.inline(f"<html><head>{SHEET}</head><body>{body}</body></html>")
