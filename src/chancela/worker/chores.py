"""What the house does by the clock: expire codes, sign, watch, destroy keys, make room, forget what nobody asks."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from chancela.adapters.keys.day_key import LIFE
from chancela.adapters.postgres import changes, doors, holds, housekeeping, inbox, passkeys
from chancela.adapters.postgres.conversion import Conversion
from chancela.adapters.postgres.outbox import Outbox
from chancela.adapters.postgres.webhooks import WebhookEvents
from chancela.bootstrap import documents, importing
from chancela.bootstrap.checkpoints import BrokenTrailError, Checkpoints
from chancela.domain.carrier import alarming
from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.apply_contacts import ApplyContacts
from chancela.usecases.attach_outage import AttachOutage
from chancela.usecases.chase_absences import ChaseAbsences
from chancela.usecases.expire_tokens import ExpireTokens
from chancela.usecases.lapse_outages import LapseOutages
from chancela.usecases.remind_late import RemindLate
from chancela.usecases.settle_late import SettleLate

if TYPE_CHECKING:
    from chancela.bootstrap.app import App

SWEEP: Final = 500
WATCHED_SINCE: Final = timedelta(hours=3)
WATCHED_UNTIL: Final = timedelta(minutes=15)  # a person needs some minutes to read a code out
LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Chores:
    """Each may be done twice, or by two workers at once, without harm."""

    app: App
    checkpoints: Checkpoints = field(init=False)

    def __post_init__(self) -> None:
        """Find the witness."""
        self.checkpoints = Checkpoints(self.app)

    async def expire_tokens(self) -> None:
        """End every code that is past its time."""
        for operator in await self.app.reads.operators():
            sweep = ExpireTokens(Actor(operator.ans, ActorKind.SYSTEM, "worker"), SWEEP)
            while await self.app.do(sweep) == SWEEP:
                pass

    async def settle_late(self) -> None:
        """End the waiting for every late code that did not come by its last day."""
        for operator in await self.app.reads.operators():
            sweep = SettleLate(Actor(operator.ans, ActorKind.SYSTEM, "worker"), SWEEP)
            while await self.app.do(sweep) == SWEEP:
                pass

    async def remind_late(self) -> None:
        """Remind providers of late codes whose last day comes near."""
        for operator in await self.app.reads.operators():
            sweep = RemindLate(Actor(operator.ans, ActorKind.SYSTEM, "worker"), SWEEP)
            while await self.app.do(sweep) == SWEEP:
                pass

    async def apply_contacts(self) -> None:
        """Let what was held for its hours take its place, let lapse what nobody decided, forget what is long over."""
        for operator in await self.app.reads.operators():
            sweep = ApplyContacts(Actor(operator.ans, ActorKind.SYSTEM, "worker"), SWEEP)
            while await self.app.do(sweep) == SWEEP:
                pass
            await holds.forget(self.app.pool, operator.ans)

    async def chase_absences(self) -> None:
        """Send to the auditors what guias without a code still owed when its day passed."""
        for operator in await self.app.reads.operators():
            sweep = ChaseAbsences(Actor(operator.ans, ActorKind.SYSTEM, "worker"), SWEEP)
            while await self.app.do(sweep) == SWEEP:
                pass

    async def lapse_outages(self) -> None:
        """End what people declared to be away and nobody confirmed in time."""
        for operator in await self.app.reads.operators():
            await self.app.do(LapseOutages(Actor(operator.ans, ActorKind.SYSTEM, "worker")))

    async def attach_outages(self) -> None:
        """Let outages be the proof of what was recorded in their time before anybody knew of them."""
        for operator in await self.app.reads.operators():
            sweep = AttachOutage(Actor(operator.ans, ActorKind.SYSTEM, "worker"), SWEEP)
            while await self.app.do(sweep) == SWEEP:
                pass

    async def sign_checkpoints(self) -> None:
        """Sign every trail that grew; one that is broken is left unsigned, and told."""
        for operator in await self.app.reads.operators():
            try:
                await self.checkpoints.make(operator.ans)
            except BrokenTrailError:
                LOG.error("the trail of %s is broken: run `chancela verify`", operator.name)  # noqa: TRY400 - not our fault

    async def destroy_day_keys(self) -> None:
        """Forget day keys whose 72 h are over, by the database's clock, and what only they could open."""
        now = await housekeeping.now(self.app.pool)
        gone = self.app.keys.destroy_expired(now)
        if gone:
            LOG.info("%d day keys destroyed", len(gone))
        first_kept = (now - LIFE).date() + timedelta(days=1)
        for operator in await self.app.reads.operators():
            await inbox.forget(self.app.pool, operator.ans, first_kept)

    async def ensure_partitions(self) -> None:
        """Make room for this month and the two after it."""
        await housekeeping.ensure_partitions(self.app.settings.database_url or "")

    async def watch_conversion(self) -> None:
        """Let an alarm sound where many messages lead to hardly any validation, and end those that are over."""
        for operator in await self.app.reads.operators():
            conversion = Conversion(self.app.pool)
            found = await conversion.measure(operator.ans, WATCHED_SINCE, WATCHED_UNTIL)
            loud = [each for each in found if alarming(each.sent, each.validated)]
            if new := await conversion.alarm(operator.ans, loud):
                LOG.warning("%d new alarms of %s: many messages, few validations", new, operator.name)

    async def forget_early_receipts(self) -> None:
        """Forget receipts that were of no message of ours."""
        for operator in await self.app.reads.operators():
            await Outbox(self.app.pool).forget_early(operator.ans)

    async def forget_answers(self) -> None:
        """Forget the answers to idempotency keys that nobody may repeat any more."""
        for operator in await self.app.reads.operators():
            await housekeeping.forget_answers(self.app.pool, operator.ans)

    async def forget_sign_ins(self) -> None:
        """Erase the codes of sign-ins that are past their ten minutes, and after a day that they were asked for."""
        for operator in await self.app.reads.operators():
            await doors.forget(self.app.pool, operator.ans)

    async def forget_contact_changes(self) -> None:
        """Erase the codes of new contacts that are past their ten minutes, and after a day the addresses given."""
        for operator in await self.app.reads.operators():
            await changes.forget(self.app.pool, operator.ans)

    async def forget_passkey_challenges(self) -> None:
        """Delete the challenges that no passkey answered within their five minutes."""
        for operator in await self.app.reads.operators():
            await passkeys.forget(self.app.pool, operator.ans)

    async def forget_what_is_over(self) -> None:
        """Delete what people had and what has opened nothing for 90 days; that it was, the trail tells."""
        for operator in await self.app.reads.operators():
            await housekeeping.forget_over(self.app.pool, operator.ans)

    async def sweep_documents(self) -> None:
        """Forget files that were kept for a guia which then did not take them."""
        for operator in await self.app.reads.operators():
            await documents.sweep(self.app, operator.ans)

    async def carry_imports(self) -> None:
        """Ask again for imports of uploads whose errand was lost, or that were broken off."""
        for operator in await self.app.reads.operators():
            await importing.carry_on(self.app, operator.ans)

    async def forget_webhook_events(self) -> None:
        """Delete what other systems took three days ago, and what was given up thirty days ago."""
        for operator in await self.app.reads.operators():
            await WebhookEvents(self.app.pool).forget(operator.ans)

    async def forget_imports(self) -> None:
        """Delete uploaded files, and what was told of them, after a day."""
        for operator in await self.app.reads.operators():
            await importing.forget_stale(self.app, operator.ans)
