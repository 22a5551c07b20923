"""The list of guias over the machine edge, and the strict reading of its query."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from chancela.adapters.postgres.reads import GuiaFilter
from chancela.api import access, call as calls, replies, shapes, wire, wire_parts
from chancela.api.faults import Fault, FaultyError
from chancela.api.operation import Gives, Operation, Parameter
from chancela.domain.guia import Status

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply

DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LIMIT: Final = re.compile(r"[1-9][0-9]?|100")
TEXT: Final = re.compile(r"[^\x00-\x1f\x7f]{1,20}")
MOST_PARAMETERS: Final = 20


async def list_guias(call: Call) -> Reply:
    """List guias, newest first."""
    page = await call.app.reads.guias(call.actor, asked(call.scope["query_string"]))
    operator = call.session.operator
    return replies.of(wire.GuiaPage(tuple(shapes.guia(each, operator) for each in page.items), page.next_cursor))


def asked(query: bytes) -> GuiaFilter:
    """Return the filter that a query string means; raise where a parameter is unknown, repeated or invalid."""
    try:
        text = query.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise FaultyError(Fault.PARAMETERS) from None
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name not in READERS or name in values:
            raise FaultyError(Fault.PARAMETERS, field=name if name in READERS else None)
        values[name] = _read(name, value) if value else None
    kept = {("since" if name == "from" else name): value for name, value in values.items() if value is not None}
    return GuiaFilter(**kept)


def _read(name: str, value: str) -> Any:
    try:
        return READERS[name](value)
    except (ValueError, OverflowError, msgspec.ValidationError):
        raise FaultyError(Fault.PARAMETERS, field=name) from None


def _text(value: str) -> str:
    if not TEXT.fullmatch(value):
        raise ValueError
    return value


def _since(value: str) -> datetime:
    if DAY.fullmatch(value):
        return datetime.combine(date.fromisoformat(value), time.min, shapes.BRAZIL)
    return msgspec.convert(value, wire_parts.Zoned)


def _limit(value: str) -> int:
    if not LIMIT.fullmatch(value):
        raise ValueError
    return int(value)


def _cursor(value: str) -> UUID:
    if not calls.CANONICAL.fullmatch(value):
        raise ValueError
    return UUID(value)


READERS: Final = {
    "status": Status,
    "card_number": _text,
    "provider": _text,
    "from": _since,
    "cursor": _cursor,
    "limit": _limit,
}


TEXT_SCHEMA: Final = {"type": "string", "maxLength": 20, "pattern": wire_parts.PLAIN}
SINCE_SCHEMA: Final = {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}, {"maxLength": 0}]}
CURSOR_SCHEMA: Final = {"type": "string", "anyOf": [{"format": "uuid"}, {"maxLength": 0}]}
LIMIT_SCHEMA: Final = {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}

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
