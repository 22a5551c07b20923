"""Words that portals share: what a state looks like, the ways to a person, where a message or a guia stands."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chancela.domain.contact import ContactKind
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import Kind, Status
from chancela.domain.people import Standing


@dataclass(frozen=True, slots=True)
class Said:
    """A state as it is shown; `tone` is good, wait, bad or still."""

    tone: str
    word: str | Promise
    icon: str


CHANNEL = {
    Channel.APP: _("Aplicativo"),
    Channel.SMS: _("SMS"),
    Channel.WHATSAPP: _("WhatsApp"),
    Channel.VOICE: _("Ligação"),
    Channel.EMAIL: _("E-mail"),
}
DELIVERY = {
    DeliveryState.QUEUED: Said("still", _("Na fila"), "queued"),
    DeliveryState.SENDING: Said("still", _("Na fila"), "queued"),
    DeliveryState.HANDED_OVER: Said("still", _("Enviado"), "handed_over"),
    DeliveryState.DELIVERED: Said("good", _("Entregue"), "delivered"),
    DeliveryState.FAILED: Said("bad", _("Falhou"), "failed"),
}
# As those who work with guias read it; people read their own words in hand/words.py.
STATUS = {
    Status.UNDER_ANALYSIS: Said("still", _("EM ANÁLISE"), "clock"),
    Status.AWAITING_TOKEN: Said("wait", _("AGUARDANDO TOKEN"), "ring"),
    Status.VALIDATED: Said("good", _("VALIDADA"), "seal"),
    Status.WITHOUT_TOKEN: Said("good", _("SEM TOKEN"), "document"),
    Status.LATE_PENDING: Said("wait", _("TOKEN TARDIO"), "clock"),
    Status.DENIED: Said("bad", _("NEGADA"), "stop"),
    Status.CANCELLED: Said("still", _("CANCELADA"), "cross"),
    Status.EXPIRED: Said("still", _("VENCIDA"), "clock"),
    Status.DISPUTED: Said("bad", _("CONTESTADA"), "alert"),
}
STANDING = {
    Standing.ACTIVE: Said("good", _("Plano ativo"), "check"),
    Standing.SUSPENDED: Said("bad", _("Atendimento suspenso"), "stop"),
    Standing.ENDED: Said("bad", _("Plano encerrado"), "stop"),
}
KIND = {
    Kind.CONSULTA: _("Consulta"),
    Kind.SP_SADT: _("Exame ou terapia (SP/SADT)"),
    Kind.INTERNACAO: _("Internação"),
    Kind.ODONTO: _("Tratamento odontológico (GTO)"),
}
MISTYPED = {
    ContactKind.MOBILE: _("O celular precisa do DDD e de 9 números, por exemplo 41 91234-5678."),
    ContactKind.EMAIL: _("O e-mail precisa estar inteiro, por exemplo nome@exemplo.com.br."),
    ContactKind.LANDLINE: _("O telefone fixo precisa do DDD e de 8 números, por exemplo 41 3234-5678."),
}
