"""The operator's rules to read: what holds, what comes, what held, those that ship, and one version with its trial."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from chancela.adapters.postgres.policies import Versions
from chancela.bootstrap import carriers
from chancela.domain import policy_proviso, policy_version as versions
from chancela.domain.permissions import Permission
from chancela.domain.policy_version import PolicyVersion, Standing
from chancela.domain.profiles import SHIPPED
from chancela.portals.operator import policy_forms as forms, policy_names as names, policy_telling as telling
from chancela.portals.operator.door import Office, opens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.policy import Policy
    from chancela.domain.policy_proviso import Proviso

HERE = "operator_rules"
PAGE = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A version in a list."""

    it: PolicyVersion
    said: object
    provisos: str


def row(version: PolicyVersion, held: PolicyVersion | None) -> Row:
    """A version as it stands today."""
    standing = versions.standing(version, held, timezone.localdate())
    return Row(version, names.STANDING[standing], forms.count_of_provisos(len(version.provisos)))


def may(office: Office) -> dict[str, bool]:
    """What the actor may do about rules."""
    return {"writes": office.may(Permission.WRITE_POLICY), "approves": office.may(Permission.APPROVE_POLICY)}


def shipped() -> list[dict[str, Any]]:
    """The three that come with the system."""
    return [{"slug": slug, "name": names.PROFILE[slug]} for slug in SHIPPED]


@require_GET
@opens(Permission.READ_POLICY)
async def rules(office: Office) -> HttpResponse:
    """What holds today, since when and by whom; what comes next; the versions before; the shipped ones."""
    return await listed(office)


async def listed(office: Office, error: str | None = None) -> HttpResponse:
    """The page of all rules, with what went wrong."""
    store, ans, operator = Versions(office.app.pool), office.operator.ans, office.operator
    before = office.request.GET.get("antes", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None  # noqa: PLR2004
    held, found = await store.in_force(ans), await store.latest(ans, number, PAGE + 1)
    context = {
        "here": HERE,
        **may(office),
        "held": held,
        "origin": telling.origin(operator.policy),
        "whole": telling.whole(operator.policy),
        "provisos": [telling.proviso(each) for each in operator.provisos],
        "coming": [row(each, held) for each in await store.coming(ans)],
        "awaiting": [row(each, held) for each in await store.awaiting(ans)],
        "versions": [row(each, held) for each in found[:PAGE]],
        "older": found[PAGE - 1].number if len(found) > PAGE else None,
        "first_page": number is None,
        "shipped": shipped(),
        "error": error,
    }
    return office.page("operator/policy.html", context, status=422 if error else 200)


@require_GET
@opens(Permission.READ_POLICY)
async def profile(office: Office, slug: str) -> HttpResponse:
    """One of the policies that ship: it is copied, never changed."""
    policy = SHIPPED.get(slug)
    if policy is None:
        raise Http404
    context = {
        "here": HERE,
        **may(office),
        "slug": slug,
        "name": names.PROFILE[slug],
        "whole": telling.whole(policy),
        "changes": telling.changes(office.operator.policy, policy, office.operator.provisos, ()),
    }
    return office.page("operator/policy_profile.html", context)


@require_GET
@opens(Permission.READ_POLICY)
async def version(office: Office, number: int) -> HttpResponse:
    """One version: how it stands, what it changes, what it says, and a trial of it."""
    return await shown(office, await found(office, number))


async def found(office: Office, number: int) -> PolicyVersion:
    """The operator's version of this number; any other is none."""
    known = await Versions(office.app.pool).of(office.operator.ans, number)
    if known is None:
        raise Http404
    return known


async def shown(office: Office, it: PolicyVersion, error: str | None = None, reason: str = "") -> HttpResponse:
    """The page of a version, with what went wrong and the reason that was typed."""
    held, today = await Versions(office.app.pool).in_force(office.operator.ans), timezone.localdate()
    standing, own = versions.standing(it, held, today), it.written_by == office.actor.name
    allowed = may(office)
    decides = allowed["approves"] and standing is Standing.AWAITING
    takes_back = own and allowed["writes"] and standing in {Standing.DRAFT, Standing.AWAITING}
    back = versions.open_to_withdrawal(it, today) and (allowed["approves"] or takes_back)
    context = {
        "here": HERE,
        **allowed,
        "it": it,
        "said": names.STANDING[standing],
        "standing": standing.value,
        "origin": telling.origin(it.policy),
        "whole": telling.whole(it.policy),
        "provisos": [telling.proviso(each) for each in it.provisos],
        "changes": await _changes(office, it, standing),
        "unsent": telling.unsent(it.policy, it.provisos, await carriers.unserved(office.app, office.operator.ans)),
        "edits": own and allowed["writes"] and standing is Standing.DRAFT,
        "decides": decides and not own,
        "waits_for_another": decides and own,
        "withdraws": back and (own or not decides),
        "trial": _trial(office, it.policy, it.provisos),
        "error": error,
        "reason": reason,
        "done": office.request.GET.get("feito", ""),
    }
    return office.page("operator/policy_version.html", context, status=422 if error else 200)


async def _changes(office: Office, it: PolicyVersion, standing: Standing) -> list[telling.Change]:
    """What a version that does not hold yet would change of what holds."""
    if standing in {Standing.IN_FORCE, Standing.PAST}:
        return []
    now = office.operator
    return telling.changes(now.policy, it.policy, now.provisos, it.provisos)


def _trial(office: Office, policy: "Policy", provisos: "Sequence[Proviso]") -> dict[str, Any]:
    """What would hold for a guia of this plan, provider and procedure, where one was named."""
    asked = {name: office.request.GET.get(name, "").strip()[:60] for name in ("plano", "prestador", "procedimento")}
    if not any(asked.values()):
        return {"asked": asked}
    codes = [asked["procedimento"]] if asked["procedimento"] else []
    plan, provider = asked["plano"], asked["prestador"]
    holding = [each for each in provisos if policy_proviso.holds(each.reach, plan, provider, codes)]
    holding.sort(key=lambda each: policy_proviso.rank(each.reach))
    rules_of_guia = policy_proviso.in_force(policy, provisos, plan, provider, codes)
    return {
        "asked": asked,
        "tried": True,
        "holding": [telling.for_whom(each.reach) for each in holding],
        "differs": telling.changes(policy, rules_of_guia),
    }
