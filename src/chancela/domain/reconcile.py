"""Reconciling: what was done without the system, under one contingency number, and what is not as it was then."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain.guia import Authorisation, ItemState, Kind, RequestedProcedure, Status
from chancela.domain.refusal import Refusal
from chancela.domain.token import SLIP, TokenEnd

if TYPE_CHECKING:
    from chancela.domain.case import Case
    from chancela.domain.token import Token
    from chancela.domain.trail import Event

SETTLED: Final = frozenset({Refusal.GUIA_VALIDATED, Refusal.GUIA_WITHOUT_TOKEN})


class Result(StrEnum):
    """What became of a record; a refused one stays to be corrected, and its number is not used by it."""

    VALIDATED = "validated"
    WITHOUT_TOKEN = "without_token"  # noqa: S105 - a result, not a secret
    REFUSED = "refused"


class Differs(StrEnum):
    """What is not as the record, or whoever wrote it, took it to be."""

    TAKEN_AT = "taken_at"  # these six: under the same number something else was brought before
    CARD = "card"
    KIND = "kind"
    PROCEDURES = "procedures"
    GUIA = "guia"
    URGENT = "urgent"
    TOLD_CARD = "told_card"  # on the telephone it was another card
    CODE_WRONG = "code_wrong"
    CODE_EXPIRED = "code_expired"  # before it was taken
    CODE_GONE = "code_gone"  # it lived then, and nothing is left with which it could be compared
    CODE_LOCKED = "code_locked"
    ENDED_MEANWHILE = "ended_meanwhile"  # the guia was validated, recorded or cancelled before this came
    NOT_AUTHORISED = "not_authorised"  # a procedure, by the rules of that day
    PROVIDER_LEFT = "provider_left"  # the network, since its numbers were handed out


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, as it `was` (before, or as the record says) and as it is `now` known."""

    what: Differs
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a record says, without the code: that is judged once and kept nowhere."""

    taken_at: datetime
    card_number: str
    kind: Kind
    procedures: tuple[RequestedProcedure, ...]
    reason: str | None = None
    detail: str | None = None
    urgent: bool = False
    guia_id: UUID | None = None
    provider_number: str | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a number: of one that was refused there is no guia, and another record may follow it."""

    number: str
    block_id: UUID
    provider: str
    said: Said
    fingerprint: bytes
    result: Result
    at: datetime
    by: str
    guia_id: UUID | None = None
    refused: Refusal | None = None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class BroughtStep:
    """A record that is kept, with the event that tells it."""

    brought: Brought
    event: Event


def fingerprint(said: Said) -> bytes:
    """Return the SHA-256 of what a record says of a visit: by it the same one, sent again, gets the same answer."""
    asked = [[p.table, p.code, p.quantity, p.tooth, p.region, p.faces] for p in said.procedures]
    at = said.taken_at.astimezone(UTC).isoformat(timespec="seconds")
    guia = str(said.guia_id) if said.guia_id else None
    facts = [at, said.card_number, said.kind.value, asked, said.urgent, guia]
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).digest()


def between(was: Said, now: Said) -> tuple[Difference, ...]:
    """Return what two records under one number say differently."""
    pairs = (
        (Differs.TAKEN_AT, instant(was.taken_at), instant(now.taken_at)),
        (Differs.CARD, was.card_number, now.card_number),
        (Differs.KIND, was.kind.value, now.kind.value),
        (Differs.PROCEDURES, _listed(was.procedures), _listed(now.procedures)),
        (Differs.GUIA, str(was.guia_id or ""), str(now.guia_id or "")),
        (Differs.URGENT, str(was.urgent).lower(), str(now.urgent).lower()),
    )
    return tuple(Difference(what, before, after) for what, before, after in pairs if before != after)


def instant(at: datetime) -> str:
    """Return an instant as differences and the trail tell it: to the second, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _listed(procedures: tuple[RequestedProcedure, ...]) -> str:
    return ", ".join(_asked(each) for each in procedures)


def _asked(asked: RequestedProcedure) -> str:
    where = "".join(f" {each}" for each in (asked.tooth, asked.region, asked.faces) if each)
    return f"{asked.code}{where}" + (f" ×{asked.quantity}" if asked.quantity > 1 else "")


def not_authorised(case: Case) -> tuple[Difference, ...]:
    """Return the procedures that the rules of the day did not authorise, with the code of the first reason."""
    return tuple(
        Difference(
            Differs.NOT_AUTHORISED, each.code, each.reasons[0].code if each.reasons else each.authorisation.value
        )
        for each in case.guia.procedures
        if each.authorisation is not ItemState.AUTHORISED and case.guia.authorisation is not Authorisation.CANCELLED
    )


def meanwhile(status: Status, said: Said) -> Difference:
    """Return that a guia had ended before the record of it came."""
    return Difference(Differs.ENDED_MEANWHILE, instant(said.taken_at), status.value)


def code_differs(refused: Refusal, token: Token | None, taken_at: datetime) -> Difference:
    """Return why a code did not confirm a visit, as the guia's last token stood before it was judged.

    A code that lived then and whose secret is gone is not called wrong: nobody can tell any more.
    """
    if refused is Refusal.CODE_LOCKED:
        return Difference(Differs.CODE_LOCKED)
    if refused is Refusal.LATE_CODE_NEEDED:
        return Difference(Differs.CODE_GONE)
    if token is None:
        return Difference(Differs.CODE_WRONG)
    if token.end in {None, TokenEnd.EXPIRED} and token.expires_at <= taken_at:
        return Difference(Differs.CODE_EXPIRED, instant(token.expires_at))
    if token.end is None and token.generation > 1 and token.issued_at > taken_at + SLIP:
        return Difference(Differs.CODE_GONE, instant(token.issued_at))
    if token.end in {TokenEnd.EXPIRED, TokenEnd.SUPERSEDED} and token.ended_at is not None:
        lived = token.issued_at - SLIP <= taken_at < token.ended_at
        return Difference(Differs.CODE_GONE, instant(token.ended_at)) if lived else Difference(Differs.CODE_WRONG)
    return Difference(Differs.CODE_WRONG)
