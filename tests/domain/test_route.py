"""To whom a code goes when it is asked for: by the ladder, by a chosen way, or to an address typed at the desk."""

from dataclasses import replace
from uuid import UUID

import pytest

from chancela.domain import route as routes
from chancela.domain.contact import Contact, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.people import Person, Provider
from chancela.domain.policy import Policy
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.route import Asking, Route, Sharing, Wish
from tests.domain import made

ALONE = Sharing()
NIGHT = 23
FIRST_USE = made.person()
REACHED = made.person(made.contact(), made.email(), has_app=True)
NEW_NUMBER, NEW_EMAIL = "+5541900001111", "nova@example.com"


def routed(
    policy: Policy,
    person: Person,
    wish: Wish,
    provider: Provider | None = None,
    *,
    sharing: Sharing = ALONE,
    **scene: object,
) -> Route | Refused:
    seen = made.scene(person, **scene)
    return routes.route(Asking(policy, provider or made.provider(), seen, wish, made.NEW, sharing))


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


def test_a_default_email_asks_the_cpf_like_a_chosen_one():
    """Otherwise a remembered channel would be a way around it."""
    person = made.person(made.email(), preferred_channel=Channel.EMAIL)
    assert asked(ONE_CODE_PER_GUIA, person) == Refusal.CPF_MISMATCH
    assert asked(ONE_CODE_PER_GUIA, person, cpf=made.CPF) == ["email"]


def test_a_person_whom_nothing_but_a_landline_reaches_is_called_by_day_and_not_by_itself_at_night():
    """Where no rung is open the usual way goes out, but not into someone's sleep."""
    person = made.person(made.landline())
    by_day, at_night = (routed(ONE_CODE_PER_GUIA, person, Wish(made.GUIA), hour=hour) for hour in (12, NIGHT))
    assert isinstance(by_day, Route)
    assert [each.channel for each in by_day.recipients] == [Channel.VOICE]
    assert at_night == Refused(Refusal.NO_CONTACT)


def test_a_remembered_call_gives_way_to_what_is_quiet_at_night():
    person = made.person(made.contact(), made.landline(), preferred_channel=Channel.VOICE)
    assert asked(ONE_CODE_PER_GUIA, person) == ["voice"]
    found = routed(ONE_CODE_PER_GUIA, person, Wish(made.GUIA), hour=NIGHT)
    assert isinstance(found, Route)
    assert [each.channel for each in found.recipients] == [Channel.SMS]


@pytest.mark.parametrize("policy", [PUSH_PER_ATTENDANCE, LATEST_CODE_WINS, ONE_CODE_PER_GUIA])
def test_a_call_that_someone_asks_for_rings_at_any_hour(policy: Policy):
    found = routed(policy, made.person(made.landline()), Wish(made.GUIA, Channel.VOICE), hour=NIGHT)
    assert isinstance(found, Route)
    assert [each.to for each in found.recipients] == ["(41) ****-1234"]


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


@pytest.mark.parametrize("state", [ContactState.CONTESTED, ContactState.RETIRED])
@pytest.mark.parametrize("code", ["10001", "10002"])
def test_a_number_that_was_contested_or_left_is_not_brought_back_by_typing_it(code: str, state: ContactState):
    gone = made.contact(address=NEW_NUMBER, state=state)
    assert asked(ONE_CODE_PER_GUIA, made.person(gone), made.provider(code), phone=NEW_NUMBER) == Refusal.CONTACT_ON_FILE


# addresses that others have


def families(count: int) -> Sharing:
    return Sharing(frozenset(UUID(int=number) for number in range(count)))


def typed_at_the_desk(sharing: Sharing, provider: Provider | None = None, person: Person = FIRST_USE) -> object:
    return routed(ONE_CODE_PER_GUIA, person, Wish(made.GUIA, phone=NEW_NUMBER), provider, sharing=sharing)


def test_the_number_of_someone_who_works_there_is_refused():
    """The database knows who works for whom."""
    assert typed_at_the_desk(Sharing(providers=frozenset({"10001"}))) == Refused(Refusal.CONTACT_OF_PROVIDER)


def test_the_number_of_another_provider_goes_to_review_and_gets_no_code():
    found = typed_at_the_desk(Sharing(providers=frozenset({"10002"})))
    assert isinstance(found, Route)
    assert (found.held, found.recipients, found.told) == (True, (), ())
    assert [each.state for each in found.learnt] == [ContactState.IN_REVIEW]


@pytest.mark.parametrize(("count", "held"), [(2, False), (3, True), (40, True)])
def test_a_number_that_three_other_families_have_goes_to_review(count: int, held: bool):
    found = typed_at_the_desk(families(count))
    assert isinstance(found, Route)
    assert found.held is held
    assert bool(found.recipients) is not held


def test_a_second_provider_does_not_confirm_what_must_be_looked_at_first():
    person = made.person(made.provisional(NEW_NUMBER, guia_id=made.OTHER_GUIA))
    found = typed_at_the_desk(families(3), made.provider("10002"), person)
    assert isinstance(found, Route)
    assert [each.state for each in found.learnt] == [ContactState.IN_REVIEW]


def test_a_number_that_waits_for_review_says_so_when_it_is_typed_again():
    waiting = made.contact(address=NEW_NUMBER, state=ContactState.IN_REVIEW, typed_by="10001", guia_id=made.GUIA)
    assert typed_at_the_desk(ALONE, person=made.person(waiting)) == Refused(Refusal.CONTACT_IN_REVIEW)


def test_a_number_on_file_is_used_however_many_share_it():
    """It came from the operator's own records: a family has one telephone, a school many children."""
    found = routed(ONE_CODE_PER_GUIA, REACHED, Wish(made.GUIA, phone=made.MOBILE), sharing=families(40))
    assert isinstance(found, Route)
    assert found.recipients


# notices to older contacts


def notices(person: Person, provider: Provider | None = None, **scene: object) -> list[tuple[str, str]]:
    found = routed(ONE_CODE_PER_GUIA, person, Wish(made.GUIA, phone=NEW_NUMBER), provider, **scene)
    assert isinstance(found, Route)
    return [(each.channel.value, each.to) for each in found.told]


def test_older_contacts_hear_of_a_number_that_a_provider_typed():
    person = made.person(made.email(), made.landline(), has_app=True)
    assert notices(person) == [("email", "a***@example.com"), ("app", "app")]


def test_an_older_mobile_hears_of_an_email_that_a_provider_typed():
    found = routed(ONE_CODE_PER_GUIA, made.person(made.contact()), Wish(made.GUIA, email=NEW_EMAIL, cpf=made.CPF))
    assert isinstance(found, Route)
    assert [(each.channel, each.to) for each in found.told] == [(Channel.SMS, "(41) *****-5949")]


def test_who_has_no_older_contact_hears_nothing():
    assert notices(FIRST_USE) == []
    assert notices(made.person(made.landline())) == []


def test_only_what_is_confirmed_and_carried_is_told():
    person = made.person(replace(made.email(), state=ContactState.CONTESTED), has_app=True)
    assert notices(person, carried=frozenset({Channel.SMS, Channel.EMAIL})) == []


def test_a_second_unrelated_provider_tells_nobody_as_the_number_was_told_of_before():
    person = made.person(made.provisional(NEW_NUMBER, guia_id=made.OTHER_GUIA), made.email())
    assert notices(person, made.provider("10002")) == []


def test_the_same_provider_for_another_guia_tells_nobody_twice():
    person = made.person(made.provisional(NEW_NUMBER, guia_id=made.OTHER_GUIA), made.email())
    assert notices(person) == []


def test_a_wish_does_not_show_addresses_in_logs():
    shown = repr(Wish(made.GUIA, None, made.MOBILE, made.EMAIL, made.CPF))
    assert not any(each in shown for each in (made.MOBILE, made.EMAIL, made.CPF))
