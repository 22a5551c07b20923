"""The operator's rules to write: copy, change a draft part by part, its provisos and its day; propose and decide."""

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chancela.domain import policy_limits as limits, sentences
from chancela.domain.permissions import Permission
from chancela.domain.policy_version import MOST_PROVISOS, PolicyVersion, VersionState
from chancela.domain.profiles import SHIPPED
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.operator import policy_telling as telling
from chancela.portals.operator.door import Office, opens
from chancela.portals.operator.policy_forms import DayForm, PartForm, ProvisoForm
from chancela.portals.operator.policy_words import PARTS
from chancela.portals.operator.views import policy as reading
from chancela.usecases.decide_policy import DecidePolicy, Verdict
from chancela.usecases.draft_policy import DraftPolicy
from chancela.usecases.propose_policy import ProposePolicy

if TYPE_CHECKING:
    from chancela.bootstrap.deeds import Command
    from chancela.domain.policy_proviso import Proviso

DAY = dt.timedelta(days=1)
VERDICTS = {"approve": Verdict.APPROVE, "refuse": Verdict.REFUSE, "withdraw": Verdict.WITHDRAW}
PAGES = {each.slug: each for each in PARTS}


def refused(outcome: Refused) -> str:
    """A refusal in the language of the page."""
    english = (get_language() or "").startswith("en")
    return sentences.sentence(outcome, sentences.ENGLISH if english else sentences.PORTUGUESE)


@require_POST
@opens(Permission.WRITE_POLICY)
async def copy(office: Office) -> HttpResponse:
    """Begin a draft as a shipped policy, as a version, or as what holds today; it is to hold from tomorrow."""
    source, now = office.request.POST.get("source", ""), office.operator
    policy, provisos, number = now.policy, now.provisos, None
    if source in SHIPPED:
        policy, provisos = SHIPPED[source], ()
    elif source.isascii() and source.isdigit() and len(source) < 10:  # noqa: PLR2004 - no number is longer
        known = await reading.found(office, int(source))
        policy, provisos, number = known.policy, known.provisos, known.number
    elif source:
        raise Http404
    tomorrow = timezone.localdate() + DAY
    outcome = await office.app.do(DraftPolicy(office.actor, policy, provisos, tomorrow, copied_from=number))
    if isinstance(outcome, Refused):
        return await reading.listed(office, refused(outcome))
    return office.go("operator_rules_version", outcome.number, query={"feito": "copia"})


async def _draft(office: Office, number: int) -> PolicyVersion:
    """One's own draft; any other version is not there to be written."""
    version = await reading.found(office, number)
    if version.state is not VersionState.DRAFT or version.written_by != office.actor.name:
        raise Http404
    return version


async def _kept(office: Office, version: PolicyVersion, **changes: Any) -> Refused | None:
    """Write a draft anew."""
    new = replace(version, **changes)
    command = DraftPolicy(office.actor, new.policy, new.provisos, new.from_date, new.note, new.number)
    outcome = await office.app.do(command)
    return outcome if isinstance(outcome, Refused) else None


@require_http_methods(["GET", "POST"])
@opens(Permission.WRITE_POLICY)
async def part(office: Office, number: int, slug: str) -> HttpResponse:
    """One part of a draft as a form; what cannot be stands beside its field."""
    if slug not in PAGES:
        raise Http404
    version = await _draft(office, number)
    data = office.request.POST if office.request.method == "POST" else None
    form = PartForm(PAGES[slug].fields, version.policy, data)
    if data is not None and (policy := form.changed()):
        apart = limits.proviso_faults(policy, version.provisos)
        for place in apart:
            whom = telling.for_whom(version.provisos[place].reach)
            form.add_error(None, _("A exceção “%(whom)s” não caberia nestas regras. Mude-a antes.") % {"whom": whom})
        outcome = None if apart else await _kept(office, version, policy=policy)
        if outcome:
            form.add_error(None, refused(outcome))
        elif not apart:
            return office.go("operator_rules_version", number, query={"feito": "salvo"})
    context = {"here": reading.HERE, "it": version, "part": PAGES[slug], "form": form, "parts": PARTS}
    return office.page("operator/policy_part.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@opens(Permission.WRITE_POLICY)
async def day(office: Office, number: int) -> HttpResponse:
    """From which day a draft is to hold, and why."""
    version = await _draft(office, number)
    first = {"from_date": version.from_date, "note": version.note}
    form = DayForm(office.request.POST if office.request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        outcome = await _kept(office, version, **form.cleaned_data)
        if outcome is None:
            return office.go("operator_rules_version", number, query={"feito": "salvo"})
        form.add_error("from_date", refused(outcome))
    context = {"here": reading.HERE, "it": version, "form": form, "today": timezone.localdate()}
    return office.page("operator/policy_day.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@opens(Permission.WRITE_POLICY)
async def proviso(office: Office, number: int, place: int | None = None) -> HttpResponse:
    """A proviso of a draft, counted from 1, or a new one; it can be taken out."""
    version = await _draft(office, number)
    known = version.provisos
    if place is not None and not 1 <= place <= len(known):
        raise Http404
    at = len(known) if place is None else place - 1
    data = office.request.POST if office.request.method == "POST" else None
    if data is not None and data.get("do") == "remove":
        return await _saved(office, version, known[:at] + known[at + 1 :])
    form = ProvisoForm(version.policy, known[at] if place else None, data)
    if data is not None and (made := form.made()):
        provisos = (*known[:at], made, *known[at + 1 :])
        if len(provisos) > MOST_PROVISOS:
            form.add_error(None, _("São no máximo %(most)s exceções.") % {"most": MOST_PROVISOS})
        _tell(form, version, provisos, at)
        if not form.errors:
            return await _saved(office, version, provisos)
    context = {"here": reading.HERE, "it": version, "place": place, "form": form}
    return office.page("operator/policy_proviso.html", context, status=422 if form.errors else 200)


def _tell(form: ProvisoForm, version: PolicyVersion, provisos: "tuple[Proviso, ...]", at: int) -> None:
    """Say what is wrong with this proviso, or with a later one beside it."""
    for place, faults in limits.proviso_faults(version.policy, provisos).items():
        form.tell(each for each in faults if place == at or each.field == "reach")


async def _saved(office: Office, version: PolicyVersion, provisos: "tuple[Proviso, ...]") -> HttpResponse:
    outcome = await _kept(office, version, provisos=provisos)
    if outcome:
        return await reading.shown(office, version, refused(outcome))
    return office.go("operator_rules_version", version.number, query={"feito": "salvo"})


@require_POST
@opens(Permission.WRITE_POLICY)
async def propose(office: Office, number: int) -> HttpResponse:
    """Ask another person to approve one's draft."""
    version = await _draft(office, number)
    return await _done(office, version, ProposePolicy(office.actor, number), "pedido")


@require_POST
@opens(Permission.READ_POLICY)
async def decide(office: Office, number: int) -> HttpResponse:
    """Approve, refuse with a reason, or take back; the core says who may."""
    version = await reading.found(office, number)
    verdict = VERDICTS.get(office.request.POST.get("verdict", ""))
    if verdict is None:
        return office.go("operator_rules_version", number)
    reason = office.request.POST.get("reason", "")[:200]
    return await _done(office, version, DecidePolicy(office.actor, number, verdict, reason), "decidido", reason)


async def _done(
    office: Office, version: PolicyVersion, command: "Command", done: str, reason: str = ""
) -> HttpResponse:
    outcome = await office.app.do(command)
    if not isinstance(outcome, Refused):
        return office.go("operator_rules_version", version.number, query={"feito": done})
    if outcome.reason is Refusal.NOT_FOUND:
        raise Http404
    return await reading.shown(office, version, refused(outcome), reason)
