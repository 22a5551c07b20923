"""security.md 10 at the operator's own desks: a person, a call or a held contact of another operator is like none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from chancela.adapters.postgres import holds, record_reads, world as worlds
from chancela.adapters.postgres.loading import Look
from chancela.bootstrap.app import App
from chancela.domain.call import Call, CallStep
from chancela.domain.contact import ContactKind
from chancela.domain.hold import Hold
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.record import Part, What
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.apply_contacts import ApplyContacts
from chancela.usecases.change_record import ChangeRecord
from chancela.usecases.decide_contact import DecideContact
from chancela.usecases.merge_people import MergePeople
from chancela.usecases.propose_contact import ProposeContact
from chancela.usecases.see_record import SeeRecord
from tests.promises.test_walls import Overheard, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from chancela.bootstrap.deeds import Command
    from chancela.bootstrap.settings import Settings
    from tests.cast import Cast, Tenant

NOTHING = Refused(Refusal.NOT_FOUND)
WHY = "A pessoa ligou e pediu ajuda."
NEW = "41900001111"


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    """The app, its statements overheard."""
    app = App(settings)
    app.pool.connection_class = Overheard
    async with app:
        yield app


def manager(ans: str) -> Actor:
    return Actor(ans, ActorKind.MANAGER, "gestora", assured_at=datetime.now(UTC))


async def person(app: App, tenant: Tenant, nth: int = 0) -> UUID:
    found = await app.reads.person(tenant.desk, tenant.people[nth].card_number)
    assert found is not None
    return found.beneficiary.id


async def call(app: App, tenant: Tenant, caller: UUID) -> Actor:
    """An agent in a call of somebody's who was identified."""
    now, id_ = datetime.now(UTC), uuid4()
    async with app.pool.connection() as connection, connection.pipeline():
        opening = await worlds.opening(connection, tenant.ans)
        operator, at = await worlds.opened(opening, tenant.ans)
        world = worlds.world(connection, operator, at, app.means, Look.CASES)
        (protocol,) = await world.cases.protocols(1)
        opened = Call(id_, "central", protocol, now, person_id=caller, identified_at=now)
        await world.calls.save([CallStep(opened)])
    return Actor(tenant.ans, ActorKind.AGENT, "central", call=id_)


async def alike(app: App, commands: Callable[[UUID], Command], foreign: UUID) -> None:
    """A foreign id takes the same statements and gets the same answer as an unknown one."""
    theirs = await told(app.do(commands(foreign)))
    assert theirs == await told(app.do(commands(uuid4())))
    assert theirs[0] == NOTHING


async def test_files_of_another_operator_are_like_none(app: App, house: Cast):
    aurora, cambui = house.aurora, house.cambui
    theirs, own, by = await person(app, aurora), await person(app, cambui), manager(cambui.ans)
    for part in Part:
        await alike(app, lambda whom, part=part: SeeRecord(by, whom, part, WHY), theirs)  # type: ignore[misc]
    for what in What:
        await alike(app, lambda whom, what=what: ChangeRecord(by, whom, what, WHY, uuid4()), theirs)  # type: ignore[misc]
    await alike(app, lambda whom: MergePeople(by, whom, own, WHY), theirs)
    await alike(app, lambda whom: MergePeople(by, own, whom, WHY), theirs)
    contact = await app.reads.person(aurora.desk, aurora.first.card_number)
    assert contact is not None
    held = contact.contacts[0].id
    await alike(app, lambda id_: ChangeRecord(by, own, What.CONTEST, WHY, id_), held)


async def test_held_contacts_and_calls_of_another_operator_are_like_none(app: App, house: Cast):
    aurora, cambui = house.aurora, house.cambui
    theirs, own = await person(app, aurora), await person(app, cambui)
    there, here = await call(app, aurora, theirs), await call(app, cambui, own)
    hold: Any = await app.do(ProposeContact(there, theirs, ContactKind.MOBILE, NEW))
    assert isinstance(hold, Hold)
    for accept in (True, False):
        await alike(app, lambda id_, accept=accept: DecideContact(manager(cambui.ans), id_, accept), hold.id)  # type: ignore[misc]
    await alike(app, lambda whom: ProposeContact(here, whom, ContactKind.MOBILE, NEW), theirs)
    mixed = Actor(cambui.ans, ActorKind.AGENT, "central", call=there.call)
    assert await app.do(ProposeContact(mixed, own, ContactKind.MOBILE, NEW)) == NOTHING
    assert await app.do(ApplyContacts(Actor(cambui.ans, ActorKind.SYSTEM, "worker"), 5)) == 0
    assert await holds.one(app.pool, cambui.ans, hold.id) is None
    assert await holds.listed(app.pool, cambui.ans) == () and len(await holds.listed(app.pool, aurora.ans)) == 1
    assert (await app.do(DecideContact(manager(aurora.ans), hold.id, accept=False))).end is not None


async def test_within_an_operator_nobody_asks_for_whom_the_caller_does_not_manage(app: App, house: Cast):
    cambui = house.cambui
    caller = await person(app, cambui)
    by = await call(app, cambui, caller)
    neighbour = next(each for each in cambui.people if each.holder_card is None and each is not cambui.first)
    found = await app.reads.person(cambui.desk, neighbour.card_number)
    assert found is not None
    assert await app.do(ProposeContact(by, found.beneficiary.id, ContactKind.MOBILE, NEW)) == NOTHING


async def test_readings_of_files_find_nothing_of_another_operator(app: App, house: Cast):
    aurora, cambui = house.aurora, house.cambui
    theirs = await person(app, aurora)
    assert await record_reads.sheet(app.pool, cambui.ans, theirs) is None
    own = {each.card_number for each in cambui.people}
    other = next(each for each in aurora.people if each.card_number not in own)
    for asked in (record_reads.by_card(other.card_number), record_reads.by_cpf(str(other.cpf))):
        assert await record_reads.search(app.pool, cambui.ans, asked) == ()
