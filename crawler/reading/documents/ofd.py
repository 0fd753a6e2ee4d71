"""OFD (GB/T 33190): a ZIP of XML whose text codes are put into lines by where they stand on the page."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

from lxml import etree

from crawler.reading.documents.document import Pages, unreadable
from crawler.reading.documents.packed import open_zip

PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
CONTENT = re.compile(r"(?:^|/)Pages?/[^/]*?(\d+)/Content\.xml$", re.IGNORECASE)
SAME_LINE = 1.0  # millimetres
CELLS_APART = 2  # characters between two texts of a line that are cells of a table
USUAL_SIZE = 5.0  # millimetres of a character, where the text doesn't say

Element = Any
"""lxml has no public name for the type of its elements."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some characters and where they stand: millimetres from the left and from the top."""

    text: str
    left: float
    top: float
    right: float
    size: float


def ofd_pages(body: bytes) -> Pages:
    """Yield the text of each page, in the order that the document gives."""
    with open_zip(body) as archive:
        names, templates = _page_names(archive)
        if not names:
            raise unreadable("the OFD names no pages")
        for name in names:
            page = _parse(archive, name)
            below = [templates[key] for use in _all(page, "Template") if (key := use.get("TemplateID")) in templates]
            layers = [page, *(_parse(archive, template) for template in below)]
            yield "\n".join(_lines(piece for layer in layers for piece in _pieces(layer)))


def _page_names(archive: zipfile.ZipFile) -> tuple[list[str], Mapping[str, str]]:
    """Return the pages as OFD.xml and Document.xml name them, else what is called like a page; and the templates."""
    there = set(archive.namelist())
    found: list[str] = []
    templates: dict[str, str] = {}
    for root in _texts(_parse(archive, "OFD.xml"), "DocRoot"):
        document = _within("", root)
        if document in there:
            tree, folder = _parse(archive, document), posixpath.dirname(document)
            found += [_within(folder, page.get("BaseLoc", "")) for page in _all(tree, "Page")]
            templates |= {one.get("ID"): _within(folder, one.get("BaseLoc", "")) for one in _all(tree, "TemplatePage")}
    named = [name for name in found if name in there]
    loose = sorted((int(match[1]), name) for name in there if (match := CONTENT.search(name)))
    return named or [name for _, name in loose], {key: name for key, name in templates.items() if name in there}


def _pieces(page: Element) -> Iterator[_Piece]:
    """Yield the texts of a page; one that doesn't say where it stands follows the one before on a line of its own."""
    below = 0.0
    for piece in _all(page, "TextObject"):
        bounds = _numbers(piece.get("Boundary"))
        left, top = bounds[:2] if len(bounds) > 1 else (0.0, below + 2 * SAME_LINE)
        size = next(iter(_numbers(piece.get("Size"))), USUAL_SIZE)
        across = down = 0.0
        for code in _all(piece, "TextCode"):
            across = next(iter(_numbers(code.get("X"))), across)
            down = next(iter(_numbers(code.get("Y"))), down)
            text = "".join(code.itertext()).strip()
            start, below = left + across, top + down
            yield _Piece(text, start, below, start + _width(text, code.get("DeltaX"), size), size)


def _width(text: str, steps: str | None, size: float) -> float:
    """Return how far a text reaches: its steps from character to character, `g 3 6` being three of six."""
    words = iter((steps or "").split())
    found: list[float] = []
    for word in words:
        count, step = (_numbers(next(words, "")), _numbers(next(words, ""))) if word == "g" else ([1.0], _numbers(word))
        found += step * min(len(text), int(next(iter(count), 0)))
    between = found[: max(0, len(text) - 1)] or [size] * (len(text) - 1)
    return sum(between) + size


def _lines(pieces: Iterable[_Piece]) -> Iterator[str]:
    """Yield the lines from the top of the page, each from its left, the cells of a table parted by a tab."""
    line: list[_Piece] = []
    for piece in sorted(pieces, key=lambda one: one.top):
        if line and piece.top - line[0].top > SAME_LINE:
            yield _line(line)
            line = []
        line.append(piece)
    yield _line(line)


def _line(pieces: list[_Piece]) -> str:
    ordered = sorted(pieces, key=lambda one: one.left)
    text = "".join(piece.text for piece in ordered[:1])
    for one, following in pairwise(ordered):
        apart = following.left - one.right > CELLS_APART * one.size
        text += ("\t" if apart else "") + following.text
    return text


def _numbers(text: str | None) -> list[float]:
    """Return the numbers of an attribute; none when one of them is no finite number."""
    try:
        found = [float(word) for word in (text or "").split()]
    except ValueError:
        return []
    return found if all(map(isfinite, found)) else []


def _parse(archive: zipfile.ZipFile, name: str) -> Element:
    try:
        return etree.fromstring(archive.read(name), PARSER)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        raise unreadable(f"the OFD is damaged: {error}") from error


def _within(folder: str, location: str) -> str:
    return posixpath.normpath(location.lstrip("/") if location.startswith("/") else posixpath.join(folder, location))


def _all(element: Element, name: str) -> Iterator[Element]:
    yield from element.iter(f"{{*}}{name}")


def _texts(element: Element, name: str) -> Iterator[str]:
    return ("".join(found.itertext()).strip() for found in _all(element, name))
