"""Words that every portal shares: what a state looks like, the ways to a person, and where a message stands."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chancela.domain.delivery import Channel, DeliveryState


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
