"""The family's pages: who is around a person, help by a link that is shown once, visits without an account, privacy."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.portals import kin
from tests.portals.browsing import Visitor
from tests.portals.hands import Hand
from tests.portals.kin import ANS, CAETANO, IARA, NOEMI, TEODORA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.portals.conftest import Installation
    from tests.portals.kin import Relative

FAMILY, OFFER, PRIVACY = (f"/app/{ANS}/familia/{more}" for more in ("", "ajuda/", "privacidade/"))
HELD = "SELECT token_hash, row_to_json(t)::text FROM chancela.tie t WHERE of_id = %s"
SOON = (dt.date.today() + dt.timedelta(days=30)).isoformat()  # noqa: DTZ011 - any of these days does


@pytest.fixture(scope="module")
def ids(demo: Installation) -> dict[str, UUID]:
    return kin.settle(demo.database_url)


def entered(demo: Installation, who: Relative) -> Iterator[Hand]:
    with Hand(demo.url, ANS) as hand:
        yield hand.enter(who.card, who.born)


@pytest.fixture(scope="module")
def teodora(demo: Installation, ids: dict[str, UUID]) -> Iterator[Hand]:
    assert ids
    yield from entered(demo, TEODORA)


@pytest.fixture(scope="module")
def noemi(demo: Installation, ids: dict[str, UUID]) -> Iterator[Hand]:
    assert ids
    yield from entered(demo, NOEMI)


@pytest.fixture(scope="module")
def iara(demo: Installation, ids: dict[str, UUID]) -> Iterator[Hand]:
    assert ids
    yield from entered(demo, IARA)


@pytest.fixture
def stranger(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url) as visitor:
        yield visitor


@pytest.fixture(autouse=True)
def untied(demo: Installation, ids: dict[str, UUID]) -> Iterator[None]:
    """Each test begins with nobody helping and nothing hidden."""
    yield
    with psycopg.connect(demo.database_url) as connection:
        connection.execute("DELETE FROM chancela.tie WHERE of_id = ANY(%s)", (list(ids.values()),))
        connection.execute("UPDATE chancela.beneficiary SET private = false WHERE operator = %s", (ANS,))


def link(hand: Hand) -> str:
    """The path of the link on the page, which is shown there alone."""
    found = re.search(r'<p class="link" id="link">([^<]+)</p>', hand.page.text)
    assert found, hand.text
    return urlsplit(found[1]).path


def fields(hand: Visitor) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', hand.page.text))


def offer(hand: Hand, scope: str = "act", until: str = SOON) -> str:
    hand.open(OFFER)
    hand.post(OFFER, {**fields(hand), "scope": scope, "until": until})
    return link(hand)


def visit(hand: Hand, person: UUID, nights: str = "0") -> str:
    path = f"{FAMILY}visita/{person}/"
    hand.open(path)
    hand.post(path, {**fields(hand), "nights": nights})
    return link(hand)


def accept(hand: Hand, path: str) -> None:
    hand.open(path)
    hand.post(path, fields(hand))


def end_first(hand: Hand) -> None:
    hand.open(FAMILY)
    found = re.search(r'action="(/app/[0-9]+/familia/ajuda/[0-9a-f-]+/encerrar/)"', hand.page.text)
    assert found, hand.text
    hand.post(found[1], fields(hand))


def secret_of(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


# the page


def test_a_mother_sees_whom_she_cares_for_and_who_gets_their_codes(noemi: Hand):
    noemi.open(FAMILY)
    assert "Família e contatos" in noemi.text
    assert "Caetano Lins Marinho 8 anos Os códigos vão para quem é responsável." in noemi.text
    assert "Iara Lins Marinho 17 anos Os códigos vão para Iara." in noemi.text
    assert "Quem vai levar Caetano?" in noemi.text and "Quem vai levar Iara?" not in noemi.text
    assert "16 e 17 anos · Iara" in noemi.text and "18 anos ou mais · Noemi" in noemi.text
    assert 'aria-current="page"' in noemi.page.text


def test_a_youth_sees_who_cares_for_her_and_gives_nothing_away(iara: Hand, ids: dict[str, UUID]):
    iara.open(FAMILY)
    assert "Quem cuida de você Noemi Lins Marinho" in iara.text
    assert "Deixar alguém ajudar" not in iara.text and "Alguém vai com você?" not in iara.text
    iara.open(OFFER)
    iara.post(OFFER, {**fields(iara), "scope": "see", "until": SOON})
    assert iara.page.status_code == 422 and "Só pessoas com 18 anos ou mais" in iara.text
    assert iara.open(f"{FAMILY}visita/{ids[CAETANO.card]}/").status_code == 404


# helping


def test_the_link_is_shown_once_and_its_secret_is_kept_nowhere(teodora: Hand, demo: Installation, ids: dict[str, UUID]):
    own = (ids[TEODORA.card],)
    path = offer(teodora)
    secret = secret_of(path)
    assert len(secret) == 43 and teodora.page.headers["cache-control"] == "no-store"
    assert "<svg" in teodora.page.text and " style=" not in teodora.page.text
    teodora.open(FAMILY)
    assert secret not in teodora.page.text and "Convite ainda não aceito" in teodora.text
    with psycopg.connect(demo.database_url) as connection:
        kept = connection.execute(HELD, own).fetchall()
        told = connection.execute("SELECT data || actor FROM chancela.trail WHERE kind LIKE 'family:%'").fetchall()
    assert [bytes(row[0]) for row in kept] == [hashlib.sha256(secret.encode()).digest()]
    assert secret not in str(kept) + str(told) and "Teodora" not in str(told)


def test_a_daughter_helps_until_it_is_ended(teodora: Hand, noemi: Hand, desk: Visitor):
    guia = desk.new_guia(TEODORA.card).split("/")[-2]
    own = f"/app/{ANS}/guias/{guia}/"
    assert noemi.open(own).status_code == 404
    path = offer(teodora)
    noemi.open(path)
    assert "Teodora L. M. pede a sua ajuda" in noemi.text and "os códigos chegam também" not in noemi.text
    assert noemi.page.headers["referrer-policy"] == "strict-origin"
    accept(noemi, path)
    assert noemi.path == FAMILY and "Quem você ajuda Teodora Lins Marinho" in noemi.text
    teodora.open(FAMILY)
    assert "Quem ajuda você Noemi Lins Marinho" in teodora.text
    assert noemi.open(own).status_code == 200
    noemi.send(f"{own}gerar/")
    noemi.send(f"{own}codigo/")
    assert "Os números somem desta tela" in noemi.text
    end_first(teodora)
    assert "Noemi" not in teodora.text
    assert noemi.open(own).status_code == 404
    noemi.open(FAMILY)
    assert "Quem você ajuda" not in noemi.text


def test_who_may_only_see_makes_no_code(teodora: Hand, noemi: Hand, desk: Visitor):
    guia = desk.new_guia(TEODORA.card).split("/")[-2]
    accept(noemi, offer(teodora, "see"))
    noemi.open(f"/app/{ANS}/guias/{guia}/")
    assert noemi.page.status_code == 200 and "Gerar o código" not in noemi.text


def test_links_that_are_unknown_used_over_or_ones_own_are_answered_alike(
    teodora: Hand, noemi: Hand, iara: Hand, ids: dict[str, UUID]
):
    used, own, over = offer(teodora), offer(noemi), offer(teodora)
    accept(noemi, used)
    end_first(teodora)  # the newest one
    going = visit(noemi, ids[CAETANO.card])
    asked = [used, own, over, f"/app/{ANS}/convite/{'x' * 43}/", going.replace("/visita/", "/convite/")]
    answers = [re.sub(r'value="[^"]+"', "", noemi.open(each).text).replace(each, "") for each in asked]
    assert len(set(answers)) == 1 and "Este convite não vale mais." in answers[0]
    assert noemi.page.status_code == 404
    young = [re.sub(r'value="[^"]+"', "", iara.open(each).text).replace(each, "") for each in asked]
    assert len(set(young)) == 1 and "Só pessoas com 18 anos ou mais" in young[0]


def test_an_invitation_leads_a_stranger_through_the_door(stranger: Visitor):
    path = f"/app/{ANS}/convite/{'x' * 43}/"
    stranger.open(path)
    assert stranger.path == f"/app/{ANS}/entrar/" and stranger.page.url.params["next"] == path


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"scope": "act", "until": "2020-01-01"}, "dentro de um ano"),
        ({"scope": "act", "until": "2090-01-01"}, "dentro de um ano"),
        ({"scope": "act", "until": "amanhã"}, "A data precisa ter dia, mês e ano"),
        ({"scope": "all", "until": SOON}, "Faça uma escolha válida"),
        ({}, "Escolha o que a pessoa pode fazer."),
    ],
)
def test_what_cannot_be_given_is_said_in_the_form(teodora: Hand, typed: dict[str, str], told: str):
    teodora.open(OFFER)
    teodora.post(OFFER, {**fields(teodora), **typed})
    assert teodora.page.status_code == 422 and told in teodora.text


def test_eight_links_at_once_are_enough(teodora: Hand):
    for _ in range(8):
        offer(teodora, "see")
    teodora.open(OFFER)
    teodora.post(OFFER, {**fields(teodora), "scope": "see", "until": SOON})
    assert teodora.page.status_code == 422 and "Já há ajudas demais" in teodora.text


def test_who_confirmed_long_ago_confirms_first(teodora: Hand, demo: Installation, ids: dict[str, UUID]):
    aged = "UPDATE chancela.person_session SET assured_at = assured_at + %s::interval WHERE beneficiary_id = %s"
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(aged, ("-1 hour", ids[TEODORA.card]))
        try:
            for path in (OFFER, f"{FAMILY}visita/{ids[TEODORA.card]}/"):
                teodora.open(path)
                assert teodora.path.endswith("/conta/confirmar/") and teodora.page.url.params["next"] == path
        finally:
            connection.execute(aged, ("1 hour", ids[TEODORA.card]))


def test_a_tie_between_others_is_like_none(teodora: Hand, noemi: Hand, demo: Installation, ids: dict[str, UUID]):
    offer(teodora)
    with psycopg.connect(demo.database_url) as connection:
        (tie,) = (
            connection.execute("SELECT id FROM chancela.tie WHERE of_id = %s", (ids[TEODORA.card],)).fetchone() or ()
        )
        noemi.open(FAMILY)
        answers = [
            noemi.post(f"{FAMILY}ajuda/{each}/encerrar/", fields(teodora) | fields(noemi)) for each in (tie, uuid4())
        ]
        assert {each.status_code for each in answers} == {404}
        assert connection.execute("SELECT ended_at FROM chancela.tie WHERE id = %s", (tie,)).fetchone() == (None,)


# visits


def test_whoever_goes_along_shows_the_code_and_nothing_else(
    noemi: Hand, stranger: Visitor, desk: Visitor, demo: Installation, ids: dict[str, UUID]
):
    old = desk.new_guia(CAETANO.card)
    path = visit(noemi, ids[CAETANO.card])
    stranger.open(path)
    assert "Visita de Caetano" in stranger.text and "Lins" not in stranger.page.text
    told = stranger.page.headers
    assert (told["referrer-policy"], told["cache-control"], told["x-robots-tag"]) == (
        "no-referrer",
        "no-store",
        "noindex, nofollow",
    )
    assert "set-cookie" not in told and "sw.js" not in stranger.page.text
    guia = old.split("/")[-2]
    stranger.send(f"{path}{guia}/gerar/")
    assert stranger.path == path and "••• •••" in stranger.text
    stranger.send(f"{path}{guia}/codigo/")
    assert stranger.page.headers["refresh"] == f"60;url={path}"
    found = re.search(r'<span aria-hidden="true">([0-9]{3}) ([0-9]{3})</span>', stranger.page.text)
    assert found and "Lins" not in stranger.page.text
    assert stranger.open(f"/app/{ANS}/guias/{guia}/").url.path == f"/app/{ANS}/entrar/"
    desk.open(f"{old}codigo/")
    desk.send(f"{old}validar/", code=found[1] + found[2])
    assert "VALIDADA" in desk.text
    stranger.open(path)
    assert "O atendimento foi confirmado." in stranger.text and "Gerar" not in stranger.text
    later = desk.new_guia(CAETANO.card).split("/")[-2]
    stranger.post(f"{path}{later}/gerar/", {})
    assert "O atendimento foi confirmado." in stranger.text
    with psycopg.connect(demo.database_url) as connection:
        asked = "SELECT kind, actor FROM chancela.trail WHERE subject = %s ORDER BY seq"
        by_link = [(kind, who.split(":")[0]) for kind, who in connection.execute(asked, (guia,)) if "visit" in who]
        assert connection.execute("SELECT 1 FROM chancela.live_token WHERE guia_id = %s", (later,)).fetchone() is None
    assert by_link == [("guia:token:issued", "visit"), ("guia:token:revealed", "visit")]
    noemi.open(FAMILY)
    assert "Link para uma visita" not in noemi.text


def test_a_visit_is_of_one_person_alone(noemi: Hand, stranger: Visitor, desk: Visitor, ids: dict[str, UUID]):
    path = visit(noemi, ids[CAETANO.card])
    other = desk.new_guia(IARA.card).split("/")[-2]
    for deed in ("gerar", "codigo", "nao-pedi"):
        for guia in (other, str(uuid4())):
            stranger.post(f"{path}{guia}/{deed}/", {})
            assert stranger.path == path and other not in stranger.page.text
            stranger.open(f"{path}{guia}/{deed}/")
            assert stranger.path == path


def test_nobody_asked_stops_the_code_with_a_protocol(
    noemi: Hand, stranger: Visitor, desk: Visitor, ids: dict[str, UUID]
):
    guia = desk.new_guia(CAETANO.card).split("/")[-2]
    path = visit(noemi, ids[CAETANO.card])
    stranger.open(path)
    stranger.send(f"{path}{guia}/gerar/")
    stranger.open(f"{path}{guia}/nao-pedi/")
    assert "Ninguém pediu este código?" in stranger.text
    stranger.post(f"{path}{guia}/nao-pedi/", {})
    assert "Aviso recebido" in stranger.text and re.search(r"Protocolo [0-9]{6} [0-9]{8} [0-9]{6}", stranger.text)
    stranger.open(path)
    assert guia not in stranger.page.text


def test_a_code_that_cannot_be_made_is_said_where_it_was_asked_for(
    noemi: Hand, stranger: Visitor, desk: Visitor, demo: Installation, ids: dict[str, UUID]
):
    guia = desk.new_guia(CAETANO.card).split("/")[-2]
    path = visit(noemi, ids[CAETANO.card])
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.guia SET wrong_tries = 10 WHERE id = %s", (guia,))
    stranger.post(f"{path}{guia}/gerar/", {})
    assert stranger.page.status_code == 422 and "digitado errado vezes demais" in stranger.text
    assert stranger.page.headers["referrer-policy"] == "no-referrer"


def test_an_unknown_link_is_answered_like_one_that_was_ended(
    noemi: Hand, stranger: Visitor, teodora: Hand, ids: dict[str, UUID]
):
    ended = visit(noemi, ids[CAETANO.card])
    end_first(noemi)
    asked = [ended, f"/app/{ANS}/visita/{'x' * 43}/", offer(teodora).replace("/convite/", "/visita/")]
    answers = [stranger.open(each) for each in asked]
    moving = {"date"}
    shapes = {
        (each.status_code, each.text, str({k: v for k, v in each.headers.items() if k not in moving}))
        for each in answers
    }
    assert len(shapes) == 1 and stranger.page.status_code == 404
    assert "Este link não vale mais" in stranger.text
    assert stranger.page.headers["referrer-policy"] == "no-referrer"
    for deed in ("gerar", "codigo", "nao-pedi"):
        assert stranger.post(f"{ended}{uuid4()}/{deed}/", {}).status_code == 404


def test_a_visit_is_over_when_its_giver_no_longer_decides(
    noemi: Hand, stranger: Visitor, demo: Installation, ids: dict[str, UUID]
):
    path = visit(noemi, ids[CAETANO.card], "1")
    assert stranger.open(path).status_code == 200
    guarded = "UPDATE chancela.beneficiary SET protected = %s WHERE id = %s"
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(guarded, (True, ids[CAETANO.card]))
        try:
            assert stranger.open(path).status_code == 404
        finally:
            connection.execute(guarded, (False, ids[CAETANO.card]))


# privacy


def test_what_a_youth_hides_is_gone_from_the_holders_pages(noemi: Hand, iara: Hand, desk: Visitor):
    guia = desk.new_guia(IARA.card).split("/")[-2]
    own = f"/app/{ANS}/guias/{guia}/"
    assert noemi.open(own).status_code == 200
    iara.open(PRIVACY)
    assert "Esconder de Noemi Lins Marinho?" in iara.text
    iara.post(PRIVACY, fields(iara))
    assert iara.path == FAMILY and "Noemi Lins Marinho não vê os seus atendimentos." in iara.text
    assert "Os seus códigos vão só para você." in iara.text
    assert noemi.open(own).status_code == 404
    assert guia not in noemi.open(noemi.home).text
    noemi.open(FAMILY)
    assert "Iara" not in noemi.text
    iara.open(PRIVACY)
    iara.post(PRIVACY, fields(iara))
    assert noemi.open(own).status_code == 200


def test_a_holder_has_nobody_to_hide_from(noemi: Hand):
    assert noemi.open(PRIVACY).status_code == 404
    noemi.open(FAMILY)
    assert "esconder" not in noemi.text
