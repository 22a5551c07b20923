"""Events are read back as who did what, tolerant of what this version does not know."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from chancela.domain import chronicle
from chancela.domain.chronicle import By, Deed
from chancela.domain.trail import EventKind

AT = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
GUIA, OTHER = UUID(int=1), UUID(int=2)


def deed(seq: int, kind: str, data: str = "{}", subject: UUID = GUIA, actor: str = "recepcao") -> Deed:
    return chronicle.deed(seq, AT, kind, subject, actor, data)


def test_an_event_is_read_back_with_its_facts():
    read = deed(3, "guia:token:issued", '{"channels":"sms","generation":1,"x":null,"y":true}')
    assert (read.seq, read.kind, read.raw) == (3, EventKind.TOKEN_ISSUED, "guia:token:issued")
    assert read.facts == {"channels": "sms", "generation": 1, "x": None, "y": True}


def test_an_event_of_a_later_version_keeps_its_name():
    read = deed(1, "moon:base:opened")
    assert read.kind is None
    assert read.raw == "moon:base:opened"


@pytest.mark.parametrize("data", ["", "not json", "[1]", '"text"', "7"])
def test_data_that_is_no_object_tells_nothing(data: str):
    assert chronicle.facts(data) == {}


def test_a_value_that_is_not_plain_is_left_out():
    assert chronicle.facts('{"a":[1],"b":{"c":1},"d":"e"}') == {"d": "e"}


@pytest.mark.parametrize(
    ("actor", "by", "name", "id_"),
    [
        (f"person:{OTHER}", By.PERSON, f"person:{OTHER}", OTHER),
        (f"visit:{OTHER}", By.VISIT, f"visit:{OTHER}", OTHER),
        ("person:nobody", By.ACCOUNT, "person:nobody", None),
        ("carrier sms-principal", By.CARRIER, "sms-principal", None),
        ("worker", By.HOUSE, "worker", None),
        ("nao-pedi", By.HOUSE, "nao-pedi", None),
        ("maria.auditora", By.ACCOUNT, "maria.auditora", None),
        ("999001.nucleo", By.ACCOUNT, "999001.nucleo", None),
    ],
)
def test_whoever_acted_is_known_by_the_form_of_their_name(actor: str, by: By, name: str, id_: UUID | None):
    assert chronicle.who(actor) == chronicle.Who(by, name, id_)


def test_every_id_that_events_speak_of_is_found():
    person, helper = UUID(int=7), UUID(int=8)
    read = deed(1, "family:tie:offered", f'{{"of":"{person}","scope":"see","n":4}}', actor=f"person:{helper}")
    assert list(chronicle.ids([read])) == [GUIA, helper, person]
    assert list(chronicle.ids([deed(2, "operator:trail:verified")])) == [GUIA]


def led(*deeds: Deed) -> dict[int, int]:
    return {seq: each.seq for seq, each in chronicle.led_to(deeds).items()}


def issued(seq: int, generation: int = 1) -> Deed:
    return deed(seq, EventKind.TOKEN_ISSUED, f'{{"generation":{generation}}}')


def test_a_code_led_to_what_ended_it():
    wrong = deed(2, EventKind.TOKEN_REFUSED, '{"generation":1}')
    right = deed(3, EventKind.GUIA_VALIDATED, '{"generation":1}')
    assert led(issued(1), wrong, right) == {1: 3}


def test_a_code_led_to_the_code_that_took_its_place():
    assert led(issued(1), issued(2, 2)) == {1: 2}


def test_the_end_of_another_generation_is_not_the_end_of_this_code():
    assert led(issued(1, 2), deed(2, EventKind.TOKEN_EXPIRED, '{"generation":1}')) == {}


def test_a_cancelled_guia_ends_a_code_without_naming_its_generation():
    assert led(issued(1), deed(2, EventKind.GUIA_CANCELLED)) == {1: 2}


def test_what_happened_to_something_else_answers_nothing():
    assert led(deed(1, EventKind.TOKEN_REPORTED), deed(2, EventKind.REPORT_CLOSED, subject=OTHER)) == {}


def test_an_answer_is_found_whatever_the_order_in_which_events_are_read():
    assert led(deed(2, EventKind.REPORT_CLOSED), deed(1, EventKind.TOKEN_REPORTED)) == {1: 2}


def test_an_offer_led_to_its_acceptance_and_that_to_its_end():
    story = [deed(1, EventKind.TIE_OFFERED), deed(2, EventKind.TIE_ACCEPTED), deed(3, EventKind.TIE_ENDED)]
    assert led(*story) == {1: 2, 2: 3}


def test_an_event_of_a_later_version_answers_nothing_and_waits_for_nothing():
    assert led(deed(1, "moon:base:opened"), issued(2), deed(3, "moon:base:closed")) == {}
