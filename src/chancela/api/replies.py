"""Replies: an HTTP answer that is ready to be sent, with its headers made beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping

    from chancela.api.faults import Header
    from chancela.bootstrap.once import Answer

    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

ENCODER: Final = msgspec.json.Encoder()
KEPT_NOWHERE: Final = (b"cache-control", b"no-store")
AS_DECLARED: Final = (b"x-content-type-options", b"nosniff")
JSON: Final = ((b"content-type", b"application/json"), KEPT_NOWHERE, AS_DECLARED)
PROBLEM: Final = ((b"content-type", b"application/problem+json"), KEPT_NOWHERE, AS_DECLARED)
CREATED: Final = 201
EMPTY: Final = 204
ERRORS: Final = 400


class _Waits(msgspec.Struct):
    retry_after: int | None = None


class _Made(msgspec.Struct):
    id: str


_WAITS: Final = msgspec.json.Decoder(_Waits)
_MADE: Final = msgspec.json.Decoder(_Made)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes
    headers: tuple[Header, ...] = JSON

    async def send(self, send: Send) -> None:
        """Send it; the length is added here."""
        length = () if self.status == EMPTY else ((b"content-length", b"%d" % len(self.body)),)  # RFC 9110, 8.6
        await send({"type": "http.response.start", "status": self.status, "headers": [*length, *self.headers]})
        await send({"type": "http.response.body", "body": self.body})


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that goes on: each chunk is sent as it comes, until they end or the client leaves."""

    chunks: AsyncGenerator[bytes, None]
    headers: tuple[Header, ...]
    status: int = 200


def of(shape: msgspec.Struct, status: int = 200) -> Reply:
    """Return a shape of the contract as JSON."""
    return Reply(status, ENCODER.encode(shape))


def again(answer: Answer) -> Reply:
    """Return an answer with its headers, which follow from it: a repeated request is answered like the first."""
    if answer.status == CREATED:
        location = f"/v1/guias/{_MADE.decode(answer.body).id}".encode()
        return Reply(answer.status, answer.body, (*JSON, (b"location", location)))
    if answer.status < ERRORS:
        return Reply(answer.status, answer.body)
    waits = _WAITS.decode(answer.body).retry_after
    if waits is None:
        return Reply(answer.status, answer.body, PROBLEM)
    return Reply(answer.status, answer.body, (*PROBLEM, (b"retry-after", b"%d" % waits)))
