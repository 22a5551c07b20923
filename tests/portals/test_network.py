"""The network at the operator's desk: found, masked, uncovered for a reason, changed; who is out is told so."""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.domain import network
from chancela.portals.accounts.models import Role
from chancela.portals.operator import network_shown, network_words
from tests.portals.browsing import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.portals.conftest import Installation

CAMBUI, AURORA = "999003", "999001"
REDE, WHY = "/operadora/rede/", "O prestador pediu para conferir."
LANDLINE, MAIL = "+554130001234", "rosa.prado@example.com"
DOCUMENT = "11222333000181"
CARD = "00300000101"  # of Rosa, at Cambuí


@pytest.fixture
def owner(demo: Installation) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def house(owner: psycopg.Connection[Any]) -> str:
    """A new provider of Cambuí with a code of its own."""
    code = f"77{secrets.randbelow(10**8):08d}"
    owner.execute(
        "INSERT INTO chancela.provider (operator, code, name, document, specialties, phones, emails)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (CAMBUI, code, f"Clínica Sabiá {code}", DOCUMENT, ["ortodontia"], [LANDLINE], [MAIL]),
    )
    return code


@pytest.fixture
def manager(office_as: Callable[..., Visitor]) -> Visitor:
    return office_as(Role.MANAGER)


def told(owner: psycopg.Connection[Any], code: str) -> list[tuple[str, dict[str, Any]]]:
    """What the trail keeps of a provider."""
    asked = "SELECT kind, data FROM chancela.trail WHERE operator = %s AND subject = %s ORDER BY seq"
    found = owner.execute(asked, (CAMBUI, network.subject(CAMBUI, code))).fetchall()
    return [(kind, json.loads(data)) for kind, data in found]


def adds(visitor: Visitor, code: str, **said: str) -> None:
    page = f"{REDE}{code}/profissionais/novo/"
    visitor.open(page)
    typed = {"name": "Rosa Prado", "council": "CRO", "number": "12345", "uf": "PR", "phones": "41 99000-0077"}
    visitor.post(page, {**visitor.form_of_page(), **typed, **said})


def turns(visitor: Visitor, code: str, do: str) -> None:
    page = f"{REDE}{code}/situacao/"
    visitor.open(page)
    visitor.post(page, {**visitor.form_of_page(), "do": do, "reason": WHY})


# ---------------------------------------------------------------- finding


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST, Role.MANAGER, Role.DPO, Role.ADMINISTRATOR])
def test_a_provider_is_found_by_code_and_by_any_word_of_its_name(
    office_as: Callable[..., Visitor], house: str, role: str
):
    visitor = office_as(role)
    for text in (house, "sabia", f"Sabiá {house}"):
        visitor.open(f"{REDE}?q={text}")
        assert f"Clínica Sabiá {house}" in visitor.text
    visitor.open(f"{REDE}?q=nenhum+assim")
    assert "Nenhum prestador assim" in visitor.text


def test_an_agent_meets_no_network(office_as: Callable[..., Visitor], house: str):
    agent = office_as(Role.AGENT)
    for page in (REDE, f"{REDE}{house}/", f"{REDE}{house}/dados/", f"{REDE}{house}/situacao/"):
        assert agent.open(page).status_code == 404


def test_the_list_goes_on_page_by_page_with_each_provider_once(manager: Visitor, owner: psycopg.Connection[Any]):
    mark = secrets.token_hex(3)
    owner.execute(
        "INSERT INTO chancela.provider (operator, code, name) SELECT %s, %s || n, 'Pagina' || %s || ' ' || n"
        " FROM generate_series(10, 69) AS n",
        (CAMBUI, f"p{mark}", mark),
    )
    seen: list[str] = []
    manager.open(f"{REDE}?q=pagina{mark}")
    while True:
        seen += re.findall(rf'href="{REDE}(p{mark}\d\d)/"', manager.page.text)
        following = re.search(r'<a class="button" href="(\?[^"]*depois[^"]*)"', manager.page.text)
        if following is None:
            break
        manager.open(REDE + following[1].replace("&amp;", "&"))
    assert seen == [f"p{mark}{n}" for n in range(10, 70)]


def test_standing_and_specialty_narrow_the_list(manager: Visitor, house: str):
    manager.open(f"{REDE}?q=sabia&especialidade=ortodontia&situacao=na-rede")
    assert house in manager.text
    manager.open(f"{REDE}?q=sabia+{house}&situacao=desativados")
    assert f"Clínica Sabiá {house}" not in manager.text
    assert manager.open(f"{REDE}?especialidade=nenhuma&situacao=outra&depois=%00").status_code == 200
    assert manager.open(f"{REDE}%00/").status_code == manager.open(f"{REDE}{'9' * 21}/").status_code == 404


# ---------------------------------------------------------------- seeing


def test_document_and_contacts_are_masked_until_a_reason_is_given(
    manager: Visitor, owner: psycopg.Connection[Any], house: str
):
    adds(manager, house)
    manager.open(f"{REDE}{house}/")
    assert "**.222.333/****-**" in manager.text and "(41) ****-1234" in manager.text
    assert "(41) *****-0077" in manager.text and "CRO 12345/PR" in manager.text
    hidden = ("11.222.333", DOCUMENT, LANDLINE, MAIL, "+5541990000077")
    assert not [each for each in hidden if each in manager.page.text]
    manager.send(f"{REDE}{house}/ver/", reason="curto")
    assert manager.page.status_code == 422 and "pelo menos 10 letras" in manager.text
    assert not [each for each in hidden if each in manager.page.text]
    manager.send(f"{REDE}{house}/ver/", reason=WHY)
    whole = ("11.222.333/0001-81", LANDLINE, MAIL, "+5541990000077")
    assert not [each for each in whole if each not in manager.page.text]
    assert told(owner, house)[-1] == (
        "beneficiary:record:seen",
        {"part": "provider", "provider": house, "reason": WHY},
    )
    assert manager.open(f"{REDE}{house}/ver/").url.path == f"{REDE}{house}/"
    assert MAIL not in manager.page.text


def test_an_administrator_reads_the_network_and_uncovers_nothing(office_as: Callable[..., Visitor], house: str):
    visitor = office_as(Role.ADMINISTRATOR)
    visitor.open(f"{REDE}{house}/")
    assert "Mostrar o que está coberto" not in visitor.text and "Mudar" not in visitor.text
    assert f"?prestador={house}" in visitor.page.text
    assert visitor.open(f"{REDE}{house}/ver/").status_code == 404


def test_the_page_tells_people_programs_and_the_same_document(
    manager: Visitor, owner: psycopg.Connection[Any], house: str
):
    twin = f"{house}9"
    owner.execute(
        "INSERT INTO chancela.provider (operator, code, name, document) VALUES (%s, %s, 'Irmã', %s)",
        (CAMBUI, twin, DOCUMENT),
    )
    owner.execute(
        "INSERT INTO chancela.client (operator, id, name, provider, secret_hash) VALUES (%s, %s, 'Sistema X', %s, '')",
        (CAMBUI, f"{CAMBUI}.{house}", house),
    )
    manager.open(f"{REDE}{house}/")
    assert "Sistema X" in manager.text and f"{REDE}{twin}/" in manager.page.text
    assert "Ninguém entra por este prestador ainda" in manager.text
    manager.open(f"{REDE}10003/")
    assert "Recepção" in manager.text or "Segundo fator" in manager.text


# ---------------------------------------------------------------- changing


def test_a_provider_is_changed_without_being_uncovered(manager: Visitor, owner: psycopg.Connection[Any], house: str):
    page = f"{REDE}{house}/dados/"
    manager.open(page)
    assert LANDLINE not in manager.page.text and "Retirar (41) ****-1234" in manager.text
    typed = {"name": "Odonto Sabiá", "specialties": "Ortodontia\nEndodontia", "phones": "41 3000-9999", "emails": ""}
    manager.post(page, {**manager.form_of_page(), **typed, "drop": network_mark(manager, "1234")})
    assert "Cadastro salvo" in manager.text and "(41) ****-9999" in manager.text and "****-1234" not in manager.text
    kept = owner.execute("SELECT name, phones, emails FROM chancela.provider WHERE code = %s", (house,)).fetchone()
    assert kept == ("Odonto Sabiá", ["+554130009999"], [MAIL])
    assert told(owner, house)[-1][1]["changed"] == "name,specialties,phones"
    manager.open(f"{REDE}?q=odonto+sabia")
    assert house in manager.text


def network_mark(visitor: Visitor, last: str) -> str:
    """What names a masked address in the form on the page."""
    found = re.search(rf'name="drop" value="(\w+)"(?:(?!</label>).)*-{last}', visitor.page.text, re.DOTALL)
    assert found, visitor.text
    return found[1]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Escreva o nome"),
        ({"phones": "123"}, "“123” não é um telefone"),
        ({"emails": "ninguem"}, "“ninguem” não é um e-mail"),
        ({"specialties": "x" * 61}, "No máximo 20 especialidades"),
    ],
)
def test_what_cannot_be_is_told_in_the_form(manager: Visitor, house: str, typed: dict[str, str], said: str):
    manager.open(f"{REDE}{house}/dados/")
    sent = {**manager.form_of_page(), "name": "Fica Digitado", "specialties": "a", "phones": "", "emails": "", **typed}
    manager.post(f"{REDE}{house}/dados/", sent)
    assert manager.page.status_code == 422 and said in manager.text
    assert "Fica Digitado" in manager.page.text or "name" in typed


def test_a_professional_is_added_changed_and_ended(manager: Visitor, owner: psycopg.Connection[Any], house: str):
    adds(manager, house)
    assert "Profissional salvo" in manager.text and "Rosa Prado" in manager.text
    adds(manager, house, name="Outra")
    assert manager.page.status_code == 422 and "já está neste prestador" in manager.text
    link = re.search(rf'href="({REDE}{house}/profissionais/[0-9a-f-]{{36}}/)"', manager.open(f"{REDE}{house}/").text)
    assert link
    manager.open(link[1])
    sent = {**manager.form_of_page(), "council": "CRO", "uf": "PR", "specialties": ""}
    manager.post(link[1], sent)  # the box "attends here" is not ticked
    assert "Não atende mais" in manager.text
    assert [data["what"] for _, data in told(owner, house)] == ["added", "deactivated"]
    manager.open(f"{REDE}{house}/profissionais/00000000-0000-4000-8000-000000000000/")
    assert manager.page.status_code == 404


def test_the_trail_holds_no_name_number_or_address(manager: Visitor, owner: psycopg.Connection[Any], house: str):
    adds(manager, house)
    turns(manager, house, "deactivate")
    kept = json.dumps(told(owner, house))
    assert not [each for each in ("Rosa", "12345", "0077", LANDLINE, MAIL, DOCUMENT) if each in kept]


def test_another_operators_provider_is_like_none(office_as: Callable[..., Visitor], house: str):
    stranger = office_as(Role.MANAGER, AURORA)
    for code in (house, "nenhum"):
        for page in ("", "dados/", "situacao/", "profissionais/novo/"):
            assert stranger.open(f"{REDE}{code}/{page}").status_code == 404
    stranger.open(f"{REDE}?q={house}")
    assert "Nenhum prestador assim" in stranger.text


# ---------------------------------------------------------------- out, and in again


@pytest.fixture
def out(manager: Visitor) -> Iterator[str]:
    """Cambuí's clinic, which is let in again afterwards."""
    yield "10003"
    turns(manager, "10003", "activate")


def test_a_desk_of_a_provider_that_is_out_says_so_and_still_proves(manager: Visitor, desk: Visitor, out: str):
    guia = desk.new_guia(CARD)
    number = desk.number
    desk.sent(guia)
    other = desk.new_guia(CARD)
    turns(manager, out, "deactivate")
    assert "Prestador desativado" in manager.text and WHY in manager.text
    desk.open("/balcao/")
    assert "Este prestador está desativado na operadora" in desk.text
    assert WHY not in desk.text, "why stays with the operator"
    assert 'name="q"' not in desk.page.text
    for page in (f"/balcao/pessoas/{CARD}/", f"/balcao/pessoas/{CARD}/nova/odonto/"):
        assert desk.open(page).url.path == "/balcao/"
    assert desk.open("/balcao/guias/").status_code == 200
    desk.open(f"{other}codigo/")
    assert "daqui não sai código" in desk.text and "/codigo/enviar/" not in desk.page.text
    desk.post(f"{other}codigo/enviar/", desk.form(f"{other}validar/"))
    assert desk.page.status_code == 422 and "Este prestador está desativado" in desk.text
    desk.open(f"{guia}codigo/")
    desk.send(f"{guia}validar/", code=desk.code(CARD, number))
    assert desk.path == guia and "VALIDADA" in desk.text
    turns(manager, out, "activate")
    desk.open("/balcao/")
    assert "Passe a carteirinha" in desk.text


def test_what_turned_before_is_told(manager: Visitor, house: str):
    turns(manager, house, "deactivate")
    turns(manager, house, "deactivate")
    assert manager.page.status_code == 422 and "alguém mudou antes" in manager.text
    manager.open(f"{REDE}{house}/situacao/")
    manager.post(f"{REDE}{house}/situacao/", {**manager.form_of_page(), "do": "activate", "reason": "não"})
    assert manager.page.status_code == 422 and "pelo menos 10 letras" in manager.text


def test_whoever_attends_there_is_offered_as_who_asks(manager: Visitor, desk: Visitor, out: str):
    adds(manager, out, name="Iara Melo", number="86420")
    desk.open(f"/balcao/pessoas/{CARD}/nova/sp-sadt/")
    assert '<option value="Iara Melo, CRO 86420/PR">' in desk.page.text
    desk.open(f"/balcao/pessoas/{CARD}/nova/odonto/")
    assert "Iara Melo" not in desk.page.text


def test_masks_tell_the_middle_alone():
    assert network_words.masked_document("52998224725") == "***.982.247-**"
    assert network_words.whole_document("52998224725") == "529.982.247-25"
    assert network_words.masked_document(None) == network_words.whole_document(None) == ""
    assert network_shown.mark(MAIL) != network_shown.mark(LANDLINE)
    assert network_shown.kept([MAIL, LANDLINE], [network_shown.mark(MAIL)]) == (LANDLINE,)
