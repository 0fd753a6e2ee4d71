"""Long JSON packed on its way into the database: a mail and its digest take a tenth of the room, and of the writing."""

import json
import zlib
from base64 import b64decode, b64encode
from typing import Any

import sqlalchemy as sa

from config.database import Json, to_json

LONG = 2_000  # characters; shorter values stay as they are
PACKED = "packed"


class PackedJson(sa.types.TypeDecorator[Any]):
    """A column of JSON whose long values stand as {"packed": base64 of the deflated text}, the others as they are.

    Only the program reads what is packed: no query can ask for a part of it.
    """

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ANN401  any JSON
        """Pack a long value."""
        del dialect
        if value is None:
            return None
        text = to_json(value)
        if len(text) < LONG and not _is_packed(value):
            return Json(text)
        return {PACKED: b64encode(zlib.compress(text.encode(), 1)).decode("ascii")}

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ANN401  any JSON
        """Unpack it."""
        del dialect
        if _is_packed(value):
            return json.loads(zlib.decompress(b64decode(value[PACKED])))
        return value


def _is_packed(value: Any) -> bool:  # noqa: ANN401  any JSON
    return isinstance(value, dict) and value.keys() == {PACKED}
