"""The live rules, kept ready: what a notice is asked, without reading the subscriptions again for each batch.

A few rules are asked one by one. Of many the matcher says which may hold; it follows the changes of the table, and is
kept in a file beside the database, so that a start need not read a million rules. Whoever uses it asks each rule that
it names once more by the reference path: the rule may have been changed a moment ago.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa
import structlog

from alerts.model import Subscription
from alerts.rules import NoticeText, Rule, RuleError, holds, parse
from alerts.store.rule_changes import Seen, changes_since, forget_old_changes, seen_now
from alerts.store.subscriptions import count_live, live_rules, live_subscriptions
from config.vocabulary import Vocabulary, Words
from crawler.archive.notices import each_notice
from crawler.folding import fold

if TYPE_CHECKING:
    from alerts.rules.matcher import Frequencies, LivingRules
    from alerts.rules.matcher.compile import Columns

FEW = 1000  # rules that are asked one by one: sooner done than the matcher is loaded
REMEMBERED = 20_000  # rules that were found lately, as trees
CHUNK = 10_000  # rules that one process reads at a time
PARALLEL = 3 * CHUNK
PROCESSES = 2
LEARNED = 3000  # notices that tell how rare pairs of characters are, in two seconds or so
ENOUGH = 1000  # of fewer the shipped table tells more

log = structlog.get_logger(__name__)
Ready = tuple[Subscription, Rule]


@dataclass(slots=True, eq=False)
class LiveRules:
    """Of one database. `with` it: only one thread at a time. `file` holds the matcher's index; without it none is."""

    words: Words
    file: Path | None = None
    _seen: Seen | None = None
    _few: dict[int, Ready] = field(default_factory=dict)
    _many: "LivingRules | None" = None
    _stored: bool = True  # the large index is in the file
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def __len__(self) -> int:
        return len(self._few) if self._many is None else len(self._many)

    def follow(self, engine: sa.Engine, *, now: datetime) -> dict[int, str]:
        """Take in what changed; return what is wrong with the rules that turned out not to read."""
        with engine.execution_options(reading=True).begin() as connection:
            if self._seen is None:
                self._start(connection, now)
            changes = changes_since(connection, self._seen) if self._seen is not None else None
            if changes is None:
                return self._read_all(connection, now)
            ids, self._seen = changes
            return self._read_again(connection, ids, now) if ids else {}

    def met_by(self, engine: sa.Engine, text: NoticeText, *, now: datetime) -> Sequence[Ready]:
        """Return the rules that may hold for a notice: all that do, by id, and of many rules hardly any other.

        Time changes no row, so nobody says when a rule expires: it is let go when it is found the next time.
        """
        found = list(self._few.values()) if self._many is None else self._found_by(self._many, engine, text)
        over = {subscription.id for subscription, _ in found if subscription.is_over(now)}
        if over:
            self._let_go(over)
        return [one for one in found if one[0].id not in over]

    def tidy(self, engine: sa.Engine) -> None:
        """Put the matcher in order when it is worth it; between two batches."""
        if self._many is not None and (self._many.tidy() or not self._stored):
            self._save(engine)
            self._stored = True

    def _found_by(self, many: "LivingRules", engine: sa.Engine, text: NoticeText) -> list[Ready]:
        found = many.ask(text)
        ids = sorted([*found.sure.tolist(), *found.unsure.tolist()])
        self._remember(engine, ids)
        return [self._few[id_] for id_ in ids if id_ in self._few]

    def _let_go(self, ids: set[int]) -> None:
        for id_ in ids:
            self._few.pop(id_, None)
        if self._many is not None:
            self._many.remove(ids)

    def _start(self, connection: sa.Connection, now: datetime) -> None:
        """Take the stored index if there are many rules, and if it is still good."""
        if self.file is None or not self.file.exists() or count_live(connection, now=now) <= FEW:
            return
        from alerts.rules.matcher import LivingRules, StaleIndex, load  # noqa: PLC0415  many rules only

        try:
            stored = load(self.file, fingerprint(self.words))
        except (StaleIndex, OSError) as error:
            log.info("the index of the rules is made anew", why=str(error))
            return
        note = stored.note
        self._seen = Seen(note["last"], note["mark"], frozenset(note["missing"]))
        self._many = LivingRules(stored.frequencies, [stored.index])

    def _read_all(self, connection: sa.Connection, now: datetime) -> dict[int, str]:
        self._seen = seen_now(connection)
        self._few, self._many = {}, None
        if count_live(connection, now=now) <= FEW:
            return self._put(live_subscriptions(connection, now=now))
        return self._build(connection, now)

    def _read_again(self, connection: sa.Connection, ids: set[int], now: datetime) -> dict[int, str]:
        self._let_go(ids)
        problems = self._put(live_subscriptions(connection, ids, now=now))
        if self._many is None and len(self._few) > FEW:
            return problems | self._read_all(connection, now)
        return problems

    def _put(self, subscriptions: Iterable[Subscription]) -> dict[int, str]:
        """Parse each different rule once; one that does not read is a problem of its subscriptions alone."""
        ready, problems = read_rules(subscriptions, self.words)
        if self._many is None:
            self._few.update((subscription.id, (subscription, rule)) for subscription, rule in ready)
            self._few = dict(sorted(self._few.items()))
        else:
            self._many.put((subscription.id, rule) for subscription, rule in ready)
        return problems

    def _build(self, connection: sa.Connection, now: datetime) -> dict[int, str]:
        """Compile all rules, in several processes when they are very many."""
        from alerts.rules.matcher import Index, LivingRules  # noqa: PLC0415  many rules only
        from alerts.rules.matcher.build import joined  # noqa: PLC0415  the same

        rules, frequencies = live_rules(connection, now=now), frequencies_in(connection)
        chunks = [(rules[start : start + CHUNK], self.words, frequencies) for start in range(0, len(rules), CHUNK)]
        if len(rules) > PARALLEL:
            with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
                compiled = list(pool.map(_compiled, *zip(*chunks, strict=True)))
        else:
            compiled = [_compiled(*chunk) for chunk in chunks]
        index = Index.of(joined([columns for columns, _ in compiled]))
        self._many = LivingRules(frequencies, [index])
        self._stored = False
        return {id_: problem for _, problems in compiled for id_, problem in problems.items()}

    def _save(self, engine: sa.Engine) -> None:
        if self.file is None or self._many is None or self._seen is None or not self._seen.last:
            return
        from alerts.rules.matcher import Stored, save  # noqa: PLC0415  many rules only

        note = {"last": self._seen.last, "mark": self._seen.mark, "missing": sorted(self._seen.missing)}
        save(self.file, Stored(self._many.as_one(), self._many.frequencies, note), fingerprint(self.words))
        with engine.begin() as connection:
            forget_old_changes(connection, self._seen)

    def _remember(self, engine: sa.Engine, ids: Sequence[int]) -> None:
        """Read the rules that were found and are not at hand; of the others those read longest ago are forgotten."""
        missing = [id_ for id_ in ids if id_ not in self._few]
        if not missing:
            return
        with engine.execution_options(reading=True).begin() as connection:
            ready, _ = read_rules(live_subscriptions(connection, missing), self.words)
        wanted = set(ids)
        others = [id_ for id_ in self._few if id_ not in wanted]
        for id_ in others[: max(0, len(self._few) + len(ready) - REMEMBERED)]:
            del self._few[id_]
        self._few.update((subscription.id, (subscription, rule)) for subscription, rule in ready)


def read_rules(subscriptions: Iterable[Subscription], words: Words) -> tuple[list[Ready], dict[int, str]]:
    """Parse each different rule once; return those that read, and what is wrong with the others by subscription."""
    parsed: dict[str, Rule | RuleError] = {}
    ready, problems = [], {}
    for subscription in subscriptions:
        if subscription.rule not in parsed:
            parsed[subscription.rule] = _parsed(subscription.rule, words)
        rule = parsed[subscription.rule]
        if isinstance(rule, RuleError):
            problems[subscription.id] = problem_of(rule)
        else:
            ready.append((subscription, rule))
    return ready, problems


def asked_at_once(rules: Sequence[tuple[int, Rule]], *, notices: int) -> Callable[[NoticeText], list[int]]:
    """Return what tells the rules that hold for a notice, by their numbers: the matcher, when there is much to ask."""
    if len(rules) * notices <= FEW * FEW:
        return lambda text: [number for number, rule in rules if holds(rule, text)]
    from alerts.rules.matcher import Index, shipped  # noqa: PLC0415  many rules only

    index, by_number = Index.of_rules(rules, shipped()), dict(rules)

    def ask(text: NoticeText) -> list[int]:
        found = index.ask(text)
        return sorted([*found.sure.tolist(), *(one for one in found.unsure.tolist() if holds(by_number[one], text))])

    return ask


def problem_of(error: RuleError) -> str:
    """Return what is kept of a rule that does not read."""
    return f"{error.message} {error.advice}".strip()


def fingerprint(words: Words) -> str:
    """Return what changes when rules are read or texts are folded in another way."""
    from alerts.rules import matcher  # noqa: PLC0415  many rules only

    vocabulary = Vocabulary.of(words)
    rules = Path(matcher.__file__).parent.parent
    files = [rules / "grammar.lark", *sorted(rules.glob("*.py")), *sorted((rules / "matcher").glob("*.py"))]
    files.append(rules.parent.parent / "crawler" / "folding_table.npz")
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    for names in (
        vocabulary.places.names,
        vocabulary.places.groups,
        vocabulary.synonyms.words,
        vocabulary.synonyms.agencies,
    ):
        digest.update(repr(sorted(names.items())).encode())
    digest.update(repr(sorted(vocabulary.places.paths)).encode())
    return digest.hexdigest()


def frequencies_in(connection: sa.Connection) -> "Frequencies":
    """Learn from the newest notices in which of them each pair of characters stands; of too few nothing is learned.

    Rules are looked up by their rarest pair: what is rare differs between archives, what is found does not.
    """
    from alerts.rules.matcher import Frequencies, shipped  # noqa: PLC0415  many rules only

    texts = [fold(notice.text).text for notice in each_notice(connection, limit=LEARNED)]
    return Frequencies.learned(texts) if len(texts) >= ENOUGH else shipped()


def _compiled(
    rules: Sequence[tuple[int, str]], words: Words, frequencies: "Frequencies"
) -> tuple["Columns", dict[int, str]]:
    """Read and compile some rules; in a process of its own, perhaps."""
    from alerts.rules.matcher.compile import Compiler  # noqa: PLC0415  many rules only

    compiler, problems = Compiler(frequencies), {}
    for id_, written in rules:
        rule = _parsed(written, words)
        if isinstance(rule, RuleError):
            problems[id_] = problem_of(rule)
        else:
            compiler.add(id_, rule)
    return compiler.columns(), problems


def _parsed(rule: str, words: Words) -> Rule | RuleError:
    try:
        return parse(rule, words)
    except RuleError as error:
        return error
