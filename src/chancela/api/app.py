"""The machine edge as one ASGI app: every operation behind Litestar's router, the hot ones on a short way past it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from chancela.api import (
    beneficiaries,
    documentation,
    events,
    guias,
    health,
    languages,
    listing,
    oauth,
    problems,
    proofs,
    tokens,
)
from chancela.api.faults import Fault, FaultyError
from chancela.api.meter import Meter
from chancela.api.serving import Serving
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
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
    guias.CANCEL,
    guias.REVIEW,
    events.FOLLOW,
    proofs.RECEIPT,
    proofs.CHECKPOINT,
    proofs.KEYS,
    health.LIVE,
    health.READY,
)

HOT: Final = {("GET", ""): guias.READ, ("POST", "/token"): tokens.ISSUE, ("POST", "/validation"): tokens.VALIDATE}
GUIA: Final = "/v1/guias/"
ID: Final = slice(len(GUIA), len(GUIA) + 36)
LITESTAR: Final = {"guia_id": "guia_id:str", "card_number": "card_number:path"}
LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Edge:
    """The hot operations go straight to their serving; Litestar's layers would take a third of their time."""

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
        [_route(each, serving) for each in operations],
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

    path = operation.path
    for name, typed in LITESTAR.items():
        path = path.replace(name, typed)
    return HTTPRouteHandler(path, http_method=operation.method, name=operation.name)(answer)


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
