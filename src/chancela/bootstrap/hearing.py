"""What carriers tell: receipts move deliveries, an answer NAO reports its guia, a dead subscription is forgotten."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.channels.contract import CarrierReceipt, Gone, Reply
from chancela.adapters.postgres.carriers import Carriers
from chancela.adapters.postgres.outbox import Outbox
from chancela.adapters.postgres.replies import Replies
from chancela.adapters.postgres.subscriptions import Subscriptions
from chancela.bootstrap import trials
from chancela.bootstrap.lanes import Lane
from chancela.domain import report
from chancela.domain.delivery import Purpose
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.report import ReportWay
from chancela.usecases.climb_ladders import ClimbLadders
from chancela.usecases.decide_contact import DecideContact
from chancela.usecases.report_token import ReportToken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.adapters.channels.contract import News
    from chancela.bootstrap.app import App

COUNTS: Final[Counter[str]] = Counter()  # of this process: what was heard, and what of it said nothing to us
WAYS: Final = {each.value: each for each in ReportWay}


async def hear(app: App, operator: str, carrier: str, news: Sequence[News]) -> None:
    """Take what a carrier of an operator told; only a database that is away raises, so that it is told again."""
    await Ear(app, operator, carrier).hear(news)


@dataclass(slots=True)
class Ear:
    """An ear for one carrier of one operator: receipts that come together are written together."""

    app: App
    operator: str
    carrier: str
    _lane: Lane[Any, None] = field(init=False)

    def __post_init__(self) -> None:
        """Open the lane of receipts."""
        self._lane = Lane(self._receive)

    async def hear(self, news: Sequence[News]) -> None:
        """Take what the carrier told, in order of kind: receipts first, as an answer may need what they say."""
        told = [each for each in news if isinstance(each, CarrierReceipt)]
        if receipts := [each for each in told if not self._of_a_trial(each)]:
            await self._lane.submit(receipts)
        for each in news:
            if isinstance(each, CarrierReceipt) and self._of_a_trial(each):
                await self._note(each)
            elif isinstance(each, Reply):
                await self._answered(each)
            elif isinstance(each, Gone):
                known = await Subscriptions(self.app.pool).forget(self.operator, each.endpoint)
                COUNTS["subscriptions_gone" if known else "subscriptions_unknown"] += 1

    def _of_a_trial(self, receipt: CarrierReceipt) -> bool:
        return trials.proven(self.app.keys, self.operator, receipt.delivery_id)

    async def _receive(self, sets: Sequence[Sequence[CarrierReceipt]]) -> Sequence[None]:
        """Write receipts, tell those who watch, and let the ladders climb of which a message is lost."""
        receipts = [each for one in sets for each in one]
        received = await Outbox(self.app.pool).receive(self.operator, self.carrier, receipts)
        COUNTS["receipts"] += len(receipts)
        if received.touched:
            self.app.notices.tell(self.operator, received.touched, queued=False)
        if received.lost:
            await self.app.do(ClimbLadders(self._actor(), tuple(sorted(received.lost))))
        return [None] * len(sets)

    async def _note(self, receipt: CarrierReceipt) -> None:
        """Keep the receipt of a test message where whoever sent it looks for it."""
        await Carriers(self.app.pool).keep_receipt(
            self.operator, self.carrier, str(receipt.delivery_id), receipt.state, receipt.failure
        )
        COUNTS["trial_receipts"] += 1

    async def _answered(self, reply: Reply) -> None:
        """Report the guia whose message was answered with NAO, or refuse the contact of which it told.

        Any other answer, or a stranger's, is nothing.
        """
        if not report.denies(reply.text):
            COUNTS["replies_without_meaning"] += 1
            return
        formats = self.app.means.formats
        sender = formats.mobile(reply.sender) or formats.email(reply.sender) or reply.sender
        found = await Replies(self.app.pool).answered(
            self.operator, self.carrier, sender, reply.carrier_id, reply.delivery_id
        )
        way = WAYS.get(found.channel.value) if found else None
        if found is None or way is None:
            COUNTS["replies_to_nothing"] += 1
            return
        COUNTS["replies_denying"] += 1
        if found.purpose is Purpose.CONTACT_PROPOSED:
            await self.app.do(DecideContact(self._actor(), found.guia_id, accept=False))
            return
        await self.app.do(ReportToken(self._actor(), found.guia_id, way, found.contact_id))

    def _actor(self) -> Actor:
        return Actor(self.operator, ActorKind.SYSTEM, f"carrier {self.carrier}")


@dataclass(slots=True)
class Ears:
    """An ear for one carrier that serves every operator."""

    app: App
    carrier: str
    _ears: dict[str, Ear] = field(default_factory=dict)

    async def hear(self, operator: str, news: Sequence[News]) -> None:
        """Take what the carrier told of an operator's letters."""
        ear = self._ears.get(operator)
        if ear is None:
            ear = self._ears[operator] = Ear(self.app, operator, self.carrier)
        await ear.hear(news)
