"""A guia's two state tables, and what people see of them."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from chancela.domain import guia as guias
from chancela.domain.guia import Attendance, Authorisation, ItemState, Status
from tests.domain import made

NONE, AWAITING = Attendance.NONE, Attendance.AWAITING_TOKEN


def test_every_state_has_its_row_in_its_table():
    assert set(guias.AUTHORISATION_MOVES) == set(Authorisation)
    assert set(guias.ATTENDANCE_MOVES) == set(Attendance)
    assert set(guias.TISS_STATUS) == set(Authorisation)


def test_no_state_moves_to_itself():
    tables = (guias.AUTHORISATION_MOVES, guias.ATTENDANCE_MOVES)
    assert [state for table in tables for state, nexts in table.items() if state in nexts] == []


def reached(table, start):
    found = {start}
    while more := {then for now in found for then in table[now]} - found:
        found |= more
    return found


def test_every_attendance_can_be_reached_from_none():
    assert reached(guias.ATTENDANCE_MOVES, NONE) == set(Attendance)


def test_what_an_auditor_holds_can_become_anything_but_what_is_cancelled_stays_so():
    assert reached(guias.AUTHORISATION_MOVES, Authorisation.UNDER_AUDIT) == set(Authorisation)
    assert guias.AUTHORISATION_MOVES[Authorisation.CANCELLED] == frozenset()


def test_a_validated_guia_never_awaits_a_code_again():
    assert AWAITING not in reached(guias.ATTENDANCE_MOVES, Attendance.VALIDATED)
    assert NONE not in reached(guias.ATTENDANCE_MOVES, Attendance.VALIDATED)


def test_only_a_guia_that_awaits_one_or_is_late_or_disputed_becomes_validated():
    sources = {now for now, nexts in guias.ATTENDANCE_MOVES.items() if Attendance.VALIDATED in nexts}
    assert sources == {AWAITING, Attendance.LATE_PENDING, Attendance.DISPUTED}


def seen(days: int = 0, **more: object) -> Status:
    return guias.status(made.guia(**more), made.TODAY + timedelta(days=days))


def test_a_guia_is_seen_as_awaiting_its_token_until_its_last_day():
    assert seen(days=90) is Status.AWAITING_TOKEN
    assert seen(days=91) is Status.EXPIRED


def test_a_cancelled_guia_is_seen_so_whatever_else_is_true():
    assert seen(authorisation=Authorisation.CANCELLED, attendance=NONE, days=400) is Status.CANCELLED


@pytest.mark.parametrize("attendance", [each for each in Attendance if each not in {NONE, AWAITING}])
def test_what_happened_at_the_visit_is_seen_for_ever(attendance: Attendance):
    assert seen(attendance=attendance, days=4000) == attendance.value


def test_a_guia_without_a_visit_is_denied_or_under_analysis():
    assert seen(attendance=NONE, authorisation=Authorisation.DENIED) is Status.DENIED
    assert seen(attendance=NONE, authorisation=Authorisation.UNDER_AUDIT) is Status.UNDER_ANALYSIS
    assert seen(attendance=NONE, authorisation=Authorisation.UNDER_AUDIT, days=91) is Status.EXPIRED


@pytest.mark.parametrize("states", [states for n in (1, 2, 3) for states in itertools.product(ItemState, repeat=n)])
def test_what_waits_for_a_person_decides_then_what_was_granted(states: tuple[ItemState, ...]):
    whole = guias.authorisation_of(states)
    waits = [state for state in (ItemState.UNDER_AUDIT, ItemState.AWAITING_DOCUMENT) if state in states]
    granted = {ItemState.AUTHORISED: "authorised", ItemState.DENIED: "denied"}
    expected = waits[0].value if waits else granted[states[0]] if len(set(states)) == 1 else "partially_authorised"
    assert whole == expected


def test_a_guia_without_procedures_is_denied():
    assert guias.authorisation_of([]) is Authorisation.DENIED


def test_the_hash_binds_what_was_asked_but_not_how_it_was_answered():
    asked = made.procedure()
    same = replace(asked, authorisation=ItemState.DENIED, name="Outro nome", reasons=(guias.Reason("1426", "."),))
    assert guias.procedures_hash([asked]) == guias.procedures_hash([same])


@pytest.mark.parametrize(
    "change",
    [
        {"code": "81000049"},
        {"quantity": 2},
        {"tooth": "11"},
        {"region": "AS"},
        {"faces": "O"},
        {"item": 2},
        {"table": "18"},
    ],
)
def test_the_hash_changes_with_anything_that_was_asked(change: dict[str, object]):
    assert guias.procedures_hash([made.procedure()]) != guias.procedures_hash([made.procedure(**change)])
