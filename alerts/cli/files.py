"""What became of a notice's file, in a line."""

from crawler.notice import Attachment, Reading


def reading_of(one: Attachment) -> str:
    """Return how much of a file was read, or why nothing was."""
    if one.reading is None:
        return "not fetched yet"
    size = f"{len(one.pages)} pages, {sum(map(len, one.pages))} characters"
    told = size if one.reading is Reading.READ else str(one.reading).replace("_", " ")
    return f"{told}: {one.reason}" if one.reason else told
