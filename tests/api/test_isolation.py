"""security.md 10: nobody sees or changes a thing of another operator or provider; a foreign id is like an unknown."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from tests.api.caller import Caller
from tests.api.conftest import NewCaller

if TYPE_CHECKING:
    import httpx

    from tests.cast import Tenant

CALLS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("POST", "/token", {}),
    ("POST", "/validation", {"code": "123456"}),
    ("POST", "/cancellation", {"why": "x"}),
    ("GET", "/receipt", None),
    ("GET", "/events", None),
]
REVIEW = ("POST", "/review", {"decisions": [{"item": 1, "authorisation": "authorised"}]})


async def ask(caller: Caller, method: str, guia_id: object, rest: str, body: Any) -> httpx.Response:
    path = f"/v1/guias/{guia_id}{rest}"
    return await (caller.get(path) if method == "GET" else caller.post(path, body))


def told(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    return answer.status_code, dict(answer.headers), answer.content


@pytest.fixture
async def guia_id(clinic: Caller, aurora: Tenant) -> UUID:
    """A guia of Aurora's desk provider, with a live code."""
    found = (await clinic.enter(aurora)).json()["id"]
    await clinic.post(f"/v1/guias/{found}/token")
    return UUID(found)


async def test_another_operators_guia_is_like_none(new_caller: NewCaller, cambui: Tenant, guia_id: UUID):
    stranger = await new_caller(cambui)
    for method, rest, body in [*CALLS, REVIEW]:
        foreign = await ask(stranger, method, guia_id, rest, body)
        unknown = await ask(stranger, method, uuid4(), rest, body)
        malformed = await ask(stranger, method, "no-uuid", rest, body)
        assert foreign.status_code == 404, rest
        assert told(foreign) == told(unknown) == told(malformed), rest


async def test_another_providers_guia_is_like_none(new_caller: NewCaller, aurora: Tenant, guia_id: UUID):
    neighbour = await new_caller(aurora, aurora.other_provider)
    for method, rest, body in CALLS:
        foreign = await ask(neighbour, method, guia_id, rest, body)
        unknown = await ask(neighbour, method, uuid4(), rest, body)
        assert foreign.status_code == 404, rest
        assert told(foreign) == told(unknown), rest


async def test_nothing_happened_to_the_guia(
    new_caller: NewCaller, clinic: Caller, aurora: Tenant, cambui: Tenant, guia_id: UUID
):
    before = (await clinic.get(f"/v1/guias/{guia_id}")).json()
    for stranger in (await new_caller(cambui), await new_caller(aurora, aurora.other_provider)):
        for method, rest, body in CALLS:
            await ask(stranger, method, guia_id, rest, body)
    assert (await clinic.get(f"/v1/guias/{guia_id}")).json() == before


async def test_an_id_has_one_form(clinic: Caller, guia_id: UUID):
    whole = str(guia_id)
    assert (await ask(clinic, "GET", whole.upper(), "", None)).status_code == 200
    for text in (guia_id.hex, f"{{{whole}}}", f"urn:uuid:{whole}", f"٠{whole[1:]}", f"{whole}%0A", f"{whole}%20"):
        assert (await ask(clinic, "GET", text, "", None)).status_code == 404, text


async def test_lists_hold_ones_own_alone(
    new_caller: NewCaller, clinic: Caller, core_system: Caller, aurora: Tenant, cambui: Tenant, guia_id: UUID
):
    async def listed(caller: Caller, **asked: str) -> list[str]:
        return [each["id"] for each in (await caller.get("/v1/guias", params=asked)).json()["items"]]

    assert await listed(clinic) == await listed(core_system) == [str(guia_id)]
    assert await listed(await new_caller(cambui)) == []
    neighbour = await new_caller(aurora, aurora.other_provider)
    assert await listed(neighbour) == await listed(neighbour, provider=aurora.provider) == []
    assert await listed(neighbour, card_number=aurora.first.card_number) == []


async def test_a_provider_enters_guias_for_itself_alone(new_caller: NewCaller, aurora: Tenant):
    neighbour = await new_caller(aurora, aurora.other_provider)
    foreign = await neighbour.enter(aurora)
    unknown = await neighbour.enter(aurora, provider="does not exist")
    assert foreign.status_code == 422
    assert told(foreign) == told(unknown)


async def test_people_of_another_operator_are_like_none(new_caller: NewCaller, aurora: Tenant, cambui: Tenant):
    stranger = await new_caller(cambui, cambui.provider)
    card = next(
        each.card_number for each in aurora.people if each.card_number not in {p.card_number for p in cambui.people}
    )
    foreign = await stranger.get(f"/v1/beneficiaries/{card}")
    unknown = await stranger.get("/v1/beneficiaries/0")
    assert foreign.status_code == 404
    assert told(foreign) == told(unknown)


async def test_a_foreign_id_takes_no_longer_than_an_unknown_one(
    new_caller: NewCaller, aurora: Tenant, cambui: Tenant, guia_id: UUID
):
    """The quickest of many are near: what is left is less than what a network adds by itself."""
    for stranger in (await new_caller(cambui), await new_caller(aurora, aurora.other_provider)):
        times: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(160):
            began = time.perf_counter()
            await ask(stranger, "GET", guia_id if turn % 2 else uuid4(), "", None)
            times[bool(turn % 2)].append(time.perf_counter() - began)
        assert abs(min(times[True]) - min(times[False])) < 0.002
