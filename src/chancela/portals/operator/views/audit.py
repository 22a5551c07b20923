"""The audit queue: what waits for a decision, the oldest first."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from chancela.adapters.postgres.audit_queue import AuditQueue
from chancela.domain.guia import ItemState
from chancela.domain.people import masked_name
from chancela.domain.permissions import Permission
from chancela.portals.design import words as shared
from chancela.portals.operator import audit_forms as forms, audit_words as words
from chancela.portals.operator.door import Office, opens

FILTERS = ("tipo", "situacao", "espera", "ordem")


@require_GET
@opens(Permission.REVIEW_GUIA)
async def queue(office: Office) -> HttpResponse:
    """A page of the queue with its filters, under what was decided just now."""
    given = office.request.GET
    page = await AuditQueue(office.app.pool).page(office.operator.ans, forms.asked(given))
    kept = [(name, given[name]) for name in FILTERS if given.get(name)]
    context = {
        "here": "operator_audit",
        "rows": [
            (each, masked_name(each.name), shared.KIND[each.kind], words.STATE[each.authorisation])
            for each in page.items
        ],
        "next": urlencode([*kept, ("depois", forms.written(page.after))]) if page.after else "",
        "first": "" if not given.get("depois") else urlencode(kept),
        "kinds": [(each.value, word) for each, word in shared.KIND.items()],
        "states": [(each.value, said.word) for each, said in words.STATE.items()],
        "days": words.DAYS,
        "chosen": {name: given.get(name, "") for name in FILTERS},
        "filtered": bool(kept),
        "done": await _done(office),
    }
    return office.page("operator/audit.html", context)


async def _done(office: Office) -> dict[str, object] | None:
    """The guia that was answered just now."""
    try:
        case = await office.app.guia(office.actor, UUID(office.request.GET.get("guia", "")))
    except ValueError:
        return None
    if case is None:
        return None
    return {
        "guia": case.guia,
        "denied": any(each.authorisation is ItemState.DENIED for each in case.guia.procedures),
        "waits": case.guia.authorisation in words.STATE,
    }
