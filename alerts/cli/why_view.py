"""How the answers of a notice to a rule look: a tree with the text beside each node."""

from rich.text import Text
from rich.tree import Tree

from alerts.cli.marks import marked
from alerts.rules.errors import Language
from alerts.rules.fields import FIELDS
from alerts.rules.tree import And, Node, Not, Or
from alerts.rules.why import Excerpt, Reason

JOINTS: dict[type[Node], tuple[str, str]] = {
    And: ("全部满足", "all of these"),
    Or: ("满足其一", "any of these"),
    Not: ("不含", "without"),
}


def tree_of(reason: Reason, language: Language) -> Tree:
    """Return the tree of a rule, an answer and its reason at each node."""
    return _grown(Tree(_label(reason, language), guide_style="dim"), reason, language)


def _grown(tree: Tree, reason: Reason, language: Language) -> Tree:
    for part in reason.parts:
        _grown(tree.add(_label(part, language)), part, language)
    return tree


def _label(reason: Reason, language: Language) -> Text:
    chinese, english = JOINTS.get(type(reason.node), ("", ""))
    name = (chinese if language == "zh" else english) or str(reason.node)
    label = Text.assemble(("✓ ", "bold green") if reason.holds else ("✗ ", "bold red"), (name, "bold"))
    if reason.found > 1:
        label.append(f" ×{reason.found}")
    if reason.remark is not None:
        label.append(f"  {reason.remark.said(language)}", "yellow" if not reason.holds else "dim")
    if reason.excerpt is not None:
        label.append("\n").append_text(_beside(reason.excerpt, language))
    return label


def _beside(excerpt: Excerpt, language: Language) -> Text:
    field = FIELDS[excerpt.field].label if language == "zh" else excerpt.field
    page = "" if excerpt.page is None else f" 第{excerpt.page}页" if language == "zh" else f" page {excerpt.page}"
    name = f"《{excerpt.attachment}》{page}" if excerpt.attachment and excerpt.page is not None else page
    return Text.assemble((f"  {field}{name} ", "dim"), marked(excerpt.text.text, excerpt.text.spans))
