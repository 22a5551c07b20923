"""Absences: which rule a reason names, what it lacks, what is owed and missed, and what TISS is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chancela.domain import absence as absences
from chancela.domain.absence import (
    ABSENCES,
    TISS_ABSENCES,
    Absence,
    AbsenceLead,
    AbsenceNeed,
    AbsenceReason,
    AbsenceReview,
    AbsenceRule,
    Given,
)
from chancela.domain.attachment import Attachment, MediaType
from chancela.domain.case import Case
from chancela.domain.guia import Attendance, Kind
from chancela.domain.token import Method, Validation, Window
from tests.domain import made

PROTOCOL = "99900920261120000001"
NOTE, SECOND, SIGNATURE = AbsenceNeed.NOTE, AbsenceNeed.SECOND_PERSON, AbsenceNeed.SIGNATURE
DOCUMENT, CALL = AbsenceNeed.DOCUMENT, AbsenceNeed.CALL_CENTRE
NEEDY = AbsenceRule(AbsenceReason.NO_PHONE, "07", (NOTE, SECOND, SIGNATURE, DOCUMENT, CALL))


def absence(**more: object) -> Absence:
    rule = {"reason": AbsenceReason.NO_PHONE, "tiss": "07", "protocol": PROTOCOL, "at": made.NOW, "by": "recepcao"}
    return Absence(**{"guia_id": made.GUIA, **rule, **more})


def test_a_reason_is_named_by_its_slug_or_by_the_value_of_table_74_whose_first_rule_it_is():
    assert absences.rule(ABSENCES, "no_signal") == AbsenceRule(AbsenceReason.NO_SIGNAL, "03")
    found = [absences.rule(ABSENCES, each) for each in TISS_ABSENCES]
    assert [each.tiss for each in found] == list(TISS_ABSENCES)
    assert found[-1].reason is AbsenceReason.NO_PHONE
    assert [absences.rule(ABSENCES, each) for each in ("08", "7", "", "NO_PHONE")] == [None] * 4


def test_each_reason_has_one_rule_among_those_that_we_ship():
    assert sorted(each.reason for each in ABSENCES) == sorted(AbsenceReason)
    assert {each.tiss for each in ABSENCES} == set(TISS_ABSENCES)


def test_what_was_given_is_lacking_no_more():
    assert absences.lacking(NEEDY, Given(NEEDY.reason)) == NEEDY.needs
    given = Given(NEEDY.reason, "caiu na água", PROTOCOL, "Bia")
    assert absences.lacking(NEEDY, given) == (SIGNATURE, DOCUMENT)
    assert absences.lacking(NEEDY, Given(NEEDY.reason, "  ", " ", "\n")) == NEEDY.needs


def test_an_outage_is_proof_enough_and_urgency_needs_none():
    assert absences.lacking(NEEDY, Given(NEEDY.reason, outage_id=made.NEW)) == ()
    for reason in absences.NEVER_WAITS:
        assert absences.lacking(replace(NEEDY, reason=reason), Given(reason)) == ()


def test_a_note_and_a_second_person_cannot_follow_later():
    assert absences.at_once(NEEDY.needs) == (NOTE, SECOND)


@pytest.mark.parametrize(
    ("reason", "guia", "never", "borne_out"),
    [
        (AbsenceReason.URGENT, made.guia(), True, False),
        (AbsenceReason.URGENT, made.guia(urgent=True), True, True),
        (AbsenceReason.INPATIENT, made.guia(), True, False),
        (AbsenceReason.INPATIENT, made.guia(kind=Kind.INTERNACAO), True, True),
        (AbsenceReason.NO_PHONE, made.guia(), False, True),
        (AbsenceReason.NO_PHONE, made.guia(urgent=True), True, True),
        (AbsenceReason.NO_PHONE, made.guia(kind=Kind.INTERNACAO), True, True),
    ],
)
def test_urgent_and_inpatient_care_never_waits(reason: AbsenceReason, guia: object, never: bool, borne_out: bool):
    assert absences.never_waits(reason, guia) is never
    assert absences.vouched(reason, guia) is borne_out


def test_what_is_owed_comes_one_by_one_and_its_day_goes_with_the_last():
    owing = absence(owes=(SIGNATURE, DOCUMENT), owes_until=made.TODAY)
    first = absences.supplied(owing, DOCUMENT)
    assert (first.owes, first.owes_until) == ((SIGNATURE,), made.TODAY)
    assert absences.supplied(first, SIGNATURE) == absence()
    assert absences.supplied(first, DOCUMENT) == first


def test_what_did_not_come_by_its_day_is_missed_and_goes_to_an_auditor():
    owing = absence(owes=(SIGNATURE,), owes_until=made.TODAY)
    assert [absences.overdue(owing, made.TODAY + timedelta(days)) for days in (-1, 0, 1)] == [False, False, True]
    assert not absences.overdue(absence(), made.TODAY)
    late = absences.missed(owing)
    assert (late.owes, late.owes_until, late.missed) == ((), None, (SIGNATURE,))
    assert late.review is AbsenceReview.WAITING
    assert absences.supplied(late, SIGNATURE).missed == ()
    refused = replace(owing, review=AbsenceReview.REFUSED)
    assert absences.missed(refused).review is AbsenceReview.REFUSED


def test_something_may_be_supplied_until_an_auditor_decided():
    owing, late = absence(owes=(CALL,), owes_until=made.TODAY), absence(missed=(CALL,), review=AbsenceReview.WAITING)
    assert absences.awaits(owing, CALL)
    assert absences.awaits(late, CALL)
    assert not absences.awaits(owing, DOCUMENT)
    assert not absences.awaits(None, CALL)
    for review in (AbsenceReview.ACCEPTED, AbsenceReview.REFUSED):
        assert not absences.awaits(replace(late, review=review), CALL)


@pytest.mark.parametrize("typed", [PROTOCOL, " 999009 20261120 000001 ", "999009.2026-1120/000001"])
def test_a_number_of_the_call_centre_is_read_as_it_is_said(typed: str):
    assert absences.call_number(typed, "999009", made.TODAY) == PROTOCOL


@pytest.mark.parametrize(
    "typed",
    [
        *("", "1", PROTOCOL[:-1], PROTOCOL + "1", "999001" + PROTOCOL[6:], "99900920261121000001"),
        *("99900920261320000001", "99900920260231000001", "x" + PROTOCOL[1:], "\u0669" * 20, PROTOCOL + "\x00"),
    ],
)
def test_what_is_no_number_of_this_operators_call_centre_is_none(typed: str):
    assert absences.call_number(typed, "999009", made.TODAY) is None


def test_the_mark_is_another_once_something_came_or_was_decided():
    one = absence(review=AbsenceReview.WAITING, missed=(CALL,))
    document = Attachment(made.NEW, made.GUIA, None, "0" * 64, MediaType.PNG, 1, 1, "recepcao", made.NOW)
    marks = {
        absences.mark(one, ()),
        absences.mark(one, (document,)),
        absences.mark(replace(one, missed=()), ()),
        absences.mark(replace(one, call_protocol=PROTOCOL), ()),
        absences.mark(replace(one, review=AbsenceReview.ACCEPTED), ()),
    }
    assert len(marks) == 5
    assert absences.mark(one, ()) == absences.mark(replace(one, detail="outra"), ())


def test_the_trail_holds_a_seal_in_place_of_a_reviews_words():
    said, other = absence(review_text="Falta a assinatura."), absence(review_text="Falta o documento.")
    assert absences.seal(said) != absences.seal(other)
    assert absences.seal(absence()) == absences.seal(absence(review_text=""))


PROOF = Validation(made.GUIA, made.NOW, Window.FRESH, Method.TOKEN, "ABCDEFGHJK", 1, "recepcao")


@pytest.mark.parametrize(
    ("attendance", "proof", "why", "pair"),
    [
        (Attendance.NONE, None, None, (None, None)),
        (Attendance.AWAITING_TOKEN, None, None, (None, None)),
        (Attendance.LATE_PENDING, None, None, (None, None)),
        (Attendance.VALIDATED, PROOF, None, (None, "ABCDEFGHJK")),
        (Attendance.VALIDATED, PROOF, absence(), (None, "ABCDEFGHJK")),
        (Attendance.WITHOUT_TOKEN, None, absence(), ("07", None)),
        (Attendance.WITHOUT_TOKEN, PROOF, absence(), ("07", None)),
        (Attendance.DISPUTED, PROOF, None, (None, "ABCDEFGHJK")),
        (Attendance.DISPUTED, None, absence(), ("07", None)),
        (Attendance.DISPUTED, None, None, (None, None)),
        (Attendance.VALIDATED, None, None, (None, None)),
    ],
)
def test_tiss_is_told_a_code_or_its_absence_and_never_both(
    attendance: Attendance, proof: Validation | None, why: Absence | None, pair: tuple[str | None, str | None]
):
    found = absences.tiss_pair(Case(made.guia(attendance=attendance), validation=proof, absence=why))
    assert found == pair
    assert None in found


def test_a_rule_leads_to_a_sample_unless_it_says_otherwise():
    assert NEEDY.leads is AbsenceLead.SAMPLED
