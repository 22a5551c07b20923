"""A call: one request as an operation sees it, after its caller, its key and its body were found good."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec

from chancela.api import problems, replies, shapes
from chancela.api.faults import Fault, FaultyError
from chancela.bootstrap.once import Answer, Once
from chancela.domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    from chancela.api.access import Gate, Session
    from chancela.api.faults import Header
    from chancela.api.replies import Reply
    from chancela.bootstrap.app import App
    from chancela.bootstrap.deeds import Command
    from chancela.bootstrap.switchboard import Switchboard
    from chancela.domain.case import Case
    from chancela.domain.people import Operator
    from chancela.domain.permissions import Actor

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

LARGEST_BODY: Final = 65_536
CANONICAL: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NO_GUIA: Final = UUID(int=0)
KEY: Final = re.compile(rb"[\x21-\x7e]{1,255}")
JSON_TYPE: Final = re.compile(rb'application/json(?:\s*;\s*charset="?utf-8"?)?', re.IGNORECASE)
ALONE: Final = (b"authorization", b"content-type", b"content-length", b"content-encoding", b"idempotency-key")


class ClientGoneError(Exception):
    """Nobody waits for the answer any more."""


@dataclass(slots=True)
class Call:
    """What an operation may look at; `named` holds what the path names, `wish` the body as the operation takes it."""

    app: App
    scope: Scope
    headers: Mapping[bytes, bytes]
    named: Mapping[str, str]
    language: str
    receive: Receive
    gate: Gate
    board: Switchboard
    known: Session | None = None
    body: bytes = b""
    wish: Any = None

    @property
    def session(self) -> Session:
        """Return the caller's session; only open operations have none."""
        if self.known is None:
            raise FaultyError(Fault.UNAUTHENTICATED)
        return self.known

    @property
    def actor(self) -> Actor:
        """Return who acts."""
        return self.session.actor

    @property
    def guia_id(self) -> UUID:
        """Return the guia's id; a text that is none is looked for in vain, like any unknown id, in the same time."""
        text = self.named["guia_id"]
        return msgspec.convert(text, UUID) if CANONICAL.fullmatch(text) else NO_GUIA

    async def stay(self) -> None:
        """Raise where the caller's token has ended or its client was revoked since the call began."""
        self.known = await self.gate.session(self.headers.get(b"authorization"))

    async def do(self, command: Command, status: int, render: Callable[[Any], Answer] | None = None) -> Reply:
        """Do a command, once for its idempotency key where it has one; answer with the guia or the refusal.

        What is no guia is rendered as `render` says.
        """
        return await self.done(partial(self.app.do, command), status, render)

    async def done(
        self, doing: Callable[[Once | None], Awaitable[Any]], status: int, render: Callable[[Any], Answer] | None = None
    ) -> Reply:
        """Answer like `do` with what `doing` gives: it is told the key, and gives an answer or a refusal for one."""
        render = render or partial(_answer, status, self.language, self.session.operator)
        key = self.headers.get(b"idempotency-key")
        if key is None:
            return replies.again(render(await doing(None)))
        asked = b"%s %s\n%s" % (self.scope["method"].encode(), self.scope["path"].encode(), self.body)
        once = Once(self.session.client_id, key.decode("ascii"), hashlib.sha256(asked).digest(), render)
        outcome = await doing(once)
        return replies.again(outcome if isinstance(outcome, Answer) else problems.refused(outcome, self.language))


def _answer(status: int, language: str, operator: Operator, outcome: Case | Refused) -> Answer:
    if isinstance(outcome, Refused):
        return problems.refused(outcome, language)
    return Answer(status, replies.ENCODER.encode(shapes.guia(outcome, operator)))


def headers(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers by name; one that must stand alone and does not ends the request."""
    raw: list[Header] = scope["headers"]
    found = dict(raw)
    if len(found) != len(raw):
        names = [name for name, _ in raw]
        for name in ALONE:
            if names.count(name) > 1:
                raise FaultyError(Fault.PARAMETERS, field=name.decode())
    return found


def check_key(found: Mapping[bytes, bytes]) -> None:
    """Raise where an idempotency key is given that is none: 1 to 255 visible ASCII characters."""
    key = found.get(b"idempotency-key")
    if key is not None and not KEY.fullmatch(key):
        raise FaultyError(Fault.KEY)


def check_plain(found: Mapping[bytes, bytes]) -> None:
    """Raise unless the body is declared without compression."""
    if found.get(b"content-encoding", b"identity").lower() != b"identity":
        raise FaultyError(Fault.MEDIA_TYPE)


def check_json(found: Mapping[bytes, bytes]) -> None:
    """Raise unless the body is declared as JSON in UTF-8 without compression."""
    check_plain(found)
    declared = found.get(b"content-type", b"")
    if declared != b"application/json" and not JSON_TYPE.fullmatch(declared):
        raise FaultyError(Fault.MEDIA_TYPE)


async def body(found: Mapping[bytes, bytes], receive: Receive, most: int = LARGEST_BODY) -> bytes:
    """Return the body; raise where it is over so many bytes (64 KiB), declared or not, without reading on."""
    declared = found.get(b"content-length", b"0")
    if len(declared) > len(str(most)) or not declared.isdigit() or int(declared) > most:
        raise FaultyError(Fault.BODY_TOO_LARGE)
    message = await receive()
    pieces: list[bytes] = [message.get("body", b"")]
    size = len(pieces[0])
    while message.get("more_body") and size <= most:
        message = await receive()
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
    if message["type"] == "http.disconnect":
        raise ClientGoneError
    if size > most:
        raise FaultyError(Fault.BODY_TOO_LARGE)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
