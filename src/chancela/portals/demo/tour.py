"""The first page of the demo: what the code is for, and a way through it as each of the people concerned."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chancela.adapters.demo import families, houses
from chancela.domain.people import Standing
from chancela.domain.permissions import Actor, ActorKind
from chancela.portals.accounts.models import Role
from chancela.portals.demo import doors

if TYPE_CHECKING:
    from chancela.adapters.demo.houses import Colleague, House
    from chancela.adapters.demo.invented import Invented
    from chancela.bootstrap.app import App

PROFILES = {
    "push-per-attendance": _("O código sai junto por aplicativo, SMS e e-mail. Pedir de novo repete o mesmo código."),
    "latest-code-wins": _("O código sai por SMS e e-mail. Pedir de novo gera outro, e vale só o último."),
    "one-code-per-guia": _(
        "Quem atende escolhe o caminho com a pessoa, e ele fica lembrado. Sem contato, informa o primeiro celular."
    ),
}


@dataclass(frozen=True, slots=True)
class Guest:
    """An invented person worth trying, and why."""

    card: str
    name: str
    why: str | Promise
    born: date


@dataclass(frozen=True, slots=True)
class Stop:
    """One operator of the tour."""

    house: "House"
    clinic: str
    said: str | Promise
    guests: tuple[Guest, ...]
    team: tuple[tuple[str, str | Promise, "Colleague"], ...]


def guests(people: "list[Invented]") -> list[Guest]:
    """One person for each thing that can happen."""
    active = [each for each in people if each.standing is Standing.ACTIVE and each.holder_card is None]
    unreached = (each for each in active if not (each.mobile or each.email or each.has_app or each.landline))
    suspended = (each for each in people if each.standing is Standing.SUSPENDED)
    rings = (each for each in people if each.standing is Standing.ACTIVE and each.mobile and each.landline)
    found = [
        (next((each for each in active if each.mobile), None), _("tem celular no cadastro")),
        (next(rings, None), _("tem celular e telefone fixo: desligue o celular")),
        (next(unreached, None), _("não tem contato nenhum")),
        (next(suspended, None), _("está com o plano suspenso")),
    ]
    return [
        Guest(person.card_number, person.name, why, person.birth_date) for person, why in found if person is not None
    ]


async def _stop(app: "App", house: "House") -> Stop:
    actor = Actor(house.ans, ActorKind.SYSTEM, "demo")
    told = guests(families.families(house, timezone.localdate()))
    there = tuple([guest for guest in told if await app.reads.person(actor, guest.card)])
    clinic = next(each.name for each in house.clinics if each.code == house.desk)
    team = tuple([(kind.value, Role(kind).label, person) for kind, person in house.staff.items()])
    return Stop(house, clinic, PROFILES[house.profile], there, team)


@require_GET
async def tour(request: HttpRequest) -> HttpResponse:
    """Explain, and offer the way."""
    app: Any = request.scope["chancela"]  # type: ignore[attr-defined]
    stops = [await _stop(app, house) for house in houses.HOUSES]
    context = {
        "stops": stops,
        "walk": stops[-1],
        "now": timezone.now(),
        "secret": doors.TOTP_SECRET,
    }
    return render(request, "demo/tour.html", context)
