"""Things that need the same costly step: those that come while it is under way share the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Outcome = TypeVar("Outcome")

ENOUGH = 12  # things that share a step well


class Together(Generic[Thing, Outcome]):
    """Takes one step at a time, over all that waits for it; `step` returns an outcome for each thing, in order.

    With `gather`, in seconds, a step that few wait for waits that long for company.
    """

    def __init__(self, step: Callable[[Sequence[Thing]], Awaitable[Sequence[Outcome]]], *, gather: float = 0.0) -> None:
        self._step = step
        self.gather = gather
        self._turn = asyncio.Lock()
        self._waiting: list[Thing] = []  # for the step that has not begun
        self._next: asyncio.Task[Sequence[Outcome]] | None = None

    async def of(self, thing: Thing) -> Outcome:
        """Wait for what becomes of a thing."""
        place = len(self._waiting)
        self._waiting.append(thing)
        self._next = self._next or asyncio.get_running_loop().create_task(self._take())
        return (await asyncio.shield(self._next))[place]

    async def _take(self) -> Sequence[Outcome]:
        async with self._turn:
            if self.gather and len(self._waiting) < ENOUGH:
                await asyncio.sleep(self.gather)
            things, self._waiting, self._next = self._waiting, [], None
            return await self._step(things)
