"""Promise 8 at the call centre: what is read out, and what callers answer, is logged, kept and shown nowhere else."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import pytest

from chancela.bootstrap.app import App
from chancela.domain.permissions import ActorKind
from chancela.usecases.answer_caller import AnswerCaller
from chancela.usecases.reveal_token import RevealToken
from tests import callers, commands, visits
from tests.portals.browsing import Visitor
from tests.promises import canary
from tests.promises.test_canary import pages
from tests.worker import processes

if TYPE_CHECKING:
    from pathlib import Path

    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant

CENTRAL = "/operadora/central/"
SHOWING = re.compile(r"/ler/$")
DIGITS = re.compile(r'<span aria-hidden="true">([0-9]{3}) ([0-9]{3})</span>')


@dataclass
class Telephone:
    """An agent at the pages: the digits that were shown, what was typed, and every answer but the one that shows."""

    agent: Visitor
    digits: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.agent.http.event_hooks = {"response": [self._heard]}

    def _heard(self, response: httpx.Response) -> None:
        response.read()
        if not SHOWING.search(response.url.path):
            self.answers.append(f"{response.status_code} {response.url} {dict(response.headers)} {response.text}")

    def takes_a_call(self, tenant: Tenant, guia_id: str) -> None:
        """From the protocol to the end, with one wrong answer, a reason that holds the code, and a second reading."""
        agent, person = self.agent, tenant.first
        agent.open(CENTRAL)
        agent.send(f"{CENTRAL}abrir/")
        call = agent.path
        agent.send(f"{call}quem/", who=person.card_number)
        self.says(call, f"errada {person.cpf[3:]} 8")
        while "Cadastro conferido" not in agent.text:
            self.says(call, callers.answer(callers.kind_of(agent.text), person, tenant.people))
        for why in ("a mensagem não chegou", "a pessoa repete o código {}"):
            token = agent.form("/conta/sair/")
            said = why.format(self.digits[-1] if self.digits else "")
            agent.post(f"{call}ler/", {**token, "guia": guia_id, "reason": "other", "other": said})
            found = DIGITS.search(agent.page.text)
            assert found, agent.text
            self.digits.append(found[1] + found[2])
        agent.open(call)
        agent.send(f"{call}fim/")
        agent.open(call)
        assert "Código lido ao telefone" in agent.text

    def says(self, call: str, answer: str) -> None:
        self.typed.append(answer)
        self.agent.send(f"{call}resposta/", answer=answer)


def stands(said: str, log: bytes) -> bool:
    """Whether these words stand in a log, plain or escaped as in JSON; digits within a time or an id are no answer."""
    forms = {said.encode(), json.dumps(said)[1:-1].encode()}
    return any(re.search(rb"(?<![0-9A-Za-z-])%b(?![0-9A-Za-z-])" % re.escape(each), log) for each in forms)


def test_an_answer_is_found_by_itself_and_not_within_a_longer_number():
    assert stands("3000", b'{"answer": "3000"}')
    assert stands("Cambuí", b'{"event": "plan Cambu\\u00ed"}')
    assert not stands("3000", b"expire_tokens(timestamp=1795300080) 0190-3000-7abc")


@pytest.mark.slow
async def test_no_digit_read_out_and_no_answer_is_logged_kept_or_shown_again(
    settings: Settings, cambui: Tenant, database_url: str, tmp_path: Path
):
    login = cambui.house.staff[ActorKind.AGENT].login
    told = {"CHANCELA_DATABASE_URL": settings.database_url, "CHANCELA_DATA": str(settings.data)}
    with commands.heard(**told) as say:
        words = ("user", "create", login, "--operator", cambui.ans, "--role", "agent", "--name", "Júlia Serpa")
        assert say(*words, typed="um-cavalo-bateria-grampo\n").status == 0
    log = tmp_path / "worker.log"
    with log.open("wb") as said, processes.crew(settings, stderr=said.fileno(), level="DEBUG") as crew:
        worker = await asyncio.to_thread(crew.start)
        with pages(settings, tmp_path) as url, Visitor(url) as agent:
            agent.sign_in_as_operator(cambui.ans, "agent")
            telephone = Telephone(agent)
            async with App(settings) as app:
                guia = (await visits.entered(app, cambui)).guia
                await asyncio.to_thread(telephone.takes_a_call, cambui, str(guia.id))
        assert await asyncio.to_thread(crew.end, worker) == 0
    assert len(telephone.digits) == 2 and len(set(telephone.digits)) == 1
    assert len(telephone.answers) > 10
    logs = {name: (tmp_path / name).read_bytes() for name in ("server.log", "said.log", "worker.log")}
    assert len(logs["said.log"].splitlines()) > 10, "the server was not loud"
    for name, content in logs.items():
        assert canary.in_text(telephone.digits, name, content) == []
        assert [each for each in telephone.typed if stands(each, content)] == [], name
    assert [each for told in telephone.answers for each in canary.in_text(telephone.digits, told[:200], told)] == []
    assert canary.in_tables(telephone.digits, database_url) == []
    files = canary.digits_in_files(settings.data)
    assert {each: files[each] for each in telephone.digits if each in files} == {}
    wrong = telephone.typed[0]
    assert [told[:200] for told in telephone.answers if wrong in told] == []


def test_no_command_of_a_call_shows_what_was_said_in_an_error(aurora: Tenant):
    holders = [AnswerCaller(aurora.desk, None, 0, "482913"), RevealToken(aurora.desk, None, "o código é 482913")]
    assert "482913" not in repr(holders[0])
    assert "482913" not in repr(holders[1])
