"""Professionals: an entry in a council as it is kept, names and specialties, and what the trail tells of a provider."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from chancela.domain import network, professional as professionals
from chancela.domain.professional import Council, Entry, Professional

ONE = Professional(UUID(int=7), "10001", "Ana Lima", Entry(Council.CRO, "12345", "PR"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("CRO", "12345", "PR"), Entry(Council.CRO, "12345", "PR")),
        (("CRM", " 12 345-a ", "pr"), Entry(Council.CRM, "12345-A", "PR")),
        (("CRFa", "1", "SP"), Entry(Council.CRFA, "1", "SP")),
    ],
)
def test_an_entry_is_kept_in_one_form(typed: tuple[str, str, str], kept: Entry):
    assert professionals.entry(*typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        ("CRX", "1", "PR"),
        ("CRO", "", "PR"),
        ("CRO", "1", "XX"),
        ("CRO", "1" * 16, "PR"),
        ("CRO", "-1", "PR"),
        ("CRO", "١", "PR"),
    ],
)
def test_what_is_no_entry_is_told(typed: tuple[str, str, str]):
    assert professionals.entry(*typed) is None


def test_an_entry_is_written_as_people_write_it():
    assert professionals.written(ONE.entry) == "CRO 12345/PR"


def test_a_name_has_letters_and_single_spaces():
    assert professionals.name("  Ana   Lima ") == "Ana Lima"
    assert professionals.name("   ") is None
    assert professionals.name("x" * 120) is not None and professionals.name("x" * 121) is None


def test_specialties_are_kept_in_small_letters_and_are_not_too_many():
    assert professionals.specialties([" Ortodontia ", "ORTODONTIA", "", "clínica  geral"]) == {
        "ortodontia",
        "clínica geral",
    }
    assert professionals.specialties([str(each) for each in range(21)]) is None
    assert professionals.specialties(["x" * 61]) is None


def test_the_trail_tells_codes_and_never_names():
    told = network.told("999009", "10001", "ana", "changed", changed="name")
    assert told.subject == network.subject("999009", "10001") != network.subject("999001", "10001")
    assert told.data == {"provider": "10001", "what": "changed", "changed": "name"}
    of_one = network.told_of("999009", ONE, "ana", "added")
    assert (of_one.subject, of_one.data["professional"]) == (told.subject, str(ONE.id))
    assert "Lima" not in str(of_one.data) and "12345" not in str(of_one.data)


def test_what_differs_is_named():
    assert network.differences(ONE, replace(ONE, name="Bia", active=False), "name", "entry", "active") == "name,active"
