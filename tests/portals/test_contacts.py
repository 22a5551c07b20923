"""Contacts in the hand: a new one is proved by a code, the old one hears of it; else the page says whom to call."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests import cast
from tests.portals.hands import Hand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chancela.adapters.demo.invented import Invented
    from tests.portals.conftest import Installation

BEM_TE_VI, CAMBUI = cast.cast().bem_te_vi, cast.cast().cambui
GUSTAVO, MANUELA, LOURDES = (BEM_TE_VI.person(name) for name in ("Gustavo", "Manuela", "Lourdes"))
ROSA = CAMBUI.person("Rosa")
NEW, SHOWN = "(47) 90000-1234", "(47) *****-1234"
STALE = "UPDATE chancela.person_session SET assured_at = assured_at - interval '16 minutes' WHERE beneficiary_id = %s"


def inside(demo: Installation, ans: str, person: Invented) -> Hand:
    return Hand(demo.url, ans).enter(person.card_number, person.birth_date)


@pytest.fixture(scope="module")
def gustavo(demo: Installation) -> Iterator[Hand]:
    with inside(demo, BEM_TE_VI.ans, GUSTAVO) as hand:
        yield hand


@pytest.fixture(autouse=True)
def unhurried(demo: Installation) -> None:
    """Every test's people ask for their first new contact of the day."""
    ask(demo, "DELETE FROM chancela.contact_change")


def ask(demo: Installation, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        found = connection.execute(statement.encode(), values or None)
        return found.fetchall() if found.description else []


def id_of(demo: Installation, person: Invented) -> str:
    ((found,),) = ask(demo, "SELECT id FROM chancela.beneficiary WHERE card_number = %s", person.card_number)
    return str(found)


def contacts(demo: Installation, person: Invented) -> dict[str, str]:
    asked = "SELECT address, state FROM chancela.contact WHERE beneficiary_id = %s"
    return dict(ask(demo, asked, id_of(demo, person)))


def fill(hand: Hand, path: str, **typed: str) -> None:
    """Open a page with one form and send it filled in."""
    hand.open(path)
    send(hand, **typed)


def send(hand: Hand, **typed: str) -> None:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', hand.page.text)
    assert token, hand.text
    hand.post(hand.path, {"csrfmiddlewaretoken": token[1], **typed})


def told(hand: Hand, person: Invented, words: str, to: str) -> dict[str, str]:
    """The newest message with these words that went to a masked address."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for each in reversed(hand.http.get(f"/demo/phone/{person.card_number}.json").json()):
            if words in each["text"] and each["to"] == to:
                found: dict[str, str] = each
                return found
        time.sleep(0.1)
    raise AssertionError(f"nothing with «{words}» went to {to}")


def new(hand: Hand, whose: str, kind: str = "celular") -> str:
    return f"{hand.home}contatos/{whose}/{kind}/trocar/"


def test_the_contacts_are_shown_masked_with_what_can_be_changed(gustavo: Hand):
    gustavo.open(f"{gustavo.home}contatos/")
    assert "(41) *****-" in gustavo.text and "g***@example.com" in gustavo.text
    assert "O telefone fixo é trocado só por telefone" in gustavo.text
    assert GUSTAVO.email is not None and GUSTAVO.email not in gustavo.page.text
    assert gustavo.page.headers["Cache-Control"] == "no-store"
    assert gustavo.page.text.count("/trocar/") == 2


def test_a_mobile_is_changed_by_the_code_that_comes_to_it_and_the_old_one_is_told(gustavo: Hand, demo: Installation):
    fill(gustavo, new(gustavo, id_of(demo, GUSTAVO)), address=NEW)
    page = gustavo.path
    assert f"Enviamos um código para {SHOWN}" in gustavo.text
    assert "+5547900001234" not in contacts(demo, GUSTAVO)
    send(gustavo, code="12 34")
    assert gustavo.page.status_code == 422 and "O código tem 6 números" in gustavo.text
    code = told(gustavo, GUSTAVO, "confirmar este contato", SHOWN)["code"]
    send(gustavo, code=f"{(int(code) + 1) % 10**6:06d}")
    assert "restam 4 tentativas" in gustavo.text
    send(gustavo, code=code)
    assert gustavo.path == page and "Contato confirmado" in gustavo.text
    assert "Avisamos o contato antigo" in gustavo.text
    before = str(GUSTAVO.mobile)
    assert contacts(demo, GUSTAVO)[before] == "retired" and contacts(demo, GUSTAVO)["+5547900001234"] == "confirmed"
    notice = told(gustavo, GUSTAVO, "foi trocado", f"(41) *****-{before[-4:]}")
    assert notice["code"] is None and "Ligue para o plano" in notice["text"]
    send_again = f"{gustavo.home}contatos/"
    gustavo.open(send_again)
    assert SHOWN in gustavo.text and before[-4:] not in gustavo.text


def test_an_email_is_added_to_a_child_by_whoever_cares_for_it(gustavo: Hand, demo: Installation):
    child = id_of(demo, MANUELA)
    gustavo.open(f"{gustavo.home}contatos/{child}/")
    assert "Contatos de Manuela" in gustavo.text and "vão para os responsáveis" in gustavo.text
    fill(gustavo, new(gustavo, child, "e-mail"), address=" Manuela@Example.com ")
    code = told(gustavo, MANUELA, "confirmar este contato", "m***@example.com")["code"]
    send(gustavo, code=code)
    assert "O contato de Manuela Rabelo Nogueira agora é m***@example.com" in gustavo.text
    assert contacts(demo, MANUELA) == {"manuela@example.com": "confirmed"}


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("celular", "41 2000", "O celular precisa do DDD"),
        ("celular", "", "Digite o celular"),
        ("e-mail", "gustavo", "O e-mail precisa estar inteiro"),
        ("e-mail", str(GUSTAVO.email), "já está no cadastro"),
    ],
)
def test_what_cannot_be_taken_is_said_in_the_form(gustavo: Hand, demo: Installation, kind: str, typed: str, said: str):
    fill(gustavo, new(gustavo, id_of(demo, GUSTAVO), kind), address=typed)
    assert gustavo.page.status_code == 422 and said in gustavo.text
    assert ask(demo, "SELECT count(*) FROM chancela.contact_change") == [(0,)]


def test_after_five_wrong_codes_nothing_changes_and_one_begins_again(gustavo: Hand, demo: Installation):
    before = contacts(demo, GUSTAVO)
    fill(gustavo, new(gustavo, id_of(demo, GUSTAVO)), address="47 90000-7777")
    page = gustavo.path
    code = told(gustavo, GUSTAVO, "confirmar este contato", "(47) *****-7777")["code"]
    for _ in range(5):
        send(gustavo, code=f"{(int(code) + 1) % 10**6:06d}")
    assert gustavo.path == page and "Nada mudou" in gustavo.text
    gustavo.open(page)
    assert "Nada mudou" in gustavo.text and "Começar de novo" in gustavo.text
    assert contacts(demo, GUSTAVO) == before


def test_too_many_codes_are_not_sent(gustavo: Hand, demo: Installation):
    for nth in range(4):
        fill(gustavo, new(gustavo, id_of(demo, GUSTAVO)), address=f"47 90000-888{nth}")
    assert "Foram muitos pedidos" in gustavo.text


def test_a_session_that_was_stolen_changes_nothing(demo: Installation):
    with inside(demo, BEM_TE_VI.ans, LOURDES) as thief:
        ask(demo, STALE, id_of(demo, LOURDES))
        page = new(thief, id_of(demo, LOURDES))
        thief.open(page)
        assert thief.path == f"{thief.home}conta/confirmar/"
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', thief.page.text)
        assert token is not None
        thief.post(page, {"csrfmiddlewaretoken": token[1], "address": NEW})
        assert thief.path == f"{thief.home}conta/confirmar/"
        assert ask(demo, "SELECT count(*) FROM chancela.contact_change") == [(0,)]
        assert "retired" not in contacts(demo, LOURDES).values()


def test_other_peoples_contacts_are_like_nobodys(gustavo: Hand, demo: Installation):
    other, nobody = id_of(demo, LOURDES), "00000000-0000-0000-0000-000000000000"
    for address in ("contatos/{}/", "contatos/{}/celular/trocar/", "contatos/codigo/{}/"):
        answers = [gustavo.open(gustavo.home + address.format(each)) for each in (other, nobody)]
        assert [each.status_code for each in answers] == [404, 404]
    assert gustavo.open(new(gustavo, id_of(demo, GUSTAVO), "fixo")).status_code == 404


def test_a_phone_that_was_left_signed_in_silences_no_messages(demo: Installation):
    with inside(demo, BEM_TE_VI.ans, GUSTAVO) as thief:
        thief.open(f"{thief.home}contatos/")
        hidden = thief.form("/preferencias/")
        ask(demo, STALE, id_of(demo, GUSTAVO))
        thief.post(f"{thief.home}contatos/{id_of(demo, GUSTAVO)}/preferencias/", {**hidden, "uses_no_mobile": "on"})
        assert thief.path == f"{thief.home}conta/confirmar/"
        assert thief.page.url.params["next"] == f"{thief.home}contatos/{id_of(demo, GUSTAVO)}/"
    asked = "SELECT uses_no_mobile FROM chancela.beneficiary WHERE id = %s"
    assert ask(demo, asked, id_of(demo, GUSTAVO)) == [(False,)]
    ask(demo, STALE.replace(" - ", " + "), id_of(demo, GUSTAVO))


def test_one_says_that_one_uses_no_mobile_and_what_one_prefers(gustavo: Hand, demo: Installation):
    gustavo.open(f"{gustavo.home}contatos/")
    way = f"{gustavo.home}contatos/{id_of(demo, GUSTAVO)}/preferencias/"
    hidden = gustavo.form("/preferencias/")
    gustavo.post(way, {**hidden, "uses_no_mobile": "on", "preferred": "sms"})
    assert gustavo.page.status_code == 422 and "Este caminho precisa de celular" in gustavo.text
    gustavo.post(way, {**hidden, "preferred": "fumaça"})
    assert gustavo.page.status_code == 422
    gustavo.post(way, {**hidden, "uses_no_mobile": "on", "preferred": "email"})
    assert gustavo.path.startswith(f"{gustavo.home}contatos/") and "Salvo." in gustavo.text
    asked = "SELECT uses_no_mobile, preferred_channel FROM chancela.beneficiary WHERE id = %s"
    assert ask(demo, asked, id_of(demo, GUSTAVO)) == [(True, "email")]
    gustavo.post(way, {**hidden, "preferred": ""})
    assert ask(demo, asked, id_of(demo, GUSTAVO)) == [(False, None)]


def test_where_contacts_are_changed_by_call_the_lines_are_there_and_nothing_to_change(demo: Installation):
    with inside(demo, CAMBUI.ans, ROSA) as rosa:
        rosa.open(f"{rosa.home}contatos/")
        assert "Neste plano, os contatos são trocados por telefone." in rosa.text
        assert "Para pessoas com deficiência auditiva" in rosa.text and "todos os dias" in rosa.text
        assert "/trocar/" not in rosa.page.text and "Salvar" in rosa.text
        rosa.open(new(rosa, id_of(demo, ROSA)))
        assert rosa.path == f"{rosa.home}contatos/{id_of(demo, ROSA)}/"
