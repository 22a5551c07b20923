"""Absences over the machine edge: go on without a code, and supply what that still owed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.api import access, wire, wire_care
from chancela.api.operation import Gives, Operation
from chancela.domain.refusal import Refusal
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.supply_absence import SupplyAbsence

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply


async def record(call: Call) -> Reply:
    """Go on without a code, for a reason."""
    wish: wire_care.NewAbsence = call.wish
    command = RecordAbsence(call.actor, call.guia_id, wish.reason, wish.detail, wish.call_protocol, wish.second_person)
    return await call.do(command, 200)


async def supply(call: Call) -> Reply:
    """Give the call centre's number that was owed."""
    wish: wire_care.NewCallProtocol = call.wish
    return await call.do(SupplyAbsence(call.actor, call.guia_id, wish.call_protocol), 200)


RECORD: Final = Operation(
    name="recordAbsence",
    method="POST",
    path="/v1/guias/{guia_id}/absence",
    run=record,
    does="Go on without a code, for a reason; the answer holds its protocol number and what is still owed.",
    scope=access.WRITE_GUIAS,
    takes=wire_care.NewAbsence,
    examples={"no phone": {"reason": "07"}, "finer": {"reason": "no_signal", "detail": "Subsolo sem sinal"}},
    gives=(Gives(200, wire.Guia, says="The guia, without a code."),),
    refusals=(
        *(Refusal.NOT_FOUND, Refusal.ABSENCE_UNKNOWN, Refusal.ABSENCE_NEEDS, Refusal.PROTOCOL_WRONG),
        *(Refusal.GUIA_VALIDATED, Refusal.GUIA_WITHOUT_TOKEN, Refusal.GUIA_DISPUTED, Refusal.GUIA_CANCELLED),
        *(Refusal.GUIA_DENIED, Refusal.GUIA_EXPIRED, Refusal.GUIA_UNDER_ANALYSIS, Refusal.SESSIONS_DONE),
    ),
    changes=True,
)

SUPPLY: Final = Operation(
    name="supplyAbsence",
    method="POST",
    path="/v1/guias/{guia_id}/absence/call",
    run=supply,
    does="Give the call centre's protocol number that a guia without a code still owes.",
    scope=access.WRITE_GUIAS,
    takes=wire_care.NewCallProtocol,
    examples={"a number": {"call_protocol": "30448420261120000123"}},
    gives=(Gives(200, wire.Guia, says="The guia as it stands now."),),
    refusals=(Refusal.NOT_FOUND, Refusal.NOTHING_OWED, Refusal.PROTOCOL_WRONG),
    changes=True,
)
