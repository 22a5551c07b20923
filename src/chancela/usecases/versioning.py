"""The way of deeds that decide one version of the rules each, over what the last one left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from chancela.domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chancela.domain.policy_version import PolicyStep, PolicyVersion
    from chancela.ports import World


class OfOneVersion(Protocol):
    """A command that names its version."""

    @property
    def number(self) -> int:
        """Return the version's number."""
        ...


Named = TypeVar("Named", bound=OfOneVersion)


async def one_by_one(
    commands: Sequence[Named],
    world: World,
    decide: Callable[[Named, PolicyVersion | None, World], PolicyStep | Refused],
) -> list[PolicyVersion | Refused]:
    """Return what became of each command, in order; a refusal leaves its version as it was."""
    known = await world.policies.load({each.number for each in commands})
    outcomes: list[PolicyVersion | Refused] = []
    steps: list[PolicyStep] = []
    for command in commands:
        step = decide(command, known.get(command.number), world)
        if isinstance(step, Refused):
            outcomes.append(step)
            continue
        steps.append(step)
        known[command.number] = step.version
        outcomes.append(step.version)
    await world.policies.save(steps)
    return outcomes
