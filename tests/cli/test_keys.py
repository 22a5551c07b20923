import json
from datetime import UTC, datetime, timedelta

import pytest

from chancela.adapters.keys.key_file import KeyFile


@pytest.fixture
def keys(tmp_path):
    return KeyFile(tmp_path / "keys.json")


def test_keys_are_listed_and_never_shown(cli, keys, tmp_path):
    keys.day("999001", datetime.now(UTC).date())
    said = cli("keys", "list", "--data", tmp_path)
    assert said.status == 0
    assert f"999001 {datetime.now(UTC).date()}" in said.out
    held = json.loads((tmp_path / "keys.json").read_text())
    assert held["mac"] not in said.out
    assert held["signing"][0]["kid"] in said.out


def test_a_new_key_signs_after_a_rotation(cli, keys, tmp_path):
    before = keys.jwks()["keys"][-1]["kid"]
    said = cli("keys", "rotate", "--data", tmp_path)
    assert said.status == 0
    kids = [each["kid"] for each in KeyFile(tmp_path / "keys.json").jwks()["keys"]]
    assert kids[0] == before
    assert kids[1] in said.out


def test_day_keys_that_are_due_are_destroyed(cli, keys, tmp_path):
    today = datetime.now(UTC).date()
    keys.day("999001", today)
    keys.day("999001", today - timedelta(days=4))
    said = cli("keys", "destroy-expired", "--data", tmp_path)
    assert said.out.splitlines() == [f"999001 {today - timedelta(days=4)}", "1 day keys destroyed."]
    assert KeyFile(tmp_path / "keys.json").find_day("999001", today) is not None


def test_where_there_are_no_keys_none_are_made(cli, tmp_path):
    said = cli("keys", "list", "--data", tmp_path)
    assert said.status == 1
    assert "There is no key file" in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_key_file_is_told_and_left(cli, keys, tmp_path):
    (tmp_path / "keys.json").write_text("{")
    said = cli("keys", "rotate", "--data", tmp_path)
    assert said.status == 1
    assert "is damaged" in said.err
    assert "Traceback" not in said.err
    assert (tmp_path / "keys.json").read_text() == "{"
