"""Changing the network: a provider's file, its professionals, and putting one out or letting it in for a reason."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from chancela.adapters.postgres import network_reads
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.operator import network_forms, network_shown, network_words as words
from chancela.portals.operator.door import Office, opens
from chancela.portals.operator.record_forms import Why
from chancela.usecases.admit_provider import AdmitProvider
from chancela.usecases.put_professional import PutProfessional
from chancela.usecases.put_provider import PutProvider

if TYPE_CHECKING:
    from chancela.adapters.postgres.network_reads import Sheet
    from chancela.domain.people import Provider
    from chancela.domain.professional import Professional

REFUSED = 422
HERE = "operator_network"
DO = {"activate": True, "deactivate": False}


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.CHANGE_NETWORK)
async def edit(office: Office, code: str) -> HttpResponse:
    """Change a provider's name, specialties and addresses; those on file stay masked and are taken away by a mark."""
    one = (await _known(office, code)).house.provider
    form = network_forms.Listed(office.app.means.formats, _sent(office), initial=_filled(one))
    if form.is_valid():
        said = form.cleaned_data
        command = PutProvider(office.actor, code, said["name"], said["specialties"], *_addresses(office, one, said))
        done = await office.app.do(command)
        if not isinstance(done, Refused) or done.reason is Refusal.NOTHING_TO_REVIEW:
            return _back(office, code, "same" if isinstance(done, Refused) else "changed")
        _refuse(form, done)
    shown = network_shown.addresses(one.phones, one.emails)
    context = {"here": HERE, "form": form, "provider": one, "addresses": shown, "dropped": _dropped(office)}
    return office.page("operator/provider_edit.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.CHANGE_NETWORK)
async def admit(office: Office, code: str) -> HttpResponse:
    """Put a provider out, or let it in: what will happen is shown first, and a reason is asked for."""
    found = await _known(office, code)
    active = found.house.provider.active
    form = Why(_sent(office))
    if form.is_valid():
        wanted = DO.get(office.request.POST.get("do", ""), not active)
        done = await office.app.do(AdmitProvider(office.actor, code, wanted, form.cleaned_data["reason"]))
        if not isinstance(done, Refused):
            return _back(office, code, "activated" if wanted else "deactivated")
        _refuse(form, done)
    context = {"here": HERE, "form": form, "do": "deactivate" if active else "activate", **network_shown.sheet(found)}
    return office.page("operator/provider_admit.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.CHANGE_NETWORK)
async def professional(office: Office, code: str, professional_id: UUID | None = None) -> HttpResponse:
    """Add a professional to a provider, or change one; who does not attend any more stays on file as such."""
    held = (await _known(office, code)).house
    known = next((each for each in held.professionals if each.id == professional_id), None)
    if professional_id is not None and known is None:
        raise Http404
    form = network_forms.Professional(office.app.means.formats, _sent(office), initial=_filled_of(known))
    if form.is_valid():
        done = await office.app.do(_put(office, code, known, form.cleaned_data))
        if not isinstance(done, Refused) or done.reason is Refusal.NOTHING_TO_REVIEW:
            return _back(office, code, "same" if isinstance(done, Refused) else "professional")
        _refuse(form, done)
    shown = network_shown.addresses(known.phones, known.emails) if known else []
    context = {"here": HERE, "form": form, "provider": held.provider, "known": known, "addresses": shown}
    context["dropped"] = _dropped(office)
    return office.page("operator/professional.html", context, status=REFUSED if form.errors else 200)


def _put(office: Office, code: str, known: "Professional | None", said: dict[str, Any]) -> PutProfessional:
    phones, emails = _addresses(office, known, said)
    return PutProfessional(
        office.actor,
        code,
        known.id if known else None,
        said["name"],
        said["council"],
        said["number"],
        said["uf"],
        said["specialties"],
        phones,
        emails,
        known is None or said["active"],
    )


def _addresses(
    office: Office, held: "Provider | Professional | None", said: dict[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is on file less what is taken away, and what comes to it."""
    dropped = _dropped(office)
    phones = network_shown.kept(held.phones if held else (), dropped)
    emails = network_shown.kept(held.emails if held else (), dropped)
    return (*phones, *said["phones"]), (*emails, *said["emails"])


def _dropped(office: Office) -> list[str]:
    return office.request.POST.getlist("drop")


def _filled(one: "Provider | Professional") -> dict[str, Any]:
    return {"name": one.name, "specialties": "\n".join(sorted(one.specialties))}


def _filled_of(known: "Professional | None") -> dict[str, Any]:
    if known is None:
        return {"active": True}
    entry = {"council": known.entry.council.value, "number": known.entry.number, "uf": known.entry.uf}
    return {**_filled(known), **entry, "active": known.active}


async def _known(office: Office, code: str) -> "Sheet":
    found = await network_reads.sheet(office.app.pool, office.operator.ans, code)
    if found is None:
        raise Http404
    return found


def _sent(office: Office) -> Any:
    return office.request.POST if office.request.method == "POST" else None


def _back(office: Office, code: str, done: str) -> HttpResponse:
    return office.go("operator_provider", code, query={"feito": done})


def _refuse(form: Form, why: Refused) -> None:
    """Say in the form why nothing was done; what is unknown, or another operator's, is not found."""
    if why.reason is Refusal.NOT_FOUND:
        raise Http404
    form.add_error(None, str(words.refused(why)))
