"""The operator's logo, as the picture that it is and nothing else."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from chancela.bootstrap import logos

if TYPE_CHECKING:
    from chancela.bootstrap.app import App

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
async def logo(request: HttpRequest, ans: str) -> HttpResponseBase:
    """The picture; under the address of its version it never changes, without one it is asked about each time."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    found = await logos.find(app, ans)
    if found is None:
        raise Http404
    response = HttpResponse(found.content, content_type=found.media_type)
    response["ETag"] = quote_etag(found.version)
    response["Cache-Control"] = FOR_EVER if request.GET.get("v") == found.version else "no-cache"
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return get_conditional_response(request, response["ETag"], response=response) or response
