"""What a held contact waits for, and what it makes of a person's contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chancela.domain import hold as holds
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.hold import Hold, HoldEnd
from chancela.domain.people import Beneficiary, Person
from chancela.domain.policy import ContactCare
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANA, NEW, OLD, MAIL = (UUID(int=each) for each in range(1, 5))
TIMED = replace(LATEST_CODE_WINS, contact_care=ContactCare.HOLD, contact_hold_hours=36)
WAITING = Hold(
    UUID(int=9),
    ANA,
    UUID(int=8),
    "1",
    NEW,
    ContactKind.MOBILE,
    "+5541900001111",
    ContactCare.HOLD,
    "central",
    NOW,
    NOW + timedelta(hours=36),
)
PERSON = Person(
    Beneficiary(ANA, "1", "Ana", uses_no_mobile=True),
    (Contact(OLD, ANA, ContactKind.MOBILE, "+5541900002222"), Contact(MAIL, ANA, ContactKind.EMAIL, "ana@example.com")),
)


@pytest.mark.parametrize(
    ("shared", "heard", "care"),
    [
        (False, True, ContactCare.HOLD),
        (True, True, ContactCare.SECOND_PERSON),
        (False, False, ContactCare.SECOND_PERSON),
    ],
)
def test_time_alone_applies_what_one_person_has_and_somebody_hears_of(shared: bool, heard: bool, care: ContactCare):
    assert holds.care(TIMED, shared=shared, heard=heard) is care


def test_it_is_due_after_its_hours_or_lapses_after_a_week():
    assert holds.due(TIMED, ContactCare.HOLD, NOW) == NOW + timedelta(hours=36)
    assert holds.due(TIMED, ContactCare.SECOND_PERSON, NOW) == NOW + timedelta(days=7)
    assert holds.for_a_person(WAITING, NOW).due_at == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("why", "impossible"),
    [
        (None, False),
        (Refusal.CONTACT_IN_REVIEW, False),
        (Refusal.CONTACT_ON_FILE, True),
        (Refusal.CONTACT_OF_PROVIDER, True),
    ],
)
def test_a_person_decides_on_what_is_in_review_alone(why: Refusal | None, impossible: bool):
    assert holds.impossible(why) is impossible


def test_applied_it_takes_the_place_of_those_of_its_kind():
    retired, new = holds.contacts(WAITING, PERSON)
    assert (retired.id, retired.state) == (OLD, ContactState.RETIRED)
    assert (new.id, new.address, new.state) == (NEW, WAITING.address, ContactState.CONFIRMED)


def test_who_gives_a_mobile_uses_one_and_who_gives_an_email_says_nothing_of_it():
    ways = holds.ways(WAITING, PERSON)
    assert ways is not None and not ways.uses_no_mobile
    assert holds.ways(replace(WAITING, kind=ContactKind.EMAIL), PERSON) is None


def test_an_ended_one_says_how_by_whom_and_when_and_shows_no_address():
    over = holds.ended(WAITING, HoldEnd.REFUSED, "analista", NOW)
    assert (over.end, over.ended_by, over.ended_at) == (HoldEnd.REFUSED, "analista", NOW)
    assert WAITING.address not in repr(over)
