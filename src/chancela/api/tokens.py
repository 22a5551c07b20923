"""Tokens over the machine edge: ask for a code, and give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.api import access, wire
from chancela.api.faults import Fault, FaultyError
from chancela.api.operation import Gives, Operation
from chancela.domain.refusal import Refusal
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.validate_token import ValidateToken

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply

STATES: Final = (
    Refusal.GUIA_VALIDATED,
    Refusal.GUIA_WITHOUT_TOKEN,
    Refusal.GUIA_DISPUTED,
    Refusal.GUIA_CANCELLED,
    Refusal.GUIA_DENIED,
    Refusal.GUIA_EXPIRED,
    Refusal.GUIA_UNDER_ANALYSIS,
    Refusal.LATE_WINDOW_OVER,
    Refusal.CODE_LOCKED,
)


async def issue(call: Call) -> Reply:
    """Ask for a code; the answer holds its deliveries, never its digits."""
    wish: wire.NewToken = call.wish
    if wish.phone is not None and wish.email is not None:
        raise FaultyError(Fault.FIELDS, field="email")
    return await call.do(IssueToken(call.actor, call.guia_id, wish.channel, wish.phone, wish.email, wish.cpf), 202)


async def validate(call: Call) -> Reply:
    """Give a code as it was typed."""
    wish: wire.GivenCode = call.wish
    return await call.do(ValidateToken(call.actor, call.guia_id, wish.code), 200)


ISSUE: Final = Operation(
    name="issueToken",
    method="POST",
    path="/v1/guias/{guia_id}/token",
    run=issue,
    does="Ask for a code: by the policy's ways, by one channel, or to a first contact where the policy takes one.",
    scope=access.WRITE_GUIAS,
    takes=wire.NewToken,
    takes_nothing=True,
    examples={"as the policy says": {}, "by SMS": {"channel": "sms"}},
    gives=(Gives(202, wire.Guia, says="The guia with its token and deliveries; never the digits."),),
    refusals=(
        Refusal.NOT_FOUND,
        Refusal.PROVIDER_INACTIVE,
        Refusal.ASKED_IN_APP,
        *STATES,
        Refusal.CHANNEL_UNAVAILABLE,
        Refusal.NO_CONTACT,
        Refusal.CONTACT_ON_FILE,
        Refusal.CONTACT_INVALID,
        Refusal.CONTACT_OF_PROVIDER,
        Refusal.CONTACT_IN_REVIEW,
        Refusal.CODE_REPORTED,
        Refusal.PAIR_PAUSED,
        Refusal.JUST_SENT,
        Refusal.CPF_MISMATCH,
        Refusal.TOO_MANY_SENDS,
    ),
    changes=True,
)

VALIDATE: Final = Operation(
    name="validateToken",
    method="POST",
    path="/v1/guias/{guia_id}/validation",
    run=validate,
    does="Give the code that the person received; spaces and hyphens are passed over, a malformed code spends no try.",
    scope=access.WRITE_GUIAS,
    takes=wire.GivenCode,
    examples={"a code": {"code": "482 913"}},
    gives=(Gives(200, wire.Guia, says="The guia, validated."),),
    refusals=(
        Refusal.NOT_FOUND,
        *STATES,
        Refusal.CODE_REFUSED,
        Refusal.CODE_MALFORMED,
        Refusal.NO_LIVE_CODE,
        Refusal.LATE_CODE_NEEDED,
        Refusal.CODE_REPORTED,
        Refusal.TOO_MANY_WRONG,
    ),
    changes=True,
)
