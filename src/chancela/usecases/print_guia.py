"""Print guias: a sheet to be signed where no code comes, with a slip that cannot be made for another day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import guia as guias, permissions, policy_proviso as provisos, printed
from chancela.domain.case import Case, Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.printed import Slip
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class PrintGuia:
    """Print a guia to be signed; the sheet printed before it, if it did not come back, is worth nothing any more."""

    actor: Actor
    guia_id: UUID


async def print_guia(commands: Sequence[PrintGuia], world: World) -> list[Slip | Refused]:
    """Give each guia a new slip by the database's time; refuse where it is unknown, over, analysed or owes nothing."""
    named = {command.guia_id for command in commands}
    cases, known = await world.cases.load(named), dict(await world.slips.of(named))
    outcomes: list[Slip | Refused] = []
    steps: list[Step] = []
    for command in commands:
        step = _decide(command, cases.get(command.guia_id), known.get(command.guia_id, ()), world)
        if isinstance(step, Refused):
            outcomes.append(step)
            continue
        steps.append(step)
        cases[command.guia_id] = step.after
        known[command.guia_id] = step.slips
        outcomes.append(step.slips[-1])
    await world.cases.save(steps)
    return outcomes


def _decide(command: PrintGuia, case: Case | None, known: tuple[Slip, ...], world: World) -> Step | Refused:
    if case is None or not permissions.may(command.actor, Permission.READ_GUIA, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if not permissions.may(command.actor, Permission.PRINT_SLIP, case.guia):
        return Refused(Refusal.FORBIDDEN)
    if why := printed.unprintable(case, world.today):
        return Refused(why)
    days = provisos.of_guia(world.operator, case.guia).slip_days
    slip = printed.made(case, world.chance.id(), world.now, command.actor.name, days)
    hashed = guias.procedures_hash(slip.procedures).hex()
    data = {"slip": str(slip.id), "until": slip.until.isoformat(), "procedures_sha256": hashed}
    event = Event(EventKind.SLIP_PRINTED, case.guia.id, command.actor.name, data)
    return Step(case, case, event, slips=(*printed.ended(known, world.now), slip))
