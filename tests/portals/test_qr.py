"""The QR at the desk: it leads the person's phone to «Gerar token» with the guia chosen, and holds nothing secret."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
import segno

from tests.portals.browsing import Visitor
from tests.portals.hands import Hand
from tests.portals.test_codes import ANS, MARCIA, TAINA
from tests.portals.test_pocket import came_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.portals.conftest import Installation

PROVIDER = "10003"


@pytest.fixture(scope="module")
def marcia(demo: Installation) -> Iterator[Hand]:
    with came_in(demo, MARCIA) as hand:
        yield hand


def place(number: str) -> str:
    return f"/app/{ANS}/gerar/?guia={number}&prestador={PROVIDER}"


def drawn(address: str) -> bytes:
    """The symbol of an address, as another would draw it."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=4, omitsize=True, dark="#000", light="#fff"
    )
    return out.getvalue()


def test_the_qr_of_a_guia_that_awaits_its_code_is_an_address_of_the_hand(desk: Visitor, demo: Installation):
    guia = desk.new_guia(MARCIA)
    desk.open(guia)
    assert f'src="{guia}qr.svg"' in desk.page.text
    assert f"Guia {desk.number} Prestador {PROVIDER}" in desk.text
    answer = desk.http.get(f"{guia}qr.svg")
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("image/svg+xml", "no-store")
    assert answer.content == drawn(f"{demo.url}{place(desk.number)}")


def test_a_guia_that_awaits_none_has_no_qr(desk: Visitor):
    guia = desk.new_guia(MARCIA)
    desk.sent(guia)
    desk.send(f"{guia}validar/", code=desk.code(MARCIA, desk.number))
    desk.open(guia)
    assert "qr.svg" not in desk.page.text
    assert desk.open(f"{guia}qr.svg").status_code == 404


def test_the_qr_of_another_providers_guia_is_like_that_of_none(desk: Visitor, demo: Installation):
    guia = desk.new_guia(MARCIA)
    with Visitor(demo.url) as other:
        other.sign_in("999001")
        answers = [other.open(path) for path in (f"{guia}qr.svg", f"{guia[:-5]}0000/qr.svg")]
    assert [each.status_code for each in answers] == [404, 404]


def test_read_with_a_signal_it_opens_the_guia_chosen(marcia: Hand, desk: Visitor):
    guia = desk.new_guia(MARCIA).split("/")[-2]
    marcia.open(place(desk.number))
    assert "A guia que você leu" in marcia.text and desk.number in marcia.text
    marcia.send(f"{marcia.home}guias/{guia}/gerar/")
    assert marcia.path.endswith(f"/guias/{guia}/") and "Ver o código" in marcia.text
    marcia.open(place(desk.number))
    assert marcia.path.endswith(f"/guias/{guia}/")


def test_read_before_signing_in_it_is_opened_afterwards(desk: Visitor, demo: Installation):
    desk.new_guia(TAINA)
    with Hand(demo.url, ANS) as hand:
        hand.open(place(desk.number))
        assert hand.path.endswith("/entrar/")
        assert hand.page.url.params["next"] == place(desk.number)


@pytest.mark.parametrize("number", ["2026999999999", "12", "٢٠٢٦٠٠٠٠٠٠٠٠١", "<b>"])
def test_a_number_that_is_nobodys_says_what_to_do(marcia: Hand, number: str):
    marcia.open(place(number))
    assert marcia.page.status_code == 422
    assert "Não há guia com este número para você." in marcia.text


def test_anothers_guia_is_like_one_that_is_not_there(marcia: Hand, desk: Visitor):
    desk.new_guia(TAINA)
    marcia.open(place(desk.number))
    assert marcia.page.status_code == 422
    assert "Não há guia com este número para você." in marcia.text
