"""Long JSON is packed in the database, reads back as it was, and what was written before it was packed still reads."""

import json

import pytest
import sqlalchemy as sa

from alerts.store.deliveries import list_deliveries
from alerts.store.secrets import Vault
from config.packed import LONG
from tests.store.rows import add_outbox

TEXT = "关于延续实施新能源汽车购置补贴有关事项的通知" * 400


@pytest.mark.parametrize("message", [{"body": "短🚗"}, {"body": TEXT}, {"packed": TEXT}, {"packed": "短"}])
def test_it_reads_back_as_it_was(engine: sa.Engine, vault: Vault, message: dict[str, str]) -> None:
    with engine.begin() as connection:
        add_outbox(connection, vault, [message])
        [found] = list_deliveries(connection)
        stands = connection.execute(sa.text("SELECT CAST(message AS TEXT) FROM deliveries")).scalar_one()
    assert found.message == message
    assert len(stands) < LONG


def test_what_was_written_before_still_reads(engine: sa.Engine, vault: Vault) -> None:
    with engine.begin() as connection:
        add_outbox(connection, vault, [{"body": "短"}])
        old = sa.text("UPDATE deliveries SET message = :said")
        connection.execute(old, {"said": json.dumps({"body": TEXT}, ensure_ascii=False)})
        [found] = list_deliveries(connection)
    assert found.message == {"body": TEXT}
