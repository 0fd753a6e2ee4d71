"""Puts the nouns together."""

import io
import sys
from collections.abc import Callable

import typer

from alerts.cli import (
    bounces,
    bulletin,
    crawl,
    db,
    deliver,
    deliveries,
    demo,
    destinations,
    digest,
    doctor,
    exchange,
    ledger,
    notices,
    read,
    rules,
    serve,
    sources,
    subscribers,
    subscriptions,
    suppressions,
)
from alerts.cli.faults import said_plainly
from alerts.cli.opening import at_the_end

HELP = """Yaoxun (要讯) watches official sites and bulletins, finds what each subscriber asked for, and delivers it.

See it work:   yaoxun demo

Try a rule:    yaoxun rules test '金融科技 region:上海 -招聘' --file notice.txt

Run it:        yaoxun serve

Every command that prints results takes --json.
"""

COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "serve": serve.serve,
    "crawl": crawl.crawl,
    "deliver": deliver.deliver,
    "read": read.read,
    "ledger": ledger.ledger,
    "export": exchange.export_all,
    "import": exchange.import_all,
    "doctor": doctor.doctor,
}

NOUNS: dict[str, typer.Typer] = {
    "sources": sources.app,
    "bulletin": bulletin.app,
    "notices": notices.app,
    "rules": rules.app,
    "subscribers": subscribers.app,
    "subscriptions": subscriptions.app,
    "destinations": destinations.app,
    "digest": digest.app,
    "deliveries": deliveries.app,
    "bounces": bounces.app,
    "suppressions": suppressions.app,
    "db": db.app,
}

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False)


@app.callback(help=HELP)
def begin(context: typer.Context) -> None:
    """Close at the end of a command what it opened."""
    context.call_on_close(at_the_end.close)


for name, command in COMMANDS.items():
    app.command(name)(command)

for name, group in NOUNS.items():
    app.add_typer(group, name=name, no_args_is_help=True)


def main() -> None:
    """Run the command line; a terminal that cannot show a character gets a question mark, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    with said_plainly():
        app()
