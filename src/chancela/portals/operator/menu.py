"""Where the operator's people may go: each page of the menu with the permission that opens it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chancela.domain import permissions
from chancela.domain.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: the view's name, which is also what a page calls itself in `here`, its word, its key."""

    view: str
    word: str | Promise
    key: str
    permission: Permission


ITEMS = (
    Item("operator_calls", _("Central"), "t", Permission.TAKE_CALL),
    Item("operator_audit", _("Auditoria"), "a", Permission.REVIEW_GUIA),
    Item("operator_cases", _("Casos"), "c", Permission.CLOSE_REPORT),
    Item("operator_people", _("Pessoas"), "p", Permission.READ_PEOPLE),
    Item("operator_network", _("Rede"), "r", Permission.READ_NETWORK),
    Item("operator_imports", _("Importações"), "i", Permission.IMPORT_FILES),
    Item("operator_rules", _("Regras"), "g", Permission.READ_POLICY),
    Item("operator_staff", _("Equipe"), "q", Permission.MANAGE_STAFF),
    Item("operator_trail", _("Trilha"), "l", Permission.READ_TRAIL),
    Item("operator_deliveries", _("Entregas"), "e", Permission.READ_CARRIERS),
    Item("operator_webhooks", _("Avisos"), "w", Permission.MANAGE_WEBHOOKS),
    Item("operator_outages", _("Quedas"), "u", Permission.DECLARE_OUTAGE),
    Item("operator_blocks", _("Contingência"), "k", Permission.TAKE_BLOCK),
    Item("operator_picture", _("Hoje"), "h", Permission.READ_PICTURE),
)


def of(actor: Actor) -> tuple[Item, ...]:
    """Return the entries that open for an actor, in the order of the menu."""
    return tuple(each for each in ITEMS if permissions.may_for(actor, each.permission, ""))
