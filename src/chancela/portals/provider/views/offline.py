"""The desk without the portal: what lets it install, its page, this computer made ready, and records brought in."""

import functools
import hashlib
import json
import pathlib

from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from chancela.domain import sentences
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refused
from chancela.portals.design import accent as accents
from chancela.portals.provider import offline_bundle, offline_sending, offline_shapes as shapes
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.home import waiting

PAPER, INK = "#fbf8f1", "#14274c"
STYLES = (
    "design/tokens.css",
    "design/base.css",
    "design/parts.css",
    "design/print.css",
    "provider/desk.css",
    "provider/offline.css",
)
SCRIPTS = (
    "design/comfort.js",
    "provider/offline_shelf.js",
    "provider/offline_post.js",
    "provider/offline_records.js",
    "provider/offline_form.js",
    "provider/offline.js",
)
ICONS = ("design/favicon.svg", "hand/icon-192.png", "hand/icon-512.png")
SIZES = (192, 512)
GARBLED, REFUSED = 400, 422


@require_safe
@opens(Permission.RECONCILE_GUIA)
async def manifest(desk: Desk) -> HttpResponse:
    """The W3C manifest of the desk: the operator's name and colour, our icons."""
    home, accent = resolve_url("desk"), desk.operator.accent
    icons = [
        {"src": static(f"hand/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in SIZES
        for purpose in ("any", "maskable")
    ]
    told = {
        "id": home,
        "name": _("Balcão · %(operator)s") % {"operator": desk.operator.name},
        "short_name": _("Balcão"),
        "description": _("Guias e códigos do prestador, também com o portal fora do ar."),
        "lang": get_language(),
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": accents.seen_on(PAPER, accent.lower()) if accent else INK,
        "icons": icons,
    }
    return _fresh(HttpResponse(json.dumps(told, ensure_ascii=False), content_type="application/manifest+json"))


@require_safe
@opens(Permission.RECONCILE_GUIA)
async def worker(desk: Desk) -> HttpResponse:
    """The service worker of the desk; its text changes whenever what it keeps does."""
    kept = [static(each) for each in (*STYLES, *SCRIPTS, *ICONS)]
    told = {
        "home": resolve_url("desk"),
        "offline": resolve_url("offline_desk"),
        "kept": [*kept, resolve_url("accent", desk.operator.ans)],
    }
    script = _script()
    page = render_to_string("provider/offline.html", _shell(desk))
    version = hashlib.sha256(f"{json.dumps(told)}{script}{page}".encode()).hexdigest()[:12]
    text = f'"use strict";\nconst SHELL = {json.dumps({**told, "version": version})};\n{script}'
    return _fresh(HttpResponse(text, content_type="text/javascript; charset=utf-8"))


@require_safe
@opens(Permission.RECONCILE_GUIA)
async def page(desk: Desk) -> HttpResponse:
    """The offline desk itself; it knows the operator and nobody else."""
    return _fresh(HttpResponse(render_to_string("provider/offline.html", _shell(desk))))


@require_GET
@opens(Permission.TAKE_BLOCK)
async def computer(desk: Desk) -> HttpResponse:
    """Say what being ready means, and make this computer ready."""
    return desk.page("provider/offline_computer.html", {**await waiting(desk), "here": "computer"})


@require_GET
@opens(Permission.RECONCILE_GUIA)
async def standing(desk: Desk) -> HttpResponse:
    """Say that the portal answers, what time it is here, and who is signed in; with it, what a post needs."""
    told = {
        "at": timezone.now().isoformat(),
        "csrf": get_token(desk.request),
        "account": offline_bundle.account(desk),
        "of": offline_bundle.of(desk),
    }
    return JsonResponse(told)


@require_POST
@opens(Permission.TAKE_BLOCK)
async def prepare(desk: Desk) -> HttpResponse:
    """Give what this computer keeps, with numbers of its own where it has few left."""
    asked = shapes.read(shapes.Machine, desk.request.body)
    if asked is None or desk.closed:
        return JsonResponse({"refused": ""}, status=GARBLED)
    numbers = await offline_bundle.more_numbers(desk, asked)
    if isinstance(numbers, Refused):
        refused = sentences.sentence(numbers, get_language() or sentences.PORTUGUESE)
        return JsonResponse({"refused": refused}, status=REFUSED)
    return JsonResponse({**await offline_bundle.bundle(desk, asked.machine), "block": numbers})


@require_POST
@opens(Permission.RECONCILE_GUIA)
async def send(desk: Desk) -> HttpResponse:
    """Bring in a list of records; each is answered for itself, and again in the same way if it comes again."""
    asked = shapes.read(shapes.RecordList, desk.request.body)
    if asked is None:
        return JsonResponse({}, status=GARBLED)
    return JsonResponse({"outcomes": await offline_sending.sent(desk, asked)})


def _shell(desk: Desk) -> dict[str, object]:
    return {"operator": desk.operator}


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-cache"
    return response


@functools.cache
def _script() -> str:
    found = finders.find("provider/offline_worker.js")
    return pathlib.Path(str(found)).read_text(encoding="utf-8")
