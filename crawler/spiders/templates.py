"""Addresses and parameters with names in them: {page}, {offset}, and what the list's address or page says. Pure."""

import re
from collections.abc import Iterable, Mapping
from posixpath import splitext
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

NAME = re.compile(r"\{(\w+)(?::([^{}]*))?\}")  # {file}, or {file:/what/it/is/when/nobody/says}
PAGING = {"page", "size", "offset", "start", "end"}


def names_in(templates: Iterable[str]) -> set[str]:
    """Return the names that the templates cannot be filled without: those that have no value of their own."""
    matches = (match for template in templates for match in NAME.finditer(template))
    return {match[1] for match in matches if match[2] is None}


def filled(template: str, names: Mapping[str, str]) -> str:
    """Fill the names in; what is unknown takes the value behind its colon.

    >>> filled("/api/all/{column:0}?page={page}", {"page": "2"})
    '/api/all/0?page=2'
    """
    return NAME.sub(lambda match: names.get(match[1]) or match[2] or "", template)


def names_of_address(url: str) -> dict[str, str]:
    """Return the names that an address gives: its parameters, also behind #, and the two parts of its file name.

    >>> names_of_address("http://www.example/a/list.html?topic=3#organ=7")
    {'stem': 'list', 'suffix': '.html', 'topic': '3', 'organ': '7'}
    """
    parts = urlsplit(url)
    stem, suffix = splitext(parts.path.rpartition("/")[2] or "index.html")
    given = parse_qsl(parts.query) + parse_qsl(parts.fragment)
    return {"stem": stem, "suffix": suffix} | dict(given)


def found_names(patterns: Mapping[str, str], text: str) -> dict[str, str]:
    """Return what the patterns find: the first group that took part, "" when none did; without those not found."""
    found = {name: re.search(pattern, text) for name, pattern in patterns.items()}
    return {
        name: next((group for group in match.groups() if group is not None), "")
        for name, match in found.items()
        if match is not None
    }


def with_query(url: str, query: Mapping[str, str]) -> str:
    """Return the address with the parameters added, or put in the place of those of the same name; without #."""
    parts = urlsplit(url)
    if not query:
        return urlunsplit(parts._replace(fragment=""))
    own = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in query]
    return urlunsplit(parts._replace(query=urlencode([*own, *query.items()]), fragment=""))
