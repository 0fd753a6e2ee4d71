"""Files that are ZIP archives: opened, and refused when unpacking would burst."""

import zipfile
from io import BytesIO

from crawler.reading.documents.document import unreadable

MOST_UNPACKED = 200_000_000
MOST_PARTS = 10_000
BOMB = 200  # a part this many times larger than its packed form, and not small, is a bomb
SMALL = 20_000_000
LOCKED = 0x1  # flag of an encrypted part


def open_zip(body: bytes) -> zipfile.ZipFile:
    """Open an archive; raise NotRead when it is damaged."""
    try:
        return zipfile.ZipFile(BytesIO(body))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise unreadable(f"the archive is damaged: {error}") from error


def check_packed(body: bytes) -> None:
    """Raise NotRead when the file is damaged, encrypted or a bomb.

    No part gives more bytes than the size it declares: zipfile stops there. So declared sizes are enough to look at.
    """
    with open_zip(body) as archive:
        infos = archive.infolist()
    if any(info.flag_bits & LOCKED for info in infos):
        raise unreadable("the file is encrypted")
    if len(infos) > MOST_PARTS:
        raise unreadable(f"it has {len(infos)} parts")
    whole = sum(info.file_size for info in infos)
    if whole > MOST_UNPACKED:
        raise unreadable(f"it would unpack to {whole // 1_000_000} MB")
    for info in infos:
        if is_bomb(info):
            raise unreadable(f"a ZIP bomb: {info.file_size // 1_000_000} MB packed into {info.compress_size} bytes")


def is_bomb(info: zipfile.ZipInfo) -> bool:
    """Tell whether a part is packed tighter than anything people write."""
    return info.file_size > SMALL and info.file_size > BOMB * max(1, info.compress_size)
