"""Answers of auditors: what a reason says, what a mark tells apart, and which word on a denial is the last."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chancela.domain import decision as decisions
from chancela.domain.attachment import Attachment, MediaType
from chancela.domain.decision import Ruling
from chancela.domain.guia import Authorisation, ItemState, Reason
from tests.domain import made

NOON = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
DENIED, GRANTED, ASKED = ItemState.DENIED, ItemState.AUTHORISED, ItemState.AWAITING_DOCUMENT


def guia(*states: ItemState):
    one = made.guia()
    procedure = one.procedures[0]
    return replace(
        one, procedures=tuple(replace(procedure, item=nth, authorisation=each) for nth, each in enumerate(states, 1))
    )


def ruling(item: int, state: ItemState, minutes: int = 0) -> Ruling:
    at = NOON + timedelta(minutes=minutes)
    return Ruling(made.guia().id, item, "10001", state, Reason("1426", "x"), f"{minutes:020d}", at, "auditora")


def test_the_preset_reasons_are_told_by_their_codes_and_a_strange_code_by_the_usual_one():
    assert len({each.code for each in decisions.DENIALS}) == len(decisions.DENIALS)
    for each in decisions.DENIALS:
        assert decisions.denial(each.code) == each.text
    assert decisions.denial("9999") == decisions.DENIALS[0].text


def test_a_reason_is_one_line_of_so_many_letters_at_most():
    (reason,) = decisions.reason(DENIED, "3145", f"  um\n\tmotivo {'a' * 700}")
    assert reason.text.startswith("um motivo aaa")
    assert len(reason.text) == decisions.LONGEST_TEXT
    assert decisions.reason(GRANTED, "3145", "texto") == ()
    assert decisions.reason(ASKED, "3145", "texto")[0].code == "3047"


def test_a_mark_changes_with_an_answer_a_reason_and_a_document_and_with_nothing_else():
    one = guia(ItemState.UNDER_AUDIT, ASKED)
    sent = Attachment(one.id, one.id, 1, "0" * 64, MediaType.PNG, 1, 1, "x", NOON)
    told = replace(one.procedures[1], reasons=(Reason("3047", "outra"),))
    others = [
        decisions.mark(guia(GRANTED, ASKED), ()),
        decisions.mark(replace(one, procedures=(one.procedures[0], told)), ()),
        decisions.mark(replace(one, authorisation=Authorisation.CANCELLED), ()),
        decisions.mark(one, (sent,)),
    ]
    assert len({decisions.mark(one, ()), *others}) == 5
    assert decisions.mark(replace(one, wrong_tries=3, generation=2), ()) == decisions.mark(one, ())


@pytest.mark.parametrize(("states", "told"), [((GRANTED,), True), ((DENIED,), True), ((ASKED,), False), ((), False)])
def test_the_person_is_told_of_answers_and_not_of_what_is_asked(states: tuple[ItemState, ...], told: bool):
    assert decisions.answers([ruling(1, each) for each in states]) is told


def test_a_denial_bears_the_last_word_on_it_and_none_where_the_rules_denied_it():
    one = guia(DENIED, GRANTED, DENIED, DENIED)
    said = [ruling(1, DENIED, 9), ruling(1, DENIED, 1), ruling(2, GRANTED, 2), ruling(4, ASKED, 3)]
    found = decisions.denials(one, said)
    assert [(procedure.item, word and word.decided_at.minute) for procedure, word in found] == [
        (1, 9),
        (3, None),
        (4, None),
    ]
    assert decisions.denials(guia(GRANTED), said) == ()
