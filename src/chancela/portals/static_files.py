"""Style sheets, scripts and icons: served by their content's hash, without a build step, without blocking the loop."""

import asyncio
import functools
import hashlib
import pathlib
from collections.abc import Awaitable, Callable
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware
from whitenoise.middleware import WhiteNoiseMiddleware

from chancela.portals import compression


@functools.cache
def hashed(name: str) -> str:
    """`design/parts.css` -> `design/parts.0a1b2c3d4e5f.css`; a name that no app has stays as it is."""
    found = finders.find(name)
    if found is None:
        return name
    path = pathlib.PurePosixPath(name)
    digest = hashlib.sha256(pathlib.Path(found).read_bytes()).hexdigest()[:12]
    return str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))


class HashedStorage(StaticFilesStorage):
    """Gives each file the address that changes with its content, so that browsers may keep it for ever."""

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: ARG002 - Django's signature
        """The address of a file, hash included."""
        return super().url(hashed(name) if name else name)


class Shelf(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Every static file of the apps, under its plain and its hashed address."""

    def add_files_from_finders(self) -> None:
        """Read which files there are, once, at the start; of two with one name the first app's wins."""
        for finder in finders.get_finders():
            for name, storage in finder.list(None):
                for url in (self.static_prefix + name, self.static_prefix + hashed(name)):
                    if url not in self.files:
                        self.add_file_to_dictionary(url, storage.path(name))


async def _answer(shelf: Shelf, request: HttpRequest) -> HttpResponse:
    # RFC 9110, 13.1.2: whether a browser's copy is still good is asked weakly, packed or not.
    copy = request.META.get("HTTP_IF_NONE_MATCH", "").removeprefix("W/") or None
    found = shelf.files[request.path_info].get_response(request.method, {**request.META, "HTTP_IF_NONE_MATCH": copy})
    body = b""
    if found.file is not None:
        body = await asyncio.to_thread(found.file.read)
        found.file.close()
    response = HttpResponse(body, status=int(found.status))
    del response["content-type"]
    for name, value in found.headers:
        response[name] = value
    return compression.file(request, response)


@async_only_middleware
def static_files(
    get_response: Callable[[HttpRequest], Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], Any]:
    """Answer for a static file; hand everything else on."""
    shelf = Shelf()

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info in shelf.files:
            return await _answer(shelf, request)
        return await get_response(request)

    return middleware
