"""One operator in memory: a clock that tests move, and transactions that happen whole or not at all."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chancela.domain import trail
from chancela.domain.delivery import Channel
from tests.fakes import world
from tests.fakes.brazil import PlainFormats
from tests.fakes.chance import SeededChance
from tests.fakes.shelf import Shelf
from tests.fakes.vault import MemoryVault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from chancela.domain.people import Operator
    from tests.fakes.world import MemoryWorld

NOON = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # twelve o'clock in Brasília


class Memory:
    """Where an operator's facts lie between transactions."""

    def __init__(self, operator: Operator, carried: frozenset[Channel] = frozenset(Channel)) -> None:
        self.shelf = Shelf(operator, trail.start(operator.ans))
        self.carried = carried
        self.now = NOON
        self.ahead = timedelta()  # how far the clock of a later statement is ahead of the transaction's
        self.vault = MemoryVault()
        self.chance = SeededChance()

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryWorld]:
        """A world whose changes stay only where nothing is raised."""
        draft = self.shelf.copy()
        opened = world.over(draft, self.now, self.carried, self.vault, self.chance, PlainFormats())
        opened.cases.ahead = self.ahead
        yield opened
        self.shelf = draft
