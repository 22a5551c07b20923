"""The network as the operator's desk reads it: found by words, specialty and standing, page after page."""

from __future__ import annotations

from typing import Any

import pytest

from chancela.adapters.postgres import network_reads
from chancela.adapters.postgres.network_reads import Asked
from tests.adapters.postgres.stages import PostgresStage, Stage
from tests.adapters.postgres.test_network_contract import dentist, house, put
from tests.usecases.scene import ANS, CLOSED, NEIGHBOUR, PROVIDER

pytestmark = pytest.mark.parametrize("stage", ["postgres"], indirect=True)


@pytest.fixture
async def network(stage: Stage) -> PostgresStage:
    """Three providers whose names share words."""
    assert isinstance(stage, PostgresStage)
    await put(stage, name="Clínica Água Viva", specialties=("ortodontia", "periodontia"))
    await put(stage, NEIGHBOUR, name="Água Clara Odontologia", specialties=("periodontia",))
    await put(stage, CLOSED, name="Casa da Água e da Água", specialties=())
    return stage


async def listed(stage: PostgresStage, after: tuple[str, str] | None = None, **asked: Any) -> list[str]:
    found = await network_reads.listed(stage.pool, ANS, Asked(**asked), after, 25)
    return [each.code for each in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [NEIGHBOUR, CLOSED, PROVIDER]),
        ("agua", [NEIGHBOUR, CLOSED, PROVIDER]),
        ("Água  v", [PROVIDER]),
        ("ODONTO", [NEIGHBOUR]),
        ("viva água", []),
        ("gua", []),
        ("%", []),
    ],
)
async def test_providers_are_found_by_the_beginning_of_any_word(network: PostgresStage, text: str, found: list[str]):
    assert sorted(await listed(network, text=text)) == sorted(found)


async def test_each_is_found_once_in_the_order_of_names_and_pages_go_on(network: PostgresStage):
    assert await listed(network) == [NEIGHBOUR, CLOSED, PROVIDER]
    for asked in ({}, {"text": "agua"}, {"specialty": "periodontia"}):
        whole = await network_reads.listed(network.pool, ANS, Asked(**asked), None, 25)
        assert len({each.code for each in whole}) == len(whole)
        for place, each in enumerate(whole):
            rest = await network_reads.listed(network.pool, ANS, Asked(**asked), (each.key, each.code), 25)
            assert rest == whole[place + 1 :]
    assert len(await network_reads.listed(network.pool, ANS, Asked(), None, 2)) == 2


async def test_providers_are_found_by_specialty_and_standing(network: PostgresStage):
    assert await listed(network, specialty="periodontia") == [NEIGHBOUR, PROVIDER]
    assert await listed(network, specialty="ortodontia", text="agua") == [PROVIDER]
    assert await listed(network, specialty="orto") == []
    assert await listed(network, active=False) == [CLOSED]
    assert await listed(network, active=True, text="agua") == [NEIGHBOUR, PROVIDER]
    assert await listed(network, active=False, specialty="periodontia") == []


async def test_a_name_that_changed_is_found_by_its_new_words_alone(network: PostgresStage):
    await put(network, name="Sorriso", specialties=())
    assert await listed(network, text="viva") == await listed(network, specialty="ortodontia") == []
    assert await listed(network, text="sorr") == [PROVIDER]


async def test_specialties_of_the_network_are_told_once_each(network: PostgresStage):
    assert await network_reads.specialties(network.pool, ANS) == ("ortodontia", "periodontia")


async def test_a_sheet_tells_everything_of_a_provider(network: PostgresStage):
    await dentist(network)
    for code in (PROVIDER, CLOSED):
        await network.execute(f"UPDATE chancela.provider SET document = '11222333000181' WHERE code = '{code}'")  # noqa: S608
    sheet = await network_reads.sheet(network.pool, ANS, PROVIDER)
    assert sheet is not None
    assert (sheet.house.document, [each.name for each in sheet.house.professionals]) == (
        "11222333000181",
        ["Rosa Prado"],
    )
    assert [each.code for each in sheet.twins] == [CLOSED]
    assert [each.kind for each in sheet.history] == ["network:professional:changed", "network:provider:changed"]
    assert (sheet.guias, sheet.sends, sheet.wrong, sheet.reports, sheet.pauses) == (0, 0, 0, 0, 0)
    assert await network_reads.sheet(network.pool, "999001", PROVIDER) is None
    assert [each.code for each in await network_reads.by_code(network.pool, ANS, PROVIDER)] == [PROVIDER]
    assert await network_reads.by_code(network.pool, ANS, "nenhum") == ()
    assert [name for name, _ in await network_reads.professionals(network.pool, ANS, PROVIDER)] == ["Rosa Prado"]


async def test_an_import_that_ends_a_provider_says_since_when(network: PostgresStage):
    """Whatever changes the row: the hour comes with the state, and goes with it."""
    await network.execute(f"UPDATE chancela.provider SET active = false WHERE code = '{PROVIDER}'")  # noqa: S608
    assert (await house(network)).ended_at is not None
    await network.execute(f"UPDATE chancela.provider SET active = true WHERE code = '{PROVIDER}'")  # noqa: S608
    assert (await house(network)).ended_at is None
