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
    cases = await world.cases.load({command.guia_id for command in commands})
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command in commands:
        step = decide(command, cases.get(command.guia_id), world)
        if isinstance(step, Refused):
            outcomes.append(step)
            continue
        steps.append(step)
        cases[command.guia_id] = step.after
        outcomes.append(step.after)
    await world.cases.save(steps)
    return outcomes
