"""What an outage covers, what it proves, and what becomes of two that meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chancela.domain import outage as outages
from chancela.domain.absence import Absence, AbsenceReason
from chancela.domain.delivery import Channel, Delivery, DeliveryState, Purpose
from chancela.domain.outage import Outage, OutageKind

MINUTE = timedelta(minutes=1)
AT = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
PORTAL, DATABASE, CARRIER, MACHINES = OutageKind
SMS, EMAIL = Channel.SMS, Channel.EMAIL


def at(minute: float) -> datetime:
    return AT + minute * MINUTE


def outage(number: int = 1, since: float = 0, until: float | None = 10, **more: object) -> Outage:
    ended = {} if until is None else {"ended_at": at(until), "ended_by": "sistema"}
    told = {"id": UUID(int=number), "what": PORTAL, "started_at": at(since), "noticed": True, **ended, **more}
    return Outage(**told)  # type: ignore[arg-type]


def absence(reason: AbsenceReason = AbsenceReason.SYSTEM_DOWN, **more: object) -> Absence:
    told = {"guia_id": UUID(int=9), "reason": reason, "tiss": "03", "protocol": "1", "at": at(5), "by": "x", **more}
    return Absence(**told)  # type: ignore[arg-type]


def test_an_outage_covers_its_beginning_and_not_its_end():
    assert [outages.covers(outage(), at(each)) for each in (-0.1, 0, 9.9, 10)] == [False, True, True, False]
    assert outages.covers(outage(until=None), at(10_000))


def test_what_has_to_be_confirmed_covers_until_then():
    declared = outage(until=None, declared_by="gerente", confirm_by=at(60))
    assert [outages.covers(declared, at(each)) for each in (59.9, 60, 10_000)] == [True, False, False]
    assert outages.end(declared) == at(60) and outages.end(replace(declared, ended_at=at(7))) == at(7)


def test_a_minute_is_meant_whole():
    assert outages.minute(at(3) + timedelta(seconds=59.9)) == outages.minute(at(3)) == at(3)


def test_what_is_confirmed_runs_for_a_day_to_the_minute_that_people_are_told():
    said = outages.confirmed(outage(until=None, declared_by="gerente"), at(3) + timedelta(seconds=40))
    assert said.confirm_by == at(3 + 24 * 60)


def test_what_is_over_is_not_to_be_confirmed_and_covers_its_instant_at_least():
    runs = outage(until=None, declared_by="gerente", confirm_by=at(60))
    assert outages.over(runs, at(7), "gerente") == replace(runs, ended_at=at(7), ended_by="gerente", confirm_by=None)
    assert outages.over(runs, at(-7), "x").ended_at == at(0) + timedelta(microseconds=1)


def test_carriers_prove_only_that_a_code_of_their_channel_did_not_arrive():
    sms, every = outage(what=CARRIER, channel=SMS), outage(what=CARRIER)
    assert outages.proves(outage(), ()) and outages.proves(outage(what=DATABASE), {SMS})
    assert [outages.proves(sms, each) for each in ((), {EMAIL}, {SMS, EMAIL})] == [False, False, True]
    assert [outages.proves(every, each) for each in ((), {EMAIL})] == [False, True]


def test_machines_that_were_not_answered_prove_only_what_machines_record():
    known = outage(what=MACHINES)
    assert [outages.proves(known, each, machine=True) for each in ((), {SMS})] == [True, True]
    assert not outages.proves(known, ()) and not outages.proves(known, {SMS})
    assert outages.within(absence(), known, (), machine=True) and not outages.within(absence(), known, ())


def test_a_declared_one_is_best_and_then_the_longest():
    short, long_, open_ = outage(1), outage(2, until=20), outage(3, until=None)
    declared = outage(4, until=1, declared_by="gerente")
    assert outages.best([]) is None
    assert outages.best([short, long_]) == long_
    assert outages.best([long_, open_]) == open_
    assert outages.best([open_, declared]) == declared
    assert outages.best([replace(short, id=UUID(int=7)), short]) == short


@pytest.mark.parametrize(
    ("since", "until", "met"),
    [
        (-5, -1, False),
        (-5, 0, True),
        (3, 4, True),
        (10, 12, True),
        (11, 12, False),
        (-5, None, True),
        (11, None, False),
    ],
)
def test_outages_meet_where_they_overlap_or_touch(since, until, met):
    assert outages.meets(outage(), at(since), None if until is None else at(until)) is met


def test_one_alone_stays_as_it_is():
    assert outages.joined([], outage()) == (outage(), ())


def test_what_meets_becomes_one_under_the_first_ones_id():
    first, second = outage(1, 0, 10, note="rede"), outage(2, 20, 30)
    new = outage(3, 5, 25, declared_by="gerente", noticed=False)
    whole, parts = outages.joined([first, second], new)
    assert whole == replace(first, ended_at=at(30), declared_by="gerente")
    assert parts == (replace(second, part_of=first.id),)


def test_what_runs_stays_and_takes_up_what_was_before():
    over, running = outage(1, 0, 10), outage(2, 12, None, declared_by="gerente", noticed=False)
    whole, parts = outages.joined([over, running], outage(3, 9, 13))
    assert whole == replace(running, started_at=at(0), noticed=True)
    assert parts == (replace(over, part_of=running.id),)


def test_a_declaration_opens_again_what_was_noticed_as_over():
    known = outage(1, 0, 10)
    whole, _ = outages.joined([known], outage(2, -5, None, declared_by="gerente", noticed=False, note="fibra"))
    assert whole == Outage(known.id, PORTAL, at(-5), declared_by="gerente", noticed=True, note="fibra")


def test_what_runs_by_peoples_word_meets_nothing_after_it_and_stays_to_be_confirmed():
    declared = outage(2, 12, None, declared_by="gerente", noticed=False, confirm_by=at(60))
    assert [outages.meets(declared, at(each), None) for each in (60, 61)] == [True, False]
    whole, _ = outages.joined([declared], outage(3, 9, 13))
    assert (whole.ended_at, whole.confirm_by) == (None, at(60))


def test_what_the_system_finds_away_beyond_peoples_word_runs_by_its_own():
    lapsed = outage(1, 0, 60, declared_by="gerente")
    whole, _ = outages.joined([lapsed], outage(2, 30, None))
    assert (whole.id, whole.declared_by, whole.ended_at, whole.confirm_by) == (lapsed.id, "gerente", None, None)


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ((), 10),
        (((0, 10),), 0),
        (((-5, 20),), 0),
        (((2, 6),), 4),
        (((1, 3), (2, 9)), 1),
        (((12, 20),), 10),
        (((8, None),), 8),
    ],
)
def test_how_long_a_time_was_covered_by_nothing(spans, minutes):
    by = [outage(number, *span) for number, span in enumerate(spans)]
    assert outages.uncovered(at(0), at(10), reversed(by)) == minutes * MINUTE


def delivery(
    channel: Channel, state: DeliveryState = DeliveryState.FAILED, purpose: Purpose = Purpose.CODE
) -> Delivery:
    return Delivery(UUID(int=1), UUID(int=9), UUID(int=3), 1, channel, "x", at(0), at(0), state=state, purpose=purpose)


def test_a_code_was_to_come_by_each_channel_that_did_not_bring_it():
    sent = [delivery(SMS), delivery(EMAIL, DeliveryState.DELIVERED), delivery(Channel.VOICE, purpose=Purpose.VALIDATED)]
    assert outages.channels_of(AbsenceReason.NOT_DELIVERED, sent) == {SMS}
    assert outages.channels_of(AbsenceReason.NO_SIGNAL, sent) == frozenset()


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        (absence(), True),
        (absence(tiss="07"), False),
        (absence(outage_id=UUID(int=5)), False),
        (absence(at=at(30)), False),
        (absence(at=at(30), taken_at=at(5)), True),
        (absence(taken_at=at(-5)), False),
    ],
)
def test_a_visit_lacks_its_proof_where_it_was_within_by_its_own_time(kept, found):
    assert outages.within(kept, outage(), ()) is found
    assert not outages.within(kept, outage(what=CARRIER), ())
