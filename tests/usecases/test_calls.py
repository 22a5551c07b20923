"""A call from its protocol to its end: whoever rings is known by what is on file, and nobody learns what that is."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from uuid import UUID

import pytest

from chancela.domain import call as calls
from chancela.domain.caller import FoundBy, QuestionKind, Search
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.answer_caller import AnswerCaller
from chancela.usecases.end_call import EndCall
from chancela.usecases.name_caller import NameCaller
from chancela.usecases.open_call import OpenCall
from tests.usecases.desk import BIA, BY_CARD, RITA, Desk
from tests.usecases.scene import ANS, AUDITOR, CLIENT, CPF, DESK, NOWHERE, SYSTEM

WRONG = "não sei"
STRANGERS = [
    *(AUDITOR, CLIENT, DESK, SYSTEM, Actor(ANS, ActorKind.BENEFICIARY, "person:x")),
    *(Actor(ANS, each, "alguem") for each in (ActorKind.ANALYST, ActorKind.MANAGER, ActorKind.DPO)),
    Actor(ANS, ActorKind.ADMINISTRATOR, "alguem"),
]
NOBODY = Search(FoundBy.CARD, card="999")


@pytest.fixture
def scene() -> Desk:
    return Desk()


# opening and ending


def test_a_call_begins_with_its_protocol_and_nobody(scene: Desk):
    call = scene.opens()
    assert call.protocol == f"{ANS}20261120000001"
    assert (call.agent, call.person_id, call.questions) == ("rita", None, ())
    assert [(each.kind, each.subject, each.data) for each in scene.memory.shelf.trail] == [
        ("call:call:opened", call.id, f'{{"protocol":"{call.protocol}"}}')
    ]


def test_an_agent_has_one_open_call_and_finds_it_again(scene: Desk):
    call, other = scene.do_all(OpenCall(RITA), OpenCall(RITA))
    assert call == other == scene.opens()
    assert scene.opens(BIA).protocol != call.protocol
    assert scene.trail == ["call:call:opened"] * 2


def test_a_call_that_was_forgotten_is_ended_when_the_next_begins(scene: Desk):
    old = scene.opens()
    scene.later(hours=4)
    new = scene.opens()
    assert new.id != old.id
    assert scene.kept(old).ended_at == scene.memory.now
    assert scene.trail == ["call:call:opened", "call:call:ended", "call:call:opened"]
    assert '"forgotten":true' in scene.memory.shelf.trail[1].data


def test_a_call_ends_once_and_another_may_begin(scene: Desk):
    call = scene.identified()
    over = scene.ends(call)
    assert over == replace(call, ended_at=scene.memory.now)
    scene.later(minutes=1)
    assert scene.do_all(EndCall(RITA, call.id), EndCall(RITA, call.id)) == [over] * 2
    assert scene.trail[-1] == "call:call:ended" and scene.trail.count("call:call:ended") == 1
    assert '"identified":true' in scene.memory.shelf.trail[-1].data
    assert scene.opens().id != call.id


@pytest.mark.parametrize("actor", STRANGERS, ids=lambda each: each.kind)
def test_nobody_but_an_agent_takes_calls(scene: Desk, actor: Actor):
    call = scene.opens()
    gone = Refused(Refusal.NOT_FOUND)
    assert scene.do(OpenCall(actor)) == gone
    for name in (actor.name, "rita"):
        who = replace(actor, name=name)
        assert scene.do(NameCaller(who, call.id, BY_CARD)) == gone
        assert scene.do(AnswerCaller(who, call.id, 0, "x")) == gone
        assert scene.do(EndCall(who, call.id)) == gone
    assert scene.kept(call) == call


def test_another_agents_call_is_like_none(scene: Desk):
    call = scene.names(scene.opens())
    gone = Refused(Refusal.NOT_FOUND)
    for call_id in (call.id, NOWHERE):
        assert scene.do(NameCaller(BIA, call_id, BY_CARD)) == gone
        assert scene.do(AnswerCaller(BIA, call_id, 0, "x")) == gone
        assert scene.do(EndCall(BIA, call_id)) == gone
    assert scene.kept(call) == call


# naming


def test_questions_are_drawn_from_what_is_on_file_and_was_not_searched_by(scene: Desk):
    call = scene.names(scene.opens())
    kinds = [each.kind for each in call.questions]
    assert call.person_id == scene.ana
    assert len(kinds) == LATEST_CODE_WINS.caller_questions + 1
    assert QuestionKind.CARD_END not in kinds
    assert not {each.fitted for each in call.questions} - {None}
    event = scene.memory.shelf.trail[-1]
    assert event.kind == "call:caller:named"
    assert f'"person":"{scene.ana}"' in event.data and ",".join(kinds) in event.data


SAME = [
    (BY_CARD, BY_CARD),
    (NOBODY, NOBODY),
    (Search(FoundBy.CPF, card=CPF, cpf=CPF), Search(FoundBy.CPF, card="529.982.247-25", cpf=CPF)),
    (
        Search(FoundBy.NAME, name="Ana Souza", birth_date=date(1980, 12, 31)),
        Search(FoundBy.NAME, name="ÁNA souza, souza", birth_date=date(1980, 12, 31)),
    ),
    (
        Search(FoundBy.NAME, name="Ana Lima", birth_date=date(1980, 12, 31)),
        Search(FoundBy.NAME, name="ana LIMA lima", birth_date=date(1980, 12, 31)),
    ),
]


@pytest.mark.parametrize(("first", "again"), SAME)
def test_who_hangs_up_and_rings_again_is_asked_the_same_until_midnight(scene: Desk, first: Search, again: Search):
    scene.says(scene.names(scene.opens(), first), 0, WRONG)
    before = scene.ends(scene.kept(scene.opens()))
    asked = {tuple(each.kind for each in before.questions)}
    for _ in range(4):
        call = scene.names(scene.opens(BIA), again, BIA)
        asked.add(tuple(each.kind for each in call.questions))
        scene.ends(call, BIA)
    assert len(asked) == 1


def test_on_other_days_other_things_are_asked(scene: Desk):
    asked = set()
    for _ in range(10):
        call = scene.names(scene.opens())
        asked.add(tuple(each.kind for each in call.questions))
        scene.ends(call)
        scene.memory.later(days=1)
    assert len(asked) > 1


@pytest.mark.parametrize(
    "search",
    [
        Search(FoundBy.CPF, cpf=CPF),
        Search(FoundBy.NAME, name="ana souza", birth_date=date(1980, 12, 31)),
    ],
)
def test_a_person_is_found_by_cpf_and_by_name_with_birth_date(scene: Desk, search: Search):
    call = scene.names(scene.opens(), search)
    assert call.person_id == scene.ana
    assert QuestionKind.CPF_END in {each.kind for each in call.questions} or search.by is FoundBy.CPF


@pytest.mark.parametrize("search", [NOBODY, Search(FoundBy.NAME, name="Ana Lima", birth_date=date(1980, 12, 31))])
def test_whom_nobody_knows_is_asked_like_anybody_and_never_identified(scene: Desk, search: Search):
    call = scene.names(scene.opens(), search)
    assert call.person_id is None
    assert len(call.questions) == LATEST_CODE_WINS.caller_questions + 1
    asked = scene.says(call, 0, "31/12/1980")
    assert asked.questions[0].fitted is False
    assert scene.says(call, 1, "4725") == Refused(Refusal.CALLER_TRIES_SPENT)
    assert '"person":null' in scene.memory.shelf.trail[1].data


def test_a_small_child_does_not_ring(scene: Desk):
    scene.someone("77", birth_date=date(2020, 1, 1))
    assert scene.names(scene.opens(), Search(FoundBy.CARD, card="77")).person_id is None


def test_a_mistyped_number_is_corrected_until_something_is_answered_three_times_at_most(scene: Desk):
    call = scene.opens()
    assert scene.names(call, NOBODY).person_id is None
    named = scene.names(call)
    assert (named.person_id, named.named) == (scene.ana, 2)
    assert scene.names(call).named == 3
    assert scene.names(call) == Refused(Refusal.CALLER_TRIES_SPENT)
    said = scene.says(scene.kept(call), 0)
    assert scene.names(call, NOBODY) == said


def test_who_is_known_stays_who_it_is(scene: Desk):
    call = scene.identified()
    assert scene.names(call, NOBODY) == call


def test_nothing_goes_on_in_a_call_that_is_over_or_spent(scene: Desk):
    call = scene.names(scene.opens())
    scene.says(call, 0, WRONG)
    scene.says(call, 1, WRONG)
    assert scene.names(call) == scene.says(call, 2) == Refused(Refusal.CALLER_TRIES_SPENT)
    scene.ends(call)
    assert scene.names(call) == scene.says(call, 2) == Refused(Refusal.CALL_OVER)


# answering


def test_the_right_answers_identify_and_none_of_them_is_kept(scene: Desk):
    call = scene.identified()
    assert call.identified_at == scene.memory.now
    data = " ".join(each.data for each in scene.memory.shelf.trail)
    assert not any(each in data for each in ("4725", "5949", "ana.souza", "1980", "Essencial", "essencial"))
    answered = [each for each in scene.memory.shelf.trail if each.kind == "call:caller:answered"]
    assert len(answered) == LATEST_CODE_WINS.caller_questions
    assert '"fitted":true' in answered[0].data and '"identified":true' in answered[-1].data
    assert "CPF" not in repr(AnswerCaller(RITA, call.id, 0, "CPF 529"))


def test_one_wrong_answer_draws_another_question_and_the_second_spends_the_call(scene: Desk):
    call = scene.names(scene.opens())
    call = scene.says(call, 0, WRONG)
    for place in (1, 2):
        call = scene.says(call, place)
        assert call.identified_at is None
    assert scene.says(call, 3).identified_at is not None

    other = scene.names(scene.opens(BIA), by=BIA)
    scene.says(other, 0, WRONG, by=BIA)
    assert scene.says(other, 1, WRONG, by=BIA) == Refused(Refusal.CALLER_TRIES_SPENT)
    assert scene.says(other, 2, by=BIA) == Refused(Refusal.CALLER_TRIES_SPENT)
    assert scene.kept(other).wrong == calls.MOST_WRONG


def test_an_answer_sent_twice_is_not_taken_for_the_next_question(scene: Desk):
    call = scene.names(scene.opens())
    answer = AnswerCaller(RITA, call.id, 0, "não sei")
    first, second = scene.do_all(answer, answer)
    assert first == second == scene.kept(call)
    assert first.wrong == 1
    assert scene.says(scene.opens(BIA), 0, "x", by=BIA).wrong == 0


def test_after_six_wrong_answers_of_a_day_over_all_agents_nothing_fits_and_nothing_tells_it(scene: Desk):
    agents = [Actor(ANS, ActorKind.AGENT, f"agente {nth}") for nth in range(4)]
    for agent in agents[:3]:
        call = scene.names(scene.opens(agent), by=agent)
        assert scene.says(call, 0, WRONG, by=agent).wrong == 1
        assert scene.says(call, 1, WRONG, by=agent) == Refused(Refusal.CALLER_TRIES_SPENT)
    call = scene.names(scene.opens(agents[3]), by=agents[3])
    assert scene.says(call, 0, by=agents[3]).questions[0].fitted is False
    assert scene.says(call, 1, by=agents[3]) == Refused(Refusal.CALLER_TRIES_SPENT)
    scene.later(days=1)
    assert scene.identified(agents[0]).person_id == scene.ana


def test_wrong_answers_of_one_set_are_counted_together(scene: Desk):
    agents = [Actor(ANS, ActorKind.AGENT, f"agente {nth}") for nth in range(7)]
    open_ones = [scene.names(scene.opens(each), by=each) for each in agents]
    told = [AnswerCaller(who, call.id, 0, WRONG) for who, call in zip(agents[:6], open_ones, strict=False)]
    last = open_ones[6]
    right = AnswerCaller(agents[6], last.id, 0, "")
    *_, late = scene.do_all(*told, replace(right, answer=answer_of(last.questions[0].kind)))
    assert late.questions[0].fitted is False


def answer_of(kind: QuestionKind) -> str:
    from tests.usecases.desk import ANSWERS

    return ANSWERS[kind]


def test_another_persons_wrong_answers_count_for_them_alone(scene: Desk):
    other = scene.someone("55", birth_date=date(1970, 1, 1))
    for agent in [Actor(ANS, ActorKind.AGENT, f"agente {nth}") for nth in range(4)]:
        call = scene.names(scene.opens(agent), Search(FoundBy.CARD, card="55"), by=agent)
        scene.says(call, 0, WRONG, by=agent)
        scene.says(call, 1, WRONG, by=agent)
    assert scene.kept(call).person_id == other
    assert scene.identified().person_id == scene.ana


def test_every_step_of_a_call_is_on_the_trail_under_its_own_id(scene: Desk):
    call = scene.ends(scene.identified())
    kinds = ["call:call:opened", "call:caller:named", *["call:caller:answered"] * 3, "call:call:ended"]
    assert scene.trail == kinds
    assert {each.subject for each in scene.memory.shelf.trail} == {call.id}
    assert {each.actor for each in scene.memory.shelf.trail} == {"rita"}
    assert all(one.seq + 1 == two.seq for one, two in pairwise(scene.memory.shelf.trail))


def test_two_agents_of_one_set_have_their_own_calls(scene: Desk):
    mine, other = scene.opens(), scene.opens(BIA)
    outcomes = scene.do_all(NameCaller(RITA, mine.id, BY_CARD), NameCaller(BIA, other.id, NOBODY))
    assert [each.person_id for each in outcomes] == [scene.ana, None]
    assert isinstance(mine.id, UUID)
