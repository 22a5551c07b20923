"""The family: who sees, receives and manages what for whom, by age, by law, and by what people give each other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain import contact as contacts
from chancela.domain.people import Person, Relation
from chancela.domain.policy import ADULT, Age, Guardians, Own

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chancela.domain.people import Beneficiary
    from chancela.domain.policy import Policy

LONGEST_DELEGATION: Final = timedelta(days=366)
LONGEST_VISIT: Final = timedelta(hours=48)
MOST_TIES: Final = 8  # alive at once, of one person


class TieKind(StrEnum):
    """A delegation to an adult of the plan, or a link for whoever goes along on one visit."""

    DELEGATION = "delegation"
    VISIT = "visit"


class Scope(StrEnum):
    """What a tie lets its taker do; each includes the one before."""

    SEE = "see"
    ACT = "act"
    RECEIVE = "receive"


@dataclass(frozen=True, slots=True)
class Tie:
    """What somebody lets somebody else do for a person, from `created_at` until `until`.

    `giver_id` made it, `of_id` is whose attendances it is about; a delegation counts once its taker accepted it, a
    visit is nobody's in particular and is known by its link alone (`token_hash`, SHA-256 of 32 random bytes).
    """

    id: UUID
    kind: TieKind
    giver_id: UUID
    of_id: UUID
    scope: Scope
    token_hash: bytes = field(repr=False)
    created_at: datetime
    until: datetime
    taker_id: UUID | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A person with those around them: guardians as law and file know them, live ties and their takers.

    `guardians` holds the holder of the plan too, where they are one by law; `named` is the guardian whom a court, or
    the operator, named. `holder` is there for a private or protected dependant alone: what is theirs is never used.
    All are people with every contact on file.
    """

    person: Person
    guardians: tuple[Person, ...] = ()
    named: Person | None = None
    ties: tuple[Tie, ...] = ()
    takers: tuple[Person, ...] = ()
    holder: Person | None = None


@dataclass(frozen=True, slots=True)
class Powers:
    """What one person may do for another; `receives` their codes, is `told` of them without getting them."""

    sees: bool = False
    acts: bool = False
    manages: bool = False
    receives: bool = False
    told: bool = False


ALL: Final = Powers(sees=True, acts=True, manages=True, receives=True)
NONE: Final = Powers()
OF_A_GUARDIAN: Final = {
    Guardians.CODES: ALL,
    Guardians.NOTICES: Powers(sees=True, told=True),  # whoever changes the contacts would get the codes
    Guardians.NOTHING: NONE,
}
OF_A_SCOPE: Final = {
    Scope.SEE: Powers(sees=True),
    Scope.ACT: Powers(sees=True, acts=True),
    Scope.RECEIVE: Powers(sees=True, acts=True, receives=True),
}


def alone(beneficiary: Beneficiary, today: date) -> bool:
    """Tell whether nobody is around a person but by a tie: an adult for whom nobody was named and who hides nothing."""
    marked = beneficiary.private or beneficiary.protected or beneficiary.named_guardian_id is not None
    return adult(beneficiary, today) and not marked


def circle(found: Circle, today: date) -> Circle:
    """Return a circle as it counts, of one whose `guardians` are those on file and whose `holder` is whoever holds.

    A holder who is a guardian by law stands among them, first; as the holder they stay where something is hidden.
    """
    one, holder = found.person.beneficiary, found.holder
    by_law = holder is not None and guardian_by_law(one, holder.beneficiary, today)
    known = (*((holder,) if holder and by_law else ()), *found.guardians)
    guardians = tuple({each.beneficiary.id: each for each in known}.values())
    return replace(found, guardians=guardians, holder=holder if one.private or one.protected else None)


def years(birth_date: date | None, today: date) -> int:
    """Return a person's age in whole years; whose birth date is unknown counts as an adult, for whom nobody acts.

    Who was born on 29 February is a year older on 1 March of the other years (Código Civil, art. 132, § 3).
    """
    if birth_date is None:
        return ADULT
    had = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return max(0, today.year - birth_date.year - (not had))


def adult(beneficiary: Beneficiary, today: date) -> bool:
    """Tell whether a person decides for themselves (Código Civil, art. 5)."""
    return years(beneficiary.birth_date, today) >= ADULT


def rule(policy: Policy, beneficiary: Beneficiary, today: date) -> Age:
    """Return the rule of a person's age."""
    age = years(beneficiary.birth_date, today)
    return next(each for each in reversed(policy.ages) if each.from_years <= age)


def powers(policy: Policy, circle: Circle, other: UUID, today: date, now: datetime) -> Powers:
    """Return what somebody may do for the person in the middle of a circle.

    The person comes first, a named guardian next; where the person is protected nobody follows. A private person's
    holder gets nothing. Of what is left guardians have what the age gives them, takers what the scope of a tie does.
    """
    one = circle.person.beneficiary
    by_law = _by_law(policy, circle, other, today)
    named = circle.named is not None and other == circle.named.beneficiary.id
    if named or other == one.id or one.protected or (one.private and other == one.holder_id):
        return by_law
    mine = (each for each in circle.ties if each.kind is TieKind.DELEGATION and each.taker_id == other)
    given = (OF_A_SCOPE[each.scope] for each in mine if stands(policy, circle, each, today, now))
    return _together((by_law, *given))


def _by_law(policy: Policy, circle: Circle, other: UUID, today: date) -> Powers:
    """Return what somebody may do for a person without a tie."""
    one = circle.person.beneficiary
    age = rule(policy, one, today)
    if other == one.id:
        used = age.own is not Own.NONE
        return Powers(sees=True, acts=True, manages=used, receives=used)
    if circle.named is not None and other == circle.named.beneficiary.id:
        return ALL if adult(one, today) else OF_A_GUARDIAN[age.guardians]
    if one.protected or (one.private and other == one.holder_id):
        return NONE
    guards = any(other == each.beneficiary.id for each in circle.guardians)
    return OF_A_GUARDIAN[age.guardians] if guards else NONE


def stands(policy: Policy, circle: Circle, tie: Tie, today: date, now: datetime) -> bool:
    """Tell whether a tie, or a visit, lets anybody do anything: alive, and given by who may still give it.

    What a mother gave for her child is over when the child outgrows her, or is protected from her.
    """
    return alive(tie, now) and _by_law(policy, circle, tie.giver_id, today).manages


def _together(given: Iterable[Powers]) -> Powers:
    found = tuple(given)
    return Powers(
        sees=any(each.sees for each in found),
        acts=any(each.acts for each in found),
        manages=any(each.manages for each in found),
        receives=any(each.receives for each in found),
        told=any(each.told for each in found),
    )


def alive(tie: Tie, now: datetime) -> bool:
    """Tell whether a tie is neither ended nor over; whether it counts is told by `stands`."""
    return tie.ended_at is None and now < tie.until


def ended(tie: Tie, now: datetime) -> Tie:
    """Return a tie as history."""
    return replace(tie, ended_at=now)


def around(circle: Circle) -> tuple[Person, ...]:
    """Return everyone who may have a power in a circle, each once: named guardian, guardians, takers."""
    known = (*((circle.named,) if circle.named else ()), *circle.guardians, *circle.takers)
    return tuple({each.beneficiary.id: each for each in known}.values())


def those_who_act(policy: Policy, circle: Circle, today: date, now: datetime) -> frozenset[UUID]:
    """Return who may ask for, see and give the codes of the person in the middle."""
    own = circle.person.beneficiary.id
    others = (each.beneficiary.id for each in around(circle))
    return frozenset(
        {own, *(each for each in others if powers(policy, circle, each, today, now).acts)},
    )


def reached(policy: Policy, circle: Circle, today: date, now: datetime) -> Person:
    """Return the person as codes go to them: contacts of their own that are used, readers beside, guardians only told.

    Where there is nobody to read the code and no contact of their own that is used, guardians who would be told read
    it: care is never blocked for want of a contact. Of a protected person nobody but the named guardian ever does, and
    no address goes out that is also of those whom the person is hidden from.
    """
    if signs_in(policy, circle.person.beneficiary, today) and not (circle.holder or around(circle)):
        return circle.person
    found = [(each, powers(policy, circle, each.beneficiary.id, today, now)) for each in around(circle)]
    open_ones = [(_open(each, circle), can) for each, can in found if can.receives or can.told]
    readers = tuple(each for each, can in open_ones if can.receives and reachable(each))
    told = tuple(each for each, can in open_ones if can.told and not can.receives and reachable(each))
    person, whole = own(policy, circle, today), circle.person
    used = signs_in(policy, person.beneficiary, today)
    if not readers and not (used and reachable(person)):
        readers, told = told, ()
    if not used and (readers or whole.beneficiary.private or whole.beneficiary.protected):
        person = replace(person, contacts=tuple(each for each in person.contacts if not contacts.usable(each, None)))
    *reading, person = _apart((*readers, person))
    hearing = _apart((*reading, person, *told))[len(reading) + 1 :]
    shut = tuple(each for other in _hidden(circle) for each in other.contacts)
    unused = (*(each for each in whole.contacts if each not in person.contacts), *shut)
    readers, told = (tuple(each for each in some if reachable(each)) for some in (reading, hearing))
    return replace(person, readers=readers, told=told, unused=unused)


def _apart(people: Iterable[Person]) -> list[Person]:
    """Return people of whom none has an address of one before: it is one way, and one message is enough."""
    seen: set[str] = set()
    apart = []
    for one in people:
        own = tuple(each for each in one.contacts if each.address.casefold() not in seen)
        seen |= {each.address.casefold() for each in own if contacts.usable(each, None)}
        apart.append(replace(one, contacts=own))
    return apart


def own(policy: Policy, circle: Circle, today: date) -> Person:
    """Return the person with the contacts that are theirs, as far as is known, and the app where they may have one."""
    person = _open(circle.person, circle)
    app = person.beneficiary.has_app and signs_in(policy, person.beneficiary, today)
    return replace(person, beneficiary=replace(person.beneficiary, has_app=app))


def _hidden(circle: Circle) -> tuple[Person, ...]:
    """Return those whom the person is hidden from: the holder, of a protected person every guardian but the named."""
    one = circle.person.beneficiary
    if not (one.private or one.protected):
        return ()
    known = (*((circle.holder,) if circle.holder else ()), *(circle.guardians if one.protected else ()))
    spared = {one.id, *({circle.named.beneficiary.id} if circle.named else ())}
    return tuple(each for each in known if each.beneficiary.id not in spared)


def _open(person: Person, circle: Circle) -> Person:
    """Return a person without the addresses of those whom the one in the middle is hidden from."""
    shut = {each.address.casefold() for other in _hidden(circle) for each in other.contacts}
    return replace(person, contacts=tuple(each for each in person.contacts if each.address.casefold() not in shut))


def reachable(person: Person) -> bool:
    """Tell whether a message may reach a person: the app, or a contact of their own that is confirmed."""
    return person.beneficiary.has_app or any(contacts.usable(each, None) for each in person.contacts)


def signs_in(policy: Policy, beneficiary: Beneficiary, today: date) -> bool:
    """Tell whether a person has a door of their own: not at an age at which their own contacts are not used.

    Numbers on a small child's file are somebody else's, and nobody knows whose.
    """
    return rule(policy, beneficiary, today).own is not Own.NONE


def guardian_by_law(ward: Beneficiary, other: Beneficiary, today: date) -> bool:
    """Tell whether somebody stands in for a dependant because they hold the plan: for children, not for parents.

    Nor for a spouse, whom marriage makes an adult (Código Civil, art. 5, II).
    """
    minor = not adult(ward, today) and adult(other, today)
    return minor and ward.holder_id == other.id and ward.relation not in {Relation.HOLDER, Relation.SPOUSE}
