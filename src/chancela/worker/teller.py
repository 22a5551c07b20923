"""The teller: lets people hear of validations by another contact than the code's, of auditors' answers, of disputes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.tell_attendances import TellAttendances
from chancela.usecases.tell_decisions import TellDecisions
from chancela.usecases.tell_disputes import TellDisputes

if TYPE_CHECKING:
    from chancela.bootstrap.app import App

MOST: Final = 200


@dataclass(slots=True)
class Teller:
    """Any number of workers may tell: what one is about to tell the others leave to it."""

    app: App

    async def tell(self, operator: str) -> None:
        """Tell every validation, answer and decided dispute of an operator of which nobody was told yet."""
        worker = Actor(operator, ActorKind.SYSTEM, "worker")
        for command in (TellAttendances(worker, MOST), TellDecisions(worker, MOST), TellDisputes(worker, MOST)):
            while await self.app.do(command) >= MOST:
                pass
