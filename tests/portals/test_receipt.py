"""The receipt of an attendance: printed on one sheet, signed in a file, and shown to nobody else."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest
from joserfc import jwk, jws

from chancela.portals.hand.views import receipt
from tests.portals.browsing import Visitor
from tests.portals.hands import Hand
from tests.portals.test_browser import LOOKS, browsing, faults
from tests.portals.test_codes import ANS, guia_of, place, shown
from tests.portals.test_help import ZILDA, ZILDA_BORN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser as Chromium

    from tests.portals.conftest import Installation


@pytest.fixture(scope="module")
def zilda(demo: Installation) -> Iterator[Hand]:
    with Hand(demo.url, ANS) as hand:
        yield hand.enter(ZILDA, ZILDA_BORN)


@pytest.fixture(scope="module")
def murilo(demo: Installation) -> Iterator[Hand]:
    with Hand(demo.url, ANS) as hand:
        yield hand.enter("00300001101", dt.date(1988, 3, 21))


@pytest.fixture(scope="module")
def done(demo: Installation, zilda: Hand) -> tuple[str, str]:
    """A guia of hers that is validated: its id and number."""
    with Visitor(demo.url) as desk:
        desk.sign_in(ANS)
        guia, number = guia_of(desk, ZILDA)
        zilda.open(zilda.home)
        zilda.send(place(zilda, guia, "gerar/"))
        desk.open(f"/balcao/guias/{guia}/codigo/")
        desk.send(f"/balcao/guias/{guia}/validar/", code=shown(zilda, guia))
        assert "VALIDADA" in desk.text
    return guia, number


def test_a_confirmed_attendance_leads_to_its_receipt(zilda: Hand, done: tuple[str, str]):
    guia, number = done
    zilda.open(place(zilda, guia))
    assert f'href="{place(zilda, guia, "comprovante/")}"' in zilda.page.text
    zilda.open(place(zilda, guia, "comprovante/"))
    said = zilda.text
    assert f"Operadora Cambuí Odonto ANS {ANS} Guia {number} Prestador Clínica Jatobá 10003" in said
    assert re.search(r"Confirmado em [0-9]{1,2} de \w+ de 20[0-9]{2} às [0-9]{2}:[0-9]{2} hora de Brasília", said)
    assert re.search(r"Código dado na hora Código de validação [0-9A-Z]{10} ", said)
    assert "Zilda" not in said.split("Comprovante de atendimento")[1]
    assert zilda.page.headers["cache-control"] == "no-store"


def test_the_file_is_signed_and_is_the_one_of_the_sheet(zilda: Hand, done: tuple[str, str]):
    guia, number = done
    zilda.open(place(zilda, guia, "comprovante/"))
    sheet = zilda.text
    got = zilda.http.get(place(zilda, guia, "comprovante/arquivo/"))
    assert got.headers["content-type"] == "application/jose"
    assert got.headers["content-disposition"] == f'attachment; filename="comprovante-{number}.jws"'
    assert got.headers["cache-control"] == "no-store"
    assert receipt.fingerprint(got.text) in sheet
    told = re.search(r"http://\S+/\.well-known/jwks\.json", sheet)
    assert told
    keys = jwk.KeySet.import_key_set(httpx.get(told[0], timeout=20).json())
    claims = json.loads(jws.deserialize_compact(got.text, keys, algorithms=["Ed25519"]).payload)
    assert (claims["guia"], claims["jti"]) == (number, guia)
    assert claims["validation_code"] in sheet


@pytest.mark.parametrize("more", ["comprovante/", "comprovante/arquivo/"])
def test_anothers_receipt_answers_like_an_unknown_one(murilo: Hand, done: tuple[str, str], more: str):
    unknown = str(uuid4())
    answers = [murilo.open(place(murilo, each, more)) for each in (done[0], unknown)]
    assert [each.status_code for each in answers] == [404, 404]
    assert len({_bare(each.text, done[0], unknown) for each in answers}) == 1


def _bare(text: str, *ids: str) -> str:
    return re.sub("|".join(ids), "", re.sub(r'value="[^"]{64}"', "", text))


@pytest.mark.parametrize("more", ["comprovante/", "comprovante/arquivo/"])
def test_before_it_is_confirmed_there_is_no_receipt(zilda: Hand, desk: Visitor, more: str):
    guia, _number = guia_of(desk, ZILDA)
    zilda.open(place(zilda, guia))
    assert "comprovante" not in zilda.page.text
    assert zilda.open(place(zilda, guia, more)).status_code == 404


@pytest.mark.parametrize("more", ["comprovante/", "comprovante/arquivo/"])
def test_a_stranger_is_led_to_the_door(demo: Installation, done: tuple[str, str], more: str):
    with Visitor(demo.url) as stranger:
        stranger.open(f"/app/{ANS}/guias/{done[0]}/{more}")
        assert stranger.path == f"/app/{ANS}/entrar/"


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_receipt_is_sound(
    browser: Chromium, demo: Installation, zilda: Hand, done: tuple[str, str], size: str, scheme: str
):
    with browsing(browser, demo, size, scheme) as context:
        zilda.lend(context)
        page = context.new_page()
        page.goto(place(zilda, done[0], "comprovante/"))
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert [*faults(page), *([wide] if wide > 0 else [])] == []


@pytest.mark.browser
def test_a_receipt_is_one_sheet_black_on_white(
    browser: Chromium, demo: Installation, zilda: Hand, done: tuple[str, str]
):
    with browsing(browser, demo, "phone", "dark") as context:
        zilda.lend(context)
        page = context.new_page()
        page.goto(place(zilda, done[0], "comprovante/"))
        printed = page.pdf(format="A4", print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
        page.emulate_media(media="print")
        assert page.is_visible(".seal.pressed")
        assert not page.is_visible("text=Baixar o comprovante")
        assert not page.is_visible(".hand-nav")
        colours = "({ color, backgroundColor }) => [color, backgroundColor]"
        assert page.evaluate(f"({colours})(getComputedStyle(document.body))") == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
        assert page.evaluate("getComputedStyle(document.querySelector('.seal')).color") == "rgb(0, 0, 0)"
