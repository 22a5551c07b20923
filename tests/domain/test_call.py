"""A call: when it is over, how its caller becomes known, and what excludes what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chancela.domain import call as calls
from chancela.domain.call import Asked, Call, Doing, Done
from chancela.domain.caller import QuestionKind
from chancela.domain.refusal import Refusal

NOON = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KINDS = (QuestionKind.BIRTH_DATE, QuestionKind.PLAN, QuestionKind.CPF_END)


def call(*kinds: QuestionKind, **more: Any) -> Call:
    asked = tuple(Asked(each) for each in kinds)
    return Call(UUID(int=1), "rita", "9" * 20, NOON, questions=asked, **more)


def answered(begun: Call, *fitted: bool) -> Call:
    for each in fitted:
        begun = calls.answered(begun, NOON, fitted=each)
    return begun


def test_a_call_is_over_when_it_is_ended_and_when_it_was_forgotten():
    assert calls.alive(call(), NOON)
    assert not calls.alive(call(ended_at=NOON), NOON)
    assert not calls.alive(call(), NOON + calls.LONGEST)


def test_another_agents_call_is_like_none_and_one_that_is_over_says_so():
    assert calls.refused(call(), "rita", NOON) is None
    assert calls.refused(call(), "bia", NOON) is calls.refused(None, "rita", NOON) is Refusal.NOT_FOUND
    assert calls.refused(call(ended_at=NOON), "rita", NOON) is Refusal.CALL_OVER


def test_nothing_is_done_for_whoever_is_not_identified():
    assert calls.unready(call(), "rita", NOON) is Refusal.CALLER_NOT_IDENTIFIED
    assert calls.unready(call(identified_at=NOON), "rita", NOON) is None
    assert calls.unready(None, "rita", NOON) is Refusal.NOT_FOUND


def test_a_caller_is_known_once_all_but_the_spare_question_fitted():
    known = answered(call(*KINDS), True, True)
    assert known.identified_at == NOON
    assert [each.fitted for each in known.questions] == [True, True, None]
    assert calls.waiting(known) is None


@pytest.mark.parametrize("said", [(False, True, True), (True, False, True)])
def test_one_wrong_answer_draws_the_spare_question(said: tuple[bool, ...]):
    assert answered(call(*KINDS), *said[:2]).identified_at is None
    known = answered(call(*KINDS), *said)
    assert (known.identified_at, known.wrong) == (NOON, 1)


def test_a_second_wrong_answer_spends_the_call():
    over = answered(call(*KINDS), False, False)
    assert calls.spent(over) and over.identified_at is None
    assert calls.waiting(over) is None


def test_questions_wait_in_their_order_and_none_before_they_are_drawn():
    assert calls.waiting(call()) is None
    assert calls.waiting(call(*KINDS)) == 0
    assert calls.waiting(answered(call(*KINDS), True)) == 1


def test_whoever_rings_is_named_anew_until_something_was_answered():
    assert calls.untouched(call(*KINDS))
    assert not calls.untouched(answered(call(*KINDS), True))
    assert not calls.untouched(call(identified_at=NOON))


def test_a_call_in_which_a_code_was_read_out_changes_no_contact_and_the_other_way_round():
    read = calls.with_done(call(), Doing.REVEALED, NOON, "2026000000001")
    assert (read.reveals, read.done) == (1, (Done(Doing.REVEALED, NOON, "2026000000001"),))
    assert calls.may_reveal(read) and not calls.may_change(read)
    changed = calls.with_done(call(), Doing.CONTACT_PROPOSED, NOON)
    assert changed.changed_contact and calls.may_change(changed) and not calls.may_reveal(changed)
    sent = calls.with_done(changed, Doing.SENT, NOON + timedelta(minutes=1))
    assert sent.changed_contact and sent.reveals == 0
    assert [each.what for each in sent.done] == [Doing.CONTACT_PROPOSED, Doing.SENT]


@pytest.mark.parametrize("text", ["", "curta", "123456789012345", "a b c d e f g h i"])
def test_a_reason_has_ten_letters(text: str):
    assert calls.reason(text) is None


def test_a_reason_holds_no_digit_and_is_cut():
    assert calls.reason("  leu o código\n482913  ٣ ") == "leu o código •••••• •"
    assert calls.reason("motivo " * 100) == ("motivo " * 100)[: calls.LONGEST_REASON]


def test_answers_change_nothing_else():
    seen = call(*KINDS)
    after = calls.answered(seen, NOON, fitted=True)
    assert replace(after, questions=seen.questions) == seen
