"""What the operator's people read of contacts that wait: why one cannot be asked for, and what became of it."""

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy as _

from chancela.domain import sentences
from chancela.domain.contact import ContactKind
from chancela.domain.hold import HoldEnd
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design.words import MISTYPED, Said

END = {
    HoldEnd.APPLIED: Said("good", _("Em uso"), "check"),
    HoldEnd.REFUSED: Said("bad", _("Recusado"), "cross"),
    HoldEnd.LAPSED: Said("still", _("Passou do prazo"), "clock"),
}
ASKED = {
    Refusal.CONTACT_ON_FILE: _("Este contato já está no cadastro, ou já foi recusado nele. Peça outro à pessoa."),
    Refusal.CONTACT_OF_PROVIDER: _(
        "Este contato é de quem atende pelo plano. O código precisa ir para a própria pessoa."
    ),
    Refusal.CONTACT_IN_REVIEW: _("Já há um pedido deste tipo esperando decisão. Um de cada vez."),
    Refusal.TOO_MANY_SENDS: _("Foram 3 pedidos para esta pessoa em 24 horas. Peça que ela ligue amanhã."),
}
DECIDED = {
    Refusal.FORBIDDEN: _("Quem pediu já não responde pelos contatos desta pessoa. Recuse o pedido."),
    Refusal.CONTACT_ON_FILE: _("Este contato já está no cadastro, ou foi recusado nele. Recuse o pedido."),
    Refusal.CONTACT_OF_PROVIDER: _("Este contato passou a ser de um prestador, ou da equipe dele. Recuse o pedido."),
}


def asked(why: Refused, kind: ContactKind) -> str | Promise:
    """The sentence for what cannot be asked for."""
    return MISTYPED[kind] if why.reason is Refusal.CONTACT_INVALID else ASKED.get(why.reason) or _usual(why)


def decided(why: Refused) -> str | Promise:
    """The sentence for what cannot be approved."""
    return DECIDED.get(why.reason) or _usual(why)


def _usual(why: Refused) -> str:
    return sentences.sentence(why, get_language() or sentences.PORTUGUESE)
