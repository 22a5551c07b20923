"""The trail: searched, told as stories of a guia or a person, with who saw what, and exported."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_POST

from chancela.adapters.postgres.chronicles import Chronicles, Found, Wanted
from chancela.bootstrap import trail_export
from chancela.bootstrap.trail_export import Export, TooMany
from chancela.domain import chronicle
from chancela.domain.permissions import Permission
from chancela.portals.operator import trail_asked, trail_lines, trail_table
from chancela.portals.operator.door import Office, opens
from chancela.portals.operator.trail_asked import Search

if TYPE_CHECKING:
    from chancela.domain.trail import Entry

STORY = 1_000  # events told at once
LOOKS = frozenset(kind.value for kind in chronicle.LOOKS)
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}


@require_GET
@opens(Permission.READ_TRAIL)
async def trail(office: Office) -> HttpResponse:
    """A page of events, newest first; without a question, the newest of all."""
    return await _searched(office, Search(office.request.GET or {}))


async def _searched(office: Office, form: Search, *, too_many: TooMany | None = None) -> HttpResponse:
    wish = await trail_asked.asked(office, form)
    found = Found(())
    if wish is not None:
        found = await Chronicles(office.app.pool).page(office.operator.ans, wish.wanted, _before(office))
    context = {
        "here": "operator_trail",
        "form": form,
        "asks": form.asks,
        "lines": await trail_lines.lines(office.app, office.operator.ans, found.entries),
        "found": found,
        "further": _further(office, found),
        "later": _before(office) is not None,
        "too_many": too_many,
        "exports": office.may(Permission.EXPORT_TRAIL),
    }
    wrong = wish is None or too_many is not None
    return office.page("operator/trail.html", context, status=422 if wrong else 200)


def _before(office: Office) -> int | None:
    """The place before which the page begins."""
    text = office.request.GET.get("antes", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None  # noqa: PLR2004 - a bigint


def _further(office: Office, found: Found) -> str:
    """The query of the next page, the same question from where this one ended."""
    if found.before is None:
        return ""
    query: QueryDict = office.request.GET.copy()
    query["antes"] = str(found.before)
    return query.urlencode()


@require_GET
@opens(Permission.READ_TRAIL)
async def guia(office: Office, guia_id: UUID) -> HttpResponse:
    """A guia's whole story, from its beginning."""
    faces = await Chronicles(office.app.pool).faces(office.operator.ans, [guia_id], [])
    if guia_id not in faces.guias:
        raise Http404
    number, whose = faces.guias[guia_id]
    about = {"number": number, "person": trail_lines.face(whose, faces)}
    return await _story(office, Wanted(things=frozenset({guia_id})), about)


@require_GET
@opens(Permission.READ_TRAIL)
async def person(office: Office, person_id: UUID) -> HttpResponse:
    """A person's whole story, with that of all their guias."""
    known = await _person(office, person_id)
    things = await Chronicles(office.app.pool).of_people(office.operator.ans, [person_id])
    return await _story(office, Wanted(things=things), {"person": known})


async def _person(office: Office, person_id: UUID) -> trail_lines.Face:
    faces = await Chronicles(office.app.pool).faces(office.operator.ans, [person_id], [])
    known = trail_lines.face(person_id, faces)
    if known is None:
        raise Http404
    return known


async def _story(office: Office, wanted: Wanted, about: Mapping[str, object]) -> HttpResponse:
    found = await Chronicles(office.app.pool).page(office.operator.ans, wanted, limit=STORY)
    told = await trail_lines.lines(office.app, office.operator.ans, found.entries[::-1], led=True)
    context = {"here": "operator_trail", "lines": told, "cut": found.before is not None, "at": timezone.now(), **about}
    return office.page("operator/trail_story.html", context)


@require_GET
@opens(Permission.READ_TRAIL)
async def seen_of_person(office: Office, person_id: UUID) -> HttpResponse:
    """Who saw what of a person, as they may ask to be told (LGPD art. 18); printed, it is the answer."""
    known = await _person(office, person_id)
    return await _seen(office, await _looks_at(office, person_id), {"person": known})


@require_GET
@opens(Permission.READ_TRAIL)
async def seen_by_account(office: Office) -> HttpResponse:
    """What the account that `conta` names saw."""
    login = office.request.GET.get("conta", "").strip()
    if not login or "\x00" in login:
        return office.go("operator_trail")
    return await _seen(office, Wanted(kinds=LOOKS, actor=login), {"login": login})


async def _looks_at(office: Office, person_id: UUID) -> Wanted:
    things = await Chronicles(office.app.pool).of_people(office.operator.ans, [person_id])
    return Wanted(things=things, kinds=LOOKS)


async def _seen(office: Office, wanted: Wanted, about: Mapping[str, object]) -> HttpResponse:
    found = await Chronicles(office.app.pool).page(office.operator.ans, wanted, limit=STORY)
    context = {
        "here": "operator_trail",
        "lines": await trail_lines.lines(office.app, office.operator.ans, found.entries),
        "cut": found.before is not None,
        "at": timezone.now(),
        "exports": office.may(Permission.EXPORT_TRAIL),
        **about,
    }
    return office.page("operator/trail_seen.html", context)


@require_POST
@opens(Permission.EXPORT_TRAIL)
async def export(office: Office) -> HttpResponseBase:
    """What was searched for, as a file; that it goes out stands on the trail before its first byte."""
    form, kind = Search(office.request.POST), _kind(office)
    wish = await trail_asked.asked(office, form)
    if wish is None:
        return await _searched(office, form)
    begun = await trail_export.begin(office.app, office.actor, wish.wanted, kind, wish.told)
    if isinstance(begun, TooMany):
        return await _searched(office, form, too_many=begun)
    return _file(office, begun, kind)


@require_POST
@opens(Permission.EXPORT_TRAIL)
async def export_seen(office: Office, person_id: UUID) -> HttpResponseBase:
    """Who saw what of a person, as a file."""
    await _person(office, person_id)
    wanted = await _looks_at(office, person_id)
    told = {"person": str(person_id), "what": "who_saw"}
    begun = await trail_export.begin(office.app, office.actor, wanted, "csv", told)
    if isinstance(begun, TooMany):  # of one person there are never so many
        raise Http404
    return _file(office, begun, "csv")


def _kind(office: Office) -> str:
    asked = office.request.POST.get("formato", "")
    return asked if asked in TYPES else "csv"


def _file(office: Office, begun: Export, kind: str) -> StreamingHttpResponse:
    """A file whose pages are read as they go."""
    language = translation.get_language()
    pieces = _table(office, begun, language) if kind == "csv" else _lines(office, begun)
    day: dt.date = timezone.localdate()
    name = f'attachment; filename="trilha-{office.operator.ans}-{day:%Y-%m-%d}.{kind}"'
    return StreamingHttpResponse(pieces, headers={"Content-Type": TYPES[kind], "Content-Disposition": name})


async def _lines(office: Office, begun: Export) -> AsyncIterator[bytes]:
    async for entries in trail_export.pages(office.app, begun):
        yield trail_export.lines(entries).encode()


async def _table(office: Office, begun: Export, language: str | None) -> AsyncIterator[bytes]:
    with translation.override(language):
        yield b"\xef\xbb\xbf" + trail_export.table([trail_table.HEADER]).encode()
    async for entries in trail_export.pages(office.app, begun):
        yield await _page(office, entries, language)


async def _page(office: Office, entries: "tuple[Entry, ...]", language: str | None) -> bytes:
    with translation.override(language):
        told = await trail_lines.lines(office.app, office.operator.ans, entries)
        return trail_export.table(trail_table.rows(told, entries)).encode()
