"""Disputed attendances over the machine edge: the operator's own system decides one in writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.api import access, wire, wire_care
from chancela.api.operation import Gives, Operation
from chancela.domain.refusal import Refusal
from chancela.usecases.decide_dispute import DecideDispute

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply

EXAMPLE: Final = {"happened": False, "text": "Falamos com a pessoa e com a clínica: a visita não aconteceu."}


async def decide(call: Call) -> Reply:
    """Decide a dispute."""
    wish: wire_care.NewDisputeDecision = call.wish
    return await call.do(DecideDispute(call.actor, call.guia_id, wish.happened, wish.text, wish.sessions), 200)


DECIDE: Final = Operation(
    name="decideDispute",
    method="POST",
    path="/v1/guias/{guia_id}/dispute",
    run=decide,
    does="Decide a disputed attendance, in writing; for clients of the operator itself.",
    scope=access.REVIEW_GUIAS,
    takes=wire_care.NewDisputeDecision,
    examples={"it did not happen": EXAMPLE, "two sessions of a series": {**EXAMPLE, "sessions": [2, 3]}},
    gives=(Gives(200, wire.Guia, says="The guia: as it stood before, without what was denied, or disputed for good."),),
    refusals=(
        *(Refusal.NOT_FOUND, Refusal.NOTHING_TO_REVIEW, Refusal.DISPUTE_CLOSED, Refusal.GUIA_CHANGED),
        Refusal.REASON_NEEDED,
    ),
    changes=True,
)
