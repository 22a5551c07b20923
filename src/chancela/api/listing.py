"""The list of guias over the machine edge, and what its query may ask."""

from __future__ import annotations

import re
from datetime import datetime, time
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from chancela.adapters.postgres.reads import GuiaFilter
from chancela.api import access, call as calls, query, replies, shapes, wire, wire_parts
from chancela.api.faults import Fault
from chancela.api.operation import Gives, Operation, Parameter
from chancela.domain.guia import Status

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.query import Readers
    from chancela.api.replies import Reply

MOST: Final = 100
TEXT: Final = re.compile(r"[^\x00-\x1f\x7f]{1,20}")


async def list_guias(call: Call) -> Reply:
    """List guias, newest first."""
    page = await call.app.reads.guias(call.actor, asked(call.scope["query_string"]))
    operator = call.session.operator
    return replies.of(wire.GuiaPage(tuple(shapes.guia(each, operator) for each in page.items), page.next_cursor))


def asked(text: bytes) -> GuiaFilter:
    """Return the filter that a query string means; raise where a parameter is unknown, repeated or invalid."""
    values = query.read(text, READERS)
    return GuiaFilter(**{("since" if name == "from" else name): value for name, value in values.items()})


def _text(value: str) -> str:
    if not TEXT.fullmatch(value):
        raise ValueError
    return value


def _since(value: str) -> datetime:
    if query.DAY.fullmatch(value):
        return datetime.combine(query.day(value), time.min, shapes.BRAZIL)
    return msgspec.convert(value, wire_parts.Zoned)


def _cursor(value: str) -> UUID:
    if not calls.CANONICAL.fullmatch(value):
        raise ValueError
    return UUID(value)


READERS: Final[Readers] = {
    "status": Status,
    "card_number": _text,
    "provider": _text,
    "from": _since,
    "cursor": _cursor,
    "limit": partial(query.whole, most=MOST),
}


TEXT_SCHEMA: Final = {"type": "string", "maxLength": 20, "pattern": wire_parts.PLAIN}
SINCE_SCHEMA: Final = {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}, {"maxLength": 0}]}
CURSOR_SCHEMA: Final = {"type": "string", "anyOf": [{"format": "uuid"}, {"maxLength": 0}]}
LIMIT_SCHEMA: Final = {"type": "integer", "minimum": 1, "maximum": MOST, "default": 25}

LIST: Final = Operation(
    name="listGuias",
    method="GET",
    path="/v1/guias",
    run=list_guias,
    does="List guias, newest first, a page at a time; an empty parameter is like none.",
    scope=access.READ_GUIAS,
    parameters=(
        Parameter("status", "Only guias that stand so.", {"type": "string", "enum": ["", *Status]}),
        Parameter("card_number", "Only this person's guias.", TEXT_SCHEMA),
        Parameter("provider", "Only this provider's guias.", TEXT_SCHEMA),
        Parameter("from", "Only guias entered since this day (in Brazil) or instant.", SINCE_SCHEMA),
        Parameter("cursor", "The `next_cursor` of the page before.", CURSOR_SCHEMA),
        Parameter("limit", "How many at most.", LIMIT_SCHEMA),
    ),
    gives=(Gives(200, wire.GuiaPage, says="A page of guias."),),
    faults=(Fault.PARAMETERS,),
)
