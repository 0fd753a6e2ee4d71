"""OFD (GB/T 33190), best effort: a ZIP of XML whose text codes are read page by page, line by line."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawler.reading.documents.document import Pages, unreadable
from crawler.reading.documents.packed import open_zip

PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
CONTENT = re.compile(r"(?:^|/)Pages?/[^/]*?(\d+)/Content\.xml$", re.IGNORECASE)
SAME_LINE = 1.0  # millimetres

Element = Any
"""lxml has no public name for the type of its elements."""


def ofd_pages(body: bytes) -> Pages:
    """Yield the text of each page, in the order that the document gives."""
    with open_zip(body) as archive:
        names = _page_names(archive)
        if not names:
            raise unreadable("the OFD names no pages")
        for name in names:
            yield "\n".join(_lines(_parse(archive, name)))


def _page_names(archive: zipfile.ZipFile) -> list[str]:
    """Return the pages as OFD.xml and Document.xml name them; else whatever is called like a page."""
    there = set(archive.namelist())
    found = []
    for root in _texts(_parse(archive, "OFD.xml"), "DocRoot"):
        document = _within("", root)
        if document in there:
            locations = [page.get("BaseLoc", "") for page in _all(_parse(archive, document), "Page")]
            found += [_within(posixpath.dirname(document), location) for location in locations]
    named = [name for name in found if name in there]
    loose = sorted((int(match[1]), name) for name in there if (match := CONTENT.search(name)))
    return named or [name for _, name in loose]


def _lines(page: Element) -> Iterator[str]:
    """Yield the text objects, those at one height on one line."""
    line, height = "", None
    for piece in _all(page, "TextObject"):
        text = "".join(_texts(piece, "TextCode"))
        at = _height(piece)
        if line and (height is None or at is None or abs(at - height) > SAME_LINE):
            yield line
            line = ""
        line += text
        height = at
    if line:
        yield line


def _height(piece: Element) -> float | None:
    numbers = piece.get("Boundary", "").split()
    try:
        return float(numbers[1])
    except (IndexError, ValueError):
        return None


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
