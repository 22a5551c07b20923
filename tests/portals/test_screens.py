"""The channel dialog shows each policy's ways, and no more of an address than its mask."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from chancela.domain import profiles
from chancela.domain.case import Case
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel, Delivery, DeliveryState
from chancela.domain.guia import Attendance, Authorisation, Guia, Kind
from chancela.domain.people import Beneficiary, Operator, Person
from chancela.domain.policy import Policy
from chancela.domain.token import Token
from chancela.portals.provider import screens, words

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
ALL = frozenset(Channel)
GUIA = Guia(
    operator="999003",
    id=uuid.UUID(int=7),
    number="2026000000001",
    kind=Kind.ODONTO,
    beneficiary_id=uuid.UUID(int=1),
    card_number="00300000101",
    provider="10003",
    created_at=NOW,
    valid_until=dt.date(2027, 1, 1),
    procedures=(),
    authorisation=Authorisation.AUTHORISED,
    attendance=Attendance.AWAITING_TOKEN,
)
MOBILE = Contact(uuid.UUID(int=2), uuid.UUID(int=1), ContactKind.MOBILE, "+5541900005949")
MAIL = Contact(uuid.UUID(int=3), uuid.UUID(int=1), ContactKind.EMAIL, "rosa@example.com")


def person(*contacts: Contact, app: bool = False, prefers: Channel | None = None) -> Person:
    return Person(Beneficiary(uuid.UUID(int=1), "1", "Rosa", has_app=app, preferred_channel=prefers), contacts)


def shown(policy: Policy, who: Person, case: Case | None = None) -> screens.CodeScreen:
    operator = Operator("999003", "Cambuí Odonto", policy)
    return screens.code_screen(operator, who, case or Case(GUIA), ALL, NOW)


def live(*deliveries: Delivery) -> Case:
    token = Token(GUIA.id, 1, NOW, NOW + dt.timedelta(hours=48))
    return Case(replace(GUIA, generation=1), token=token, deliveries=deliveries)


def test_the_number_on_file_is_the_one_big_button_masked():
    screen = shown(profiles.ONE_CODE_PER_GUIA, person(MOBILE, MAIL))
    assert screen.main is not None
    assert screen.main.label == "Enviar por SMS para (41) *****-5949"
    assert [way.channel for way in screen.others] == [Channel.EMAIL]


def test_the_way_used_last_comes_first_the_next_time():
    screen = shown(profiles.ONE_CODE_PER_GUIA, person(MOBILE, MAIL, prefers=Channel.EMAIL))
    assert screen.main is not None
    assert screen.main.channel is Channel.EMAIL
    assert screen.main.asks_cpf


def test_with_no_contact_on_file_the_first_one_may_be_typed_where_the_policy_says_so():
    assert shown(profiles.ONE_CODE_PER_GUIA, person()).typed == (Channel.SMS, Channel.EMAIL)
    assert shown(profiles.LATEST_CODE_WINS, person()).typed == ()
    assert shown(profiles.LATEST_CODE_WINS, person()).unreached == (Channel.SMS, Channel.EMAIL)


def test_a_number_on_file_cannot_be_typed_over():
    assert shown(profiles.ONE_CODE_PER_GUIA, person(MOBILE)).typed == (Channel.EMAIL,)


def test_what_goes_out_together_is_named_together():
    screen = shown(profiles.PUSH_PER_ATTENDANCE, person(MOBILE, MAIL, app=True))
    assert [way.channel for way in screen.together] == [Channel.APP, Channel.SMS, Channel.EMAIL]
    assert screen.main is None


def test_where_only_one_of_them_reaches_it_is_the_one_big_button():
    screen = shown(profiles.PUSH_PER_ATTENDANCE, person(MAIL))
    assert screen.together == ()
    assert screen.main is not None
    assert screen.main.channel is Channel.EMAIL


def test_while_a_code_lives_every_way_sends_it_again():
    screen = shown(profiles.LATEST_CODE_WINS, person(MOBILE, MAIL), live())
    assert screen.alive
    assert screen.annuls
    assert [way.label for way in screen.others] == [
        "Reenviar por SMS para (41) *****-5949",
        "Reenviar por e-mail para r***@example.com",
    ]


def test_a_provisional_number_of_another_guia_is_not_offered():
    other = replace(MOBILE, state=ContactState.PROVISIONAL, guia_id=uuid.UUID(int=9), typed_by="10001")
    assert shown(profiles.ONE_CODE_PER_GUIA, person(other)).main is None


def test_who_may_change_a_contact_is_said_as_the_policy_has_it():
    assert shown(profiles.ONE_CODE_PER_GUIA, person(MOBILE)).doors == ("na central de atendimento",)
    assert len(shown(profiles.PUSH_PER_ATTENDANCE, person(MOBILE)).doors) == 3


def delivery(state: DeliveryState, generation: int = 1, minute: int = 0) -> Delivery:
    at = NOW + dt.timedelta(minutes=minute)
    return Delivery(
        uuid.uuid4(), GUIA.id, GUIA.beneficiary_id, generation, Channel.SMS, "(41) *****-5949", at, at, state=state
    )


@pytest.mark.parametrize("state", DeliveryState)
def test_the_ladder_says_each_state_in_a_word(state: DeliveryState):
    assert screens.rungs(live(delivery(state)))[0].said.word == words.DELIVERY[state].word


def test_the_ladder_is_that_of_the_live_code_in_order():
    first, second = delivery(DeliveryState.FAILED), delivery(DeliveryState.QUEUED, minute=2)
    old = delivery(DeliveryState.DELIVERED, generation=0)
    assert [rung.at for rung in screens.rungs(live(second, old, first))] == [first.changed_at, second.changed_at]
