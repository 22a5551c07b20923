"""The trail's pages: searched, told as stories, exported and verified, by those who may, of their own operator."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from chancela.domain import chronicle
from chancela.domain.trail import EventKind
from chancela.portals.accounts.models import Role
from chancela.portals.operator import trail_findings, trail_kinds, trail_lines
from tests import running
from tests.portals.browsing import Visitor
from tests.portals.test_report import Person, forget, link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.portals.conftest import Installation

ROSA = "00300000101"
AT = datetime(2026, 11, 21, tzinfo=UTC)
CHANGE = "UPDATE portal.accounts_user SET role = %s WHERE username = %s"


@pytest.fixture
def dpo(demo: Installation) -> Iterator[Visitor]:
    """Cambuí's data protection officer."""
    yield from acting(demo, Role.DPO)


@pytest.fixture
def manager(demo: Installation) -> Iterator[Visitor]:
    yield from acting(demo, Role.MANAGER)


def acting(demo: Installation, role: Role) -> Iterator[Visitor]:
    login = demo.operators["999003"]["staff"]["login"]
    with Visitor(demo.url) as visitor, psycopg.connect(demo.database_url, autocommit=True) as owner:
        before = owner.execute("SELECT role FROM portal.accounts_user WHERE username = %s", (login,)).fetchone()
        assert before
        visitor.sign_in_as_operator("999003")
        owner.execute(CHANGE, (role.value, login))
        try:
            yield visitor
        finally:
            owner.execute(CHANGE, (before[0], login))


@pytest.fixture
def guia(desk: Visitor) -> str:
    """The number of a guia of Rosa's, entered just now."""
    desk.new_guia(ROSA)
    return desk.number


def story(dpo: Visitor, guia: str) -> str:
    dpo.open(f"/operadora/trilha/?guia={guia}")
    found = re.search(r"/operadora/trilha/guias/[0-9a-f-]{36}/", dpo.page.text)
    assert found, dpo.text
    return found[0]


def person_of(dpo: Visitor, guia: str) -> str:
    dpo.open(story(dpo, guia))
    found = re.search(r"/operadora/trilha/pessoas/[0-9a-f-]{36}/", dpo.page.text)
    assert found
    return found[0]


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_has_a_sentence_and_a_place_in_the_list(kind: EventKind):
    assert trail_kinds.KIND[kind]
    assert kind.value in {value for _, group in trail_lines.grouped() for value, _ in group}


def test_what_an_event_tells_is_said_in_words_and_the_unknown_is_tolerated():
    data = json.dumps(
        {"channels": "sms,email", "generation": 2, "odd": "new thing", "accepted": True, "id": str(uuid4())}
    )
    deed = chronicle.deed(1, AT, "guia:token:issued", uuid4(), "recepcao", data)
    known = trail_lines.Known(trail_lines.Faces({}, {}, {}, {}), {})
    line = trail_lines.line(deed, known)
    assert [(str(label), str(value)) for label, value in line.details] == [
        ("por", "SMS, E-mail"),
        ("código nº", "2"),
        ("odd", "new thing"),
        ("aceito", "sim"),
    ]
    later = chronicle.deed(1, AT, "moon:base:opened", uuid4(), "x", "not json")
    assert "moon:base:opened" in str(trail_lines.line(later, known).sentence)


@pytest.mark.parametrize(
    ("kind", "facts", "told"),
    [
        ("guia:slip:printed", {"until": "2027-03-14", "procedures_sha256": "9f"}, [("até", "14/03/2027")]),
        (
            "guia:slip:returned",
            {"recognised": "qr", "visit": "2027-02-12", "changed": False},
            [
                ("folha reconhecida", "pelo código QR"),
                ("dia do atendimento", "12/02/2027"),
                ("a guia mudou depois de impressa", "não"),
            ],
        ),
        (
            "guia:guia:reconciled",
            {"taken_at": "2020-03-14T17:05:00+00:00", "result": "without_token", "differs": "code_wrong,urgent"},
            [
                ("anotado em", "14 de março de 2020, 14:05"),
                ("resultado", "registrado sem código"),
                ("diferenças", "o código não confere, a urgência"),
            ],
        ),
        (
            "guia:guia:reconciled",
            {"result": "refused", "refused": "motivo-desconhecido"},
            [("resultado", "recusado"), ("recusado por", "Este motivo não existe aqui. Escolha um da lista.")],
        ),
        ("operator:import:run", {"refused": 3}, [("recusadas", "3")]),
        (
            "operator:outage:declared",
            {"what": "portal", "note": "2027-02-31", "since": "2020-03-14T14:05:00-03:00"},
            [("o que", "Portal"), ("o que houve", "2027-02-31"), ("desde", "14 de março de 2020, 14:05")],
        ),
        (
            "operator:outage:declared",
            {"what": "carrier", "channel": "sms"},
            [("o que", "Envio de códigos"), ("meio", "SMS")],
        ),
    ],
)
def test_what_care_without_a_code_tells_is_said_in_words_and_days_as_people_read_them(
    kind: str, facts: dict[str, object], told: list[tuple[str, str]]
):
    deed = chronicle.deed(1, AT, kind, uuid4(), "recepcao", json.dumps(facts))
    known = trail_lines.Known(trail_lines.Faces({}, {}, {}, {}), {})
    details = trail_lines.line(deed, known).details
    assert [(str(label), str(value)) for label, value in details] == told


@pytest.mark.parametrize(
    ("where", "what", "said"),
    [
        ("event 5", "its content does not match its seal", "evento 5: o conteúdo não confere com o selo: foi mudado"),
        ("event 9", "expected event 8, found 9", "evento 9: esperava o evento 8 e achou o 9: falta ou sobra um evento"),
        (
            "the head",
            "it says 16 events, the trail ends at 15: the tail was cut",
            "o fim da trilha: diz 16 eventos, a trilha acaba no 15: o fim foi cortado",
        ),
        ("a new place", "a new thing", "a new place: a new thing"),
    ],
)
def test_what_a_verification_found_is_said_in_portuguese(where: str, what: str, said: str):
    found = trail_findings.place(where, what)
    assert f"{found.where}: {found.what}" == said
    assert found.ours == (what != "a new thing")


# ---------------------------------------------------------------- search and stories


def test_the_trail_is_searched_by_guia_person_account_kind_and_day(demo: Installation, dpo: Visitor, guia: str):
    login = demo.login("999003")[0]
    for query in (
        f"guia={guia}",
        f"guia={guia}&pessoa={ROSA}",
        f"pessoa={ROSA}",
        f"conta={login}&evento=guia:guia:registered",
        f"guia={guia}&conta={login}&evento=guia:guia:registered&de=2020-01-01&ate=2999-01-01",
    ):
        dpo.open(f"/operadora/trilha/?{query}")
        assert dpo.page.status_code == 200
        assert "A guia foi registrada" in dpo.text, query
        assert guia in dpo.text, query
    dpo.open(f"/operadora/trilha/?guia={guia}&de=2020-01-01&ate=2020-01-02")
    assert "Nada com isso na trilha" in dpo.text


def test_names_are_masked_and_cards_shown(dpo: Visitor, guia: str):
    dpo.open(story(dpo, guia))
    assert f"carteirinha {ROSA}" in dpo.text
    assert re.search(r"Rosa [A-Z]\.", dpo.text)


def test_a_guias_story_tells_what_happened_who_did_it_and_what_it_led_to(
    dpo: Visitor, desk: Visitor, demo: Installation
):
    path = desk.new_guia(ROSA)
    number = desk.number
    desk.sent(path)
    code = desk.code(ROSA, number)
    desk.open(f"{path}codigo/")
    desk.send(f"{path}validar/", code=code)
    dpo.open(story(dpo, number))
    text = dpo.text
    assert text.index("A guia foi registrada") < text.index("Um código novo foi emitido")
    assert "Levou a: O atendimento foi validado" in text
    assert "prazo: na hora" in text
    assert "código de validação:" in text
    assert "Odonto" in text
    assert code not in dpo.page.text


def test_what_is_wrong_stays_in_the_form(dpo: Visitor):
    dpo.open("/operadora/trilha/?guia=123&pessoa=zzz&de=2026-02-02&ate=2026-01-01")
    assert dpo.page.status_code == 422
    assert "O último dia vem antes do primeiro." in dpo.text
    dpo.open("/operadora/trilha/?guia=123&pessoa=zzz")
    assert "Nenhuma guia com este número." in dpo.text
    assert "Ninguém com esta carteirinha ou este CPF." in dpo.text
    assert 'value="123"' in dpo.page.text
    assert dpo.open("/operadora/trilha/?evento=none:of:these").status_code == 422
    assert dpo.open("/operadora/trilha/?antes=x").status_code == 200


def test_another_operators_guias_and_people_are_unknown(demo: Installation, dpo: Visitor):
    with Visitor(demo.url) as visitor:
        visitor.sign_in("999001")
        visitor.new_guia("00100000101")
        number = visitor.number
    dpo.open("/operadora/trilha/?pessoa=00100000101")
    assert "Ninguém com esta carteirinha" in dpo.text
    with psycopg.connect(demo.database_url) as owner:
        asked = "SELECT id, beneficiary_id FROM chancela.guia WHERE operator = '999001' AND number = %s"
        row = owner.execute(asked, (number,)).fetchone()
    assert row
    for foreign in (row, (uuid4(), uuid4())):
        for path in (f"guias/{foreign[0]}/", f"pessoas/{foreign[1]}/", f"pessoas/{foreign[1]}/visto/"):
            assert dpo.open(f"/operadora/trilha/{path}").status_code == 404
    login = demo.login("999001")[0]
    dpo.open(f"/operadora/trilha/?conta={login}")
    assert "Nada com isso na trilha" in dpo.text


def test_who_saw_what_of_a_person_is_a_table_to_be_printed(demo: Installation, dpo: Visitor, guia: str):
    person = person_of(dpo, guia)
    dpo.open(f"{person}visto/")
    assert re.search(r"Quem viu o quê de Rosa [A-Z]\.", dpo.text)
    assert "LGPD, art. 18" in dpo.text
    login = demo.operators["999003"]["staff"]["login"]
    dpo.open(f"/operadora/trilha/?conta={login}")
    assert f"O que {login} viu" in dpo.text
    dpo.open(f"/operadora/trilha/contas/visto/?conta={login}")
    assert f"O que a conta {login} viu" in dpo.text
    assert dpo.open("/operadora/trilha/contas/visto/").url.path == "/operadora/trilha/"


@pytest.mark.parametrize(
    "typed", ["a/b", "a%0Ab", "%00", "..%2F..", "%F0%9F%92%A9", "' OR 1=1", "9999-12-31", "0001-01-01", "9" * 18]
)
def test_whatever_is_typed_finds_nothing_rather_than_failing(dpo: Visitor, typed: str):
    for field in ("guia", "pessoa", "conta", "protocolo", "evento", "de", "ate", "antes"):
        assert dpo.open(f"/operadora/trilha/?{field}={typed}").status_code in {200, 422}
    assert dpo.open(f"/operadora/trilha/contas/visto/?conta={typed}").status_code == 200


def test_a_persons_events_of_one_protocol_are_found(demo: Installation, dpo: Visitor, desk: Visitor):
    path = desk.new_guia(ROSA)
    with Person(demo.url) as person:
        person.press(link(demo, path, "999003"))
    with psycopg.connect(demo.database_url) as owner:
        asked = "SELECT protocol FROM chancela.report WHERE operator = '999003' ORDER BY opened_at DESC LIMIT 1"
        (protocol,) = owner.execute(asked).fetchone() or ("",)
    try:
        dpo.open(f"/operadora/trilha/?protocolo={protocol[:6]}+{protocol[6:14]}+{protocol[14:]}&pessoa={ROSA}")
        assert "A pessoa disse que não pediu o código" in dpo.text
        dpo.open(f"/operadora/trilha/?protocolo={protocol}&pessoa=00300000201")
        assert "Nada com isso na trilha" in dpo.text
    finally:
        forget(demo)


# ---------------------------------------------------------------- export


def exported(dpo: Visitor, guia: str, kind: str) -> str:
    dpo.open(f"/operadora/trilha/?guia={guia}")
    answer = dpo.send("/operadora/trilha/exportar/", formato=kind)
    assert answer.status_code == 200
    assert f"-{time.strftime('%Y')}" in answer.headers["Content-Disposition"]
    return answer.content.decode("utf-8-sig")


def test_what_was_searched_goes_out_as_csv_and_stands_on_the_trail(dpo: Visitor, guia: str):
    rows = list(csv.DictReader(io.StringIO(exported(dpo, guia, "csv")), delimiter=";"))
    assert [(row["o que aconteceu"], row["guia"], row["carteirinha"]) for row in rows] == [
        ("A guia foi registrada", guia, ROSA)
    ]
    dpo.open("/operadora/trilha/?evento=operator:trail:exported")
    assert "Eventos da trilha foram exportados" in dpo.text
    assert "formato: CSV" in dpo.text


def test_json_lines_hold_all_that_the_seals_were_made_of(dpo: Visitor, guia: str):
    (line,) = exported(dpo, guia, "jsonl").splitlines()
    told = json.loads(line)
    assert told["kind"] == "guia:guia:registered"
    assert re.fullmatch("[0-9a-f]{64}", told["hash"])
    assert guia in told["data"]


def test_whoever_may_read_may_not_for_that_export(manager: Visitor, guia: str):
    manager.open(f"/operadora/trilha/?guia={guia}")
    assert manager.page.status_code == 200
    assert "JSON Lines" not in manager.text
    token = manager.form("/idioma/")
    assert manager.post("/operadora/trilha/exportar/", {**token, "guia": guia}).status_code == 404


def test_an_export_that_does_not_fit_writes_nothing(dpo: Visitor, guia: str):
    dpo.open(f"/operadora/trilha/?guia={guia}")
    answer = dpo.send("/operadora/trilha/exportar/", guia="nothing", formato="csv")
    assert answer.status_code == 422
    assert "Nenhuma guia com este número." in dpo.text


def test_a_persons_views_go_out_as_csv(dpo: Visitor, guia: str):
    person = person_of(dpo, guia)
    dpo.open(f"{person}visto/")
    answer = dpo.send(f"{person}visto/csv/")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    dpo.open(f"{person}visto/")
    assert "Eventos da trilha foram exportados" in dpo.text, "the export itself is one of the looks"


# ---------------------------------------------------------------- verification


def test_a_verification_is_asked_for_done_and_shown(dpo: Visitor, demo: Installation):
    dpo.open("/operadora/trilha/verificacao/")
    dpo.send("/operadora/trilha/verificacao/agora/")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        answer = dpo.http.get("/operadora/trilha/verificacao/", headers={"HX-Request": "true"})
        if answer.status_code == 286:
            break
        time.sleep(0.2)
    found = "está inteira" if running.whole(demo.data, demo.database_url, "999003") else "não está inteira"
    dpo.open("/operadora/trilha/verificacao/")
    assert f"A trilha {found}." in dpo.text, dpo.text
    dpo.open("/operadora/trilha/?evento=operator:trail:verified")
    assert f"A trilha foi verificada e {found}" in dpo.text


BROKEN = """
INSERT INTO chancela.trail_check (operator, id, asked_by, ended_at, outcome, events, checkpoints, found, findings)
VALUES ('999003', %s, 'dpo', now(), 'broken', 1234567, 3, 2,
        '[["event 5", "its content does not match its seal"],
          ["checkpoint of 9 events", "its signature matches none of our keys"]]')
"""


def test_a_broken_trail_is_told_in_plain_words_with_what_to_do(demo: Installation, dpo: Visitor):
    check = uuid4()
    with psycopg.connect(demo.database_url, autocommit=True) as owner:
        owner.execute(BROKEN, (check,))
        try:
            dpo.open("/operadora/trilha/verificacao/")
            for said in (
                "A trilha não está inteira.",
                "2 lugares não estão como deveriam.",
                "evento 5 : o conteúdo não confere com o selo: foi mudado",
                "1.234.567",
                "3 , um deles com problema",
                "Não apague nem corrija nada",
            ):
                assert said in dpo.text, said
        finally:
            owner.execute("DELETE FROM chancela.trail_check WHERE id = %s", (check,))
