"""DOC, and WPS that is stored like one: read by Debian's antiword, in a process of its own."""

import shutil
import subprocess
import tempfile

from crawler.notice import Reading
from crawler.reading.documents.document import NotRead, Pages, unreadable

PROGRAM = "antiword"
PATIENCE = 20  # seconds
MOST_BYTES = 20_000_000  # of its output that are looked at


def doc_pages(body: bytes) -> Pages:
    """Yield the one page that antiword gives; without antiword the file is not supported."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise NotRead(Reading.UNSUPPORTED, f"{PROGRAM} is not installed")
    with tempfile.NamedTemporaryFile(suffix=".doc") as file:
        file.write(body)
        file.flush()
        command = [program, "-m", "UTF-8.txt", "-w", "0", file.name]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603  found on PATH above
        except subprocess.TimeoutExpired as error:
            raise unreadable(f"{PROGRAM} took longer than {PATIENCE} seconds") from error
    text = done.stdout[:MOST_BYTES].decode("utf-8", "replace")
    if not text.strip():
        said = (done.stderr or done.stdout).decode("utf-8", "replace").replace(file.name, "it").strip()
        raise unreadable(f"{PROGRAM} finds no text: {' '.join(said.split())[:200] or f'code {done.returncode}'}")
    yield "\n".join(map(_without_borders, text.split("\n")))


def _without_borders(line: str) -> str:
    """Return the cells of a table's row, which antiword draws with bars, parted by tabs."""
    if len(line) > 1 and line.startswith("|") and line.rstrip().endswith("|"):
        return "\t".join(cell.strip() for cell in line.strip("| ").split("|"))
    return line
