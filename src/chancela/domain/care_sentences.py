"""What refusals say where care goes on without a code: in Portuguese and in English, what is so and what to do next."""

from __future__ import annotations

from typing import Final

from chancela.domain.refusal import Refusal

CARE: Final[dict[Refusal, tuple[str, str]]] = {
    Refusal.ABSENCE_UNKNOWN: (
        "Este motivo não existe aqui. Escolha um da lista.",
        "There is no such reason here. Choose one from the list.",
    ),
    Refusal.ABSENCE_NEEDS: (
        "Este motivo precisa de mais: veja o que falta e complete.",
        "This reason needs more: see what is missing and complete it.",
    ),
    Refusal.GUIA_WITHOUT_TOKEN: (
        "Este atendimento já foi registrado sem código. Não há código a dar.",
        "This attendance was already recorded without a code. There is no code to give.",
    ),
    Refusal.GUIA_DISPUTED: (
        "A pessoa contestou este atendimento. Espere a resposta da operadora.",
        "The person disputed this attendance. Wait for the operator's answer.",
    ),
    Refusal.NOTHING_OWED: (
        "Não falta nada deste atendimento.",
        "Nothing is missing of this attendance.",
    ),
    Refusal.PROTOCOL_WRONG: (
        "Este protocolo não confere: são 20 números, como a central disse. Deixe em branco e informe depois.",
        "This protocol number is not right: 20 digits, as the call centre told it. Leave it empty and give it later.",
    ),
    Refusal.LATE_NOT_OFFERED: (
        "Este plano não usa código depois do atendimento. Siga com um motivo.",
        "This plan takes no code after the attendance. Go on with a reason.",
    ),
    Refusal.LATE_WINDOW_OVER: (
        "O prazo do código tardio passou. Siga com um motivo; a operadora confere.",
        "The time for a late code is over. Go on with a reason; the operator will review it.",
    ),
    Refusal.VISIT_DATE_WRONG: (
        "Confira o dia do atendimento: não pode ser futuro, nem anterior à guia ou ao prazo.",
        "Check the day of the attendance: not in the future, nor before the guia or the time allowed.",
    ),
    Refusal.SLIP_REFUSED: (
        "Esta folha não é desta guia, ou o código dela foi alterado. Confira o papel e envie de novo.",
        "This sheet is not of this guia, or its code was altered. Check the paper and send it again.",
    ),
    Refusal.SLIP_OVER: (
        "O prazo desta folha passou ou ela já foi usada. Imprima outra.",
        "The time of this sheet is over, or it was used. Print another.",
    ),
    Refusal.SLIP_UNREADABLE: (
        "Não deu para ler o código QR da imagem. Envie uma imagem melhor, ou informe o número impresso abaixo dele.",
        "The QR on this picture cannot be read. Send a better picture, or give the number printed beneath it.",
    ),
    Refusal.BLOCK_REFUSED: (
        "Este número não é de contingência deste prestador. Confira cada dígito.",
        "This is no contingency number of this provider. Check each digit.",
    ),
    Refusal.NUMBER_USED: (
        "Este número já foi usado em outro atendimento. Veja as diferenças e use outro número.",
        "This number was used for another attendance. See the differences and use another number.",
    ),
    Refusal.BLOCKS_ENOUGH: (
        "Ainda há números de contingência livres. Use-os antes de pedir outros.",
        "There are contingency numbers left. Use them before you ask for more.",
    ),
    Refusal.TAKEN_AT_WRONG: (
        "A hora do atendimento não confere: é futura, ou o número de contingência não valia nesse momento.",
        "The time of the attendance does not fit: it is in the future, or the contingency number was not valid then.",
    ),
    Refusal.OUTAGE_RUNNING: (
        "Já há uma queda deste tipo em aberto. Encerre-a antes de declarar outra.",
        "An outage of this kind is open already. End it before you declare another.",
    ),
    Refusal.OUTAGE_OVER: (
        "Esta queda já foi encerrada.",
        "This outage has ended already.",
    ),
    Refusal.OUTAGE_SINCE: (
        "A queda começa nas últimas 24 horas, e não no futuro. Confira o dia e a hora.",
        "An outage begins within the last 24 hours, and not in the future. Check the day and the time.",
    ),
    Refusal.NO_SESSIONS: (
        "Esta guia não é de uma série de sessões.",
        "This guia is not a series of sessions.",
    ),
    Refusal.SESSIONS_DONE: (
        "Todas as sessões desta guia já foram confirmadas.",
        "All sessions of this guia are confirmed.",
    ),
    Refusal.NO_SESSION_CODE: (
        "Hoje ainda não há código confirmado nesta série. Peça o código da sessão.",
        "No code was confirmed in this series today. Ask for the session's code.",
    ),
    Refusal.DAY_CODE_SPENT: (
        "O código de hoje já confirmou as sessões que podia. Peça outro código, ou siga sem código com o motivo.",
        "Today's code confirmed as many sessions as it may. Ask for another code, or go on without one for a reason.",
    ),
    Refusal.SERIES_BEGUN: (
        "Já houve sessão desta guia. Em vez de cancelar, encerre a série: o que foi feito fica confirmado.",
        "A session of this guia took place. Close the series instead: what was done stays confirmed.",
    ),
    Refusal.SERIES_NOT_BEGUN: (
        "Ainda não houve sessão desta guia. Se ninguém vem mais, cancele a guia.",
        "No session of this guia took place yet. If nobody comes any more, cancel the guia.",
    ),
    Refusal.DISPUTE_CLOSED: (
        "Esta contestação já foi decidida.",
        "This dispute was decided already.",
    ),
    Refusal.DISPUTE_ANSWERED: (
        "A resposta do prestador já foi enviada.",
        "The provider's answer was sent already.",
    ),
    Refusal.DISPUTE_REVIEWED: (
        "Você já conferiu este atendimento sem código. Outra pessoa da auditoria, da análise ou da gestão decide.",
        "You reviewed this attendance without a code. Another auditor, analyst or manager decides.",
    ),
    Refusal.WEBHOOK_REFUSED: (
        "Este endereço não pode receber avisos: use HTTPS e um endereço público.",
        "This address cannot receive events: use HTTPS and a public address.",
    ),
    Refusal.TOO_MANY_WEBHOOKS: (
        "Há endereços de aviso demais. Encerre um antes de abrir outro.",
        "There are too many webhooks. Close one before you open another.",
    ),
}
