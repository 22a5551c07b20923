"""Seeding a demo: what was done at its desks before a newcomer comes, by the deeds by which anybody does it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chancela.adapters.demo import invented
from chancela.adapters.demo.houses import AURORA
from chancela.bootstrap import codes
from chancela.bootstrap.app import App
from chancela.domain.absence import AbsenceReason
from chancela.domain.case import Case
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.confirm_session import ConfirmSession
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.validate_token import ValidateToken

if TYPE_CHECKING:
    from chancela.bootstrap.settings import Settings

CARD: Final = "00100001003"
PHYSIOTHERAPY: Final = RequestedProcedure("22", "50000160", 10)


def seed(settings: Settings) -> None:
    """Let a clinic be in the middle of ten sessions: by a code, by the same code of the day, and without one."""
    asyncio.run(_seeded(settings))


async def _seeded(settings: Settings) -> None:
    desk = Actor(AURORA.ans, ActorKind.PROVIDER, AURORA.login, AURORA.desk)
    person = UUID(invented.person_id(AURORA.ans, CARD))
    owner = Actor(AURORA.ans, ActorKind.BENEFICIARY, f"person:{person}", person=person, acts_for=frozenset({person}))
    async with App(settings) as app:
        case: Any = await app.do(RegisterGuia(desk, Kind.SP_SADT, CARD, AURORA.desk, (PHYSIOTHERAPY,)))
        if not isinstance(case, Case):
            return
        guia_id = case.guia.id
        await app.do(IssueToken(desk, guia_id))
        code = await codes.reveal(app, owner, guia_id)
        if code is not None:
            await app.do(ValidateToken(desk, guia_id, code))
            await app.do(ConfirmSession(desk, guia_id, 2))
        await app.do(RecordAbsence(desk, guia_id, AbsenceReason.PHONE_NOT_HERE))
