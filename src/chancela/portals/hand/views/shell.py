"""What lets the pages be installed: the manifest, the service worker, and the page without a signal."""

import functools
import hashlib
import json
import pathlib
from typing import TYPE_CHECKING

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chancela.domain import offline as codes
from chancela.portals.design import accent as accents
from chancela.portals.hand.door import address, operator_of
from chancela.portals.hand.views import questions

if TYPE_CHECKING:
    from chancela.domain.people import Operator

PAPER = "#fbf8f1"
INK = "#14274c"
STYLES = (
    "design/tokens.css",
    "design/base.css",
    "design/parts.css",
    "hand/hand.css",
    "hand/codes.css",
    "hand/help.css",
)
SCRIPTS = ("design/comfort.js", "hand/hand.js", "hand/pocket.js", "hand/offline.js", "hand/scan.js")
ICONS = ("design/favicon.svg", "hand/icon-192.png", "hand/badge-96.png")
SIZES = (192, 512)


@require_safe
async def manifest(request: HttpRequest, ans: str) -> HttpResponse:
    """The W3C manifest: the operator's name and colour, our icons."""
    operator = await operator_of(request, ans)
    home = resolve_url("hand_home", ans)
    icons = [
        {"src": static(f"hand/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in SIZES
        for purpose in ("any", "maskable")
    ]
    told = {
        "id": home,
        "name": operator.name,
        "short_name": _short(operator.name),
        "description": _("Códigos e atendimentos do seu plano."),
        "lang": request.LANGUAGE_CODE,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": accents.seen_on(PAPER, operator.accent.lower()) if operator.accent else INK,
        "icons": icons,
    }
    return _fresh(HttpResponse(json.dumps(told, ensure_ascii=False), content_type="application/manifest+json"))


@require_safe
async def worker(request: HttpRequest, ans: str) -> HttpResponse:
    """The service worker of one operator's pages; its text changes whenever what it keeps does."""
    operator = await operator_of(request, ans)
    kept = [static(each) for each in (*STYLES, *SCRIPTS, *ICONS)]
    told = {
        "home": resolve_url("hand_home", ans),
        "offline": resolve_url("hand_offline", ans),
        "kept": [*kept, resolve_url("accent", ans), *([resolve_url("hand_logo", ans)] if operator.logo else [])],
        "logo": operator.logo,
        "help": address("hand_help", ans, query={questions.KEPT: ""}),
        "icon": static("hand/icon-192.png"),
        "badge": static("hand/badge-96.png"),
        "title": operator.name,
    }
    script = _script()
    # The pages kept are of one language and one policy: another of either is another worker, which keeps them anew.
    page = render_to_string("hand/offline.html", _without_signal(operator)) + questions.kept_page(operator)
    version = hashlib.sha256(f"{json.dumps(told)}{script}{page}".encode()).hexdigest()[:12]
    text = f'"use strict";\nconst SHELL = {json.dumps({**told, "version": version})};\n{script}'
    return _fresh(HttpResponse(text, content_type="text/javascript; charset=utf-8"))


@require_safe
async def offline(request: HttpRequest, ans: str) -> HttpResponse:
    """What the service worker shows where there is no signal; it knows nobody."""
    return _fresh(render(request, "hand/offline.html", _without_signal(await operator_of(request, ans))))


def _without_signal(operator: "Operator") -> dict[str, object]:
    policy = operator.policy
    late = policy.offline_late_days if policy.offline_codes else 0
    told = {"offline_codes": policy.offline_codes, "days": codes.VALID.days, "late_days": late}
    return {"operator": operator, "ans": operator.ans, **told}


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-cache"
    return response


def _short(name: str) -> str:
    """The name under an icon: at most twelve letters, whole words."""
    words = name.split()
    short = " ".join(words[:2])
    return short if len(short) <= 12 else words[0][:12]  # noqa: PLR2004 - what a home screen shows


@functools.cache
def _script() -> str:
    found = finders.find("hand/worker.js")
    return pathlib.Path(str(found)).read_text(encoding="utf-8")
