"""Changing a person's file: what will happen is shown first, and a reason is asked for; some want a second factor."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from chancela.bootstrap import records
from chancela.domain import record as rules, session as sessions
from chancela.domain.permissions import ActorKind, Permission
from chancela.domain.record import MARKS, Likeness, What
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.accounts import entering
from chancela.portals.operator import record_shown, record_words as words
from chancela.portals.operator.door import Office, opens
from chancela.portals.operator.record_forms import Why
from chancela.portals.operator.record_words import Change
from chancela.usecases.change_record import ChangeRecord
from chancela.usecases.merge_people import MergePeople

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.CHANGE_PEOPLE)
async def change(office: Office, person_id: UUID, slug: str) -> HttpResponse:
    """Change how the plan stands, or a mark of the person."""
    what = words.SLUGS.get(slug)
    if what is None:
        raise Http404
    if what in MARKS and not _fresh(office):
        return await _confirm(office, reverse("operator_person_change", args=[person_id, slug]))
    return await _change(office, person_id, what, words.CHANGES[what])


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.CHANGE_PEOPLE)
async def contest(office: Office, person_id: UUID, contact_id: UUID) -> HttpResponse:
    """Find that a contact is not the person's."""
    return await _change(office, person_id, What.CONTEST, words.CONTEST, contact_id)


async def _change(
    office: Office, person_id: UUID, what: What, offer: Change, contact_id: UUID | None = None
) -> HttpResponse:
    form = Why(office.request.POST if office.request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data["reason"]
        done = await office.app.do(ChangeRecord(office.actor, person_id, what, said, contact_id))
        if not isinstance(done, Refused):
            return office.go("operator_person", person_id, query={"feito": what.value})
        _refuse(form, done)
    one = await _one(office, person_id)
    held = [each for each in one["contacts"] if each["id"] == contact_id]
    if contact_id is not None and not held:
        raise Http404
    context = {"here": "operator_people", "form": form, "offer": offer, "held": held, **one}
    return office.page("operator/record_change.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.CHANGE_PEOPLE)
async def merge(office: Office, person_id: UUID, other_id: UUID) -> HttpResponse:
    """Let the other file end as this person's; what will happen stands beside both."""
    if not _fresh(office):
        return await _confirm(office, reverse("operator_person_merge", args=[person_id, other_id]))
    form = Why(office.request.POST if office.request.method == "POST" else None)
    if form.is_valid():
        done = await office.app.do(MergePeople(office.actor, other_id, person_id, form.cleaned_data["reason"]))
        if not isinstance(done, Refused):
            return office.go("operator_person", person_id, query={"feito": "merged"})
        _refuse(form, done)
    kept, gone = await _one(office, person_id), await _one(office, other_id)
    like = rules.likeness(gone["one"]["beneficiary"], kept["one"]["beneficiary"])
    may = like is Likeness.SAME or (like is Likeness.DOUBTFUL and office.actor.kind is ActorKind.MANAGER)
    context = {
        "here": "operator_people",
        "form": form,
        "kept": kept,
        "gone": gone,
        "like": words.LIKENESS[like],
        "may_merge": may and not kept["sheet"].merged_into and not gone["sheet"].merged_into,
    }
    return office.page("operator/record_merge.html", context, status=REFUSED if form.errors else 200)


async def _one(office: Office, person_id: UUID) -> dict[str, Any]:
    found = await records.sheet(office.app, office.operator.ans, person_id)
    if found is None:
        raise Http404
    return record_shown.sheet(*found, None)


def _refuse(form: Why, why: Refused) -> None:
    """Say in the form why nothing was done; what is unknown, or another operator's, is not found."""
    if why.reason is Refusal.NOT_FOUND:
        raise Http404
    form.add_error(None, str(words.refused(why)))


def _fresh(office: Office) -> bool:
    return sessions.assured(office.actor.assured_at, timezone.now())


async def _confirm(office: Office, back: str) -> HttpResponse:
    """Ask for the second factor first, so that nothing is typed twice."""
    return office.go(await entering.confirm(office.user, back))
