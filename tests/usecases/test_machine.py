"""Promises 1 to 4 of security.md, ladders and reports, under any order of deeds and time, against a simple model."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import settings, strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from chancela.domain import guia as guias, report as reports, trail
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import Attendance, ItemState
from chancela.domain.policy import Policy
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refused
from chancela.domain.report import ReportOutcome, ReportWay
from chancela.usecases.decide_dispute import DecideDispute
from chancela.usecases.record_absence import RecordAbsence
from tests.fakes.brazil import BRAZIL
from tests.usecases import expected as models
from tests.usecases.expected import Expected, Home
from tests.usecases.scene import ANS, AUDITED, AUDITOR, DENIED, DESK, DOCUMENTED, NEIGHBOUR_DESK, OK, Scene

# Few codes, so that a guess is often right and a new code is often an old one.
CODES = ("000000", "000007", "482913")
TOLD = (DeliveryState.HANDED_OVER, DeliveryState.FAILED, DeliveryState.DELIVERED)
MALFORMED = ("", "48291", "4829131", "abcdef", "４８２９１３")
FREELY = 10**6
MOST = 3  # guias at a time, so that much happens to each
STATES = {OK: models.GRANTED, AUDITED: models.AUDIT, DOCUMENTED: models.DOCUMENT, DENIED: models.DENIED}


class Deeds(RuleBasedStateMachine):
    """Guias of one operator; each deed is done, and the model says what should have come of it."""

    policy: ClassVar[Policy] = LATEST_CODE_WINS
    known = Bundle("guias")

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene(
            replace(
                self.policy,
                sends_per_guia_hour=FREELY,
                sends_per_person_hour=FREELY,
                sends_per_number_hour=FREELY,
                sends_per_provider_floor=FREELY,
                wrong_per_provider_floor=FREELY,
            )
        )
        self.home = Home()
        self.models: dict[UUID, Expected] = {}
        self.secrets: dict[tuple[UUID, int], Any] = {}
        self.before: dict[UUID, Any] = {}
        self.judged: Counter[UUID] = Counter()
        self.answered = 0
        self.told = 0

    @property
    def now(self) -> Any:
        return self.scene.memory.now

    @property
    def today(self) -> Any:
        return self.now.astimezone(BRAZIL).date()

    def agree(self, outcome: Any, refusal: str | None) -> None:
        """Hold what came of a deed against what should have."""
        came = outcome.reason.value if isinstance(outcome, Refused) else None
        assert came == refusal, (came, refusal)

    # deeds

    @initialize(target=known)
    def begin(self) -> Any:
        """A guia that awaits its code under every policy, and one that an auditor has to decide."""
        return multiple(self.register([OK]), self.register([AUDITED]))

    @precondition(lambda self: len(self.models) < MOST)
    @rule(target=known, codes=st.lists(st.sampled_from([*STATES, OK]), min_size=1, max_size=3))
    def register(self, codes: list[str]) -> UUID:
        case = self.scene.register(*codes)
        model = Expected(self.policy.profile, [STATES[code] for code in codes], case.guia.valid_until, self.home)
        self.models[case.guia.id] = model
        return case.guia.id

    @rule(guia=known, drawn=st.sampled_from(CODES))
    def issue(self, guia: UUID, drawn: str) -> None:
        self.scene.memory.chance.next_codes = [drawn]
        refusal = self.models[guia].issue(self.now, self.today, drawn)
        outcome = self.scene.issue(_Named(guia), cpf="529.982.247-25")
        self.agree(outcome, refusal)
        if refusal is None:
            assert outcome.token.generation == self.models[guia].generation
            assert self.scene.code(outcome) == self.models[guia].code
            kept = self.secrets.setdefault((guia, outcome.token.generation), outcome.secret)
            assert kept == outcome.secret

    @rule(guia=known, channel=st.sampled_from([None, Channel.SMS, Channel.VOICE]))
    def send(self, guia: UUID, channel: Channel | None) -> None:
        refusal = self.models[guia].send(self.now, self.today, channel and channel.value)
        self.agree(self.scene.send(_Named(guia), cpf="52998224725", channel=channel), refusal)

    @rule(guia=known, channel=st.sampled_from(Channel), state=st.sampled_from(TOLD))
    def carrier_tells(self, guia: UUID, channel: Channel, state: DeliveryState) -> None:
        self.models[guia].hear(channel.value, state.value)
        self.scene.carrier_tells(_Named(guia), state, channel)

    @rule(guia=known)
    def all_fails(self, guia: UUID) -> None:
        for channel in Channel:
            self.carrier_tells(guia, channel, DeliveryState.FAILED)
        self.climb(guia)

    @rule(guia=st.one_of(st.none(), known))
    def climb(self, guia: UUID | None) -> None:
        """Look at one ladder, or at every one whose time has come."""
        due = [each for each in self.models.values() if each.look_at is not None and each.look_at <= self.now]
        looked = [self.models[guia]] if guia is not None else due
        moved = sum(model.climb(self.now, self.today) for model in looked)
        assert self.scene.climb(*([_Named(guia)] if guia is not None else [])) == moved

    @rule(guia=known, way=st.sampled_from(ReportWay))
    def report(self, guia: UUID, way: ReportWay) -> None:
        """«Não pedi este código», as often as the person likes."""
        self.models[guia].report(self.now)
        assert self.scene.report(_Named(guia), way).report.outcome == self.models[guia].verdict

    @rule(guia=known)
    def be_mistaken(self, guia: UUID) -> None:
        """Say no, have it closed as a mistake, and get a new code."""
        self.report(guia, ReportWay.SMS)
        self.close(guia, ReportOutcome.MISTAKEN)
        self.scene.later(seconds=30)
        self.issue(guia, CODES[1])

    @rule(channel=st.sampled_from([Channel.SMS, Channel.VOICE]))
    def let_ladders_climb(self, channel: Channel) -> None:
        """One of them was asked for by hand; then time passes for all."""
        self.send(next(iter(self.models)), channel)
        self.scene.later(seconds=90)
        self.climb(None)

    @rule(guia=known, outcome=st.sampled_from(ReportOutcome))
    def close(self, guia: UUID, outcome: ReportOutcome) -> None:
        self.agree(self.scene.close(_Named(guia), outcome), self.models[guia].close(outcome.value))

    @rule(guia=known, happened=st.booleans())
    def decide(self, guia: UUID, happened: bool) -> None:
        """Say in writing whether what a person disputed took place."""
        asked = DecideDispute(AUDITOR, guia, happened, "Falamos com a pessoa e com a clínica.")
        self.agree(self.scene.do(asked), self.models[guia].decide(happened))

    @rule(guia=known, entry=st.sampled_from([*CODES, "999999", *MALFORMED]))
    def validate(self, guia: UUID, entry: str) -> None:
        """Right, wrong, superseded or no code at all, as it falls."""
        model = self.models[guia]
        spent = model.spent_on_guia
        refusal = model.validate(self.now, self.today, entry)
        outcome = self.scene.validate(_Named(guia), entry)
        self.agree(outcome, refusal)
        self.judged[guia] += model.spent_on_guia - spent
        if refusal == "codigo-recusado":
            assert outcome.attempts_left == model.tries_left()

    @rule(guia=known)
    def give_the_code_on_the_phone(self, guia: UUID) -> None:
        self.validate(guia, self.models[guia].code or "482913")

    @rule(guia=known)
    def attend(self, guia: UUID) -> None:
        """The whole way in one step."""
        self.issue(guia, CODES[0])
        self.give_the_code_on_the_phone(guia)

    @rule(guia=known, times=st.integers(2, 6))
    def guess(self, guia: UUID, times: int) -> None:
        for _ in range(times):
            self.validate(guia, "999999")

    @rule(guia=known, deed=st.sampled_from(["issue", "send", "validate", "cancel"]))
    def meddle(self, guia: UUID, deed: str) -> None:
        """A neighbour meets a guia that does not exist, whatever is true of it."""
        more = (self.models[guia].code or CODES[0],) if deed == "validate" else ()
        self.agree(getattr(self.scene, deed)(_Named(guia), *more, by=NEIGHBOUR_DESK), "nao-encontrado")

    @rule(guia=known, reason=st.sampled_from(["no_phone", "no_signal"]))
    def go_on_without_a_code(self, guia: UUID, reason: str) -> None:
        refusal = self.models[guia].go_on(self.now, self.today, reason)
        outcome = self.scene.do(RecordAbsence(DESK, guia, reason))
        self.agree(outcome, refusal)
        if refusal is None:
            assert outcome.absence.reason == self.models[guia].without

    @rule(guia=known)
    def cancel(self, guia: UUID) -> None:
        self.agree(self.scene.cancel(_Named(guia)), self.models[guia].cancel())

    @rule(guia=known, item=st.integers(1, 3), said=st.sampled_from(ItemState))
    def review(self, guia: UUID, item: int, said: ItemState) -> None:
        refusal = self.models[guia].review(item, said.value)
        self.answered += refusal is None
        self.agree(self.scene.review(_Named(guia), (item, said)), refusal)

    @rule()
    def sweep(self) -> None:
        swept = sum(model.sweep(self.now) for model in self.models.values())
        assert self.scene.expire() == swept

    @rule(seconds=st.sampled_from([1, 29, 30]))
    def wait_a_moment(self, seconds: int) -> None:
        self.scene.later(seconds=seconds)

    @rule(minutes=st.sampled_from([1, 2, 10, 600, 2879, 2880, 60 * 24 * 7, 60 * 24 * 45]))
    def wait(self, minutes: int) -> None:
        self.scene.later(minutes=minutes)

    # promises

    @invariant()
    def every_change_is_a_listed_move_with_its_event(self) -> None:
        shelf = self.scene.memory.shelf
        for guia in shelf.guias.values():
            was = self.before.get(guia.id)
            if was is not None and was != guia:
                assert guia.attendance is was.attendance or guia.attendance in guias.ATTENDANCE_MOVES[was.attendance]
                moves = guias.AUTHORISATION_MOVES[was.authorisation]
                assert guia.authorisation is was.authorisation or guia.authorisation in moves
                assert len(shelf.trail) > self.told
        self.before, self.told = dict(shelf.guias), len(shelf.trail)

    @invariant()
    def a_guia_is_validated_at_most_once_and_never_without_its_event(self) -> None:
        shelf = self.scene.memory.shelf
        told = Counter(entry.subject for entry in shelf.trail if entry.kind == "guia:attendance:validated")
        assert set(told.values()) <= {1}
        assert set(told) == set(shelf.validations) == {key for key, model in self.models.items() if model.validated}

    @invariant()
    def a_guia_goes_on_without_a_code_at_most_once_and_is_then_not_validated(self) -> None:
        shelf = self.scene.memory.shelf
        told = Counter(entry.subject for entry in shelf.trail if entry.kind == "guia:absence:recorded")
        assert set(told.values()) <= {1}
        assert set(told) == set(shelf.absences) == {key for key, model in self.models.items() if model.without}
        assert not set(shelf.absences) & set(shelf.validations)

    @invariant()
    def no_guia_is_both_closed_and_holding_a_live_code(self) -> None:
        shelf = self.scene.memory.shelf
        for key, (token, _) in shelf.live.items():
            assert shelf.guias[key].attendance is Attendance.AWAITING_TOKEN
            assert token.end is None
            assert token.generation == shelf.guias[key].generation
        assert set(shelf.live) == {key for key, model in self.models.items() if model.code is not None}

    @invariant()
    def no_more_guesses_are_judged_than_the_limit(self) -> None:
        shelf = self.scene.memory.shelf
        for key, guia in shelf.guias.items():
            assert guia.wrong_tries == self.judged[key] <= 10
        codes = [token.wrong_tries for token, _ in shelf.live.values()] + [token.wrong_tries for token in shelf.ended]
        assert max(codes, default=0) <= 5

    @invariant()
    def a_ladder_is_climbed_only_while_its_code_lives_and_always_with_the_same_code(self) -> None:
        shelf = self.scene.memory.shelf
        looks = {key: model.look_at for key, model in self.models.items() if model.code is not None}
        assert {key: climb.at for key, climb in shelf.climbs.items()} == looks
        for key, (token, secret) in shelf.live.items():
            assert secret == self.secrets[key, token.generation]

    @invariant()
    def no_message_is_lost_or_told_twice(self) -> None:
        shelf = self.scene.memory.shelf
        for key, model in self.models.items():
            own = [each for each in shelf.deliveries if (each.guia_id, each.generation) == (key, model.generation)]
            sent = [(each.channel.value, each.planned_at, each.state.value) for each in own]
            assert sent == [(each.channel, each.at, each.state) for each in model.sent]

    @invariant()
    def no_code_lives_where_the_person_said_that_they_did_not_ask(self) -> None:
        shelf = self.scene.memory.shelf
        assert not [key for key, said in shelf.reports.items() if reports.stops(said) and key in shelf.live]
        assert {key: said.opened_at for key, said in shelf.reports.items()} == {
            key: model.said_at for key, model in self.models.items() if model.said_at is not None
        }

    @invariant()
    def every_report_and_every_answer_of_an_auditor_has_a_protocol_of_its_own(self) -> None:
        shelf = self.scene.memory.shelf
        reported, answered = ({each.protocol for each in some} for some in (shelf.reports.values(), shelf.rulings))
        absent = {each.protocol for each in shelf.absences.values()}
        assert (len(reported), len(answered), len(absent)) == (len(shelf.reports), self.answered, len(shelf.absences))
        every = len(reported | answered | absent)
        assert every == len(reported) + len(answered) + len(absent) == shelf.protocols.total()

    @invariant()
    def every_code_lives_or_ended_once(self) -> None:
        shelf = self.scene.memory.shelf
        codes = [(token.guia_id, token.generation) for token in shelf.ended]
        codes += [(key, token.generation) for key, (token, _) in shelf.live.items()]
        issued = [(key, nth + 1) for key, model in self.models.items() for nth in range(model.generation)]
        assert sorted(codes) == sorted(issued)

    @invariant()
    def the_trail_is_whole(self) -> None:
        shelf = self.scene.memory.shelf
        assert trail.follow(trail.start(ANS), shelf.trail) == (shelf.head, ())


class _Named:
    """A guia by its id alone, as a person at a desk holds it."""

    def __init__(self, guia: UUID) -> None:
        self.guia = self
        self.id = guia


class PushPerAttendance(Deeds):
    policy = PUSH_PER_ATTENDANCE


class LatestCodeWins(Deeds):
    policy = LATEST_CODE_WINS


class OneCodePerGuia(Deeds):
    policy = ONE_CODE_PER_GUIA


STEPS = settings(max_examples=100, stateful_step_count=40, deadline=None)
for machine in (PushPerAttendance, LatestCodeWins, OneCodePerGuia):
    machine.TestCase.settings = STEPS
TestPushPerAttendance = PushPerAttendance.TestCase
TestLatestCodeWins = LatestCodeWins.TestCase
TestOneCodePerGuia = OneCodePerGuia.TestCase
