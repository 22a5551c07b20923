"""Promises of a series under any order of deeds and time: no session too many, none twice, validated once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import ClassVar

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chancela.domain import offline, series
from chancela.domain.absence import AbsenceReason
from chancela.domain.case import Case
from chancela.domain.guia import Attendance, Authorisation, Kind, RequestedProcedure
from chancela.domain.policy import Policy
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportOutcome
from chancela.domain.series import Session, SessionCode
from chancela.usecases.close_series import CloseSeries
from chancela.usecases.confirm_session import ConfirmSession
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from tests.usecases.scene import CARD, DESK, OK, PROVIDER, Scene

FREELY = 10**6
CODES = ("000000", "000007", "482913")
ENDED = {Attendance.VALIDATED, Attendance.WITHOUT_TOKEN, Attendance.DISPUTED}


class Series(RuleBasedStateMachine):
    """One guia of some sessions; whoever comes does something with it."""

    policy: ClassVar[Policy] = replace(
        LATEST_CODE_WINS,
        series=(OK,),
        sends_per_guia_hour=FREELY,
        sends_per_person_hour=FREELY,
        sends_per_provider_floor=FREELY,
        wrong_per_provider_floor=FREELY,
        cool_down_s=1,
    )

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene(self.policy)

    @initialize(sessions=st.integers(2, 7))
    def begin(self, sessions: int) -> None:
        asked = (RequestedProcedure("22", OK, sessions),)
        self.case: Case = self.scene.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
        self.sessions = sessions

    @property
    def now(self) -> Case:
        return self.scene.now(self.case)

    @rule(drawn=st.sampled_from(CODES))
    def issue(self, drawn: str) -> None:
        self.scene.memory.chance.next_codes = [drawn]
        self.scene.later(seconds=2)
        self.scene.issue(self.case)

    @rule(entry=st.sampled_from([*CODES, "999999", "x"]))
    def validate(self, entry: str) -> None:
        before = self.now
        outcome = self.scene.validate(self.case, entry)
        if isinstance(outcome, Refused):
            assert len(self.now.sessions) == len(before.sessions)
        else:
            assert before.secret is not None and self.scene.code(before) == entry
            assert len(outcome.sessions) == len(before.sessions) + 1

    @rule(ahead=st.integers(0, 2))
    def confirm(self, ahead: int) -> None:
        before = self.now
        room = self.room(before)
        outcome = self.scene.do(ConfirmSession(DESK, self.case.guia.id, len(before.sessions) + ahead))
        if not isinstance(outcome, Refused):
            assert ahead == 1 and self.policy.session_code is SessionCode.PER_DAY
            assert outcome.sessions[-1].upon in room
        elif outcome.reason in {Refusal.DAY_CODE_SPENT, Refusal.NO_SESSION_CODE}:
            assert not room
            assert (outcome.reason is Refusal.DAY_CODE_SPENT) == bool(self.given_today(before))

    @rule(times=st.integers(1, 4))
    def attend_and_go_on_by_the_same_code(self, times: int) -> None:
        """A morning of sessions at one desk."""
        self.issue("482913")
        if self.now.secret is not None:
            self.validate(self.scene.code(self.now))
            for _ in range(times):
                self.confirm(1)

    def given_today(self, case: Case) -> list[Session]:
        """The sessions of today with a code of their own, where one is enough for a day."""
        today = offline.day(self.scene.memory.now)
        own = [each for each in case.sessions if each.method and each.upon is None]
        daily = self.policy.session_code is SessionCode.PER_DAY
        return [each for each in own if daily and offline.day(each.at) == today]

    def room(self, case: Case) -> set[int]:
        """Upon which sessions another one may stand today."""
        upon = Counter(each.upon for each in case.sessions)
        return {each.place for each in self.given_today(case) if 1 + upon[each.place] < self.policy.day_sessions}

    @rule()
    def go_on_without_a_code(self) -> None:
        self.scene.do(RecordAbsence(DESK, self.case.guia.id, AbsenceReason.NO_PHONE))

    @rule()
    def close(self) -> None:
        before = self.now
        outcome = self.scene.do(CloseSeries(DESK, self.case.guia.id, "alta"))
        if not isinstance(outcome, Refused):
            assert before.sessions and before.guia.attendance is Attendance.AWAITING_TOKEN

    @rule()
    def cancel(self) -> None:
        outcome = self.scene.cancel(self.case)
        assert isinstance(outcome, Refused) or not outcome.sessions

    @rule(outcome=st.sampled_from(ReportOutcome))
    def report(self, outcome: ReportOutcome) -> None:
        self.scene.report(self.case)
        self.scene.close(self.case, outcome)

    @rule(hours=st.sampled_from([1, 30, 49]))
    def wait(self, hours: int) -> None:
        self.scene.later(hours=hours)
        self.scene.expire()

    @invariant()
    def no_session_is_too_many_or_twice(self) -> None:
        places = [each.place for each in self.now.sessions]
        assert places == list(range(1, len(places) + 1))
        assert len(places) <= self.sessions == self.now.guia.sessions

    @invariant()
    def a_code_confirms_one_session(self) -> None:
        own = [each.generation for each in self.now.sessions if each.method and each.upon is None]
        assert len(own) == len(set(own))

    @invariant()
    def a_code_confirms_so_many_sessions_of_its_day_and_no_more(self) -> None:
        sessions = {each.place: each for each in self.now.sessions}
        upon = [(each, sessions[each.upon]) for each in sessions.values() if each.upon is not None]
        assert all(first.method is not None and first.upon is None for _, first in upon)
        assert all(offline.day(each.at) == offline.day(first.at) for each, first in upon)
        assert all(1 + many <= self.policy.day_sessions for many in Counter(first.place for _, first in upon).values())

    @invariant()
    def the_guia_ends_once_with_its_last_session_and_holds_no_live_code(self) -> None:
        case, kinds = self.now, Counter(self.scene.trail)
        ended = case.guia.attendance in ENDED
        assert kinds["guia:attendance:validated"] == (case.validation is not None) <= 1
        if case.validation is not None:
            assert case.guia.attendance in {Attendance.VALIDATED, Attendance.DISPUTED}
            proof = series.proven(case.sessions)
            assert proof is not None and case.validation.generation == proof.generation
        if len(case.sessions) == self.sessions:
            assert ended
        if ended:
            assert case.secret is None and (len(case.sessions) == self.sessions or case.sessions[-1].closed_why)
        if case.sessions:
            assert case.guia.authorisation is not Authorisation.CANCELLED


class Daily(Series):
    """The same where one code is enough for a day."""

    policy = replace(Series.policy, session_code=SessionCode.PER_DAY)


class Often(Series):
    """The same where the code of a day is enough for three sessions."""

    policy = replace(Daily.policy, day_sessions=3)


FEW = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestSeries = Series.TestCase
TestSeries.settings = FEW
TestDaily = Daily.TestCase
TestDaily.settings = FEW
TestOften = Often.TestCase
TestOften.settings = FEW
