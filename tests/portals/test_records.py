"""People at the operator's desk: found, seen masked, uncovered for a reason, changed, and merged where two are one."""

import re
import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest

from chancela.portals.accounts.models import Role
from tests.portals import kin
from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation
from tests.portals.test_staff import account, aged, enters, invites, new_login

ANS = "999003"
WHY = "A pessoa pediu para conferir o cadastro."
CPF, BORN = "11144477735", "1984-05-17"
TWIN = """
INSERT INTO chancela.beneficiary (operator, id, card_number, name, relation, birth_date, cpf, plan)
VALUES (%s, %s, %s, %s, 'holder', %s, %s, 'Cambuí Essencial')
"""
CONTACT = """
INSERT INTO chancela.contact (operator, id, beneficiary_id, kind, address, state)
VALUES (%s, %s, %s, %s, %s, 'confirmed')
"""
FORGET = (
    "DELETE FROM chancela.delivery WHERE beneficiary_id = ANY(%s)",
    "DELETE FROM chancela.contact_hold WHERE beneficiary_id = ANY(%s)",
    "DELETE FROM chancela.contact WHERE beneficiary_id = ANY(%s)",
    "UPDATE chancela.guia SET card_number = 'before' WHERE beneficiary_id = ANY(%s)",  # the trail tells of it: it stays
    "UPDATE chancela.beneficiary SET card_number = left(id::text, 20), name = '-', cpf = NULL WHERE id = ANY(%s)",
    "UPDATE chancela.beneficiary SET merged_into = NULL WHERE id = ANY(%s)",
    "DELETE FROM chancela.beneficiary WHERE id = ANY(%s) AND id NOT IN (SELECT beneficiary_id FROM chancela.guia)",
)


@pytest.fixture
def owner(demo: Installation) -> Iterator[psycopg.Connection]:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def two(owner: psycopg.Connection) -> Iterator[tuple[uuid.UUID, uuid.UUID]]:
    """Two files of Quitéria, each with a mobile; the second has an e-mail too."""
    pair = (uuid.uuid4(), uuid.uuid4())
    for nth, each in enumerate(pair, 1):
        owner.execute(TWIN, (ANS, each, f"0030000880{nth}", "Quitéria Álvares d’Ávila", BORN, CPF))
        owner.execute(CONTACT, (ANS, uuid.uuid4(), each, "mobile", f"+554190000880{nth}"))
    owner.execute(CONTACT, (ANS, uuid.uuid4(), pair[1], "email", "quiteria@example.com"))
    yield pair
    for statement in FORGET:
        owner.execute(statement, (list(pair),))


@pytest.fixture
def analyst(office_as: Callable[..., Visitor]) -> Visitor:
    return office_as(Role.ANALYST)


def find(visitor: Visitor, typed: str) -> str:
    visitor.open("/operadora/pessoas/")
    visitor.send("/operadora/pessoas/", q=typed)
    return visitor.path


def sheet(person: uuid.UUID) -> str:
    return f"/operadora/pessoas/{person}/"


def act(visitor: Visitor, path: str, **typed: str) -> None:
    """Open a page with one form and send it."""
    visitor.open(path)
    token = visitor.form("/conta/sair/")
    visitor.post(path, {**token, **typed})


def events(owner: psycopg.Connection, person: uuid.UUID) -> list[tuple[str, str, str]]:
    asked = "SELECT kind, actor, data FROM chancela.trail WHERE operator = %s AND subject = %s ORDER BY seq"
    return [(str(kind), str(by), str(data)) for kind, by, data in owner.execute(asked, (ANS, person)).fetchall()]


# ---------------------------------------------------------------- search


@pytest.mark.parametrize("typed", ["00300008801", "003 0000 8801"])
def test_one_card_leads_to_its_person(analyst: Visitor, two, typed: str):
    assert find(analyst, typed) == sheet(two[0])


@pytest.mark.parametrize(
    "typed", ["111.444.777-35", "Quit", "QUITERIA ALV", "quitéria  álvares", "quiteria alvares d’avila"]
)
def test_by_cpf_and_by_the_beginning_of_a_name_all_are_listed_masked(analyst: Visitor, two, typed: str):
    assert find(analyst, typed) == "/operadora/pessoas/"
    assert analyst.text.count("Quitéria Á. 1") + analyst.text.count("Quitéria Á.") >= 2
    for told in ("00300008801", "00300008802", "1984", "Cambuí Essencial", "Plano ativo"):
        assert told in analyst.text, told
    assert "Álvares" not in re.sub(r'value="[^"]*"', "", analyst.page.text)


def test_what_was_typed_stands_in_no_address(analyst: Visitor, two):
    find(analyst, "111.444.777-35")
    assert analyst.page.url.query == b"" and "111" not in analyst.page.url.path


@pytest.mark.parametrize("typed", ["00300099999", "Zzyzx Nobody"])
def test_nobody_found_says_what_to_try(analyst: Visitor, typed: str):
    find(analyst, typed)
    assert "Ninguém encontrado" in analyst.text and "zeros à esquerda" in analyst.text


@pytest.mark.parametrize("typed", ["Qu", "   ", "%%%", "__", "99999999999999999999999"])
def test_too_little_is_asked_for_again(analyst: Visitor, typed: str):
    find(analyst, typed)
    assert analyst.page.status_code == 422
    assert "Digite" in analyst.text


def test_another_operators_people_are_found_by_nobody(office_as, two):
    other = office_as(Role.ANALYST, "999001")
    for typed in ("00300008801", "Quitéria", "111.444.777-35"):
        find(other, typed)
        assert "Ninguém encontrado" in other.text, typed
    unknown = uuid.uuid4()
    for tail in ("", "mostrar/", "mudar/suspender/", f"contatos/{uuid.uuid4()}/", f"juntar/{two[1]}/"):
        theirs = other.open(sheet(two[0]) + tail)
        assert (theirs.status_code, len(theirs.history)) == ((404, 0) if tail != "mostrar/" else (404, 1)), tail
        assert other.open(sheet(unknown) + tail).status_code == 404


# ---------------------------------------------------------------- the file


def test_a_file_is_masked_and_says_what_one_needs(analyst: Visitor, two, owner):
    page = analyst.open(sheet(two[1])).text
    for told in (
        "Quitéria Á.",
        "***.444.777-**",
        "1984",
        "(41) *****-8802",
        "q***@example.com",
        "Confirmado",
        "cadastro ou a própria pessoa",
        "0 aparelhos conectados",
        "Nenhuma guia ainda.",
        "Ninguém mais",
    ):
        assert told in analyst.text, told
    for covered in ("Álvares", CPF, "17/05/1984", "quiteria@", "900008802", "90000-8802"):
        assert covered not in page, covered


def test_a_family_is_shown_with_what_each_is(analyst: Visitor, demo: Installation):
    people = kin.settle(demo.database_url)
    analyst.open(sheet(people[kin.NOEMI.card]))
    assert "Caetano L. M." in analyst.text and "dependente" in analyst.text
    analyst.open(sheet(people[kin.CAETANO.card]))
    assert "Noemi L. M." in analyst.text and "titular do plano" in analyst.text


def test_last_guias_are_shown_without_what_was_done(analyst: Visitor, desk: Visitor, two):
    desk.new_guia("00300008801")
    number = desk.number
    page = analyst.open(sheet(two[0])).text
    assert number in analyst.text and "Clínica Jatobá" in analyst.text and "AGUARDANDO TOKEN" in analyst.text
    assert "onsulta" not in re.sub(r"<nav.*?</nav>", "", page, flags=re.DOTALL)


# ---------------------------------------------------------------- uncovering


@pytest.mark.parametrize(
    ("part", "shown", "covered"),
    [
        (
            "identity",
            ("Quitéria Álvares d’Ávila", "111.444.777-35", "17/05/1984"),
            ("+5541900008802", "quiteria@example.com"),
        ),
        ("contacts", ("+5541900008802", "quiteria@example.com"), ("Álvares", "111.444.777-35", "17/05/1984")),
    ],
)
def test_what_is_uncovered_is_shown_once_and_told(analyst: Visitor, two, owner, part: str, shown, covered):
    act(analyst, f"{sheet(two[1])}mostrar/", part=part, reason=WHY)
    assert analyst.page.status_code == 200
    for told in shown:
        assert told in analyst.text, told
    for hidden in covered:
        assert hidden not in analyst.text, hidden
    assert analyst.page.headers["cache-control"] == "no-store"
    assert events(owner, two[1])[-1][:2] == ("beneficiary:record:seen", "analise@cambui.example")
    analyst.open(sheet(two[1]))
    for told in shown:
        assert told not in analyst.text, told
    assert "Dados cobertos de uma ficha foram vistos" in analyst.text and WHY in analyst.text


def test_the_address_of_uncovering_asked_for_again_shows_nothing(analyst: Visitor, two, owner):
    act(analyst, f"{sheet(two[1])}mostrar/", part="identity", reason=WHY)
    told = len(events(owner, two[1]))
    analyst.open(f"{sheet(two[1])}mostrar/")
    assert analyst.path == sheet(two[1]) and "Álvares" not in analyst.text
    assert len(events(owner, two[1])) == told


@pytest.mark.parametrize("reason", ["", "sim", "1234567890 1234"])
def test_without_a_reason_it_stays_covered(analyst: Visitor, two, owner, reason: str):
    act(analyst, f"{sheet(two[1])}mostrar/", part="identity", reason=reason)
    assert analyst.page.status_code == 422
    assert "Diga o motivo" in analyst.text and "Álvares" not in analyst.text
    assert events(owner, two[1]) == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DPO])
def test_who_reads_files_changes_none(office_as, two, role: Role):
    reader = office_as(role)
    reader.open(sheet(two[0]))
    assert reader.page.status_code == 200
    assert "Suspender" not in reader.text and "Contestar" not in reader.text and "mesma pessoa" not in reader.text
    for tail in ("mudar/suspender/", f"juntar/{two[1]}/"):
        assert reader.open(sheet(two[0]) + tail).status_code == 404


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR])
def test_to_others_there_are_no_people(office_as, two, role: Role):
    visitor = office_as(role)
    assert "Pessoas" not in visitor.text
    for path in ("/operadora/pessoas/", sheet(two[0])):
        assert visitor.open(path).status_code == 404


# ---------------------------------------------------------------- changes


def test_what_will_happen_is_shown_before_it_does(analyst: Visitor, two, owner):
    analyst.open(f"{sheet(two[0])}mudar/suspender/")
    assert "um código que já saiu continua valendo" in analyst.text
    assert events(owner, two[0]) == []
    act(analyst, f"{sheet(two[0])}mudar/suspender/", reason=WHY)
    assert analyst.path == sheet(two[0])
    assert "O atendimento foi suspenso." in analyst.text and "Atendimento suspenso" in analyst.text
    assert "Reativar o plano" in analyst.text and "Suspender o atendimento" not in analyst.text
    act(analyst, f"{sheet(two[0])}mudar/reativar/", reason=WHY)
    assert "Plano ativo" in analyst.text


def test_a_change_that_was_made_before_is_told(analyst: Visitor, two):
    act(analyst, f"{sheet(two[0])}mudar/suspender/", reason=WHY)
    act(analyst, f"{sheet(two[0])}mudar/suspender/", reason=WHY)
    assert analyst.page.status_code == 422 and "O cadastro já está assim" in analyst.text


def test_a_mark_is_set_and_taken_back(analyst: Visitor, two, owner):
    act(analyst, f"{sheet(two[0])}mudar/proteger/", reason=WHY)
    assert analyst.path == sheet(two[0]) and "Protegida" in analyst.text
    assert events(owner, two[0])[-1][0] == "beneficiary:person:changed"
    act(analyst, f"{sheet(two[0])}mudar/desproteger/", reason=WHY)
    assert "A proteção foi retirada." in analyst.text


def test_marks_and_merges_ask_for_the_second_factor_again_where_it_was_long_ago(analyst, demo, two, owner):
    analyst.open(sheet(two[0]))
    token = analyst.form("/conta/sair/")
    aged(owner, demo, analyst, 16)
    for tail in ("mudar/proteger/", "mudar/ocultar/", f"juntar/{two[1]}/"):
        page = sheet(two[0]) + tail
        assert analyst.open(page).url.path == "/conta/confirmar/codigo/"
        assert analyst.page.url.params["next"] == page
        analyst.post(page, {**token, "reason": WHY})
        assert analyst.path == "/conta/confirmar/codigo/"
    assert events(owner, two[0]) == []
    assert analyst.open(f"{sheet(two[0])}mudar/suspender/").status_code == 200


def test_whoever_has_a_passkey_alone_is_asked_for_it(office_as, demo: Installation, two, owner):
    login = new_login()
    invitation = invites(office_as(Role.ADMINISTRATOR), login, Role.ANALYST)
    with Visitor(demo.url) as person:
        enters(person, invitation)
        owner.execute(
            "UPDATE portal.mfa_authenticator SET type = 'webauthn' WHERE user_id = %s", (account(owner, login),)
        )
        aged(owner, demo, person, 16)
        for tail in ("mudar/proteger/", f"juntar/{two[1]}/"):
            asked = person.http.get(sheet(two[0]) + tail, follow_redirects=False)
            assert asked.headers["location"].startswith("/conta/confirmar/chave/?next="), tail


def test_a_contested_contact_is_marked(analyst: Visitor, two, owner):
    analyst.open(sheet(two[1]))
    (first, *_) = re.findall(r"/contatos/([0-9a-f-]{36})/", analyst.page.text)
    analyst.open(f"{sheet(two[1])}contatos/{first}/")
    assert "Ele não recebe mais nenhum código" in analyst.text
    act(analyst, f"{sheet(two[1])}contatos/{first}/", reason=WHY)
    assert analyst.path == sheet(two[1])
    assert "Um contato foi contestado." in analyst.text and "Contestado" in analyst.text


def test_unknown_changes_and_contacts_have_no_page(analyst: Visitor, two):
    for tail in ("mudar/apagar/", f"contatos/{uuid.uuid4()}/", f"juntar/{uuid.uuid4()}/"):
        assert analyst.open(sheet(two[0]) + tail).status_code == 404, tail


# ---------------------------------------------------------------- merging


def test_a_likely_pair_is_suggested_compared_and_merged(analyst: Visitor, desk: Visitor, two, owner):
    analyst.open(sheet(two[0]))
    assert "Pode ser a mesma pessoa" in analyst.text and "00300008802" in analyst.text
    path = f"{sheet(two[0])}juntar/{two[1]}/"
    analyst.open(path)
    for told in ("Mesmo CPF e mesmo nascimento", "Continua", "Termina", "Não dá para desfazer."):
        assert told in analyst.text, told
    assert "Álvares" not in analyst.text and CPF not in analyst.page.text
    act(analyst, path, reason=WHY)
    assert analyst.path == sheet(two[0])
    assert "Os dois cadastros são um só agora" in analyst.text
    assert "q***@example.com" in analyst.text and "Deixado" in analyst.text
    analyst.open(sheet(two[1]))
    assert "Este cadastro foi juntado" in analyst.text and f'href="{sheet(two[0])}"' in analyst.page.text
    assert "Suspender o atendimento" not in analyst.text
    desk.new_guia("00300008802")
    analyst.open(sheet(two[0]))
    assert desk.number in analyst.text


def test_who_is_not_alike_is_merged_by_nobody(analyst: Visitor, two, owner):
    owner.execute("UPDATE chancela.beneficiary SET birth_date = '1990-01-01' WHERE id = %s", (two[1],))
    path = f"{sheet(two[0])}juntar/{two[1]}/"
    analyst.open(path)
    assert "Só um dos dois confere" in analyst.text and "Estes dois você não pode juntar" in analyst.text
    act(analyst, path, reason=WHY)
    assert analyst.page.status_code == 422 and "não podem ser juntados" in analyst.text


def test_a_manager_vouches_for_a_doubtful_pair(office_as, two, owner):
    owner.execute("UPDATE chancela.beneficiary SET birth_date = NULL WHERE id = %s", (two[1],))
    manager = office_as(Role.MANAGER)
    act(manager, f"{sheet(two[0])}juntar/{two[1]}/", reason=WHY)
    assert manager.path == sheet(two[0]), manager.text


def test_while_a_code_lives_nothing_is_merged(analyst: Visitor, desk: Visitor, two):
    guia = desk.new_guia("00300008802")
    desk.sent(guia)
    act(analyst, f"{sheet(two[0])}juntar/{two[1]}/", reason=WHY)
    assert analyst.page.status_code == 422 and "Há um código vivo neste cadastro" in analyst.text
