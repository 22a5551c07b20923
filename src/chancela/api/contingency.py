"""Contingency numbers over the machine edge: take a list, and bring in what was done under its numbers."""

from __future__ import annotations

import asyncio
import hashlib
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.api import access, problems, replies, shapes, wire_contingency as wire
from chancela.api.operation import Gives, Operation
from chancela.api.replies import Reply
from chancela.api.wire import Problem
from chancela.bootstrap import contingency
from chancela.bootstrap.once import Answer, Once
from chancela.domain.guia import RequestedProcedure
from chancela.domain.reconcile import Result
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.reconcile_guia import ReconcileGuia
from chancela.usecases.take_block import TakeBlock

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.domain.block import Block
    from chancela.domain.people import Operator
    from chancela.usecases.reconcile_guia import Reconciled

EXAMPLE: Final = {
    "records": [
        {
            "number": "9000 012 05 4821",
            "provider": "10002",
            "taken_at": "2026-11-20T09:40:00-03:00",
            "card_number": "00123456789",
            "kind": "odonto",
            "procedures": [{"table": "22", "code": "81000030"}],
            "code": "482 913",
        }
    ]
}


async def take(call: Call) -> Reply:
    """Take contingency numbers."""
    wish: wire.NewBlock = call.wish
    command = TakeBlock(call.actor, wish.provider)
    return await call.do(command, 200, partial(_block, call))


def _block(call: Call, outcome: Block | Refused) -> Answer:
    if isinstance(outcome, Refused):
        return problems.refused(outcome, call.language)
    handed = wire.Block(
        outcome.id,
        outcome.no,
        outcome.provider,
        outcome.numbers,
        shapes.instant(outcome.issued_at),
        outcome.valid_until,
        contingency.signed(call.app, outcome),
    )
    return Answer(200, replies.ENCODER.encode(handed))


async def reconcile(call: Call) -> Reply:
    """Bring in attendances; each has its own outcome, and those that arrive together are done together."""
    wish: wire.NewReconciliation = call.wish
    renders = [partial(_item, each.number, call.language, call.session.operator) for each in wish.records]
    key = call.headers.get(b"idempotency-key")
    onces = [None if key is None else _once(call, key, place, each) for place, each in enumerate(renders)]
    commands = [_command(call, each) for each in wish.records]
    done = await asyncio.gather(*(call.app.do(each, once) for each, once in zip(commands, onces, strict=True)))
    if key is not None and (whole := next((each for each in done if isinstance(each, Refused)), None)):
        return replies.again(problems.refused(whole, call.language))
    answers = done if key is not None else [render(each) for render, each in zip(renders, done, strict=True)]
    return Reply(200, b'{"items":[' + b",".join(each.body for each in answers) + b"]}")


def _once(call: Call, key: bytes, place: int, render: Any) -> Once:
    """Return the key of one record of a list: the list's own key and its place."""
    asked = b"%s %s\n%s" % (call.scope["method"].encode(), call.scope["path"].encode(), call.body)
    named = hashlib.sha256(b"%s\n%d" % (key, place)).hexdigest()
    return Once(call.session.client_id, named, hashlib.sha256(asked).digest(), render)


def _command(call: Call, said: wire.NewRecord) -> ReconcileGuia:
    procedures = tuple(
        RequestedProcedure(each.table, each.code, each.quantity, each.tooth, each.region, each.faces)
        for each in said.procedures
    )
    return ReconcileGuia(
        call.actor,
        said.provider,
        said.number,
        said.taken_at,
        said.card_number,
        said.kind,
        procedures,
        code=said.code,
        reason=said.reason,
        detail=said.detail,
        urgent=said.urgent,
        guia_id=said.guia_id,
        provider_number=said.provider_number,
    )


def _item(number: str, language: str, operator: Operator, outcome: Reconciled | Refused) -> Answer:
    if isinstance(outcome, Refused):
        told = wire.Reconciled(number, Result.REFUSED, None, (), _problem(outcome, language))
    else:
        told = wire.Reconciled(
            number,
            outcome.result,
            None if outcome.case is None else shapes.guia(outcome.case, operator),
            tuple(wire.Difference(each.what, each.was, each.now) for each in outcome.differences),
            None if outcome.refused is None else _problem(outcome.refused, language),
        )
    return Answer(200, replies.ENCODER.encode(told))


def _problem(refused: Refused, language: str) -> Problem:
    return msgspec.json.decode(problems.refused(refused, language).body, type=Problem)


TAKE: Final = Operation(
    name="takeBlock",
    method="POST",
    path="/v1/blocks",
    run=take,
    does="Take contingency numbers of a provider, as many as it lacks, each for one attendance without the system.",
    scope=access.WRITE_GUIAS,
    takes=wire.NewBlock,
    examples={"a provider": {"provider": "10002"}},
    gives=(Gives(200, wire.Block, says="The new numbers, and a signed list of them."),),
    refusals=(Refusal.PROVIDER_UNKNOWN, Refusal.PROVIDER_INACTIVE, Refusal.BLOCKS_ENOUGH),
    changes=True,
)

RECONCILE: Final = Operation(
    name="reconcile",
    method="POST",
    path="/v1/reconciliations",
    run=reconcile,
    does="Bring in attendances that took place without the system, each once by its contingency number, by the rules "
    "of its day. The same record again gets the same answer.",
    scope=access.WRITE_GUIAS,
    takes=wire.NewReconciliation,
    examples={"one attendance": EXAMPLE},
    gives=(Gives(200, wire.Reconciliation, says="What became of each record, in their order."),),
    changes=True,
)
