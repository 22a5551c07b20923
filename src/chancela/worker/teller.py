"""The teller: lets each validation be told to a contact other than the one that got the code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.tell_attendances import TellAttendances

if TYPE_CHECKING:
    from chancela.bootstrap.app import App

MOST: Final = 200


@dataclass(slots=True)
class Teller:
    """Any number of workers may tell: what one is about to tell the others leave to it."""

    app: App

    async def tell(self, operator: str) -> None:
        """Tell every validation of an operator of which nobody was told yet."""
        command = TellAttendances(Actor(operator, ActorKind.SYSTEM, "worker"), MOST)
        while await self.app.do(command) >= MOST:
            pass
