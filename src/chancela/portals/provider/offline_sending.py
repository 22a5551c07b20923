"""What became of records that a desk's computer kept: each opened, judged by its own deed, and answered for itself."""

import asyncio
import base64
from typing import Any
from uuid import UUID

import msgspec
from django.shortcuts import resolve_url
from django.utils.translation import get_language

from chancela.adapters.keys.envelope import Envelopes
from chancela.domain import sentences
from chancela.domain.guia import RequestedProcedure
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design import reconcile_words
from chancela.portals.provider import lines, offline_bundle, offline_shapes as shapes, offline_words
from chancela.portals.provider.door import Desk
from chancela.usecases.reconcile_guia import Reconciled, ReconcileGuia
from chancela.usecases.reconciling import LATER

ACCEPTED, CHECK, WAITS = "accepted", "check", "later"


async def sent(desk: Desk, asked: shapes.RecordList) -> list[dict[str, Any]]:
    """Do each record's deed; those of one list are committed together, and none waits for another's outcome."""
    return await asyncio.gather(*(_one(desk, asked.machine, each) for each in asked.records))


async def _one(desk: Desk, machine: UUID, closed: shapes.ClosedRecord) -> dict[str, Any]:
    record = opened(desk, machine, closed)
    if record is None:
        return _told(closed.number, CHECK, str(offline_words.UNREADABLE))
    command = await _command(desk, record)
    if isinstance(command, Refused):
        return _refused(record, command)
    outcome: Reconciled | Refused = await desk.app.do(command)
    if isinstance(outcome, Refused):
        return _refused(record, outcome)
    return _answered(record, outcome)


def opened(desk: Desk, machine: UUID, closed: shapes.ClosedRecord) -> shapes.Record | None:
    """Return what a closed record says; None for what was altered, or is none of this provider's, or of its number."""
    record = _opened(desk, machine, closed.number, closed.sealed)
    if record is None or not record.code_kept:
        return record
    former = _opened(desk, machine, closed.number, closed.former or "")
    return msgspec.structs.replace(record, code=former.code) if former else None


def _opened(desk: Desk, machine: UUID, number: str, sealed: str) -> shapes.Record | None:
    owner = offline_bundle.owner(desk, machine)
    raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)) if len(sealed) % 4 != 1 else b""
    clear = Envelopes(desk.app.keys).open(owner, f"{owner}|{number}", raw)
    record = shapes.read(shapes.Record, clear) if clear is not None else None
    return record if record is not None and record.number == number else None


async def _command(desk: Desk, record: shapes.Record) -> ReconcileGuia | Refused:
    """Return the deed of a record; what it says of a guia that stood before is what that guia says."""
    asked = tuple(
        RequestedProcedure(lines.TABLE, each.code, each.quantity, each.tooth, each.region, each.faces)
        for each in record.procedures
    )
    card, kind = record.card_number, record.kind
    if record.guia_id is not None:
        case = await desk.app.guia(desk.actor, record.guia_id)
        if case is None:
            return Refused(Refusal.NOT_FOUND)
        card, kind = case.guia.card_number, case.guia.kind
        asked = tuple(
            RequestedProcedure(each.table, each.code, each.quantity, each.tooth, each.region, each.faces)
            for each in case.guia.procedures
        )
    if kind is None:
        return Refused(Refusal.NOT_FOUND)
    return ReconcileGuia(
        desk.actor,
        desk.provider,
        record.number,
        record.taken_at,
        card,
        kind,
        asked,
        code=record.code,
        reason=record.reason,
        detail=record.detail,
        urgent=record.urgent,
        guia_id=record.guia_id,
    )


def _answered(record: shapes.Record, done: Reconciled) -> dict[str, Any]:
    """What became of a record, with all that differs; `used` where its number stands for another visit already."""
    differs = "; ".join(str(reconcile_words.DIFFERS[each.what]) for each in done.differences)
    if done.refused is not None:
        told = _refused(record, done.refused)
        used = done.refused.reason is Refusal.NUMBER_USED
        sentence = " ".join(filter(None, (told["sentence"], differs and f"({differs})")))
        return {**told, **_guia(done), "sentence": sentence, "used": used}
    sentence = str(offline_words.RESULT[done.result])
    if differs:
        sentence = f"{sentence} {offline_words.DIFFERENT} {differs}."
    return {**_told(record.number, ACCEPTED, sentence), **_guia(done)}


def _guia(done: Reconciled) -> dict[str, str]:
    if done.case is None:
        return {}
    return {"guia": done.case.guia.number, "address": resolve_url("guia", done.case.guia.id)}


def _refused(record: shapes.Record, refused: Refused) -> dict[str, Any]:
    """A refusal of the moment is tried again by itself; any other is for a person to look at."""
    moment = refused.retry_after_s is not None or refused.reason in LATER
    sentence = sentences.sentence(refused, get_language() or sentences.PORTUGUESE)
    return {**_told(record.number, WAITS if moment else CHECK, sentence), "record": _readable(record)}


def _readable(record: shapes.Record) -> Any:
    """What a record says, for whoever corrects it: never its code."""
    bare = msgspec.structs.replace(record, code=None, code_kept=record.code is not None)
    return msgspec.to_builtins(bare)


def _told(number: str, outcome: str, sentence: str) -> dict[str, Any]:
    return {"number": number, "outcome": outcome, "sentence": sentence, "guia": "", "address": "", "used": False}
