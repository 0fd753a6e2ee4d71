"""What to do when something that was named is not there, or is there already."""

from typing import NoReturn

from alerts.cli.output import fail
from alerts.store.errors import StoreError, Taken, Unknown
from config.regions import Places

LISTS = {
    "subscriber": "yaoxun subscribers list",
    "subscription": "yaoxun subscriptions list",
    "destination": "yaoxun destinations list",
    "channel": "yaoxun destinations channels",
    "source": "yaoxun sources list",
    "delivery": "yaoxun deliveries list",
    "digest": "yaoxun deliveries list, whose rows name their digest",
    "notice": "yaoxun notices list, or yaoxun notices search RULE",
}
"""By noun, the command that shows what there is."""

CHANGES = {
    "subscriber": "Choose another name, or change that one: yaoxun subscribers change NAME",
    "destination": "Give another --name, or change that one: yaoxun destinations change ID",
    "subscription": "Change that one: yaoxun subscriptions edit ID",
}


def missing(noun: str, given: object) -> NoReturn:
    """End the command: nothing has this name or id."""
    refused(Unknown(noun, given))


def refused(error: StoreError) -> NoReturn:
    """End the command with what the database refused and what to do about it."""
    match error:
        case Unknown():
            fail(str(error), see(error.noun), code=2)
        case Taken():
            fail(str(error), CHANGES[error.noun], code=2)
        case _:
            fail(str(error), code=2)


def no_place(places: Places, said: str, before: str = "") -> NoReturn:
    """End the command: no place, or more than one, is called so."""
    fail(before + place_fault(places, said), place_advice(places, said), code=2)


def place_fault(places: Places, said: str) -> str:
    """Return why these words name no place."""
    found = places.find(said)
    return f"{said!r} may be {' or '.join(found)}" if found else f"There is no place {said!r}"


def place_advice(places: Places, said: str) -> str:
    """Return what to write instead."""
    if places.find(said):
        return "Write the whole path."
    nearest = places.nearest(said)
    return f"Did you mean {nearest}?" if nearest else "See the places in config/regions.toml"


def see(noun: str) -> str:
    """Return where one sees what there is."""
    return f"See {LISTS[noun]}"
