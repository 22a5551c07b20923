"""How much a request may bring: counted as it comes, before anything of it is kept, by the address it goes to."""

from __future__ import annotations

import asyncio
import contextlib
import io
import shutil
import tempfile
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.db import connection
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.decorators import async_only_middleware

from chancela.domain import permissions
from chancela.domain.permissions import Actor, ActorKind, Permission

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    Scope = dict[str, Any]
    Message = Mapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Next = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB
PATIENCE_S: Final = 5.0  # for the rest of what is refused, so that a browser comes to read why
PASSED_BY: Final = 16 * MIB
SPARE: Final = 512 * MIB  # of the disk, where requests wait that are too big for memory
COPIES: Final = 2  # of such a request there: as it came, and the file taken out of it
REFUSED: Final = "chancela.too_big"


@dataclass(frozen=True, slots=True)
class Room:
    """What one request may bring: bytes of its whole body, and files in it, from an account that may do this."""

    size: int
    files: int = 0
    permission: Permission | None = None


USUAL: Final = Room(512 * KIB)
# By the beginning of the route as urls.py writes it.
ROOMS: Final[dict[str, Room]] = {
    "balcao/guias/<uuid:guia_id>/documentos/": Room(12 * MIB, 2, Permission.ADD_ATTACHMENT),
    "balcao/guias/<uuid:guia_id>/assinatura/": Room(12 * MIB, 2, Permission.PRINT_SLIP),
    "balcao/contingencia/": Room(512 * KIB, 1, Permission.RECONCILE_GUIA),
    "operadora/importacoes/": Room(4 * GIB, 1, Permission.IMPORT_FILES),
}


def room(path: str) -> Room:
    """Return what a request to an address may bring, from whoever may do what is done there."""
    try:
        route = resolve(path).route
    except Resolver404:
        return USUAL
    return next((each for start, each in ROOMS.items() if route.startswith(start)), USUAL)


class Request(ASGIRequest):
    """Django's request, which reads as many files out of a form as its address takes."""

    def parse_file_upload(self, META: Any, post_data: Any) -> Any:  # noqa: N803 - Django's name
        """Refuse a file too many as soon as it begins; nothing of it is kept."""
        self.upload_handlers = [_AtMost(room(self.path_info).files, self), *self.upload_handlers]
        return super().parse_file_upload(META, post_data)


class _AtMost(FileUploadHandler):
    """Counts the files of a form; it keeps none itself."""

    def __init__(self, most: int, request: HttpRequest) -> None:
        super().__init__(request)
        self.left = most

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.left -= 1
        if self.left < 0:
            raise TooManyFilesSent("this form takes no such file")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        del start
        return raw_data

    def file_complete(self, file_size: int) -> None:
        del file_size


class Handler(ASGIHandler):
    """Django's handler behind the count: what is too big is answered 413 and read no further than its limit."""

    request_class = Request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse by the length that is declared, and by what really comes."""
        limit = await _limit(scope)
        if _declared(scope) > limit:
            await self._refuse(scope, receive, send, limit)
            return
        count = _Count(receive, limit)
        await super().__call__(scope, count.receive, send)
        if count.exceeded:
            await self._refuse(scope, receive, send, limit)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        """Answer at once; then let pass by, unkept, what a hurried browser still sends, up to the limit."""

        async def empty() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False} if next(first, False) else await never

        async def last_word(message: Message) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await _pass_by(receive, min(limit, PASSED_BY))
                message = {"type": "http.response.body"}
            await send(message)

        first, never = iter([True]), asyncio.get_running_loop().create_future()
        await super().__call__({**scope, "method": "GET", REFUSED: True}, empty, last_word)


class _Count:
    """Hands on what comes until it is more than the limit; then the rest is not read any more."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left, self.exceeded = receive, limit, False

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.exceeded = True
            return {"type": "http.disconnect"}  # Django forgets what it had, and answers nothing
        return message


@async_only_middleware
def told(get_response: Next) -> Callable[[HttpRequest], Any]:
    """Say in words that what was sent is too big."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.scope.get(REFUSED):  # type: ignore[attr-defined]
            return await get_response(request)
        response = render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        response["Connection"] = "close"
        return response

    return middleware


async def _limit(scope: Scope) -> int:
    """Return how many bytes may come: more than the usual where an address takes it, from whoever may, if it fits."""
    if _declared(scope) <= USUAL.size and b"transfer-encoding" not in dict(scope["headers"]):
        return USUAL.size
    given = room(scope["path"])
    return await asyncio.to_thread(_fitting, given.size) if await _may(scope, given.permission) else USUAL.size


def _fitting(size: int) -> int:
    """Return so many bytes, or as many as the disk takes; what stays in memory needs none of it."""
    if size <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        return size
    free = shutil.disk_usage(settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir()).free
    return max(USUAL.size, min(size, (free - SPARE) // COPIES))


def _declared(scope: Scope) -> int:
    raw: bytes = dict(scope["headers"]).get(b"content-length", b"")
    return int(raw) if raw.isdigit() else 0


async def _may(scope: Scope, permission: Permission | None) -> bool:
    if permission is None:
        return False
    cookie = ASGIRequest(dict(scope), io.BytesIO()).COOKIES.get(settings.SESSION_COOKIE_NAME)
    async with ThreadSensitiveContext():
        return await sync_to_async(_account_may)(cookie, permission)


def _account_may(cookie: str | None, permission: Permission) -> bool:
    try:
        found = get_user_model().objects.filter(pk=SessionStore(cookie).get(SESSION_KEY) or 0, is_active=True)
        return any(
            permissions.may_for(
                Actor(each.operator, ActorKind(each.role), each.username, each.provider_code or None),
                permission,
                each.provider_code,
            )
            for each in found
        )
    finally:
        connection.close()


async def _pass_by(receive: Receive, most: int) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while most > 0:
                message = await receive()
                most -= len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
