"""What differs in a record of what was done without the system, as desks and the trail say it."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from chancela.domain.reconcile import Differs

DIFFERS: Final = {
    Differs.TAKEN_AT: _("a hora do atendimento"),
    Differs.CARD: _("a carteirinha"),
    Differs.KIND: _("o tipo da guia"),
    Differs.PROCEDURES: _("os procedimentos"),
    Differs.GUIA: _("a guia"),
    Differs.URGENT: _("a urgência"),
    Differs.TOLD_CARD: _("a carteirinha dita por telefone"),
    Differs.CODE_WRONG: _("o código não confere"),
    Differs.CODE_EXPIRED: _("o código já tinha vencido"),
    Differs.CODE_GONE: _("o código já não pode ser conferido"),
    Differs.CODE_LOCKED: _("o código está bloqueado"),
    Differs.ENDED_MEANWHILE: _("a guia terminou antes"),
    Differs.NOT_AUTHORISED: _("um procedimento não foi autorizado"),
    Differs.PROVIDER_LEFT: _("o prestador saiu da rede depois"),
}
