"""What the operator's people read of its network: masks, how a provider stands, and what putting one out will do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy as _

from chancela.domain import sentences
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import EventKind
from chancela.portals.design.words import Said
from chancela.portals.operator import record_words

Words = str | Promise
CPF_DIGITS = 11

ACTIVE = Said("good", _("Na rede"), "check")
ENDED = Said("bad", _("Desativado"), "stop")
AT_WORK = Said("good", _("Atende"), "check")
AWAY = Said("still", _("Não atende mais"), "minus")
WORKING = Said("good", _("Ativo"), "check")
REVOKED = Said("still", _("Revogado"), "minus")
STANDINGS = {"": _("Todas"), "na-rede": _("Na rede"), "desativados": _("Desativados")}
HOW = {"": None, "na-rede": True, "desativados": False}


@dataclass(frozen=True, slots=True)
class Turn:
    """Putting a provider out, or letting it in: the button, its icon, and what happens then."""

    verb: Words
    icon: str
    does: tuple[Words, ...]


OUT = Turn(
    _("Desativar o prestador"),
    "stop",
    (
        _("Ele não registra mais guias nem pede códigos: nem no balcão, nem por sistemas ligados a ele."),
        _("Quem trabalha nele encontra, no próximo clique, uma página que diz isso."),
        _("O que já foi registrado segue: a pessoa tem o código pelo aplicativo ou pela central, e ele o valida."),
        _("Os telefones e e-mails dele, e dos profissionais, continuam sem receber códigos de ninguém."),
        _("Dá para ativar de novo a qualquer momento."),
    ),
)
IN = Turn(
    _("Ativar o prestador"),
    "check",
    (
        _("Ele volta a registrar guias e a pedir códigos, no balcão e por sistemas, no próximo clique."),
        _("Acessos e sistemas revogados por outra razão continuam revogados."),
    ),
)
FIELDS = {
    "name": _("nome"),
    "specialties": _("especialidades"),
    "phones": _("telefones"),
    "emails": _("e-mails"),
    "entry": _("registro no conselho"),
    "active": _("se atende"),
}
TOLD: dict[tuple[str, str], Words] = {
    (EventKind.PROVIDER_CHANGED.value, "changed"): _("O cadastro foi mudado"),
    (EventKind.PROVIDER_CHANGED.value, "deactivated"): _("Foi desativado"),
    (EventKind.PROVIDER_CHANGED.value, "activated"): _("Foi ativado"),
    (EventKind.PROFESSIONAL_CHANGED.value, "added"): _("Um profissional entrou"),
    (EventKind.PROFESSIONAL_CHANGED.value, "changed"): _("Um profissional foi mudado"),
    (EventKind.PROFESSIONAL_CHANGED.value, "deactivated"): _("Um profissional deixou de atender"),
    (EventKind.PROFESSIONAL_CHANGED.value, "activated"): _("Um profissional voltou a atender"),
}
SEEN = _("O documento e os contatos foram vistos")
DONE = {
    "changed": _("Cadastro salvo."),
    "same": _("Nada mudou: o cadastro já estava assim."),
    "deactivated": _("Prestador desativado. O balcão dele já diz isso."),
    "activated": _("Prestador ativado. O balcão dele já abre."),
    "professional": _("Profissional salvo."),
}
REFUSED = {Refusal.NOTHING_TO_REVIEW: _("O cadastro já está assim: alguém mudou antes. Nada foi feito.")}


def refused(why: Refused) -> Words:
    """The sentence for what was not done."""
    return REFUSED.get(why.reason) or sentences.sentence(why, get_language() or sentences.PORTUGUESE)


def masked_document(document: str | None) -> str:
    """A CPF or CNPJ with its middle alone; nothing where there is none."""
    if document is None or len(document) <= CPF_DIGITS:
        return record_words.masked_cpf(document)
    return f"**.{document[2:5]}.{document[5:8]}/****-**"


def whole_document(document: str | None) -> str:
    """A CPF or CNPJ as people write it."""
    if document is None or len(document) <= CPF_DIGITS:
        return record_words.whole_cpf(document)
    return f"{document[:2]}.{document[2:5]}.{document[5:8]}/{document[8:12]}-{document[12:]}"
