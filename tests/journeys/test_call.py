"""A call at the call centre, by keys alone: whoever rings is identified, hears the code, and the call is over."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.domain.caller import QuestionKind
from tests import callers
from tests.cast import cast
from tests.journeys.walk import Walk

if TYPE_CHECKING:
    from chancela.adapters.demo.invented import Invented

pytestmark = pytest.mark.browser
HOUSE = cast().cambui
VANESSA, DIEGO, NELSON = (HOUSE.person(each) for each in ("Vanessa", "Diego", "Nélson"))
MOST_KEYS = 80  # docs/how-to/take-a-call.md says so: with the longest e-mail among the answers
USUAL_KEYS = 36
USUAL = ("birth_date", "cpf_end", "mobile_end", "plan")
ALT = 1


class Keys:
    """Ten fingers and no mouse; each press counts, a chord as its two keys."""

    def __init__(self, walk: Walk) -> None:
        self.page, self.pressed = walk.page, 0
        self._wire = walk.context.new_cdp_session(walk.page)

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def enters(self, text: str = "") -> None:
        """Type where the focus is and press Enter, which leads on."""
        self.types(text)
        self._leads_on(lambda: self.page.keyboard.press("Enter"))
        self.pressed += 1

    def chooses(self) -> None:
        """Press the space bar on what has the focus."""
        self.page.keyboard.press("Space")
        self.pressed += 1

    def chord(self, letter: str) -> None:
        """Alt with a letter, as the page shows it; sent as a keyboard would, since Playwright leaves the letter out."""
        told = {"modifiers": ALT, "key": letter, "windowsVirtualKeyCode": ord(letter.upper())}

        def press() -> None:
            self._wire.send(
                "Input.dispatchKeyEvent", {"type": "keyDown", "text": letter, "unmodifiedText": letter, **told}
            )
            self._wire.send("Input.dispatchKeyEvent", {"type": "keyUp", **told})

        self._leads_on(press)
        self.pressed += 2

    def again(self) -> None:
        """Open the page anew, with the focus where it gives it: a look at the page may have moved it."""
        self.page.goto(self.page.url)
        self.page.wait_for_selector(":focus", state="attached")

    def _leads_on(self, press: Any) -> None:
        """Wait for the page that comes, and for the focus that it gives: a person is no quicker."""
        with self.page.expect_navigation():
            press()
        self.page.wait_for_selector(":focus", state="attached")


@pytest.fixture(autouse=True)
def nobody_rang_today(live: Any) -> None:
    with psycopg.connect(live.database_url, autocommit=True) as owner:
        owner.execute("DELETE FROM chancela.call WHERE operator = %s", (HOUSE.ans,))


@pytest.fixture
def agent(operator: Any) -> tuple[Walk, Keys]:
    walk: Walk = operator(role="agent")
    walk.desk.sign_in(HOUSE.ans)
    return walk, Keys(walk)


def answers(walk: Walk, keys: Keys, person: Invented) -> None:
    """Answer until it is known who rings."""
    while walk.page.query_selector("#id_answer"):
        keys.enters(callers.answer(asked(walk), person, HOUSE.people))
    walk.page.wait_for_selector(".state.good")


def asked(walk: Walk) -> QuestionKind:
    """Which question waits in the open call, in whatever language its page is."""
    with psycopg.connect(walk.town.database_url) as owner:
        found = owner.execute("SELECT questions FROM chancela.call WHERE ended_at IS NULL").fetchall()
    return QuestionKind(next(each["kind"] for each in found[0][0] if each["fitted"] is None))


def shown(walk: Walk) -> str:
    return re.sub(r"\D", "", walk.page.inner_text(".code-read"))


def test_quem_liga_sem_celular_ouve_o_codigo_e_a_atendente_so_usa_o_teclado(agent: tuple[Walk, Keys]):
    walk, keys = agent
    guia = walk.desk.new_guia(NELSON.card_number)
    keys.enters()
    walk.page.wait_for_selector("text=Diga este protocolo antes de tudo")
    keys.enters(NELSON.card_number)
    answers(walk, keys, NELSON)
    keys.chooses()
    keys.enters()
    code = shown(walk)
    assert len(code) == 6 and len(walk.page.query_selector_all(".spelled li")) == 6
    keys.chord("f")
    walk.page.wait_for_selector("text=Ligação encerrada")
    walk.page.wait_for_selector("text=Código lido ao telefone")
    assert keys.pressed <= MOST_KEYS, keys.pressed
    walk.desk.open(f"{guia}codigo/")
    walk.desk.send(f"{guia}validar/", code=code)
    assert "VALIDADA" in walk.desk.text


def test_uma_ligacao_comum_custa_trinta_e_seis_teclas(agent: tuple[Walk, Keys], live: Any):
    """Birth date, CPF and mobile are put where chance would draw: they are what is asked most."""
    walk, keys = agent
    walk.desk.new_guia(DIEGO.card_number)
    keys.enters()
    keys.enters(DIEGO.card_number)
    with psycopg.connect(live.database_url, autocommit=True) as owner:
        asked = json.dumps([{"kind": each, "fitted": None} for each in USUAL])
        owner.execute("UPDATE chancela.call SET questions = %s WHERE ended_at IS NULL", (asked,))
    walk.page.reload()
    answers(walk, keys, DIEGO)
    keys.chooses()
    keys.enters()
    assert shown(walk)
    keys.chord("f")
    assert keys.pressed == USUAL_KEYS


@pytest.mark.parametrize("language", ["pt-br", "en"])
def test_cada_tela_da_ligacao_e_limpa_e_cabe(agent: tuple[Walk, Keys], language: str):
    walk, keys = speaking(agent, language)
    guia = walk.desk.new_guia(VANESSA.card_number).split("/")[-2]
    walk.spotless()
    until_it_is_known_who_rings(walk, keys)
    until_the_call_is_over(walk, keys, guia)
    where_it_stays_unknown_who_rings(walk, keys)


def until_it_is_known_who_rings(walk: Walk, keys: Keys) -> None:
    keys.enters()
    walk.spotless()
    keys.enters("vanessa coimbra")
    walk.page.wait_for_selector(".field.wrong")
    walk.spotless()
    walk.page.fill("#id_who", "")
    keys.enters(VANESSA.cpf)
    walk.spotless()
    keys.enters("não sei")
    answers(walk, keys, VANESSA)
    walk.spotless()


def until_the_call_is_over(walk: Walk, keys: Keys, guia: str) -> None:
    """What is done for who was identified: the code, a report, the words of it; then the caller hangs up."""
    call = walk.page.url
    keys.again()
    keys.enters()
    walk.page.wait_for_selector(".field.wrong")
    walk.spotless()
    keys.chooses()
    keys.enters()
    walk.spotless()
    keys.chord("v")
    walk.page.wait_for_selector(".call-done")
    walk.page.click("main summary >> nth=0")
    walk.spotless()
    walk.page.goto(f"{call}guias/{guia}/nao-pedi/")
    walk.spotless()
    keys.chord("d")
    walk.spotless()
    walk.page.goto(call)
    walk.spotless()
    keys.chord("f")
    walk.spotless()
    with psycopg.connect(walk.town.database_url, autocommit=True) as owner:
        owner.execute("DELETE FROM chancela.report WHERE guia_id = %s", (guia,))


def where_it_stays_unknown_who_rings(walk: Walk, keys: Keys) -> None:
    walk.page.goto("/operadora/central/")
    keys.again()
    keys.enters()
    keys.enters("00399999999")
    keys.enters("errado")
    keys.enters("errado")
    walk.page.wait_for_selector(".notice.wait")
    walk.spotless()


def speaking(agent: tuple[Walk, Keys], language: str) -> tuple[Walk, Keys]:
    """The agent with pages in a language."""
    walk, keys = agent
    walk.context.add_cookies([{"name": "chancela_language", "value": language, "url": walk.town.url}])
    walk.page.reload()
    walk.page.wait_for_selector(":focus", state="attached")
    assert walk.page.get_attribute("html", "lang") == language
    return walk, keys


def test_os_numeros_somem_sozinhos_sem_javascript(operator: Any):
    walk: Walk = operator(role="agent", java_script_enabled=False)
    walk.desk.sign_in(HOUSE.ans)
    walk.desk.new_guia(DIEGO.card_number)
    keys = Keys(walk)
    keys.enters()
    keys.enters(DIEGO.card_number)
    answers(walk, keys, DIEGO)
    call = walk.page.url
    keys.chooses()
    with walk.page.expect_response("**/ler/") as told:
        keys.enters()
    assert told.value.headers["refresh"] == f"60;url={call.removeprefix(walk.town.url)}"
    assert shown(walk)
    walk.page.go_back()
    assert not walk.page.query_selector(".code-read")
