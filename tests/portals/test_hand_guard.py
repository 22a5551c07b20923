"""The guard of changes and the cookies of the door, without a server."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from chancela.bootstrap.door import Session
from chancela.domain import session as sessions
from chancela.domain.people import Operator
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.portals.hand import devices, door, keeping
from chancela.usecases.enter import Opened
from tests.domain import made

ANS = "999001"
RECORD = sessions.opened(UUID(int=9), made.ANA, "segredo", "Firefox", made.NOW, stays=True)
OVER_HTTPS = {"HTTPS": True, "PERSON_COOKIE_NAME": "__Host-pessoa", "ENTRY_COOKIE_NAME": "__Host-entrada"}


def hand(minutes: float, request: HttpRequest) -> door.Hand:
    """Ana, so long after she entered a code."""
    now = made.NOW + timedelta(minutes=minutes)
    actor = Actor(ANS, ActorKind.BENEFICIARY, "ana", person=made.ANA)
    session = Session(RECORD.id, actor, made.person(), RECORD, now)
    nothing: Any = None
    return door.Hand(nothing, request, Operator(ANS, "Operadora Exemplo", LATEST_CODE_WINS), session)


@door.step_up
async def change(hand: door.Hand) -> HttpResponse:
    return HttpResponse("feito")


async def test_a_change_is_made_with_a_code_of_the_last_fifteen_minutes():
    answer = await change(hand(14.9, RequestFactory().post("/app/999001/familia/")))
    assert answer.status_code == 200


@pytest.mark.parametrize(("method", "query"), [("get", "?next=%2Fapp%2F999001%2Ffamilia%2F"), ("post", "")])
async def test_an_older_one_leads_to_confirming_first(method: str, query: str):
    answer = await change(hand(15, getattr(RequestFactory(), method)("/app/999001/familia/")))
    assert (answer.status_code, answer["Location"]) == (303, f"/app/{ANS}/conta/confirmar/{query}")


@override_settings(**OVER_HTTPS)
@pytest.mark.parametrize("stays", [True, False])
def test_over_https_a_session_cannot_be_set_by_another_host_nor_read_by_a_script(stays: bool):
    response = HttpResponse()
    keeping.keep_session(response, ANS, Opened(RECORD, "segredo"), stays=stays)
    own, slip = response.cookies[f"__Host-pessoa-{ANS}"], response.cookies[f"__Host-entrada-{ANS}"]
    assert (own.value, own["path"], own["domain"], own["samesite"]) == ("segredo", "/", "", "Lax")
    assert own["secure"] and own["httponly"] and own["max-age"] == (30 * 24 * 3600 if stays else "")
    assert (slip.value, slip["max-age"], slip["secure"], slip["path"]) == ("", 0, True, "/")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit Chrome/140 Mobile Safari/537", "Chrome · Android"),
        ("Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28 Chrome/140 Safari", "Samsung Internet · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) Version/19 Safari", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge · Windows"),
        ("curl/8", "Aparelho sem nome"),
        ("", "Aparelho sem nome"),
    ],
)
def test_a_device_has_a_name_that_its_owner_knows(agent: str, name: str):
    assert devices.name(RequestFactory(headers={"User-Agent": agent}).get("/")) == name


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_an_address_stands_for_its_house(address: str, place: str):
    assert devices.place(RequestFactory(REMOTE_ADDR=address).get("/")) == place


def test_who_stays_is_known_by_the_life_of_the_session():
    assert sessions.stays(RECORD)
    assert not sessions.stays(replace(RECORD, expires_at=RECORD.created_at + sessions.VISIT))
