"""Rows of search: two-term rules over an archive, beside a LIKE scan of the same; the cost of the index; a preview.

python -m tests.bench.searching [NOTICES] [postgresql | DATABASE URL]

With `postgresql` on a server of its own. The database must be empty.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from alerts.rules import Rule, RuleError, china_day, parse
from alerts.search.finding import Search
from alerts.search.indexing import index_waiting, searchable
from alerts.search.preview import Preview, preview
from config.settings import Settings
from config.upgrades import ready_database
from config.vocabulary import Vocabulary, load_vocabulary
from crawler.archive.notices import each_notice
from crawler.archive.tables import notices
from crawler.search.find import snapshot
from crawler.search.tables import search_blocks, search_texts
from tests.bench.archive import fill, two_term_rules, vocabulary
from tests.bench.postgres import postgres_url

Row = tuple[str, str, str, str]
Clock = Callable[[], float]
NOTICES, RULES, SCANS, BESIDE = 100_000, 200, 5, 2_000
GOAL = 0.050  # seconds of a two-term rule at the 95th percentile
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def search_rows(count: int = NOTICES, url: str = "") -> Iterator[Row]:
    """Measure on an archive of so many notices: in a folder of its own, or in the empty database at `url`."""
    words = load_vocabulary(Settings().regions, Settings().synonyms)
    with tempfile.TemporaryDirectory() as folder:
        engine = ready_database(url or f"sqlite:///{Path(folder, 'bench.db')}")
        try:
            with engine.begin() as connection:
                fill(connection, count, NOW)
            yield from _rows(engine, words, count)
        finally:
            engine.dispose()


def _rows(engine: sa.Engine, words: Vocabulary, count: int) -> Iterator[Row]:
    clock = time.process_time if engine.dialect.name == "sqlite" else time.perf_counter  # a server works elsewhere
    where = f"{count:,} notices, {engine.dialect.name}"
    seconds = _timed(clock, lambda: index_waiting(engine, words))
    yield (f"index {where}", f"{seconds / count * 1e3:.2f} ms a notice", *_beside_fts5(engine, words, seconds / count))
    yield _size(engine, count)
    rules = [rule for text in two_term_rules(RULES) if (rule := _read(text, words))]
    ours = [_best(clock, lambda rule=rule: _search(engine, rule, words)) for rule in rules]  # type: ignore[misc]
    scans = [_timed(clock, lambda rule=rule: _like(engine, rule)) for rule in rules[:SCANS]]  # type: ignore[misc]
    middle, high = statistics.median(ours), statistics.quantiles(ours, n=20)[-1]
    scan = statistics.median(scans)
    yield (
        f"two-term rule, {where}: median",
        _milli(middle),
        f"LIKE scan {_milli(scan)}",
        f"{scan / middle:.0f} × faster",
    )
    yield f"two-term rule, {where}: p95", _milli(high), f"goal {_milli(GOAL)}", f"{scan / high:.0f} × faster than LIKE"
    yield from _previews(engine, words, clock)


def _previews(engine: sa.Engine, words: Vocabulary, clock: Clock) -> Iterator[Row]:
    """Preview rules of every width."""
    hot = [word for word in vocabulary() if len(word) > 1]
    longer = [word for word in hot if len(word) > 3]
    for name, text in (
        ("a frequent word", hot[0]),
        ("four of five", f"({hot[0]} OR {longer[0]} OR {hot[9]}) {longer[1]} -{hot[30]}"),
        ("NEAR of frequent words", f"{hot[0]} NEAR/20 {hot[1]}"),
    ):
        rule = parse(text, words)
        seconds = _best(clock, lambda rule=rule: _preview(engine, rule, words))  # type: ignore[misc]
        shown = _preview(engine, rule, words)
        told = f"{'about ' if shown.sampled else ''}{shown.total} in 30 days, looked at {shown.looked}"
        yield f"preview, {name}", _milli(seconds), told, f"{seconds:.2f} of 1 s"


def _search(engine: sa.Engine, rule: Rule, words: Vocabulary) -> int:
    with snapshot(engine) as connection:
        return Search(connection, rule, words, today=china_day(NOW)).answer().count


def _preview(engine: sa.Engine, rule: Rule, words: Vocabulary) -> Preview:
    with snapshot(engine) as connection:
        return preview(connection, rule, words, now=NOW, zone=ZoneInfo("Asia/Shanghai"))


def _like(engine: sa.Engine, rule: Rule) -> int:
    """Count the notices that hold both words as they stand, without an index."""
    both = [notices.c.text.like(f"%{word}%") for word in str(rule).split()]
    with snapshot(engine) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(notices).where(*both)).scalar_one())


def _beside_fts5(engine: sa.Engine, words: Vocabulary, ours: float) -> tuple[str, str]:
    """Index some of the same notices with FTS5, over the same pairs, each once and without positions."""
    with snapshot(engine) as connection:
        some = [searchable(one, words).texts[1] for one in islice(each_notice(connection, limit=BESIDE), BESIDE)]
    lines = [" ".join({text[at : at + 2] for at in range(len(text) - 1)}) for text in some]
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder, "fts.db"))) as database:
        database.execute("CREATE VIRTUAL TABLE beside USING fts5(pairs, content='', detail=none, tokenize='ascii')")
        theirs = _timed(time.process_time, lambda: _fill_fts5(database, lines)) / len(lines)
    return f"FTS5 over the same pairs, without folding {theirs * 1e3:.2f} ms", f"{theirs / ours:.1f} × faster"


def _fill_fts5(database: sqlite3.Connection, lines: Sequence[str]) -> None:
    for start in range(0, len(lines), 500):
        with database:
            rows = [(line,) for line in lines[start : start + 500]]
            database.executemany("INSERT INTO beside (pairs) VALUES (?)", rows)


def _size(engine: sa.Engine, count: int) -> Row:
    def length(column: sa.Column[bytes]) -> float:
        with snapshot(engine) as connection:
            return float(connection.execute(sa.select(sa.func.sum(sa.func.length(column)))).scalar_one()) / count

    index, texts = length(search_blocks.c.postings), length(search_texts.c.texts)
    with snapshot(engine) as connection:
        own = sa.func.sum(sa.func.length(sa.cast(notices.c.text, sa.LargeBinary)))
        text = float(connection.execute(sa.select(own)).scalar_one()) / count
    told = f"its folded text {texts / 1e3:.1f} kB, the text itself {text / 1e3:.1f} kB"
    return "index of a notice", f"{index / 1e3:.1f} kB", told, f"{(index + texts) / text:.1f} × the text"


def _read(text: str, words: Vocabulary) -> Rule | None:
    try:
        return parse(text, words)
    except RuleError:  # a made-up word that is an operator, such as 或
        return None


def _best(clock: Clock, call: Callable[[], object], times: int = 3) -> float:
    """Return the least of a few: what others do on the machine is not measured."""
    return min(_timed(clock, call) for _ in range(times))


def _timed(clock: Clock, call: Callable[[], object]) -> float:
    start = clock()
    call()
    return clock() - start


def _milli(seconds: float) -> str:
    return f"{seconds * 1e3:,.1f} ms"


def main() -> None:
    """Measure and print."""
    table = Table("what", "measured", "beside it", "ratio", title="Search", title_justify="left")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else NOTICES
    with _url(*sys.argv[2:3]) as url:
        for row in search_rows(count, url):
            table.add_row(*row)
    Console(width=160).print(table)


@contextmanager
def _url(given: str = "") -> Iterator[str]:
    if given != "postgresql":
        yield given
        return
    with postgres_url() as url:
        yield url.replace("postgresql://", "postgresql+psycopg://", 1)


if __name__ == "__main__":
    main()
