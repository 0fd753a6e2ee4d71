"""Options that several commands share: declared once as the fields of a dataclass, taken as one value."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, get_type_hints

Command = Callable[..., None]


def gathering(options: type[Any]) -> Callable[[Command], Command]:
    """Let a command take its parameter `said`, a dataclass, as one option for each of that class's fields.

    They stand where `said` stands among the command's own parameters, which is where --help lists them.
    """
    hints = get_type_hints(options, include_extras=True)
    declared = fields(options)
    names = [field.name for field in declared]
    keyword = inspect.Parameter.KEYWORD_ONLY
    shared = [
        inspect.Parameter(field.name, keyword, default=field.default, annotation=hints[field.name])
        for field in declared
    ]

    def gather(command: Command) -> Command:
        @wraps(command)
        def run(**given: object) -> None:
            said = options(**{name: given.pop(name) for name in names})
            command(**given, said=said)

        own = inspect.signature(command, eval_str=True).parameters.values()
        spread = [one for given in own for one in (shared if given.name == "said" else [given])]
        run.__signature__ = inspect.Signature(spread)  # type: ignore[attr-defined]  # what Typer reads
        run.__annotations__ = {one.name: one.annotation for one in spread}
        return run

    return gather
