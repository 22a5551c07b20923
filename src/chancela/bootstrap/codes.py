"""Codes in the person's own hand: what is alive, what awaits a code, what became of each attendance, and the digits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from chancela.adapters.keys.vault import KeyVault
from chancela.adapters.postgres import world
from chancela.adapters.postgres.codes import Codes
from chancela.domain import guia as guias, permissions, policy as policies, story, token as tokens
from chancela.domain.guia import Status
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refused
from chancela.usecases.reveal_token import RevealToken

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from chancela.bootstrap.app import App
    from chancela.domain.case import Case
    from chancela.domain.permissions import Actor

PAGE: Final = 10


@dataclass(frozen=True, slots=True)
class Attendance:
    """A guia as its person sees it: for whom, with whom; `until` is there while a code is alive."""

    case: Case
    person: str
    provider: str
    until: datetime | None = None
    mine: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """A page of attendances, the newest first; `before` is where the next begins, None on the last."""

    items: tuple[Attendance, ...]
    before: UUID | None


@dataclass(frozen=True, slots=True)
class Story:
    """One attendance with its lines; `acts` says that the reader may also ask for its code, see it and disown it."""

    attendance: Attendance
    lines: tuple[story.Line, ...]
    acts: bool


async def live_codes(app: App, actor: Actor) -> tuple[Attendance, ...]:
    """Return the attendances whose code is alive now, of those for whom the actor may act; no digit is among it."""
    return await _attendances(app, actor, await Codes(app.pool).live(actor.operator, actor.acts_for))


async def awaiting(app: App, actor: Actor) -> tuple[Attendance, ...]:
    """Return the attendances for which the actor may ask for a code now."""
    return await _attendances(app, actor, await Codes(app.pool).awaiting(actor.operator, actor.acts_for))


async def history(app: App, actor: Actor, before: UUID | None = None) -> Page:
    """Return ten attendances of those whom the actor may see, none older than the policy shows."""
    since = await _shown_since(app, actor)
    found = await Codes(app.pool).history(actor.operator, actor.sees, since, before, PAGE + 1)
    items = await _attendances(app, actor, found[:PAGE])
    return Page(items, found[PAGE - 1] if len(found) > PAGE else None)


async def find(app: App, actor: Actor, number: str) -> UUID | None:
    """Return the guia with this number, of those for whom the actor may act; another's is like none."""
    return await Codes(app.pool).by_number(actor.operator, actor.acts_for, number)


async def attendance(app: App, actor: Actor, guia_id: UUID) -> Story | None:
    """Return one attendance that the actor may see with all that happened to it; another's is like none.

    So is one older than the policy shows, unless it still awaits its code: that is not history yet.
    """
    case = await app.guia(actor, guia_id)
    if case is None or (_over(case) and case.guia.created_at < await _shown_since(app, actor)):
        return None
    ended, sent = await Codes(app.pool).past(case.guia)
    found = (await _named(app, actor, [case]))[0]
    return Story(found, story.told(case, ended, sent), permissions.may(actor, Permission.REVEAL_TOKEN, case.guia))


async def reveal(app: App, actor: Actor, guia_id: UUID) -> str | None:
    """Return the six digits of a live code to whom it belongs, once the trail says so; None where there is none."""
    case: Case | Refused = await app.do(RevealToken(actor, guia_id))
    return None if isinstance(case, Refused) else digits(app, case)


def digits(app: App, case: Case) -> str | None:
    """Return the six digits of a case that was revealed."""
    if case.secret is None:
        return None
    context = tokens.context(case.guia, case.guia.generation)
    return KeyVault(app.keys).reveal(case.guia.operator, case.secret, context)


def _over(case: Case) -> bool:
    status = guias.status(case.guia, datetime.now(world.BRAZIL).date())
    return status not in {Status.AWAITING_TOKEN, Status.LATE_PENDING}


async def _shown_since(app: App, actor: Actor) -> datetime:
    operator = await app.reads.operator(actor.operator)
    now = datetime.now(UTC)
    return policies.shown_since(operator.policy, now) if operator else now


async def _attendances(app: App, actor: Actor, guia_ids: Sequence[UUID]) -> tuple[Attendance, ...]:
    found = await app.reads.cases(actor.operator, guia_ids) if guia_ids else []
    visible = [each for each in found if app.reads.visible(actor, each) is not None]
    return await _named(app, actor, [each for each in visible if each is not None])


async def _named(app: App, actor: Actor, cases: Collection[Case]) -> tuple[Attendance, ...]:
    if not cases:
        return ()
    now = datetime.now(UTC)
    people, providers = await Codes(app.pool).names(actor.operator, [each.guia for each in cases])
    return tuple(
        Attendance(
            each,
            people.get(each.guia.beneficiary_id, ""),
            providers.get(each.guia.provider, each.guia.provider),
            each.token.expires_at if each.token and tokens.alive(each.token, now) else None,
            each.guia.beneficiary_id == actor.person,
        )
        for each in cases
    )
