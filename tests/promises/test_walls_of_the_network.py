"""security.md 10 in the network: a provider or a professional of another operator is like none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from chancela.adapters.postgres import network_reads
from chancela.adapters.postgres.network_reads import Asked
from chancela.bootstrap.app import App
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.professional import Professional
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.admit_provider import AdmitProvider
from chancela.usecases.put_professional import PutProfessional
from chancela.usecases.put_provider import PutProvider
from chancela.usecases.see_provider import SeeProvider
from tests.promises.test_walls import Overheard, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from chancela.bootstrap.deeds import Command
    from chancela.bootstrap.settings import Settings
    from tests.cast import Cast

NOTHING = Refused(Refusal.NOT_FOUND)
WHY = "O prestador pediu para conferir."
OWN = "A-77"


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    """The app, its statements overheard."""
    app = App(settings)
    app.pool.connection_class = Overheard
    async with app:
        yield app


def manager(ans: str) -> Actor:
    return Actor(ans, ActorKind.MANAGER, "gestora")


def dentist(by: Actor, code: str, id_: Any = None, name: str = "Rosa Prado") -> PutProfessional:
    return PutProfessional(by, code, id_, name, "CRO", "1", "PR", (), ("41990001234",))


async def test_providers_of_another_operator_are_like_none(app: App, house: Cast, database_url: str):
    aurora, by = house.aurora, manager(house.cambui.ans)
    with psycopg.connect(database_url) as owner:
        owner.execute(
            "INSERT INTO chancela.provider (operator, code, name, specialties) VALUES (%s, %s, 'Só da Aurora', '{x}')",
            (aurora.ans, OWN),
        )
    for asked in (Asked(text="so da aurora"), Asked(specialty="x")):
        assert [each.code for each in await network_reads.listed(app.pool, aurora.ans, asked, None)] == [OWN]
        assert await network_reads.listed(app.pool, by.operator, asked, None) == ()
    commands: tuple[Callable[[str], Command], ...] = (
        lambda code: SeeProvider(by, code, WHY),
        lambda code: PutProvider(by, code, "Meu agora", (), (), ()),
        lambda code: AdmitProvider(by, code, active=False, reason=WHY),
        lambda code: dentist(by, code),
    )
    for command in commands:
        foreign = await told(app.do(command(OWN)))
        assert foreign == await told(app.do(command("nenhum")))
        assert foreign[0] == NOTHING
    assert await network_reads.sheet(app.pool, by.operator, OWN) is None
    assert await network_reads.sheet(app.pool, aurora.ans, OWN) is not None


async def test_a_professional_of_another_operator_is_like_none(app: App, house: Cast):
    aurora, cambui = house.aurora, house.cambui
    there: Any = await app.do(dentist(manager(aurora.ans), aurora.provider))
    assert isinstance(there, Professional)
    by = manager(cambui.ans)
    asked = await told(app.do(dentist(by, cambui.provider, there.id, "Outra")))
    assert asked == await told(app.do(dentist(by, cambui.provider, uuid4(), "Outra")))
    assert asked[0] == NOTHING
    sheet = await network_reads.sheet(app.pool, aurora.ans, aurora.provider)
    assert sheet is not None and [each.name for each in sheet.house.professionals] == ["Rosa Prado"]
