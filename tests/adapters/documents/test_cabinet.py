"""Documents lie sealed under their hash, whole or not at all, and what is missing or altered is told."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from pathlib import Path

import pytest

from chancela.adapters.documents.cabinet import OLD_S, Cabinet, GoneError
from chancela.adapters.keys.document_seal import DocumentSeal
from chancela.adapters.keys.key_file import KeyFile

ANS, OTHER = "999001", "999002"
XRAY = b"uma radiografia inventada" * 100


@pytest.fixture
def cabinet(tmp_path: Path) -> Cabinet:
    return Cabinet(tmp_path / "documents", DocumentSeal(KeyFile(tmp_path / "keys.json")))


def place(cabinet: Cabinet, digest: str, ans: str = ANS) -> Path:
    return cabinet.folder / ans / digest[:2] / digest


def aged(path: Path) -> None:
    then = time.time() - OLD_S - 60
    os.utime(path, (then, then))


def test_what_was_put_in_comes_out_by_the_hash_of_what_it_holds(cabinet: Cabinet):
    digest = cabinet.put(ANS, XRAY)
    assert digest == hashlib.sha256(XRAY).hexdigest()
    assert cabinet.get(ANS, digest) == XRAY
    assert cabinet.has(ANS, digest)
    assert cabinet.put(ANS, XRAY) == digest


def test_on_the_disk_nothing_can_be_read_and_nobody_else_may_try(cabinet: Cabinet):
    path = place(cabinet, cabinet.put(ANS, XRAY))
    assert b"radiografia" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(each.stat().st_mode) & 0o077 for each in (path.parent, path.parent.parent)} == {0}
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_document_of_another_operator_is_not_here_and_does_not_open_when_it_is_moved(cabinet: Cabinet):
    digest = cabinet.put(ANS, XRAY)
    assert not cabinet.has(OTHER, digest)
    with pytest.raises(GoneError):
        cabinet.get(OTHER, digest)
    moved = place(cabinet, digest, OTHER)
    moved.parent.mkdir(parents=True)
    moved.write_bytes(place(cabinet, digest).read_bytes())
    with pytest.raises(GoneError, match="damaged"):
        cabinet.get(OTHER, digest)


@pytest.mark.parametrize("harm", [lambda raw: raw[:-1], lambda raw: b"", lambda raw: raw[:50] + b"\0" + raw[51:]])
def test_what_was_altered_or_cut_is_told(cabinet: Cabinet, harm):
    digest = cabinet.put(ANS, XRAY)
    path = place(cabinet, digest)
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(GoneError):
        cabinet.get(ANS, digest)


def test_another_key_file_opens_nothing(cabinet: Cabinet, tmp_path: Path):
    digest = cabinet.put(ANS, XRAY)
    stranger = Cabinet(cabinet.folder, DocumentSeal(KeyFile(tmp_path / "other.json")))
    with pytest.raises(GoneError):
        stranger.get(ANS, digest)


def test_a_right_seal_over_other_content_is_found(cabinet: Cabinet):
    digest = cabinet.put(ANS, XRAY)
    place(cabinet, digest).write_bytes(cabinet.seal.seal(ANS, digest, b"outra coisa"))
    with pytest.raises(GoneError):
        cabinet.get(ANS, digest)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "", "a" * 65])
def test_no_name_leads_out_of_the_cabinet(cabinet: Cabinet, name: str):
    for ask in (cabinet.get, cabinet.has, cabinet.remove):
        with pytest.raises(ValueError, match="no document is named"):
            ask(ANS, name)
    with pytest.raises(ValueError, match="no document is named"):
        cabinet.put(f"../{ANS}", XRAY)


def test_a_write_that_fails_leaves_nothing(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        cabinet.put(ANS, XRAY)
    assert [each for each in cabinet.folder.rglob("*") if each.is_file()] == []


def test_only_what_lay_for_a_day_is_old_and_what_came_anew_stays(cabinet: Cabinet):
    old, new = cabinet.put(ANS, XRAY), cabinet.put(ANS, b"outra")
    begun = place(cabinet, old).with_name(f"{old}.00.new")
    begun.write_bytes(b"cortado")
    for each in (place(cabinet, old), begun):
        aged(each)
    found = list(cabinet.old(ANS))
    assert sorted(found) == [old, begun.name]
    cabinet.put(ANS, XRAY)
    for each in found:
        cabinet.remove(ANS, each)
    assert cabinet.has(ANS, old)
    assert cabinet.has(ANS, new)
    assert not begun.exists()
    assert list(cabinet.old(OTHER)) == []
