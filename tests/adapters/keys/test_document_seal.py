"""Documents sealed under the key file: bound to their operator and hash, mute without it."""

import pytest

from chancela.adapters.keys.document_seal import DocumentSeal
from chancela.adapters.keys.key_file import KeyFile

DIGEST = "ab" * 32


@pytest.fixture
def seal(tmp_path):
    return DocumentSeal(KeyFile(tmp_path / "keys.json"))


def test_what_was_sealed_opens_for_every_process_with_the_key_file(seal, tmp_path):
    sealed = seal.seal("999001", DIGEST, b"radiografia")
    assert b"radiografia" not in sealed
    assert seal.open("999001", DIGEST, sealed) == b"radiografia"
    assert DocumentSeal(KeyFile(tmp_path / "keys.json")).open("999001", DIGEST, sealed) == b"radiografia"
    assert seal.seal("999001", DIGEST, b"radiografia") != sealed


def test_what_is_moved_altered_cut_or_of_another_key_file_does_not_open(seal, tmp_path):
    sealed = seal.seal("999001", DIGEST, b"radiografia")
    assert seal.open("999002", DIGEST, sealed) is None
    assert seal.open("999001", "cd" * 32, sealed) is None
    for harmed in (sealed[:-1], sealed[:5], b"", sealed[:20] + b"\0" + sealed[21:]):
        assert seal.open("999001", DIGEST, harmed) is None
    assert DocumentSeal(KeyFile(tmp_path / "other.json")).open("999001", DIGEST, sealed) is None
