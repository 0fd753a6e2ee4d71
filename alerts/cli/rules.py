"""`yaoxun rules`: try a rule on a text, match many rules with many notices."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from alerts.cli.advice import missing, no_place
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, fail, print_json, print_table, progress, warn
from alerts.cli.rows import Json, hit_as_dict, transaction
from alerts.cli.rule_preview import preview_rule
from alerts.cli.rule_view import Given, show_answer, show_explained, show_fault, show_warnings
from alerts.cli.why import why as show_why
from alerts.cli.why_view import tree_of
from alerts.live import asked_at_once
from alerts.rules import NoticeText, Rule, RuleError, china_day, evidence, explained, holds, parse, warnings_of
from alerts.rules.why import why
from config.regions import Places
from config.vocabulary import Vocabulary
from crawler.archive.attachments import in_full
from crawler.archive.notices import find_notice
from crawler.notice import Notice
from crawler.reading.charset import decode
from crawler.reading.place import places_of

app = typer.Typer(
    help="Try rules: on one text, on the last weeks, or many on many notices; why a rule met a notice, or not."
)
app.command("why")(show_why)
app.command("preview", context_settings={"ignore_unknown_options": True})(preview_rule)  # a rule may begin with a minus


@app.command("test", context_settings={"ignore_unknown_options": True})  # a rule may begin with a minus
def try_rule(
    rule: Annotated[str, typer.Argument(help="The rule, such as '金融科技 region:上海 -招聘'.")],
    *,
    text: Annotated[str | None, typer.Option(help="A text to try it on.")] = None,
    file: Annotated[Path | None, typer.Option(help="A text file to try it on; its first line is the title.")] = None,
    notice: Annotated[int | None, typer.Option(help="The number of an archived notice to try it on.")] = None,
    title: Annotated[str, typer.Option(help="The title that goes with --text.")] = "",
    region: Annotated[str, typer.Option(help="The place that text or file concerns; else it is read from them.")] = "",
    tree: Annotated[bool, typer.Option("--tree", help="Show what each part of the rule finds, or why not.")] = False,
    as_json: Json = False,
) -> None:
    """Say whether a rule finds a text, and show the characters that it finds.

    Spans count the characters of the text as given: of title and text, or of the whole file. Exit code 0 whether the
    rule holds or not, 2 when it cannot be read; then the fault is shown with a caret below its place.

    Example: yaoxun rules test '金融科技 region:上海 -招聘' --notice 12

    Example: yaoxun rules test 'title:(办法 OR 意见)' --title 关于印发管理办法的通知 --text 各区人民政府
    """
    here = opened()
    parsed = _read(rule, here, {"matches": False, "evidence": []} if as_json else None)
    for warning in warnings_of(parsed):
        warn(warning.said(here.settings.language))
    given = _given(here, text=text, file=file, notice=notice, title=title, region=region)
    noticed = NoticeText.of(given.notice, here.vocabulary, today=china_day(datetime.now(UTC)))
    matches, hits = holds(parsed, noticed), given.spans_as_given(evidence(parsed, noticed))
    if as_json:
        print_json({"matches": matches, "evidence": [hit_as_dict(hit) for hit in hits], "error": None})
    elif tree:
        console.print(tree_of(why(parsed, noticed, given.notice), here.settings.language))
    else:
        show_answer(parsed, given, hits, matches=matches)


@app.command("explain", context_settings={"ignore_unknown_options": True})
def explain_rule(
    rule: Annotated[str, typer.Argument(help="The rule, such as 'title:(办法 OR 意见) region:江苏 -招聘'.")],
    *,
    english: Annotated[bool, typer.Option("--english", help="Say it in English, whatever the settings say.")] = False,
    as_json: Json = False,
) -> None:
    """Say in one plain sentence what a rule finds, how it is understood, and what in it is probably not meant so.

    Exit code 0, or 2 when the rule cannot be read; then the fault is shown with a caret below its place.

    Example: yaoxun rules explain 'title:(办法 OR 意见) region:江苏 -招聘'

    Example: yaoxun rules explain '补贴 deadline:<14d' --english
    """
    here = opened()
    language = "en" if english else here.settings.language
    parsed = _read(rule, here, {"canonical": "", "explained": "", "warnings": []} if as_json else None)
    if as_json:
        warnings = [warning.as_dict(language) for warning in warnings_of(parsed)]
        said = {"canonical": str(parsed), "explained": explained(parsed, language)}
        print_json(said | {"warnings": warnings, "error": None})
    else:
        show_explained(parsed, language)


@app.command("lint", context_settings={"ignore_unknown_options": True})
def lint_rules(
    rule: Annotated[str | None, typer.Argument(help="A rule.")] = None,
    *,
    rules: Annotated[Path | None, typer.Option(help="A file of rules, one a line, instead.")] = None,
    as_json: Json = False,
) -> None:
    """Say what in a rule is probably not meant so: parts that find nothing, that add nothing, slips of writing.

    With --json one line for each rule that has a warning or a fault. Exit code 0 when there is nothing to say, 1 when
    there are warnings, 2 when a rule cannot be read.

    Example: yaoxun rules lint '补贴 OR 购置补贴'

    Example: yaoxun rules lint --rules RULES.txt
    """
    if (rule is None) is (rules is None):
        fail("One rule or a file of rules is looked at.", "Give a rule, or --rules FILE.", code=2)
    here = opened()
    if rules is None:
        raise typer.Exit(_lint(rule or "", None, here, as_json=as_json))
    lines = [(number, line) for number, line in enumerate(_lines(rules)) if line.strip()]
    raise typer.Exit(max((_lint(line, number, here, as_json=as_json) for number, line in lines), default=0))


def _lint(line: str, number: int | None, here: Opened, *, as_json: bool) -> int:
    """Show what is to be said of one rule; return the exit code that it asks for."""
    language = here.settings.language
    try:
        parsed = parse(line, here.vocabulary)
    except RuleError as error:
        if as_json:
            _print_line({"rule": number, "warnings": [], "error": error.as_dict(language)})
        else:
            show_fault(error, language, line=number)
        return 2
    if warnings_of(parsed) and as_json:
        warnings = [warning.as_dict(language) for warning in warnings_of(parsed)]
        _print_line({"rule": number, "warnings": warnings, "error": None})
    elif warnings_of(parsed):
        show_warnings(parsed, language, line=number)
    return 1 if warnings_of(parsed) else 0


def _read(rule: str, here: Opened, empty: dict[str, Any] | None) -> Rule:
    """Parse a rule; when it is refused, show why and end. `empty` is what --json prints beside the error."""
    try:
        return parse(rule, here.vocabulary)
    except RuleError as error:
        if empty is None:
            show_fault(error, here.settings.language)
        else:
            print_json(empty | {"error": error.as_dict(here.settings.language)})
        raise typer.Exit(2) from error


@app.command("match")
def match_rules(
    *,
    rules: Annotated[Path, typer.Option(help="Rules, one a line; a line's number from 0 is the rule's.")],
    notices: Annotated[Path, typer.Option(help='Notices, one JSON object a line: {"title", "body", "region"}.')],
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Report bad rules and go on without them.")] = False,
    as_json: Json = False,
) -> None:
    """Say for each notice which rules find it.

    With --json one line a notice: {"notice": 0, "rules": [3, 17]}. Exit code 2 at the first rule that cannot be read.

    Example: yaoxun rules match --rules RULES.txt --notices NOTICES.jsonl --json
    """
    here = opened()
    every = _read_rules(_lines(rules), here, skip_bad=skip_bad)
    rows = [
        (number, *_read_notice(line, number, here.vocabulary)) for number, line in enumerate(_lines(notices)) if line
    ]
    found: list[tuple[int, str, list[int]]] = []
    ask = asked_at_once(every, notices=len(rows))
    with progress() as bar:
        for number, title, text in bar.track(rows, description="Matching"):
            ids = ask(text)
            if as_json:
                _print_line({"notice": number, "rules": ids})
            found.append((number, title, ids))
    if not as_json:
        shown = [(number, title, len(ids), _some(ids)) for number, title, ids in found if ids]
        print_table(("notice", "title", "rules", "lines"), shown, empty="No rule finds any of these notices.")


def _given(here: Opened, *, text: str | None, file: Path | None, notice: int | None, title: str, region: str) -> Given:
    if sum(source is not None for source in (text, file, notice)) != 1:
        fail("A rule is tried on one text.", "Give one of --text, --file and --notice.", code=2)
    if title and text is None:
        fail("--title goes with --text.", "A file's title is its first line, a notice has its own.", code=2)
    if notice is not None:
        return Given(_archived(here, notice))
    content = _content(file) if file is not None else text or ""
    if file is not None:
        first, _, _ = content.partition("\n")
        title, text, before = first.rstrip("\r"), content[len(first) + 1 :], len(first) + 1
    else:
        text, before = content, 0
    regions = _region(region, here.places) if region else places_of(title, text, here.places)
    return Given(Notice(key="given", source="", title=title, text=text, regions=regions), before)


def _archived(here: Opened, notice_id: int) -> Notice:
    with transaction(here) as connection:
        found = find_notice(connection, notice_id)
        full = next(in_full(connection, [found])) if found is not None else None
    if full is None:
        missing("notice", notice_id)
    return full


def _region(name: str, places: Places, where: str = "") -> tuple[str, ...]:
    found = places.find(name)
    if not found:
        no_place(places, name, where)
    return found


def _read_rules(lines: Sequence[str], here: Opened, *, skip_bad: bool) -> list[tuple[int, Rule]]:
    parsed = []
    with progress() as bar:
        for number, line in bar.track(list(enumerate(lines)), description="Reading rules"):
            try:
                if line.strip():
                    parsed.append((number, parse(line, here.vocabulary)))
            except RuleError as error:
                show_fault(error, here.settings.language, line=number)
                if not skip_bad:
                    raise typer.Exit(2) from error
    return parsed


def _read_notice(line: str, number: int, vocabulary: Vocabulary) -> tuple[str, NoticeText]:
    try:
        row: dict[str, Any] = json.loads(line)
        title, body, region = (str(row.get(key, "")) for key in ("title", "body", "region"))
    except (ValueError, AttributeError) as error:
        advice = 'Write one JSON object a line: {"title": "…", "body": "…", "region": "…"}'
        fail(f"Notice {number} is no JSON object: {error}", advice, code=2)
    regions = _region(region, vocabulary.places, f"Notice {number}: ") if region else ()
    return title, NoticeText.of(Notice(key=str(number), source="", title=title, text=body, regions=regions), vocabulary)


def _lines(path: Path) -> list[str]:
    return [line.rstrip("\r") for line in _content(path).split("\n")]


def _content(path: Path) -> str:
    try:
        return decode(path.read_bytes())
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror}", "Name a text file that is there.", code=2)


def _print_line(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def _some(ids: Sequence[int], most: int = 8) -> str:
    def words() -> Iterator[str]:
        yield from map(str, ids[:most])
        if len(ids) > most:
            yield f"… and {len(ids) - most} more"

    return " ".join(words())
