"""The key file: made once, shared by processes, written whole, refused when it cannot be trusted."""

import datetime as dt
import os
import random
import stat
import subprocess
import sys
import time

import pytest

from chancela.adapters.keys import day_key, storage
from chancela.adapters.keys.key_file import KeyFile

DAY = dt.date(2026, 11, 20)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "keys.json"


@pytest.fixture
def keys(path):
    return KeyFile(path)


def a_second_later(keys: KeyFile) -> None:
    keys._looked_at -= 1.0


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# ---- made and shared


def test_first_start_makes_a_file_and_a_folder_for_the_owner_alone(keys, path):
    assert (mode(path), mode(path.parent), mode(path.with_name("keys.json.lock"))) == (0o600, 0o700, 0o600)


def test_a_permissive_umask_changes_nothing(path):
    before = os.umask(0)
    try:
        KeyFile(path).rotate()
    finally:
        os.umask(before)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


def test_a_second_start_keeps_every_key(keys, path):
    keys.rotate()
    digest = keys.day("999001", DAY).digest(b"c", "123456")
    again = KeyFile(path)
    assert again.day("999001", DAY).digest(b"c", "123456") == digest
    assert again.jwks() == keys.jwks()
    assert again.mac("p", b"data") == keys.mac("p", b"data")
    assert again.secret("django") == keys.secret("django")
    assert again.list() == keys.list()


def test_operators_and_days_have_keys_of_their_own(keys):
    made = {keys.day(o, d).digest(b"c", "1") for o in ("999001", "999002") for d in (DAY, DAY + dt.timedelta(1))}
    assert len(made) == 4


def test_a_day_key_is_the_same_object_until_it_changes(keys):
    first = keys.day("999001", DAY)
    keys.rotate()
    keys.day("999002", DAY)
    assert keys.day("999001", DAY) is first


RACER = """
import datetime, pathlib, sys, time
from chancela.adapters.keys.key_file import KeyFile
time.sleep(max(0.0, float(sys.argv[2]) - time.time()))
keys = KeyFile(pathlib.Path(sys.argv[1]))
days = [datetime.date(2026, 11, 20) + datetime.timedelta(n) for n in range(20)]
print([keys.day("999001", day).digest(b"c", "123456").hex() for day in days], keys.secret("p").hex())
"""


def run(script: str, *args: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_that_start_and_make_the_same_days_at_once_get_the_same_keys(path):
    racers = [run(RACER, path, time.time() + 1.5) for _ in range(3)]
    told = {racer.communicate(timeout=60)[0] for racer in racers}
    assert len(told) == 1
    assert len(told.pop()) > 20 * 64


def test_what_another_process_makes_is_found_at_once(keys, path):
    assert keys.find_day("999001", DAY) is None
    made = KeyFile(path).day("999001", DAY)
    assert keys.find_day("999001", DAY).digest(b"c", "1") == made.digest(b"c", "1")


def test_a_rotation_by_another_process_is_noticed_within_a_second(keys, path):
    kid = KeyFile(path).rotate()
    assert kid not in str(keys.jwks())
    a_second_later(keys)
    assert kid in str(keys.jwks())


# ---- forgetting


def test_day_keys_are_destroyed_when_their_72_hours_are_over_and_not_before(keys, path):
    keys.day("999001", DAY)
    keys.day("999002", DAY)
    keys.day("999001", DAY + dt.timedelta(1))
    over = day_key.destroyed_at(DAY)
    assert keys.destroy_expired(over - dt.timedelta(microseconds=1)) == ()
    assert set(keys.destroy_expired(over)) == {("999001", DAY), ("999002", DAY)}
    assert keys.find_day("999001", DAY) is keys.find_day("999002", DAY) is None
    assert keys.find_day("999001", DAY + dt.timedelta(1)) is not None
    assert DAY.isoformat() not in path.read_text()
    assert keys.destroy_expired(over) == ()


def test_a_running_server_forgets_what_another_process_destroyed(keys, path):
    keys.day("999001", DAY)
    KeyFile(path).destroy_expired(day_key.destroyed_at(DAY))
    a_second_later(keys)
    assert keys.find_day("999001", DAY) is None


# ---- whole or not at all

WRITER = """
import datetime, pathlib, sys
from chancela.adapters.keys.key_file import KeyFile
keys = KeyFile(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
for n in range(10_000):
    keys.day(str(n), datetime.date(2026, 11, 20))
"""


def test_a_process_killed_while_it_writes_leaves_a_whole_file(path):
    chance = random.Random(7)
    for _ in range(5):
        writer = run(WRITER, path)
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.01, 0.15))
        writer.kill()
        writer.communicate()
        survivor = KeyFile(path)
        survivor.rotate()
    assert len(survivor.list()) > 6


def test_half_a_file_left_by_a_crash_is_swept_away(keys, path):
    half = path.with_name("keys.json.new")
    half.write_text('{"mac": "')
    half.chmod(0o644)
    keys.rotate()
    assert not half.exists()
    assert mode(path) == 0o600


# ---- refusals


@pytest.mark.parametrize("others", [0o640, 0o604, 0o620, 0o602, 0o666, 0o601])
def test_a_file_that_others_can_reach_is_refused(keys, path, others):
    path.chmod(others)
    with pytest.raises(storage.KeyFileError, match=r"can be read or written by others: .* `chmod 600 "):
        KeyFile(path)


def damage(text: str, what: str) -> str:
    return {
        "empty": "",
        "cut": text[: len(text) // 2],
        "no json": "keys",
        "no object": "[]",
        "binary": "\x00\x01",
        "short secret": text.replace('"mac": "', '"mac": "AAAA', 1),
        "no base64": text.replace('"mac": "', '"mac": "!!!!', 1),
        "no signer": text.replace('"retired_at": null', '"retired_at": "2026-11-20T00:00:00Z"'),
        "no signing": text.replace('"signing"', '"signed"'),
        "later version": text.replace('"version": 1', '"version": 2'),
    }[what]


DAMAGES = [
    "empty",
    "cut",
    "no json",
    "no object",
    "binary",
    "short secret",
    "no base64",
    "no signer",
    "no signing",
    "later version",
]


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_file_is_refused_in_one_sentence_and_never_overwritten(keys, path, what):
    broken = damage(path.read_text(), what)
    path.write_text(broken)
    with pytest.raises(storage.KeyFileError, match=r"is damaged \(.+\)\. Put a copy of it back") as refusal:
        KeyFile(path)
    with pytest.raises(storage.KeyFileError):
        keys.rotate()
    assert path.read_text() == broken
    assert not any(secret in str(refusal.value) for secret in ("AAAA", keys._content.mac.hex()))


def test_bytes_that_are_no_text_are_damage_too(keys, path):
    path.write_bytes(b'{"mac": "\xff\xfe"}')
    with pytest.raises(storage.KeyFileError, match="damaged"):
        KeyFile(path)


def test_a_running_process_goes_on_with_its_keys_and_tells_what_is_wrong(keys, path):
    digest = keys.day("999001", DAY).digest(b"c", "1")
    whole = path.read_text()
    path.write_text("")
    a_second_later(keys)
    assert keys.day("999001", DAY).digest(b"c", "1") == digest
    assert "is damaged" in keys.fault
    with pytest.raises(storage.KeyFileError):
        keys.day("999001", DAY + dt.timedelta(1))
    path.write_text(whole)
    a_second_later(keys)
    assert keys.fault is None


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "data").write_text("a file, no folder")
    with pytest.raises(storage.KeyFileError, match="cannot be made or locked"):
        KeyFile(tmp_path / "data" / "keys.json")


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path):
    (tmp_path / "keys.json").mkdir(mode=0o700)
    with pytest.raises(storage.KeyFileError, match="cannot be read: Is a directory"):
        KeyFile(tmp_path / "keys.json")


# ---- nothing is shown


def test_no_secret_is_shown_when_keys_are_printed_or_listed(keys):
    day = keys.day("999001", DAY)
    keys.mac("p", b"data")
    shown = " ".join(map(repr, (keys, keys.list(), keys._content, day, keys._signers, keys._verifiers))) + str(
        keys.jwks()
    )
    for secret in storage.secrets(keys._content):
        for form in (repr(secret), secret.hex(), storage.msgspec.json.encode(secret).decode().strip('="')):
            assert form not in shown


def test_the_list_tells_when_keys_were_made_and_when_they_end(path):
    at = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    keys = KeyFile(path, clock=lambda: at)
    first = keys.list()[0].name
    second = keys.rotate()
    keys.day("999001", DAY)
    assert [(k.kind, k.name, k.since, k.ends_at) for k in keys.list()] == [
        ("signing", first, at, at),
        ("signing", second, at, None),
        ("day", "999001 2026-11-20", at - 9 * HOUR, at - 9 * HOUR + 72 * HOUR),
    ]


# ---- purposes


def test_each_purpose_has_a_key_of_its_own(keys):
    assert len({keys.mac("a", b"x"), keys.mac("b", b"x"), keys.mac("a", b"y"), keys.secret("a"), keys.secret("b")}) == 5
    assert keys.mac("a", b"x") == keys.mac("a", b"x")
    assert len(keys.secret("a")) == len(keys.mac("a", b"x")) == 32
