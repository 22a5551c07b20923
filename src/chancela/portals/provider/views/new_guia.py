"""Nova guia: procedures found by code or words, checked, and only then registered."""

from dataclasses import dataclass, field

from django.http import Http404, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chancela.adapters.postgres import network_reads
from chancela.domain import professional as professionals, sentences
from chancela.domain.analysis import CatalogueEntry
from chancela.domain.guia import Kind
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refused
from chancela.portals.design import words as shared
from chancela.portals.provider import chart, forms, lines, once, regions, words
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.home import waiting
from chancela.portals.provider.views.person import introduced, known
from chancela.usecases.register_guia import RegisterGuia

CONSULTATION = "10101012"
FOUND = 12
FEWEST = 2
ASKS_REQUESTER = frozenset({Kind.SP_SADT, Kind.INTERNACAO})


@dataclass(frozen=True, slots=True)
class Entry:
    """A guia being entered."""

    card: str
    kind: Kind
    head: forms.Head
    lines: list[lines.Line]
    text: str = ""
    found: list[CatalogueEntry] = field(default_factory=list)
    told: str = ""
    refused: str = ""
    fresh: bool = False


def kind_of(slug: str) -> Kind:
    """`sp-sadt` -> Kind.SP_SADT; anything else is unknown."""
    try:
        return Kind(slug.replace("-", "_"))
    except ValueError as unknown:
        raise Http404 from unknown


@require_http_methods(["GET", "POST"])
@opens(Permission.REGISTER_GUIA)
async def new_guia(desk: Desk, card: str, kind: str) -> HttpResponse:
    """Show the form, do what its button says, and show it again until it is registered."""
    wanted = kind_of(kind)
    if desk.request.method == "GET":
        return await _show(desk, Entry(card, wanted, forms.Head(), await _usual(desk, wanted)))
    data = desk.request.POST
    entry = Entry(card, wanted, forms.Head(data), lines.read(data, desk.operator.rules), data.get("q", "")[:80].strip())
    deed, _sep, what = data.get("do", "check").partition(":")
    match deed:
        case "find" if entry.text:
            return await _find(desk, entry)
        case "pick":
            return await _pick(desk, entry, what)
        case "drop":
            kept = [line for at, line in enumerate(entry.lines) if str(at) != what]
            return await _show(desk, _with(entry, kept))
        case "edit":
            return await _show(desk, entry)
        case "register":
            return await _register(desk, entry)
    return await _check(desk, entry)


@require_GET
@opens(Permission.REGISTER_GUIA)
async def procedures(desk: Desk, kind: str) -> HttpResponse:
    """The procedures that fit what is being typed."""
    text = desk.request.GET.get("q", "")[:80].strip()
    found = await desk.app.reads.procedures(kind_of(kind), text, FOUND) if len(text) >= FEWEST else ()
    return desk.page("provider/_found.html", {"found": found, "text": text})


async def _usual(desk: Desk, kind: Kind) -> list[lines.Line]:
    if kind is not Kind.CONSULTA:
        return []
    found = await desk.app.reads.procedures(kind, CONSULTATION, 1)
    return [lines.of_entry(each, desk.operator.rules) for each in found]


def _with(entry: Entry, changed: list[lines.Line], *, fresh: bool = False, told: str = "") -> Entry:
    return Entry(entry.card, entry.kind, entry.head, changed, fresh=fresh, told=told)


async def _find(desk: Desk, entry: Entry) -> HttpResponse:
    found = list(await desk.app.reads.procedures(entry.kind, entry.text, FOUND))
    if len(found) == 1 and found[0].code == entry.text:
        return await _pick(desk, entry, entry.text)
    told = "" if found else _("Nada encontrado. Tente parte do nome ou os primeiros números do código.")
    return await _show(desk, Entry(entry.card, entry.kind, entry.head, entry.lines, entry.text, found, told))


async def _pick(desk: Desk, entry: Entry, code: str) -> HttpResponse:
    found = [each for each in await desk.app.reads.procedures(entry.kind, code, 1) if each.code == code]
    if not found:
        return await _show(desk, _with(entry, entry.lines, told=_("Procedimento não encontrado na tabela TUSS 22.")))
    if len(entry.lines) >= lines.MOST:
        return await _show(desk, _with(entry, entry.lines, told=_("Uma guia leva até 50 procedimentos.")))
    return await _show(desk, _with(entry, [*entry.lines, lines.of_entry(found[0], desk.operator.rules)], fresh=True))


async def _checked(entry: Entry) -> Entry:
    checked = [lines.checked(line) for line in entry.lines]
    told = "" if checked else _("Acrescente pelo menos um procedimento.")
    return Entry(entry.card, entry.kind, entry.head, checked, told=told)


async def _check(desk: Desk, entry: Entry) -> HttpResponse:
    checked = await _checked(entry)
    if checked.told or not entry.head.is_valid() or any(line.errors for line in checked.lines):
        return await _show(desk, checked, status=422)
    return await _show(desk, checked, template="check")


async def _register(desk: Desk, entry: Entry) -> HttpResponse:
    checked = await _checked(entry)
    if checked.told or not entry.head.is_valid() or any(line.errors for line in checked.lines):
        return await _show(desk, checked, status=422)
    head = entry.head.cleaned_data
    command = RegisterGuia(
        desk.actor,
        entry.kind,
        entry.card,
        desk.provider,
        lines.asked(checked.lines),
        head["provider_number"] or None,
        head["requester"] or None,
        head["notes"] or None,
        head["urgent"],
    )
    outcome = await once.do(desk, command)
    if isinstance(outcome, Refused):
        refused = sentences.sentence(outcome, get_language() or sentences.PORTUGUESE)
        return await _show(desk, Entry(entry.card, entry.kind, entry.head, checked.lines, refused=refused), status=422)
    return desk.go("guia", outcome, query={"registrada": "1"})


async def _requesters(desk: Desk, kind: Kind) -> list[str]:
    """Who attends at this provider, as the field for whoever asks takes them; asked for where that field is shown."""
    if kind not in ASKS_REQUESTER:
        return []
    found = await network_reads.professionals(desk.app.pool, desk.operator.ans, desk.provider)
    return [f"{name}, {professionals.written(entry)}"[: forms.REQUESTER] for name, entry in found]


async def _show(desk: Desk, entry: Entry, *, template: str = "new", status: int = 200) -> HttpResponse:
    person = await known(desk, entry.card)
    context = {
        "entry": entry,
        "person": introduced(person),
        "kind": shared.KIND[entry.kind],
        "slug": entry.kind.value.replace("_", "-"),
        "dental": entry.kind is Kind.ODONTO,
        "asks_requester": entry.kind in ASKS_REQUESTER,
        "requesters": await _requesters(desk, entry.kind),
        "regions": regions.REGIONS.items(),
        "faces": words.FACE.items(),
        "rows": chart.rows() if entry.kind is Kind.ODONTO else (),
        "asked": lines.asked(entry.lines) if template == "check" else (),
        "names": {line.code: line.name for line in entry.lines},
        "once": once.word(),
    }
    if desk.partly:
        return desk.page(f"provider/_{template}.html", context, status)
    return desk.page(f"provider/{template}.html", {**context, **await waiting(desk)}, status)
