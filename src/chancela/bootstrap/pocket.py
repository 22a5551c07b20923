"""The pocket: what a person carries where there is no signal, and what a device may keep of guias and codes."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.adapters.keys.vault import KeyVault
from chancela.adapters.postgres import pocket as carried
from chancela.bootstrap import codes
from chancela.domain import paper, token as tokens
from chancela.domain.refusal import Refused
from chancela.usecases import end_device as ending_device, enrol_device, print_sheet as printing
from chancela.usecases.end_sheet import EndSheet
from chancela.usecases.reveal_token import RevealToken

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.codes import Attendance
    from chancela.domain.case import Case
    from chancela.domain.offline import Device
    from chancela.domain.permissions import Actor


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A device that was enrolled: `public` is our point (65 bytes, base64url) of which it derives its key."""

    device_id: UUID
    public: str


@dataclass(frozen=True, slots=True)
class KeptGuia:
    """A guia as a device keeps it; `person` is a first name, empty for one's own, `until` is there while a code lives.

    `awaiting` tells that none lives: a code may be computed.
    """

    id: str
    number: str
    provider: str
    provider_name: str
    person: str
    until: str | None
    awaiting: bool


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A live code as a device keeps it, until its time is over."""

    guia_id: str
    generation: int
    digits: str = field(repr=False)
    until: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a device may keep from `at` on (ISO 8601): its guias, codes that it did not have, and those that are gone.

    Codes are named "<guia id>:<generation>".
    """

    at: str
    guias: tuple[KeptGuia, ...]
    codes: tuple[KeptCode, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its digits, told once."""

    codes: tuple[str, ...] = field(repr=False)
    printed_at: datetime


@dataclass(frozen=True, slots=True)
class SheetStanding:
    """When the live sheet was printed, and how many of its codes are left."""

    printed_at: datetime
    left: int


async def enrol(app: App, actor: Actor, public: str, name: str) -> Enrolled | Refused:
    """Enrol the device with this public point (65 bytes, base64url) for the actor's own person.

    FORBIDDEN for what is no point and where the policy has no offline codes; CONFIRM_YOURSELF; TOO_MANY_DEVICES.
    """
    asked = enrol_device.EnrolDevice(actor, _bytes(public), name)
    done: enrol_device.Enrolled | Refused = await app.do(asked)
    return done if isinstance(done, Refused) else Enrolled(done.device.id, _text(done.public))


async def devices(app: App, actor: Actor) -> tuple[Device, ...]:
    """Return the actor's own live devices, the oldest first."""
    person = paper.bearer(actor)
    return () if person is None else await carried.live(app.pool, actor.operator, person)


async def end_device(app: App, actor: Actor, device_id: UUID) -> Refused | Device:
    """End one of the actor's own devices; another's is like none."""
    outcome: Refused | Device = await app.do(ending_device.EndDevice(actor, device_id))
    return outcome


async def snapshot(app: App, actor: Actor, device_id: UUID, have: frozenset[str]) -> Snapshot | None:
    """Return what a device may keep of those for whom the actor acts; None where it is not the actor's own live one.

    A code that it did not have is revealed to it, which the trail tells; what it had is not told again.
    """
    if device_id not in {each.id for each in await devices(app, actor)}:
        return None
    live, waiting = await codes.live_codes(app, actor), await codes.awaiting(app, actor)
    known = {_named(each.case) for each in live}
    fresh = [await _revealed(app, actor, each.case) for each in live if _named(each.case) not in have]
    return Snapshot(
        datetime.now(UTC).isoformat(timespec="seconds"),
        tuple(_kept(each) for each in (*live, *waiting)),
        tuple(each for each in fresh if each is not None),
        tuple(sorted(have - known)),
    )


async def print_sheet(app: App, actor: Actor) -> Sheet | Refused:
    """Print a sheet of the actor's own, ending the former; PAPER_NOT_OFFERED, CONFIRM_YOURSELF."""
    done: printing.Printed | Refused = await app.do(printing.PrintSheet(actor))
    return done if isinstance(done, Refused) else Sheet(done.codes, done.printed_at)


async def end_sheet(app: App, actor: Actor) -> int | Refused:
    """End the actor's own sheet; return how many unused codes ended with it."""
    outcome: int | Refused = await app.do(EndSheet(actor))
    return outcome


async def sheet(app: App, actor: Actor) -> SheetStanding | None:
    """Return how the actor's own sheet stands; None where no code is left."""
    person = paper.bearer(actor)
    found = None if person is None else await carried.standing(app.pool, actor.operator, person)
    return found and SheetStanding(*found)


async def _revealed(app: App, actor: Actor, case: Case) -> KeptCode | None:
    shown: Case | Refused = await app.do(RevealToken(actor, case.guia.id))
    if isinstance(shown, Refused) or shown.secret is None or shown.token is None:
        return None
    context = tokens.context(shown.guia, shown.token.generation)
    digits = KeyVault(app.keys).reveal(actor.operator, shown.secret, context)
    if digits is None:
        return None
    return KeptCode(str(shown.guia.id), shown.token.generation, digits, _iso(shown.token.expires_at))


def _kept(attendance: Attendance) -> KeptGuia:
    guia, until = attendance.case.guia, attendance.until
    first = "" if attendance.mine else next(iter(attendance.person.split()), "")
    code, name = guia.provider, attendance.provider
    return KeptGuia(str(guia.id), guia.number, code, name, first, _iso(until) if until else None, until is None)


def _named(case: Case) -> str:
    return f"{case.guia.id}:{case.guia.generation}"


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _bytes(text: str) -> bytes:
    """Return what base64url text says; nothing where it is none."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return b""


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
