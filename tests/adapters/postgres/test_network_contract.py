"""What files of providers promise, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from chancela.domain.network import House
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.professional import Professional
from chancela.domain.refusal import Refusal
from chancela.usecases.admit_provider import AdmitProvider
from chancela.usecases.put_professional import PutProfessional
from chancela.usecases.put_provider import PutProvider
from chancela.usecases.see_provider import SeeProvider
from tests.usecases.scene import ANS, NEIGHBOUR, PROVIDER, reason

if TYPE_CHECKING:
    from tests.adapters.postgres.stages import Stage

WHY = "Saiu da rede a pedido dele."
MANAGER = Actor(ANS, ActorKind.MANAGER, "gestora")
MOBILE, EMAIL = "+5541900001234", "rosa@example.com"


async def house(stage: Stage, code: str = PROVIDER) -> House:
    async with stage.world(SeeProvider) as world:
        found: dict[str, House] = await world.network_desk.load([code, "nenhum"])
    assert set(found) == {code}
    return found[code]


async def put(stage: Stage, code: str = PROVIDER, **said: Any) -> Any:
    typed = {"name": "Odonto Água Viva", "specialties": ("ortodontia",), "phones": (), "emails": (), **said}
    (made,) = await stage.do(PutProvider(MANAGER, code, **typed))
    return made


async def admit(stage: Stage, *, active: bool, code: str = PROVIDER) -> Any:
    (made,) = await stage.do(AdmitProvider(MANAGER, code, active, WHY))
    return made


async def dentist(stage: Stage, id_: Any = None, code: str = PROVIDER, **said: Any) -> Any:
    typed = {"name": "Rosa Prado", "council": "CRO", "number": "1", "uf": "PR", "phones": (MOBILE,), **said}
    (made,) = await stage.do(PutProfessional(MANAGER, code, id_, **typed))
    return made


async def sharing(stage: Stage, address: str) -> frozenset[str]:
    async with stage.world(SeeProvider) as world:
        found = await world.people.sharing([(stage.ana, address)])
    providers: frozenset[str] = found[stage.ana, address].providers
    return providers


async def test_what_was_put_stays_and_is_told(stage: Stage):
    await put(stage, phones=(MOBILE,), emails=(EMAIL,))
    found = (await house(stage)).provider
    assert (found.name, found.specialties, found.phones, found.emails) == (
        "Odonto Água Viva",
        {"ortodontia"},
        {MOBILE},
        {EMAIL},
    )
    assert [each.kind for each in await stage.trail()] == ["network:provider:changed"]


async def test_who_is_out_says_since_when_and_why_until_let_in_again(stage: Stage):
    out = await admit(stage, active=False)
    held = await house(stage)
    assert (held.provider.active, held.ended_at, held.ended_why) == (False, out.ended_at, WHY)
    async with stage.world(SeeProvider) as world:
        assert not (await world.network.by_code([PROVIDER]))[PROVIDER].active
    await admit(stage, active=True)
    again = await house(stage)
    assert (again.provider.active, again.ended_at, again.ended_why) == (True, None, None)


async def test_professionals_come_with_their_house_those_at_work_first(stage: Stage):
    one, other = await dentist(stage), await dentist(stage, name="Bia Reis", number="2", emails=(EMAIL,))
    assert await house(stage) == House((await house(stage)).provider, professionals=(other, one))
    ended = await dentist(stage, other.id, name="Bia Reis", number="2", active=False)
    assert (await house(stage)).professionals == (one, ended)
    assert (await house(stage, NEIGHBOUR)).professionals == ()


async def test_an_address_of_a_professional_is_the_providers_for_as_long_as_it_is_on_file(stage: Stage):
    one = await dentist(stage, emails=(EMAIL,))
    assert await sharing(stage, MOBILE) == await sharing(stage, EMAIL) == {PROVIDER}
    await dentist(stage, one.id, emails=(EMAIL,), active=False)
    await put(stage, phones=())
    assert await sharing(stage, MOBILE) == {PROVIDER}
    await dentist(stage, one.id, emails=(EMAIL,), phones=(), active=False)
    assert (await sharing(stage, MOBILE), await sharing(stage, EMAIL)) == (frozenset(), {PROVIDER})


async def test_of_two_who_add_one_entry_at_once_one_does(stage: Stage):
    done = await asyncio.gather(*(dentist(stage) for _ in range(3)))
    assert sum(isinstance(each, Professional) for each in done) == 1
    assert {reason(each) for each in done if not isinstance(each, Professional)} == {Refusal.PROFESSIONAL_KNOWN}
    assert len((await house(stage)).professionals) == len(await stage.trail()) == 1


async def test_of_two_who_put_one_out_at_once_one_does(stage: Stage):
    done = await asyncio.gather(*(admit(stage, active=False) for _ in range(3)))
    assert sum(isinstance(each, House) for each in done) == 1
    assert len(await stage.trail()) == 1


async def test_nothing_is_written_without_a_step(stage: Stage):
    async with stage.world(SeeProvider) as world:
        await world.network_desk.save([])
    assert await stage.trail() == []
