"""What the port `Vault` promises, held against the key file and against the fake."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chancela.adapters.keys.key_file import KeyFile
from chancela.adapters.keys.vault import KeyVault
from chancela.domain.offline import Device, challenge
from tests.fakes.vault import MemoryVault
from tests.handheld import Handheld

TODAY = datetime.now(UTC).date()
CODE, CONTEXT = "048291", b"999009|guia|10001"


@pytest.fixture(params=["memory", "keys"])
def vault(request: pytest.FixtureRequest, tmp_path):
    return MemoryVault() if request.param == "memory" else KeyVault(KeyFile(tmp_path / "keys.json"))


def test_what_was_sealed_is_known_and_shown_again(vault):
    secret = vault.seal("999009", TODAY, CONTEXT, CODE)
    assert vault.matches("999009", secret, CONTEXT, CODE)
    assert vault.reveal("999009", secret, CONTEXT) == CODE
    assert secret.key_date == TODAY


@pytest.mark.parametrize("code", ["048292", "48291", "0048291", "", "٠٤٨٢٩١", "\ud800"])
def test_no_other_code_is(vault, code: str):
    assert not vault.matches("999009", vault.seal("999009", TODAY, CONTEXT, CODE), CONTEXT, code)


def test_neither_in_another_context_nor_for_another_operator(vault):
    secret = vault.seal("999009", TODAY, CONTEXT, CODE)
    vault.seal("999001", TODAY, CONTEXT + b"2", CODE)
    assert not vault.matches("999009", secret, CONTEXT + b"2", CODE)
    assert vault.reveal("999009", secret, CONTEXT + b"2") is None
    assert not vault.matches("999001", secret, CONTEXT, CODE)
    assert vault.reveal("999001", secret, CONTEXT) is None


def test_a_secret_shows_its_code_to_no_one_who_looks(vault):
    secret = vault.seal("999009", TODAY, CONTEXT, CODE)
    assert CODE.encode() not in secret.digest + secret.sealed
    assert CODE not in repr(secret)


def test_a_day_that_is_not_there_matches_nothing(vault):
    secret = vault.seal("999009", TODAY, CONTEXT, CODE)
    other = type(secret)(secret.digest, secret.sealed, TODAY - timedelta(days=9))
    assert not vault.matches("999009", other, CONTEXT, CODE)
    assert vault.reveal("999009", other, CONTEXT) is None


def test_a_validation_code_is_the_same_for_the_same_and_another_for_another(vault):
    guia = UUID(int=7)
    first = vault.validation_code("999009", guia, 1)
    assert first == vault.validation_code("999009", guia, 1)
    assert len(first) == 10
    others = [("999001", guia, 1), ("999009", UUID(int=8), 1), ("999009", guia, 2)]
    assert first not in {vault.validation_code(*each) for each in others}


def test_a_key_is_agreed_on_with_a_point_alone_and_computes_until_it_is_gone(vault):
    ana, id_ = UUID(int=2), UUID(int=1)
    assert vault.agree("999009", ana, id_, b"no point") is None
    agreed = vault.agree("999009", ana, id_, Handheld().point)
    assert len(agreed.public) == 65
    device = Device(id_, ana, "Celular", agreed.secret, datetime.now(UTC))
    asked = challenge("999009", "2026000000017", "10001", TODAY)
    assert sum(vault.computes("999009", device, asked, f"{each:06d}") for each in range(50)) <= 1
    assert not vault.computes("999009", Device(id_, ana, "Celular", None, datetime.now(UTC)), asked, CODE)


def test_a_code_on_paper_is_known_by_its_digest(vault):
    kept = vault.paper(CONTEXT, CODE)
    assert vault.is_paper(CONTEXT, kept, CODE)
    assert not vault.is_paper(CONTEXT, kept, "048292")
    assert not vault.is_paper(CONTEXT + b"2", kept, CODE)


def test_a_lot_is_the_same_for_the_same_and_another_for_another(vault):
    first = vault.lot("999009", CONTEXT)
    assert len(first) == 32 and first == vault.lot("999009", CONTEXT)
    assert first not in {vault.lot("999001", CONTEXT), vault.lot("999009", CONTEXT + b"2")}
