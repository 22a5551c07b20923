"""Who hears that an attendance was recorded, and of what somebody hears."""

from dataclasses import replace
from uuid import UUID

import pytest

from chancela.domain import telling
from chancela.domain.case import Case, Step
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel, Delivery, DeliveryState, Purpose
from chancela.domain.ladder import Recipient
from chancela.domain.people import Beneficiary, Person
from chancela.domain.profiles import LATEST_CODE_WINS, PUSH_PER_ATTENDANCE
from chancela.domain.series import Session
from chancela.domain.trail import Event, EventKind
from tests.domain import made

ALL = frozenset(Channel)
PHONE = Contact(UUID(int=21), made.ANA, ContactKind.MOBILE, made.MOBILE)
MAIL = Contact(UUID(int=22), made.ANA, ContactKind.EMAIL, made.EMAIL)
MOTHERS = Contact(UUID(int=23), made.NEW, ContactKind.MOBILE, "+5541900005950")


def person(*contacts: Contact, app: bool = False) -> Person:
    return Person(Beneficiary(made.ANA, "00123456789", "Ana Souza", has_app=app), contacts)


def went(channel: Channel, contact: Contact | None = None, **more) -> Delivery:
    to = contact.id if contact else None
    sent = Delivery(made.NEW, made.GUIA, made.ANA, 1, channel, "masked", made.NOW, made.NOW, contact_id=to)
    return replace(sent, **{"state": DeliveryState.HANDED_OVER, **more})


BY_SMS, BY_MAIL, BY_APP = went(Channel.SMS, PHONE), went(Channel.EMAIL, MAIL), went(Channel.APP)


@pytest.mark.parametrize(
    ("known", "code_went", "heard"),
    [
        (person(PHONE, MAIL), [BY_SMS], MAIL),
        (person(PHONE, MAIL), [BY_MAIL], PHONE),
        (person(PHONE, MAIL), [BY_SMS, BY_MAIL], None),
        (person(PHONE, MAIL, app=True), [BY_SMS, BY_MAIL], Channel.APP),
        (person(PHONE, MAIL, app=True), [BY_SMS, BY_MAIL, BY_APP], None),
        (person(PHONE, app=True), [BY_APP], PHONE),
        (person(PHONE), [BY_SMS], None),
        (person(PHONE, MAIL), [], MAIL),
        (person(app=True), [], None),
        (person(), [], None),
    ],
    ids=lambda each: "",
)
def test_another_contact_than_the_one_that_got_the_code_is_told(known, code_went, heard):
    found = telling.hearer(PUSH_PER_ATTENDANCE, known, ALL, code_went)
    assert (found and (found.contact or found.channel)) == heard


@pytest.mark.parametrize(
    ("known", "code_went", "heard"),
    [
        (person(PHONE, MAIL), [BY_SMS], MAIL),
        (person(PHONE), [BY_SMS], PHONE),
        (person(PHONE, MAIL), [BY_SMS, BY_MAIL], MAIL),
        (person(app=True), [], Channel.APP),
        (person(), [], None),
    ],
    ids=lambda each: "",
)
def test_of_an_attendance_without_a_code_the_contact_of_the_code_is_told_where_there_is_no_other(
    known, code_went, heard
):
    found = telling.hearer_without_code(PUSH_PER_ATTENDANCE, known, ALL, code_went)
    assert (found and (found.contact or found.channel)) == heard


def step(kind: EventKind, sessions: int = 1, *new: Session) -> Step:
    case = Case(replace(made.guia(), sessions=sessions))
    return Step(case, case, Event(kind, made.GUIA, "recepcao", {}), sessions=new)


SESSION = Session(made.GUIA, 1, made.NOW, "recepcao")


@pytest.mark.parametrize(
    ("done", "heard"),
    [
        (step(EventKind.GUIA_VALIDATED), Purpose.VALIDATED),
        (step(EventKind.ABSENCE_RECORDED), Purpose.RECORDED),
        (step(EventKind.SESSION_CONFIRMED, 3, SESSION), Purpose.VALIDATED),
        (step(EventKind.ABSENCE_RECORDED, 3, SESSION), Purpose.RECORDED),
        (step(EventKind.GUIA_VALIDATED, 3), None),
        (step(EventKind.ABSENCE_RECORDED, 3), None),
        (step(EventKind.ABSENCE_REVIEWED), None),
        (step(EventKind.GUIA_CANCELLED), None),
    ],
    ids=lambda each: "",
)
def test_attendances_and_sessions_are_told_and_the_end_of_a_series_is_none(done: Step, heard: Purpose | None):
    assert telling.of_step(done) == heard


@pytest.mark.parametrize(
    "nothing",
    [
        replace(BY_MAIL, state=DeliveryState.FAILED),
        replace(BY_MAIL, state=DeliveryState.QUEUED),
        replace(BY_MAIL, purpose=Purpose.CONTACT_TYPED),
    ],
    ids=("failed", "queued", "a notice"),
)
def test_what_did_not_bring_the_code_does_not_count(nothing: Delivery):
    found = telling.hearer(PUSH_PER_ATTENDANCE, person(PHONE, MAIL), ALL, [BY_SMS, nothing])
    assert found == Recipient(Channel.EMAIL, MAIL, "a***@example.com")


def test_only_ways_that_the_policy_has_and_a_carrier_takes_are_used():
    assert telling.hearer(LATEST_CODE_WINS, person(PHONE, app=True), ALL, [BY_SMS]) is None
    assert telling.hearer(LATEST_CODE_WINS, person(PHONE, MAIL), frozenset({Channel.SMS}), [BY_SMS]) is None


def test_a_contact_that_is_not_confirmed_is_told_nothing():
    typed = replace(MAIL, state=ContactState.PROVISIONAL, typed_by="10001", guia_id=made.GUIA)
    assert telling.hearer(PUSH_PER_ATTENDANCE, person(PHONE, typed), ALL, [BY_SMS]) is None


def test_the_app_of_one_who_reads_is_another_place_than_the_childs():
    mother = Person(Beneficiary(made.NEW, "00987654321", "Eva Souza", has_app=True))
    child = replace(person(PHONE, app=True), readers=(mother,))
    found = telling.hearer(PUSH_PER_ATTENDANCE, child, ALL, [BY_SMS, BY_APP])
    assert found == Recipient(Channel.APP, None, "app", mother.beneficiary.id)
    both = [BY_SMS, BY_APP, replace(BY_APP, reader_id=mother.beneficiary.id)]
    assert telling.hearer(PUSH_PER_ATTENDANCE, child, ALL, both) is None


def test_where_nothing_of_their_own_is_left_whoever_stands_in_for_them_hears_it():
    mother = Person(Beneficiary(made.NEW, "00987654321", "Eva Souza"), (MOTHERS,))
    for child in (replace(person(PHONE), readers=(mother,)), replace(person(PHONE), told=(mother,))):
        found = telling.hearer(PUSH_PER_ATTENDANCE, child, ALL, [BY_SMS])
        assert found is not None
        assert found.contact == MOTHERS
