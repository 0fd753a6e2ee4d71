"""What a reader probably did not mean: said, never changed."""

import re
from collections.abc import Iterator

from alerts.rules.leaves import Term
from alerts.rules.lint import lint
from alerts.rules.tree import Rule, Warned, walk

OPERATOR = re.compile(r"(and|or|not|(?:near|before)(?:[/／]\d+)?)", re.IGNORECASE)
MINUS = re.compile(r"(?<=[㐀-鿿])[-－−–](?=\S)")
HIDDEN = re.compile(
    r"(?<=[㐀-鿿])(?:AND|OR|NOT|NEAR|BEFORE)(?![A-Za-z])|(?<![A-Za-z])(?:AND|OR|NOT|NEAR|BEFORE)(?=[㐀-鿿])"
)
JOINED = re.compile(r"(?<=[㐀-鿿]{2})[或且](?=[㐀-鿿]{2})")
COMMA = re.compile(r"[,，、;；](?=\S)|(?<=[㐀-鿿])[/／](?=[㐀-鿿])")


def warnings_of(rule: Rule) -> tuple[Warned, ...]:
    """Return what is probably not meant so, in the order of the rule: what hides an operator, what is said in vain."""
    terms = (node for node in walk(rule.root) if isinstance(node, Term) and not node.phrase)
    spelling = (warning for term in terms for warning in _about(term))
    return tuple(sorted((*spelling, *lint(rule.root)), key=lambda warning: warning.position))


def _about(term: Term) -> Iterator[Warned]:
    if OPERATOR.fullmatch(term.written):
        capitals = term.written.upper()
        yield Warned(
            term.position,
            f"“{term.written}”被当作要查找的词。要用作运算符，请写大写的 {capitals}。",
            f"{term.written} is taken as a term to look for. As an operator it is written {capitals}.",
        )
    if hidden := HIDDEN.search(term.written) or JOINED.search(term.written):
        yield Warned(
            term.position + hidden.start(),
            f"{hidden[0]} 紧挨着汉字，被当作词的一部分。要用作运算符，请在它两边各留一个空格。",
            f"{hidden[0]} beside a Chinese character is taken as part of the term. Write spaces round an operator.",
        )
    if minus := MINUS.search(term.written):
        yield Warned(
            term.position + minus.start(),
            "词里的减号被当作文字。要排除后面的词，请在减号前加空格。",
            "The minus inside the term is taken as text. To exclude what follows, write a space before it.",
        )
    if comma := COMMA.search(term.written):
        yield Warned(
            term.position + comma.start(),
            "这个标点被当作词的一部分。要写几个词，请用空格（都要有）或 OR（有其一即可）分开。",
            "The punctuation is taken as part of the term. Part terms with a space (all) or OR (any).",
        )
