"""What a rule says in vain: parts that can never hold, that another part says already, that say too little."""

from collections.abc import Iterator
from itertools import combinations

from alerts.rules.fields import TEXTS
from alerts.rules.implies import apart, excludes, implies, where
from alerts.rules.leaves import Place, Term
from alerts.rules.tree import And, Near, Node, Or, Warned, parts_of
from crawler.folding import fold, is_word


def lint(root: Node) -> Iterator[Warned]:
    """Yield what is said in vain, from the top down; a part that never holds is not looked into any further."""
    if isinstance(root, (And, Or)):
        if isinstance(root, And) and (pair := _contradiction(root)):
            yield _never(*pair)
            return
        yield from _redundant(root)
    if isinstance(root, And):
        yield from _two_places(root)
    if isinstance(root, Term):
        yield from _too_short(root)
    elif not isinstance(root, Near):
        for part in parts_of(root):
            yield from lint(part)


def _contradiction(root: And) -> tuple[Node, Node] | None:
    return next(((one, other) for one, other in combinations(root.parts, 2) if excludes(one, other)), None)


def _never(one: Node, other: Node) -> Warned:
    return Warned(
        max(where(one), where(other)),
        f"不会有通知同时符合“{one}”和“{other}”，所以这一部分什么也找不到。请删去其中之一。",
        f"No notice can meet both {one} and {other}, so this part finds nothing. Remove one of them.",
        "never",
    )


def _redundant(root: And | Or) -> Iterator[Warned]:
    """Of an OR warn of the narrower part, of an AND of the wider: the other one says as much without it."""
    told: set[int] = set()
    for (here, one), (there, other) in combinations(enumerate(root.parts), 2):
        if told & {here, there}:
            continue
        if implies(other, one):
            idle, at = (one, here) if isinstance(root, And) and not implies(one, other) else (other, there)
        elif implies(one, other):
            idle, at = (other, there) if isinstance(root, And) else (one, here)
        else:
            continue
        told.add(at)
        yield _idle(idle, other if idle is one else one)


def _idle(idle: Node, other: Node) -> Warned:
    zh = f"“{idle}”是多余的：有了“{other}”，删去它找到的通知不变。"
    en = f"{idle} adds nothing: with {other} there, the rule finds the same notices without it."
    if idle == other:
        zh, en = f"“{idle}”写了两遍，请删去一个。", f"{idle} is written twice. Remove one of them."
    return Warned(where(idle), zh, en, "idle")


def _two_places(root: And) -> Iterator[Warned]:
    places = [part for part in root.parts if isinstance(part, Place)]
    for one, other in combinations(places, 2):
        if apart(one, other):
            yield Warned(
                other.position,
                f"通知要同时属于“{one.written}”和“{other.written}”才会命中。要找两地的通知，请写 {one} OR {other}",
                f"A notice must lie both in {one.written} and in {other.written}. For either, write: {one} OR {other}",
                "places",
            )
            return


def _too_short(term: Term) -> Iterator[Warned]:
    folded = fold(term.written).text
    if len(folded) == 1 and not is_word(folded) and term.field in {"", *TEXTS}:
        yield Warned(
            term.position,
            f"“{term.written}”只有一个字，会命中很多不相干的通知。请写完整的词。",
            f"{term.written} is a single character and will find much that has nothing to do with it. Write a word.",
            "short",
        )
