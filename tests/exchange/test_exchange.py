"""What leaves as a file comes back the same, twice without change; a file with a fault changes nothing."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from alerts.exchange import Faults, Summary, export_records, import_records, read_file, write_csv, write_toml
from alerts.exchange.forms import _guarded, _unguarded
from alerts.exchange.records import EVERY, Record
from alerts.model import Cadence, Grouping, Quiet, WhenUnknown
from alerts.rhythms import read_last_day
from alerts.store.destinations import NewDestination, add_destination, list_destinations
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber, list_subscribers
from alerts.store.subscriptions import add_subscription, list_subscriptions
from config.regions import Places, load_places
from config.settings import Settings
from tests.store.rows import NOW, SECRET

SETTINGS = Settings()
ZONE = SETTINGS.timezone
WRITERS: dict[str, Callable[[Sequence[Record]], str]] = {"readers.csv": write_csv, "readers.toml": write_toml}


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(SETTINGS.regions)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(tmp_path)


def fill(connection: sa.Connection, vault: Vault) -> None:
    reader = add_subscriber(connection, "规划科", language="en", operator=True, now=NOW)
    add_subscriber(connection, "空", now=NOW)
    mail = NewDestination(
        name='邮箱, "甲"',
        channel="email",
        target={"address": "a@b.example", "token": "T" * 24},
        at=time(16, 30),
        timezone="Europe/Paris",
        cadence=Cadence.WEEKLY,
        weekday=4,
        quiet=Quiet(since=time(22), until=time(7)),
        tell_empty=True,
        grouping=Grouping.REGION,
        when_unknown=WhenUnknown.HOLD,
    )
    target = {"url": "https://hooks.office.example/a", "secret": SECRET}
    hook = replace(mail, name="=hook", channel="webhook", target=target, quiet=None)
    ids = [add_destination(connection, vault, reader.id, one, now=NOW).id for one in (mail, hook)]
    expires = read_last_day("2026-12-31", ZONE)
    add_subscription(
        connection, reader.id, "-招聘 补贴", note="@甲", expires_at=expires, most=5, places=[ids[1]], now=NOW
    )
    add_subscription(connection, reader.id, "芯片 OR 补贴", now=NOW)


def state(connection: sa.Connection, vault: Vault) -> object:
    return (
        list_subscribers(connection),
        [replace(one, created_at=NOW) for one in list_destinations(connection, vault)],
        [replace(one, created_at=NOW) for one in list_subscriptions(connection)],
    )


@pytest.mark.parametrize("name", list(WRITERS))
def test_everything_comes_back_as_it_left_and_twice_changes_nothing(
    engine: sa.Engine, vault: Vault, places: Places, name: str
) -> None:
    with engine.begin() as connection:
        fill(connection, vault)
        text = WRITERS[name](list(export_records(connection, vault, zone=ZONE, secrets=True)))
        records = read_file(name, text.encode())
        assert import_records(connection, vault, SETTINGS, places, records, now=NOW) == Summary(unchanged=6)
        for one in list_subscribers(connection):
            connection.execute(sa.text("DELETE FROM subscribers WHERE id = :id"), {"id": one.id})
        assert import_records(connection, vault, SETTINGS, places, records, now=NOW) == Summary(added=6)
        again = WRITERS[name](list(export_records(connection, vault, zone=ZONE, secrets=True)))
        assert again == text


@pytest.mark.parametrize("name", list(WRITERS))
def test_secrets_stay_at_home_and_are_kept_when_the_file_comes_back(
    engine: sa.Engine, vault: Vault, places: Places, name: str
) -> None:
    with engine.begin() as connection:
        fill(connection, vault)
        before = state(connection, vault)
        text = WRITERS[name](list(export_records(connection, vault, zone=ZONE)))
        assert SECRET not in text
        assert "hooks.office.example" not in text
        assert "T" * 24 not in text
        records = read_file(name, text.encode())
        assert import_records(connection, vault, SETTINGS, places, records, now=NOW) == Summary(unchanged=6)
        assert state(connection, vault) == before
        changed = [
            replace(one, values={**one.values, "at": "09:00"}) if one.kind == "destination" else one for one in records
        ]
        assert import_records(connection, vault, SETTINGS, places, changed, now=NOW) == Summary(changed=2, unchanged=4)
        assert {one.target.get("secret") for one in list_destinations(connection, vault)} == {None, SECRET}


HEAD = ",".join(EVERY)


def row(**cells: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells.get(column, "") for column in EVERY)
    return text.getvalue()


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([row(kind="reader")], ["row 2: kind: 'reader' is none of subscriber, destination, subscription"]),
        ([row(kind="subscriber", subscriber="甲", rule="补贴")], ["row 2: rule: a subscriber has no such column"]),
        ([row(kind="subscription", subscriber="无", rule="补贴")], ["row 2: subscriber: there is no reader 无"]),
        (
            [
                row(kind="subscriber", subscriber="甲", language="fr", operator="maybe"),
                row(kind="subscription", subscriber="甲", rule="补贴 (", most="0", until="31.12.", to='["群"]'),
                row(kind="destination", subscriber="甲", channel="emall"),
                row(kind="destination", subscriber="甲", channel="webhook", at="8", quiet="22", timezone="Mars/X"),
            ],
            [
                "row 2: language: 'fr' is none of zh, en",
                "row 2: operator: 'maybe' is neither yes nor no",
                "row 3: rule:",
                "row 3: to: 甲 has no destination 群",
                "row 3: until: '31.12.' is no day",
                "row 3: most: '0' is no whole number",
                "row 4: channel: there is no 'emall'",
                "row 5: target.url: is missing",
                "row 5: at: '8' is no time of day",
                "row 5: timezone: no time zone is called 'Mars/X'",
                "row 5: quiet: '22' are no quiet hours",
            ],
        ),
        (
            [row(kind="subscriber", subscriber="甲"), row(kind="subscriber", subscriber="甲")],
            ["row 3: this stands in the file twice"],
        ),
    ],
)
def test_a_fault_names_file_row_and_column_and_nothing_is_imported(
    engine: sa.Engine, vault: Vault, places: Places, rows: list[str], faults: list[str]
) -> None:
    def import_file() -> None:
        with engine.begin() as connection:
            records = read_file("a.csv", (f"{HEAD}\n" + "".join(rows)).encode("utf-8-sig"))
            import_records(connection, vault, SETTINGS, places, records, now=NOW)

    with pytest.raises(Faults) as caught:
        import_file()
    said = str(caught.value).splitlines()
    assert len(said) == len(faults)
    for fault in faults:
        assert any(one.startswith(f"a.csv: {fault}") for one in said), (fault, said)
    with engine.begin() as connection:
        assert list_subscribers(connection) == []


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("a.csv", b"kind,colour\n", "row 1: colour: there is no such column"),
        ("a.csv", b"subscriber\n", "row 1: kind: this column is missing"),
        ("a.csv", b'kind,subscriber\nsubscriber,"open\n', "this is no CSV"),
        ("a.csv", b"kind\nsubscriber,1,2\n", "row 2: it has 3 cells"),
        ("a.csv", b"\xff\xfe", "it is not UTF-8"),
        ("a.toml", b"[[subscribers", "this is no TOML"),
        ("a.toml", b"[readers]\n", "readers: there is no such table"),
        ("a.toml", b'[[subscribers]]\nname = "x"\nrules = []\n', "subscribers 1: rules: a subscriber has no such key"),
        ("a.toml", b'[subscribers]\nname = "x"\n', "subscribers: this takes tables"),
        ("a.xlsx", b"", "neither in .toml nor in .csv"),
    ],
)
def test_a_file_of_another_form_is_refused(name: str, raw: bytes, words: str) -> None:
    with pytest.raises(Faults) as caught:
        read_file(name, raw)
    assert words in str(caught.value)


@pytest.mark.parametrize("cell", ["=1+1", "+补贴", "-招聘", "@SUM(A1)", "'=x", "'x", "", "补贴", "\t=1"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(cell: str) -> None:
    guarded = _guarded(cell)
    assert not guarded.startswith(("=", "+", "-", "@", "\t"))
    assert _unguarded(guarded) == cell


@given(st.text(alphabet="'=+-@a补", max_size=6))
def test_every_cell_comes_back(cell: str) -> None:
    assert _unguarded(_guarded(cell)) == cell
