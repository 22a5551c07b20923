"""What the ports promise of ladders, addresses that many share, and reports, over the fakes and PostgreSQL alike."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from chancela.domain.case import Case, Step
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel, DeliveryState, Purpose
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.ladder import Climb
from chancela.domain.refusal import Refused
from chancela.domain.report import ReportOutcome, ReportWay
from chancela.domain.trail import Event, EventKind
from chancela.usecases.climb_ladders import ClimbLadders
from chancela.usecases.close_report import CloseReport
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.report_token import ReportToken
from chancela.usecases.review_contact import ReviewContact
from chancela.usecases.validate_token import ValidateToken
from tests.adapters.postgres.conftest import OTHERS, STAFF
from tests.fakes.brazil import BRAZIL
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import ANS, AUDITOR, CARD, DESK, EMAIL, MOBILE, NEIGHBOUR, NOWHERE, OK, PROVIDER, SYSTEM

if TYPE_CHECKING:
    from tests.adapters.postgres.stages import Stage

FAILED, DELIVERED = DeliveryState.FAILED, DeliveryState.DELIVERED
BROKEN = (BrokenRuleError, psycopg.IntegrityError)


async def registered(stage: Stage, card: str = CARD, **more: Any) -> Case:
    asked = (RequestedProcedure("22", OK),)
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, card, PROVIDER, asked, **more))
    return case


async def issued(stage: Stage, card: str = CARD, **wish: Any) -> Case:
    case = await registered(stage, card)
    (live,) = await stage.do(IssueToken(DESK, case.guia.id, **wish))
    return live


async def loaded(stage: Stage, case: Case) -> Case:
    async with stage.world() as world:
        return (await world.cases.load([case.guia.id]))[case.guia.id]


async def climb(stage: Stage, *cases: Case) -> int:
    (moved,) = await stage.do(ClimbLadders(SYSTEM, tuple(case.guia.id for case in cases)))
    return moved


async def reported(stage: Stage, case: Case) -> Case:
    (told,) = await stage.do(ReportToken(SYSTEM, case.guia.id, ReportWay.SMS))
    return told


def happened(case: Case) -> Event:
    return Event(EventKind.TOKEN_REPORTED, case.guia.id, "sistema", {})


async def saved(stage: Stage, *steps: Step) -> None:
    async with stage.world() as world:
        await world.cases.load([step.after.guia.id for step in steps])
        await world.cases.save(steps)


# ladders


async def test_a_ladder_comes_back_with_its_case(stage: Stage):
    case = await issued(stage)
    assert case.climb == Climb(3, case.token.issued_at + timedelta(seconds=60))
    assert (await loaded(stage, case)).climb == case.climb


async def test_without_a_live_code_there_is_no_ladder(stage: Stage):
    case = await registered(stage)
    assert (await loaded(stage, case)).climb is None
    case = await issued(stage)
    await reported(stage, case)
    assert (await loaded(stage, case)).climb is None


async def test_an_urgent_guia_comes_back_as_urgent_with_the_rung_of_its_messages(stage: Stage):
    case = await registered(stage, urgent=True)
    (live,) = await stage.do(IssueToken(DESK, case.guia.id))
    now = await loaded(stage, live)
    assert now.guia.urgent
    assert [(each.channel, each.rung, each.purpose) for each in now.deliveries] == [
        (Channel.SMS, 2, Purpose.CODE),
        (Channel.WHATSAPP, 2, Purpose.CODE),
        (Channel.EMAIL, 2, Purpose.CODE),
    ]


async def test_after_its_wait_the_next_rung_goes_out_with_the_same_secret(stage: Stage):
    case = await issued(stage)
    assert await climb(stage) == 0
    await stage.age(seconds=61)
    assert await climb(stage) == 1
    now = await loaded(stage, case)
    assert [each.channel for each in now.deliveries] == [Channel.SMS, Channel.EMAIL, Channel.WHATSAPP]
    assert (now.secret, now.climb.rung) == (case.secret, 4)
    assert await climb(stage) == 0


async def test_a_wrong_try_leaves_the_ladder_as_it_is(stage: Stage):
    case = await issued(stage)
    await stage.do(ValidateToken(DESK, case.guia.id, "000000"), ValidateToken(DESK, case.guia.id, "000001"))
    now = await loaded(stage, case)
    assert (now.climb, now.token.wrong_tries) == (case.climb, 2)


async def test_a_new_code_begins_the_ladder_anew(stage: Stage):
    case = await issued(stage)
    await stage.age(seconds=61)
    await climb(stage)
    (second,) = await stage.do(IssueToken(DESK, case.guia.id))
    assert second.climb.rung == 3
    assert await loaded(stage, second) == second


async def test_a_new_code_and_its_sending_again_in_one_set_end_in_the_last_ladder(stage: Stage):
    case = await registered(stage)
    wishes = [IssueToken(DESK, case.guia.id), IssueToken(DESK, case.guia.id, Channel.VOICE)]
    *_, last = await stage.do(*wishes)
    assert last.climb.rung == -1
    assert (await loaded(stage, case)).climb == last.climb


async def test_what_failed_is_followed_at_once_and_what_arrived_never(stage: Stage):
    lost, there = await issued(stage), await issued(stage)
    for channel in (Channel.SMS, Channel.EMAIL):
        await stage.carrier_tells(lost.guia.id, channel, FAILED)
    await stage.carrier_tells(there.guia.id, Channel.EMAIL, DELIVERED)
    assert await climb(stage, lost, there) == 1
    await stage.age(seconds=61)
    assert await climb(stage) == 1
    assert [len((await loaded(stage, each)).deliveries) for each in (lost, there)] == [4, 2]
    assert (await loaded(stage, there)).climb.at is None


async def due(stage: Stage, limit: int = 500) -> list[UUID]:
    async with stage.world(ClimbLadders) as world:
        found: list[UUID] = await world.cases.climbing(limit)
    return found


async def test_climbing_is_what_is_due_the_longest_waiting_first(stage: Stage):
    cases = []
    for _ in range(3):
        cases.append((await issued(stage)).guia.id)
        await stage.age(seconds=1)
    assert await due(stage) == []
    await stage.age(seconds=61)
    assert await due(stage) == cases
    assert await due(stage, limit=2) == cases[:2]


async def test_the_hour_is_that_of_the_people(stage: Stage):
    async with stage.world() as world:
        assert world.hour == world.now.astimezone(BRAZIL).hour


# addresses that others have


async def sharing(stage: Stage, person: UUID, address: str) -> Any:
    async with stage.world(IssueToken) as world:
        await world.cases.load([])
        found = await world.people.sharing({(person, address)})
    return found[person, address]


async def test_an_address_that_nobody_else_has_is_alone(stage: Stage):
    found = await sharing(stage, stage.ana, MOBILE)
    assert (found.families, found.providers, found.sends) == (frozenset(), frozenset(), 0)


async def test_families_are_counted_once_each_and_never_the_persons_own(stage: Stage):
    found = await sharing(stage, stage.ana, OTHERS)
    assert len(found.families) == 3
    (own,) = found.families & {stage.crowd[0]}
    assert (await sharing(stage, own, OTHERS)).families == found.families - {own}
    assert (await sharing(stage, stage.crowd[1], OTHERS)).families == found.families - {own}  # of the same family


async def test_an_inbox_is_the_same_however_its_letters_are_cased(stage: Stage):
    case = await issued(stage)
    found = await sharing(stage, stage.crowd[0], EMAIL.upper())
    assert (found.families, found.sends) == (frozenset({stage.ana}), 1)
    assert [each.channel for each in case.deliveries] == [Channel.SMS, Channel.EMAIL]


async def test_a_contested_address_is_nobodys(stage: Stage):
    case = await registered(stage, "900")
    gone = Contact(UUID(int=70), stage.crowd[0], ContactKind.MOBILE, MOBILE, ContactState.CONTESTED)
    await saved(stage, Step(case, case, happened(case), contacts=(gone,)))
    assert (await sharing(stage, stage.ana, MOBILE)).families == frozenset()


@pytest.mark.parametrize(
    ("address", "houses"),
    [
        (STAFF, {NEIGHBOUR}),
        ("clinica@example.com", {"10001", "10002", "10003"}),
        ("CLINICA@example.com", {"10001", "10002", "10003"}),
        ("Clinica@Example.com", {"10001", "10002", "10003"}),
        ("+5541900007777", {"10001", "10002", "10003"}),
        (OTHERS, set()),
    ],
)
async def test_providers_are_found_by_their_own_and_their_staffs_addresses(
    stage: Stage, address: str, houses: set[str]
):
    assert (await sharing(stage, stage.ana, address)).providers == houses


async def test_messages_to_an_address_are_counted_for_an_hour_whoever_they_were_for(stage: Stage):
    for card in ("900", "901"):
        await issued(stage, card)
    assert (await sharing(stage, stage.ana, OTHERS)).sends == 2
    await stage.age(minutes=61)
    assert (await sharing(stage, stage.ana, OTHERS)).sends == 0


async def test_each_contact_is_told_what_went_to_its_address(stage: Stage):
    for card in ("900", "901"):
        await issued(stage, card)
    case = await issued(stage, "902")
    async with stage.world(IssueToken) as world:
        await world.cases.load([case.guia.id])
        counts = await world.tallies.numbers([case.guia.beneficiary_id])
    assert dict(counts) == {case.deliveries[0].contact_id: 3}


# contacts in review


async def held(stage: Stage) -> tuple[Case, UUID]:
    """A guia, and the number that waits for review since it was typed for it."""
    case = await registered(stage)
    new = Contact(UUID(int=71), stage.ana, ContactKind.MOBILE, OTHERS, ContactState.IN_REVIEW, PROVIDER, case.guia.id)
    await saved(stage, Step(case, case, happened(case), contacts=(new,)))
    return case, new.id


async def state(stage: Stage, contact_id: UUID) -> ContactState:
    return next(each.state for each in await stage.contacts() if each.id == contact_id)


async def test_a_typed_contact_is_held_by_its_guia(stage: Stage):
    case, waiting = await held(stage)
    on_file = (await issued(stage)).deliveries[0].contact_id
    async with stage.world(ReviewContact) as world:
        assert await world.cases.holding({waiting, on_file, NOWHERE}) == {waiting: case.guia.id}


@pytest.mark.parametrize(("accept", "after"), [(True, ContactState.PROVISIONAL), (False, ContactState.CONTESTED)])
async def test_what_waits_is_judged_and_what_was_refused_stays_so(stage: Stage, accept: bool, after: ContactState):
    case, waiting = await held(stage)
    (done,) = await stage.do(ReviewContact(AUDITOR, waiting, accept))
    assert not isinstance(done, Refused)
    assert await state(stage, waiting) is after
    back = Contact(waiting, stage.ana, ContactKind.MOBILE, OTHERS, ContactState.CONFIRMED, PROVIDER, case.guia.id)
    await saved(stage, Step(case, case, happened(case), contacts=(back,)))
    assert await state(stage, waiting) is (ContactState.CONFIRMED if accept else ContactState.CONTESTED)


async def test_what_is_confirmed_contested_or_left_stays_so_and_what_is_open_may_become_anything(stage: Stage):
    case, moves = await registered(stage), list(itertools.product(ContactState, repeat=2))
    for nth, (before, after) in enumerate(moves):
        address = f"+55419000{nth:05d}"
        new = Contact(UUID(int=500 + nth), stage.ana, ContactKind.MOBILE, address, before, PROVIDER, case.guia.id)
        await saved(stage, Step(case, case, happened(case), contacts=(new,)))
        await saved(stage, Step(case, case, happened(case), contacts=(replace(new, state=after),)))
    found = {each.id: each.state for each in await stage.contacts()}
    settled = {ContactState.CONFIRMED, ContactState.CONTESTED, ContactState.RETIRED}
    assert [found[UUID(int=500 + nth)] for nth in range(len(moves))] == [
        before if before in settled else after for before, after in moves
    ]


async def test_a_provisional_contact_names_its_guia_and_provider(stage: Stage):
    case = await registered(stage)
    nameless = Contact(UUID(int=72), stage.ana, ContactKind.MOBILE, OTHERS, ContactState.PROVISIONAL)
    with pytest.raises(BROKEN, match="a_provisional_contact_names_its_guia_and_provider"):
        await saved(stage, Step(case, case, happened(case), contacts=(nameless,)))


# reports


async def test_a_report_comes_back_with_its_case_and_the_code_that_it_ended(stage: Stage):
    told = await reported(stage, await issued(stage))
    assert await loaded(stage, told) == told
    assert (told.report.generation, told.report.way, told.guia.last_end) == (1, ReportWay.SMS, "reported")


async def test_protocols_follow_each_other_within_a_day(stage: Stage):
    async with stage.world(ReportToken) as world:
        day = f"{ANS}{world.today:%Y%m%d}"
        assert await world.cases.protocols(0) == []
        assert await world.cases.protocols(2) == [f"{day}000001", f"{day}000002"]
    async with stage.world(ReportToken) as world:
        assert await world.cases.protocols(1) == [f"{day}000003"]


async def test_a_closed_report_comes_back_with_its_end_and_is_never_closed_again(stage: Stage):
    case = await issued(stage)
    await reported(stage, case)
    (closed,) = await stage.do(CloseReport(AUDITOR, case.guia.id, ReportOutcome.UPHELD))
    assert (await loaded(stage, case)).report == closed.report
    other = replace(closed.report, outcome=ReportOutcome.MISTAKEN, closed_by="outra")
    await saved(stage, Step(closed, closed, happened(case), report=other))
    assert (await loaded(stage, case)).report == closed.report


async def test_a_mistaken_report_is_opened_again_for_a_later_code(stage: Stage):
    case = await issued(stage)
    first = await reported(stage, case)
    await stage.do(CloseReport(AUDITOR, case.guia.id, ReportOutcome.MISTAKEN))
    await stage.do(IssueToken(DESK, case.guia.id))
    (again,) = await stage.do(ReportToken(SYSTEM, case.guia.id, ReportWay.EMAIL))
    assert (again.report.protocol, again.report.generation) == (first.report.protocol, 2)
    assert (await loaded(stage, case)).report == again.report
    assert (again.report.way, again.report.outcome) == (ReportWay.EMAIL, None)


async def counted(stage: Stage, case: Case) -> dict[str, int]:
    async with stage.world(IssueToken) as world:
        await world.cases.load([case.guia.id])
        counts = await world.tallies.reports([stage.ana])
    return dict(counts[stage.ana])


async def test_reports_of_seven_days_are_counted_by_provider_without_the_mistaken(stage: Stage):
    cases = [await issued(stage) for _ in range(3)]
    assert await counted(stage, cases[0]) == {}
    for case in cases:
        await reported(stage, case)
    assert await counted(stage, cases[0]) == {PROVIDER: 3}
    await stage.do(CloseReport(AUDITOR, cases[0].guia.id, ReportOutcome.MISTAKEN))
    await stage.do(CloseReport(AUDITOR, cases[1].guia.id, ReportOutcome.UPHELD))
    assert await counted(stage, cases[0]) == {PROVIDER: 2}
    await stage.age(days=7)
    assert await counted(stage, cases[0]) == {}


async def test_a_protocol_is_given_once(stage: Stage):
    first = await reported(stage, await issued(stage))
    other = await registered(stage)
    twin = replace(first.report, guia_id=other.guia.id)
    with pytest.raises(BROKEN, match="a_protocol_is_given_once"):
        await saved(stage, Step(other, other, happened(other), report=twin))


async def test_a_closed_report_says_how_and_by_whom(stage: Stage):
    case = await reported(stage, await issued(stage))
    mute = replace(case.report, outcome=ReportOutcome.UPHELD)
    with pytest.raises(BROKEN, match="a_closed_report_says_how_and_by_whom"):
        await saved(stage, Step(case, case, happened(case), report=mute))
