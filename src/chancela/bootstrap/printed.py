"""Printed guias: the sheet as a PDF, and the signed one as it comes back: drawn anew, known by its slip, and kept."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.keys import printed as slip_text
from chancela.adapters.postgres import housekeeping, world
from chancela.adapters.postgres.printed import PrintedReads
from chancela.bootstrap import once as onces, printed_sheet
from chancela.domain import absence as absences, permissions, policy_proviso as provisos, printed
from chancela.domain.attachment import MediaType
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.print_guia import PrintGuia
from chancela.usecases.return_printed import ReturnPrinted, number

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.adapters.keys.key_file import KeyFile
    from chancela.bootstrap.app import App
    from chancela.bootstrap.once import Answer, Once
    from chancela.domain.absence import AbsenceReason
    from chancela.domain.case import Case
    from chancela.domain.people import Operator
    from chancela.domain.permissions import Actor
    from chancela.domain.printed import Claims, Slip

PURPOSE: Final = "printed sheet kept"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies drawn anew in the cabinet and that no guia knows yet; `qr` is a slip's text, if one was read."""

    digest: str
    media_type: MediaType
    size: int
    pages: int
    qr: str = ""


_KEPT: Final = msgspec.json.Decoder(Kept)


async def print_sheet(app: App, actor: Actor, guia_id: UUID) -> Slip | Refused:
    """Print a guia to be signed: the sheet before it is worth nothing any more."""
    outcome: Slip | Refused = await app.do(PrintGuia(actor, guia_id))
    return outcome


async def slips(app: App, actor: Actor, guia_id: UUID) -> tuple[Slip, ...]:
    """Return the slips of a guia that the actor may read, the oldest first."""
    case = await app.guia(actor, guia_id)
    return await PrintedReads(app.pool).of(actor.operator, guia_id) if case else ()


def numbered(app: App, operator: str, slip: Slip) -> str:
    """Return a slip's number as it is printed."""
    return printed.spaced(number(slip, operator, app.means.vault))


def signed(app: App, case: Case, slip: Slip) -> str:
    """Return the text of a slip's QR."""
    return slip_text.sign(app.keys, printed.said(case.guia, slip))


async def paper(app: App, actor: Actor, guia_id: UUID) -> bytes | None:
    """Return the sheet that waits to be signed as a PDF, the same file each time; None where there is none."""
    case = await app.guia(actor, guia_id)
    if case is None or not permissions.may(actor, Permission.PRINT_SLIP, case.guia):
        return None
    found = [each for each in await PrintedReads(app.pool).of(actor.operator, guia_id) if printed.alive(each)]
    if not found:
        return None
    names = await printed_sheet.names(app, actor, case)
    sheet = printed_sheet.laid_out(
        case, found[0], names, numbered(app, actor.operator, found[0]), signed(app, case, found[0])
    )
    return await app.documents.press.print(sheet)


async def receive(app: App, actor: Actor, guia_id: UUID, content: bytes) -> Kept | Refused:
    """Have a file drawn anew and lay it in the cabinet; a guia without a sheet that may come back has none drawn.

    What no guia comes to know of is swept a day later.
    """
    async with app.documents.turn(guia_id):
        return await _receive(app, actor, guia_id, content)


async def _receive(app: App, actor: Actor, guia_id: UUID, content: bytes) -> Kept | Refused:
    case = await app.guia(actor, guia_id)
    if case is None or not permissions.may(actor, Permission.PRINT_SLIP, case.guia):
        return Refused(Refusal.NOT_FOUND if case is None else Refusal.FORBIDDEN)
    if why := await _why_not(app, actor, case):
        return Refused(why)
    clean = await app.documents.cleaner.clean(content, qrs=True)
    if isinstance(clean, Refusal):
        return Refused(clean)
    digest = await asyncio.to_thread(app.documents.cabinet.put, actor.operator, clean.content)
    return Kept(digest, clean.media_type, len(clean.content), clean.pages, _chosen(app.keys, case, clean.qrs))


async def _why_not(app: App, actor: Actor, case: Case) -> Refusal | None:
    today = (await housekeeping.now(app.pool)).astimezone(world.BRAZIL).date()
    if why := printed.unreturnable(case, today):
        return why
    known = await PrintedReads(app.pool).of(actor.operator, case.guia.id)
    if all(printed.over(each, today) for each in known):
        return Refusal.SLIP_OVER
    room = app.documents.lays(actor, today) and not await asyncio.to_thread(app.documents.cabinet.full)
    return None if room else Refusal.FILES_PAUSED


def _chosen(keys: KeyFile, case: Case, texts: tuple[str, ...]) -> str:
    """Return the QR of this guia among those on the page, else any other that is a slip's."""
    ours = [each for each in texts if each.startswith(slip_text.BEGINS)]
    read = {each: slip_text.read(keys, each) for each in ours}
    own = [text for text, claims in read.items() if claims and claims.number == case.guia.number]
    return next(iter((*own, *ours)), "")


async def take(app: App, actor: Actor, guia_id: UUID, kept: Kept, typed: str, **said: Any) -> Case | Refused:
    """Take a kept file as the signed sheet of a guia; `said` is what `ReturnPrinted` is told beside it.

    The number that was typed counts where no QR was read; a QR that is there and not ours is refused.
    """
    command = _return(app, actor, guia_id, kept, typed, **said)
    outcome: Case | Refused = command if isinstance(command, Refused) else await app.do(command)
    return outcome


async def bring(
    app: App,
    operator: Operator,
    actor: Actor,
    guia_id: UUID,
    content: bytes,
    once: Once | None,
    *,
    number: str = "",
    reason: str | None = None,
    **said: Any,
) -> Case | Answer | Refused:
    """Receive a file and take it as the signed sheet at once, once for its key; `said` is as in `take`.

    `reason` may be a value of TISS table 74 too, `number` is what `take` calls typed. A key that was answered before
    has nothing drawn.
    """

    async def work() -> Case | Answer | Refused:
        meant = await _meant(app, operator, actor, guia_id, reason)
        if isinstance(meant, Refused):
            return meant
        kept = await _receive(app, actor, guia_id, content)
        if isinstance(kept, Refused):
            return kept
        command = _return(app, actor, guia_id, kept, number, reason=meant, **said)
        outcome: Case | Answer | Refused = command if isinstance(command, Refused) else await app.do(command, once)
        return outcome

    async with app.documents.turn(guia_id):
        return await onces.around(app.pool, actor.operator, once, work)


async def _meant(
    app: App, operator: Operator, actor: Actor, guia_id: UUID, reason: str | None
) -> AbsenceReason | Refused | None:
    """Return the reason that is meant by the rules of the guia, None where none is said or there is no such guia."""
    case = None if reason is None else await app.guia(actor, guia_id)
    if reason is None or case is None:
        return None
    rule = absences.rule(provisos.of_guia(operator, case.guia).absences, reason)
    return rule.reason if rule else Refused(Refusal.ABSENCE_UNKNOWN)


def _return(app: App, actor: Actor, guia_id: UUID, kept: Kept, typed: str, **said: Any) -> ReturnPrinted | Refused:
    if not kept.qr and not typed:
        return Refused(Refusal.SLIP_UNREADABLE)
    shown: Claims | str | None = slip_text.read(app.keys, kept.qr) if kept.qr else typed
    if not shown:
        return Refused(Refusal.SLIP_REFUSED)
    return ReturnPrinted(actor, guia_id, kept.digest, kept.media_type, kept.size, kept.pages, shown, **said)


def sealed(keys: KeyFile, actor: Actor, guia_id: UUID, kept: Kept) -> str:
    """Return a text by which the same account finds what it sent for the same guia again, and nobody anything else."""
    told = msgspec.json.encode(kept)
    return base64.urlsafe_b64encode(_mac(keys, actor, guia_id, told) + told).decode()


def unsealed(keys: KeyFile, actor: Actor, guia_id: UUID, text: str) -> Kept | None:
    """Return what a text of `sealed` names, or None where it is none of this account and guia."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error):
        return None
    mac, told = raw[:32], raw[32:]
    return _KEPT.decode(told) if hmac.compare_digest(mac, _mac(keys, actor, guia_id, told)) else None


def _mac(keys: KeyFile, actor: Actor, guia_id: UUID, told: bytes) -> bytes:
    return keys.mac(PURPOSE, f"{actor.operator}|{actor.name}|{guia_id}|".encode() + told)
