"""Many tasks that do with the same guias all that care without a code knows, at once and in any order."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg

from chancela.domain import offline, printed
from chancela.domain.absence import AbsenceReason
from chancela.domain.attachment import MediaType
from chancela.domain.case import Case
from chancela.domain.guia import Kind
from chancela.domain.outage import OutageKind
from chancela.domain.printed import Slip
from chancela.domain.refusal import Refused
from chancela.domain.report import ReportOutcome, ReportWay
from chancela.domain.token import Method
from chancela.usecases.attach_outage import AttachOutage
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.close_report import CloseReport
from chancela.usecases.close_series import CloseSeries
from chancela.usecases.confirm_session import ConfirmSession
from chancela.usecases.decide_dispute import DecideDispute
from chancela.usecases.declare_outage import DeclareOutage
from chancela.usecases.end_outage import EndOutage
from chancela.usecases.expire_tokens import ExpireTokens
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.postpone_token import PostponeToken
from chancela.usecases.print_guia import PrintGuia
from chancela.usecases.reconcile_guia import Reconciled, ReconcileGuia
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.report_token import ReportToken
from chancela.usecases.return_printed import ReturnPrinted
from chancela.usecases.review_absence import ReviewAbsence
from chancela.usecases.settle_late import SettleLate
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.promises.mixing import Diary

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from chancela.bootstrap.app import App
    from chancela.domain.permissions import Actor

REASONS = (AbsenceReason.NO_PHONE, AbsenceReason.NO_SIGNAL, AbsenceReason.SYSTEM_DOWN, AbsenceReason.URGENT, "07")
NEWEST = 3
SAID = "Falamos com a pessoa e com a clínica."
OVER = """
UPDATE chancela.late_visit SET visit_date = visit_date - 30, due_date = due_date - 30, remind_date = remind_date - 30
WHERE guia_id = %s
"""


@dataclass(frozen=True)
class Ward:
    """Who acts, on which guias of whom (by card), with which contingency numbers; `key` is that of a person's phone."""

    desk: Actor
    system: Actor
    auditor: Actor
    manager: Actor
    guias: dict[UUID, str]
    numbers: tuple[str, ...]
    card: str
    key: bytes


@dataclass
class Seen:
    """What came of it: codes as mixing knows them, and how often each deed was done and refused."""

    diary: Diary = field(default_factory=Diary)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    outages: list[UUID] = field(default_factory=list)
    confirmed: int = 0

    def __add__(self, other: Seen) -> Seen:
        done, refused = self.done + other.done, self.refused + other.refused
        return Seen(self.diary + other.diary, done, refused, confirmed=self.confirmed + other.confirmed)


async def care(app: App, ward: Ward, seed: int, tasks: int, rounds: int) -> Seen:
    """Run the tasks to their end."""
    seen = Seen()
    hands = (_Hand(app, ward, seen, random.Random(f"{seed} {each}")) for each in range(tasks))
    await asyncio.gather(*(each.work(rounds) for each in hands))
    return seen


@dataclass
class _Hand:
    """One task; every deed is of whatever guia it comes to."""

    app: App
    ward: Ward
    seen: Seen
    luck: random.Random

    async def work(self, rounds: int) -> None:
        deeds: dict[Callable[[UUID], Awaitable[Any]], int] = {
            self.issue: 8,
            self.give: 22,
            self.reconcile: 12,
            self.confirm: 12,
            self.absent: 3,
            self.postpone: 6,
            self.settle: 2,
            self.sign: 4,
            self.close_series: 1,
            self.disown: 3,
            self.decide: 3,
            self.close_report: 2,
            self.review: 2,
            self.declare: 1,
            self.end_outage: 2,
            self.attach: 2,
            self.expire: 1,
            self.cancel: 1,
        }
        for deed in self.luck.choices(list(deeds), list(deeds.values()), k=rounds):
            outcome = await deed(self.luck.choice(list(self.ward.guias)))
            failed = isinstance(outcome, Refused) or (isinstance(outcome, Reconciled) and outcome.refused is not None)
            (self.seen.refused if failed else self.seen.done)[deed.__name__] += 1

    async def issue(self, guia: UUID) -> Any:
        outcome = await self.app.do(IssueToken(self.ward.desk, guia))
        if isinstance(outcome, Case) and outcome.token is not None and outcome.secret is not None:
            self.seen.diary.issued[guia, outcome.token.generation] = visits.code(self.app, outcome)
        return outcome

    async def give(self, guia: UUID) -> Any:
        """Half of the time a code was asked for just before."""
        if self.luck.random() < 0.5:
            await self.issue(guia)
        code = self._code(guia)
        outcome = await self.app.do(ValidateToken(self.ward.desk, guia, code))
        if isinstance(outcome, Case):
            proof = outcome.sessions[-1] if outcome.sessions else outcome.validation
            assert proof is not None
            if proof.method is Method.TOKEN:
                self.seen.diary.accepted.append((guia, proof.generation, code))
            if outcome.sessions and outcome.validation is None:
                for place in (1, 2):  # one more than the code of a day may confirm
                    await self.confirm(guia, len(outcome.sessions) + place)
        return outcome

    def _code(self, guia: UUID) -> str:
        """One of the newest that were seen, most of them old; now and then a guess."""
        known = self.seen.diary.codes(guia)[-NEWEST:]
        return self.luck.choice([*known, *known[-1:] * NEWEST, "000000"])

    async def reconcile(self, guia: UUID) -> Any:
        """Under one of few numbers, so that most are of another visit, or the same again."""
        number, now = self.luck.choice(self.ward.numbers), datetime.now(UTC)
        named = guia if self.luck.random() < 0.6 else None
        code = self.luck.choice([None, self._code(guia), self._computed(number), self._computed(number)])
        taken = now - timedelta(minutes=self.luck.choice([0, 0, 5]))
        card = self.ward.guias[guia] if named else self.ward.card
        record = ReconcileGuia(
            self.ward.desk,
            self.ward.desk.provider or "",
            number,
            taken,
            card,
            Kind.ODONTO,
            (visits.CONSULTATION,),
            code=code,
            reason=self.luck.choice([None, "no_signal", "no_phone", "nonsense"]),
            guia_id=named,
        )
        outcomes = await asyncio.gather(*(self.app.do(record) for _ in range(self.luck.choice([1, 1, 2]))))
        assert len({_told(each) for each in outcomes} - {None}) <= 1, outcomes
        return outcomes[0]

    def _computed(self, number: str) -> str:
        ward, day = self.ward, offline.day(datetime.now(UTC))
        asked = offline.challenge(ward.desk.operator, number, ward.desk.provider or "", day)
        return offline.ocra(offline.SUITE, ward.key, asked)

    async def confirm(self, guia: UUID, place: int | None = None) -> Any:
        outcome = await self.app.do(ConfirmSession(self.ward.desk, guia, place or self.luck.randint(2, 4)))
        self.seen.confirmed += isinstance(outcome, Case)
        return outcome

    async def absent(self, guia: UUID) -> Any:
        return await self.app.do(RecordAbsence(self.ward.desk, guia, self.luck.choice(REASONS)))

    async def postpone(self, guia: UUID) -> Any:
        return await self.app.do(PostponeToken(self.ward.desk, guia, offline.day(datetime.now(UTC))))

    async def settle(self, guia: UUID) -> Any:
        """Let the days of one late code pass, and settle what is over."""
        async with await psycopg.AsyncConnection.connect(self.app.settings.database_url or "") as connection:
            await connection.execute(OVER, (guia,))
        return await self.app.do(SettleLate(self.ward.system, self.luck.choice([1, 500])))

    async def sign(self, guia: UUID) -> Any:
        """Print it and bring the sheet back, with what another printed meanwhile."""
        slip = await self.app.do(PrintGuia(self.ward.desk, guia))
        case = await self.app.guia(self.ward.desk, guia)
        if not isinstance(slip, Slip) or case is None or self.luck.random() < 0.5:
            return slip
        digest = hashlib.sha256(slip.id.bytes).hexdigest()
        shown, why = printed.said(case.guia, slip), AbsenceReason.NO_PHONE
        return await self.app.do(
            ReturnPrinted(
                self.ward.desk, guia, digest, MediaType.PNG, 9, 1, shown, why, sessions=self.luck.randint(1, 2)
            )
        )

    async def close_series(self, guia: UUID) -> Any:
        return await self.app.do(CloseSeries(self.ward.desk, guia, "alta"))

    async def disown(self, guia: UUID) -> Any:
        """Half of the time it is decided at once, if it came to be disputed."""
        outcome = await self.app.do(ReportToken(self.ward.system, guia, ReportWay.SMS))
        return await self.decide(guia) if self.luck.random() < 0.5 else outcome

    async def decide(self, guia: UUID) -> Any:
        return await self.app.do(DecideDispute(self.ward.auditor, guia, self.luck.random() < 0.5, SAID))

    async def close_report(self, guia: UUID) -> Any:
        return await self.app.do(CloseReport(self.ward.auditor, guia, ReportOutcome.MISTAKEN))

    async def review(self, guia: UUID) -> Any:
        return await self.app.do(ReviewAbsence(self.ward.auditor, guia, self.luck.random() < 0.5, SAID))

    async def declare(self, guia: UUID) -> Any:
        del guia
        since = datetime.now(UTC) - timedelta(minutes=self.luck.choice([0, 3]))
        outcome = await self.app.do(DeclareOutage(self.ward.manager, self.luck.choice(list(OutageKind)), since))
        if not isinstance(outcome, Refused):
            self.seen.outages.append(outcome.id)
        return outcome

    async def end_outage(self, guia: UUID) -> Any:
        known = self.luck.choice(self.seen.outages or [guia])
        return await self.app.do(EndOutage(self.ward.manager, known))

    async def attach(self, guia: UUID) -> Any:
        del guia
        return await self.app.do(AttachOutage(self.ward.system, 50))

    async def expire(self, guia: UUID) -> Any:
        del guia
        return await self.app.do(ExpireTokens(self.ward.system))

    async def cancel(self, guia: UUID) -> Any:
        return await self.app.do(CancelGuia(self.ward.desk, guia, "engano"))


def _told(outcome: Any) -> Any:
    """What the same record is told again; None where nothing was done under its number, so that it may change."""
    if isinstance(outcome, Refused) or outcome.refused is not None:
        return None
    return outcome.case.guia.id, outcome.result, outcome.differences
