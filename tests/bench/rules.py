"""The matcher: `python -m tests.bench.rules [--most 1000000] [--plot FILE]`. All ratios are of one run, one core.

The plain loop and PostgreSQL are asked of a few notices; parsing is measured on a part of the rules, and says so.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from alerts.rules import NoticeText, parse
from alerts.rules.matcher import Frequencies, Index, LivingRules, Stored, load, save
from alerts.rules.matcher.compile import Compiler
from config.settings import Settings
from config.vocabulary import load_vocabulary
from crawler.folding import fold
from crawler.notice import Notice
from tests.bench.others import as_vector, automaton, pairs_in, postgres
from tests.bench.workload import MATCHED, Asked, notices, rules

Row = tuple[str, str, str, str]
FLOOR = 0.8  # µs: what testing each bigram of a notice costs on the core that the goals are given for
PARSED = 20_000  # rules of which parsing is measured
MOST_POSTGRES = 100_000
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Built:
    """An index, and what making it took: seconds of compiling and of putting in order."""

    asked: list[Asked]
    index: Index
    frequencies: Frequencies
    seconds: float


class Bench:
    """One run: notices, and the costs in µs a notice that were measured, by engine and number of rules."""

    def __init__(self) -> None:
        self.vocabulary = load_vocabulary(Settings().regions, Settings().synonyms)
        self.notices = notices(4 * MATCHED, self.vocabulary)
        self.matched = self.notices[:MATCHED]
        self.texts = [NoticeText.of(one, self.vocabulary) for one in self.matched]
        self.costs: dict[str, dict[int, float]] = defaultdict(dict)

    def built(self, count: int, mix: str) -> Built:
        """Make rules as trees and put them in an index; how rare words are is learned from the notices not matched."""
        frequencies = Frequencies.learned(fold(one.text).text for one in self.notices[MATCHED:])
        compiler, asked, seconds = Compiler(frequencies), list(rules(count, mix, self.notices)), 0.0
        for first in range(0, count, CHUNK):
            trees = [one.parsed(self.vocabulary) for one in asked[first : first + CHUNK]]
            begin = time.process_time()
            for number, tree in enumerate(trees, first):
                compiler.add(number, tree)
            seconds += time.process_time() - begin
        begin = time.process_time()
        index = Index.of(compiler.columns())
        return Built(asked, index, frequencies, seconds + time.process_time() - begin)

    def whole(self, index: Index) -> float:
        """Return what folding and matching a notice cost, in µs."""
        return best(self.matched, lambda one: index.ask(NoticeText.of(one, self.vocabulary)))

    def match(self, index: Index) -> float:
        """Return what matching a folded notice costs, in µs; what it is measured against gets it folded, too."""
        return best(self.texts, index.ask)

    def floor(self) -> float:
        """Return what testing each pair of characters of a notice against a bitmap costs, in µs."""
        texts = "".join(text.fields["body"].text for text in self.texts)
        codes = np.frombuffer(texts.encode("utf-32-le"), np.uint32)
        bitmap = np.random.default_rng(7).integers(0, 1 << 32, 1 << 15, np.uint32)
        return best([codes] * 3, lambda codes: pairs_in(codes, bitmap), 20) / len(self.texts)

    def plain(self, built: Built, few: int) -> float:
        """Return what asking every rule with `in` costs, in µs; and see that the matcher says the same."""
        folded = [self.folded(one) for one in self.matched[:few]]
        begin = time.process_time()
        found = [[number for number, rule in enumerate(built.asked) if rule.holds(*one)] for one in folded]
        spent = (time.process_time() - begin) / few * 1e6
        for text, ids in zip(self.texts, found, strict=False):
            answer = built.index.ask(text)
            if answer.sure.tolist() != ids or len(answer.unsure):
                raise AssertionError("the matcher and the plain loop differ")
        return spent

    def folded(self, one: Notice) -> tuple[str, str, str]:
        """Return title, text and region as rules of the workload see them."""
        return fold(one.title).text, fold(one.text).text, self.region(one)

    def region(self, one: Notice) -> str:
        """Return the name that rules use for a notice's region."""
        return f"{one.regions[0].rpartition('/')[2]}市"

    def automaton(self, built: Built, few: int) -> float:
        """Return what Aho-Corasick over all words and evaluating in Python costs, in µs."""
        return automaton(built.asked, [self.folded(one) for one in self.matched[:few]])

    def postgres(self, built: Built, few: int) -> float:
        """Return what `tsvector @@ tsquery` over a table of rules costs, in µs; bigrams are the words."""
        return postgres(built.asked, [as_vector(one, self.region(one)) for one in self.matched[:few]])

    def rows(self, most: int) -> Iterator[Row]:
        """Measure everything."""
        large = self.built(most, "dense")
        yield from self.against_the_loop(large, "dense", 1000, few=1)
        del large
        middle = self.built(min(most, 100_000), "dense")
        yield from self.against_the_loop(middle, "dense", 1000, few=5)
        yield self.against_postgres(middle)
        yield self.at_the_reference(middle, "dense", 0.25)
        del middle
        yield from self.against_the_loop(self.built(min(most, 100_000), "sparse"), "sparse", 3000, few=5)
        large = self.built(most, "sparse")
        yield self.at_the_reference(large, "sparse", 0.35)
        yield from self.building(large)
        del large
        yield self.hundredfold(most)
        for count in (1_000, 10_000):
            self.against_others(self.built(count, "dense"), count)

    def against_the_loop(self, built: Built, mix: str, goal: int, few: int) -> Iterator[Row]:
        """Compare with asking every rule by itself, on the same notices."""
        count, ours, plain = len(built.asked), self.match(built.index), self.plain(built, few)
        matches = np.mean([len(built.index.ask(text).sure) for text in self.texts])
        yield (
            f"{mix}, {count:,} rules, {matches:,.0f} matches: a folded notice",
            f"{ours:,.0f} µs",
            f"every rule with `in` {plain:,.0f} µs",
            f"{plain / ours:,.0f} × (goal {goal:,})",
        )
        if mix == "dense":
            self.costs["ours, dense"][count], self.costs["every rule with in"][count] = ours, plain
            self.costs["Aho-Corasick + Python"][count] = self.automaton(built, 10)

    def against_others(self, built: Built, count: int) -> None:
        """Fill in what only the plot shows."""
        list(self.against_the_loop(built, "dense", 0, few=10))
        self.costs["PostgreSQL tsquery"][count] = self.postgres(built, 10)

    def against_postgres(self, built: Built) -> Row:
        """Compare with stored queries."""
        count, ours, theirs = len(built.asked), self.match(built.index), self.postgres(built, 5)
        self.costs["PostgreSQL tsquery"][count] = theirs
        return (
            f"dense, {count:,} rules",
            f"{ours:,.0f} µs",
            f"PostgreSQL {theirs:,.0f} µs",
            f"{theirs / ours:,.0f} × (goal 250)",
        )

    def at_the_reference(self, built: Built, mix: str, goal: float) -> Row:
        """Express the cost in what the simplest possible test costs on this machine."""
        ours, least = self.whole(built.index), self.floor()
        return (
            f"{mix}, {len(built.asked):,} rules: fold and match, where the floor is {FLOOR} µs",
            f"{ours / least * FLOOR / 1000:.2f} ms",
            f"floor here {least:.1f} µs, ours {ours:,.0f} µs",
            f"{ours / least:,.0f} × the floor (goal {goal} ms)",
        )

    def building(self, built: Built) -> Iterator[Row]:
        """Compile, store, map, add one."""
        count = len(built.asked)
        yield f"index of {count:,} rules from parsed rules", f"{built.seconds:.1f} s", "", "(goal 30 s)"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "rules.index")
            save(path, Stored(built.index, built.frequencies, {}), "bench")
            begin = time.perf_counter()
            stored = load(path, "bench")
            size = path.stat().st_size / 1e6
            yield (
                "  mapped from its file",
                f"{time.perf_counter() - begin:.2f} s",
                f"{size:,.0f} MB",
                "(goal 1 s, 1 GB)",
            )
            living = LivingRules(built.frequencies, [stored.index])
            living.ask(self.texts[0])
            parse("补贴", self.vocabulary)  # the grammar is read once
            spent = sorted(self.adding(living, count + number) * 1e3 for number in range(50))
            yield (
                "  one rule more, until it is found, the worst of 50",
                f"{spent[-1]:.1f} ms",
                f"most often below {spent[len(spent) // 2]:.1f} ms",
                "(goal 50 ms)",
            )
        written = [one.written() for one in built.asked[:PARSED]]
        with ProcessPoolExecutor(2, initializer=parse_all, initargs=(["补贴"],)) as pool:
            list(pool.map(parse_all, (["补贴"], ["补贴"])))  # both processes are there, and have read the grammar
            begin = time.perf_counter()
            work = sum(pool.map(parse_all, (written[::2], written[1::2])))
        share = count / len(written)
        seconds, work = (time.perf_counter() - begin) * share, work * share / 2
        yield (
            f"  parsing {count:,} on two cores",
            f"{seconds:.0f} s",
            f"measured on {len(written):,}; {work:.0f} s of work for each core",
            "(goal 120 s)",
        )

    def adding(self, living: LivingRules, number: int) -> float:
        """Add a rule that the first notice meets, and see it met."""
        begin = time.perf_counter()
        living.put([(number, parse(f"{self.matched[0].title[:4]} -斛珧{number}", self.vocabulary))])
        if number not in living.ask(self.texts[0]).sure:
            raise AssertionError("a rule that was added is not found")
        return time.perf_counter() - begin

    def hundredfold(self, most: int) -> Row:
        """A hundred times the rules, and the same matches: the others hardly ever hold."""
        few = self.built(most // 100, "dense")
        many = Compiler(few.frequencies)
        for number, one in enumerate((*few.asked, *rules(most - most // 100, "quiet", self.notices))):
            many.add(number, one.parsed(self.vocabulary))
        index = Index.of(many.columns())
        ours, more = self.match(few.index), self.match(index)
        return (
            f"{most // 100:,} rules, and {most - most // 100:,} more that hardly hold",
            f"{more:,.0f} µs",
            f"without these {ours:,.0f} µs",
            f"{more / ours:.1f} × (goal 4)",
        )


def parse_all(written: Iterable[str]) -> float:
    """Parse rules, in a process of its own; return the seconds of processor time."""
    vocabulary = load_vocabulary(Settings().regions, Settings().synonyms)
    begin = time.process_time()
    for rule in written:
        parse(rule, vocabulary)
    return time.process_time() - begin


def best(items: Sequence[Any], call: Callable[[Any], object], rounds: int = 5) -> float:
    """Return the µs of a call, the mean over the items, in the best of some rounds."""
    for item in items[:3]:
        call(item)
    spent = []
    for _ in range(rounds):
        begin = time.process_time()
        for item in items:
            call(item)
        spent.append(time.process_time() - begin)
    return min(spent) / len(items) * 1e6


def plot(costs: dict[str, dict[int, float]], path: Path) -> None:
    """Draw cost against the number of rules, both in powers of ten."""
    import matplotlib as mpl  # noqa: PLC0415  slow to load, and only wanted here

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415  the same

    figure, axes = plt.subplots(figsize=(7, 4.4), dpi=110)
    for engine, of_count in sorted(costs.items(), key=lambda item: -max(item[1].values())):
        counts = sorted(of_count)
        axes.loglog(counts, [of_count[count] for count in counts], marker="o", label=engine)
    axes.set(xlabel="rules", ylabel="µs a notice, one core", title="One notice against all rules")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=200_000, help="rules of the largest set")
    parser.add_argument("--plot", type=Path, default=Path("data/bench-rules.png"), help="where the picture goes")
    given = parser.parse_args()
    bench, console = Bench(), Console(width=150)
    table = Table("what", "ours", "beside it", "ratio", title="The matcher, in this run", title_justify="left")
    for row in bench.rows(given.most):
        console.print(*row, sep=" | ")
        table.add_row(*row)
    given.plot.parent.mkdir(parents=True, exist_ok=True)
    plot(bench.costs, given.plot)
    console.print(table, f"plot: {given.plot}")


if __name__ == "__main__":
    main()
