"""The way of deeds that decide one guia each: load the set, decide each over what the last one left, save the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from chancela.domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from chancela.domain.attachment import Attachment
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
    outcomes, steps = _each(commands, cases, lambda command, case: _alone(decide(command, case, world)))
    await world.cases.save(steps)
    return outcomes


async def in_steps(
    commands: Sequence[Named], world: World, decide: Callable[[Named, Case | None, World], Sequence[Step] | Refused]
) -> list[Case | Refused]:
    """Do the same for deeds that take some steps each; where there is nothing to do, it is none."""
    cases = await world.cases.load({command.guia_id for command in commands})
    outcomes, steps = _each(commands, cases, lambda command, case: decide(command, case, world))
    await world.cases.save(steps)
    return outcomes


class OfShownGuia(OfOneGuia, Protocol):
    """A command that names its guia, and how it stood with its documents when it was shown."""

    @property
    def seen(self) -> str:
        """Return the mark of what was shown; empty where nothing was."""
        ...


Shown = TypeVar("Shown", bound=OfShownGuia)


async def as_shown(
    commands: Sequence[Shown],
    world: World,
    decide: Callable[[Shown, Case | None, Iterable[Attachment], World], Step | Refused],
) -> tuple[list[Case | Refused], list[Step]]:
    """Return what became of each command, in order, and the steps to save, for deeds that judge what was shown."""
    cases = await world.cases.load({command.guia_id for command in commands})
    shown = {command.guia_id for command in commands if command.seen}
    attached = await world.attachments.of(shown) if shown else {}

    def decided(command: Shown, case: Case | None) -> Sequence[Step] | Refused:
        return _alone(decide(command, case, attached.get(command.guia_id, ()), world))

    return _each(commands, cases, decided)


def _alone(step: Step | Refused) -> Sequence[Step] | Refused:
    return step if isinstance(step, Refused) else (step,)


def _each(
    commands: Sequence[Named],
    cases: dict[UUID, Case],
    decide: Callable[[Named, Case | None], Sequence[Step] | Refused],
) -> tuple[list[Case | Refused], list[Step]]:
    """Decide each command over what the one before left of its guia."""
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command in commands:
        decided = decide(command, cases.get(command.guia_id))
        if isinstance(decided, Refused):
            outcomes.append(decided)
            continue
        steps.extend(decided)
        cases.update((command.guia_id, step.after) for step in decided)
        outcomes.append(cases[command.guia_id])
    return outcomes, steps
