"""Passkeys: which challenge an answer fits, how a counter grows, and how many a person has."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from chancela.domain import passkey as passkeys
from chancela.domain.passkey import Ceremony, Passkey
from tests.domain import made

NOW = made.NOW
KEY = Passkey(UUID(int=7), made.ANA, b"credential", b"key", 4, "Chrome · Android", NOW)
ASKED = passkeys.challenge(UUID(int=8), Ceremony.ENTER, made.ANA, "segredo", b"here", NOW)


def answers(**but: object) -> bool:
    said = {"held": ASKED, "ceremony": Ceremony.ENTER, "whose": made.ANA, "secret": "segredo", "now": NOW, **but}
    return passkeys.answers(**said)  # type: ignore[arg-type]


def test_the_secret_of_a_challenge_is_not_kept_nor_shown():
    assert b"segredo" not in ASKED.secret_hash and "secret_hash" not in repr(ASKED)
    assert "credential" not in repr(KEY).replace("credential_id", "") and "b'key'" not in repr(KEY)


def test_the_right_secret_answers():
    assert answers()


@pytest.mark.parametrize(
    "but",
    [
        {"held": None},
        {"ceremony": Ceremony.ENROL},
        {"whose": None},
        {"whose": UUID(int=3)},
        {"secret": "segred0"},
        {"now": NOW + timedelta(minutes=5)},
    ],
)
def test_nothing_else_answers(but: dict[str, object]):
    assert not answers(**but)


@pytest.mark.parametrize(("kept", "shown", "so"), [(4, 5, True), (4, 4, False), (4, 3, False), (4, 0, False)])
def test_a_counter_that_does_not_grow_is_of_a_copy(kept: int, shown: int, so: bool):
    assert passkeys.counts(replace(KEY, sign_count=kept), shown) is so


def test_an_authenticator_that_never_counts_is_believed():
    assert passkeys.counts(replace(KEY, sign_count=0), 0)
    assert passkeys.counts(replace(KEY, sign_count=0), 1)


def test_five_live_passkeys_are_enough():
    over = passkeys.ended(KEY, NOW)
    assert passkeys.room([KEY] * 4 + [over] * 3)
    assert not passkeys.room([KEY] * 5)


def test_a_use_is_noted_and_an_end_is_the_end():
    used = passkeys.used(KEY, 9, NOW)
    assert (used.sign_count, used.used_at, passkeys.alive(used)) == (9, NOW, True)
    assert not passkeys.alive(passkeys.ended(used, NOW))
