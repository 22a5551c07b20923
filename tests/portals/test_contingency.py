"""Contingency at the desk: numbers received and printed, and visits brought in line by line, corrected, never twice."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest

from chancela.portals.provider import contingency_lines
from tests.portals.browsing import CONSULTATION, Visitor
from tests.portals.conftest import Installation

ANS, CARD, PAGE = "999001", "00100000101", "/balcao/contingencia/"
NUMBER = re.compile(r"<li>(9[0-9]{3} [0-9]{3} [0-9]{2} [0-9]{4})</li>")


@pytest.fixture
def clinic(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url) as visitor:
        visitor.sign_in(ANS)
        yield visitor
    forget(demo)


def forget(demo: Installation) -> None:
    """Leave the demo without the numbers of these tests."""
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM chancela.reconciled WHERE operator = %s", (ANS,))
        connection.execute("DELETE FROM chancela.number_block WHERE operator = %s", (ANS,))


def numbers(clinic: Visitor) -> list[str]:
    """The free numbers; received where there are none."""
    clinic.open(PAGE)
    if not NUMBER.findall(clinic.page.text):
        clinic.send(f"{PAGE}receber/")
    return NUMBER.findall(clinic.page.text)


def now() -> str:
    return f"{datetime.now(UTC).astimezone(ZoneInfo('America/Sao_Paulo')):%d/%m/%Y %H:%M}"


def line(number: str, *more: str, card: str = CARD, what: str = CONSULTATION) -> str:
    return "; ".join((number, now(), card, "odonto", what, *more))


def post(clinic: Visitor, text: str, **more: str) -> None:
    clinic.open(PAGE)
    clinic.post(PAGE, {**clinic.form(PAGE), "text": text, **more})


def confirm(clinic: Visitor) -> None:
    """Press the button under what was looked over: its form holds the lines, and the codes closed."""
    lines = re.search(r'<textarea name="text" hidden>(.*?)</textarea>', clinic.page.text, re.DOTALL)
    assert lines is not None
    clinic.post(PAGE, {**clinic.form(PAGE), "text": html.unescape(lines[1]), "do": "send"})


def test_numbers_are_received_once_and_printed_with_room_to_write(clinic: Visitor):
    clinic.open(PAGE)
    assert "Receba números agora" in clinic.text
    clinic.send(f"{PAGE}receber/")
    free = NUMBER.findall(clinic.page.text)
    assert len(free) == 20
    assert "20 números recebidos" in clinic.text
    clinic.send(f"{PAGE}receber/")
    assert clinic.page.status_code == 422
    assert "Ainda há números de contingência livres" in clinic.text
    clinic.open(f"{PAGE}lista/")
    assert all(each in clinic.page.text for each in free)
    assert "uma só vez" in clinic.text


def test_lines_are_looked_over_and_then_brought_in_each_with_its_outcome(clinic: Visitor):
    free = numbers(clinic)
    text = "\n".join(
        (
            "numero; data; carteirinha; tipo; procedimentos; codigo",
            line(free[0], "", "paciente sem telefone"),
            line(free[1], "123 456"),
            line(free[2], card="000"),
            line("9000 000 00 0000"),
            "12; ontem; ; x; y",
        )
    )
    post(clinic, text)
    assert "Confira antes de registrar" in clinic.text
    assert "Registrar 4 atendimentos" in clinic.text
    assert "Confira o número: são 13 algarismos" in clinic.text
    assert "123 456" not in clinic.page.text
    confirm(clinic)
    assert "2 atendimentos registrados" in clinic.text
    assert clinic.page.text.count("Protocolo 999001") == 2
    assert "o código não confere" in clinic.text
    assert "3 linhas ficaram para corrigir" in clinic.text
    assert "este número não é de contingência" in clinic.text.lower()
    left = re.search(r"<textarea id=\"text\".*?>(.*?)</textarea>", clinic.page.text, re.DOTALL)
    assert left is not None
    assert len(left[1].splitlines()) == 3


def test_a_visit_that_did_not_stand_is_corrected_under_its_number_and_brought_in_once(clinic: Visitor):
    free = numbers(clinic)
    post(clinic, line(free[0], card="000"), do="send")
    clinic.open(f"{PAGE}?corrigir=1")
    assert "Para corrigir" in clinic.text
    corrected = line(free[0])
    post(clinic, corrected, do="send")
    assert "1 atendimento registrado" in clinic.text, clinic.text
    guia = clinic.page.text
    assert "Para corrigir" not in clinic.text
    post(clinic, corrected, do="send")
    assert "1 atendimento registrado" in clinic.text
    found = [re.search(r"/balcao/guias/([0-9a-f-]{36})/", each) for each in (guia, clinic.page.text)]
    assert len({each[1] for each in found if each}) == 1
    post(clinic, line(free[0], what=f"{CONSULTATION}x2"), do="send")
    assert "os procedimentos: era" in clinic.text
    post(clinic, line(free[0]).replace("odonto", "consulta"), do="send")
    assert "o tipo da guia: era Odontologia, agora Consulta" in clinic.text


@pytest.mark.parametrize(
    ("typed", "kind", "reason"),
    [
        ("odonto; 81000065; 07", "Odontologia", "07 · Beneficiário não possui celular"),
        ("SP/SADT; 40304361; No_Phone", "Exame", "Não tem celular"),
        ("internação; 10101039;", "Internação", ""),
        ("guia 2026000000001; ; 123456", "guia 2026000000001", contingency_lines.HIDDEN),
        ("x; 81000065; porque sim", "x", "porque sim"),
    ],
)
def test_what_was_typed_is_looked_over_in_words(typed: str, kind: str, reason: str):
    (read,) = contingency_lines.read(f"9000 012 05 4821; 21/11/2026 09:40; 001; {typed}", {})
    assert (read.kind_word, read.reason_word) == (kind, reason)


def test_one_visit_may_be_entered_field_by_field(clinic: Visitor):
    free = numbers(clinic)
    clinic.open(PAGE)
    told = {"one_number": free[0], "one_when": now(), "one_card": CARD, "one_kind": "odonto"}
    told |= {"one_procedures": CONSULTATION, "one_answer": "07", "one_note": "a; b", "do": "one"}
    assert '<option value="odonto">Odontologia</option>' in clinic.page.text
    clinic.post(PAGE, {**clinic.form(PAGE), **told})
    assert '<td data-label="Tipo">Odontologia</td>' in clinic.page.text
    assert '<td data-label="Código ou motivo">07 · Beneficiário não possui celular</td>' in clinic.page.text
    assert "Registrar 1 atendimento" in clinic.text
    confirm(clinic)
    assert "1 atendimento registrado" in clinic.text


def test_what_was_done_may_be_of_a_guia_that_stood_before(clinic: Visitor):
    guia = clinic.new_guia(CARD)
    number = clinic.number
    free = numbers(clinic)
    post(clinic, line(free[0], "07", card="000", what="").replace("odonto", f"guia {number}"), do="send")
    assert "1 linha ficou para corrigir" in clinic.text
    clinic.open(f"{PAGE}?corrigir=1")
    assert f"guia {number}; ; 07" in clinic.page.text
    post(clinic, line(free[0], "07", what="").replace("odonto", f"Guia {number}"))
    assert "os da guia" in clinic.text
    confirm(clinic)
    assert "1 atendimento registrado" in clinic.text, clinic.text
    assert f'href="{guia}"' in clinic.page.text
    post(clinic, line(free[1], "07", what="").replace("odonto", f"guia {number}"), do="send")
    assert "1 linha ficou para corrigir" in clinic.text, "it went on without a code already"


def test_a_guia_that_stood_before_is_named_field_by_field_too(clinic: Visitor):
    guia = clinic.new_guia(CARD)
    number = clinic.number
    told = {"one_number": numbers(clinic)[0], "one_when": now(), "one_card": CARD, "one_kind": "consulta"}
    told |= {"one_answer": "07", "one_guia": f" {number} ", "do": "one"}
    clinic.open(PAGE)
    clinic.post(PAGE, {**clinic.form(PAGE), **told})
    confirm(clinic)
    assert f'href="{guia}"' in clinic.page.text, clinic.text


def test_a_guia_of_somebody_else_is_like_one_that_there_is_not(demo: Installation, clinic: Visitor):
    clinic.new_guia(CARD)
    foreign = clinic.number
    free = numbers(clinic)
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        moved = "UPDATE chancela.guia SET provider = %s WHERE operator = %s AND number = %s"
        kept = "SELECT provider FROM chancela.guia WHERE operator = %s AND number = %s"
        (own,) = connection.execute(kept, (ANS, foreign)).fetchone() or ("",)
        connection.execute(moved, ("99999", ANS, foreign))
        for number in (foreign, "2020000000000"):
            asked = line(free[0], "07", what="").replace("odonto", f"guia {number}")
            post(clinic, asked)
            assert "Não há guia com este número neste balcão" in clinic.text
            post(clinic, asked, do="send")
            assert "1 linha ficou para corrigir" in clinic.text and "Protocolo" not in clinic.text
        connection.execute(moved, (own, ANS, foreign))


@pytest.mark.parametrize("what", ["guia", "guia x", "guiar 1", "guia ٣"])
def test_what_names_no_guia_is_no_kind_either(clinic: Visitor, what: str):
    post(clinic, line(numbers(clinic)[0], "07", what="").replace("odonto", what))
    assert "ou “guia” e o número, se a guia já existe" in clinic.text


def test_the_procedures_of_a_guia_that_stood_before_are_its_own(clinic: Visitor):
    clinic.new_guia(CARD)
    number = clinic.number
    post(clinic, line(numbers(clinic)[0], "07").replace("odonto", f"guia {number}"))
    assert "Deixe os procedimentos em branco: valem os da guia" in clinic.text


def test_a_file_may_take_the_place_of_typing(clinic: Visitor):
    free = numbers(clinic)
    content = line(free[0], "07", "não tem celular").encode("latin-1")
    clinic.open(PAGE)
    clinic.post(PAGE, clinic.form(PAGE), files={"file": ("lista.csv", content, "text/csv")})
    assert "Registrar 1 atendimento" in clinic.text


@pytest.mark.parametrize("text", ["", "numero;data", "x\n" * 300])
def test_nothing_and_too_much_say_what_to_do(clinic: Visitor, text: str):
    post(clinic, text)
    assert clinic.page.status_code == 422
    assert re.search(r"ao menos um atendimento|até 200", clinic.text)


def test_a_visit_without_its_number_is_told_of_and_not_taken_for_the_names_of_columns(clinic: Visitor):
    free = numbers(clinic)
    post(clinic, "\n".join((line("", "07"), line(free[0], "07"))))
    assert "Registrar 1 atendimento" in clinic.text
    assert "Confira o número: são 13 algarismos" in clinic.text
    post(clinic, line("", "07"))
    assert "Confira o número: são 13 algarismos" in clinic.text


@pytest.mark.parametrize(("many", "head", "status"), [(200, "numero; data\n", 200), (200, "", 200), (201, "", 422)])
def test_no_visit_of_a_list_is_left_out_in_silence(clinic: Visitor, many: int, head: str, status: int):
    post(clinic, head + "\n".join(line(f"9{nth:012d}", "07") for nth in range(many)))
    assert clinic.page.status_code == status
    assert clinic.page.text.count("não é de contingência") == 0
    assert ("até 200" in clinic.text) == (status == 422)


@pytest.mark.parametrize("path", [f"{PAGE}?recebidos=", "/balcao/pendentes/?pedidos=", "/balcao/pendentes/?validadas="])
@pytest.mark.parametrize("said", ["abc", "-1", "٣", "9" * 5000, "%00"])
def test_an_address_that_was_written_by_hand_says_nothing_of_what_was_done(clinic: Visitor, path: str, said: str):
    clinic.open(path + said)
    assert clinic.page.status_code == 200
    assert 'class="notice good"' not in clinic.page.text


def test_a_page_of_another_account_gives_no_code_back(clinic: Visitor):
    free = numbers(clinic)
    post(clinic, line(free[0], "••••••"), kept="x")
    assert "Digite o código outra vez" in clinic.text
