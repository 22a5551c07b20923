"""Another contact, asked for by telephone: it waits, the old one is told, and somebody else of the team decides."""

import re
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from chancela.portals.accounts.models import Role
from tests.cast import cast
from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation
from tests.portals.test_calls import identified, opened, read

ANS = "999003"
HOUSE = cast().cambui
DIEGO = HOUSE.person("Diego")
NEW, TO = "41 90000-6601", "(41) *****-6601"
CASES = "/operadora/casos/"


@pytest.fixture(autouse=True)
def owner(demo: Installation) -> Iterator[psycopg.Connection]:
    """Let no test's calls, proposals and contacts count in the next one."""
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        kept = connection.execute("SELECT id, state FROM chancela.contact WHERE operator = %s", (ANS,)).fetchall()
        connection.execute("DELETE FROM chancela.call WHERE operator = %s", (ANS,))
        connection.execute("DELETE FROM chancela.contact_hold WHERE operator = %s", (ANS,))
        yield connection
        connection.execute("DELETE FROM chancela.contact_hold WHERE operator = %s", (ANS,))
        known = [id_ for id_, _ in kept]
        connection.execute("DELETE FROM chancela.contact WHERE operator = %s AND id <> ALL(%s)", (ANS, known))
        for id_, state in kept:
            connection.execute("UPDATE chancela.contact SET state = %s WHERE id = %s", (state, id_))


@pytest.fixture
def agent(office_as: Callable[..., Visitor]) -> Visitor:
    return office_as(Role.AGENT)


@pytest.fixture
def analyst(office_as: Callable[..., Visitor]) -> Visitor:
    return office_as(Role.ANALYST)


def ask(agent: Visitor, call: str, address: str = NEW, kind: str = "mobile", **more: str) -> None:
    agent.open(f"{call}contato/")
    (whose, *_) = re.findall(r'name="whose" value="([0-9a-f-]{36})"', agent.page.text)
    agent.send(f"{call}contato/", **{"whose": whose, "kind": kind, "address": address, **more})


def asked(agent: Visitor, person: Any = DIEGO, **more: str) -> str:
    """A call in which a new mobile was asked for."""
    call = identified(agent, person)
    ask(agent, call, **more)
    assert "Troca pedida" in agent.text, agent.text
    return call


def states(owner: psycopg.Connection, person: Any = DIEGO) -> dict[str, str]:
    found = owner.execute(
        "SELECT k.address, k.state FROM chancela.contact k JOIN chancela.beneficiary b ON b.id = k.beneficiary_id"
        " WHERE b.operator = %s AND b.card_number = %s",
        (ANS, person.card_number),
    )
    return {str(address): str(state) for address, state in found.fetchall()}


def hold(owner: psycopg.Connection) -> tuple[str, str | None]:
    ((id_, end),) = owner.execute('SELECT id, "end" FROM chancela.contact_hold WHERE operator = %s', (ANS,)).fetchall()
    return str(id_), end


def decide(visitor: Visitor, hold_id: str, verdict: str) -> None:
    visitor.open(CASES)
    visitor.send(f"/operadora/trocas/{hold_id}/", verdict=verdict)


def heard(visitor: Visitor, card: str, words: str) -> dict[str, Any]:
    """What a phone got, as soon as it came."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for each in visitor.http.get(f"/demo/phone/{card}.json").json():
            if words in each["text"]:
                return dict(each)
        time.sleep(0.1)
    raise AssertionError(f"nothing of «{words}» came to {card}")


# ---------------------------------------------------------------- asking


def test_what_is_asked_for_waits_and_the_agent_knows_what_to_say(agent: Visitor, owner):
    call = asked(agent)
    for told in (TO, "espera que outra pessoa da equipe aprove", "Avisado agora", "Protocolo"):
        assert told in agent.text, told
    assert "90000-6601" not in agent.page.text and "900006601" not in agent.page.text
    assert states(owner).get("+5541900006601") is None and hold(owner)[1] is None
    agent.open(call)
    assert "Feito nesta ligação" in agent.text


def test_the_old_contact_is_told_at_once(agent: Visitor, owner):
    asked(agent)
    note = heard(agent, DIEGO.card_number, "Pediram")
    assert "NAO" in note["text"] and "6601" not in note["text"] and note["code"] is None


def test_who_is_asked_for_is_who_rings_or_whom_they_care_for(agent: Visitor, owner):
    agent.open(f"{identified(agent, DIEGO)}contato/")
    assert "quem liga" in agent.text and "Diego" in agent.text
    for whose in (str(uuid.uuid4()), "x", ""):
        call = agent.path.removesuffix("contato/")
        ask(agent, call, whose=whose)
        assert agent.page.status_code == 422 and owner.execute(
            "SELECT count(*) FROM chancela.contact_hold"
        ).fetchone() == (0,)


@pytest.mark.parametrize(
    ("address", "kind", "said"),
    [
        ("", "mobile", "Digite o contato novo."),
        ("123", "mobile", "O celular precisa do DDD"),
        ("123", "landline", "O telefone fixo precisa do DDD"),
        ("nada", "email", "O e-mail precisa estar inteiro"),
        ("41 3000-0303", "landline", "é de quem atende pelo plano"),
        (str(DIEGO.mobile), "mobile", "já está no cadastro"),
    ],
)
def test_what_cannot_be_asked_for_says_why_and_keeps_what_was_typed(agent: Visitor, address: str, kind: str, said: str):
    call = identified(agent, DIEGO)
    ask(agent, call, address, kind)
    assert agent.page.status_code == 422 and said in agent.text, agent.text
    assert f'value="{address}"' in agent.page.text or not address
    assert f'value="{kind}" accesskey' in agent.page.text


def test_one_of_a_kind_waits_at_a_time(agent: Visitor):
    call = asked(agent)
    ask(agent, call, "41 90000-6602")
    assert agent.page.status_code == 422 and "Já há um pedido deste tipo" in agent.text
    assert f"{TO} espera decisão" in agent.text


def test_a_call_that_read_a_code_changes_no_contact_and_the_other_way_round(agent: Visitor, desk: Visitor):
    guia = desk.new_guia(DIEGO.card_number).split("/")[-2]
    call = identified(agent, DIEGO)
    assert read(agent, call, guia)
    assert agent.open(f"{call}contato/").url.path == call
    agent.send(f"{call}fim/")
    call = asked(agent)
    agent.open(call)
    assert read(agent, call, guia) is None and agent.page.status_code == 422
    assert "não cabem na mesma ligação" in agent.text


def test_before_it_is_known_who_rings_there_is_nothing_to_ask_for(agent: Visitor):
    call = opened(agent)
    assert agent.open(f"{call}contato/").url.path == call
    assert agent.open(f"/operadora/central/{uuid.uuid4()}/contato/").status_code == 404


# ---------------------------------------------------------------- deciding


def test_somebody_else_sees_it_masked_with_who_asked_and_approves(
    agent: Visitor, analyst: Visitor, desk: Visitor, owner
):
    asked(agent)
    analyst.open(CASES)
    for told in (
        "Trocas de contato pedidas à central 1",
        f"carteirinha {DIEGO.card_number}",
        TO,
        "central@cambui.example",
        "perde o prazo",
        "Aprovar",
        "Recusar",
    ):
        assert told in analyst.text, told
    assert DIEGO.name not in analyst.text and str(DIEGO.mobile) not in analyst.page.text
    decide(analyst, hold(owner)[0], "approve")
    assert f"{TO} é agora o contato de Diego" in analyst.text and "analise@cambui.example" in analyst.text
    assert states(owner)["+5541900006601"] == "confirmed" and states(owner)[str(DIEGO.mobile)] == "retired"
    assert "foi trocado" in heard(agent, DIEGO.card_number, "foi trocado")["text"]
    guia = desk.new_guia(DIEGO.card_number)
    desk.sent(guia)
    assert TO in desk.text


def test_a_refused_one_changes_nothing_and_the_first_decision_stands(agent: Visitor, analyst: Visitor, owner):
    asked(agent)
    id_ = hold(owner)[0]
    analyst.open(CASES)
    fields = analyst.form(f"/operadora/trocas/{id_}/")
    for verdict in ("refuse", "approve"):
        analyst.post(f"/operadora/trocas/{id_}/", {**fields, "verdict": verdict})
        assert "foi recusado. Nada mudou no cadastro de Diego" in analyst.text
    assert hold(owner)[1] == "refused" and "+5541900006601" not in states(owner)
    assert "Nenhuma troca esperando decisão." in analyst.text


def test_who_asked_approves_nothing_though_their_role_changed(agent: Visitor, owner, demo: Installation):
    asked(agent)
    id_ = hold(owner)[0]
    role = "UPDATE portal.accounts_user SET role = %s WHERE username = 'central@cambui.example'"
    owner.execute(role, ("manager",))
    try:
        agent.open(CASES)
        assert "Você pediu: outra pessoa aprova." in agent.text and "Aprovar" not in agent.text
        agent.post(f"/operadora/trocas/{id_}/", {**agent.form("/conta/sair/"), "verdict": "approve"})
        assert "Quem pediu não pode aprovar" in agent.text
    finally:
        owner.execute(role, ("agent",))
    assert hold(owner)[1] is None


def test_what_is_no_decision_changes_nothing(agent: Visitor, analyst: Visitor, owner):
    asked(agent)
    for verdict in ("", "x", "APPROVE"):
        decide(analyst, hold(owner)[0], verdict)
        assert hold(owner)[1] is None


def test_an_auditor_closes_cases_but_sees_no_held_contact(office: Visitor, agent: Visitor, owner):
    asked(agent)
    office.open(CASES)
    assert office.page.status_code == 200 and "Trocas de contato" not in office.text
    id_ = hold(owner)[0]
    office.post(f"/operadora/trocas/{id_}/", {**office.form("/conta/sair/"), "verdict": "approve"})
    assert office.page.status_code == 404 and hold(owner)[1] is None


def test_another_operators_held_contact_is_like_none(office_as, agent: Visitor, owner):
    asked(agent)
    other = office_as(Role.MANAGER, "999002")
    other.open(CASES)
    token, id_ = other.form("/conta/sair/"), hold(owner)[0]
    for each in (id_, str(uuid.uuid4())):
        assert other.post(f"/operadora/trocas/{each}/", {**token, "verdict": "approve"}).status_code == 404
    assert TO not in other.open(f"{CASES}?troca={id_}").text and hold(owner)[1] is None


@pytest.mark.parametrize(
    "query", ["troca=x", "troca=", "troca=01a1fd2a-ea54-7e23-877b-28a20ffd2a38", "troca=x&porque=y"]
)
def test_no_query_breaks_the_page(analyst: Visitor, query: str):
    assert analyst.open(f"{CASES}?{query}").status_code == 200


def test_the_file_of_the_person_shows_what_waits_and_what_became_of_it(agent: Visitor, analyst: Visitor, owner):
    asked(agent)
    analyst.open("/operadora/pessoas/")
    analyst.send("/operadora/pessoas/", q=DIEGO.card_number)
    assert TO in analyst.text and "Espera decisão" in analyst.text and "central, central@cambui.example" in analyst.text
    person = analyst.path
    decide(analyst, hold(owner)[0], "refuse")
    analyst.open(person)
    assert TO not in analyst.text and "A central pediu a troca de um contato" in analyst.text
