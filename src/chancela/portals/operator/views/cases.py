"""What waits for a person's decision: disputed attendances, reports of codes that nobody asked for, typed contacts."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from chancela.adapters.postgres.casework import Casework
from chancela.domain.contact import ContactState
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportOutcome
from chancela.portals.operator import words
from chancela.portals.operator.door import Office, opens
from chancela.portals.operator.views import dispute, hold
from chancela.usecases.close_report import CloseReport
from chancela.usecases.review_contact import ReviewContact

if TYPE_CHECKING:
    from chancela.adapters.postgres.casework import HeldContact
    from chancela.domain.case import Case

OUTCOMES = {each.value: each for each in ReportOutcome}
VERDICTS = {"accept": True, "refuse": False}


@require_GET
@opens(Permission.CLOSE_REPORT)
async def cases(office: Office) -> HttpResponse:
    """Both lists, the oldest first, under what was decided just now."""
    store, ans = Casework(office.app.pool), office.operator.ans
    context = {
        "here": "operator_cases",
        "reports": [(each, words.WAY[each.way]) for each in await store.reports(ans)],
        "contacts": [_shown(each) for each in await store.contacts(ans)],
        "closed": await _closed(office),
        "reviewed": await _reviewed(office),
        **await hold.section(office),
        **await dispute.section(office),
    }
    return office.page("operator/cases.html", context)


def _shown(held: "HeldContact") -> tuple["HeldContact", object, str]:
    return held, words.CONTACT[held.kind], words.CONTACT_ICON[held.kind]


async def _closed(office: Office) -> "Case | None":
    """The guia whose report was just closed, for the sentence that says so."""
    guia_id = _id(office, "guia")
    case = await office.app.guia(office.actor, guia_id) if guia_id else None
    return case if case and case.report and case.report.closed_at and case.report.was is None else None


async def _reviewed(office: Office) -> "HeldContact | None":
    """The contact that was just judged."""
    contact_id = _id(office, "contato")
    held = await Casework(office.app.pool).contact(office.operator.ans, contact_id) if contact_id else None
    return held if held and held.state is not ContactState.IN_REVIEW else None


def _id(office: Office, name: str) -> UUID | None:
    try:
        return UUID(office.request.GET.get(name, ""))
    except ValueError:
        return None


@require_POST
@opens(Permission.CLOSE_REPORT)
async def close(office: Office, guia_id: UUID) -> HttpResponse:
    """Close the report of a guia: the person was mistaken, or was right; one that is closed stays as it is."""
    outcome = OUTCOMES.get(office.request.POST.get("outcome", ""))
    if outcome is None:
        return office.go("operator_cases")
    _known(await office.app.do(CloseReport(office.actor, guia_id, outcome)))
    return office.go("operator_cases", query={"guia": str(guia_id)})


@require_POST
@opens(Permission.REVIEW_CONTACT)
async def review(office: Office, contact_id: UUID) -> HttpResponse:
    """Let a contact receive its guia's code, or not; one that was judged stays as it is."""
    verdict = VERDICTS.get(office.request.POST.get("verdict", ""))
    if verdict is None:
        return office.go("operator_cases")
    _known(await office.app.do(ReviewContact(office.actor, contact_id, verdict)))
    return office.go("operator_cases", query={"contato": str(contact_id)})


def _known(outcome: object) -> None:
    """What is unknown, or another operator's, is not found; a second decision is told by the first one's outcome."""
    if isinstance(outcome, Refused) and outcome.reason is Refusal.NOT_FOUND:
        raise Http404
