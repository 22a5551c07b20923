"""Words for going on without a code: each reason as a person says it, what it needs, and where it stands."""

from django.utils.translation import gettext_lazy as _

from chancela.domain.absence import AbsenceLead, AbsenceNeed, AbsenceReason, AbsenceReview
from chancela.portals.design.words import Said

REASON = {
    AbsenceReason.NO_PHONE: _("Não tem celular"),
    AbsenceReason.PHONE_NOT_HERE: _("Está sem o celular aqui"),
    AbsenceReason.NOT_DELIVERED: _("O código não chegou"),
    AbsenceReason.NO_SIGNAL: _("Sem sinal ou internet"),
    AbsenceReason.SYSTEM_DOWN: _("O sistema está fora do ar"),
    AbsenceReason.CANNOT_USE: _("Não consegue usar o celular"),
    AbsenceReason.WITH_ANOTHER_ADULT: _("Veio com outro adulto"),
    AbsenceReason.URGENT: _("Urgência ou emergência"),
    AbsenceReason.INPATIENT: _("Está internada"),
    AbsenceReason.HOME_COLLECTION: _("Coleta em casa"),
    AbsenceReason.THIRD_PARTY_MATERIAL: _("Outra pessoa trouxe o material"),
    AbsenceReason.REFUSED: _("Não quis dar o código"),
    AbsenceReason.AFTER_EXIT: _("A pessoa já foi embora"),
}
NEED = {
    AbsenceNeed.NOTE: _("uma explicação"),
    AbsenceNeed.SECOND_PERSON: _("o nome de outra pessoa presente"),
    AbsenceNeed.SIGNATURE: _("a guia impressa e assinada"),
    AbsenceNeed.DOCUMENT: _("um documento"),
    AbsenceNeed.CALL_CENTRE: _("o protocolo da central"),
}
NEED_SHORT = {
    AbsenceNeed.NOTE: _("explicação"),
    AbsenceNeed.SECOND_PERSON: _("outra pessoa"),
    AbsenceNeed.SIGNATURE: _("assinatura"),
    AbsenceNeed.DOCUMENT: _("documento"),
    AbsenceNeed.CALL_CENTRE: _("protocolo"),
}
LEAD = {
    AbsenceLead.ACCEPTED: _("aceito sem conferência"),
    AbsenceLead.SAMPLED: _("conferido por amostra"),
    AbsenceLead.REVIEWED: _("sempre conferido"),
}
REVIEW = {
    AbsenceReview.NONE: Said("good", _("Registrado"), "check"),
    AbsenceReview.WAITING: Said("wait", _("Em conferência"), "eye"),
    AbsenceReview.ACCEPTED: Said("good", _("Aceito pela auditoria"), "check"),
    AbsenceReview.REFUSED: Said("bad", _("Não aceito pela auditoria"), "stop"),
}
TISS = {  # ANS table 74
    "01": _("Beneficiário internado"),
    "02": _("Urgência ou emergência"),
    "03": _("Falha de sistemas, ou regularização após a saída"),
    "04": _("Beneficiário não transmitiu o token"),
    "05": _("Coleta domiciliar"),
    "06": _("Material enviado por terceiros"),
    "07": _("Beneficiário não possui celular"),
}
