"""Print sheets: reserve codes told once in the answer and kept nowhere in clear; a new sheet ends the former."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import paper, session as sessions
from chancela.domain.paper import PaperCode, PocketStep
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class PrintSheet:
    """Ask for a sheet of one's own."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Printed:
    """A sheet with its digits in their order, for the answer alone."""

    sheet_id: UUID
    printed_at: datetime
    codes: tuple[str, ...] = field(repr=False)


async def print_sheet(commands: Sequence[PrintSheet], world: World) -> list[Printed | Refused]:
    """Draw each sheet where the policy offers it, after a code entered lately."""
    people = {each.actor.person for each in commands if each.actor.person is not None}
    await world.pocket.hold(people)
    held = dict(await world.pocket.sheets(people))
    outcomes: list[Printed | Refused] = []
    steps: list[PocketStep] = []
    for command in commands:
        person = paper.bearer(command.actor)
        if person is None:
            outcomes.append(Refused(Refusal.NOT_FOUND))
            continue
        refused = _refused(command, world)
        if refused is not None:
            outcomes.append(refused)
            continue
        steps += ending(command.actor, held.get(person, ()), world)
        printed, held[person] = _drawn(person, world)
        outcomes.append(printed)
        steps.append(_step(command.actor, held[person]))
    await world.pocket.save(steps)
    return outcomes


def ending(actor: Actor, codes: Sequence[PaperCode], world: World) -> Iterator[PocketStep]:
    """Yield the end of a person's sheet, where there is one."""
    if codes:
        gone = tuple(paper.ended(each, world.now) for each in codes)
        data: dict[str, str | int | bool | None] = {"person": str(gone[0].beneficiary_id), "left": len(gone)}
        yield PocketStep((Event(EventKind.SHEET_ENDED, gone[0].sheet_id, actor.name, data),), codes=gone)


def _refused(command: PrintSheet, world: World) -> Refused | None:
    if not world.operator.policy.paper_codes:
        return Refused(Refusal.PAPER_NOT_OFFERED)
    if not sessions.assured(command.actor.assured_at, world.now):
        return Refused(Refusal.CONFIRM_YOURSELF)
    return None


def _drawn(person: UUID, world: World) -> tuple[Printed, tuple[PaperCode, ...]]:
    sheet_id, ans = world.chance.id(), world.operator.ans
    codes = paper.drawn(world.operator.policy.paper_codes, world.chance.code)
    kept = tuple(
        PaperCode(
            sheet_id, place, person, world.now, world.vault.paper(paper.context(ans, person, sheet_id, place), code)
        )
        for place, code in enumerate(codes, start=1)
    )
    return Printed(sheet_id, world.now, codes), kept


def _step(actor: Actor, codes: tuple[PaperCode, ...]) -> PocketStep:
    data: dict[str, str | int | bool | None] = {"person": str(codes[0].beneficiary_id), "codes": len(codes)}
    return PocketStep((Event(EventKind.SHEET_PRINTED, codes[0].sheet_id, actor.name, data),), codes=codes)
