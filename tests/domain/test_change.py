"""A change of contact: what may become the person's own, which way its code takes, and who hears of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from chancela.domain import change as changes, short_code
from chancela.domain.change import ContactChange
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal
from chancela.domain.route import Sharing
from chancela.domain.sign_in import Asked
from chancela.domain.token import Secret
from tests.domain import made

ALL = frozenset(Channel)
NEW_NUMBER = "+5541900001111"
SECRET = Secret(b"digest", b"sealed", made.TODAY)
FRESH = ContactChange(
    made.NEW, made.ANA, made.ANA, UUID(int=8), ContactKind.MOBILE, NEW_NUMBER, SECRET, made.NOW, made.NOW
)


def test_the_code_of_a_change_lives_ten_minutes_and_five_tries():
    change = replace(FRESH, expires_at=made.NOW + short_code.LIFE)
    assert short_code.alive(change, made.NOW + timedelta(minutes=9))
    assert not short_code.alive(change, made.NOW + timedelta(minutes=10))
    for left in (4, 3, 2, 1, 0):
        change = short_code.missed(change, made.NOW)
        assert short_code.left(change) == left
    assert (change.secret, change.ended_at) == (None, made.NOW)


def test_the_address_is_in_no_log():
    assert NEW_NUMBER not in repr(FRESH) and "digest" not in repr(FRESH)


@pytest.mark.parametrize(
    ("asked", "so"), [(Asked(), True), (Asked(2, 5), True), (Asked(3, 3), False), (Asked(0, 6), False)]
)
def test_three_codes_in_fifteen_minutes_and_six_a_day(asked: Asked, so: bool):
    assert changes.allowed(asked) is so


def test_the_code_is_bound_to_operator_change_person_and_address():
    bound = {
        changes.context("999001", made.NEW, made.ANA, NEW_NUMBER),
        changes.context("999002", made.NEW, made.ANA, NEW_NUMBER),
        changes.context("999001", made.CONTACT, made.ANA, NEW_NUMBER),
        changes.context("999001", made.NEW, made.NEW, NEW_NUMBER),
        changes.context("999001", made.NEW, made.ANA, made.MOBILE),
    }
    assert len(bound) == 5


@pytest.mark.parametrize(
    ("kind", "carried", "channel"),
    [
        (ContactKind.MOBILE, ALL, Channel.SMS),
        (ContactKind.MOBILE, ALL - {Channel.SMS}, Channel.WHATSAPP),
        (ContactKind.MOBILE, frozenset({Channel.EMAIL, Channel.VOICE}), None),
        (ContactKind.EMAIL, ALL, Channel.EMAIL),
        (ContactKind.EMAIL, ALL - {Channel.EMAIL}, None),
        (ContactKind.LANDLINE, ALL, None),
    ],
)
def test_a_new_address_is_written_to_and_never_called(
    kind: ContactKind, carried: frozenset[Channel], channel: Channel | None
):
    assert changes.way(LATEST_CODE_WINS, carried, kind) is channel


def test_a_way_that_the_policy_does_not_have_is_not_taken():
    policy = replace(PUSH_PER_ATTENDANCE, channels=(Channel.APP, Channel.WHATSAPP))
    assert changes.way(policy, ALL, ContactKind.MOBILE) is Channel.WHATSAPP
    assert changes.way(policy, ALL, ContactKind.EMAIL) is None


def test_an_address_is_known_however_its_letters_are_cased_and_of_its_kind_alone():
    person = made.person(made.contact(), made.email())
    assert changes.known(person, ContactKind.EMAIL, made.EMAIL.upper()) == made.email()
    assert changes.known(person, ContactKind.LANDLINE, made.MOBILE) is None
    assert changes.known(person, ContactKind.MOBILE, NEW_NUMBER) is None


def families(count: int) -> Sharing:
    return Sharing(frozenset(UUID(int=number) for number in range(count)))


@pytest.mark.parametrize(
    ("state", "sharing", "why"),
    [
        (None, Sharing(), None),
        (None, families(2), None),
        (None, families(3), Refusal.CONTACT_IN_REVIEW),
        (None, Sharing(providers=frozenset({"10001"})), Refusal.CONTACT_OF_PROVIDER),
        (ContactState.CONFIRMED, Sharing(), Refusal.CONTACT_ON_FILE),
        (ContactState.CONTESTED, Sharing(), Refusal.CONTACT_ON_FILE),
        (ContactState.IN_REVIEW, Sharing(), Refusal.CONTACT_IN_REVIEW),
        (ContactState.RETIRED, Sharing(), None),
        (ContactState.PROVISIONAL, Sharing(), None),
    ],
)
def test_what_is_on_file_of_a_provider_or_of_many_families_does_not_become_ones_own(
    state: ContactState | None, sharing: Sharing, why: Refusal | None
):
    held = made.contact(state=state) if state else None
    assert changes.refused(held, sharing, LATEST_CODE_WINS.families_per_number) is why


LANDLINE = made.landline()
SECOND = made.contact(address=NEW_NUMBER, id=UUID(int=97))


@pytest.mark.parametrize(
    ("on_file", "heard"),
    [
        ((made.contact(), made.email()), [(Channel.SMS, made.CONTACT)]),
        ((made.contact(), SECOND), [(Channel.SMS, made.CONTACT), (Channel.SMS, SECOND.id)]),
        ((made.email(), LANDLINE), [(Channel.EMAIL, made.email().id)]),
        ((replace(made.contact(), state=ContactState.IN_REVIEW), made.email()), [(Channel.EMAIL, made.email().id)]),
        ((LANDLINE,), []),
    ],
)
def test_of_a_new_mobile_the_old_ones_hear_and_where_there_are_none_every_other_contact(
    on_file: tuple[Contact, ...], heard: list[tuple[Channel, UUID]]
):
    found = changes.told(ONE_CODE_PER_GUIA, ALL, made.person(*on_file), ContactKind.MOBILE)
    assert [(each.channel, each.contact and each.contact.id) for each in found] == heard
    assert all("***" in each.to for each in found)


def test_where_the_old_one_cannot_be_written_to_the_others_hear():
    person = made.person(made.contact(), made.email())
    carried = frozenset({Channel.EMAIL, Channel.WHATSAPP})  # which brings codes alone
    found = changes.told(LATEST_CODE_WINS, carried, person, ContactKind.MOBILE)
    assert [each.channel for each in found] == [Channel.EMAIL]
