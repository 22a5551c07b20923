"""What people read in their own hand: sentences for what happened, and for what cannot be done now."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, ngettext

from chancela.domain import guia as guias, report as reports
from chancela.domain.delivery import Channel
from chancela.domain.guia import Status
from chancela.domain.refusal import Refusal
from chancela.domain.story import Happened
from chancela.portals.design import series
from chancela.portals.design.words import Said

if TYPE_CHECKING:
    from chancela.bootstrap.codes import Story
    from chancela.domain.case import Case
    from chancela.domain.refusal import Refused
    from chancela.domain.story import Line

STATUS = {
    Status.UNDER_ANALYSIS: Said("still", _("Em análise"), "clock"),
    Status.AWAITING_TOKEN: Said("wait", _("Aguarda o código"), "ring"),
    Status.VALIDATED: Said("good", _("Confirmado"), "seal"),
    Status.WITHOUT_TOKEN: Said("good", _("Atendido sem código"), "document"),
    Status.LATE_PENDING: Said("wait", _("Falta o código"), "clock"),
    Status.DENIED: Said("bad", _("Negado"), "stop"),
    Status.CANCELLED: Said("still", _("Cancelado"), "cross"),
    Status.EXPIRED: Said("still", _("Venceu"), "clock"),
    Status.DISPUTED: Said("bad", _("Contestado"), "alert"),
}
STOPPED = Said("bad", _("Parado por aviso"), "alert")
HAPPENED = {
    Happened.REQUESTED: _("%(provider)s pediu o atendimento."),
    Happened.AUTHORISED: _("A operadora autorizou."),
    Happened.PARTLY_AUTHORISED: _("A operadora autorizou uma parte do que foi pedido."),
    Happened.WAITS_FOR_ANSWER: _("A operadora ainda está analisando."),
    Happened.DENIED: _("A operadora não autorizou."),
    Happened.CANCELLED: _("O pedido foi cancelado."),
    Happened.CODE_MADE: _("O código foi gerado no aplicativo."),
    Happened.CODE_REPLACED: _("Um código novo foi pedido; o anterior deixou de valer."),
    Happened.CODE_LOCKED: _("O código foi digitado errado vezes demais e deixou de valer."),
    Happened.CODE_EXPIRED: _("O código passou do prazo sem ser usado."),
    Happened.VALIDATED: _("%(provider)s confirmou o atendimento com o código."),
    Happened.VALIDATED_OFFLINE: _("%(provider)s confirmou o atendimento com um código feito sem sinal."),
    Happened.VALIDATED_ON_PAPER: _("%(provider)s confirmou o atendimento com um código de papel."),
    Happened.VALIDATED_LATE: _("%(provider)s confirmou o atendimento com um código tardio."),
    Happened.POSTPONED: _("%(provider)s deixou o código para depois do atendimento."),
    Happened.WITHOUT_CODE: _("%(provider)s registrou o atendimento sem código."),
    Happened.REPORTED: _("Foi avisado que ninguém pediu este atendimento. O código deixou de valer."),
    Happened.REPORT_UPHELD: _("A operadora conferiu o aviso e deu razão."),
    Happened.REPORT_MISTAKEN: _("A operadora conferiu o aviso: foi engano."),
    Happened.DISPUTED: _("Foi avisado que este atendimento não foi da pessoa. A operadora confere."),
    Happened.DISPUTE_UPHELD: _("A operadora respondeu: o atendimento não aconteceu."),
    Happened.DISPUTE_MISTAKEN: _("A operadora respondeu: o atendimento aconteceu."),
    Happened.SESSIONS_DISPUTED: _("Foi avisado que não foi da pessoa: %(sessions)s. A operadora confere."),
    Happened.SESSIONS_UPHELD: _("A operadora respondeu que não aconteceu e não é pago: %(sessions)s."),
    Happened.SESSIONS_MISTAKEN: _("A operadora respondeu que aconteceu: %(sessions)s."),
}
SENT = {
    Channel.APP: _("O código chegou ao aplicativo."),
    Channel.SMS: _("O código foi enviado por SMS para %(to)s."),
    Channel.WHATSAPP: _("O código foi enviado por WhatsApp para %(to)s."),
    Channel.VOICE: _("O código foi dito em uma ligação para %(to)s."),
    Channel.EMAIL: _("O código foi enviado por e-mail para %(to)s."),
}
APP_FAILED = _("O código não chegou ao aplicativo.")
FATE = {
    Happened.CODE_ARRIVED: _("Chegou."),
    Happened.CODE_FAILED: _("Não chegou."),
}
ICON = {
    Happened.REQUESTED: "document",
    Happened.VALIDATED: "seal",
    Happened.VALIDATED_LATE: "seal",
    Happened.VALIDATED_OFFLINE: "seal",
    Happened.POSTPONED: "clock",
    Happened.WITHOUT_CODE: "document",
    Happened.VALIDATED_ON_PAPER: "seal",
    Happened.REPORTED: "alert",
    Happened.DISPUTED: "alert",
    Happened.SESSIONS_DISPUTED: "alert",
    Happened.CODE_ARRIVED: "check",
    Happened.CODE_FAILED: "failed",
    Happened.DENIED: "stop",
    Happened.CANCELLED: "cross",
}
REFUSED = {
    Refusal.NOT_FOUND: _("Não há guia com este número para você. Confira com quem está atendendo."),
    Refusal.FORBIDDEN: _("Neste plano, quem pede o código é a clínica. Peça na recepção."),
    Refusal.GUIA_VALIDATED: _("Este atendimento já foi confirmado: não precisa de código."),
    Refusal.GUIA_CANCELLED: _("Esta guia foi cancelada. Fale com quem está atendendo."),
    Refusal.GUIA_DENIED: _("A operadora não autorizou esta guia. Fale com a operadora."),
    Refusal.GUIA_EXPIRED: _("Esta guia venceu. Peça uma nova a quem está atendendo."),
    Refusal.GUIA_UNDER_ANALYSIS: _("A operadora ainda está analisando esta guia. O código vem depois."),
    Refusal.LATE_CODE_NEEDED: _("O prazo do código passou. Fale com a operadora."),
    Refusal.LATE_WINDOW_OVER: _("O prazo do código deste atendimento passou. Não é preciso fazer nada."),
    Refusal.CODE_LOCKED: _("O código desta guia foi digitado errado vezes demais. Fale com a operadora."),
    Refusal.CODE_REPORTED: _("Você avisou que não pediu este atendimento. Nenhum código sai até a operadora conferir."),
    Refusal.PAIR_PAUSED: _("Os códigos para esta clínica estão parados até a operadora conferir os seus avisos."),
    Refusal.JUST_SENT: _("Um código acabou de sair. Espere um minuto e tente de novo."),
}
MALFORMED = _("O código tem 6 números. Confira e digite de novo.")
SORRY = _("Não foi possível agora. Fale com a operadora.")


def standing(case: "Case") -> Said:
    """Where an attendance stands today; what its person disowned stays stopped until it is found a mistake."""
    status = guias.status(case.guia, timezone.localdate())
    waits = status in {Status.AWAITING_TOKEN, Status.LATE_PENDING}
    return STOPPED if waits and reports.stops(case.report) else STATUS[status]


def refused(why: "Refused") -> str | Promise:
    """The sentence for a code that cannot be had."""
    return REFUSED.get(why.reason, SORRY)


def entry(why: "Refused") -> str:
    """What is wrong with a code that was entered and can be entered again."""
    if why.attempts_left is None:
        return str(MALFORMED)
    said = ngettext(
        "O código não confere. Confira na mensagem; resta %(left)s tentativa.",
        "O código não confere. Confira na mensagem; restam %(left)s tentativas.",
        why.attempts_left,
    )
    return said % {"left": why.attempts_left}


def sentences(story: "Story") -> list[dict[str, object]]:
    """The lines of an attendance as sentences, each with its hour and its icon."""
    return [
        {"at": each.at, "icon": ICON.get(each.what, "ring"), "text": _sentence(each, story.attendance.provider)}
        for each in story.lines
    ]


def _sentence(line: "Line", provider: str) -> str:
    if line.sending is None:
        named = series.named(line.places) if line.places else ""
        return str(HAPPENED[line.what]) % {"provider": provider, "sessions": named}
    if line.sending.channel is Channel.APP and line.what is Happened.CODE_FAILED:
        return str(APP_FAILED)
    said = str(SENT[line.sending.channel]) % {"to": line.sending.to}
    fate = FATE.get(line.what) if line.sending.channel is not Channel.APP else None
    return f"{said} {fate}" if fate else said
