"""The way of deeds that decide one guia each: load the set, decide each over what the last one left, save the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from chancela.domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from chancela.domain.case import Case, Step
    from chancela.ports import World


class OfOneGuia(Protocol):
    """A command that names its guia."""

    @property
    def guia_id(self) -> UUID:
        """Return the guia's id."""
        ...


Named = TypeVar("Named", bound=OfOneGuia)


async def one_by_one(
    commands: Sequence[Named], world: World, decide: Callable[[Named, Case | None, World], Step | Refused]
) -> list[Case | Refused]:
    """Return what became of each command, in order; a refusal leaves its guia as it was."""

    def alone(command: Named, case: Case | None, within: World) -> Sequence[Step] | Refused:
        step = decide(command, case, within)
        return step if isinstance(step, Refused) else (step,)

    return await in_steps(commands, world, alone)


async def in_steps(
    commands: Sequence[Named], world: World, decide: Callable[[Named, Case | None, World], Sequence[Step] | Refused]
) -> list[Case | Refused]:
    """Do the same for deeds that take some steps each; where there is nothing to do, it is none."""
    cases = await world.cases.load({command.guia_id for command in commands})
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command in commands:
        decided = decide(command, cases.get(command.guia_id), world)
        if isinstance(decided, Refused):
            outcomes.append(decided)
            continue
        steps.extend(decided)
        cases.update((command.guia_id, step.after) for step in decided)
        outcomes.append(cases[command.guia_id])
    await world.cases.save(steps)
    return outcomes
