"""The teller: lets people hear of validations, by a contact other than the code's, and of what auditors answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.tell_attendances import TellAttendances
from chancela.usecases.tell_decisions import TellDecisions

if TYPE_CHECKING:
    from chancela.bootstrap.app import App

MOST: Final = 200


@dataclass(slots=True)
class Teller:
    """Any number of workers may tell: what one is about to tell the others leave to it."""

    app: App

    async def tell(self, operator: str) -> None:
        """Tell every validation and answer of an operator of which nobody was told yet."""
        worker = Actor(operator, ActorKind.SYSTEM, "worker")
        for command in (TellAttendances(worker, MOST), TellDecisions(worker, MOST)):
            while await self.app.do(command) >= MOST:
                pass
