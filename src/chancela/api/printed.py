"""Printed guias over the machine edge: print one to be signed, and get the sheet; it comes back at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.adapters.documents.printed import PressError
from chancela.api import access, problems, replies, shapes, wire
from chancela.api.faults import Fault, FaultyError
from chancela.api.operation import Gives, Operation
from chancela.api.replies import ENCODER, Reply
from chancela.bootstrap import printed as house
from chancela.bootstrap.once import Answer
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.print_guia import PrintGuia

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.domain.printed import Slip

SHEET: Final = ((b"content-type", b"application/pdf"), replies.KEPT_NOWHERE, replies.AS_DECLARED)


async def print_guia(call: Call) -> Reply:
    """Print a guia to be signed."""
    case = await call.app.guia(call.actor, call.guia_id)

    def render(outcome: Slip | Refused) -> Answer:
        if isinstance(outcome, Refused) or case is None:
            return problems.refused(
                outcome if isinstance(outcome, Refused) else Refused(Refusal.NOT_FOUND), call.language
            )
        shown = wire.Slip(
            str(outcome.id),
            house.numbered(call.app, call.actor.operator, outcome),
            shapes.instant(outcome.printed_at),
            outcome.until.isoformat(),
            house.signed(call.app, case, outcome),
        )
        return Answer(200, ENCODER.encode(shown))

    return await call.do(PrintGuia(call.actor, call.guia_id), 200, render)


async def sheet(call: Call) -> Reply:
    """Give the sheet that waits to be signed."""
    try:
        found = await house.paper(call.app, call.actor, call.guia_id)
    except PressError:
        raise FaultyError(Fault.UNAVAILABLE) from None
    return Reply(200, found, SHEET) if found is not None else problems.refusal(Refusal.NOT_FOUND, call.language)


PRINT: Final = Operation(
    name="printGuia",
    method="POST",
    path="/v1/guias/{guia_id}/slip",
    run=print_guia,
    does="Print a guia to be signed where no code comes; the sheet printed before it is worth nothing any more.",
    scope=access.WRITE_GUIAS,
    gives=(Gives(200, wire.Slip, says="The slip: get the sheet as a PDF, or print one of your own with its QR."),),
    refusals=(
        *(Refusal.NOT_FOUND, Refusal.GUIA_VALIDATED, Refusal.GUIA_WITHOUT_TOKEN, Refusal.GUIA_DISPUTED),
        *(Refusal.GUIA_CANCELLED, Refusal.GUIA_DENIED, Refusal.GUIA_EXPIRED, Refusal.GUIA_UNDER_ANALYSIS),
    ),
    changes=True,
)

GET: Final = Operation(
    name="readSheet",
    method="GET",
    path="/v1/guias/{guia_id}/slip",
    run=sheet,
    does="Get the sheet that waits to be signed as an accessible PDF (PDF/UA-1) for A4.",
    scope=access.READ_GUIAS,
    gives=(Gives(200, media_type="application/pdf", says="The sheet."),),
    refusals=(Refusal.NOT_FOUND,),
)
