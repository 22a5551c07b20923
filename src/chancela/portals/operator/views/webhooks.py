"""Which systems are told of what, how that goes, and ending one; no secret is known here."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from chancela.bootstrap import webhooks as house
from chancela.domain import webhook as webhooks
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refused
from chancela.portals.operator import webhook_words as words
from chancela.portals.operator.door import Office, opens
from chancela.usecases.end_webhook import EndWebhook


@require_GET
@opens(Permission.MANAGE_WEBHOOKS)
async def index(office: Office) -> HttpResponse:
    """Those at work, then those that ended within a month."""
    found = await house.listed(office.app, office.actor, ended=True)
    rows = [(each, _host(each.webhook.url), [words.KIND[kind] for kind in each.webhook.kinds]) for each in found]
    context = {
        "here": "operator_webhooks",
        "open": [row for row in rows if row[0].webhook.ended_at is None],
        "over": [row for row in rows if row[0].webhook.ended_at is not None],
        "ended": "encerrado" in office.request.GET,
    }
    return office.page("operator/webhooks.html", context)


async def _asked(office: Office, webhook_id: UUID) -> HttpResponse:
    found = await house.listed(office.app, office.actor, ended=True)
    each = next((each for each in found if each.webhook.id == webhook_id), None)
    if each is None:
        raise Http404
    kinds = [words.KIND[kind] for kind in each.webhook.kinds]
    context = {"here": "operator_webhooks", "each": each, "host": _host(each.webhook.url), "kinds": kinds}
    return office.page("operator/webhook_end.html", context)


def _host(url: str) -> str:
    found = webhooks.place(url, here=True)
    return found.host if found else ""


@require_http_methods(["GET", "POST"])
@opens(Permission.MANAGE_WEBHOOKS)
async def end(office: Office, webhook_id: UUID) -> HttpResponse:
    """Say which it is and ask once more, as it cannot be undone; then tell that system no more."""
    if office.request.method != "POST":
        return await _asked(office, webhook_id)
    if isinstance(await office.app.do(EndWebhook(office.actor, webhook_id)), Refused):
        raise Http404
    return office.go("operator_webhooks", query={"encerrado": "1"})
