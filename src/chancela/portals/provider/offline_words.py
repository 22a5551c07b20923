"""What the offline desk says: reasons with what each needs, and what became of a record."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from chancela.domain.absence import AbsenceNeed, AbsenceRule
from chancela.domain.reconcile import Result
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
