"""What the deeds of the network share: who may, the way of those that decide one provider each, and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from chancela.domain import permissions, professional as professionals
from chancela.domain.permissions import ActorKind, Permission
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from chancela.domain.network import House, NetworkStep
    from chancela.domain.people import Provider
    from chancela.domain.permissions import Actor
    from chancela.ports import Formats, World


class OfOneProvider(Protocol):
    """A command that names its provider."""

    @property
    def actor(self) -> Actor:
        """Return who asks."""
        ...

    @property
    def code(self) -> str:
        """Return the provider's code."""
        ...


Named = TypeVar("Named", bound=OfOneProvider)


def may(actor: Actor, permission: Permission = Permission.CHANGE_NETWORK) -> bool:
    """Tell whether the actor may do this to any provider of its operator."""
    return permissions.may_for(actor, permission, "")


async def houses(
    asked: Iterable[tuple[Actor, str]], world: World, permission: Permission = Permission.CHANGE_NETWORK
) -> dict[str, House]:
    """Return the files of these providers, held; for whoever may not do this to them nothing is looked at."""
    codes: Collection[str] = {code for actor, code in asked if may(actor, permission)}
    return dict(await world.network_desk.load(codes))


async def one_by_one(
    commands: Sequence[Named],
    world: World,
    decide: Callable[[Named, House, World], tuple[House, NetworkStep] | Refused],
    permission: Permission = Permission.CHANGE_NETWORK,
) -> list[House | Refused]:
    """Return what became of each command, in order; whom one may not touch is as unknown as who is not there."""
    found = await houses([(each.actor, each.code) for each in commands], world, permission)
    outcomes: list[House | Refused] = []
    steps: list[NetworkStep] = []
    for command in commands:
        house = found.get(command.code)
        made = decide(command, house, world) if house and may(command.actor, permission) else Refused(Refusal.NOT_FOUND)
        if isinstance(made, Refused):
            outcomes.append(made)
            continue
        found[command.code], step = made
        outcomes.append(found[command.code])
        steps.append(step)
    await world.network_desk.save(steps)
    return outcomes


def out(house: Provider, actor: Actor) -> Refused | None:
    """Tell whether a provider asks that is deactivated; its patients still get the codes for which they ask."""
    of_provider = actor.kind in {ActorKind.PROVIDER, ActorKind.CLIENT}
    return Refused(Refusal.PROVIDER_INACTIVE) if of_provider and not house.active else None


def phones(typed: Sequence[str], formats: Formats) -> frozenset[str] | None:
    """Return telephones as E.164; None where one is none, or there are more than 20."""
    return _all([formats.mobile(each) or formats.landline(each) for each in typed])


def emails(typed: Sequence[str], formats: Formats) -> frozenset[str] | None:
    """Return e-mail addresses in small letters; None where one is none, or there are more than 20."""
    return _all([formats.email(each.lower()) for each in typed])


def _all(found: Sequence[str | None]) -> frozenset[str] | None:
    kept = frozenset(each for each in found if each is not None)
    return kept if None not in found and len(kept) <= professionals.MOST else None
