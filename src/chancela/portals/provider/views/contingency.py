"""Contingency at the desk: numbers for the hours without the system, and what was done then, brought in afterwards."""

import asyncio
from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancela.bootstrap import contingency as numbers
from chancela.domain import block as blocks, sentences
from chancela.domain.guia import Kind
from chancela.domain.permissions import Permission
from chancela.domain.reconcile import Difference, Differs, Result
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design import reconcile_words
from chancela.portals.design.words import Said
from chancela.portals.provider import contingency_guias as guias, contingency_lines as lines, offline_words, words
from chancela.portals.provider.contingency_lines import Line
from chancela.portals.provider.door import Desk, opens
from chancela.usecases.reconcile_guia import Reconciled, ReconcileGuia
from chancela.usecases.take_block import TakeBlock

LARGEST_FILE = 262_144  # bytes
ONE = ("one_number", "one_when", "one_card", "one_kind", "one_procedures", "one_answer", "one_note")
SHOWN = {
    Result.VALIDATED: ("good", "seal"),
    Result.WITHOUT_TOKEN: ("wait", "document"),
    Result.REFUSED: ("bad", "alert"),
}
TOLD = frozenset({Differs.CARD, Differs.TOLD_CARD, Differs.PROCEDURES, Differs.KIND, Differs.NOT_AUTHORISED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a line, as the desk reads it."""

    line: Line
    said: Said
    number: str
    guia: object = None
    protocol: str = ""
    why: str = ""
    differs: tuple[str, ...] = ()


@require_http_methods(["GET", "POST"])
@opens(Permission.RECONCILE_GUIA)
async def contingency(desk: Desk) -> HttpResponse:
    """Show the numbers; read what was typed, pasted or uploaded, show it line by line, and bring it in."""
    if desk.request.method == "GET":
        return await _page(desk, text=await _to_correct(desk) if desk.request.GET.get("corrigir") else "")
    data = desk.request.POST
    text, error = await _typed(desk)
    kept = numbers.opened(desk.app, desk.actor, data.get("kept", ""))
    found = await guias.found(desk, lines.read(text, kept))
    if not found or error:
        return await _page(desk, text=text, error=error or _("Escreva ao menos um atendimento."), status=422)
    if data.get("do") != "send":
        return await _page(desk, checked=found)
    good = [each for each in found if not each.errors]
    outcomes = await asyncio.gather(*(_brought(desk, each) for each in good))
    told = [_outcome(each, one) for each, one in zip(good, outcomes, strict=True)]
    left = [each.line for each in told if each.said.tone == "bad"] + [each for each in found if each.errors]
    return await _page(desk, told=told, text=lines.written(left), left=left)


@require_POST
@opens(Permission.TAKE_BLOCK)
async def take(desk: Desk) -> HttpResponse:
    """Receive numbers, as many as are lacking."""
    outcome = await desk.app.do(TakeBlock(desk.actor, desk.provider))
    if isinstance(outcome, Refused):
        return await _page(desk, error=_sentence(outcome), status=422)
    return desk.go("contingency", query={"recebidos": f"{len(outcome.numbers)}"})


@require_GET
@opens(Permission.TAKE_BLOCK)
async def printed(desk: Desk) -> HttpResponse:
    """The list to be printed: a line for each number, with room for what is written by hand."""
    shelf = await numbers.shelf(desk.app, desk.actor)
    last = min((each.valid_until for each in shelf.blocks), default=None)
    rows = [blocks.grouped(each) for each in shelf.free]
    return desk.page("provider/contingency_list.html", {"rows": rows, "until": last, "here": "contingency"})


async def _typed(desk: Desk) -> tuple[str, str]:
    """What was typed, or stands in the file that was uploaded in its place; and what is wrong with it."""
    data, file = desk.request.POST, desk.request.FILES.get("file")
    if data.get("do") == "one":
        return _one(data), ""
    text = data.get("text", "")
    if file is not None:
        if (file.size or 0) > LARGEST_FILE:
            return text, _("O arquivo é grande demais: mande até 200 atendimentos de cada vez.")
        content = file.read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    if len(text) > lines.LONGEST or len(lines.rows(text)) > lines.MOST:
        return text[: lines.LONGEST], _("São atendimentos demais: mande até 200 de cada vez.")
    return text.replace("\x00", ""), ""


def _one(data: QueryDict) -> str:
    """One visit that was entered field by field, as its line; a guia that stood before takes the place of a kind."""
    cells = {each: data.get(each, "").replace("\x00", "")[:500] for each in ONE}
    if number := data.get("one_guia", "").replace("\x00", "").strip()[:40]:
        cells["one_kind"] = lines.about(number)
    return lines.joined(cells.values())


async def _brought(desk: Desk, line: Line) -> Reconciled | Refused:
    if line.taken_at is None:
        return Refused(Refusal.TAKEN_AT_WRONG)
    command = ReconcileGuia(
        desk.actor,
        desk.provider,
        line.number,
        line.taken_at,
        line.card[:20],
        lines.kind(line),
        line.asked,
        code=line.code,
        reason=line.reason,
        detail=line.note or None,
        guia_id=line.stood.id if line.stood else None,
    )
    outcome: Reconciled | Refused = await desk.app.do(command)
    return outcome


def _outcome(line: Line, outcome: Reconciled | Refused) -> Outcome:
    done = Reconciled(None, Result.REFUSED, (), outcome) if isinstance(outcome, Refused) else outcome
    tone, icon = SHOWN[done.result]
    word = _("Não registrado") if done.refused else str(offline_words.RESULT[done.result]).rstrip(".")
    case = done.case
    return Outcome(
        line=line,
        said=Said(tone, word, icon),
        number=blocks.grouped(blocks.bare(line.number) or ""),
        guia=case.guia if case else None,
        protocol=case.absence.protocol if case and case.absence and not done.refused else "",
        why=_sentence(done.refused) if done.refused else "",
        differs=tuple(_difference(each) for each in done.differences),
    )


def _difference(each: Difference) -> str:
    word = str(reconcile_words.DIFFERS[each.what])
    if each.what is Differs.NOT_AUTHORISED:
        return f"{word}: {each.was}"
    if each.what in TOLD and (each.was or each.now):
        was, now = (_in_words(each.what, told) for told in (each.was, each.now))
        return _("%(what)s: era %(was)s, agora %(now)s") % {"what": word, "was": was, "now": now}
    return word


def _in_words(what: Differs, told: str) -> str:
    return str(words.KIND_SHORT[Kind(told)]) if what is Differs.KIND else told


async def _to_correct(desk: Desk) -> str:
    shelf = await numbers.shelf(desk.app, desk.actor)
    return await guias.to_correct(desk, shelf.to_correct)


async def _page(
    desk: Desk,
    *,
    text: str = "",
    error: str = "",
    checked: list[Line] | None = None,
    told: list[Outcome] | None = None,
    left: list[Line] | None = None,
    status: int = 200,
) -> HttpResponse:
    shelf = await numbers.shelf(desk.app, desk.actor)
    again = checked if checked is not None else left or []
    good = [each for each in checked or [] if not each.errors]
    context = {
        "here": "contingency",
        "free": [blocks.grouped(each) for each in shelf.free],
        "until": min((each.valid_until for each in shelf.blocks), default=None),
        "waiting": [(blocks.grouped(each.number), each, _refusal(each.refused)) for each in shelf.to_correct],
        "text": lines.written(checked) if checked is not None else text,
        "kept": numbers.sealed(desk.app, desk.actor, lines.codes(again)),
        "checked": checked,
        "good": len(good),
        "wrong": len(checked or []) - len(good),
        "told": told,
        "done": sum(each.said.tone != "bad" for each in told or []),
        "left": len(left or []),
        "taken": desk.counted("recebidos"),
        "error": error,
        "kinds": [(typed, words.KIND_SHORT[each]) for each, typed in lines.NAMES.items()],
    }
    return desk.page("provider/contingency.html", context, status)


def _refusal(reason: Refusal | None) -> str:
    return _sentence(Refused(reason)) if reason else ""


def _sentence(outcome: Refused) -> str:
    return sentences.sentence(outcome, get_language() or sentences.PORTUGUESE)
