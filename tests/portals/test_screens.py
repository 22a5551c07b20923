"""The channel dialog shows each policy's ways, and no more of an address than its mask."""

import datetime as dt
import uuid
from dataclasses import replace

from chancela.domain import profiles
from chancela.domain.case import Case
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.guia import Attendance, Authorisation, Guia, Kind
from chancela.domain.people import Beneficiary, Operator, Person
from chancela.domain.policy import Policy
from chancela.domain.token import Token
from chancela.portals.provider import screens

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
LANDLINE = Contact(uuid.UUID(int=4), uuid.UUID(int=1), ContactKind.LANDLINE, "+554130001234")
MAIL = Contact(uuid.UUID(int=3), uuid.UUID(int=1), ContactKind.EMAIL, "rosa@example.com")


def person(*contacts: Contact, app: bool = False, prefers: Channel | None = None) -> Person:
    return Person(Beneficiary(uuid.UUID(int=1), "1", "Rosa", has_app=app, preferred_channel=prefers), contacts)


def shown(
    policy: Policy, who: Person, case: Case | None = None, carried: frozenset[Channel] = ALL, at: dt.datetime = NOW
) -> screens.CodeScreen:
    operator = Operator("999003", "Cambuí Odonto", policy)
    return screens.code_screen(operator, who, case or Case(GUIA), carried, at)


def live() -> Case:
    token = Token(GUIA.id, 1, NOW, NOW + dt.timedelta(hours=48))
    return Case(replace(GUIA, generation=1), token=token)


def test_the_number_on_file_is_the_one_big_button_masked():
    screen = shown(profiles.ONE_CODE_PER_GUIA, person(MOBILE, MAIL))
    assert screen.main is not None
    assert screen.main.label == "Enviar por SMS para (41) *****-5949"
    assert not screen.climbs, "without a ladder the way is chosen, and remembered"
    assert [way.channel for way in screen.others] == [Channel.EMAIL, Channel.WHATSAPP, Channel.VOICE]


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
    assert [way.channel for way in screen.others] == [Channel.WHATSAPP, Channel.VOICE]


def test_an_urgent_guia_goes_out_by_every_written_way_together():
    case = Case(replace(GUIA, urgent=True))
    screen = shown(profiles.LATEST_CODE_WINS, person(MOBILE, MAIL), case)
    assert [way.channel for way in screen.together] == [Channel.SMS, Channel.WHATSAPP, Channel.EMAIL]


def test_a_person_with_a_landline_alone_is_called():
    screen = shown(profiles.PUSH_PER_ATTENDANCE, person(LANDLINE))
    assert screen.main is not None
    assert screen.main.label == "Ligar para (41) ****-1234"
    assert screen.climbs


def test_nobody_is_called_by_night_unless_it_is_urgent():
    night = NOW.replace(hour=5)
    assert shown(profiles.PUSH_PER_ATTENDANCE, person(LANDLINE), at=night).main is None
    urgent = Case(replace(GUIA, urgent=True))
    assert shown(profiles.PUSH_PER_ATTENDANCE, person(LANDLINE), urgent, at=night).main is not None


def test_what_nobody_carries_is_not_offered():
    screen = shown(profiles.PUSH_PER_ATTENDANCE, person(MOBILE, MAIL, app=True), carried=frozenset({Channel.SMS}))
    assert screen.main is not None
    assert (screen.main.channel, screen.together, screen.others) == (Channel.SMS, (), ())


def test_where_only_one_of_them_reaches_it_is_the_one_big_button():
    screen = shown(profiles.PUSH_PER_ATTENDANCE, person(MAIL))
    assert screen.together == ()
    assert screen.main is not None
    assert screen.main.channel is Channel.EMAIL


def test_while_a_code_lives_every_way_is_offered():
    screen = shown(profiles.LATEST_CODE_WINS, person(MOBILE, MAIL), live())
    assert screen.alive
    assert screen.annuls
    assert (screen.main, screen.together) == (None, ())
    assert [way.channel for way in screen.others] == [Channel.SMS, Channel.EMAIL, Channel.WHATSAPP, Channel.VOICE]


def test_a_provisional_number_of_another_guia_is_not_offered():
    other = replace(MOBILE, state=ContactState.PROVISIONAL, guia_id=uuid.UUID(int=9), typed_by="10001")
    assert shown(profiles.ONE_CODE_PER_GUIA, person(other)).main is None


def test_who_may_change_a_contact_is_said_as_the_policy_has_it():
    assert shown(profiles.ONE_CODE_PER_GUIA, person(MOBILE)).doors == ("na central de atendimento",)
    assert len(shown(profiles.PUSH_PER_ATTENDANCE, person(MOBILE)).doors) == 3
