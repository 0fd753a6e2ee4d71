"""A delivering process of its own, to be run beside others or killed: worker.py DATABASE HOME RECEIVER MOMENT."""

import sys
from datetime import datetime
from pathlib import Path

from alerts.delivery import deliver_due
from alerts.store.secrets import Vault
from config.database import open_database
from config.settings import Delivery, Settings


def main(database: str, home: str, allow: str, moment: str) -> None:
    engine = open_database(database)
    settings = Settings(delivery=Delivery(allow=(allow,), timeout=30))
    now = datetime.fromisoformat(moment)
    result = deliver_due(engine, Vault.open(Path(home)), settings, now=lambda: now, owner="worker")
    engine.dispose()
    sys.stdout.write(f"{result.delivered}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
