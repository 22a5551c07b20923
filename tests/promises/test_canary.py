"""Promise 8: a code in clear exists in no table, log line, metric, job, error or HTTP answer but its owner's own.

Every way of a code is walked with digits that are known beforehand; then they are looked for everywhere.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import re
import secrets
import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import psycopg
import pytest

from chancela.adapters.chance import SystemChance
from chancela.adapters.channels.contract import Letter
from chancela.adapters.postgres import clients
from chancela.api import app as api
from chancela.bootstrap.app import App
from chancela.bootstrap.inboxes import InboxMessage
from chancela.domain import message
from chancela.domain.change import ContactChange
from chancela.domain.contact import ContactKind
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.message import Occasion
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.token import Secret
from chancela.usecases.ask_contact import AskContact
from chancela.usecases.confirm_contact import ConfirmContact
from chancela.usecases.validate_token import ValidateToken
from chancela.worker.chores import Chores
from tests import relays, running, visits
from tests.api.caller import Caller, new_guia
from tests.portals.hands import Hand
from tests.promises import canary
from tests.relays import RelayServer
from tests.worker import processes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chancela.adapters.demo.invented import Invented
    from chancela.bootstrap.settings import Settings
    from tests.cast import Cast, Tenant

CODES = 17
SHOWING = re.compile(r"^/demo/phone/|/guias/[0-9a-f-]{36}/codigo/$")
LOUD_SERVER = """
import logging, sys
from chancela.bootstrap import logs
from chancela.cli import listening, serving
quiet = logs.begin
def begin():
    quiet(logging.DEBUG)
    logging.getLogger().addHandler(logging.FileHandler(sys.argv[1]))
logs.begin = begin
with listening.reserve("127.0.0.1", int(sys.argv[2]), shared=False) as bound:
    serving.run(bound, None, lambda: print("ready", flush=True))
"""


class KnownChance(SystemChance):
    """Gives codes that are known beforehand, as chance may; ids are as ever."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__()
        self._waiting = list(codes)
        self.given: list[str] = []

    def code(self) -> str:
        self.given.append(self._waiting.pop(0))
        return self.given[-1]


@dataclass
class Walk:
    """What was said on the way, and to whom."""

    answers: list[str] = field(default_factory=list)

    async def heard(self, response: httpx.Response) -> None:
        await response.aread()
        self.answers.append(f"{response.status_code} {dict(response.headers)} {response.text}")


@pytest.fixture
def data_folder(cluster: str) -> Path:
    """Where PostgreSQL keeps its files and its journal."""
    with psycopg.connect(cluster) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    return Path(folder)


def flushed(cluster: str) -> None:
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def unheard_codes(data_folder: Path) -> list[str]:
    """Codes that stand nowhere yet, so that wherever they stand later they came by their own way."""
    there = canary.digits_in_files(data_folder)
    codes = (f"{secrets.randbelow(10**6):06d}" for _ in range(100 * CODES))
    unheard = [code for code in codes if not {code, visits.wrong(code)} & there.keys()]
    assert len(unheard) >= CODES
    return unheard[:CODES]


async def attended(http: httpx.AsyncClient, app: App, tenant: Tenant, chance: KnownChance) -> None:
    """One guia by the API: entered, sent twice, a wrong code, a malformed one, the right one, its receipt."""
    caller = await Caller.admitted(http, await clients.create(app.pool, tenant.ans, "canary", tenant.provider))
    entered = await caller.post("/v1/guias", new_guia(tenant), key=f"enter-{tenant.ans}")
    guia_id = UUID(entered.json()["id"])
    guia = f"/v1/guias/{guia_id}"
    assert (await caller.post(f"{guia}/token", {}, key=f"token-{tenant.ans}")).status_code == 202
    await sent(app, tenant, guia_id)
    assert (await caller.post(f"{guia}/token", {})).status_code == 202
    await sent(app, tenant, guia_id)
    right = chance.given[-1]
    for number, typed in enumerate((visits.wrong(right), f"{right}x", f"{right[:3]} {right[3:]}")):
        await caller.post(f"{guia}/validation", {"code": typed}, key=f"validate-{tenant.ans}-{number}")
    await caller.post(f"{guia}/validation", {"code": right, "unknown": right})
    read = await caller.get(guia)
    assert read.json()["status"] == "validated", read.text
    for path in (guia, f"{guia}/receipt", "/v1/guias", f"/v1/beneficiaries/{tenant.first.card_number}", "/metrics"):
        await caller.get(path)


@pytest.mark.slow
async def test_known_codes_are_found_nowhere_but_with_their_owners(
    settings: Settings, house: Cast, cluster: str, database_url: str, data_folder: Path, tmp_path: Path, caplog: Any
):
    flushed(cluster)
    chance, walk, log = KnownChance(unheard_codes(data_folder)), Walk(), tmp_path / "worker.log"
    caplog.set_level(logging.WARNING, logger="mail.log")  # what the receiving server says is not ours
    caplog.set_level(logging.DEBUG)
    async with relays.listening(RelayServer()) as relay, App(settings) as app:
        app.means = replace(app.means, chance=chance)
        mailed = replace(settings, smtp_url=f"smtp://127.0.0.1:{relay.port}?tls=off")
        with log.open("wb") as said, processes.crew(mailed, stderr=said.fileno(), level="DEBUG") as crew:
            worker = await asyncio.to_thread(crew.start)
            await walked(app, house, chance, walk)
            assert await asyncio.to_thread(crew.end, worker) == 0
        shown = [each.text for tenant in house.all for each in await app.inbox(tenant.first.card_number)]
    flushed(cluster)
    given = [*chance.given, *map(visits.wrong, chance.given)]
    owners = " ".join([*shown, *(mail.get_content() for mail in relay.taken)])
    assert [code for code in chance.given if code not in owners] == [], "a code did not reach its owner"
    assert len(walk.answers) > 30
    assert "procrastinate" in log.read_text()
    assert "httpx" in caplog.text
    assert canary.in_tables(given, database_url) == []
    files = canary.digits_in_files(settings.data) | canary.digits_in_files(data_folder)
    assert {code: files[code] for code in given if code in files} == {}
    assert canary.in_text(given, "the worker's log", log.read_bytes()) == []
    assert canary.in_text(given, "our log", caplog.text) == []
    assert [each for answer in walk.answers for each in canary.in_text(given, answer[:200], answer)] == []


async def walked(app: App, house: Cast, chance: KnownChance, walk: Walk) -> None:
    """Every tenant's guias by the API, then codes that stay alive, a code that is superseded, and the chores."""
    hooks: Any = {"response": [walk.heard]}
    transport = httpx.ASGITransport(api.create(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://c.test", event_hooks=hooks) as http:
        for tenant in house.all:
            await attended(http, app, tenant, chance)
    held = await visits.issued(app, house.bem_te_vi)
    await sent(app, house.bem_te_vi, held.guia.id)
    await visits.issued(app, house.bem_te_vi, held)
    await sent(app, house.bem_te_vi, held.guia.id)
    await proved(app, house.bem_te_vi, chance)
    chores = Chores(app)
    for chore in (
        chores.sign_checkpoints,
        chores.expire_tokens,
        chores.forget_answers,
        chores.forget_sign_ins,
        chores.forget_contact_changes,
        chores.destroy_day_keys,
    ):
        await chore()


async def proved(app: App, tenant: Tenant, chance: KnownChance) -> None:
    """A new contact by the code that came to it: a wrong entry, then the right one."""
    card = tenant.first.card_number
    found = await app.reads.person(tenant.desk, card)
    assert found is not None
    me = found.beneficiary.id
    now = datetime.now(UTC)
    actor = Actor(tenant.ans, ActorKind.BENEFICIARY, "canary", None, now, person=me, manages=frozenset({me}))
    change = await app.do(AskContact(actor, me, ContactKind.MOBILE, "41900001111"))
    right = chance.given[-1]
    async with asyncio.timeout(30):
        while not any(right in each.text for each in await app.inbox(card)):
            await asyncio.sleep(0.1)
    await app.do(ConfirmContact(actor, change, visits.wrong(right)))
    assert isinstance(await app.do(ConfirmContact(actor, change, right)), ContactChange)


async def sent(app: App, tenant: Tenant, guia_id: UUID) -> None:
    async with asyncio.timeout(30):
        while any(each.state in {"queued", "sending"} for each in (await app.guia(tenant.desk, guia_id)).deliveries):
            await asyncio.sleep(0.1)


# the beneficiary's own pages


@contextlib.contextmanager
def pages(settings: Settings, folder: Path) -> Iterator[str]:
    """Serve the pages from a process that logs whatever it can, ours as we write it and everything as it is said."""
    port = running.free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**processes.environment(settings), "CHANCELA_PUBLIC_URL": url}
    with (folder / "server.log").open("wb") as ours:
        process = subprocess.Popen(
            [sys.executable, "-c", LOUD_SERVER, str(folder / "said.log"), str(port)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=ours,
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield url
        finally:
            process.terminate()
            process.wait(30)
            if process.stdout is not None:
                process.stdout.close()


@dataclass
class Own:
    """A person at their pages: the digits that they saw or typed, and every answer that is not one of theirs."""

    hand: Hand
    digits: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hand.http.event_hooks = {"response": [self._heard]}

    def _heard(self, response: httpx.Response) -> None:
        response.read()
        if not SHOWING.search(response.url.path):
            self.answers.append(f"{response.status_code} {response.url} {dict(response.headers)} {response.text}")

    def come_in(self, person: Invented) -> None:
        """Ask for a code, enter a wrong one, then the right one, as a person does."""
        hand, card = self.hand, person.card_number
        hand.open(f"{hand.home}entrar/")
        who = {"who": card, "birth_date": f"{person.birth_date:%d/%m/%Y}"}
        hand.post(f"{hand.home}entrar/", {**hidden(hand), **who})
        right = hand._new_code(card, [])
        self.digits += [visits.wrong(right), right]
        for typed in self.digits[-2:]:
            hand.post(hand.path, {**hidden(hand), "code": f"{typed[:3]} {typed[3:]}"})
        assert hand.path == hand.home, hand.text

    def see(self, guia_id: UUID) -> str:
        """Make a guia's code here, look at it, hide it again."""
        hand, place = self.hand, f"{self.hand.home}guias/{guia_id}/"
        hand.open(hand.home)
        hand.send(f"{place}gerar/")
        hand.send(f"{place}codigo/")
        found = re.search(r'<span aria-hidden="true">([0-9]{3}) ([0-9]{3})</span>', hand.page.text)
        assert found, hand.text
        self.digits.append(found[1] + found[2])
        for path in (f"{place}codigo/", place, hand.home, f"{hand.home}ajuda/", f"{hand.home}conta/"):
            hand.open(path)
        return self.digits[-1]

    def keep_receipt(self, guia_id: UUID) -> None:
        """Open the receipt, and take the file."""
        for more in ("", "comprovante/", "comprovante/arquivo/", "nao-fui-eu/"):
            assert self.hand.open(f"{self.hand.home}guias/{guia_id}/{more}").status_code == 200, more


def hidden(hand: Hand) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', hand.page.text))


@pytest.mark.slow
async def test_no_digit_seen_or_typed_in_the_hand_is_logged_kept_or_shown_again(
    settings: Settings, cambui: Tenant, database_url: str, tmp_path: Path
):
    log = tmp_path / "worker.log"
    with log.open("wb") as said, processes.crew(settings, stderr=said.fileno(), level="DEBUG") as crew:
        worker = await asyncio.to_thread(crew.start)
        with pages(settings, tmp_path) as url, Hand(url, cambui.ans) as hand:
            own = Own(hand)
            async with App(settings) as app:
                await asyncio.to_thread(own.come_in, cambui.first)
                guia = (await visits.entered(app, cambui)).guia
                code = await asyncio.to_thread(own.see, guia.id)
                done = await app.do(ValidateToken(cambui.desk, guia.id, code))
                assert done.validation is not None
                await asyncio.to_thread(own.keep_receipt, guia.id)
        assert await asyncio.to_thread(crew.end, worker) == 0
    assert len(own.digits) == 3
    assert len(own.answers) > 10
    for name in ("server.log", "said.log", "worker.log"):
        assert canary.in_text(own.digits, name, (tmp_path / name).read_bytes()) == []
    assert len((tmp_path / "said.log").read_text().splitlines()) > 10, "the server was not loud"
    assert [each for answer in own.answers for each in canary.in_text(own.digits, answer[:200], answer)] == []
    assert canary.in_tables(own.digits, database_url) == []
    files = canary.digits_in_files(settings.data)
    assert {each: files[each] for each in own.digits if each in files} == {}


def test_nothing_that_holds_a_code_shows_it_in_an_error(aurora: Tenant):
    until = datetime(2026, 11, 21, 9, tzinfo=UTC)
    occasion = Occasion(Purpose.CODE, "2026000000001", until, "chancela.example", code="482913")
    text = message.compose(Channel.SMS, occasion)
    holders = [
        ValidateToken(aurora.desk, None, "482913"),
        ConfirmContact(aurora.desk, None, "482913"),
        Secret(b"482913", b"482913", None),
        occasion,
        text,
        Letter(None, aurora.ans, "Aurora", "001", "***", text, "482913@example.com"),
        InboxMessage("sms", "***", text.text, until),
    ]
    assert [each for each in holders if "482913" in repr(each)] == []


def test_the_canary_sings(tmp_path: Path):
    """What looks for codes finds them in every dress, and does not cry at a mere number."""
    for dressed in ("code 482913.", "482 913", "482-913", "343832393133", "x'343832393133'"):
        assert canary.in_text(["482913"], "here", dressed)
    for before in (b"", b"a", b"ab"):
        assert canary.in_text(["482913"], "here", base64.b64encode(before + b"482913" + b" is it"))
    for innocent in ("2026004829131", "a482913f", "4829 13", "482912"):
        assert not canary.in_text(["482913"], "here", innocent)
    (tmp_path / "leak").write_bytes(b"\0\1 111 482 913 \2")
    assert canary.digits_in_files(tmp_path)["482913"] == str(tmp_path / "leak")
