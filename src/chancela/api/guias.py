"""Guias over the machine edge: enter, read, review, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.api import access, problems, replies, shapes, wire
from chancela.api.faults import Fault, FaultyError
from chancela.api.operation import Gives, Operation
from chancela.domain.guia import ItemState, RequestedProcedure
from chancela.domain.refusal import Refusal
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.review_guia import Decision, ReviewGuia

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply

STATES: Final = {
    wire.Authorise: ItemState.AUTHORISED,
    wire.Deny: ItemState.DENIED,
    wire.AskDocument: ItemState.AWAITING_DOCUMENT,
}
EXAMPLE: Final = {
    "kind": "odonto",
    "card_number": "00123456789",
    "provider": "10002",
    "provider_number": "A-17",
    "procedures": [{"table": "22", "code": "81000030", "quantity": 1}],
}
DECISIONS: Final = {
    "decisions": [
        {"item": 1, "authorisation": "authorised"},
        {"item": 2, "authorisation": "denied", "text": "Não indicado para este caso."},
        {"item": 3, "authorisation": "awaiting_document", "text": "Envie a radiografia."},
    ]
}


async def register(call: Call) -> Reply:
    """Enter a guia."""
    wish: wire.NewGuia = call.wish
    procedures = tuple(
        RequestedProcedure(each.table, each.code, each.quantity, each.tooth, each.region, each.faces)
        for each in wish.procedures
    )
    command = RegisterGuia(
        call.actor,
        wish.kind,
        wish.card_number,
        wish.provider,
        procedures,
        wish.provider_number,
        wish.requester,
        wish.notes,
        wish.urgent,
    )
    return await call.do(command, 201)


async def read(call: Call) -> Reply:
    """Read a guia; a foreign one answers exactly like an unknown one."""
    case = await call.app.guia(call.actor, call.guia_id)
    if case is None:
        return problems.refusal(Refusal.NOT_FOUND, call.language)
    return replies.of(shapes.guia(case, call.session.operator))


async def review(call: Call) -> Reply:
    """Decide procedures that wait for a person."""
    wish: wire.NewReview = call.wish
    decisions = tuple(Decision(each.item, STATES[type(each)], getattr(each, "text", "")) for each in wish.decisions)
    if len({each.item for each in decisions}) != len(decisions):
        raise FaultyError(Fault.FIELDS, field="decisions")
    return await call.do(ReviewGuia(call.actor, call.guia_id, decisions), 200)


async def cancel(call: Call) -> Reply:
    """Cancel a guia that was not validated."""
    wish: wire.NewCancellation = call.wish
    return await call.do(CancelGuia(call.actor, call.guia_id, wish.why), 200)


REGISTER: Final = Operation(
    name="registerGuia",
    method="POST",
    path="/v1/guias",
    run=register,
    does="Enter a guia; the answer holds the analysis of each procedure.",
    scope=access.WRITE_GUIAS,
    takes=wire.NewGuia,
    examples={"a dental guia": EXAMPLE},
    gives=(Gives(201, wire.Guia, headers={"Location": "Where the guia can be read."}, says="The guia."),),
    refusals=(
        *(Refusal.CARD_UNKNOWN, Refusal.PROVIDER_UNKNOWN, Refusal.PROVIDER_INACTIVE),
        *(Refusal.PROCEDURES_MISSING, Refusal.GUIA_PRESENTED),
    ),
    changes=True,
)

READ: Final = Operation(
    name="readGuia",
    method="GET",
    path="/v1/guias/{guia_id}",
    run=read,
    does="Read a guia. An id of another operator or provider answers exactly like one that does not exist.",
    scope=access.READ_GUIAS,
    gives=(Gives(200, wire.Guia, says="The guia."),),
    refusals=(Refusal.NOT_FOUND,),
)

REVIEW: Final = Operation(
    name="reviewGuia",
    method="POST",
    path="/v1/guias/{guia_id}/review",
    run=review,
    does="Decide procedures that wait for an auditor or a document; for clients of the operator itself.",
    scope=access.REVIEW_GUIAS,
    takes=wire.NewReview,
    examples={"one of each": DECISIONS},
    gives=(Gives(200, wire.Guia, says="The guia as it stands now."),),
    refusals=(Refusal.NOT_FOUND, Refusal.FORBIDDEN, Refusal.GUIA_CANCELLED, Refusal.NOTHING_TO_REVIEW),
    changes=True,
)

CANCEL: Final = Operation(
    name="cancelGuia",
    method="POST",
    path="/v1/guias/{guia_id}/cancellation",
    run=cancel,
    does="Cancel a guia that was not validated; its code, if it has one, ends.",
    scope=access.WRITE_GUIAS,
    takes=wire.NewCancellation,
    examples={"a reason": {"why": "Entered twice"}},
    gives=(Gives(200, wire.Guia, says="The guia, cancelled."),),
    refusals=(Refusal.NOT_FOUND, Refusal.GUIA_CANCELLED, Refusal.GUIA_VALIDATED),
    changes=True,
)
