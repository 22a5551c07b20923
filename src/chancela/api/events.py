"""A guia's events as they happen (WHATWG HTML section 9.2): the guia, its deliveries, its validation."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import psycopg

from chancela.api import access, problems, replies, shapes
from chancela.api.faults import FaultyError
from chancela.api.operation import Gives, Operation
from chancela.api.replies import ENCODER, Stream
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    import msgspec

    from chancela.api.call import Call
    from chancela.api.replies import Reply
    from chancela.domain.case import Case

STILL_S: Final = 15.0
MEDIA_TYPE: Final = "text/event-stream"
HEADERS: Final = (
    (b"content-type", MEDIA_TYPE.encode()),
    replies.KEPT_NOWHERE,
    replies.AS_DECLARED,
    (b"x-accel-buffering", b"no"),
)


async def follow(call: Call) -> Reply | Stream:
    """Follow a guia: as it stands, then what changes, until the token ends, the client leaves or the server stops."""
    case = await call.app.guia(call.actor, call.guia_id)
    if case is None:
        return problems.refusal(Refusal.NOT_FOUND, call.language)
    return Stream(_news(call, case), HEADERS)


async def _news(call: Call, case: Case) -> AsyncGenerator[bytes, None]:
    seen: dict[UUID | str, msgspec.Struct] = {}
    yield b"retry: 2000\n\n" + b"".join(_changes(call, case, seen))
    told_at = time.monotonic()
    async with call.app.watch(call.actor.operator, case.guia.id) as ticks:
        async for _ in ticks:
            try:
                await call.stay()
                now = await call.app.guia(call.actor, case.guia.id)
            except FaultyError:
                return
            except psycopg.Error:
                now = None  # the database is away: the stream stays, the next tick looks again
            news = b"".join(_changes(call, now, seen)) if now else b""
            if news or time.monotonic() - told_at >= STILL_S:
                told_at = time.monotonic()
                yield news or b": still here\n\n"


def _changes(call: Call, case: Case, seen: dict[UUID | str, msgspec.Struct]) -> list[bytes]:
    """Return the events that tell what is not seen yet, and see it."""
    found = shapes.guia(case, call.session.operator)
    facts: list[tuple[str, UUID | str, msgspec.Struct | None]] = [
        ("guia", "guia", found),
        *(("delivery", each.id, shapes.delivery(each)) for each in shapes.of_the_code(case)),
        ("validation", "validation", found.validation),
    ]
    news = [(name, key, fact) for name, key, fact in facts if fact is not None and seen.get(key) != fact]
    seen.update({key: fact for _, key, fact in news})
    return [b"event: %s\ndata: %s\n\n" % (name.encode(), ENCODER.encode(fact)) for name, _, fact in news]


FOLLOW: Final = Operation(
    name="followGuia",
    method="GET",
    path="/v1/guias/{guia_id}/events",
    run=follow,
    does="Follow a guia: events `guia`, `delivery`, `validation`, each with its shape as data; first how it stands.",
    scope=access.READ_GUIAS,
    gives=(Gives(200, None, MEDIA_TYPE, says="The stream of events."),),
    refusals=(Refusal.NOT_FOUND,),
)
