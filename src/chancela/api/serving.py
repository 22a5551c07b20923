"""Serving: the one way from a request to an operation and back, the same behind every route."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING, Any, Final

import msgspec
import psycopg

from chancela.api import call as calls, languages, problems, strict_json
from chancela.api.access import Gate
from chancela.api.call import Call, ClientGoneError
from chancela.api.faults import Fault, FaultyError
from chancela.api.replies import Reply, Stream
from chancela.bootstrap.switchboard import Switchboard
from chancela.domain.sentences import PORTUGUESE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chancela.api.call import Receive, Scope
    from chancela.api.meter import Meter
    from chancela.api.operation import Operation
    from chancela.api.replies import Send
    from chancela.bootstrap.app import App

AWAY: Final = (psycopg.OperationalError, psycopg.InterfaceError)  # the pool's own errors are among the first
LOG: Final = logging.getLogger(__name__)


class Serving:
    """Serves operations of one app and counts them."""

    def __init__(self, app: App, meter: Meter) -> None:
        self._app = app
        self._meter = meter
        self._gate = Gate(app)
        self._board = Switchboard(app)
        self._decoders: dict[type[msgspec.Struct], msgspec.json.Decoder[Any]] = {}

    async def serve(
        self, operation: Operation, named: Mapping[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer one request; whatever goes wrong is a problem that the client can read."""
        began = time.perf_counter()
        language = PORTUGUESE
        reply: Reply | Stream
        try:
            headers = calls.headers(scope)
            if asked := headers.get(b"accept-language"):
                language = languages.language(asked)
            call = Call(self._app, scope, headers, named, language, receive, self._gate, self._board)
            await self._prepare(call, operation)
            reply = await operation.run(call)
        except FaultyError as faulty:
            reply = problems.fault(faulty, language)
        except ClientGoneError:
            return
        except AWAY:
            reply = problems.fault(problems.unavailable(), language)
        except Exception:
            LOG.exception("%s failed", operation.name)
            reply = problems.fault(FaultyError(Fault.INTERNAL), language)
        self._meter.note(operation.name, reply.status, time.perf_counter() - began)
        if isinstance(reply, Stream):
            await _stream(reply, receive, send)
        else:
            await reply.send(send)

    async def _prepare(self, call: Call, operation: Operation) -> None:
        """Let in who may come in, then read what they bring: the order in which a stranger learns least."""
        if operation.scope is not None:
            call.known = await self._gate.session(call.headers.get(b"authorization"))
            if operation.scope not in call.known.scopes:
                raise _too_narrow(operation.scope)
        if operation.changes:
            calls.check_key(call.headers)
        if operation.takes is not None:
            await self._read(call, operation, operation.takes)

    async def _read(self, call: Call, operation: Operation, shape: type[msgspec.Struct]) -> None:
        decoder = self._decoders.get(shape)
        if decoder is None:
            decoder = self._decoders[shape] = msgspec.json.Decoder(shape)
        if not operation.takes_nothing:
            calls.check_json(call.headers)
        call.body = await calls.body(call.headers, call.receive)
        if operation.takes_nothing:
            if not call.body:
                call.wish = shape()
                return
            calls.check_json(call.headers)
        call.wish = strict_json.decode(decoder, call.body)


def _too_narrow(scope: str) -> FaultyError:
    """The token is good, but not for this (RFC 6750 section 3.1)."""
    challenge = f'Bearer realm="chancela", error="insufficient_scope", scope="{scope}"'
    return FaultyError(Fault.SCOPE, headers=((b"www-authenticate", challenge.encode()),))


async def _stream(stream: Stream, receive: Receive, send: Send) -> None:
    """Send chunks as they come; stop at once when they end, the client leaves or the server stops."""
    await send({"type": "http.response.start", "status": stream.status, "headers": list(stream.headers)})
    pump, gone = asyncio.create_task(_pump(stream, send)), asyncio.create_task(_gone(receive))
    try:
        with contextlib.suppress(asyncio.CancelledError):  # the server stops: nothing is left to do but to end here
            await asyncio.wait({pump, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        pump.cancel()
        gone.cancel()
        await asyncio.gather(pump, gone, return_exceptions=True)
    if not pump.cancelled() and pump.exception() is not None:
        LOG.error("a stream failed", exc_info=pump.exception())


async def _pump(stream: Stream, send: Send) -> None:
    async with contextlib.aclosing(stream.chunks) as chunks:
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
