"""Contacts that the call centre was asked for: seen by those who decide, approved by somebody else, or refused."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from chancela.adapters.postgres import holds
from chancela.adapters.postgres.holds import Waiting
from chancela.domain.permissions import Permission
from chancela.domain.policy import ContactCare
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.operator import hold_words, words
from chancela.portals.operator.door import Office, opens
from chancela.usecases.decide_contact import DecideContact

VERDICTS = {"approve": True, "refuse": False}
TOLD = {each.value: each for each in Refusal}


async def section(office: Office) -> dict[str, Any]:
    """What the page of cases shows of them, for those who may decide; nothing for anybody else."""
    if not office.may(Permission.APPROVE_CONTACT):
        return {}
    listed = await holds.listed(office.app.pool, office.operator.ans)
    decided = await _decided(office)
    why = TOLD.get(office.request.GET.get("porque", "")) if decided and decided.hold.end is None else None
    return {
        "holds": [_row(office, each) for each in listed],
        "decided": decided if decided and decided.hold.end else None,
        "decided_said": hold_words.END[decided.hold.end] if decided and decided.hold.end else None,
        "undecided": hold_words.decided(Refused(why)) if why else None,
    }


@require_POST
@opens(Permission.APPROVE_CONTACT)
async def decide(office: Office, hold_id: UUID) -> HttpResponse:
    """Approve or refuse; what was decided before stays so, and is told."""
    verdict = VERDICTS.get(office.request.POST.get("verdict", ""))
    if verdict is None:
        return office.go("operator_cases")
    outcome = await office.app.do(DecideContact(office.actor, hold_id, verdict))
    if isinstance(outcome, Refused) and outcome.reason is Refusal.NOT_FOUND:
        raise Http404
    why = {"porque": outcome.reason.value} if isinstance(outcome, Refused) else {}
    return office.go("operator_cases", query={"troca": str(hold_id), **why})


def _row(office: Office, each: Waiting) -> dict[str, Any]:
    held, own = each.hold, each.hold.proposed_by == office.actor.name
    timed = held.care is ContactCare.HOLD
    return {
        "held": each,
        "kind": words.CONTACT[held.kind],
        "icon": words.CONTACT_ICON[held.kind],
        "timed": timed,
        "own": own,
        "may_approve": not (timed or own or each.of_a_provider),
    }


async def _decided(office: Office) -> Waiting | None:
    """The one that was just decided, for the sentence that says so."""
    try:
        hold_id = UUID(office.request.GET.get("troca", ""))
    except ValueError:
        return None
    return await holds.one(office.app.pool, office.operator.ans, hold_id)
