"""The call centre: from the protocol number to the code that is read out, and nothing for anybody else."""

import re
import uuid
from collections.abc import Iterator

import psycopg
import pytest

from chancela.domain.caller import QuestionKind
from tests import callers
from tests.cast import cast
from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation
from tests.promises import canary

ANS = "999003"
HOUSE = cast().cambui
DIEGO, ROSA, RAIMUNDO = (HOUSE.person(name) for name in ("Diego", "Rosa", "Raimundo"))
CENTRAL = "/operadora/central/"
LOST = {"reason": "lost"}
CALL = re.compile(rf"{CENTRAL}[0-9a-f-]{{36}}/")
DIGITS = re.compile(r'<span aria-hidden="true">([0-9]{3}) ([0-9]{3})</span>')


@pytest.fixture(autouse=True)
def owner(demo: Installation) -> Iterator[psycopg.Connection]:
    """Let no test's calls count in the next one."""
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM chancela.call")
        yield connection


@pytest.fixture
def agent(demo: Installation) -> Iterator[Visitor]:
    """Cambuí's agent."""
    with Visitor(demo.url) as visitor:
        visitor.sign_in_as_operator(ANS, "agent")
        yield visitor


def opened(agent: Visitor) -> str:
    """Open a call; its address."""
    agent.open(CENTRAL)
    agent.send(f"{CENTRAL}abrir/")
    assert CALL.fullmatch(agent.path), agent.text
    return agent.path


def named(agent: Visitor, who: str) -> str:
    call = opened(agent)
    agent.send(f"{call}quem/", who=who)
    return call


def says(agent: Visitor, call: str, person, said: str | None = None) -> None:
    """Answer the question that is asked: rightly, where nothing else is given."""
    right = callers.answer(callers.kind_of(agent.text), person, HOUSE.people)
    agent.send(f"{call}resposta/", answer=right if said is None else said)


def identified(agent: Visitor, person) -> str:
    """A call whose caller is identified."""
    call = named(agent, person.card_number)
    for _ in range(3):
        says(agent, call, person)
    assert "Cadastro conferido" in agent.text, agent.text
    return call


def guia_of(desk: Visitor, person) -> str:
    """The id of a new guia that awaits its code."""
    return desk.new_guia(person.card_number).split("/")[-2]


def read(agent: Visitor, call: str, guia: str, **why: str) -> str | None:
    """The digits that are shown to be read out."""
    fields = {**agent.form("/conta/sair/"), "guia": guia, **(why or LOST)}
    agent.post(f"{call}ler/", fields)
    found = DIGITS.search(agent.page.text)
    return found[1] + found[2] if found else None


# ---------------------------------------------------------------- the call


def test_an_agent_begins_at_the_call_centre_which_tells_hours_and_lines(agent: Visitor):
    assert agent.open("/operadora/").url.path == CENTRAL
    for told in ("Abrir a ligação", "0800 000 0032", "para quem não ouve ou não fala", "todos os dias, 24 horas"):
        assert told in agent.text, told


def test_the_protocol_stands_first_and_is_kept_until_the_call_ends(agent: Visitor):
    call = opened(agent)
    assert re.search(r"Diga este protocolo antes de tudo 999003 [0-9]{8} [0-9]{6}", agent.text)
    assert agent.open(CENTRAL).url.path == call
    agent.send(f"{call}fim/")
    assert "Ligação encerrada" in agent.text and "ninguém foi procurado" in agent.text
    assert agent.open(CENTRAL).url.path == CENTRAL


def test_a_browser_that_crashed_finds_the_call_again(demo: Installation, agent: Visitor):
    call = named(agent, DIEGO.card_number)
    with Visitor(demo.url) as other:
        other.sign_in_as_operator(ANS, "agent")
        assert other.open(CENTRAL).url.path == call
        assert "Pergunta 1" in other.text
        other.post(f"{CENTRAL}abrir/", other.form("/conta/sair/"))
        assert other.path == call


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Digite a carteirinha, o CPF, ou o nome com a data de nascimento."),
        ("Ana", "Com o nome, digite também a data de nascimento"),
        ("Ana Souza", "Com o nome, digite também a data de nascimento"),
        ("Ana Souza 31/02/1980", "A data precisa ter dia, mês e ano"),
    ],
)
def test_what_cannot_be_searched_for_stays_in_the_field_with_what_to_do(agent: Visitor, typed: str, said: str):
    call = opened(agent)
    agent.send(f"{call}quem/", who=typed)
    assert agent.page.status_code == 422
    assert said in agent.text
    assert not typed or f'value="{typed}"' in agent.page.text
    assert agent.open(call).status_code == 200 and "Quem liga?" in agent.text


@pytest.mark.parametrize(
    "typed",
    [
        DIEGO.card_number,
        f" {DIEGO.card_number[:5]} {DIEGO.card_number[5:]}",
        DIEGO.cpf,
        f"{DIEGO.cpf[:3]}.{DIEGO.cpf[3:6]}.{DIEGO.cpf[6:9]}-{DIEGO.cpf[9:]}",
        f"diego arruda {DIEGO.birth_date:%d/%m/%Y}",
        f"Diego Lacerda, {DIEGO.birth_date:%d%m%Y}",
    ],
)
def test_a_person_is_found_by_whatever_they_say(agent: Visitor, typed: str):
    call = named(agent, typed)
    for _ in range(3):
        says(agent, call, DIEGO)
    assert "Diego A. L." in agent.text


def test_before_the_answers_the_screen_tells_nothing_and_a_stranger_is_asked_alike(agent: Visitor):
    seen = {}
    for who in (DIEGO.card_number, "00399999999"):
        call = named(agent, who)
        assert agent.page.status_code == 200
        assert callers.kind_of(agent.text) in QuestionKind
        for told in ("Diego", "Lacerda", DIEGO.cpf[-4:], "3063", DIEGO.plan):
            assert told not in agent.page.text
        ask = re.search(r"<h1><label.*?</h1>", agent.page.text)
        nth = re.search(r"Pergunta 1 · são.*?conferir", agent.text)
        assert ask and nth
        seen[who] = nth[0]
        agent.send(f"{call}fim/")
    assert len(set(seen.values())) == 1


def test_one_question_a_time_and_an_answer_is_never_shown_again(agent: Visitor):
    call = named(agent, DIEGO.card_number)
    agent.send(f"{call}resposta/", answer="")
    assert agent.page.status_code == 422 and "Digite o que a pessoa respondeu." in agent.text
    says(agent, call, DIEGO, "resposta bem errada")
    assert "Pergunta 2" in agent.text and "resposta bem errada" not in agent.page.text
    for _ in range(3):
        says(agent, call, DIEGO)
    assert "Cadastro conferido" in agent.text


def test_two_wrong_answers_end_the_questions_whoever_it_is(agent: Visitor):
    for who in (DIEGO.card_number, "00399999999"):
        call = named(agent, who)
        for _ in range(2):
            says(agent, call, DIEGO, "errada")
        assert "Não foi possível identificar quem liga" in agent.text
        assert "resposta" not in str(agent.page.url)
        fields = {**agent.form(f"{call}fim/"), "place": "2", "answer": "x"}
        agent.post(f"{call}resposta/", fields)
        assert "Não foi possível identificar quem liga" in agent.text
        agent.send(f"{call}fim/")
        assert "não identificado" in agent.text


def test_a_mistyped_number_may_be_corrected_before_the_first_answer(agent: Visitor):
    call = named(agent, "00399999999")
    assert "Corrigir a busca" in agent.text
    agent.open(f"{call}?buscar=1")
    agent.send(f"{call}quem/", who=DIEGO.card_number)
    says(agent, call, DIEGO)
    assert "Corrigir a busca" not in agent.text
    assert "Pergunta 2" in agent.open(f"{call}?buscar=1").text or "Pergunta 2" in agent.text


# ---------------------------------------------------------------- the caller's codes


def test_a_code_that_is_awaited_is_made_and_read_out_and_serves(agent: Visitor, desk: Visitor):
    guia = guia_of(desk, RAIMUNDO)
    call = identified(agent, RAIMUNDO)
    assert "Gerar e ler o código" in agent.text
    code = read(agent, call, guia)
    assert code is not None
    assert agent.page.headers["Refresh"] == f"60;url={call}"
    assert "no-store" in agent.page.headers["Cache-Control"]
    spelled = re.findall(r"<li><span[^>]*>([0-9])</span> (\w+)</li>", agent.page.text)
    assert "".join(digit for digit, _ in spelled) == code
    assert dict(spelled).get("6", "meia") == "meia"
    desk.open(f"/balcao/guias/{guia}/codigo/")
    desk.send(f"/balcao/guias/{guia}/validar/", code=code)
    assert "VALIDADA" in desk.text


def test_a_reason_is_asked_for_and_one_of_ones_own_will_do(agent: Visitor, desk: Visitor):
    guia = guia_of(desk, DIEGO)
    call = identified(agent, DIEGO)
    for why in ({"reason": ""}, {"reason": "other", "other": "curto"}, {"reason": "x"}):
        assert read(agent, call, guia, **why) is None
        assert agent.page.status_code in {200, 422}
    assert read(agent, call, guia, reason="other", other="curto") is None
    assert "Diga por que o código é lido ao telefone." in agent.text and 'value="curto"' in agent.page.text
    assert read(agent, call, guia, reason="other", other="perdeu o aparelho na rua")


def test_the_digits_stand_on_one_page_and_in_no_table(agent: Visitor, desk: Visitor, demo: Installation):
    guia = guia_of(desk, ROSA)
    call = identified(agent, ROSA)
    code = read(agent, call, guia)
    assert code is not None
    others = (call, f"{call}ler/", CENTRAL, f"{call}guias/{guia}/nao-pedi/")
    pages = [agent.open(path).text for path in others]
    agent.open(call)
    agent.send(f"{call}fim/")
    pages.append(agent.page.text)
    assert canary.in_text([code], "pages", " ".join(pages)) == []
    assert canary.in_tables([code], demo.database_url) == []


def test_a_mother_is_told_the_code_of_her_child(agent: Visitor, desk: Visitor):
    miguel = HOUSE.person("Miguel")
    guia = guia_of(desk, miguel)
    call = identified(agent, ROSA)
    assert "de Miguel B. V." in agent.text
    assert read(agent, call, guia)


def test_a_guia_of_somebody_else_is_like_none(agent: Visitor, desk: Visitor):
    foreign, unknown = guia_of(desk, ROSA), str(uuid.uuid4())
    call = identified(agent, DIEGO)
    token = agent.form("/conta/sair/")
    for guia in (foreign, unknown):
        assert agent.post(f"{call}ler/", {**token, "guia": guia, **LOST}).status_code == 404
        assert agent.post(f"{call}guias/{guia}/enviar/", {**token, "way": "sms"}).status_code == 404
        assert agent.open(f"{call}guias/{guia}/nao-pedi/").status_code == 404
        agent.post(f"{call}guias/{guia}/nao-pedi/", token)
        assert agent.page.status_code == 404


def test_a_code_goes_out_again_by_a_chosen_way(agent: Visitor, desk: Visitor):
    guia = guia_of(desk, DIEGO)
    call = identified(agent, DIEGO)
    assert "(65) *****-3063" in agent.text and "d***@example.com" in agent.text
    agent.send(f"{call}guias/{guia}/enviar/", way="email")
    assert "Código gerado" in agent.text
    agent.send(f"{call}guias/{guia}/enviar/", way="email")
    assert agent.page.status_code == 422 and "Um código acabou de sair." in agent.text
    agent.send(f"{call}guias/{guia}/enviar/", way="sms")
    assert "Código enviado de novo" in agent.text
    agent.post(f"{call}guias/{guia}/enviar/", {**agent.form("/conta/sair/"), "way": "pigeon"})
    assert agent.page.status_code == 200


def test_a_code_that_nobody_asked_for_is_stopped_and_its_protocol_told(agent: Visitor, desk: Visitor, owner):
    guia = guia_of(desk, ROSA)
    call = identified(agent, ROSA)
    agent.open(f"{call}guias/{guia}/nao-pedi/")
    agent.send(f"{call}guias/{guia}/nao-pedi/")
    assert "Aviso registrado" in agent.text and re.search(r"Protocolo do aviso 999003 [0-9]{8} [0-9]{6}", agent.text)
    assert guia not in agent.open(call).text.replace(f"{call}", "")
    assert "Aviso “não pedi” registrado" in agent.text
    owner.execute("DELETE FROM chancela.report WHERE guia_id = %s", (guia,))


def test_a_call_that_is_over_does_nothing_and_is_summed_up(agent: Visitor, desk: Visitor):
    guia = guia_of(desk, DIEGO)
    call = identified(agent, DIEGO)
    read(agent, call, guia)
    agent.open(call)
    agent.send(f"{call}fim/")
    for told in ("Ligação encerrada", "Código gerado", "Código lido ao telefone", "identificado pelo cadastro"):
        assert told in agent.text, told
    token = agent.form("/conta/sair/")
    assert read(agent, call, guia) is None and agent.path == call
    assert agent.post(f"{call}guias/{guia}/enviar/", {**token, "way": "sms"}).url.path == call
    assert agent.post(f"{call}guias/{guia}/nao-pedi/", token).url.path == call
    assert agent.post(f"{call}resposta/", {**token, "place": "0"}).url.path == call


def test_in_a_call_that_changed_a_contact_no_code_is_read_out(agent: Visitor, desk: Visitor, owner):
    guia = guia_of(desk, DIEGO)
    call = identified(agent, DIEGO)
    owner.execute("UPDATE chancela.call SET changed_contact = true WHERE id = %s", (call.split("/")[-2],))
    assert "nenhum código é lido nela" in agent.open(call).text.replace("\n", " ")
    assert read(agent, call, guia) is None
    assert "não cabem na mesma ligação" in agent.text


# ---------------------------------------------------------------- others


def test_another_agents_call_is_like_none(demo: Installation, agent: Visitor, desk: Visitor):
    guia = guia_of(desk, DIEGO)
    call = identified(agent, DIEGO)
    unknown = f"{CENTRAL}{uuid.uuid4()}/"
    with Visitor(demo.url) as stranger:
        stranger.sign_in_as_operator("999002", "agent")
        token = stranger.form("/conta/sair/")
        for path in (call, unknown):
            assert stranger.open(path).status_code == 404
            for more in ("quem/", "resposta/", "ler/", "fim/", f"guias/{guia}/enviar/", f"guias/{guia}/nao-pedi/"):
                fields = {**token, "guia": guia, "way": "sms", "who": "x", "answer": "x", "place": "0", **LOST}
                assert stranger.post(f"{path}{more}", fields).status_code == 404, more
    assert "Cadastro conferido" in agent.open(call).text


@pytest.mark.parametrize("role", ["auditor", "analyst", "manager", "dpo", "administrator"])
def test_nobody_else_finds_the_call_centre(demo: Installation, role: str):
    with Visitor(demo.url) as visitor:
        visitor.sign_in_as_operator(ANS, role)
        assert visitor.open(CENTRAL).status_code == 404
        assert CENTRAL not in visitor.open("/operadora/").text


def test_the_call_centre_speaks_english(agent: Visitor, desk: Visitor):
    guia_of(desk, DIEGO)
    call = identified(agent, DIEGO)
    agent.send("/idioma/", language="en")
    assert agent.open(call).status_code == 200
