"""What a phone call says over the machine edge: its carrier asks when somebody has picked up, and at no other time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.api import receipts
from chancela.api.faults import Fault
from chancela.api.operation import Gives, Operation
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply


async def speak(call: Call) -> Reply:
    """Give the words of a call: the code of its delivery as long as it lives, a goodbye else."""
    return await receipts.answered(call, call.board.speak)


SPEAK: Final = Operation(
    name="speakCode",
    method="POST",
    path="/v1/voice/{carrier}/{delivery}",
    run=speak,
    does="For carriers of phone calls: the words to say, never to be stored; authenticated as their protocol has it.",
    raw={"application/x-www-form-urlencoded": {"type": "object"}},
    gives=(Gives(200, None, "application/xml", says="What is said (TwiML)."),),
    refusals=(Refusal.NOT_FOUND,),
    faults=(Fault.CALL, Fault.BODY_TOO_LARGE, Fault.UNAVAILABLE),
)
