"""Series over the machine edge: sessions that need no new code, and the end of a series before its last one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.api import access, wire, wire_care
from chancela.api.operation import Gives, Operation
from chancela.domain.refusal import Refusal
from chancela.usecases.close_series import CloseSeries
from chancela.usecases.confirm_session import ConfirmSession
from chancela.usecases.record_absence import RecordAbsence

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply


async def confirm(call: Call) -> Reply:
    """Let the next session take place by the day's code or, for a reason, without any."""
    wish: wire_care.NewSession = call.wish
    why = wish.absence
    if why is None:
        return await call.do(ConfirmSession(call.actor, call.guia_id, wish.place), 200)
    given = (why.reason, why.detail, why.call_protocol, why.second_person)
    return await call.do(RecordAbsence(call.actor, call.guia_id, *given, session=wish.place), 200)


async def end(call: Call) -> Reply:
    """End a series with the sessions that took place."""
    wish: wire_care.NewSeriesEnd = call.wish
    return await call.do(CloseSeries(call.actor, call.guia_id, wish.why), 200)


CONFIRM: Final = Operation(
    name="confirmSession",
    method="POST",
    path="/v1/guias/{guia_id}/sessions",
    run=confirm,
    does=(
        "Confirm the next session of a series by the code given today, where the operator takes one code a day"
        " and a code has sessions left (`day_sessions`); or, with `absence`, without a code."
        " A code of its own goes to `/validation`."
    ),
    scope=access.WRITE_GUIAS,
    takes=wire_care.NewSession,
    examples={
        "by today's code": {"place": 5},
        "without a code": {"place": 5, "absence": {"reason": "no_signal", "detail": "Subsolo sem sinal"}},
    },
    gives=(Gives(200, wire.Guia, says="The guia with its sessions; the last one validates it."),),
    refusals=(
        *(Refusal.NOT_FOUND, Refusal.NO_SESSIONS, Refusal.SESSIONS_DONE, Refusal.NO_SESSION_CODE),
        Refusal.DAY_CODE_SPENT,
        *(Refusal.GUIA_CHANGED, Refusal.CODE_REPORTED, Refusal.LATE_CODE_NEEDED),
        *(Refusal.ABSENCE_UNKNOWN, Refusal.ABSENCE_NEEDS, Refusal.PROTOCOL_WRONG),
        *(Refusal.GUIA_VALIDATED, Refusal.GUIA_WITHOUT_TOKEN, Refusal.GUIA_DISPUTED, Refusal.GUIA_CANCELLED),
        *(Refusal.GUIA_DENIED, Refusal.GUIA_EXPIRED, Refusal.GUIA_UNDER_ANALYSIS),
    ),
    changes=True,
)

END: Final = Operation(
    name="endSeries",
    method="POST",
    path="/v1/guias/{guia_id}/series-end",
    run=end,
    does="End a series before its last session: validated where a code confirmed one, else without a code.",
    scope=access.WRITE_GUIAS,
    takes=wire_care.NewSeriesEnd,
    examples={"a reason": {"why": "Discharged early"}},
    gives=(Gives(200, wire.Guia, says="The guia, at its end."),),
    refusals=(
        *(Refusal.NOT_FOUND, Refusal.NO_SESSIONS, Refusal.SERIES_NOT_BEGUN, Refusal.LATE_CODE_NEEDED),
        *(Refusal.GUIA_VALIDATED, Refusal.GUIA_WITHOUT_TOKEN, Refusal.GUIA_DISPUTED, Refusal.GUIA_CANCELLED),
        Refusal.GUIA_UNDER_ANALYSIS,
    ),
    changes=True,
)
