"""What a command could not foresee of its input and its database, said in a sentence instead of a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
import typer

from alerts.cli.output import fail

TOO_LARGE = "Write a smaller number, and texts without control characters; --help says what each value is."
DATABASE = "Nothing of that step is saved. See to its disk, its server and its rights, then give the command again."


@contextmanager
def said_plainly() -> Iterator[None]:
    """End the program with a sentence: code 2 where the input is at fault, 1 where the database is."""
    try:
        with _sayings():
            yield
    except typer.Exit as ending:
        sys.exit(ending.exit_code)


@contextmanager
def _sayings() -> Iterator[None]:
    try:
        yield
    except UnicodeEncodeError as error:
        if "surrogates" in error.reason:  # how Python keeps bytes of the command line that it cannot read
            fail("Something that was given is not UTF-8.", "Set the terminal to UTF-8, or write it again.", code=2)
        raise
    except (OverflowError, sa.exc.DataError) as error:
        fail(f"A value that was given is none that the database can hold: {_words(error)}.", TOO_LARGE, code=2)
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError) as error:
        fail(f"The database could not be read or written: {_words(error)}.", DATABASE)


def _words(error: Exception) -> str:
    told = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig is not None else error
    return str(told).strip().partition("\n")[0].rstrip(".")
