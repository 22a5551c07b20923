"""What carriers tell over the machine edge: delivery receipts and people's answers, believed only from the carrier."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels import contract
from chancela.adapters.channels.contract import BadCallError, ForgedCallError
from chancela.api import call as calls, problems, replies
from chancela.api.faults import Fault, FaultyError
from chancela.api.operation import Gives, Operation
from chancela.api.replies import Reply
from chancela.bootstrap.hearing import COUNTS
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from chancela.adapters.channels.contract import Heard
    from chancela.api.call import Call

    Hearing = Callable[[str, contract.Call], Awaitable[Heard]]

LARGEST_MAIL: Final = 1_048_576
MAIL: Final = (b"message/", b"multipart/")
REFUSED_AFTER_S: Final = 0.1  # longer than it takes to find a forgery, so that time does not tell one from another
RETRY_S: Final = 1
BODIES: Final = {
    "application/json": {},
    "application/x-www-form-urlencoded": {"type": "object"},
    "message/rfc822": {"type": "string", "description": "Returned mail, at most 1 MiB."},
}
ANSWERS: Final = (
    Gives(
        200, None, "text/plain, text/xml, application/xml, application/json", says="What the carrier's protocol asks."
    ),
    Gives(204, None, "", says="It was written."),
)


async def tell(call: Call) -> Reply:
    """Take a carrier's call."""
    return await answered(call, call.board.hear)


async def answered(call: Call, hear: Hearing) -> Reply:
    """Give a carrier's call to whoever hears it; every caller who is not the carrier is told the same, after one time.

    The address that was signed is our public one with this path and query: what the caller says of the host is not
    looked at.
    """
    began = time.monotonic()
    most = LARGEST_MAIL if call.headers.get(b"content-type", b"").lower().startswith(MAIL) else calls.LARGEST_BODY
    body = await calls.body(call.headers, call.receive, most)
    try:
        if call.board.turns.locked():
            raise FaultyError(Fault.UNAVAILABLE, retry_after=RETRY_S)
        async with call.board.turns:
            heard = await hear(call.named["carrier"], _as_signed(call, body))
    except ForgedCallError:
        COUNTS["calls_refused"] += 1
        await asyncio.sleep(max(0.0, began + REFUSED_AFTER_S - time.monotonic()))
        return problems.refusal(Refusal.NOT_FOUND, call.language)
    except BadCallError:
        COUNTS["calls_without_meaning"] += 1
        raise FaultyError(Fault.CALL) from None
    media_type = ((b"content-type", heard.media_type.encode()),) if heard.status != replies.EMPTY else ()
    return Reply(heard.status, heard.body, (*media_type, replies.KEPT_NOWHERE, replies.AS_DECLARED))


def _as_signed(call: Call, body: bytes) -> contract.Call:
    path, query = call.scope["path"], call.scope["query_string"].decode("latin-1")
    url = f"{call.app.settings.public_url.rstrip('/')}{path}{'?' if query else ''}{query}"
    named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in call.headers.items()}
    return contract.Call(call.scope["method"], url, named, body)


TELL: Final = Operation(
    name="tellReceipt",
    method="POST",
    path="/v1/receipts/{carrier}",
    run=tell,
    does="For carriers: delivery receipts and people's answers, authenticated as the carrier's own protocol has it.",
    raw=BODIES,
    gives=ANSWERS,
    refusals=(Refusal.NOT_FOUND,),
    faults=(Fault.CALL, Fault.BODY_TOO_LARGE, Fault.UNAVAILABLE),
)

CONFIRM: Final = Operation(
    name="confirmReceipts",
    method="GET",
    path="/v1/receipts/{carrier}",
    run=tell,
    does="For carriers that ask, before they call, whether the address is ours (WhatsApp's verification request).",
    gives=ANSWERS,
    refusals=(Refusal.NOT_FOUND,),
    faults=(Fault.CALL, Fault.BODY_TOO_LARGE, Fault.UNAVAILABLE),
)
