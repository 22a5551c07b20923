"""The desk without the portal: what installs it, what a computer is given, and what becomes of what it kept."""

from __future__ import annotations

import datetime as dt
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from chancela.portals import provider
from tests import desk_computer
from tests.portals.browsing import CONSULTATION, Visitor
from tests.portals.test_browser import browsing, faults
from tests.portals.test_codes import ANS, MARCIA

if TYPE_CHECKING:
    import httpx
    from playwright.sync_api import Browser as Chromium

    from tests.portals.conftest import Installation

HOME = "/balcao/"
STANDING, PREPARE = f"{HOME}este-computador/estado/", f"{HOME}este-computador/preparar/"
SEND = f"{HOME}contingencia/enviar/"
PAGES = ("manifest.webmanifest", "sw.js", "sem-portal/", "este-computador/", "este-computador/estado/")
UNREADABLE = "Este registro não pôde ser lido"


class Computer:
    """A desk's computer that was made ready, without its browser."""

    def __init__(self, desk: Visitor, left: int = 40) -> None:
        self.desk, self.machine = desk, str(uuid4())
        told = self.post(PREPARE, {"machine": self.machine, "left": left})
        assert told.status_code == 200, told.text
        self.bundle: dict[str, Any] = told.json()
        self.numbers = [each["number"] for each in (self.bundle["block"] or {"numbers": []})["numbers"]]

    def post(self, path: str, told: Any, *, csrf: str | None = None) -> httpx.Response:
        known = self.desk.http.get(STANDING).json()["csrf"] if csrf is None else csrf
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        headers = {"X-CSRFToken": known, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
        return self.desk.http.post(path, content=body, headers=headers, follow_redirects=False)

    def record(self, number: str, **more: Any) -> dict[str, Any]:
        """What was done for Márcia: a consultation, without a code unless something else is said."""
        new = {"card_number": MARCIA, "kind": "odonto", "procedures": [{"code": CONSULTATION}], "reason": "system_down"}
        taken = {"number": number, "taken_at": dt.datetime.now(dt.UTC).isoformat()}
        told = {**({} if "guia_id" in more else new), **taken, **more}
        return {name: value for name, value in told.items() if value is not None}

    def closed(self, record: dict[str, Any], owner: str = "") -> dict[str, str]:
        whose = owner or self.bundle["owner"]
        raw = json.dumps(record).encode()
        point = desk_computer.raw(self.bundle["house"])
        sealed = desk_computer.closed(point, f"{whose}|{record['number']}", raw)
        return {"number": record["number"], "sealed": desk_computer.text(sealed)}

    def send(self, *records: dict[str, str]) -> list[dict[str, Any]]:
        answer = self.post(SEND, {"machine": self.machine, "records": list(records)})
        assert answer.status_code == 200, answer.text
        outcomes: list[dict[str, Any]] = answer.json()["outcomes"]
        return outcomes


@pytest.fixture
def computer(desk: Visitor) -> Computer:
    return Computer(desk)


def guias(demo: Installation, number: str) -> int:
    with psycopg.connect(demo.database_url) as connection:
        found = connection.execute("SELECT count(*) FROM chancela.guia WHERE number = %s", (number,)).fetchone()
    return int(found[0]) if found else 0


# what installs it


def test_the_desk_is_an_app_of_its_operator(desk: Visitor):
    told = desk.open(f"{HOME}manifest.webmanifest").json()
    assert (told["name"], told["scope"], told["start_url"]) == ("Balcão · Cambuí Odonto", HOME, HOME)
    assert {each["purpose"] for each in told["icons"]} == {"any", "maskable"}
    assert all(desk.http.get(each["src"]).content[:8] == b"\x89PNG\r\n\x1a\n" for each in told["icons"])


def test_the_worker_keeps_nothing_about_people(desk: Visitor):
    script = desk.open(f"{HOME}sw.js").text
    shell = json.loads(re.search(r"const SHELL = (\{.*\});", script)[1])  # type: ignore[index]
    assert desk.page.headers["cache-control"] == "no-cache"
    assert all(each.startswith(("/static/", "/cores/")) for each in shell["kept"])
    assert {desk.http.get(each).status_code for each in [*shell["kept"], shell["offline"]]} == {200}
    desk.open(shell["offline"])
    assert "Jatobá" not in desk.page.text and "csrfmiddlewaretoken" not in desk.page.text
    assert set(re.findall(r'<script[^>]*src="([^"]+)"', desk.page.text)) <= set(shell["kept"])
    assert set(re.findall(r'rel="stylesheet" href="([^"]+)"', desk.page.text)) <= set(shell["kept"])


def test_the_worker_changes_with_the_language_of_the_page_it_keeps(desk: Visitor):
    told = []
    for language in ("pt-br", "pt-br", "en"):
        desk.http.cookies.set("chancela_language", language)
        told.append(desk.open(f"{HOME}sw.js").text)
    assert told[0] == told[1] != told[2]


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_signed_out_is_led_to_the_door(demo: Installation, path: str):
    with Visitor(demo.url) as stranger:
        answer = stranger.http.get(f"{HOME}{path}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/conta/entrar/")


def test_the_operators_people_have_no_such_desk(office: Visitor):
    assert {office.open(f"{HOME}{path}").status_code for path in ("sw.js", "este-computador/", "sem-portal/")} == {404}


@pytest.mark.browser
def test_chromium_finds_nothing_that_keeps_it_from_installing(browser: Chromium, demo: Installation, desk: Visitor):
    with browsing(browser, demo, "desk") as context:
        for each in desk.http.cookies.jar:
            context.add_cookies([{"name": each.name, "value": str(each.value), "url": demo.url}])
        page = context.new_page()
        page.goto(f"{HOME}este-computador/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.goto(f"{HOME}este-computador/")
        said = context.new_cdp_session(page).send("Page.getInstallabilityErrors")
        assert [each for each in said["installabilityErrors"] if each["errorId"] != "in-incognito"] == []
        assert faults(page) == []


# what a computer is given


def test_a_computer_is_given_what_it_needs_and_no_more(desk: Visitor):
    address = desk.new_guia(MARCIA)
    bundle = Computer(desk).bundle
    assert (bundle["provider"], bundle["of"]) == ({"code": "10003", "name": "Clínica Jatobá"}, f"{ANS}|10003")
    assert {"reason": "refused", "word": "Não quis dar o código"}.items() <= next(
        each for each in bundle["reasons"] if each["reason"] == "refused"
    ).items()
    assert 50 < len(bundle["procedures"]) <= 300 and bundle["procedures"][0]["dental"]
    guia = next(each for each in bundle["guias"] if address.endswith(f"{each['id']}/"))
    assert set(guia) == {"id", "name", "kind", "number", "qr"} and guia["name"].startswith("M") and "." in guia["name"]


def test_two_computers_never_share_a_number(desk: Visitor):
    first, second = Computer(desk), Computer(desk)
    assert first.numbers and second.numbers
    assert not {*first.numbers} & {*second.numbers}


def test_a_computer_with_enough_numbers_gets_no_more(desk: Visitor):
    assert Computer(desk, left=60).bundle["block"] is None


@pytest.mark.parametrize(
    "told",
    [
        *(b"", b"[]", b"{}", b'{"machine":"x","left":0}'),
        {"machine": str(uuid4()), "left": -1},
        {"machine": str(uuid4()), "left": 0, "more": 1},
        b'{"machine":"01990000-0000-7000-8000-000000000000","left":0,"left":1}',
    ],
)
def test_what_is_no_computer_is_given_nothing(computer: Computer, told: Any):
    assert computer.post(PREPARE, told).status_code == 400


# what becomes of what it kept


def test_a_record_without_a_code_is_brought_in_under_its_own_number(demo: Installation, computer: Computer):
    number = computer.numbers[0]
    (told,) = computer.send(computer.closed(computer.record(number)))
    assert (told["outcome"], told["guia"]) == ("accepted", number), told
    computer.desk.open(told["address"])
    assert number in computer.desk.text and "SEM TOKEN" in computer.desk.text
    assert guias(demo, number) == 1


def test_a_code_that_had_come_confirms_the_guia_that_awaited_it(computer: Computer):
    desk = computer.desk
    address = desk.new_guia(MARCIA)
    guia, number = address.split("/")[-2], desk.number
    desk.sent(address)
    code = desk.code(MARCIA, number)
    record = computer.record(computer.numbers[0], guia_id=guia, code=code)
    (told,) = computer.send(computer.closed(record))
    assert (told["outcome"], told["guia"]) == ("accepted", number), told
    desk.open(address)
    assert "VALIDADA" in desk.text


def test_the_same_list_again_gets_the_same_answers_and_changes_nothing(demo: Installation, computer: Computer):
    closed = [computer.closed(computer.record(number)) for number in computer.numbers[:3]]
    first = computer.send(*closed)
    assert [each["outcome"] for each in first] == ["accepted"] * 3
    with ThreadPoolExecutor(4) as many:
        assert all(again == first for again in many.map(lambda _: computer.send(*closed), range(4)))
    assert [guias(demo, number) for number in computer.numbers[:3]] == [1] * 3


def test_a_used_number_takes_no_other_visit_and_says_what_differs(demo: Installation, computer: Computer):
    number = computer.numbers[0]
    record = computer.record(number)
    computer.send(computer.closed(record))
    (told,) = computer.send(computer.closed({**record, "urgent": True}))
    assert (told["outcome"], told["used"]) == ("check", True) and "a urgência" in told["sentence"]
    assert guias(demo, number) == 1


def test_a_record_that_is_refused_is_corrected_and_keeps_its_code(demo: Installation, computer: Computer):
    desk, number = computer.desk, computer.numbers[0]
    address = desk.new_guia(MARCIA)
    guia, named = address.split("/")[-2], desk.number
    desk.sent(address)
    code = desk.code(MARCIA, named)
    early = dt.datetime.now(dt.UTC) - dt.timedelta(days=3)
    wrong = computer.closed(computer.record(number, guia_id=guia, code=code, taken_at=early.isoformat()))
    (told,) = computer.send(wrong)
    assert told["outcome"] == "check", told
    assert "code" not in {name for name, value in told["record"].items() if value} and told["record"]["code_kept"]
    right = computer.closed(computer.record(number, guia_id=guia, code_kept=True))
    (told,) = computer.send({**right, "former": wrong["sealed"]})
    assert told["outcome"] == "accepted", told
    assert code not in json.dumps(told)
    desk.open(address)
    assert "VALIDADA" in desk.text


def test_one_bad_record_stops_no_other(demo: Installation, computer: Computer):
    good, unknown, foreign = computer.numbers[:3]
    told = computer.send(
        computer.closed(computer.record(unknown, card_number="0000000000")),
        computer.closed(computer.record(foreign, guia_id=str(uuid4()))),
        computer.closed(computer.record(good)),
    )
    assert [each["outcome"] for each in told] == ["check", "check", "accepted"]
    assert [guias(demo, number) for number in (good, unknown, foreign)] == [1, 0, 0]


@pytest.mark.parametrize("hours", [16, 23, -23])
def test_no_offset_of_a_clock_breaks_a_list(computer: Computer, hours: int):
    here, strange = dt.datetime.now(dt.UTC), dt.timezone(dt.timedelta(hours=hours))
    records = (
        computer.record(number, taken_at=here.astimezone(zone).isoformat())
        for number, zone in zip(computer.numbers, (dt.UTC, strange, dt.UTC), strict=False)
    )
    assert [each["outcome"] for each in computer.send(*map(computer.closed, records))] == ["accepted"] * 3


@pytest.mark.parametrize("at", [0, 70, 90, -3])
def test_a_record_that_was_altered_opens_no_more(demo: Installation, computer: Computer, at: int):
    number = computer.numbers[0]
    closed = computer.closed(computer.record(number))
    raw = bytearray(desk_computer.raw(closed["sealed"]))
    raw[at] ^= 1
    (told,) = computer.send({**closed, "sealed": desk_computer.text(bytes(raw))})
    assert told["outcome"] == "check" and UNREADABLE in told["sentence"]
    assert guias(demo, number) == 0


def test_a_record_opens_under_no_other_number_and_for_no_other_provider(demo: Installation, computer: Computer):
    first, second = computer.numbers[:2]
    closed = computer.closed(computer.record(first))
    (moved,) = computer.send({**closed, "number": second})
    assert UNREADABLE in moved["sentence"]
    with Visitor(demo.url) as other:
        other.sign_in("999001")
        thief = Computer(other)
        thief.machine = computer.machine
        (stolen,) = thief.send(closed)
        assert UNREADABLE in stolen["sentence"]
        (foreign,) = thief.send({**thief.closed(thief.record(first)), "number": first})
        assert foreign["outcome"] == "check"
    assert [guias(demo, number) for number in (first, second)] == [0, 0]


def test_a_number_of_another_computers_provider_is_no_number(computer: Computer, demo: Installation):
    with Visitor(demo.url) as other:
        other.sign_in("999001")
        thief = Computer(other)
        (told,) = thief.send(thief.closed(thief.record(computer.numbers[0])))
    assert told["outcome"] == "check" and "não é de contingência deste prestador" in told["sentence"]
    assert guias(demo, computer.numbers[0]) == 0


@pytest.mark.parametrize(
    "more",
    [
        {"taken_at": "2026-11-21T10:00:00"},
        {"taken_at": "yesterday"},
        {"reason": "because"},
        {"kind": "dental"},
        {"procedures": [{"code": "81000065", "quantity": 0}]},
        {"detail": "x" * 501},
        {"code": "1\n2", "reason": None},
        {"provider": "10001"},
    ],
)
def test_a_record_that_says_what_none_says_is_not_read(computer: Computer, more: dict[str, Any]):
    (told,) = computer.send(computer.closed(computer.record(computer.numbers[0], **more)))
    assert told["outcome"] == "check" and UNREADABLE in told["sentence"]


@pytest.mark.parametrize("size", [0, 51])
def test_a_list_has_one_to_fifty_records(computer: Computer, size: int):
    closed = computer.closed(computer.record(computer.numbers[0]))
    assert computer.post(SEND, {"machine": computer.machine, "records": [closed] * size}).status_code == 400


@pytest.mark.parametrize(
    "body", [b"", b"null", b"{", b"\xff", b'{"machine":1,"records":[]}', b"[" * 100_000, b" " * 300_000]
)
def test_garbage_is_no_list(computer: Computer, body: bytes):
    assert computer.post(SEND, body).status_code == 400


def test_a_list_that_is_too_big_is_refused(computer: Computer):
    assert computer.post(SEND, b" " * 600_000).status_code in {400, 413}


def test_another_site_and_a_missing_token_send_nothing(computer: Computer):
    closed = computer.closed(computer.record(computer.numbers[0]))
    told = {"machine": computer.machine, "records": [closed]}
    assert computer.post(SEND, told, csrf="x").status_code == 403
    headers = {"Sec-Fetch-Site": "cross-site", "X-CSRFToken": computer.desk.http.get(STANDING).json()["csrf"]}
    assert computer.desk.http.post(SEND, json=told, headers=headers).status_code == 403


def test_reading_alone_changes_nothing(computer: Computer):
    assert {computer.desk.http.get(path).status_code for path in (SEND, PREPARE)} == {405}
    assert set(computer.desk.http.get(STANDING).json()) == {"at", "csrf", "account", "of"}


def test_the_script_hears_the_pin_before_it_shows_where_to_type_it():
    """A form that nobody hears yet sends what was typed as an address, which browsers remember."""
    script = (Path(provider.__file__).parent / "static/provider/offline.js").read_text(encoding="utf-8")
    begun = script.partition("const begun = ")[2]
    assert 0 < begun.index("hear();") < begun.index("see(")
    assert 'querySelector("[data-unlock]").addEventListener("submit"' in script.partition("const hear = ")[2]
