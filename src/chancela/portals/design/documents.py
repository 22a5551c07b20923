"""A document of a guia as a browser gets it: a picture to look at, or a file to save, and nothing that could run."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render

from chancela.adapters.documents.cabinet import GoneError
from chancela.bootstrap import documents
from chancela.domain.attachment import MediaType
from chancela.domain.refusal import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from chancela.bootstrap.app import App
    from chancela.domain.permissions import Actor

ENDING: Final = {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.PDF: "pdf"}
NOTHING_RUNS: Final = "default-src 'none'; sandbox"
LOG: Final = logging.getLogger(__name__)


async def response(
    app: App, actor: Actor, request: HttpRequest, guia_id: UUID, attachment_id: UUID, page: int | None
) -> HttpResponse:
    """Answer with a page as a picture, or with the whole file to save; who asked is on the trail."""
    try:
        shown = await documents.look(app, actor, guia_id, attachment_id, page)
    except GoneError as fault:
        LOG.error("a document is missing: %s", fault)  # noqa: TRY400 - the sentence says all
        return render(request, "design/gone.html", status=HTTPStatus.GONE)
    if isinstance(shown, Refused):
        raise Http404
    answer = HttpResponse(shown.content, content_type=shown.media_type.value)
    name = f"documento-{str(attachment_id)[-6:]}{f'-{page}' if page else ''}.{ENDING[shown.media_type]}"
    answer["Content-Disposition"] = f'{"inline" if page else "attachment"}; filename="{name}"'
    answer["Content-Security-Policy"] = NOTHING_RUNS
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
