"""`make bench`: what the stages cost on this machine, side by side in one run. Figures are not tests.

Rules and texts are generated from a fixed seed out of words of official language, so two runs compare.
"""

import random
import statistics
import time
import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeVar

import trafilatura
from rich.console import Console
from rich.table import Table

from alerts.demo.sites.pages import sample_pages
from alerts.rules import NoticeText, holds, parse
from config.regions import Places, load_places
from config.settings import Settings
from crawler.folding import fold
from crawler.notice import Notice
from crawler.reading.article import UnreadablePage, read_article
from tests.bench.mails import mail_rows
from tests.bench.rounds import round_rows
from tests.bench.searching import search_rows
from tests.bench.webhooks import webhook_rows

WORDS = (
    "新能源汽车",
    "补贴",
    "奖励",
    "申报",
    "通知",
    "专精特新",
    "集成电路",
    "人工智能",
    "充电桩",
    "招标",
    "采购",
    "金融科技",
    "数据要素",
    "绿色工厂",
)
FILLING = "各有关单位现就本年度工作安排通知如下请结合实际认真贯彻执行并于规定时间内将材料报送主管部门"
Item = TypeVar("Item")
RULES, NOTICES, SHORTEST, LONGEST = 1_000, 60, 800, 2_400


def main() -> None:
    """Measure and print."""
    rng = random.Random(7)  # noqa: S311  a workload, not a secret
    places = load_places(Settings().regions)
    texts = [text_of(rng) for _ in range(NOTICES)]
    table = Table("what", "median", "beside it", "ratio", title="On this machine, in this run", title_justify="left")
    rounds, sent = round_rows(), (*mail_rows(), *webhook_rows())
    for row in (folding(texts), matching(rng, texts, places), reading(), *rounds, *search_rows(), *sent):
        table.add_row(*row)
    Console().print(table)


def folding(texts: Sequence[str]) -> tuple[str, str, str, str]:
    """Fold with positions, beside normalising alone."""
    ours = median_of(fold, texts)
    plain = median_of(lambda text: unicodedata.normalize("NFKC", text).casefold(), texts)
    return "fold a notice, with positions", micro(ours), f"NFKC and casefold {micro(plain)}", f"{ours / plain:.1f} ×"


def matching(rng: random.Random, texts: Sequence[str], places: Places) -> tuple[str, str, str, str]:
    """Evaluate every rule by the reference path, beside asking `in` for its first word."""
    rules = [f"{rng.choice(WORDS)} {rng.choice(WORDS)} -{rng.choice(WORDS)}" for _ in range(RULES)]
    parsed = [parse(rule, places) for rule in dict.fromkeys(rules) if len(set(rule.replace("-", " ").split())) == 3]
    notices = [
        NoticeText.of(Notice(key=str(n), source="", title=text[:20], text=text), places) for n, text in enumerate(texts)
    ]
    ours = median_of(lambda notice: [holds(rule, notice) for rule in parsed], notices)
    plain = median_of(lambda text: [rule.partition(" ")[0] in text for rule in rules], texts)
    return (
        f"{len(parsed)} rules, one notice, reference path",
        micro(ours),
        f"one `in` a rule {micro(plain)}",
        f"{ours / plain:.1f} ×",
    )


def reading() -> tuple[str, str, str, str]:
    """Read the articles of the sample sites, beside trafilatura."""
    pages = [page.body for site in sample_pages().values() for page in site.values() if is_article(page.body)]
    ours = median_of(lambda page: read_article(page, "http://www.shencheng.example/"), pages)
    theirs = median_of(trafilatura.bare_extraction, pages)
    return (
        f"read an article (of {len(pages)})",
        micro(ours),
        f"trafilatura {micro(theirs)}",
        f"{theirs / ours:.1f} × faster",
    )


def is_article(body: bytes) -> bool:
    """Tell whether a sample page is an article."""
    try:
        return len(read_article(body, "http://www.shencheng.example/").text) > 100
    except UnreadablePage:
        return False


def text_of(rng: random.Random) -> str:
    """Return a text in the manner of a notice."""
    length = rng.randint(SHORTEST, LONGEST)
    parts: list[str] = []
    while sum(len(part) for part in parts) < length:
        parts.append(rng.choice(WORDS) if rng.random() < 0.2 else FILLING[: rng.randint(4, 40)])
    return "，".join(parts)


def median_of(call: Callable[[Item], object], items: Sequence[Item], rounds: int = 5) -> float:
    """Return the median seconds of a call, over all items and rounds."""
    seconds = []
    for _ in range(rounds):
        for item in items:
            start = time.perf_counter()
            call(item)
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def micro(seconds: float) -> str:
    """Write seconds as microseconds."""
    return f"{seconds * 1e6:,.0f} µs"


if __name__ == "__main__":
    main()
