"""The operator's desk: how its carriers stand, and what waits for a decision."""

import re
import uuid
from collections.abc import Iterator

import psycopg
import pytest

from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation
from tests.portals.test_report import Person, forget, guia_id, link, reports

HELENA, NELSON, SILVIA, ROSA = "00100000101", "00300000201", "00300000202", "00300000101"
CARRIERS = """
INSERT INTO chancela.carrier (operator, name, kind, channel, secrets, daily_cap_millis, enabled) VALUES
    ('999002', 'sms-principal', 'twilio', 'sms', '', 150000, true),
    ('999002', 'sms-reserva', 'smpp', 'sms', '', NULL, true),
    ('999002', 'voz', 'voice', 'voice', '', NULL, true),
    ('999002', 'parado', 'email', 'email', '', NULL, false);
INSERT INTO chancela.carrier_day
SELECT '999002', n.carrier, (now() AT TIME ZONE 'America/Sao_Paulo')::date, n.sent, n.delivered, n.failed, n.spent
FROM (VALUES ('sms-principal', 18423, 17920, 211, 99950), ('inbox', 3, 3, 0, 0))
     AS n (carrier, sent, delivered, failed, spent)
ON CONFLICT ON CONSTRAINT a_carrier_has_one_count_a_day DO UPDATE
SET sent = EXCLUDED.sent, delivered = EXCLUDED.delivered, failed = EXCLUDED.failed;
INSERT INTO chancela.carrier_state VALUES
    ('999002', 'sms-principal', 'slow', now(), 'receipts late'), ('999002', 'voz', 'open', now(), 'no answer in time');
INSERT INTO chancela.alarm VALUES
    ('999002', 'prefix', '+5594', now(), now(), NULL, 1412, 3),
    ('999002', 'provider', '10002', now(), now(), NULL, 220, 9);
"""
GONE = """
DELETE FROM chancela.carrier WHERE operator = '999002';
DELETE FROM chancela.carrier_day WHERE operator = '999002';
DELETE FROM chancela.carrier_state WHERE operator = '999002';
DELETE FROM chancela.alarm WHERE operator = '999002';
"""


@pytest.fixture(autouse=True)
def forgotten(demo: Installation) -> Iterator[None]:
    """Let no test's reports pause the codes of the next one."""
    yield
    forget(demo)


@pytest.fixture
def owner(demo: Installation) -> Iterator[psycopg.Connection]:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def bem_te_vi(demo: Installation) -> Iterator[Visitor]:
    """Bem-te-vi's own people."""
    with Visitor(demo.url) as visitor:
        visitor.sign_in_as_operator("999002")
        yield visitor


@pytest.fixture
def carriers(owner) -> Iterator[None]:
    """Bem-te-vi with carriers in every state."""
    owner.execute(CARRIERS)
    yield
    owner.execute(GONE)


# ---------------------------------------------------------------- deliveries


def test_the_desk_of_an_auditor_opens_with_the_audit(office: Visitor):
    assert office.open("/operadora/").url.path == "/operadora/auditoria/"
    assert "Renato Bueno" in office.text


def test_carriers_are_shown_with_health_counts_and_cost(bem_te_vi: Visitor, carriers):
    bem_te_vi.open("/operadora/entregas/")
    for told in (
        "sms-principal SMS · twilio Lento desde hoje",
        "receipts late 18.423 17.920 211",
        "R$ 99,95 de R$ 150,00",
        "voz Ligação · voice Em pausa depois de falhas desde hoje",
        "no answer in time",
        "sms-reserva SMS · smpp Sem movimento hoje – – –",
        "parado E-mail · email Desligado",
        "inbox de toda a instalação Funcionando",  # its counts move on while the demo works
        "Vão muitos códigos para números que começam com +5594",
        "1.412 enviados, 3 validados",
        "Odontologia Ribeira (10002) pede muitos códigos e valida poucos.",
    ):
        assert told in bem_te_vi.text, told


def test_another_operators_carriers_are_not_shown(office: Visitor, carriers):
    office.open("/operadora/entregas/")
    assert "sms-principal" not in office.text
    assert "+5594" not in office.text


def test_the_page_draws_its_part_anew_by_itself(bem_te_vi: Visitor, carriers):
    whole = bem_te_vi.open("/operadora/entregas/").text
    assert 'hx-trigger="every 10s"' in whole
    assert "<noscript>" in whole
    part = bem_te_vi.http.get("/operadora/entregas/", headers={"HX-Request": "true"}).text
    assert "sms-principal" in part
    assert "<html" not in part
    assert "<button" not in part, "what is drawn anew takes nobody's focus away"


def test_in_english_amounts_are_english(bem_te_vi: Visitor, carriers):
    bem_te_vi.open("/operadora/entregas/")
    bem_te_vi.send("/idioma/", language="en")
    assert "Resting after faults" in bem_te_vi.text
    assert "18,423" in bem_te_vi.text
    assert "R$ 99.95" in bem_te_vi.text


# ---------------------------------------------------------------- reports


@pytest.fixture
def reported(demo: Installation, desk: Visitor) -> str:
    """A guia of Cambuí whose person said that they did not ask for its code."""
    guia = desk.new_guia(ROSA)
    with Person(demo.url) as person:
        person.press(link(demo, guia, "999003"))
    return guia


def close(office: Visitor, guia: str, outcome: str) -> None:
    office.open("/operadora/casos/")
    office.send(f"/operadora/casos/{guia_id(guia)}/", outcome=outcome)


def test_an_open_report_says_what_one_needs_to_decide(office: Visitor, desk: Visitor, reported: str):
    number = desk.open(reported) and desk.number
    row = row_of(office, number)
    for told in (
        "pelo link do e-mail",
        f"carteirinha {ROSA}",
        "Clínica Jatobá",
        "prestador 10003",
        "Foi engano",
        "Procede",
    ):
        assert told in row, told
    assert re.search(r"999003 [0-9]{8} [0-9]{6}", row)


def row_of(office: Visitor, number: str) -> str:
    page = office.open("/operadora/casos/").text
    found = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if number in row)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


@pytest.mark.parametrize(
    ("outcome", "said"), [("mistaken", "pode receber código de novo"), ("upheld", "fica sem código")]
)
def test_a_decision_is_told_and_leaves_the_list(office: Visitor, desk: Visitor, demo, reported: str, outcome, said):
    number = desk.open(reported) and desk.number
    close(office, reported, outcome)
    assert said in office.text
    assert "operadora@cambui.example" in office.text
    assert number not in re.sub(r"<header.*?</header>", "", office.page.text, flags=re.DOTALL)
    assert reports(demo, reported) == [("email", outcome)]


def test_the_first_decision_stands_and_the_second_is_told_of_it(office: Visitor, demo, reported: str):
    office.open("/operadora/casos/")
    fields = office.form(f"/operadora/casos/{guia_id(reported)}/")
    for outcome in ("upheld", "mistaken"):
        office.post(f"/operadora/casos/{guia_id(reported)}/", {**fields, "outcome": outcome})
        assert "fica sem código" in office.text
    assert reports(demo, reported) == [("email", "upheld")]


@pytest.mark.parametrize("outcome", ["", "x", "MISTAKEN"])
def test_what_is_no_decision_changes_nothing(office: Visitor, demo, reported: str, outcome: str):
    close(office, reported, outcome)
    assert reports(demo, reported) == [("email", None)]


def test_two_reports_of_one_person_about_one_provider_are_seen_together(office, desk: Visitor, demo, reported: str):
    second = desk.new_guia(ROSA)
    with Person(demo.url) as person:
        person.press(link(demo, second, "999003"))
    number = desk.open(second) and desk.number
    assert "avisos em 7 dias: envios em pausa" in row_of(office, number)
    third = desk.new_guia(ROSA)
    desk.open(f"{third}codigo/")
    desk.send(f"{third}codigo/enviar/")
    assert "Envios em pausa" in desk.text
    assert "0800 000 0032" in desk.text
    for guia in (reported, second):
        close(office, guia, "mistaken")
    desk.sent(third)


def test_another_operators_report_is_like_none(bem_te_vi: Visitor, office: Visitor, demo, reported: str):
    assert "Nenhum aviso em aberto." in bem_te_vi.open("/operadora/casos/").text
    office.open("/operadora/casos/")
    token = bem_te_vi.form("/conta/sair/")
    foreign = bem_te_vi.post(f"/operadora/casos/{guia_id(reported)}/", {**token, "outcome": "mistaken"})
    unknown = bem_te_vi.post(f"/operadora/casos/{uuid.uuid4()}/", {**token, "outcome": "mistaken"})
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert reports(demo, reported) == [("email", None)]
    assert "foi engano" not in bem_te_vi.open(f"/operadora/casos/?guia={guia_id(reported)}").text


@pytest.mark.parametrize(
    "query",
    [
        "guia=x",
        "guia=",
        "guia=01a1fd2a-ea54-7e23-877b-28a20ffd2a38",
        "contato=x",
        "contato=01a1fd2a-ea54-7e23-877b-28a20ffd2a38",
    ],
)
def test_no_query_breaks_the_page(office: Visitor, query: str):
    assert office.open(f"/operadora/casos/?{query}").status_code == 200
    assert "notice good" not in office.page.text


# ---------------------------------------------------------------- contacts

SHARED = "+5541900077777"
SHARING = """
INSERT INTO chancela.contact (operator, id, beneficiary_id, kind, address, state)
SELECT b.operator, gen_random_uuid(), b.id, 'mobile', %s, 'confirmed' FROM chancela.beneficiary b
WHERE b.operator = '999003' AND b.holder_id IS NULL AND b.card_number NOT IN (%s, %s) ORDER BY b.card_number LIMIT 3
"""


@pytest.fixture
def held(owner, desk: Visitor) -> Iterator[str]:
    """A guia for which the desk typed a mobile that three other families have."""
    owner.execute(SHARING, (SHARED, NELSON, SILVIA))
    guia = desk.new_guia(NELSON)
    desk.open(f"{guia}codigo/")
    desk.send(f"{guia}codigo/enviar/", way="sms", ddd="41", mobile="90007-7777")
    assert desk.page.status_code == 422
    assert "A operadora precisa conferir este contato" in desk.text
    assert "0800 000 0032" in desk.text
    yield guia
    owner.execute("DELETE FROM chancela.contact WHERE operator = '999003' AND address = %s", (SHARED,))


def contact_of(owner: psycopg.Connection) -> uuid.UUID:
    asked = "SELECT id FROM chancela.contact WHERE operator = '999003' AND address = %s AND typed_by IS NOT NULL"
    (found,) = owner.execute(asked, (SHARED,)).fetchall()
    return uuid.UUID(str(found[0]))


def test_a_contact_of_many_waits_masked_with_who_typed_it(office: Visitor, desk: Visitor, held: str):
    row = row_of(office, desk.number)
    for told in ("(41) *****-7777", "Celular", "Clínica Jatobá", "3 outras famílias", f"carteirinha {NELSON}"):
        assert told in row, told
    assert "90007" not in office.page.text


def test_an_accepted_contact_may_receive_the_code_of_its_guia(office: Visitor, desk: Visitor, owner, held: str):
    path = f"/operadora/contatos/{contact_of(owner)}/"
    office.open("/operadora/casos/")
    office.send(path, verdict="accept")
    assert "foi aceito e pode receber o código da guia" in office.text
    assert "Nenhum contato para conferir." in office.text
    desk.sent(held)
    assert "(41) *****-7777" in desk.text


def test_a_refused_contact_receives_nothing_and_the_first_verdict_stands(office, desk: Visitor, owner, held: str):
    path = f"/operadora/contatos/{contact_of(owner)}/"
    office.open("/operadora/casos/")
    fields = office.form(path)
    for verdict in ("refuse", "accept"):
        office.post(path, {**fields, "verdict": verdict})
        assert "foi recusado e não recebe códigos" in office.text
    desk.open(f"{held}codigo/")
    desk.send(f"{held}codigo/enviar/", way="sms", ddd="41", mobile="90007-7777")
    assert desk.page.status_code == 422


def test_another_operators_contact_is_like_none(bem_te_vi: Visitor, owner, held: str):
    token = bem_te_vi.form("/conta/sair/")
    for contact in (contact_of(owner), uuid.uuid4()):
        assert bem_te_vi.post(f"/operadora/contatos/{contact}/", {**token, "verdict": "accept"}).status_code == 404
    assert bem_te_vi.open(f"/operadora/casos/?contato={contact_of(owner)}").status_code == 200
    assert "7777" not in bem_te_vi.text
