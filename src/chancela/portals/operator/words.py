"""What the operator's people read for each thing that carriers and reports know."""

from django.utils.translation import gettext_lazy as _

from chancela.domain.contact import ContactKind
from chancela.domain.report import ReportWay
from chancela.portals.design.words import Said

HEALTH = {
    "closed": Said("good", _("Funcionando"), "check"),
    "slow": Said("wait", _("Lento"), "clock"),
    "trying": Said("wait", _("Tentando de novo"), "refresh"),
    "open": Said("bad", _("Em pausa depois de falhas"), "stop"),
    "capped": Said("bad", _("Teto do dia atingido"), "lock"),
}
DISABLED = Said("still", _("Desligado"), "minus")
UNHEARD = Said("still", _("Sem movimento hoje"), "queued")
ALARM = {
    "provider": _("%(subject)s pede muitos códigos e valida poucos."),
    "prefix": _("Vão muitos códigos para números que começam com %(subject)s, e poucos são validados."),
}
OTHER_ALARM = _("Muitos envios e poucas validações: %(subject)s.")
WAY = {
    ReportWay.SMS: _("respondeu ao SMS"),
    ReportWay.WHATSAPP: _("respondeu no WhatsApp"),
    ReportWay.EMAIL: _("pelo link do e-mail"),
    ReportWay.VOICE: _("na ligação"),
    ReportWay.PHONE: _("ligou para a central"),
    ReportWay.APP: _("no aplicativo"),
}
CONTACT = {
    ContactKind.MOBILE: _("Celular"),
    ContactKind.LANDLINE: _("Telefone fixo"),
    ContactKind.EMAIL: _("E-mail"),
}
CONTACT_ICON = {ContactKind.MOBILE: "app", ContactKind.LANDLINE: "voice", ContactKind.EMAIL: "email"}
