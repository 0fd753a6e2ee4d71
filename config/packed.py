"""Long JSON packed on its way into the database: a mail and its digest take a tenth of the room, and of the writing."""

from base64 import b64decode, b64encode
from typing import Any

import orjson
import sqlalchemy as sa
from isal import isal_zlib  # zlib's format, a fraction of its time

from config.database import Json

LONG = 2_000  # bytes; shorter values stay as they are
PACKED = "packed"


class Packed(Json):
    """JSON as it stands in such a column: packed already, so that the transaction that writes it need not wait."""

    __slots__ = ()


class PackedJson(sa.types.TypeDecorator[Any]):
    """A column of JSON whose long values stand as {"packed": base64 of the deflated text}, the others as they are.

    Only the program reads what is packed: no query can ask for a part of it.
    """

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ANN401  any JSON
        """Pack a long value."""
        del dialect
        return value if value is None or isinstance(value, Packed) else pack(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ANN401  any JSON
        """Unpack it."""
        del dialect
        if isinstance(value, dict) and value.keys() == {PACKED}:
            return orjson.loads(isal_zlib.decompress(b64decode(value[PACKED])))
        return value


def pack(value: Any) -> Packed:  # noqa: ANN401  any JSON
    """Return a value, or (in bytes) JSON that is written already, as such a column holds it."""
    written = value if isinstance(value, bytes) else orjson.dumps(value)
    if len(written) < LONG and not written.startswith(f'{{"{PACKED}":'.encode()):
        return Packed(written.decode())
    return Packed(f'{{"{PACKED}":"{b64encode(isal_zlib.compress(written, 1)).decode("ascii")}"}}')
