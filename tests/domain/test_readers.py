"""Ways and routes where somebody else reads the codes, and guardians who only hear of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from chancela.domain import ladder, route as routes, telling
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.people import Beneficiary, Person
from chancela.domain.profiles import ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.route import Asking, Route, Wish
from tests.domain import made

if TYPE_CHECKING:
    from chancela.domain.ladder import Recipient

MOTHER, FATHER = UUID(int=71), UUID(int=72)
ALL = frozenset(Channel)
APP, SMS, WHATSAPP, VOICE, EMAIL = Channel.APP, Channel.SMS, Channel.WHATSAPP, Channel.VOICE, Channel.EMAIL


def reader(whom: UUID, *kinds: ContactKind, **about: object) -> Person:
    """Somebody else with a contact of each kind."""
    addresses = {
        ContactKind.MOBILE: f"+55419000{whom.int:05d}",
        ContactKind.LANDLINE: f"+55412000{whom.int:04d}",
        ContactKind.EMAIL: f"p{whom.int}@example.com",
    }
    known = [
        Contact(UUID(int=whom.int * 10 + nth), whom, kind, addresses[kind]) for nth, kind in enumerate(kinds, start=1)
    ]
    return Person(Beneficiary(whom, f"card {whom.int}", "Pessoa", **about), tuple(known))


MOBILE, LANDLINE, MAIL = ContactKind.MOBILE, ContactKind.LANDLINE, ContactKind.EMAIL
CHILD = replace(made.person(), readers=(reader(MOTHER, MOBILE, MAIL, has_app=True), reader(FATHER, MOBILE)))
GRANNY = replace(
    made.person(made.landline(), made.contact(), uses_no_mobile=True), readers=(reader(MOTHER, MOBILE, MAIL),)
)


def said(ways: tuple[Recipient, ...]) -> list[str]:
    names = {None: "self", MOTHER: "mother", FATHER: "father"}
    return [f"{names[each.reader]} {each.channel.value}" for each in ways]


def routed(person: Person, **wish: object) -> Route | Refused:
    asking = Asking(ONE_CODE_PER_GUIA, made.provider(), made.scene(person), Wish(made.GUIA, **wish), made.NEW)
    return routes.route(asking)


# by which ways


def test_a_channel_reaches_everybody_who_reads_the_codes():
    assert said(ladder.recipients(CHILD, SMS, made.GUIA)) == ["mother sms", "father sms"]
    assert said(ladder.ways(PUSH_PER_ATTENDANCE, CHILD, frozenset({APP, EMAIL}))) == ["mother app", "mother email"]


def test_an_address_of_a_reader_is_masked_as_any_other_and_named_as_theirs():
    (mother, _) = ladder.recipients(CHILD, SMS, made.GUIA)
    assert (mother.to, mother.reader, mother.key) == ("(41) *****-0071", MOTHER, (MOTHER, SMS))


def test_the_first_rung_goes_to_all_readers_at_once():
    rung, ways = ladder.first(PUSH_PER_ATTENDANCE, made.scene(CHILD))
    assert (rung, said(ways)) == (3, ["mother app", "mother sms", "mother email", "father sms"])


def test_who_uses_no_mobile_is_called_while_the_helper_gets_messages_at_once():
    rung, ways = ladder.first(PUSH_PER_ATTENDANCE, made.scene(GRANNY))
    assert (rung, said(ways)) == (0, ["self voice", "mother sms", "mother email"])


def test_the_next_rung_is_everyones_own_and_takes_no_way_twice():
    scene = made.scene(GRANNY)
    rung, ways = ladder.first(PUSH_PER_ATTENDANCE, scene)
    used = {each.key for each in ways}
    rung, ways = ladder.above(PUSH_PER_ATTENDANCE, scene, rung, used)
    assert (rung, said(ways)) == (4, ["mother whatsapp"])
    rung, ways = ladder.above(PUSH_PER_ATTENDANCE, scene, rung, {*used, *(each.key for each in ways)})
    assert (rung, said(ways)) == (5, ["mother voice"])
    assert ladder.above(PUSH_PER_ATTENDANCE, scene, rung, ()) is None


def test_the_way_offered_first_is_one_that_reaches_a_reader():
    assert ladder.default_channel(ONE_CODE_PER_GUIA, CHILD, ALL) is SMS
    liked = replace(CHILD, beneficiary=replace(CHILD.beneficiary, preferred_channel=EMAIL))
    assert ladder.default_channel(ONE_CODE_PER_GUIA, liked, ALL) is EMAIL


# to whom it is routed


def test_a_chosen_way_goes_to_every_reader_who_has_it():
    found = routed(CHILD, channel=SMS)
    assert said(found.recipients) == ["mother sms", "father sms"]
    assert routed(CHILD, channel=VOICE).recipients[0].reader == MOTHER


def test_a_number_of_a_reader_is_on_file_so_that_no_other_is_typed():
    assert routed(CHILD, phone="+5541900001234") == Refused(Refusal.CONTACT_ON_FILE)


def test_typing_a_readers_number_sends_to_that_reader_alone():
    found = routed(CHILD, phone="+5541900000072")
    assert (said(found.recipients), found.learnt) == (["father sms"], ())


def test_where_readers_have_no_such_contact_one_may_be_typed_and_they_hear_of_it():
    by_mail = replace(CHILD, readers=(reader(MOTHER, MAIL, has_app=True),))
    found = routed(by_mail, phone="+5541900001234")
    assert said(found.recipients) == ["self sms"]
    assert found.learnt[0].beneficiary_id == made.ANA
    assert said(found.told) == ["mother email", "mother app"]


def test_an_address_that_is_not_used_is_brought_back_by_nobody():
    unused = made.contact()
    hidden = replace(made.person(), unused=(unused,))
    assert routed(hidden, phone=unused.address) == Refused(Refusal.CONTACT_ON_FILE)
    assert said(routed(hidden, phone="+5541900001234").recipients) == ["self sms"]


# who hears


@pytest.mark.parametrize(
    ("guardian", "way"),
    [
        (reader(MOTHER, MOBILE, MAIL, has_app=True), ["mother email"]),
        (reader(MOTHER, MOBILE), ["mother sms"]),
        (reader(MOTHER, has_app=True), ["mother app"]),
        (reader(MOTHER, LANDLINE), []),
    ],
)
def test_a_guardian_hears_of_a_code_in_writing(guardian: Person, way: list[str]):
    found = telling.guardian_way(PUSH_PER_ATTENDANCE, guardian, ALL)
    assert said((found,) if found else ()) == way
    assert telling.guardian_way(PUSH_PER_ATTENDANCE, guardian, frozenset({VOICE})) is None


def test_a_validation_is_told_to_another_reader_as_theirs():
    (mother, father) = ladder.recipients(CHILD, SMS, None)
    went = made.delivery(DeliveryState.DELIVERED, contact_id=mother.contact.id, reader_id=MOTHER)
    by_sms = telling.hearer(PUSH_PER_ATTENDANCE, CHILD, frozenset({SMS}), [went])
    assert by_sms == father
    assert telling.hearer(PUSH_PER_ATTENDANCE, CHILD, ALL, [went]).reader == MOTHER  # by her e-mail


def test_a_contact_on_file_for_this_guia_alone_reaches_nobody_else():
    typed = replace(made.provisional(), guia_id=made.OTHER_GUIA)
    assert said(ladder.recipients(made.person(typed), SMS, made.GUIA)) == []
    assert typed.state is ContactState.PROVISIONAL
