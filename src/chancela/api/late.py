"""Late codes over the machine edge: say that an attendance went on without its code, which is to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.api import access, wire, wire_care
from chancela.api.operation import Gives, Operation
from chancela.domain.refusal import Refusal
from chancela.usecases.postpone_token import PostponeToken

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply


async def postpone(call: Call) -> Reply:
    """Let a guia wait for its late code."""
    wish: wire_care.NewLateVisit = call.wish
    return await call.do(PostponeToken(call.actor, call.guia_id, wish.visit_date), 200)


POSTPONE: Final = Operation(
    name="postponeToken",
    method="POST",
    path="/v1/guias/{guia_id}/late",
    run=postpone,
    does="Say that an attendance went on without its code, which follows within the policy's days; a live code ends.",
    scope=access.WRITE_GUIAS,
    takes=wire_care.NewLateVisit,
    examples={"the day of the attendance": {"visit_date": "2026-11-18"}},
    gives=(Gives(200, wire.Guia, says="The guia, which waits for its late code; ask for it as for any other."),),
    refusals=(
        *(Refusal.NOT_FOUND, Refusal.LATE_NOT_OFFERED, Refusal.LATE_WINDOW_OVER, Refusal.VISIT_DATE_WRONG),
        *(Refusal.LATE_CODE_NEEDED, Refusal.CODE_REPORTED, Refusal.GUIA_VALIDATED, Refusal.GUIA_WITHOUT_TOKEN),
        *(Refusal.GUIA_DISPUTED, Refusal.GUIA_CANCELLED, Refusal.GUIA_DENIED, Refusal.GUIA_UNDER_ANALYSIS),
        Refusal.GUIA_EXPIRED,
    ),
    changes=True,
)
