"""To whom and by which ways a code goes."""

from dataclasses import replace

import pytest

from chancela.domain import ladder
from chancela.domain.contact import Contact, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.ladder import Route, Wish
from chancela.domain.people import Person, Provider
from chancela.domain.policy import Policy
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal, Refused
from tests.domain import made

ALL = frozenset(Channel)
FIRST_USE = made.person()
REACHED = made.person(made.contact(), made.email(), has_app=True)
NEW_NUMBER, NEW_EMAIL = "+5541900001111", "nova@example.com"


def routed(
    policy: Policy, person: Person, wish: Wish, provider: Provider | None = None, carried: frozenset[Channel] = ALL
) -> Route | Refused:
    return ladder.route(policy, person, provider or made.provider(), wish, carried, made.NEW)


def asked(policy: Policy, person: Person, provider: Provider | None = None, **wish: object) -> list[str] | str:
    """The channels of the route, or why there is none."""
    found = routed(policy, person, Wish(made.GUIA, **wish), provider)
    return found.reason.value if isinstance(found, Refused) else [each.channel.value for each in found.recipients]


def learnt(person: Person, provider: Provider | None = None, **wish: object) -> Contact:
    """The contact that is learnt where a provider may type one."""
    found = routed(ONE_CODE_PER_GUIA, person, Wish(made.GUIA, **wish), provider)
    assert isinstance(found, Route)
    (contact,) = found.learnt
    return contact


# by the policy's own ways


def test_what_goes_together_goes_to_every_contact_there_is():
    assert asked(PUSH_PER_ATTENDANCE, REACHED) == ["app", "sms", "email"]
    assert asked(PUSH_PER_ATTENDANCE, made.person(made.email())) == ["email"]
    assert asked(LATEST_CODE_WINS, REACHED) == ["sms", "email"]


def test_without_any_contact_nothing_goes_out():
    assert asked(PUSH_PER_ATTENDANCE, FIRST_USE) == Refusal.NO_CONTACT
    assert asked(ONE_CODE_PER_GUIA, FIRST_USE) == Refusal.NO_CONTACT


def test_a_channel_without_a_carrier_stays_silent():
    found = routed(PUSH_PER_ATTENDANCE, REACHED, Wish(made.GUIA), carried=frozenset({Channel.EMAIL}))
    assert isinstance(found, Route)
    assert [each.channel for each in found.recipients] == [Channel.EMAIL]


def test_where_one_way_is_chosen_the_remembered_one_is_the_default():
    person = replace(REACHED, beneficiary=replace(REACHED.beneficiary, preferred_channel=Channel.APP))
    assert asked(ONE_CODE_PER_GUIA, person) == ["app"]
    assert asked(ONE_CODE_PER_GUIA, REACHED) == ["sms"]


def test_a_remembered_way_that_no_longer_reaches_is_passed_over():
    person = made.person(made.contact(), preferred_channel=Channel.EMAIL)
    assert ladder.default_channel(ONE_CODE_PER_GUIA, person, ALL) is Channel.SMS


def test_a_policy_that_remembers_nothing_offers_its_first_way():
    person = made.person(made.contact(), made.email(), preferred_channel=Channel.EMAIL)
    assert ladder.default_channel(LATEST_CODE_WINS, person, ALL) is Channel.SMS


def test_a_default_email_asks_the_cpf_like_a_chosen_one():
    """Otherwise a remembered channel would be a way around it."""
    person = made.person(made.email(), preferred_channel=Channel.EMAIL)
    assert asked(ONE_CODE_PER_GUIA, person) == Refusal.CPF_MISMATCH
    assert asked(ONE_CODE_PER_GUIA, person, cpf=made.CPF) == ["email"]


def test_a_number_typed_for_this_guia_is_its_default_from_then_on():
    person = made.person(made.provisional())
    assert asked(ONE_CODE_PER_GUIA, person) == ["sms"]
    assert ladder.default_channel(ONE_CODE_PER_GUIA, person, ALL, made.GUIA) is Channel.SMS
    assert ladder.default_channel(ONE_CODE_PER_GUIA, person, ALL) is None


def test_every_way_that_reaches_is_told_in_the_policys_order():
    shown = [(each.channel.value, each.to) for each in ladder.ways(ONE_CODE_PER_GUIA, REACHED, ALL)]
    assert shown == [("sms", "(41) *****-5949"), ("email", "a***@example.com"), ("app", "app")]


# by a chosen way


def test_a_chosen_way_goes_out_alone():
    assert asked(PUSH_PER_ATTENDANCE, REACHED, channel=Channel.SMS) == ["sms"]


def test_a_way_that_the_policy_or_the_carriers_lack_is_unavailable():
    assert asked(LATEST_CODE_WINS, REACHED, channel=Channel.APP) == Refusal.CHANNEL_UNAVAILABLE
    alone = routed(PUSH_PER_ATTENDANCE, REACHED, Wish(made.GUIA, Channel.SMS), carried=frozenset({Channel.EMAIL}))
    assert alone == Refused(Refusal.CHANNEL_UNAVAILABLE)


def test_a_chosen_way_that_does_not_reach_says_so():
    assert asked(PUSH_PER_ATTENDANCE, made.person(made.email()), channel=Channel.SMS) == Refusal.NO_CONTACT
    assert asked(PUSH_PER_ATTENDANCE, made.person(made.email()), channel=Channel.APP) == Refusal.NO_CONTACT


@pytest.mark.parametrize("cpf", [None, "11144477735"])
def test_email_with_another_cpf_or_none_is_refused_before_anything_is_told(cpf: str | None):
    assert asked(ONE_CODE_PER_GUIA, REACHED, channel=Channel.EMAIL, cpf=cpf) == Refusal.CPF_MISMATCH
    assert asked(ONE_CODE_PER_GUIA, FIRST_USE, channel=Channel.EMAIL, cpf=cpf) == Refusal.CPF_MISMATCH


def test_who_has_no_cpf_on_file_is_not_reached_by_guessing_none():
    assert asked(ONE_CODE_PER_GUIA, made.person(made.email(), cpf=None), channel=Channel.EMAIL) == Refusal.CPF_MISMATCH


# by an address typed at the desk


def test_a_first_number_is_provisional_and_for_this_guia_alone():
    contact = learnt(FIRST_USE, phone=NEW_NUMBER)
    assert (contact.id, contact.state, contact.typed_by) == (made.NEW, ContactState.PROVISIONAL, "10001")
    assert contact.guia_id == made.GUIA


def test_a_first_email_asks_the_cpf_too():
    assert asked(ONE_CODE_PER_GUIA, FIRST_USE, email=NEW_EMAIL) == Refusal.CPF_MISMATCH
    assert learnt(FIRST_USE, email=NEW_EMAIL, cpf=made.CPF).state is ContactState.PROVISIONAL


@pytest.mark.parametrize("policy", [PUSH_PER_ATTENDANCE, LATEST_CODE_WINS])
def test_where_only_registered_data_count_no_one_types_a_first_contact(policy: Policy):
    assert asked(policy, FIRST_USE, phone=NEW_NUMBER) == Refusal.CONTACT_ON_FILE


@pytest.mark.parametrize("policy", [PUSH_PER_ATTENDANCE, LATEST_CODE_WINS, ONE_CODE_PER_GUIA])
def test_typing_the_number_on_file_sends_to_it_and_changes_nothing(policy: Policy):
    found = routed(policy, REACHED, Wish(made.GUIA, phone=made.MOBILE))
    assert isinstance(found, Route)
    assert [each.contact for each in found.recipients] == [made.contact()]
    assert found.learnt == ()


@pytest.mark.parametrize("policy", [PUSH_PER_ATTENDANCE, LATEST_CODE_WINS, ONE_CODE_PER_GUIA])
def test_a_number_on_file_is_never_replaced_at_the_desk(policy: Policy):
    assert asked(policy, REACHED, phone=NEW_NUMBER) == Refusal.CONTACT_ON_FILE
    assert asked(policy, REACHED, email=NEW_EMAIL, cpf=made.CPF) == Refusal.CONTACT_ON_FILE


def test_an_email_on_file_is_the_same_however_its_letters_are_cased():
    assert asked(ONE_CODE_PER_GUIA, REACHED, email="Ana.Souza@example.com", cpf=made.CPF) == ["email"]


def test_the_providers_own_number_is_refused():
    own = made.provider(phones=frozenset({NEW_NUMBER}))
    assert asked(ONE_CODE_PER_GUIA, FIRST_USE, own, phone=NEW_NUMBER) == Refusal.CONTACT_OF_PROVIDER


def test_the_providers_own_email_is_refused_however_its_letters_are_cased():
    own = made.provider(emails=frozenset({"Clinica@example.com"}))
    wish = {"email": "cLINICA@example.com", "cpf": made.CPF}
    assert asked(ONE_CODE_PER_GUIA, FIRST_USE, own, **wish) == Refusal.CONTACT_OF_PROVIDER


def test_a_channel_that_contradicts_what_was_typed_is_unavailable():
    wish = {"channel": Channel.EMAIL, "phone": NEW_NUMBER}
    assert asked(ONE_CODE_PER_GUIA, FIRST_USE, **wish) == Refusal.CHANNEL_UNAVAILABLE
    assert asked(replace(ONE_CODE_PER_GUIA, channels=()), FIRST_USE, phone=NEW_NUMBER) == Refusal.CHANNEL_UNAVAILABLE


def test_the_same_provider_never_confirms_what_it_typed():
    before = made.provisional(NEW_NUMBER, guia_id=made.OTHER_GUIA)
    again = learnt(made.person(before), phone=NEW_NUMBER)
    assert (again.id, again.state, again.guia_id) == (before.id, ContactState.PROVISIONAL, made.GUIA)


def test_another_provider_that_is_told_the_same_number_confirms_it():
    before = made.provisional(NEW_NUMBER, guia_id=made.OTHER_GUIA)
    agreed = learnt(made.person(before), made.provider("10002"), phone=NEW_NUMBER)
    assert (agreed.id, agreed.state, agreed.typed_by) == (before.id, ContactState.CONFIRMED, "10001")


def test_typing_a_provisional_number_again_for_its_guia_changes_nothing():
    found = routed(ONE_CODE_PER_GUIA, made.person(made.provisional()), Wish(made.GUIA, phone=made.MOBILE))
    assert isinstance(found, Route)
    assert found.learnt == ()


@pytest.mark.parametrize("code", ["10001", "10002"])
def test_a_contested_number_is_not_brought_back_by_typing_it(code: str):
    contested = made.contact(address=NEW_NUMBER, state=ContactState.CONTESTED)
    assert (
        asked(ONE_CODE_PER_GUIA, made.person(contested), made.provider(code), phone=NEW_NUMBER)
        == Refusal.CONTACT_ON_FILE
    )


def test_a_wish_does_not_show_addresses_in_logs():
    shown = repr(Wish(made.GUIA, None, made.MOBILE, made.EMAIL, made.CPF))
    assert not any(each in shown for each in (made.MOBILE, made.EMAIL, made.CPF))
