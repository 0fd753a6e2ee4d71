"""Which sources a reader's rules can find anything in: those whose failure is a gap in the digest. Pure."""

from collections.abc import Iterable, Mapping

from alerts.rules import NoticeText, Rule, RuleError, parse
from alerts.rules.leaves import Place, Term
from alerts.rules.reference import node_holds
from alerts.rules.tree import And, Node, Or
from config.vocabulary import Vocabulary, Words
from crawler.notice import Notice
from crawler.sources import Source

NATIONAL = "全国"


class Relevance:
    """Tells for rules which sources they can find anything in; reads each rule and each source once."""

    def __init__(self, words: Words) -> None:
        self._vocabulary = Vocabulary.of(words)
        self._rules: dict[str, Rule | None] = {}
        self._names: dict[str, NoticeText] = {}
        self._sets: dict[tuple[str, int], frozenset[str]] = {}
        self._mappings: list[Mapping[str, Source]] = []

    def among(self, rules: Iterable[str], sources: Mapping[str, Source]) -> dict[str, Source]:
        """Return the sources that some rule may find something in; one without region: or source: asks all of them.

        A source counts for a place when it is of the place, of one inside it, or of one around it, as its province is.
        """
        found = [self._among(text, sources) for text in dict.fromkeys(rules) if self._read(text) is not None]
        ids = frozenset().union(*found) if found else sources.keys()
        return {name: sources[name] for name in sources if name in ids}

    def _among(self, rule: str, sources: Mapping[str, Source]) -> frozenset[str]:
        key = rule, id(sources)
        if key not in self._sets:
            self._mappings.append(sources)  # kept, so that no other ever has its id
            read = self._read(rule)
            may_hold = (one.id for one in sources.values() if read is not None and self._may_hold(read.root, one))
            self._sets[key] = frozenset(may_hold)
        return self._sets[key]

    def _read(self, rule: str) -> Rule | None:
        if rule not in self._rules:
            try:
                self._rules[rule] = parse(rule, self._vocabulary)
            except RuleError:
                self._rules[rule] = None  # it finds nothing anywhere, and its row says why
        return self._rules[rule]

    def _may_hold(self, node: Node, source: Source) -> bool:
        match node:
            case Place():
                within = self._vocabulary.places.within
                around = any(within(path, (source.region,)) for path in node.paths)
                return source.region == NATIONAL or around or within(source.region, node.paths)
            case Term(field="source"):
                return node_holds(node, self._as_notice(source.id))
            case And():
                return all(self._may_hold(part, source) for part in node.parts)
            case Or():
                return any(self._may_hold(part, source) for part in node.parts)
            case _:
                return True  # depends on what a notice says

    def _as_notice(self, source_id: str) -> NoticeText:
        if source_id not in self._names:
            self._names[source_id] = NoticeText.of(
                Notice(key="", source=source_id, title="", text=""), self._vocabulary
            )
        return self._names[source_id]
