"""The members of a ZIP archive, each read as a file of its own."""

import zipfile
import zlib
from collections.abc import Callable

from crawler.notice import Reading
from crawler.reading.documents.document import Document, unreadable
from crawler.reading.documents.packed import LOCKED, is_bomb, open_zip

MOST_MEMBERS = 50
MOST_BYTES = 60_000_000
MOST_CHARACTERS = 4_000_000
UTF8 = 0x800  # flag: the name is UTF-8
IDLE = ("__MACOSX/", ".DS_Store", "Thumbs.db")

Read = Callable[[bytes, str], Document]
Members = tuple[tuple[str, Document], ...]


def members_of(body: bytes, read: Read) -> tuple[Members, str]:
    """Read the members of an archive; also return why not all of them."""
    with open_zip(body) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir() and not _is_idle(name_of(info))]
        if not infos:
            raise unreadable("the archive is empty")
        members: list[tuple[str, Document]] = []
        room, characters = MOST_BYTES, MOST_CHARACTERS
        for info in infos:
            if len(members) == MOST_MEMBERS or characters < 0:
                return tuple(members), f"only the first {len(members)} of {len(infos)} members were read"
            document = _read_member(archive, info, read, room)
            room -= info.file_size if document.reading is not Reading.TOO_LARGE else 0
            characters -= sum(map(len, document.pages))
            members.append((name_of(info), document))
    return tuple(members), ""


def name_of(info: zipfile.ZipInfo) -> str:
    """Return a member's name: Chinese Windows writes GBK, which zipfile takes for the code page of DOS."""
    if info.flag_bits & UTF8:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_idle(name: str) -> bool:
    return name.startswith(IDLE[0]) or name.endswith(IDLE[1:])


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, read: Read, room: int) -> Document:
    if is_bomb(info) or info.file_size > room:
        reason = f"a member of {info.file_size} bytes, packed into {info.compress_size}, is not unpacked"
        return Document(kind="member", reading=Reading.TOO_LARGE, reason=reason)
    if info.flag_bits & LOCKED:
        return Document(kind="member", reading=Reading.UNREADABLE, reason="the member is encrypted")
    try:
        inside = archive.read(info)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as error:
        return Document(kind="member", reading=Reading.UNREADABLE, reason=f"the member is damaged: {error}")
    return read(inside, name_of(info))
