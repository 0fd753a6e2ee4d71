"""A connection in a transaction, on each of the two database systems."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.begin() as connection:
        yield connection
