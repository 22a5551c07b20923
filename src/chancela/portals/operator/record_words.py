"""What the operator's people read of a person's file: masks, states, ties, and what each change will do."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy as _

from chancela.domain import sentences
from chancela.domain.contact import ContactState
from chancela.domain.people import Relation, Standing
from chancela.domain.record import Likeness, Part, What
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design.words import Said

Words = str | Promise

STATE = {
    ContactState.CONFIRMED: Said("good", _("Confirmado"), "check"),
    ContactState.PROVISIONAL: Said("wait", _("Provisório, só de uma guia"), "clock"),
    ContactState.IN_REVIEW: Said("wait", _("Em conferência"), "eye"),
    ContactState.CONTESTED: Said("bad", _("Contestado"), "stop"),
    ContactState.RETIRED: Said("still", _("Deixado"), "minus"),
}
RELATION = {
    Relation.HOLDER: _("titular"),
    Relation.SPOUSE: _("cônjuge"),
    Relation.CHILD: _("filho ou filha"),
    Relation.STEPCHILD: _("enteado ou enteada"),
    Relation.PARENT: _("pai ou mãe"),
    Relation.OTHER: _("agregado"),
}
TIE = {
    "holder": _("titular do plano"),
    "dependant": _("dependente"),
    "named": _("responsável nomeado"),
    "guardian": _("responsável"),
    "ward": _("está sob a responsabilidade desta pessoa"),
    "helper": _("ajuda esta pessoa"),
    "helps": _("recebe ajuda desta pessoa"),
}
SHOWN = {
    Part.IDENTITY: _("Nome, CPF e nascimento estão à mostra."),
    Part.CONTACTS: _("Os contatos estão à mostra."),
}
PROTECTED = Said("bad", _("Protegida"), "lock")
PRIVATE = Said("wait", _("Oculta do titular"), "eye")


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it is offered: its address, its button, its icon, and what it does."""

    slug: str
    verb: Words
    icon: str
    does: tuple[Words, ...]


CHANGES = {
    What.SUSPEND: Change(
        "suspender",
        _("Suspender o atendimento"),
        "stop",
        (
            _("Guias novas desta pessoa são negadas: “atendimento suspenso”."),
            _("As guias que já existem seguem, e um código que já saiu continua valendo."),
            _("Ela continua entrando no aplicativo. Dá para reativar a qualquer momento."),
        ),
    ),
    What.END: Change(
        "encerrar",
        _("Encerrar o plano"),
        "cross",
        (
            _("Guias novas desta pessoa são negadas: “plano encerrado”. A data de hoje fica como a do encerramento."),
            _("As guias que já existem seguem, e um código que já saiu continua valendo."),
            _("Dependentes não mudam: encerre cada um. Dá para reativar."),
        ),
    ),
    What.ACTIVATE: Change(
        "reativar",
        _("Reativar o plano"),
        "check",
        (_("Guias novas voltam a ser analisadas como as de qualquer pessoa ativa. A data de encerramento sai."),),
    ),
    What.PROTECT: Change(
        "proteger",
        _("Proteger esta pessoa"),
        "lock",
        (
            _("Para ordem judicial ou violência: ninguém da família vê nem recebe nada dela, só quem foi nomeado."),
            _("Ela sai de todos os aparelhos; chaves de acesso, códigos sem sinal e de papel deixam de valer."),
            _("Contatos que também são de quem ela se protege deixam de receber códigos."),
        ),
    ),
    What.UNPROTECT: Change(
        "desproteger",
        _("Retirar a proteção"),
        "lock",
        (_("A família volta a ver e receber o que a idade e as ajudas permitem. Confira antes com a própria pessoa."),),
    ),
    What.HIDE: Change(
        "ocultar",
        _("Ocultar do titular"),
        "eye",
        (
            _("O titular do plano deixa de ver os atendimentos e de receber os códigos desta pessoa."),
            _("Quem já entrou continua dentro; aparelhos e chaves de acesso ficam."),
        ),
    ),
    What.UNHIDE: Change(
        "mostrar-ao-titular",
        _("Deixar de ocultar do titular"),
        "eye",
        (_("O titular volta a ver o que a idade permite. Confira antes com a própria pessoa."),),
    ),
}
SLUGS = {each.slug: what for what, each in CHANGES.items()}
CONTEST = Change(
    "contestar",
    _("Contestar este contato"),
    "stop",
    (
        _("Ele não recebe mais nenhum código, e não volta por importação nem por um prestador."),
        _("Um código que já foi enviado a ele continua valendo até ser usado ou vencer."),
        _("Nem a própria pessoa o traz de volta, no aplicativo ou por telefone: peça outro contato a ela."),
    ),
)
LIKENESS = {
    Likeness.SAME: Said("good", _("Mesmo CPF e mesmo nascimento"), "check"),
    Likeness.DOUBTFUL: Said("wait", _("Só um dos dois confere: a gestão confirma, com o motivo"), "eye"),
    Likeness.OTHER: Said("bad", _("Não parecem a mesma pessoa"), "stop"),
}
CHANGES_TOLD = {
    What.SUSPEND: _("O atendimento foi suspenso"),
    What.END: _("O plano foi encerrado"),
    What.ACTIVATE: _("O plano foi reativado"),
    What.PROTECT: _("A pessoa passou a ser protegida"),
    What.UNPROTECT: _("A proteção foi retirada"),
    What.HIDE: _("A pessoa ficou oculta do titular"),
    What.UNHIDE: _("A pessoa deixou de ficar oculta do titular"),
    What.CONTEST: _("Um contato foi contestado"),
}
MERGED = "merged"
DONE: dict[str, Words] = {
    **{what.value: told for what, told in CHANGES_TOLD.items()},
    MERGED: _("Os dois cadastros são um só agora"),
}
BY = {
    "person:": _("a própria pessoa, ou quem cuida dela"),
    "carrier ": _("resposta do contato antigo"),
    "worker": _("o sistema, pelo prazo"),
}
SHORT = _("Digite pelo menos 3 letras do nome, a carteirinha inteira ou o CPF inteiro.")
REFUSED = {
    Refusal.NOTHING_TO_REVIEW: _("O cadastro já está assim: alguém mudou antes. Nada foi feito."),
    Refusal.CONTACT_IN_REVIEW: _("Há uma troca de contato esperando decisão. Decida-a em Casos e tente de novo."),
}


def offered(standing: Standing, *, protected: bool, private: bool, dependant: bool) -> tuple[Change, ...]:
    """What can be changed of somebody who stands so."""
    plan = {
        Standing.ACTIVE: (What.SUSPEND, What.END),
        Standing.SUSPENDED: (What.ACTIVATE, What.END),
        Standing.ENDED: (What.ACTIVATE,),
    }[standing]
    marks = (What.UNPROTECT if protected else What.PROTECT,)
    hidden = (What.UNHIDE,) if private else (What.HIDE,) if dependant else ()
    return tuple(CHANGES[each] for each in (*plan, *marks, *hidden))


def masked_cpf(cpf: str | None) -> str:
    """A CPF with its middle alone; nothing where there is none."""
    return f"***.{cpf[3:6]}.{cpf[6:9]}-**" if cpf else ""


def whole_cpf(cpf: str | None) -> str:
    """A CPF as people write it."""
    return f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}" if cpf else ""


def year(day: date | None) -> str:
    """The year of a birth date alone."""
    return str(day.year) if day else ""


def refused(why: Refused) -> Words:
    """The sentence for what could not be done."""
    return REFUSED.get(why.reason) or sentences.sentence(why, get_language() or sentences.PORTUGUESE)
