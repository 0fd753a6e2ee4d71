"""Looks at sources and pages in one child process, as rounds are crawled: Scrapy never runs in ours."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from alerts.rounds import environment_of
from config.settings import Settings

Check = Mapping[str, Any]
"""What a look has shown: verdict, reason, rows, dated (their share), listed (the first rows), notice (the first)."""
OnCheck = Callable[[str, Check], None]


class CheckError(Exception):
    """The crawler could not be started, or ended early; it has said on stderr why."""


def run_checks(settings: Settings, source_ids: Sequence[str], on_check: OnCheck) -> dict[str, Check]:
    """Look at these sources and return what was seen of each; `on_check` hears of each as it comes."""
    seen: dict[str, Check] = {}
    for event in _events(settings, ["--check", "--", *source_ids]):
        if event["event"] == "checked":
            seen[event["source"]] = event["check"]
            on_check(event["source"], event["check"])
    if len(seen) < len(source_ids):
        raise CheckError(f"The crawler ended after {len(seen)} of {len(source_ids)} sources; its reason stands above.")
    return seen


def probe(settings: Settings, url: str) -> dict[str, Any]:
    """Return what the page at an address is: site, column, family, options, why, and a check of it."""
    probed = [event for event in _events(settings, ["--probe", url]) if event["event"] == "probed"]
    if not probed:
        raise CheckError("The crawler ended before it had looked at the page; its reason stands above.")
    return probed[0]


def _events(settings: Settings, arguments: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the events of a child; when we are interrupted it is told to finish."""
    with subprocess.Popen(  # noqa: S603  our own module, with ids or an address as arguments
        [sys.executable, "-m", "crawler", *arguments],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=os.environ | environment_of(settings),
        start_new_session=True,
    ) as child:
        try:
            for line in child.stdout or ():
                if line.startswith("{"):
                    yield json.loads(line)
        except BaseException:
            child.send_signal(signal.SIGTERM)
            raise
    if child.returncode:
        raise CheckError("The crawler refused to start; its reason stands above.")
