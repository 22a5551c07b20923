"""Printed guias over the machine edge: print one to be signed, get the sheet, and send it back signed."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.documents.printed import PressError
from chancela.api import access, files, problems, query, replies, shapes, wire, wire_parts
from chancela.api.faults import Fault, FaultyError
from chancela.api.operation import Gives, Operation, Parameter
from chancela.api.replies import ENCODER, Reply
from chancela.bootstrap import printed as house
from chancela.bootstrap.once import Answer
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.print_guia import PrintGuia

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.query import Readers
    from chancela.bootstrap.once import Once
    from chancela.domain.printed import Slip

MOST_SESSIONS: Final = 99
REASON: Final = re.compile(r"[0-9a-z_]{1,40}")
NUMBER: Final = re.compile(r"[^\x00-\x1f\x7f]{1,40}")
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


async def bring_back(call: Call) -> Reply:
    """Take the file that is the body as the signed sheet of a guia."""
    said = query.read(call.scope["query_string"], READERS)

    async def bring(content: bytes, once: Once | None) -> Any:
        return await house.bring(call.app, call.session.operator, call.actor, call.guia_id, content, once, **said)

    return await files.answered(call, bring)


def _fits(value: str, *, form: re.Pattern[str]) -> str:
    if not form.fullmatch(value):
        raise ValueError
    return value


READERS: Final[Readers] = {
    "reason": partial(_fits, form=REASON),
    "visit_date": query.day,
    "sessions": partial(query.whole, most=MOST_SESSIONS),
    "number": partial(_fits, form=NUMBER),
}
REASON_SCHEMA: Final = {"type": "string", "maxLength": 40, "pattern": r"^[0-9a-z_]*(?!\n)$"}
DAY_SCHEMA: Final = {"type": "string", "anyOf": [{"format": "date"}, {"maxLength": 0}]}
SESSIONS_SCHEMA: Final = {"type": "integer", "minimum": 1, "maximum": MOST_SESSIONS, "default": 1}
NUMBER_SCHEMA: Final = {"type": "string", "maxLength": 40, "pattern": wire_parts.PLAIN}

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

RETURN: Final = Operation(
    name="returnSheet",
    method="POST",
    path="/v1/guias/{guia_id}/slip/return",
    run=bring_back,
    does="Send the signed sheet back, as a scan or a photo with its QR; the guia goes on without a code by it.",
    scope=access.WRITE_GUIAS,
    raw=files.BODIES,
    parameters=(
        Parameter(
            "reason",
            "Why there was no code, as in `POST /v1/guias/{guia_id}/absence`; not for a guia that has one.",
            REASON_SCHEMA,
        ),
        Parameter("visit_date", "The day of the attendance (Brasília); that of the printing without it.", DAY_SCHEMA),
        Parameter("sessions", "How many sessions of a series were signed.", SESSIONS_SCHEMA),
        Parameter("number", "The number beneath the QR, where the QR cannot be read.", NUMBER_SCHEMA),
    ),
    gives=(Gives(200, wire.Guia, says="The guia, without a code; the same picture again is there once."),),
    refusals=(
        *(Refusal.NOT_FOUND, Refusal.SLIP_REFUSED, Refusal.SLIP_UNREADABLE, Refusal.SLIP_OVER),
        *(Refusal.VISIT_DATE_WRONG, Refusal.ABSENCE_UNKNOWN, Refusal.ABSENCE_NEEDS, Refusal.SESSIONS_DONE),
        *(Refusal.GUIA_VALIDATED, Refusal.GUIA_CANCELLED, Refusal.GUIA_DISPUTED, *files.REFUSALS),
    ),
    faults=files.FAULTS,
    changes=True,
)
