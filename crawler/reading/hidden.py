"""What a page holds and no reader sees: other tabs, titles that a script would show."""

import re

from selectolax.lexbor import LexborNode

_WITHIN = 12  # levels
_BY_ANGULAR = "ng-hide"  # the class with which its pages are saved
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_MAY_HIDE = re.compile(r"isplay\s*:\s*none")  # without alternatives at its beginning it is found much faster
_MAY_HIDE_IN_CAPITALS = re.compile(r"ISPLAY\s*:\s*(?:none|NONE)")


def _hides(node: LexborNode) -> bool:
    attributes = node.attributes
    return (
        "hidden" in attributes
        or _HIDDEN.search(attributes.get("style") or "") is not None
        or _BY_ANGULAR in (attributes.get("class") or "").split()
    )


def is_hidden(node: LexborNode) -> bool:
    """Tell whether an element, or one that it stands in, is hidden."""
    above: LexborNode | None = node
    for _ in range(_WITHIN):
        if above is None or above.tag in ("body", "html"):
            return False
        if _hides(above):
            return True
        above = above.parent
    return False


def may_hide(markup: str) -> bool:
    """Tell whether it is worth to look for hidden parts."""
    return (
        ' hidden="' in markup
        or _BY_ANGULAR in markup
        or any(sign.search(markup) for sign in (_MAY_HIDE, _MAY_HIDE_IN_CAPITALS))
    )


def hidden_parts(node: LexborNode) -> list[LexborNode]:
    """Return the outermost elements below this one that no reader sees."""
    return [
        part
        for part in node.css(f"[style*=none], [style*=NONE], [hidden], .{_BY_ANGULAR}")
        if part.mem_id != node.mem_id and _hides(part)
    ]
