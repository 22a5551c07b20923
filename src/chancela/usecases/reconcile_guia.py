"""Reconcile guias: bring in what was done without the system, each record once, by the rules of its own day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain import block as blocks, offline, permissions, reconcile
from chancela.domain.case import Case
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.permissions import Actor, Permission
from chancela.domain.policy_version import Rules
from chancela.domain.reconcile import Brought, BroughtStep, Difference, Differs, Result, Said
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import reconciling, register_guia
from chancela.usecases.reconciling import Codes, Entry
from chancela.usecases.register_guia import RegisterGuia, When

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from chancela.domain.absence import Given
    from chancela.domain.block import Block
    from chancela.domain.outage import Outage
    from chancela.ports import World


YEARS: Final = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class ReconcileGuia:
    """Bring in one visit under one contingency number; `taken_at` is when it was, with its offset.

    With `guia_id` it is about a guia that stood before; otherwise one is registered whose number is this one. `code` is
    what the person gave, as it was typed; `reason` why there is none: a slug of ours or a value of TISS table 74.
    """

    actor: Actor
    provider: str
    number: str
    taken_at: datetime
    card_number: str
    kind: Kind
    procedures: tuple[RequestedProcedure, ...]
    code: str | None = field(default=None, repr=False)
    reason: str | None = None
    detail: str | None = None
    urgent: bool = False
    guia_id: UUID | None = None
    provider_number: str | None = None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What became of a record, with what differs; a refused one is kept, and may be corrected under its number.

    `refused` says why. Where the number was used for another visit that is refused too, and `case` is the other one.
    """

    case: Case | None
    result: Result
    differences: tuple[Difference, ...] = ()
    refused: Refused | None = None


async def reconcile_guia(commands: Sequence[ReconcileGuia], world: World) -> list[Reconciled | Refused]:
    """Bring in each record: exactly once by its number, and the same record again gets the same answer.

    Refused as such is what is no number of this provider, or a guia that is not theirs: of it nothing is kept.
    """
    first, rest = _apart(commands)
    outcomes: dict[int, Reconciled | Refused] = {
        place: Refused(Refusal.TAKEN_AT_WRONG) for place in range(len(commands)) if place not in {*first, *rest}
    }
    if first:
        held = await _Held.of([commands[each] for each in (*first, *rest)], world)
        outcomes |= dict(zip(first, await _once([commands[each] for each in first], held, world), strict=True))
    if rest:
        outcomes |= dict(zip(rest, await reconcile_guia([commands[each] for each in rest], world), strict=True))
    return [outcomes[place] for place in range(len(commands))]


def _apart(commands: Sequence[ReconcileGuia]) -> tuple[list[int], list[int]]:
    """Return the places of records that can be judged together, and of those that need what the first ones left.

    A time at which nobody of today was cared for is at neither: no calendar of ours can count with it.
    """
    first: list[int] = []
    rest: list[int] = []
    met: set[object] = set()
    for place, each in enumerate(commands):
        if each.taken_at.year not in YEARS:
            continue
        named = {blocks.bare(each.number) or each.number, each.guia_id} - {None}
        (rest if named & met else first).append(place)
        met |= named
    return first, rest


@dataclass(slots=True)
class _Held:
    """What a set of records is judged by; nobody else changes it until the transaction ends."""

    outages: tuple[Outage, ...]
    blocks: dict[str, Block]
    brought: dict[str, Brought]
    cases: dict[UUID, Case]
    rules: Mapping[date, Rules]
    worlds: list[tuple[Rules, World]]

    @classmethod
    async def of(cls, commands: Sequence[ReconcileGuia], world: World) -> _Held:
        """Load outages, blocks and then guias, in this order; so does everybody."""
        known = await world.outages.since(min(each.taken_at for each in commands).astimezone(UTC))
        numbers = {number for each in commands if (number := blocks.bare(each.number))}
        theirs = await world.blocks.of_numbers(numbers)
        brought = await world.blocks.brought(numbers)
        about = {each.guia_id for each in commands} | {each.guia_id for each in brought.values()}
        cases = await world.cases.load({each for each in about if each is not None})
        now = Rules(world.operator.policy, world.operator.provisos)
        past = {day for each in commands if (day := offline.day(each.taken_at)) < world.today}
        rules = await world.policies.rules(past) if past else {}
        return cls(known, theirs, brought, cases, rules, [(now, world)])

    def then(self, at: datetime, world: World) -> World:
        """Return the world under the rules of a day."""
        rules = self.rules.get(offline.day(at), self.worlds[0][0])
        for known, then in self.worlds:
            if known == rules:
                return then
        self.worlds.append((rules, reconciling.world_then(world, rules)))
        return self.worlds[-1][1]


async def _once(commands: Sequence[ReconcileGuia], held: _Held, world: World) -> list[Reconciled | Refused]:
    answers: dict[int, Reconciled | Refused] = {}
    entries: dict[int, Entry] = {}
    for place, command in enumerate(commands):
        found = _opened(command, held, world)
        if isinstance(found, Entry):
            entries[place] = found
        else:
            answers[place] = found
    await _judge({place: (commands[place], each) for place, each in entries.items()}, held, world)
    answers |= {place: _answer(each) for place, each in entries.items()}
    return [answers[place] for place in range(len(commands))]


def _opened(command: ReconcileGuia, held: _Held, world: World) -> Entry | Reconciled | Refused:
    """Return a record to be judged; or its answer, where its number is none of the provider's, or was used before."""
    number = blocks.bare(command.number)
    block = held.blocks.get(number) if number else None
    may = permissions.may_for(command.actor, Permission.RECONCILE_GUIA, command.provider)
    if number is None or block is None or not may or not blocks.holds(block, command.provider, number):
        return Refused(Refusal.BLOCK_REFUSED)
    said = _said(command)
    before = held.brought.get(number)
    if before is not None and before.guia_id is not None:
        return _used(before, said, held)
    if command.guia_id is not None and not _theirs(command, held):
        return Refused(Refusal.NOT_FOUND)
    taken = min(said.taken_at, world.now)
    entry = Entry(command.actor, number, block, said, command.code, taken, held.then(taken, world))
    if why := blocks.refused(block, command.taken_at, world.now):
        entry.refuse(why)
    elif block.told is not None and block.told.card_number not in {None, command.card_number}:
        told = Difference(Differs.TOLD_CARD, block.told.card_number or "", command.card_number)
        entry.differences = (told,)
    return entry


def _said(command: ReconcileGuia) -> Said:
    return Said(
        taken_at=command.taken_at.astimezone(UTC),  # RFC 3339 has offsets that no database reads
        card_number=command.card_number,
        kind=command.kind,
        procedures=command.procedures,
        reason=command.reason,
        detail=command.detail,
        urgent=command.urgent,
        guia_id=command.guia_id,
        provider_number=command.provider_number,
    )


def _theirs(command: ReconcileGuia, held: _Held) -> bool:
    case = held.cases.get(command.guia_id) if command.guia_id else None
    return case is not None and case.guia.provider == command.provider


def _used(before: Brought, said: Said, held: _Held) -> Reconciled:
    """Answer by what the number was used for: the same again, or another visit, which needs another number."""
    case = held.cases[before.guia_id] if before.guia_id else None
    if before.fingerprint == reconcile.fingerprint(said):
        return Reconciled(case, before.result, before.differences)
    return Reconciled(case, Result.REFUSED, reconcile.between(before.said, said), Refused(Refusal.NUMBER_USED))


async def _judge(entries: Mapping[int, tuple[ReconcileGuia, Entry]], held: _Held, world: World) -> None:
    await _find_guias([each for each in entries.values() if each[1].refused is None], held, world)
    all_ones = [entry for _, entry in entries.values()]
    reasons: dict[str, Given] = {}
    for each in _open(all_ones):
        given = reconciling.given(each, held.outages)
        if isinstance(given, Refused):
            each.refuse(given)
            continue
        reasons[each.number] = given
        reconciling.tried(each, given)
    days = await world.tallies.days({each.block.provider for each in _open(all_ones)})
    codes = Codes(world, days, await world.tallies.fleet())
    await codes.judge([each for each in _open(all_ones) if each.code])
    lacking = [each for each in _open(all_ones) if each.doubted or not each.code]
    for each, protocol in zip(lacking, await world.cases.protocols(len(lacking)), strict=True):
        reconciling.without_code(each, reasons[each.number], protocol)
    await codes.save()
    await _save(all_ones, world)


def _open(entries: Sequence[Entry]) -> list[Entry]:
    return [each for each in entries if each.refused is None]


async def _find_guias(asked: Sequence[tuple[ReconcileGuia, Entry]], held: _Held, world: World) -> None:
    """Give each record its guia: the one that stood before, or a new one under its own number."""
    new = []
    for command, entry in asked:
        if command.guia_id is not None:
            reconciling.stood(entry, held.cases[command.guia_id])
        else:
            new.append((_registration(command), entry))
    if not new:
        return
    first = min(offline.day(entry.taken) for _, entry in new)
    known = await register_guia.look([each for each, _ in new], first, world)
    for wanted, entry in new:
        if refused := register_guia.refusal(wanted, known, afterwards=True):
            entry.refuse(refused)
            continue
        if not known.providers[wanted.provider].active:
            entry.differences = (*entry.differences, Difference(Differs.PROVIDER_LEFT))
        when = When(entry.taken, offline.day(entry.taken), entry.then.operator)
        reconciling.born(entry, register_guia.registered(wanted, entry.number, known, when, world))


def _registration(command: ReconcileGuia) -> RegisterGuia:
    return RegisterGuia(
        command.actor,
        command.kind,
        command.card_number,
        command.provider,
        command.procedures,
        provider_number=command.provider_number,
        urgent=command.urgent,
    )


async def _save(entries: Sequence[Entry], world: World) -> None:
    """Write the guias, what became of them, and what became of the numbers."""
    await world.cases.save([each.born for each in entries if each.born is not None])
    await world.cases.save([step for each in entries for step in each.steps])
    await world.blocks.save((), [_brought(each, world) for each in entries])


def _brought(entry: Entry, world: World) -> BroughtStep:
    case, refused = entry.case, entry.refused
    brought = Brought(
        number=entry.number,
        block_id=entry.block.id,
        provider=entry.block.provider,
        said=entry.said,
        fingerprint=reconcile.fingerprint(entry.said),
        result=entry.result,
        at=world.now,
        by=entry.actor.name,
        guia_id=case.guia.id if case is not None and refused is None else None,
        refused=refused.reason if refused else None,
        differences=entry.differences,
    )
    data = {
        "number": entry.number,
        "provider": entry.block.provider,
        "block": str(entry.block.id),
        "taken_at": reconcile.instant(entry.taken),
        "result": brought.result.value,
        "refused": brought.refused.value if brought.refused else None,
        "differs": ",".join(dict.fromkeys(each.what.value for each in entry.differences)),
    }
    subject = brought.guia_id or entry.block.id
    return BroughtStep(brought, Event(EventKind.GUIA_RECONCILED, subject, entry.actor.name, data))


def _answer(entry: Entry) -> Reconciled:
    return Reconciled(entry.case, entry.result, entry.differences, entry.refused)
