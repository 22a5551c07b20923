"""A scene for contingency numbers: a provider with its list, what it wrote down offline, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chancela.domain import offline
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.usecases.print_sheet import PrintSheet
from chancela.usecases.reconcile_guia import ReconcileGuia
from chancela.usecases.take_block import TakeBlock
from tests.usecases.scene import CARD, DESK, OK, PROVIDER, Scene
from tests.usecases.test_carry import enrol, oneself

if TYPE_CHECKING:
    from datetime import datetime

    from chancela.domain.block import Block
    from chancela.domain.offline import Device
    from chancela.domain.policy import Policy

OFFERED = replace(LATEST_CODE_WINS, paper_codes=10, block_numbers=6)
BRAZIL = ZoneInfo("America/Sao_Paulo")


class Clinic(Scene):
    """A clinic that took its numbers an hour ago."""

    def __init__(self, policy: Policy = OFFERED, **more: Any) -> None:
        super().__init__(policy, **{"birth_date": None, **more})
        self.block: Block = self.do(TakeBlock(DESK, PROVIDER))
        self.device: Device = enrol(self).device
        self.sheet: tuple[str, ...] = self.do(PrintSheet(oneself(self))).codes
        self.later(hours=1)

    def record(self, nth: int = 0, *codes: str, at: datetime | None = None, **more: Any) -> ReconcileGuia:
        """What was written down under one of the numbers, half an hour ago."""
        asked = tuple(RequestedProcedure("22", code) for code in codes or (OK,))
        told: dict[str, Any] = {"actor": DESK, "provider": PROVIDER, "number": self.block.numbers[nth], **more}
        return ReconcileGuia(
            taken_at=at or self.ago(minutes=30),
            card_number=told.pop("card", CARD),
            kind=Kind.ODONTO,
            procedures=told.pop("procedures", asked),
            **told,
        )

    def ago(self, **time: float) -> datetime:
        return self.memory.now - timedelta(**time)

    def bring(self, nth: int = 0, *codes: str, **more: Any) -> Any:
        """Bring one record in."""
        return self.do(self.record(nth, *codes, **more))

    def computed(self, nth: int = 0, *, number: str | None = None, at: datetime | None = None) -> str:
        """What Ana's phone shows, without a signal, for a number and a day."""
        day = (at or self.ago(minutes=30)).astimezone(BRAZIL).date()
        ans = self.memory.shelf.operator.ans
        asked = offline.challenge(ans, number or self.block.numbers[nth], PROVIDER, day)
        assert self.device.secret is not None
        return offline.ocra(offline.SUITE, self.device.secret, asked)
