"""Files over the machine edge: one is the whole body, as large as at the desk; few are under way at a time."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from chancela.api import call as calls, problems
from chancela.api.faults import Fault, FaultyError
from chancela.domain.attachment import MOST_BYTES
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from chancela.api.call import Call
    from chancela.api.replies import Reply
    from chancela.bootstrap.once import Once

    Bring = Callable[[bytes, Once | None], Awaitable[Any]]

TYPES: Final = ("application/pdf", "image/jpeg", "image/png", "image/webp")
BODIES: Final = {each: {"type": "string", "format": "binary", "description": "At most 10 MB."} for each in TYPES}
REFUSALS: Final = (Refusal.FILE_REFUSED, Refusal.FILE_TOO_BIG, Refusal.FILES_PAUSED, Refusal.TOO_MANY_FILES)
FAULTS: Final = (Fault.MEDIA_TYPE,)
PATIENCE_S: Final = 60.0  # for the whole of a body
RETRY_S: Final = 5
LATER_S: Final = 3600  # an account sent enough for a day, or the disk is full


async def answered(call: Call, do: Bring) -> Reply:
    """Read the file that is the body and answer with the guia that `do` gives for it, or with a refusal.

    What it is tells its content; what is declared must be one of the types alone. A key belongs to the query too.
    """
    calls.check_plain(call.headers)
    if call.headers.get(b"content-type", b"").partition(b";")[0].strip().lower().decode("latin-1") not in TYPES:
        raise FaultyError(Fault.MEDIA_TYPE)

    async with call.app.documents.reception(call.actor):
        content = await _whole(call)
        if content is None:
            return problems.refusal(Refusal.FILE_TOO_BIG, call.language)
        call.body = call.scope["query_string"] + b"\n" + hashlib.sha256(content).digest()
        return await call.done(partial(_told_when, do, content), 200)


async def _told_when(do: Bring, content: bytes, once: Once | None) -> Any:
    """Say with a pause after how long it is worth another try."""
    outcome = await do(content, once)
    paused = isinstance(outcome, Refused) and outcome.reason is Refusal.FILES_PAUSED
    return replace(outcome, retry_after_s=LATER_S) if paused else outcome


async def _whole(call: Call) -> bytes | None:
    """Return the body, None where it is larger than is taken; whoever sends it too slowly makes room for others."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await calls.body(call.headers, call.receive, MOST_BYTES)
    except TimeoutError:
        raise FaultyError(Fault.UNAVAILABLE, retry_after=RETRY_S) from None
    except FaultyError:
        return None
