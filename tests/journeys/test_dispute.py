"""«Não fui eu» in the hand after the attendance: the desk answers, the office decides in writing, billing is told."""

from __future__ import annotations

import datetime as dt
import http.server
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.aggregators import Asked
from tests.journeys.walk import HAND, PATIENCE_MS
from tests.portals.hands import Hand
from tests.receiving import verified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journeys.conftest import NewWalk
    from tests.journeys.walk import Walk
    from tests.running import Running

pytestmark = pytest.mark.browser
ANS, CARD, BORN = "999003", "00300000601", dt.date(1966, 2, 7)
SIDE = "A pessoa veio às dez e assinou a ficha de presença."
EVENTS = ["attendance.disputed", "attendance.dispute_decided"]
TEXT = "Falamos com a pessoa e com a clínica: a visita não aconteceu."


@pytest.fixture
def heard() -> Iterator[tuple[str, list[Asked]]]:
    """A billing system on this machine, and what it was told."""
    told: list[Asked] = []

    class Billing(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.append(Asked("POST", self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Billing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/chancela", told
    server.shutdown()
    server.server_close()


def subscribed(live: Running, url: str) -> str:
    """The secret of a webhook that the operator's own system opened."""
    client = live.operator(ANS)
    with httpx.Client(base_url=live.url, timeout=20) as system:
        form = {"grant_type": "client_credentials"}
        answer = system.post("/oauth/token", data=form, auth=(client["client_id"], client["client_secret"]))
        bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        wish = {"url": url, "events": EVENTS}
        made = system.post("/v1/webhooks", json=wish, headers=bearer)
    assert made.status_code == 201, made.text
    return str(made.json()["secret"])


def test_nao_fui_eu_depois_da_visita(live: Running, stranger: NewWalk, operator: NewWalk, heard: Any):
    url, told = heard
    secret = subscribed(live, url)
    walk = stranger(ANS, viewport={"width": HAND[0], "height": HAND[1]})
    with Hand(walk.town.url, ANS) as hand:
        hand.enter(CARD, BORN).lend(walk.context)
    guia, number = attended(walk)

    disowns(walk, guia)
    walk.desk.open(f"{guia}contestacao/")
    walk.desk.send(f"{guia}contestacao/", text=SIDE)
    decides(operator(ANS), number)
    walk.page.goto(in_hand(guia))
    walk.page.wait_for_selector(f"text={TEXT}")
    walk.spotless()
    assert TEXT in walk.desk.open(guia).text

    until = time.monotonic() + PATIENCE_MS / 1000
    while len(told) < len(EVENTS) and time.monotonic() < until:
        time.sleep(0.05)
    messages = [verified(secret, each) for each in told]
    assert [each["type"] for each in messages] == EVENTS
    assert {each["data"]["guia"]["number"] for each in messages} == {number}
    assert messages[-1]["data"]["guia"]["dispute"]["outcome"] == "did_not_happen"


def in_hand(guia: str) -> str:
    """Where the person reads about a guia of the desk's."""
    return f"/app/{ANS}/guias/{guia.split('/')[-2]}/"


def attended(walk: Walk) -> tuple[str, str]:
    """A guia whose code was given at the desk, and its number."""
    walk.desk.sign_in(ANS)
    guia = walk.desk.new_guia(CARD)
    number = walk.desk.number
    walk.desk.sent(guia)
    walk.desk.send(f"{guia}validar/", code=walk.desk.code(CARD, number))
    return guia, number


def disowns(walk: Walk, guia: str) -> None:
    """Say in the hand that it was not oneself; the desk sees it."""
    walk.page.goto(in_hand(guia))
    walk.page.click("text=Não fui eu")
    walk.page.click("main form button:has-text('Não fui eu')")
    walk.page.wait_for_selector("text=O atendimento fica contestado")
    walk.spotless()
    walk.desk.open(guia)
    assert "CONTESTADA" in walk.desk.text


def decides(office: Walk, number: str) -> None:
    """Read both sides at the office and answer in writing."""
    office.page.click("nav >> text=Casos")
    office.spotless()
    office.page.click(f"tr:has-text('{number}') >> text=Decidir")
    office.page.wait_for_selector(f"text={SIDE}")
    office.spotless()
    office.page.check("[name=choice][value=no]")
    office.page.fill("[name=text]", TEXT)
    office.page.click("text=Registrar a decisão")
    office.page.wait_for_selector("[role=status] >> text=não aconteceu e não é pago")
    office.page.click("text=Resposta por escrito")
    office.page.wait_for_selector("article.denial")
    office.spotless()
