"""The desk sees where a code goes to a guardian's or a helper's number, and no more of it than its mask."""

import datetime as dt
import uuid
from dataclasses import replace

from chancela.domain import profiles
from chancela.domain.contact import Contact, ContactKind
from chancela.domain.delivery import Channel
from chancela.domain.ladder import Climb
from chancela.domain.people import Beneficiary, Operator, Person
from chancela.portals.provider import steps
from tests.portals.test_screens import ALL, MAIL, MOBILE, NOW, person, shown
from tests.portals.test_steps import delivery, live, said

MOTHER, FATHER = uuid.UUID(int=71), uuid.UUID(int=72)
SOON = NOW + dt.timedelta(minutes=1)


def reader(whom: uuid.UUID, *kinds: ContactKind, app: bool = False) -> Person:
    addresses = {ContactKind.MOBILE: f"+55419000{whom.int:05d}", ContactKind.EMAIL: f"p{whom.int}@example.com"}
    known = (Contact(uuid.uuid4(), whom, kind, addresses[kind]) for kind in kinds)
    return Person(Beneficiary(whom, str(whom.int), "Pessoa", has_app=app), tuple(known))


READ = replace(person(), readers=(reader(MOTHER, ContactKind.MOBILE, app=True), reader(FATHER, ContactKind.MOBILE)))


def test_a_channel_stands_once_with_every_number_and_whose_it_is():
    screen = shown(profiles.ONE_CODE_PER_GUIA, READ)
    assert screen.main is not None
    assert screen.main.label == ("Enviar por SMS para (41) *****-0071, (41) *****-0072 (responsáveis)")
    assert [way.channel for way in screen.others] == [Channel.APP, Channel.WHATSAPP, Channel.VOICE]
    assert screen.others[0].label == "Enviar pelo aplicativo do responsável"


def test_the_persons_own_way_bears_no_hint_beside_the_readers():
    both = replace(person(MOBILE, app=True), readers=READ.readers)
    screen = shown(profiles.PUSH_PER_ATTENDANCE, both)
    assert [way.to for way in screen.together] == [
        "app",
        "(41) *****-5949, (41) *****-0071, (41) *****-0072 (responsáveis)",
    ]


def test_a_first_contact_is_not_asked_for_where_a_reader_has_one():
    assert shown(profiles.ONE_CODE_PER_GUIA, READ).typed == (Channel.EMAIL,)
    by_mail = replace(person(), readers=(reader(MOTHER, ContactKind.EMAIL),))
    assert shown(profiles.ONE_CODE_PER_GUIA, by_mail).typed == (Channel.SMS,)
    assert shown(profiles.ONE_CODE_PER_GUIA, person(MAIL)).typed == (Channel.SMS,)


def test_a_line_of_the_ladder_says_that_it_went_to_a_reader():
    sent = [replace(delivery(channel=each), reader_id=MOTHER) for each in (Channel.SMS, Channel.APP)]
    own = delivery(channel=Channel.APP)
    assert [line.to for line in steps.lines(live(*sent, own))] == [
        "(41) *****-5949 (responsável)",
        "do responsável",
        "",
    ]


def test_what_follows_names_the_reader():
    sent = replace(delivery(), reader_id=MOTHER)
    one = replace(person(), readers=(reader(MOTHER, ContactKind.MOBILE),))
    operator = Operator("999002", "Bem-te-vi", profiles.LATEST_CODE_WINS)
    found = steps.steps(operator, one, live(sent, climb=Climb(3, SOON)), ALL, NOW)
    assert said(found) == "Se não chegar, enviamos por WhatsApp para (41) *****-0071 (responsável) às 09:01."
    assert [each.channel for each in steps.ways.ways(operator.policy, one, ALL, live(sent)) if each.used] == [
        Channel.SMS
    ]
