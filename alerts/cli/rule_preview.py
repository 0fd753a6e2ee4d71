"""How a preview looks: a bar for each day, examples, and what is probably not meant."""

from typing import Annotated, Any

import typer
from rich.text import Text

from alerts.cli.found import bring_up_to_date, found_as_dict, print_found, unaided
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, print_json, warn
from alerts.cli.rows import Json, now
from alerts.cli.rule_reading import read_rule
from alerts.rules import Rule
from alerts.search.preview import DAYS, MANY_A_DAY, Preview, preview
from crawler.search.find import snapshot

BARS = " ▁▂▃▄▅▆▇█"


def preview_rule(
    rule: Annotated[str, typer.Argument(help="The rule, such as '金融科技 region:上海 -招聘'.")],
    *,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days to look back, today among them.")] = DAYS,
    as_json: Json = False,
) -> None:
    """Show what a rule would have found lately, and which of its terms do nothing or nearly everything.

    Example: yaoxun rules preview '(补贴 OR 奖励) region:长三角 -招聘' --days 7
    """
    here = opened()
    parsed = read_rule(here, rule, as_json=as_json)
    bring_up_to_date(here)
    shown = look_back(here, parsed, days)
    if as_json:
        print_json({"preview": as_dict(shown), "error": None})
    else:
        show_preview(here, shown)


def look_back(here: Opened, rule: Rule, days: int = DAYS) -> Preview:
    """Ask a rule of the last days."""
    with snapshot(here.engine) as connection:
        return preview(connection, rule, here.vocabulary, now=now(), zone=here.settings.zone, days=days)


def show_preview(here: Opened, shown: Preview, *, examples: int | None = None) -> None:
    """Print hits a day as bars, the newest examples, and warnings."""
    for found in shown.examples[:examples]:
        print_found(here, found)
    highest = max(count for _, count in shown.days)
    bars = "".join(BARS[-(-count * (len(BARS) - 1) // max(highest, 1))] for _, count in shown.days)
    about = "about " if shown.sampled else ""
    console.print(Text(f"{shown.days[0][0]} {bars} {shown.days[-1][0]}"))
    sampled = f" (estimated from {shown.looked} of {shown.candidates} candidates)" if shown.sampled else ""
    console.print(
        f"{about}{shown.total} in {len(shown.days)} days, {shown.a_day:.1f} a day, at most {highest}{sampled}."
    )
    for zh, en in warnings_of(shown):
        warn(zh if here.settings.language == "zh" else en)


def warnings_of(shown: Preview) -> list[tuple[str, str]]:
    """Return what is probably not meant, in both languages."""
    found = [
        (
            f"“{term}”不起作用：去掉它，最近 {len(shown.days)} 天的结果完全一样。",
            f"{term} does nothing: without it the last {len(shown.days)} days would have brought just the same.",
        )
        for term in shown.idle
    ]
    found += [
        (
            f"{one.share:.0%} 的结果只因“{one.term}”而来；若太多，请把它写得更具体。",
            f"{one.share:.0%} of it comes from {one.term} alone; if that is too much, make it more precise.",
        )
        for one in shown.alone
    ]
    if shown.too_many:
        found.append(
            (
                f"平均每天 {shown.a_day:.0f} 条，超过 {MANY_A_DAY} 条就难以读完；请加上地区、title: 或更多的词。",
                f"{shown.a_day:.0f} a day on average; above {MANY_A_DAY} few read on. Add a region, title: or terms.",
            )
        )
    if shown.unaided:
        found.append(unaided(shown.looked))
    return found


def as_dict(shown: Preview) -> dict[str, Any]:
    """Return a preview as JSON."""
    return {
        "days": [{"day": day, "count": count} for day, count in shown.days],
        "total": shown.total,
        "a_day": round(shown.a_day, 2),
        "exact": not shown.sampled,
        "looked": shown.looked,
        "candidates": shown.candidates,
        "unaided": shown.unaided,
        "too_many": shown.too_many,
        "idle": list(shown.idle),
        "alone": [{"term": one.term, "share": round(one.share, 3)} for one in shown.alone],
        "examples": [found_as_dict(one) for one in shown.examples],
    }
