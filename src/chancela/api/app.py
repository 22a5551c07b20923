"""The machine edge as one ASGI app: every operation behind Litestar's router, the hot ones on a short way past it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Method

from chancela.api import (
    absences,
    attachments,
    beneficiaries,
    contingency,
    disputes,
    documentation,
    events,
    guias,
    health,
    languages,
    late,
    listing,
    oauth,
    outages,
    printed,
    problems,
    proofs,
    receipts,
    series,
    tokens,
    voice,
    webhooks,
)
from chancela.api.faults import Fault, FaultyError
from chancela.api.meter import Meter
from chancela.api.serving import Serving
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from chancela.api.call import Receive, Scope
    from chancela.api.operation import Operation
    from chancela.api.replies import Send
    from chancela.bootstrap.app import App

OPERATIONS: Final = (
    oauth.TOKEN,
    beneficiaries.READ,
    guias.REGISTER,
    listing.LIST,
    guias.READ,
    tokens.ISSUE,
    tokens.VALIDATE,
    late.POSTPONE,
    absences.RECORD,
    absences.SUPPLY,
    printed.PRINT,
    printed.GET,
    printed.RETURN,
    attachments.ADD,
    series.CONFIRM,
    series.END,
    contingency.TAKE,
    contingency.RECONCILE,
    guias.CANCEL,
    guias.REVIEW,
    disputes.DECIDE,
    events.FOLLOW,
    proofs.RECEIPT,
    proofs.CHECKPOINT,
    proofs.KEYS,
    outages.RUNNING,
    outages.READ,
    webhooks.OPEN,
    webhooks.LIST,
    webhooks.END,
    receipts.TELL,
    receipts.CONFIRM,
    voice.SPEAK,
    health.LIVE,
    health.READY,
)

HOT: Final = {("GET", ""): guias.READ, ("POST", "/token"): tokens.ISSUE, ("POST", "/validation"): tokens.VALIDATE}
GUIA: Final = "/v1/guias/"
ID: Final = slice(len(GUIA), len(GUIA) + 36)
LITESTAR: Final = {
    "guia_id": "guia_id:str",
    "outage_id": "outage_id:str",
    "card_number": "card_number:path",
    "carrier": "carrier:str",
    "delivery": "delivery:str",
    "webhook_id": "webhook_id:str",
}
LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Edge:
    """The hot operations go straight to their serving: 18 µs of the edge's own time, 30 through Litestar's layers."""

    serving: Serving
    litestar: Litestar

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or Litestar's own messages."""
        path: str = scope.get("path", "")
        if path.startswith(GUIA):
            hot = HOT.get((scope["method"], path[ID.stop :]))
            guia_id = path[ID]
            if hot is not None and len(path) >= ID.stop and "/" not in guia_id:
                await self.serving.serve(hot, {"guia_id": guia_id}, scope, receive, send)
                return
        await self.litestar(scope, receive, send)  # type: ignore[arg-type]  # Litestar types each message by itself


def create(app: App) -> Edge:
    """Return the machine edge of an app, which whoever runs the server opens and closes."""
    meter = Meter(app.pool)
    serving = Serving(app, meter)
    operations = documentation.documented((*OPERATIONS, health.measured(meter)), app.settings.public_url)
    litestar = Litestar(
        [
            *_options(operations),
            *(_route(each, serving) for each in operations),
        ],  # in this order: its own come first else
        openapi_config=None,
        logging_config=None,
        exception_handlers={Exception: _problem},
    )
    return Edge(serving, litestar)


def _route(operation: Operation, serving: Serving) -> HTTPRouteHandler:
    """Let Litestar find the operation; from there it is served like any other."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        await serving.serve(operation, scope["path_params"], scope, receive, send)

    async def answer() -> ASGIApp:
        return served  # type: ignore[return-value]

    ways = _methods(operation)  # the status is that of what is served: 200 keeps Litestar from having one of its own
    return HTTPRouteHandler(_path(operation), http_method=ways, name=operation.name, status_code=200)(answer)


def _options(operations: Sequence[Operation]) -> Iterator[HTTPRouteHandler]:
    """Say of each address which methods it takes (Litestar's own answer names those of one handler alone)."""
    for path in {_path(each): None for each in operations}:
        allow = ", ".join(
            ["OPTIONS", *sorted({m for each in operations if _path(each) == path for m in _methods(each)})]
        )
        yield HTTPRouteHandler(path, http_method="OPTIONS", name=f"OPTIONS {path}")(_allowing(allow))


def _allowing(methods: str) -> Callable[[], Awaitable[Response[None]]]:
    async def answer() -> Response[None]:
        return Response(None, status_code=204, headers={"allow": methods})

    return answer


def _path(operation: Operation) -> str:
    """Return the operation's path as Litestar writes it."""
    path = operation.path
    for name, typed in LITESTAR.items():
        path = path.replace(name, typed)
    return path


def _methods(operation: Operation) -> list[Method]:
    """Return the operation's method; whatever can be read whole can be asked for without its body (RFC 9110 9.3.2)."""
    headless = operation.method == "GET" and operation.gives[0].media_type != events.MEDIA_TYPE
    return ["GET", "HEAD"] if headless else [operation.method]


def _problem(request: Request[Any, Any, Any], fault: Exception) -> Response[bytes]:
    """Say what Litestar found wrong as every other problem is said."""
    language = languages.language(request.headers.get("accept-language", "").encode("latin-1"))
    match fault:
        case NotFoundException():
            reply = problems.refusal(Refusal.NOT_FOUND, language)
        case MethodNotAllowedException():
            reply = problems.fault(FaultyError(Fault.METHOD, headers=_allow(fault)), language)
        case HTTPException(status_code=400):
            reply = problems.fault(FaultyError(Fault.PARAMETERS), language)
        case _:
            LOG.error("the router failed", exc_info=fault)
            reply = problems.fault(FaultyError(Fault.INTERNAL), language)
    headers = {name.decode(): value.decode() for name, value in reply.headers}
    return Response(reply.body, status_code=reply.status, headers=headers, media_type=headers["content-type"])


def _allow(fault: MethodNotAllowedException) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"allow", (fault.headers or {}).get("allow", "").encode()),)
