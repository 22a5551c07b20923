"""The live ladder: what went out, what follows by itself and when, and which way is offered at once."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from django.utils import translation

from chancela.domain import profiles
from chancela.domain.case import Case
from chancela.domain.delivery import Channel, Delivery, DeliveryState, Purpose
from chancela.domain.ladder import Climb, Standing
from chancela.domain.people import Operator
from chancela.domain.policy import Policy, Quiet
from chancela.domain.token import Token
from chancela.portals.design import words
from chancela.portals.provider import steps
from tests.portals.test_screens import ALL, GUIA, LANDLINE, MAIL, MOBILE, NOW, person

LATER = NOW + dt.timedelta(minutes=5)
WHOLE_DAY = Quiet(channels=())


def delivery(
    state: DeliveryState = DeliveryState.HANDED_OVER,
    channel: Channel = Channel.SMS,
    minute: int = 0,
    purpose: Purpose = Purpose.CODE,
    generation: int = 1,
) -> Delivery:
    at, to = NOW + dt.timedelta(minutes=minute), "app" if channel is Channel.APP else "(41) *****-5949"
    return Delivery(
        uuid.uuid4(), GUIA.id, GUIA.beneficiary_id, generation, channel, to, at, at, state=state, purpose=purpose
    )


def live(*deliveries: Delivery, climb: Climb | None = None) -> Case:
    token = Token(GUIA.id, 1, NOW, NOW + dt.timedelta(hours=48))
    return Case(replace(GUIA, generation=1), token=token, deliveries=deliveries, climb=climb)


def shown(case: Case, *contacts, policy: Policy = profiles.LATEST_CODE_WINS, at: dt.datetime = NOW) -> steps.Steps:
    operator = Operator("999002", "Bem-te-vi", replace(policy, quiet=WHOLE_DAY))
    return steps.steps(operator, person(*(contacts or (MOBILE,))), case, ALL, at)


def said(found: steps.Steps) -> str:
    """The sentence, its numbers free to break."""
    return found.sentence.replace(steps.NO_BREAK, " ")


def rung_of(channel: Channel) -> int:
    return next(n for n, rung in enumerate(profiles.LATEST_CODE_WINS.ladder) if rung.channels == (channel,))


FIRST = Climb(rung_of(Channel.WHATSAPP) - 1, NOW + dt.timedelta(minutes=1))
LAST = Climb(rung_of(Channel.VOICE), None)


@pytest.mark.parametrize("state", DeliveryState)
def test_each_state_is_said_in_a_word(state: DeliveryState):
    assert steps.lines(live(delivery(state)))[0].said.word == words.DELIVERY[state].word


def test_the_lines_are_those_of_the_live_code_in_order():
    first, second = delivery(DeliveryState.FAILED), delivery(DeliveryState.QUEUED, minute=2)
    old = delivery(DeliveryState.DELIVERED, generation=0)
    assert [line.at for line in steps.lines(live(second, old, first))] == [first.changed_at, second.changed_at]


def test_a_notice_to_an_older_contact_is_no_delivery_of_the_code():
    told = shown(live(delivery(), delivery(DeliveryState.DELIVERED, Channel.EMAIL, purpose=Purpose.CONTACT_TYPED)))
    assert [line.icon for line in told.lines] == ["sms"]
    assert told.told
    assert told.standing is Standing.UNDER_WAY


def test_what_follows_by_itself_is_said_with_its_hour():
    found = shown(live(delivery(), climb=FIRST))
    assert said(found) == "Se não chegar, enviamos por WhatsApp para (41) *****-5949 às 09:01."
    assert found.offer is None


def test_a_call_is_said_to_be_one():
    climb = Climb(rung_of(Channel.WHATSAPP), NOW + dt.timedelta(minutes=1))
    sent = (delivery(), delivery(channel=Channel.WHATSAPP))
    found = shown(live(*sent, climb=climb), MOBILE, LANDLINE)
    assert said(found) == "Se não chegar, ligamos para (41) ****-1234 às 09:01."


def test_several_ways_that_follow_together_are_listed():
    rungs = (
        profiles.LATEST_CODE_WINS.ladder[0],
        replace(profiles.LATEST_CODE_WINS.ladder[-1], channels=tuple(Channel)),
    )
    policy = replace(profiles.LATEST_CODE_WINS, ladder=rungs, channels=tuple(Channel))
    case = live(delivery(channel=Channel.APP), climb=Climb(0, NOW + dt.timedelta(minutes=1)))
    assert said(shown(case, MOBILE, MAIL, policy=policy)) == (
        "Se não chegar, enviamos por SMS para (41) *****-5949, enviamos por WhatsApp para (41) *****-5949, "
        "ligamos para (41) *****-5949 e enviamos por e-mail para r***@example.com às 09:01."
    )


def test_once_it_arrived_nothing_follows():
    found = shown(live(delivery(DeliveryState.DELIVERED), climb=FIRST))
    assert (found.sentence, found.offer) == ("Chegou à pessoa.", None)


def test_where_nothing_follows_another_way_is_offered_once_the_wait_is_over():
    case = live(delivery(), delivery(channel=Channel.WHATSAPP), climb=LAST)
    assert shown(case).sentence == "Aguardando notícia da entrega."
    late = shown(case, at=LATER)
    assert late.sentence == "Ainda sem notícia de que chegou. Use outro meio."
    assert late.offer is not None
    assert late.offer.label == "Ligar para (41) *****-5949"


def test_where_all_failed_another_way_is_offered_at_once():
    found = shown(live(delivery(DeliveryState.FAILED)), MOBILE, MAIL)
    assert found.sentence == "Não foi possível entregar. Use outro meio."
    assert found.offer is not None
    assert found.offer.label == "Enviar por e-mail para r***@example.com"


def test_a_way_that_asks_nothing_is_offered_before_one_that_asks_the_cpf():
    found = shown(live(delivery(DeliveryState.FAILED)), MOBILE, MAIL, policy=profiles.ONE_CODE_PER_GUIA)
    assert found.offer is not None
    assert found.offer.channel is Channel.WHATSAPP


def test_a_way_that_was_used_is_not_offered_at_once():
    used = [delivery(DeliveryState.FAILED, channel) for channel in (Channel.SMS, Channel.WHATSAPP, Channel.VOICE)]
    found = shown(live(*used, climb=LAST))
    assert found.standing is Standing.USE_ANOTHER_WAY
    assert found.offer is None


def test_where_nothing_was_sent_there_is_nothing_to_say():
    found = shown(Case(GUIA))
    assert (found.lines, found.sentence, found.offer, found.told) == ((), "", None, False)


def test_in_english():
    with translation.override("en"):
        found = shown(live(delivery(), climb=FIRST))
        assert said(found) == "If it does not arrive, we send it by WhatsApp to (41) *****-5949 at 09:01."
