"""The words for each choice that rules offer, in the middle of a sentence."""

from django.utils.translation import gettext_lazy

from chancela.domain.delivery import Channel
from chancela.domain.policy import Asker, CodeNeeded, ContactCare, ContactDoor, Guardians, Need, NoCode, Own, Reissue
from chancela.domain.policy_version import Standing
from chancela.domain.series import SessionCode
from chancela.portals.design.words import Said

PROFILE = {
    "push-per-attendance": gettext_lazy("Um código a cada atendimento"),
    "latest-code-wins": gettext_lazy("Vale o último código"),
    "one-code-per-guia": gettext_lazy("Um código por guia"),
}
STANDING = {
    Standing.DRAFT: Said("still", gettext_lazy("Rascunho"), "document"),
    Standing.AWAITING: Said("wait", gettext_lazy("Espera aprovação"), "clock"),
    Standing.COMING: Said("good", gettext_lazy("Aprovada, ainda não vale"), "clock"),
    Standing.IN_FORCE: Said("good", gettext_lazy("Em vigor"), "check"),
    Standing.PAST: Said("still", gettext_lazy("Já valeu"), "list"),
    Standing.REFUSED: Said("bad", gettext_lazy("Recusada"), "stop"),
    Standing.WITHDRAWN: Said("still", gettext_lazy("Retirada"), "cross"),
}
CHANNEL = {
    Channel.APP: gettext_lazy("aplicativo"),
    Channel.SMS: gettext_lazy("SMS"),
    Channel.WHATSAPP: gettext_lazy("WhatsApp"),
    Channel.VOICE: gettext_lazy("ligação"),
    Channel.EMAIL: gettext_lazy("e-mail"),
}
CODE_NEEDED = {
    CodeNeeded.AT_ATTENDANCE: gettext_lazy(
        "A guia pede o código no atendimento, também com procedimento ainda em análise."
    ),
    CodeNeeded.ANY_AUTHORISED: gettext_lazy("A guia pede o código quando ao menos um procedimento está autorizado."),
    CodeNeeded.NO_IMPEDIMENT: gettext_lazy(
        "A guia pede o código quando há procedimento autorizado e nada mais está pendente."
    ),
}
REISSUE = {
    Reissue.SAME_CODE: gettext_lazy("Pedir de novo envia o mesmo código, enquanto ele vale."),
    Reissue.NEW_ANNULS_OLD: gettext_lazy("Pedir de novo faz outro código, e o anterior deixa de valer."),
}
ASKER = {Asker.PROVIDER: gettext_lazy("o prestador"), Asker.BENEFICIARY: gettext_lazy("a pessoa, no aplicativo")}
DOOR = {
    ContactDoor.APP: gettext_lazy("no aplicativo"),
    ContactDoor.SITE: gettext_lazy("no site"),
    ContactDoor.CALL_CENTRE: gettext_lazy("na central"),
}
NO_CODE = {
    NoCode.RECORDED_REASON: gettext_lazy("com o motivo registrado"),
    NoCode.LATE_TOKEN: gettext_lazy("com código tardio"),
    NoCode.PRINTED_GUIA: gettext_lazy("com guia impressa e assinada"),
    NoCode.CONTINGENCY_GUIA: gettext_lazy("com guia de contingência"),
    NoCode.CALL_CENTRE: gettext_lazy("pela central"),
}
NEED = {
    Need.HAS_MOBILE: gettext_lazy("a pessoa tem celular"),
    Need.HAS_APP: gettext_lazy("a pessoa tem o aplicativo"),
    Need.LANDLINE_ONLY: gettext_lazy("a pessoa só tem telefone fixo"),
    Need.USES_NO_MOBILE: gettext_lazy("a pessoa não usa celular"),
    Need.URGENT: gettext_lazy("a guia é urgente"),
}
CARE = {
    ContactCare.SECOND_PERSON: gettext_lazy("Contato trocado pela central espera que outra pessoa aprove."),
    ContactCare.HOLD: gettext_lazy("Contato trocado pela central passa a valer só depois da espera."),
}
OWN = {
    Own.NONE: gettext_lazy("o contato próprio não é usado"),
    Own.BESIDE: gettext_lazy("o contato próprio recebe junto"),
    Own.FIRST: gettext_lazy("o contato próprio recebe primeiro"),
}
GUARDIANS = {
    Guardians.CODES: gettext_lazy("responsáveis recebem os códigos"),
    Guardians.NOTICES: gettext_lazy("responsáveis recebem um aviso, sem o código"),
    Guardians.NOTHING: gettext_lazy("responsáveis não recebem nem veem"),
}
SESSION_CODE = {
    SessionCode.PER_DAY: gettext_lazy("Um código confirma mais de uma sessão da série no mesmo dia."),
    SessionCode.PER_SESSION: gettext_lazy("Cada sessão da série pede o seu código."),
}
