"""The operator's rules: read by everybody there, written by some, approved by another person."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from chancela.domain.profiles import SHIPPED
from chancela.portals.operator.policy_words import PARTS
from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation

RULES = "/operadora/regras/"
As = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def as_it_began(demo: Installation) -> Iterator[None]:
    """Let no test's rules be those of the next one."""
    yield
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM chancela.policy_version")


@pytest.fixture
def analyst(office_as: As) -> Visitor:
    return office_as("analyst")


@pytest.fixture
def manager(office_as: As) -> Visitor:
    return office_as("manager")


def drafted(visitor: Visitor, source: str = "") -> str:
    """A draft of one's own; the address of its page."""
    visitor.open(RULES)
    fields = visitor.form(f"{RULES}copiar/")
    visitor.post(f"{RULES}copiar/", {**fields, "source": source})
    assert re.fullmatch(rf"{RULES}[0-9]+/", visitor.path), visitor.text
    return visitor.path


def filled(visitor: Visitor) -> dict[str, object]:
    """Every field of the page's largest form as a browser would send it, with what is ticked and chosen."""
    page = max(re.findall(r"<form\b.*?</form>", visitor.page.text, re.DOTALL), key=len)
    fields: dict[str, object] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        told = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if told.get("type") in {"checkbox", "radio"}:
            if " checked" in tag:
                if told["type"] == "radio" or told["name"].startswith("own-"):
                    fields[told["name"]] = told.get("value", "on")
                else:
                    fields.setdefault(told["name"], [])
                    fields[told["name"]].append(told["value"])  # type: ignore[attr-defined]
        elif "name" in told:
            fields[told["name"]] = told.get("value", "")
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        fields[name] = text.strip()
    return fields


def save(visitor: Visitor, path: str, **typed: object) -> None:
    visitor.open(path)
    assert visitor.page.status_code == 200, visitor.text
    visitor.post(path, {**filled(visitor), **typed})


def press(visitor: Visitor, path: str, what: str, **typed: str) -> None:
    visitor.open(path)
    visitor.post(f"{path}{what}/", {**visitor.form(f"{path}{what}/"), **typed})


@pytest.mark.parametrize("role", ["agent", "auditor", "analyst", "manager", "dpo", "administrator"])
def test_everybody_of_the_operator_reads_the_rules(office_as: As, role: str):
    visitor = office_as(role)
    assert visitor.open(RULES).status_code == 200
    assert "Valem as regras com que a operadora começou." in visitor.text
    assert "O código vale por 48 horas." in visitor.text
    assert ("Mudar as regras" in visitor.text) == (role in {"analyst", "manager"})


def test_a_provider_does_not_find_them(desk: Visitor):
    assert desk.open(RULES).status_code == 404


@pytest.mark.parametrize("slug", SHIPPED)
def test_what_ships_is_read_and_copied(analyst: Visitor, slug: str):
    analyst.open(f"{RULES}de-fabrica/{slug}/")
    assert analyst.page.status_code == 200
    path = drafted(analyst, slug)
    assert "Rascunho feito." in analyst.text
    assert analyst.open(f"{RULES}de-fabrica/outra/").status_code == 404
    assert analyst.open(path).status_code == 200


def test_what_ships_has_no_page_to_change_it(analyst: Visitor):
    assert analyst.open(f"{RULES}de-fabrica/latest-code-wins/parte/prazos/").status_code == 404


def test_a_part_is_written_and_read_again_as_sentences(analyst: Visitor):
    path = drafted(analyst)
    save(analyst, f"{path}parte/prazos/", **{"valid.hours": "2", "valid.minutes": "30"})
    assert analyst.path == path
    assert "O código vale por 2 horas e 30 minutos." in analyst.text
    assert "antes O código vale por 48 horas. agora O código vale por 2 horas e 30 minutos." in analyst.text


@pytest.mark.parametrize("slug", SHIPPED)
def test_saving_each_part_as_it_is_changes_nothing(analyst: Visitor, slug: str):
    path = drafted(analyst, slug)
    before = analyst.text.partition("O que diz")[2]
    for part in PARTS:
        save(analyst, f"{path}parte/{part.slug}/")
        assert analyst.path == path, analyst.text
        assert analyst.text.partition("O que diz")[2] == before, part.slug


def test_what_cannot_be_stands_beside_its_field_and_nothing_typed_is_lost(analyst: Visitor):
    path = drafted(analyst)
    save(analyst, f"{path}parte/prazos/", **{"tries_per_code": "6", "tries_per_guia": "9", "valid.hours": "nunca"})
    assert analyst.page.status_code == 422
    for told in (
        "Falta acertar",
        "Tentativas erradas por código: no máximo 5.",
        "o código vale: digite um número inteiro.",
    ):
        assert told in analyst.text
    assert 'value="9"' in analyst.page.text
    assert 'value="nunca"' in analyst.page.text


def test_limits_that_hang_together_are_told_too(analyst: Visitor):
    path = drafted(analyst)
    save(analyst, f"{path}parte/prazos/", tries_per_code="4", tries_per_guia="3")
    assert "O código não pode ter mais tentativas do que a guia toda." in analyst.text
    save(analyst, f"{path}parte/familia/", **{"ages.3.from": "19"})
    assert "Uma idade começa aos 18" in analyst.text
    save(analyst, f"{path}parte/sem-codigo/", no_code=[])
    assert "Como o atendimento segue sem código: escolha ao menos um." in analyst.text


def test_a_proviso_is_added_changed_tried_and_taken_out(analyst: Visitor):
    path = drafted(analyst)
    save(analyst, f"{path}excecoes/nova/", plan="Essencial", **{"own-tries_per_code": "on", "tries_per_code": "2"})
    assert analyst.path == path, analyst.text
    assert "Plano Essencial Mudar Plano Essencial Cada código aceita até 2 tentativas erradas" in analyst.text
    save(analyst, f"{path}excecoes/1/", provider="10003", tries_per_code="1")
    assert "Prestador 10003 e plano Essencial" in analyst.text
    analyst.open(f"{path}?plano=Essencial&prestador=10003")
    assert "nesta guia Cada código aceita até 1 tentativa errada" in analyst.text.partition("Experimentar")[2]
    analyst.open(f"{path}?plano=Outro&prestador=10003&procedimento=81000065")
    assert "Nenhuma exceção: vale a regra geral." in analyst.text
    save(analyst, f"{path}excecoes/1/", do="remove")
    assert "Nenhuma: as regras são as mesmas para todos." in analyst.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"own-reissue": "on"}, "Diga para quem é"),
        ({"plan": "Essencial"}, "Marque ao menos uma regra"),
        ({"procedure": "8x", "own-reissue": "on"}, "Confira: procedimento são até 10 números"),
        (
            {"plan": "Ouro", "own-tries_per_guia": "on", "tries_per_guia": "11"},
            "Tentativas erradas por guia: no máximo 10.",
        ),
        (
            {"plan": "Ouro", "own-valid": "on", "valid.hours": "48", "valid.minutes": "1"},
            "o código vale: fica entre 10 minutos e 48 horas.",
        ),
        ({"plan": "Prata", "own-reissue": "on"}, "Já há uma exceção para o mesmo"),
    ],
)
def test_a_proviso_that_cannot_be_is_refused_beside_its_field(analyst: Visitor, typed: dict[str, str], said: str):
    path = drafted(analyst)
    save(analyst, f"{path}excecoes/nova/", plan="Prata", **{"own-reissue": "on"})
    save(analyst, f"{path}excecoes/nova/", **typed)
    assert analyst.page.status_code == 422
    assert said in analyst.text
    assert all(f'value="{each}"' in analyst.page.text for name, each in typed.items() if name in {"plan", "procedure"})


def test_provisos_that_contradict_each_other_are_refused_when_they_are_drafted(analyst: Visitor):
    path = drafted(analyst)
    save(analyst, f"{path}excecoes/nova/", procedure="8100", **{"own-guia_days": "on", "guia_days": "10"})
    save(analyst, f"{path}excecoes/nova/", procedure="8200", **{"own-guia_days": "on", "guia_days": "20"})
    assert (
        "Outra exceção tão específica quanto esta diz outra coisa: Por quantos dias a guia pode ser usada."
        in analyst.text
    )


def test_rules_that_would_break_a_proviso_are_refused(analyst: Visitor):
    path = drafted(analyst)
    save(analyst, f"{path}excecoes/nova/", plan="Ouro", **{"own-tries_per_guia": "on", "tries_per_guia": "8"})
    save(analyst, f"{path}parte/prazos/", tries_per_guia="7")
    assert "A exceção “Plano Ouro” não caberia nestas regras." in analyst.text


def test_the_day_is_today_or_later(analyst: Visitor):
    path = drafted(analyst)
    today = timezone.localdate()
    save(analyst, f"{path}vigencia/", from_date=f"{today - timedelta(days=1)}", note="porque sim")
    assert analyst.page.status_code == 422
    assert "A vigência começa hoje ou depois." in analyst.text
    assert "porque sim" in analyst.page.text
    save(analyst, f"{path}vigencia/", from_date="31/02/2030")
    assert "Escreva o dia como" in analyst.text
    save(analyst, f"{path}vigencia/", from_date=f"{today:%d/%m/%Y}", note="auditoria de 2026")
    assert f"{today:%d/%m/%Y}" in analyst.text
    assert "auditoria de 2026" in analyst.text


def test_another_person_approves_and_then_the_rules_hold(analyst: Visitor, manager: Visitor):
    path = drafted(analyst)
    save(analyst, f"{path}parte/prazos/", **{"valid.hours": "3"})
    save(analyst, f"{path}vigencia/", from_date=f"{timezone.localdate()}")
    press(analyst, path, "pedir")
    assert "Pedido enviado." in analyst.text
    assert "Aprovar" not in analyst.text
    manager.open(RULES)
    assert "Esperam aprovação 1" in manager.text
    press(manager, path, "decidir", verdict="approve")
    assert "Em vigor" in manager.text
    analyst.open(RULES)
    assert "O código vale por 3 horas." in analyst.text
    assert re.search(r"Vale a versão [0-9]+ , desde", analyst.text), analyst.text[:600]


def test_nobody_approves_what_they_wrote(manager: Visitor):
    path = drafted(manager)
    press(manager, path, "pedir")
    assert "outra pessoa precisa decidir" in manager.text
    fields = {**manager.form(f"{path}decidir/"), "verdict": "approve"}
    manager.post(f"{path}decidir/", fields)
    assert manager.page.status_code == 422
    assert "Não foi feito" in manager.text


def test_a_refusal_wants_its_reason_which_who_wrote_it_reads(analyst: Visitor, manager: Visitor):
    path = drafted(analyst)
    press(analyst, path, "pedir")
    press(manager, path, "decidir", verdict="refuse", reason=" ")
    assert manager.page.status_code == 422
    press(manager, path, "decidir", verdict="refuse", reason="prazo curto demais")
    analyst.open(path)
    assert "Recusada" in analyst.text
    assert "“prazo curto demais”" in analyst.text


def test_what_does_not_hold_yet_is_taken_back(analyst: Visitor, manager: Visitor):
    path = drafted(analyst)
    press(analyst, path, "pedir")
    press(manager, path, "decidir", verdict="approve")
    assert "Aprovada, ainda não vale" in manager.text
    manager.open(RULES)
    assert "O que vem" in manager.text
    press(manager, path, "decidir", verdict="withdraw")
    assert "Retirada" in manager.text


def test_a_draft_is_written_by_its_author_alone_and_only_as_a_draft(analyst: Visitor, manager: Visitor):
    path = drafted(analyst)
    for where in ("parte/prazos/", "vigencia/", "excecoes/nova/"):
        assert manager.open(f"{path}{where}").status_code == 404
    press(analyst, path, "pedir")
    for where in ("parte/prazos/", "vigencia/", "excecoes/nova/"):
        assert analyst.open(f"{path}{where}").status_code == 404


@pytest.mark.parametrize("where", ["0/", "99/", "99999999999999999999/", "1/parte/nada/", "1/excecoes/1/"])
def test_what_is_not_there_is_not_found(analyst: Visitor, where: str):
    drafted(analyst)
    assert analyst.open(f"{RULES}{where}").status_code == 404


def test_a_draft_of_another_operator_is_like_none(analyst: Visitor, office_as: As):
    path = drafted(analyst)
    elsewhere = office_as("analyst", "999002")
    assert elsewhere.open(path).status_code == 404
    assert elsewhere.post(f"{RULES}copiar/", {**_token(elsewhere), "source": path.split("/")[-2]}).status_code == 404


def _token(visitor: Visitor) -> dict[str, str]:
    visitor.open(RULES)
    return {"csrfmiddlewaretoken": visitor.form(f"{RULES}copiar/")["csrfmiddlewaretoken"]}


@pytest.mark.parametrize("source", ["x", "²", "1" * 30])
def test_what_cannot_be_copied_is_not_found(analyst: Visitor, source: str):
    assert analyst.post(f"{RULES}copiar/", {**_token(analyst), "source": source}).status_code == 404


def test_a_verdict_that_is_none_changes_nothing(analyst: Visitor, manager: Visitor):
    path = drafted(analyst)
    press(analyst, path, "pedir")
    press(manager, path, "decidir", verdict="maybe")
    assert "Espera aprovação" in manager.text


def test_an_agent_cannot_decide(analyst: Visitor, office_as: As):
    path = drafted(analyst)
    press(analyst, path, "pedir")
    agent = office_as("agent")
    agent.open(path)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', agent.page.text)
    assert token
    agent.post(f"{path}decidir/", {"csrfmiddlewaretoken": token[1], "verdict": "approve"})
    assert agent.page.status_code == 422
    analyst.open(path)
    assert "Espera aprovação" in analyst.text


def test_the_versions_before_are_a_page_away(analyst: Visitor, demo: Installation):
    path = drafted(analyst)
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO chancela.policy_version SELECT operator, number + n, gen_random_uuid(), policy, provisos,"
            " from_date, 'withdrawn', NULL, '', written_by, written_at, written_by, written_at, ''"
            " FROM chancela.policy_version, generate_series(1, 21) n"
        )
    number = int(path.split("/")[-2])
    analyst.open(RULES)
    assert f"Versão {number + 21} " in analyst.text
    assert f"?antes={number + 2}" in analyst.page.text
    analyst.open(f"{RULES}?antes={number + 2}")
    assert f"Versão {number} " in analyst.text
    assert "Mostrar mais antigas" not in analyst.text
    for odd in ("x", "²", "9" * 30):
        assert analyst.open(f"{RULES}?antes={odd}").status_code == 200
