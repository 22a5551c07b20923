"""People: found by card, CPF or name, seen masked, and uncovered for a reason in the answer to that one request."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from chancela.bootstrap import records
from chancela.bootstrap.records import Hits
from chancela.domain.permissions import Permission
from chancela.domain.record import Part
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.operator import record_shown, record_words as words
from chancela.portals.operator.door import Office, opens
from chancela.portals.operator.record_forms import Find, Uncover
from chancela.usecases.see_record import SeeRecord

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.READ_PEOPLE)
async def people(office: Office) -> HttpResponse:
    """Find somebody; what was typed is in no address, so the list is the answer to the form itself."""
    form = Find(office.request.POST if office.request.method == "POST" else None)
    if not form.is_valid():
        return _list(office, form, None)
    hits = await records.search(office.app, office.operator.ans, form.cleaned_data["q"])
    if hits.short:
        form.add_error("q", str(words.SHORT))
        return _list(office, form, None)
    if len(hits.people) == 1:
        return office.go("operator_person", hits.people[0].id)
    return _list(office, form, hits)


@require_safe
@opens(Permission.READ_PEOPLE)
async def person(office: Office, person_id: UUID) -> HttpResponse:
    """A person's file, masked."""
    return await _sheet(office, person_id, Uncover())


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.REVEAL_RECORD)
async def uncover(office: Office, person_id: UUID) -> HttpResponse:
    """Show what is masked, once the trail says who saw it and why; asked for in any other way, lead back."""
    if office.request.method != "POST":
        return office.go("operator_person", person_id)
    form = Uncover(office.request.POST)
    if not form.is_valid():
        return await _sheet(office, person_id, form, status=REFUSED)
    said = form.cleaned_data
    seen = await office.app.do(SeeRecord(office.actor, person_id, Part(said["part"]), said["reason"]))
    if isinstance(seen, Refused):
        if seen.reason is Refusal.NOT_FOUND:
            raise Http404
        form.add_error("reason", str(words.refused(seen)))
        return await _sheet(office, person_id, form, status=REFUSED)
    return await _sheet(office, person_id, Uncover(), uncovered=Part(said["part"]))


def _list(office: Office, form: Find, hits: Hits | None) -> HttpResponse:
    rows = [record_shown.found(each) for each in hits.people] if hits else []
    context = {"here": "operator_people", "form": form, "hits": hits, "rows": rows}
    return office.page("operator/records.html", context, status=REFUSED if form.errors else 200)


async def _sheet(
    office: Office, person_id: UUID, form: Uncover, *, status: int = 200, uncovered: Part | None = None
) -> HttpResponse:
    found = await records.sheet(office.app, office.operator.ans, person_id)
    if found is None:
        raise Http404
    sheet, waiting = found
    context: dict[str, Any] = {
        "here": "operator_people",
        "form": form,
        "uncovered": words.SHOWN[uncovered] if uncovered else None,
        "done": words.DONE.get(office.request.GET.get("feito", "")),
        "may_uncover": office.may(Permission.REVEAL_RECORD),
        "may_change": office.may(Permission.CHANGE_PEOPLE) and sheet.merged_into is None,
        "may_trail": office.may(Permission.READ_TRAIL),
        **record_shown.sheet(sheet, waiting, uncovered),
    }
    return office.page("operator/record.html", context, status=status)
