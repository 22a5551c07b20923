"""What the store of contingency numbers promises, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.postgres.blocks import UsedMeanwhileError
from chancela.bootstrap.deeds import DEEDS
from chancela.domain import token as tokens
from chancela.domain.block import BlockStep
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.policy_version import PolicyStep, PolicyVersion, VersionState
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.reconcile import Brought, BroughtStep, Difference, Differs, Result, Said
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases.end_block import EndBlock
from chancela.usecases.give_number import GiveNumber
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.open_call import OpenCall
from chancela.usecases.reconcile_guia import ReconcileGuia
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.take_block import TakeBlock
from chancela.usecases.validate_token import ValidateToken
from tests.adapters.postgres.stages import PostgresStage
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.contingency import OFFERED
from tests.usecases.scene import CARD, DESK, NEIGHBOUR, NOWHERE, OK, PROVIDER, Scene
from tests.usecases.test_blocks import ANALYST, RITA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from chancela.domain.block import Block
    from tests.adapters.postgres.stages import Stage

ASKED = (RequestedProcedure("22", OK),)


async def taken(stage: Stage, provider: str = PROVIDER) -> Block:
    (block,) = await stage.do(TakeBlock(ANALYST, provider))
    assert not isinstance(block, Refused), block
    return block


def record(block: Block, nth: int = 0, **more: Any) -> ReconcileGuia:
    told: dict[str, Any] = {"card_number": CARD, "kind": Kind.ODONTO, "procedures": ASKED, **more}
    at = told.pop("at", block.issued_at)
    return ReconcileGuia(DESK, block.provider, told.pop("number", block.numbers[nth]), at, **told)


async def bring(stage: Stage, *records: ReconcileGuia) -> list[Any]:
    return await stage.do(*records)


async def kept(stage: Stage, *numbers: str) -> dict[str, Brought]:
    async with stage.world(ReconcileGuia) as world:
        found: dict[str, Brought] = await world.blocks.brought(numbers)
        return found


async def test_a_block_is_read_as_it_was_handed_out_and_ended(stage: Stage):
    block, other = await taken(stage), await taken(stage, NEIGHBOUR)
    (ended,) = await stage.do(EndBlock(ANALYST, other.id, "lista perdida"))
    async with stage.world(EndBlock) as world:
        assert await world.blocks.load([block.id, other.id, NOWHERE]) == {block.id: block, other.id: ended}
        asked = [block.numbers[0], other.numbers[1], "9999999010000"]
        found = await world.blocks.of_numbers(asked)
        assert {number: each.id for number, each in found.items()} == {asked[0]: block.id, asked[1]: other.id}
        assert await world.blocks.of_providers([PROVIDER, NEIGHBOUR]) == {PROVIDER: (block,)}
    assert (block.no, other.no) == (1, 2)


async def test_what_was_told_by_telephone_is_read_again(stage: Stage):
    (call,) = await stage.do(OpenCall(RITA))
    (block,) = await stage.do(GiveNumber(RITA, call.id, PROVIDER, CARD, "portal fora"))
    async with stage.world(EndBlock) as world:
        assert (await world.blocks.load([block.id]))[block.id] == block


async def test_what_was_brought_is_read_again_with_what_it_said_and_how_it_differed(stage: Stage):
    block = await taken(stage)
    (done,) = await bring(stage, record(block, reason="07", detail="sem telefone"))
    (found,) = (await kept(stage, block.numbers[0])).values()
    said = Said(block.issued_at, CARD, Kind.ODONTO, ASKED, "07", "sem telefone")
    assert (found.said, found.result, found.guia_id) == (said, Result.WITHOUT_TOKEN, done.case.guia.id)
    (wrong,) = await bring(stage, record(block, 1, card_number="x"))
    (refused,) = (await kept(stage, block.numbers[1])).values()
    assert (wrong.refused, refused.refused, refused.guia_id) == (
        Refused(Refusal.CARD_UNKNOWN),
        Refusal.CARD_UNKNOWN,
        None,
    )
    (again,) = await bring(stage, record(block, 1))
    assert again.result is Result.WITHOUT_TOKEN


async def test_the_time_of_a_code_is_read_with_its_validation(stage: Stage):
    block = await taken(stage)
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, ASKED))
    (case,) = await stage.do(IssueToken(DESK, case.guia.id))
    code = _code(stage, case)
    (done,) = await bring(stage, record(block, guia_id=case.guia.id, code=code, at=case.token.issued_at))
    async with stage.world(ValidateToken) as world:
        (read,) = (await world.cases.load([case.guia.id])).values()
    assert (done.result, read.validation.taken_at) == (Result.VALIDATED, case.token.issued_at)


def _code(stage: Stage, case: Any) -> str:
    vault: Any = stage.memory.vault if hasattr(stage, "memory") else stage.vault
    code = vault.reveal(case.guia.operator, case.secret, tokens.context(case.guia, case.guia.generation))
    assert code is not None
    return str(code)


async def test_a_provider_without_guias_of_today_is_counted_too(stage: Stage):
    block = await taken(stage)
    await bring(stage, record(block))
    async with stage.world(IssueToken) as world:
        assert (await world.tallies.days([PROVIDER]))[PROVIDER].guias == 1


async def test_rules_are_those_of_a_day_and_before_any_those_the_operator_began_with(stage: Stage):
    async with stage.world(IssueToken) as world:
        today, now = world.today, world.now
        began = world.operator.policy
        later = replace(LATEST_CODE_WINS, guia_days=7)
        version = PolicyVersion(
            world.chance.id(), 1, later, (), today, "ana", now, VersionState.APPROVED, decided_by="bia", decided_at=now
        )
        told = Event(EventKind.POLICY_DECIDED, version.id, "bia", {})
        await world.policies.save([PolicyStep(version, told)])
        before, after = today - timedelta(days=1), today + timedelta(days=1)
        found = await world.policies.rules([before, today, after])
    assert {day: each.policy for day, each in found.items()} == {before: began, today: later, after: later}


def broken(number: str, block: Block, **more: Any) -> BroughtStep:
    said = Said(block.issued_at, CARD, Kind.ODONTO, ASKED)
    told: dict[str, Any] = {"result": Result.REFUSED, "refused": Refusal.CARD_UNKNOWN, **more}
    told["differences"] = (Difference(Differs.CARD, "1", "2"),)
    brought = Brought(number, block.id, PROVIDER, said, b"x" * 32, at=block.issued_at, by="ana", **told)
    return BroughtStep(brought, Event(EventKind.GUIA_RECONCILED, block.id, "ana", {}))


async def test_what_breaks_a_rule_is_refused_by_its_name(stage: Stage):
    block = await taken(stage)
    await bring(stage, record(block))
    event = Event(EventKind.BLOCK_ENDED, block.id, "ana", {})
    another = replace(block, id=NOWHERE)
    wrong: list[tuple[str, tuple[Any, ...], tuple[Any, ...]]] = [
        ("a_block_has_its_own_number", (BlockStep(another, event),), ()),
        ("a_block_belongs_to_a_provider", (BlockStep(replace(another, no=9, provider="404"), event),), ()),
        ("an_ended_block_says_by_whom_and_why", (BlockStep(replace(block, ended_at=block.issued_at), event),), ()),
        ("what_was_brought_has_a_guia_or_says_why_not", (), (broken(block.numbers[1], block, refused=None),)),
        ("a_number_is_used_once|contingency numbers", (), (broken(block.numbers[0], block),)),
    ]
    for rule, blocks, brought in wrong:
        with pytest.raises((BrokenRuleError, UsedMeanwhileError, psycopg.Error), match=rule):
            async with stage.world(TakeBlock) as world:
                await world.blocks.save(blocks, brought)


# two connections


@pytest.fixture
async def postgres(empty_database_url: str) -> AsyncIterator[PostgresStage]:
    stage = PostgresStage(Scene(replace(OFFERED, block_numbers=99)), empty_database_url)
    await stage.open()
    yield stage
    await stage.close()


async def test_two_desks_that_use_one_number_at_once_leave_one_visit_and_one_that_sees_what_differs(
    postgres: PostgresStage,
):
    block = await taken(postgres)
    for nth in range(4):
        here = record(block, nth)
        there = record(block, nth, procedures=(RequestedProcedure("22", OK, 2),))
        outcomes = [each for (each,) in await asyncio.gather(bring(postgres, here), bring(postgres, there))]
        won = [each for each in outcomes if each.refused is None]
        (lost,) = [each for each in outcomes if each.refused is not None]
        assert (len(won), lost.refused) == (1, Refused(Refusal.NUMBER_USED))
        assert [each.what for each in lost.differences] == [Differs.PROCEDURES]
        assert lost.case.guia == won[0].case.guia


async def test_one_record_sent_twice_at_once_has_one_guia_and_one_answer(postgres: PostgresStage):
    block = await taken(postgres)
    outcomes = await asyncio.gather(*(bring(postgres, record(block)) for _ in range(3)))
    assert {each.case.guia.id for (each,) in outcomes} == {outcomes[0][0].case.guia.id}
    assert {each.result for (each,) in outcomes} == {Result.WITHOUT_TOKEN}


async def test_two_desks_that_take_numbers_at_once_get_one_block(postgres: PostgresStage):
    outcomes = await asyncio.gather(*(postgres.do(TakeBlock(DESK, PROVIDER)) for _ in range(3)))
    refused = [each for (each,) in outcomes if isinstance(each, Refused)]
    assert [each.reason for each in refused] == [Refusal.BLOCKS_ENOUGH] * 2


async def test_a_list_of_many_records_takes_as_many_statements_as_one(
    postgres: PostgresStage, monkeypatch: pytest.MonkeyPatch
):
    block = await taken(postgres)
    counts = []
    async with postgres.world(ReconcileGuia) as world:
        asked = world.cases.connection
        plain = type(asked).execute
        said: list[str] = []

        async def execute(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
            said.append(str(query))
            return await plain(self, query, *rest, **more)

        monkeypatch.setattr(type(asked), "execute", execute)
        for some in (range(1), range(1, 99)):
            said.clear()
            done = await _within(world, [record(block, nth, code="123456") for nth in some])
            assert all(each.refused is None for each in done[:10])
            counts.append(len(said))
        monkeypatch.undo()
    assert counts[0] == counts[1] <= 40


async def _within(world: Any, records: list[ReconcileGuia]) -> list[Any]:
    return list(await DEEDS[ReconcileGuia](records, world))


async def test_of_a_burst_of_guesses_about_one_guia_one_is_judged(postgres: PostgresStage):
    block = await taken(postgres)
    (case,) = await postgres.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, ASKED))
    (case,) = await postgres.do(IssueToken(DESK, case.guia.id))
    right = _code(postgres, case)
    wrong = [f"{(int(right) + nth) % 10**6:06d}" for nth in range(1, 9)]
    at = case.token.issued_at
    guesses = [record(block, nth, guia_id=case.guia.id, code=each, at=at) for nth, each in enumerate(wrong)]
    outcomes = [each for (each,) in await asyncio.gather(*(bring(postgres, each) for each in guesses))]
    judged = [each for each in outcomes if each.refused is None]
    assert [each.result for each in judged] == [Result.WITHOUT_TOKEN]
    assert {each.refused for each in outcomes if each.refused} == {Refused(Refusal.GUIA_WITHOUT_TOKEN)}
    async with postgres.world(ValidateToken) as world:
        (found,) = (await world.cases.load([case.guia.id])).values()
        assert (found.guia.wrong_tries, (await world.tallies.days([PROVIDER]))[PROVIDER].wrong) == (1, 1)


async def test_a_code_given_at_the_desk_and_brought_in_at_once_validates_once(postgres: PostgresStage):
    block = await taken(postgres)
    for nth in range(4):
        (case,) = await postgres.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, ASKED))
        (case,) = await postgres.do(IssueToken(DESK, case.guia.id))
        code = _code(postgres, case)
        offline = record(block, nth, guia_id=case.guia.id, code=code, at=case.token.issued_at)
        (given,), (brought,) = await asyncio.gather(
            postgres.do(ValidateToken(DESK, case.guia.id, code)), bring(postgres, offline)
        )
        refused = [given.reason if isinstance(given, Refused) else None, brought.refused and brought.refused.reason]
        assert sorted(refused, key=str) == sorted([None, Refusal.GUIA_VALIDATED], key=str)
        async with postgres.world(ValidateToken) as world:
            (found,) = (await world.cases.load([case.guia.id])).values()
        assert (found.secret, found.validation.code) == (None, found.validation.code)
