"""How far an address is known to be the person's own, and the masks under which others see it."""

from uuid import UUID

import pytest

from chancela.domain import contact as contacts
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel
from tests.domain import made


def test_a_provisional_number_receives_the_code_of_its_guia_only():
    typed = made.provisional()
    assert contacts.usable(typed, made.GUIA)
    assert not contacts.usable(typed, made.OTHER_GUIA)
    assert not contacts.usable(typed, None)


def test_a_provisional_number_without_a_guia_receives_nothing():
    assert not contacts.usable(made.contact(state=ContactState.PROVISIONAL), None)


@pytest.mark.parametrize("state", [ContactState.CONTESTED, ContactState.IN_REVIEW, ContactState.RETIRED])
def test_a_confirmed_number_receives_any_and_one_that_is_not_the_persons_none(state: ContactState):
    assert contacts.usable(made.contact(), made.OTHER_GUIA)
    assert not contacts.usable(made.contact(state=state), made.GUIA)
    assert contacts.on_file([made.contact(state=state)], ContactKind.MOBILE) is None


def test_a_confirmed_number_comes_before_a_provisional_one():
    confirmed, newer = made.contact(), made.provisional("+5541900001111", id=UUID(int=9))
    assert contacts.reachable_by([newer, confirmed], Channel.SMS, made.GUIA) is confirmed


def test_of_two_confirmed_the_newest_is_used():
    older, newer = made.contact(id=UUID(int=7)), made.contact(address="+5541900001111", id=UUID(int=8))
    assert contacts.reachable_by([newer, older], Channel.SMS) is newer


def test_a_channel_reaches_only_what_it_can():
    landline = made.contact(ContactKind.LANDLINE, "+554130001234")
    assert contacts.reachable_by([landline, made.email()], Channel.SMS) is None
    assert contacts.reachable_by([landline, made.email()], Channel.EMAIL) == made.email()
    assert contacts.reachable_by([landline], Channel.APP) is None


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.WHATSAPP])
def test_a_written_message_goes_to_a_mobile_alone(channel: Channel):
    assert contacts.reachable_by([made.contact()], channel) == made.contact()
    assert contacts.reachable_by([made.landline()], channel) is None


def test_a_call_goes_to_the_landline_where_there_is_one_and_else_to_the_mobile():
    assert contacts.reachable_by([made.contact(), made.landline()], Channel.VOICE) == made.landline()
    assert contacts.reachable_by([made.contact()], Channel.VOICE) == made.contact()


def test_a_number_that_waits_for_review_receives_nothing():
    waiting = made.contact(state=ContactState.IN_REVIEW, typed_by="10001", guia_id=made.GUIA)
    assert not contacts.usable(waiting, made.GUIA)


def test_on_file_is_what_is_confirmed():
    assert contacts.on_file([made.provisional()], ContactKind.MOBILE) is None
    assert contacts.on_file([made.email(), made.contact()], ContactKind.MOBILE) == made.contact()


@pytest.mark.parametrize(
    ("kind", "address", "shown"),
    [
        (ContactKind.MOBILE, "+5541988575949", "(41) *****-5949"),
        (ContactKind.LANDLINE, "+554130241234", "(41) ****-1234"),
        (ContactKind.EMAIL, "ana.souza@example.com", "a***@example.com"),
    ],
)
def test_a_mask_shows_the_area_and_four_digits_or_a_letter_and_the_domain(kind: ContactKind, address: str, shown: str):
    assert contacts.masked(kind, address) == shown


def test_an_address_is_not_shown_in_logs():
    assert made.MOBILE not in repr(made.contact())
