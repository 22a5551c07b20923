"""What people carry, for entries that are no live code: what their devices computed, what stands on their paper."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chancela.domain import family, late as lates, offline, paper, policy_proviso as provisos, report, series
from chancela.domain.paper import PocketStep
from chancela.domain.token import Method, Window

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.case import Case
    from chancela.domain.guia import Guia
    from chancela.domain.offline import Device, Tried
    from chancela.domain.paper import PaperCode
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class Found:
    """What an entry was: how it confirms, in which window, what the trail tells of it, and what it came from."""

    method: Method
    window: Window
    data: Mapping[str, str | int | bool | None]
    used: PaperCode | None = None
    tried: Tried | None = None


@dataclass(slots=True)
class Carried:
    """Candidates by guia, and codes on paper by person; what is used in a set is used for the next entry of it."""

    tried: dict[UUID, tuple[Tried, ...]] = field(default_factory=dict)
    paper: dict[UUID, tuple[PaperCode, ...]] = field(default_factory=dict)
    looked: set[UUID] = field(default_factory=set)
    used: list[PaperCode] = field(default_factory=list)
    taken: Mapping[UUID, datetime] = field(default_factory=dict)

    def compares(self, case: Case) -> bool:
        """Tell whether there is anything with which an entry for this guia can be compared."""
        return bool(self.tried.get(case.guia.id)) or bool(self._paper(case.guia))

    def match(self, case: Case, code: str, world: World) -> Found | None:
        """Return what an entry is, or None where it is nothing that the guia's people carry."""
        return self._computed(case, code, world) or self._printed(case, code, world)

    def use(self, found: Found, guia: Guia, world: World) -> None:
        """Let a code on paper be used for this guia and no other."""
        if found.used is not None:
            person = guia.beneficiary_id
            self.paper[person] = paper.without(self.paper[person], found.used)
            self.used.append(paper.ended(found.used, world.now, guia.id))

    async def save(self, world: World) -> None:
        """Write what was used; the event is that of the validation."""
        if self.used:
            await world.pocket.save([PocketStep((), codes=tuple(self.used))])

    def _computed(self, case: Case, code: str, world: World) -> Found | None:
        guia = case.guia
        for each in self.tried.get(guia.id, ()):
            if series.spent(case.sessions, each.device.id, each.day):  # a day's code is always the same one
                continue
            asked = offline.challenge(guia.operator, guia.number, guia.provider, each.day)
            if world.vault.computes(guia.operator, each.device, asked, code):
                found = _found(
                    Method.OFFLINE,
                    lates.window(case, each.window, each.day),
                    day=f"{each.day}",
                    device=str(each.device.id),
                )
                return replace(found, tried=each)
        return None

    def _printed(self, case: Case, code: str, world: World) -> Found | None:
        guia = case.guia
        window = lates.window(case, Window.VALID, offline.day(self.taken.get(guia.id, world.now)))
        for each in self._paper(guia):
            bound = paper.context(guia.operator, guia.beneficiary_id, each.sheet_id, each.place)
            if each.digest is not None and world.vault.is_paper(bound, each.digest, code):
                found = _found(Method.PAPER, window, sheet=str(each.sheet_id), place=each.place)
                return replace(found, used=each)
        return None

    def _paper(self, guia: Guia) -> tuple[PaperCode, ...]:
        held = self.paper.get(guia.beneficiary_id, ()) if guia.id in self.looked else ()
        then = self.taken.get(guia.id)
        return paper.next_ones(each for each in held if then is None or each.printed_at <= then)


def _found(method: Method, window: Window, **data: str | int) -> Found:
    return Found(method, window, {"method": method.value, **data})


async def look(cases: Collection[Case], world: World, taken: Mapping[UUID, datetime] | None = None) -> Carried:
    """Return what the people of these guias carry, as far as the policy offers it; what was disowned takes nothing.

    `taken` says of guias when their code was given, where that was not now: what was carried then is looked at.
    """
    policy = world.operator.policy
    open_ones = {each.guia.id: each for each in cases if not report.stops(each.report)}
    people = {each.guia.beneficiary_id for each in open_ones.values()}
    then = taken or {}
    found = Carried(looked=set(open_ones), taken=then)
    rules = {key: provisos.of_guia(world.operator, each.guia) for key, each in open_ones.items()}
    taking = {key: each for key, each in open_ones.items() if rules[key].offline_codes}
    if taking:
        devices = await _devices({each.guia.beneficiary_id for each in taking.values()}, world)
        for key, each in taking.items():
            held = devices[each.guia.beneficiary_id]
            found.tried[key] = offline.tried(held, each.guia.created_at, then.get(key, world.now), rules[key])
    if people and policy.paper_codes:
        found.paper = dict(await world.pocket.sheets(people))
    return found


async def _devices(people: Collection[UUID], world: World) -> dict[UUID, list[Device]]:
    """Return, for each person, their own devices and those of whoever acts for them today, their own first."""
    policy, today, now = world.operator.policy, world.today, world.now
    circles = await world.families.circles(people)
    acting = {key: family.those_who_act(policy, circle, today, now) for key, circle in circles.items()}
    held = await world.pocket.devices(set().union(*acting.values()))
    return {
        person: [
            device
            for each in sorted(acting[person], key=lambda one: (one != person, one))
            for device in held.get(each, ())
        ]
        for person in people
    }
