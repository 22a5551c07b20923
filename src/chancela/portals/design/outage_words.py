"""What people read of outages: what was away, the calm line at the desk while one runs, and the proof afterwards."""

import datetime as dt

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from chancela.domain.delivery import Channel
from chancela.domain.outage import Outage, OutageKind
from chancela.portals.design import spoken, words

WHAT: dict[OutageKind, str | Promise] = {
    OutageKind.PORTAL: gettext_lazy("Portal"),
    OutageKind.DATABASE: gettext_lazy("Sistema inteiro"),
    OutageKind.CARRIER: gettext_lazy("Todo o envio de códigos"),
    OutageKind.MACHINES: gettext_lazy("Conexão dos sistemas dos prestadores"),
}
BY: dict[Channel, str | Promise] = {
    Channel.APP: gettext_lazy("Envio pelo aplicativo"),
    Channel.SMS: gettext_lazy("Envio por SMS"),
    Channel.WHATSAPP: gettext_lazy("Envio por WhatsApp"),
    Channel.VOICE: gettext_lazy("Envio por ligação"),
    Channel.EMAIL: gettext_lazy("Envio por e-mail"),
}
LINES: dict[OutageKind, str | Promise] = {
    OutageKind.PORTAL: gettext_lazy(
        "O portal está instável desde %(since)s. Se travar, siga sem código; a prova fica anexada."
    ),
    OutageKind.DATABASE: gettext_lazy(
        "O sistema está instável desde %(since)s. Se travar, siga sem código; a prova fica anexada."
    ),
    OutageKind.CARRIER: gettext_lazy(
        "O envio de códigos está fora do ar desde %(since)s. Peça o código;"
        " se não vier, siga sem código com a prova anexada."
    ),
    OutageKind.MACHINES: gettext_lazy(
        "A conexão dos sistemas dos prestadores está fora do ar desde %(since)s. Aqui tudo funciona: use esta página."
    ),
}
OF_A_CHANNEL = gettext_lazy(
    "O envio por %(channel)s está fora do ar desde %(since)s. Use outro meio;"
    " se o código já pedido não vier, siga sem código com a prova anexada."
)


def what(outage: Outage) -> str:
    """What was away, as a heading."""
    return str(BY[outage.channel] if outage.channel else WHAT[outage.what])


def line(outage: Outage, now: dt.datetime | None = None) -> str:
    """What the desk is told while one runs: since when, and how to go on."""
    told = {"since": _since(outage.started_at, now)}
    if outage.channel is None:
        return str(LINES[outage.what]) % told
    return str(OF_A_CHANNEL) % {**told, "channel": words.CHANNEL[outage.channel]}


def proof(outage: Outage) -> str:
    """The proof as it stands on pages and on paper: from when to when, and who says so."""
    by = _("declarada pela operadora") if outage.declared_by else _("notada pelo sistema")
    told = {"what": what(outage), "by": by, "day": formats.date_format(timezone.localtime(outage.started_at), "d/m/Y")}
    told["since"] = spoken.clock(outage.started_at)
    if outage.ended_at is None:
        return _("%(what)s: queda desde %(since)s de %(day)s, %(by)s") % told
    told["until"] = spoken.clock(outage.ended_at)
    if timezone.localtime(outage.ended_at).date() == timezone.localtime(outage.started_at).date():
        return _("%(what)s: queda de %(since)s a %(until)s de %(day)s, %(by)s") % told
    told["last"] = formats.date_format(timezone.localtime(outage.ended_at), "d/m/Y")
    return _("%(what)s: queda de %(since)s de %(day)s a %(until)s de %(last)s, %(by)s") % told


def _since(at: dt.datetime, now: dt.datetime | None) -> str:
    """The hour where it was today, the day as well where it was before."""
    today = timezone.localtime(now).date()
    return spoken.clock(at) if timezone.localtime(at).date() == today else spoken.moment(at, now)
