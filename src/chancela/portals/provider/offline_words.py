"""What the offline desk says: reasons with what each needs, and what became of a record."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from chancela.domain.absence import AbsenceNeed, AbsenceRule
from chancela.domain.reconcile import Differs, Result
from chancela.portals.design import absence_words

NEED: Final = {
    AbsenceNeed.NOTE: _("Precisa de observação."),
    AbsenceNeed.SECOND_PERSON: _("Uma segunda pessoa da clínica confirma: escreva o nome na observação."),
    AbsenceNeed.SIGNATURE: _("Precisa da assinatura na guia impressa, que pode seguir depois."),
    AbsenceNeed.DOCUMENT: _("Precisa de um documento, que pode seguir depois."),
    AbsenceNeed.CALL_CENTRE: _("Precisa do número que a central dá por telefone: escreva-o na observação."),
}
RESULT: Final = {
    Result.VALIDATED: _("Validada com o código."),
    Result.WITHOUT_TOKEN: _("Registrada sem código, com o motivo."),
}
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
DIFFERENT: Final = _("A operadora vai olhar:")
UNREADABLE: Final = _("Este registro não pôde ser lido. Abra “Corrigir”, confira e guarde de novo.")


def reasons(rules: Iterable[AbsenceRule]) -> list[dict[str, Any]]:
    """The reasons of an operator, in its order, each with what it needs."""
    return [
        {
            "reason": each.reason.value,
            "word": str(absence_words.REASON[each.reason]),
            "note": bool({AbsenceNeed.NOTE, AbsenceNeed.SECOND_PERSON, AbsenceNeed.CALL_CENTRE} & set(each.needs)),
            "needs": [str(NEED[need]) for need in each.needs],
        }
        for each in rules
    ]
