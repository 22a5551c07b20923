"""What people read about their contacts: what each is, how it stands, and why one cannot be taken."""

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chancela.domain import contact as contacts
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.refusal import Refusal
from chancela.portals.design.words import MISTYPED
from chancela.portals.hand import words

if TYPE_CHECKING:
    from chancela.bootstrap.contacts import Card
    from chancela.domain.contact import Contact
    from chancela.domain.refusal import Refused

SLUGS = {"celular": ContactKind.MOBILE, "e-mail": ContactKind.EMAIL}
KINDS = (
    (ContactKind.MOBILE, _("Celular"), "app", "celular"),
    (ContactKind.EMAIL, _("E-mail"), "email", "e-mail"),
    (ContactKind.LANDLINE, _("Telefone fixo"), "voice", None),
)
NOTES = {
    ContactState.PROVISIONAL: _("informado por uma clínica; só recebe o código daquele atendimento"),
    ContactState.IN_REVIEW: _("a operadora ainda está conferindo"),
}
REFUSED = {
    Refusal.CONTACT_ON_FILE: _(
        "Este contato já está no cadastro, ou já foi recusado. Digite outro ou ligue para a operadora."
    ),
    Refusal.CONTACT_OF_PROVIDER: _(
        "Este contato é de quem atende pelo plano. Os códigos precisam ir para a própria pessoa."
    ),
    Refusal.CONTACT_IN_REVIEW: _(
        "Muitas famílias têm este contato, e a operadora precisa conferir. Digite outro ou ligue para a operadora."
    ),
    Refusal.CHANNEL_UNAVAILABLE: _("A sua operadora não envia códigos a este tipo de contato. Ligue para ela."),
    Refusal.TOO_MANY_SENDS: _("Foram muitos pedidos. Espere 15 minutos e tente de novo; são até 6 por dia."),
}


def refused(why: "Refused", kind: ContactKind) -> str | Promise:
    """The sentence for an address that cannot be taken."""
    if why.reason is Refusal.CONTACT_INVALID:
        return MISTYPED[kind]
    return REFUSED.get(why.reason, words.SORRY)


def rows(card: "Card") -> list[dict[str, object]]:
    """Each kind of contact with what is on file of it, masked."""
    return [
        {"word": word, "icon": icon, "slug": slug, "held": [_shown(each) for each in card.of(kind)]}
        for kind, word, icon, slug in KINDS
    ]


def _shown(contact: "Contact") -> dict[str, object]:
    return {"to": contacts.masked(contact.kind, contact.address), "note": NOTES.get(contact.state)}
