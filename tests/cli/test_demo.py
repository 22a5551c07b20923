"""The demo from its first line to its last process."""

import os
import signal
import socket
import stat
import time

import httpx
import phonenumbers
import psycopg
import pytest

from chancela.adapters.postgres import embedded
from chancela.cli import seeding
from tests import running

MANY = 250
SERIES = """
SELECT g.operator, g.attendance, g.sessions, s.method, s.reason
FROM chancela.guia g JOIN chancela.guia_session s ON (s.operator, s.guia_id) = (g.operator, g.id)
WHERE g.card_number = %s ORDER BY s.place
"""
OPERATORS = {"999001": "push-per-attendance", "999002": "latest-code-wins", "999003": "one-code-per-guia"}


def postmaster(data):
    return int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def entrances(demo):
    told = ("client_secret", "provider", "roles", "beneficiaries")
    return [[each[name] for name in told] for each in demo.told["operators"]]


# ---------------------------------------------------------------- what it tells


def test_it_tells_operators_with_their_entrances(live):
    assert {each["ans"]: each["profile"] for each in live.told["operators"]} == OPERATORS
    for each in live.told["operators"]:
        told = {"ans", "name", "profile", "client_id", "client_secret", "provider", "staff", "roles"}
        assert set(each) == {*told, "beneficiaries"}
        assert set(each["provider"]) == {"code", "login", "password"}
        assert set(each["roles"]) == {"agent", "auditor", "analyst", "manager", "dpo", "administrator"}
        assert {key for entrance in each["roles"].values() for key in entrance} == {"login", "password"}
        assert each["staff"] == each["roles"]["auditor"]
        assert {key for person in each["beneficiaries"] for key in person} == {
            *("card_number", "name", "relation", "mobile", "email"),
        }


def test_the_first_person_of_each_operator_can_be_reached(live):
    for each in live.told["operators"]:
        first = each["beneficiaries"][0]
        assert first["relation"] == "holder"
        assert phonenumbers.is_valid_number(phonenumbers.parse(first["mobile"]))
        assert first["email"].endswith("@example.com")


def test_somebody_at_cambui_has_no_contact_yet(live):
    people = live.operator("999003")["beneficiaries"]
    assert any(each["relation"] == "holder" and not each["mobile"] and not each["email"] for each in people)


def test_its_secrets_are_for_its_owner_alone(live):
    assert stat.S_IMODE((live.data / "demo.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((live.data / "keys.json").stat().st_mode) == 0o600


# ---------------------------------------------------------------- that it works


def test_a_code_reaches_a_phone_and_validates_a_guia(live):
    operator = live.operator("999003")
    card = operator["beneficiaries"][0]["card_number"]
    with httpx.Client(base_url=live.url, timeout=10) as http:
        asked = {"grant_type": "client_credentials"}
        entrance = (operator["client_id"], operator["client_secret"])
        bearer = http.post("/oauth/token", data=asked, auth=entrance).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {bearer}"
        entered = {"kind": "odonto", "card_number": card, "provider": operator["provider"]["code"]}
        guia = post(http, "/v1/guias", {**entered, "procedures": [{"table": "22", "code": "81000030", "quantity": 1}]})
        post(http, f"/v1/guias/{guia['id']}/token", {"channel": "sms"})
        code = received(http, card, guia["number"])
        assert post(http, f"/v1/guias/{guia['id']}/validation", {"code": code})["status"] == "validated"


def test_a_newcomer_finds_a_clinic_in_the_middle_of_ten_sessions(live):
    with psycopg.connect(live.told["database_url"]) as connection:
        found = connection.execute(SERIES, (seeding.CARD,)).fetchall()
    assert {row[:3] for row in found} == {("999001", "awaiting_token", 10)}
    assert found[0][3:] == ("token", None)
    assert found[-1][3:] == (None, "phone_not_here")


def post(http, path, body):
    answer = http.post(path, json=body, headers={"Idempotency-Key": os.urandom(8).hex()})
    assert answer.is_success, answer.text
    return answer.json()


def received(http, card, number):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        for message in http.get(f"/demo/phone/{card}.json").json():
            if number in message["text"]:
                return message["text"].rpartition("#")[2].strip()
        time.sleep(0.05)
    raise AssertionError("no message came")


# ---------------------------------------------------------------- that it stays, and that it ends


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A demo of many people that was started and ended once, with what it told and the processes it had."""
    demo = running.start_demo(tmp_path_factory.mktemp("kept") / "data", "--people", str(MANY))
    had = {*running.descendants(demo.process.pid), postmaster(demo.data)}
    ended = demo.stop(signal.SIGINT)
    return demo, had, ended


def test_ctrl_c_ends_it_without_another_word(kept):
    demo, _, ended = kept
    assert ended == (0, "")
    assert not (demo.data / "postgres" / "postmaster.pid").exists()


def test_nothing_it_started_is_left(kept):
    _, had, _ = kept
    assert len(had) == 2  # worker and database
    assert running.alive(had) == set()


def test_a_second_start_keeps_everything_also_after_the_first_was_killed(kept):
    before, _, _ = kept
    second = running.start_demo(before.data)
    members = running.descendants(second.process.pid)
    second.stop(signal.SIGKILL)
    assert running.gone(members)
    third = running.start_demo(before.data, "--processes", "2", port=int(second.url.rpartition(":")[2]))
    had = {*running.descendants(third.process.pid), postmaster(third.data)}
    assert third.url == second.url
    assert entrances(third) == entrances(second) == entrances(before)
    assert httpx.get(f"{third.url}/readyz", timeout=20).status_code == 200
    assert third.stop(signal.SIGTERM) == (0, "")
    assert running.alive(had) == set()


def test_many_people(kept, cli):
    demo, _, _ = kept
    for each in demo.told["operators"]:
        assert len(each["beneficiaries"]) == MANY
    first = demo.operator("999003")["beneficiaries"]
    assert first[0]["mobile"]
    assert (first[1]["relation"], first[1]["mobile"], first[1]["email"]) == ("holder", None, None)
    held = embedded.start(demo.data / "postgres")
    try:
        for each in demo.told["operators"]:
            said = cli("export", "people", "--data", demo.data, "--operator", each["ans"])
            assert len(said.out.splitlines()) == MANY + 1
    finally:
        held.close()


# ---------------------------------------------------------------- what stands in its way


def test_a_port_in_use_is_told_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = running.chancela("demo", "--json", "--port", port, "--data", tmp_path / "data")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == f"chancela: Port {port} is in use: stop what uses it, or choose another one with --port.\n"
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_is_told_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    said = running.chancela("demo", "--json", "--port", 0, "--data", tmp_path / "file" / "data")
    assert (said.returncode, said.stdout) == (1, "")
    assert len(said.stderr.splitlines()) == 1
    assert said.stderr.startswith("chancela: ")


def test_a_damaged_key_file_stops_it_and_leaves_no_database_running(tmp_path):
    (tmp_path / "keys.json").write_text("{}")
    (tmp_path / "keys.json").chmod(0o600)
    said = running.chancela("demo", "--json", "--port", 0, "--data", tmp_path)
    assert (said.returncode, said.stdout) == (1, "")
    assert "is damaged" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


def test_real_operators_are_no_demo(empty_database_url, tmp_path):
    import psycopg

    with psycopg.connect(empty_database_url) as connection:
        connection.execute("INSERT INTO chancela.operator VALUES ('304484', 'Real', 'latest-code-wins')")
    words = ("demo", "--json", "--port", "0", "--data", tmp_path)
    said = running.chancela(*words, CHANCELA_DATABASE_URL=empty_database_url)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "chancela: This database belongs to real operators; a demo needs one of its own.\n"
