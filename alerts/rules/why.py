"""Why a rule does not hold for a notice: the parts that fail, as they are written. Pure."""

from alerts.rules.notice_text import NoticeText
from alerts.rules.reference import node_holds
from alerts.rules.tree import And, Node, Not, Or, Rule


def why_not(rule: Rule, text: NoticeText) -> tuple[str, ...]:
    """Return what the notice lacks, or has that the rule excludes (with a minus before it); empty when it holds."""
    return tuple(_failing(rule.root, text))


def _failing(node: Node, text: NoticeText) -> list[str]:
    if node_holds(node, text):
        return []
    match node:
        case And():
            return [reason for part in node.parts for reason in _failing(part, text)]
        case Or() | Not():
            return [f"({node})" if isinstance(node, Or) else str(node)]
        case _:
            return [str(node)]
