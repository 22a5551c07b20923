"""What an agent reads and says during a call: questions, reasons, the digits one by one, and what was done."""

from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy as _

from chancela.domain import sentences
from chancela.domain.call import Doing
from chancela.domain.caller import QuestionKind
from chancela.domain.people import Audience
from chancela.domain.refusal import Refusal
from chancela.portals.design.words import Said

if TYPE_CHECKING:
    from chancela.domain.refusal import Refused

QUESTION: Final[dict[QuestionKind, tuple[str | Promise, str | Promise]]] = {
    QuestionKind.BIRTH_DATE: (_("Qual é a data de nascimento?"), _("Dia, mês e ano: 31121980.")),
    QuestionKind.CPF_END: (_("Quais são os 4 últimos números do CPF?"), _("4 números.")),
    QuestionKind.CARD_END: (_("Quais são os 4 últimos números da carteirinha?"), _("4 números.")),
    QuestionKind.MOBILE_END: (_("Quais são os 4 últimos números do celular cadastrado?"), _("4 números.")),
    QuestionKind.LANDLINE_END: (_("Quais são os 4 últimos números do telefone fixo cadastrado?"), _("4 números.")),
    QuestionKind.EMAIL_NAME: (_("Qual é o e-mail cadastrado?"), _("Basta o que vem antes do @.")),
    QuestionKind.PLAN: (_("Qual é o nome do plano?"), _("Como está na carteirinha.")),
    QuestionKind.JOINED_MONTH: (_("Em que mês e ano entrou no plano?"), _("Mês e ano: 032019.")),
    QuestionKind.HOLDER_NAME: (_("Qual é o nome do titular do plano?"), _("O nome e um sobrenome.")),
    QuestionKind.DEPENDANT_NAME: (_("Qual é o nome de um dependente do plano?"), _("Basta o primeiro nome.")),
}
KEPT: Final = {  # on the trail a reason is in Portuguese, whatever its agent reads
    "lost": "A mensagem com o código não chegou",
    "no_phone": "A pessoa está sem celular ou sem sinal",
    "no_app": "A pessoa não usa celular nem aplicativo",
    "deleted": "A pessoa perdeu ou apagou a mensagem",
}
REASONS: Final[dict[str, str | Promise]] = {
    "lost": _("A mensagem com o código não chegou"),
    "no_phone": _("A pessoa está sem celular ou sem sinal"),
    "no_app": _("A pessoa não usa celular nem aplicativo"),
    "deleted": _("A pessoa perdeu ou apagou a mensagem"),
}
OTHER: Final = "other"
SPELLED: Final = {
    "0": _("zero"),
    "1": _("um"),
    "2": _("dois"),
    "3": _("três"),
    "4": _("quatro"),
    "5": _("cinco"),
    "6": _("meia"),
    "7": _("sete"),
    "8": _("oito"),
    "9": _("nove"),
}
DONE: Final = {
    Doing.ISSUED: Said("good", _("Código gerado"), "check"),
    Doing.SENT: Said("good", _("Código enviado de novo"), "handed_over"),
    Doing.REVEALED: Said("good", _("Código lido ao telefone"), "voice"),
    Doing.REPORTED: Said("bad", _("Aviso “não pedi” registrado"), "alert"),
    Doing.CONTACT_PROPOSED: Said("wait", _("Troca de contato pedida"), "clock"),
    Doing.NUMBER_GIVEN: Said("good", _("Número de contingência dado"), "check"),
}
AUDIENCE: Final = {
    Audience.EVERYONE: _("para todos"),
    Audience.PROVIDERS: _("para prestadores"),
    Audience.HEARING: _("para quem não ouve ou não fala"),
}
REFUSED: Final = {
    Refusal.FORBIDDEN: _("Neste plano, quem pede o código é a clínica. Oriente a pessoa a pedir na recepção."),
    Refusal.JUST_SENT: _("Um código acabou de sair. Espere um minuto e tente de novo."),
    Refusal.NO_LIVE_CODE: _("Este código não vale mais. Gere outro."),
    Refusal.CODE_REPORTED: _("A pessoa avisou que não pediu este atendimento. Nenhum código sai até alguém conferir."),
    Refusal.PAIR_PAUSED: _("Os códigos para este prestador estão parados até alguém conferir os avisos da pessoa."),
    Refusal.REASON_NEEDED: _("Diga por que o código é lido ao telefone."),
}


def refused(why: "Refused") -> str | Promise:
    """The sentence for what cannot be done."""
    said = REFUSED.get(why.reason)
    return said or sentences.sentence(why, get_language() or sentences.PORTUGUESE)
