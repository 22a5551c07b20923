"""The validation code that fits TISS, and the claims that anyone can verify."""

import itertools
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from chancela.domain import receipt
from chancela.domain.token import Method, Validation, Window
from tests.domain import made

CODES = [receipt.short_code(bytes([seed] * 8)) for seed in range(0, 256, 51)]


def whole(code: str) -> bool:
    return receipt.check(code[:-1]) == code[-1]


@given(st.binary(min_size=32, max_size=32))
def test_a_validation_code_is_ten_characters_that_no_one_confuses(mac: bytes):
    code = receipt.short_code(mac)
    assert len(code) == 10
    assert set(code) <= set(receipt.ALPHABET)
    assert whole(code)


def test_the_alphabet_has_no_letter_that_looks_like_a_digit():
    assert len(set(receipt.ALPHABET)) == 32
    assert not set("ILOU") & set(receipt.ALPHABET)


def test_macs_that_differ_in_their_first_45_bits_give_different_codes():
    macs = [(1 << bit).to_bytes(8, "big") for bit in range(19, 64)]
    assert len({receipt.short_code(mac) for mac in macs}) == 45


@pytest.mark.parametrize("code", CODES)
def test_any_one_wrong_character_is_found(code: str):
    wrong = [
        code[:place] + other + code[place + 1 :]
        for place in range(10)
        for other in receipt.ALPHABET
        if other != code[place]
    ]
    assert [each for each in wrong if whole(each)] == []


def test_any_two_different_characters_swapped_at_any_two_places_are_found():
    """Exhaustive: what stands at the other places adds the same to both sums."""
    for (one, other), (a, b) in itertools.product(
        itertools.combinations(range(9), 2), itertools.permutations(receipt.ALPHABET, 2)
    ):
        body = ["0"] * 9
        body[one], body[other] = a, b
        swapped = ["0"] * 9
        swapped[one], swapped[other] = b, a
        assert receipt.check("".join(body)) != receipt.check("".join(swapped))


@given(st.binary(min_size=8, max_size=8), st.integers(0, 8))
def test_the_check_character_swapped_with_another_is_found(mac: bytes, place: int):
    code = list(receipt.short_code(mac))
    before = code.copy()
    code[place], code[9] = code[9], code[place]
    assert code == before or not whole("".join(code))


def test_the_subject_names_operator_guia_and_generation():
    assert receipt.subject("999009", made.GUIA, 2) == f"999009|{made.GUIA}|2".encode()


def claims() -> dict[str, str | int | None]:
    brasilia = timezone(timedelta(hours=-3))
    at = made.NOW.astimezone(brasilia)
    validation = Validation(made.GUIA, at, Window.FRESH, Method.TOKEN, "0123456789", 1, "recepcao", event_seq=7)
    return receipt.claims(made.guia(), validation, "pseudônimo")


def test_a_receipt_states_what_was_validated_when_and_where_in_the_trail():
    said = claims()
    assert said["iss"] == "urn:chancela:operator:999009"
    assert said["validated_at"] == "2026-11-20T15:00:00.000+00:00"
    assert (said["window"], said["method"], said["event_seq"]) == ("fresh", "token", 7)


def test_a_receipt_names_no_person_and_no_procedure():
    text = repr(claims())
    guia = made.guia()
    assert not any(
        each in text for each in (guia.card_number, str(guia.beneficiary_id), guia.procedures[0].code, "Ana")
    )


def test_a_receipt_changes_with_what_was_asked():
    validation = Validation(made.GUIA, made.NOW, Window.FRESH, Method.TOKEN, "0123456789", 1, "recepcao")
    other = replace(made.guia(), procedures=(made.procedure(code="81000049"),))
    assert receipt.claims(made.guia(), validation, "p") != receipt.claims(other, validation, "p")


def test_a_late_codes_receipt_states_the_day_of_the_visit_and_no_other_does():
    validation = Validation(made.GUIA, made.NOW, Window.LATE, Method.TOKEN, "0123456789", 1, "recepcao")
    late = replace(validation, visit_date=made.TODAY)
    assert receipt.claims(made.guia(), late, "p")["visit_date"] == "2026-11-20"
    assert "visit_date" not in receipt.claims(made.guia(), validation, "p")
