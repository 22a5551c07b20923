"""Imports: a file is sent, previewed, brought in and, were it wrong, undone; a worker does each."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancela.adapters.imports.table import UnreadableFileError
from chancela.adapters.postgres.imports import ImportRun, Imports
from chancela.bootstrap import importing
from chancela.domain import sentences
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refused
from chancela.portals.operator import import_words as words, imports
from chancela.portals.operator.door import Office, opens

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

HERE = "operator_imports"
REFUSED = 422
PIECE = 65_536


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.IMPORT_FILES)
async def index(office: Office) -> HttpResponse:
    """The imports there were, and the form for another."""
    if office.request.method == "POST":
        return await _sent(office)
    return await _listed(office)


async def _listed(office: Office, fault: Any = None) -> HttpResponse:
    runs = await Imports(office.app.pool).all(office.operator.ans)
    rows = [(run, words.STATE[run.state], words.KIND[run.kind]) for run in runs]
    context = {"here": HERE, "rows": rows, "fault": fault}
    return office.page("operator/imports.html", context, REFUSED if fault else 200)


async def _sent(office: Office) -> HttpResponse:
    """Keep the file and ask a worker for its preview."""
    files: Any = office.request.FILES
    sent: UploadedFile[Any] | None = files.get("file")
    if sent is None or not sent.size:
        return await _listed(office, words.NO_FILE)
    try:
        kept = sync_to_async(imports.keep, thread_sensitive=False)
        new = await kept(office.app.settings, office.operator.ans, office.actor.name, sent)
    except imports.NoRoomError:
        return await _listed(office, words.NO_ROOM)
    except UnreadableFileError as fault:
        return await _listed(office, str(fault))
    await Imports(office.app.pool).add(office.operator.ans, new)
    await importing.send(office.app, office.operator.ans, new.id)
    return office.go("operator_import", new.id)


@require_GET
@opens(Permission.IMPORT_FILES)
async def one(office: Office, run_id: UUID) -> HttpResponse:
    """One import: how far it is, what it would do, or what it did."""
    run = await _run(office, run_id)
    if office.partly and not run.at_work:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return await _shown(office, run)


async def _shown(office: Office, run: ImportRun, refusal: Refused | None = None) -> HttpResponse:
    settings, ans = office.app.settings, office.operator.ans
    context = {
        "here": HERE,
        "run": run,
        "said": words.STATE[run.state],
        "kind": words.KIND[run.kind],
        "pace": imports.pace(run),
        "sums": imports.sums(run),
        "undone": imports.undone(run),
        "fields": imports.fields(run),
        "examples": imports.examples(run),
        "left": imports.left(run),
        "problems": await sync_to_async(imports.problems)(settings, ans, run),
        "again": importing.place(settings, ans, run.id).exists(),
        "refusal": _sentence(refusal) if refusal else None,
    }
    template = "operator/_import.html" if office.partly else "operator/import.html"
    return office.page(template, context, REFUSED if refusal else 200)


def _sentence(refusal: Refused) -> str:
    return sentences.sentence(refusal, get_language() or sentences.PORTUGUESE)


@require_POST
@opens(Permission.IMPORT_FILES)
async def bring(office: Office, run_id: UUID) -> HttpResponse:
    """Bring in what was previewed."""
    run = await _run(office, run_id)
    asked = await Imports(office.app.pool).ask(
        office.operator.ans, run_id, ends_absent=office.request.POST.get("ends_absent") == "yes"
    )
    return await _asked(office, run, asked)


@require_POST
@opens(Permission.IMPORT_FILES)
async def undo(office: Office, run_id: UUID) -> HttpResponse:
    """Undo the last import."""
    run = await _run(office, run_id)
    return await _asked(office, run, await Imports(office.app.pool).ask_undo(office.operator.ans, run_id))


async def _asked(office: Office, run: ImportRun, refusal: Refused | None) -> HttpResponse:
    """Send the worker, or tell why not; whoever asks twice is led to what is under way."""
    now = await _run(office, run.id)
    if refusal is not None and not now.at_work and now.state == run.state:
        return await _shown(office, now, refusal)
    if refusal is None:
        await importing.send(office.app, office.operator.ans, run.id)
    return office.go("operator_import", run.id)


@require_POST
@opens(Permission.IMPORT_FILES)
async def drop(office: Office, run_id: UUID) -> HttpResponse:
    """Forget a file that changed nothing."""
    await _run(office, run_id)
    if await Imports(office.app.pool).drop(office.operator.ans, run_id):
        await sync_to_async(importing.forget)(office.app.settings, office.operator.ans, run_id)
    return office.go(HERE)


@require_GET
@opens(Permission.IMPORT_FILES)
async def errors(office: Office, run_id: UUID) -> StreamingHttpResponse:
    """The problems of a file, line by line, as a CSV; it is deleted after a day."""
    run = await _run(office, run_id)
    path = importing.errors_of(office.app.settings, office.operator.ans, run.id)
    if not await sync_to_async(path.exists)():
        raise Http404
    answer = StreamingHttpResponse(_pieces(path), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="erros-{run.created_at:%Y-%m-%d}-{str(run.id)[-6:]}.csv"'
    return answer


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with await sync_to_async(lambda: path.open("rb"))() as file:
        while piece := await sync_to_async(file.read)(PIECE):
            yield piece


async def _run(office: Office, run_id: UUID) -> ImportRun:
    run = await Imports(office.app.pool).one(office.operator.ans, run_id)
    if run is None or run.state == "dropped":
        raise Http404
    return run
