"""`yaoxun read`: what a saved page says, as the crawler would read it."""

import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.markup import escape

from alerts.cli.facts import fact_rows
from alerts.cli.output import console, fail, print_json, print_table
from crawler.archive.facts import facts_as_dict
from crawler.reading.article import Article, read_article
from crawler.reading.listing import Row, find_rows
from crawler.reading.page import UnreadablePage


def read(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A saved page; - reads standard input")],
    url: Annotated[str, typer.Option(help="Where the page came from: relative links are completed with it")],
    as_list: Annotated[bool, typer.Option("--list", help="Read the rows of a list page instead of an article")] = False,
    charset: Annotated[str, typer.Option(help="What the server declared, when the page says nothing or lies")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text")] = False,
) -> None:
    """Show title, date, agency, document number, text and attachments of a saved page, or the rows of a list.

    Example: yaoxun read page.html --url https://www.example.gov.cn/zwgk/art_1.html --json
    """
    body = _bytes(file)
    try:
        if as_list:
            _show_rows(_rows(body, url, charset), as_json=as_json)
        else:
            _show_article(read_article(body, url, charset=charset), as_json=as_json)
    except UnreadablePage as problem:
        _refuse(problem.reason, as_list=as_list, as_json=as_json)


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        fail(
            f"{file}: {error.strerror or error}",
            "Name a page that was saved as a file, or - for standard input.",
            code=2,
        )


def _rows(body: bytes, url: str, charset: str) -> tuple[Row, ...]:
    rows = find_rows(body, url, charset=charset)
    if not rows:
        raise UnreadablePage("no list: the page has no five links of one kind of which most stand beside a date")
    return rows


def _refuse(reason: str, *, as_list: bool, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"error": reason})
    other = "Is it an article? Leave --list out." if as_list else "Is it a list page? Add --list."
    fail(reason, f"{other} A page that a script fills in the browser holds no text when it is saved from the server.")


def _show_rows(rows: tuple[Row, ...], *, as_json: bool) -> None:
    if as_json:
        print_json([{"title": row.title, "url": row.url, "date": row.date} for row in rows])
        return
    print_table(("date", "title", "address"), [(row.date, escape(row.title), escape(row.url)) for row in rows])


def _show_article(article: Article, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_dict(article))
        return
    console.print(f"[bold]{escape(article.title)}[/]")
    facts = (str(article.published or ""), article.agency, article.document_number)
    console.print(escape(" · ".join(fact for fact in facts if fact)), style="dim")
    for name, value, where in fact_rows(article.facts):
        console.print(f"{name:<16}{escape(value)} ({where})", style="dim")
    console.print(f"\n{escape(article.text)}")
    for attachment in article.attachments:
        console.print(f"\n{escape(attachment.name)}\n  {escape(attachment.url)}", style="cyan")


def _as_dict(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "published": article.published,
        "agency": article.agency,
        "document_number": article.document_number,
        "text": article.text,
        "attachments": [{"url": file.url, "name": file.name} for file in article.attachments],
        "facts": facts_as_dict(article.facts),
    }
