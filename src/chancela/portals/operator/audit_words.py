"""What auditors read for each thing that waits for them."""

from django.utils.translation import gettext_lazy as _

from chancela.domain.guia import Authorisation, ItemState
from chancela.portals.design.words import Said

STATE = {
    Authorisation.UNDER_AUDIT: Said("wait", _("Espera a auditoria"), "eye"),
    Authorisation.AWAITING_DOCUMENT: Said("still", _("Espera documento"), "document"),
}
ITEM = {
    ItemState.AUTHORISED: Said("good", _("Autorizado"), "check"),
    ItemState.UNDER_AUDIT: Said("wait", _("Em auditoria"), "eye"),
    ItemState.AWAITING_DOCUMENT: Said("still", _("Ato complementar"), "document"),
    ItemState.DENIED: Said("bad", _("Negado"), "stop"),
}
DAYS = ((0, _("Qualquer tempo")), (1, _("Mais de 1 dia")), (3, _("Mais de 3 dias")), (7, _("Mais de 7 dias")))
