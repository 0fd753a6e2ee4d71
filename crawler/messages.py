"""Values as they go from one process of ours to another: the length of a message, then the pickled value."""

import pickle
from typing import Any, BinaryIO

LENGTH = 8  # bytes that say how long a message is


def message(value: object) -> bytes:
    """Return a value as it is sent."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(LENGTH, "big") + data


def length_of(begin: bytes | bytearray) -> int:
    """Return how many bytes a message has, with those that say so."""
    return LENGTH + int.from_bytes(begin[:LENGTH], "big")


def value_of(whole: bytes | bytearray) -> Any:  # noqa: ANN401  whatever was sent
    """Return what a message holds."""
    return pickle.loads(memoryview(whole)[LENGTH:])  # noqa: S301  our own process has made it


def next_value(messages: BinaryIO) -> Any:  # noqa: ANN401  whatever was sent
    """Read one message; raise EOFError when no whole one comes any more."""
    begin = messages.read(LENGTH)
    rest = messages.read(length_of(begin) - LENGTH) if len(begin) == LENGTH else b""
    if len(begin) + len(rest) < max(LENGTH, length_of(begin)):
        raise EOFError
    return value_of(begin + rest)
