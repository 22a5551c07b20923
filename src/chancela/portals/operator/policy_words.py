"""Rules as plain sentences: every field of a policy, and the parts in which rules are read and written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from chancela.portals.operator import policy_absences
from chancela.portals.operator.policy_names import (
    ASKER,
    CARE,
    CHANNEL,
    CODE_NEEDED,
    DOOR,
    GUARDIANS,
    NEED,
    NO_CODE,
    OWN,
    PROFILE,
    REISSUE,
    SESSION_CODE,
)

if TYPE_CHECKING:
    from chancela.domain.delivery import Channel
    from chancela.domain.policy import Age, Quiet, Rung

MINUTES_OF_HOUR = 60


def listed(words: Iterable[object], *, either: bool = False) -> str:
    """Words one after another, the last with «e», or «ou»."""
    *first, last = [str(each) for each in words] or [_("nenhum")]
    if not first:
        return last
    joined = _("%(first)s ou %(last)s") if either else _("%(first)s e %(last)s")
    return joined % {"first": ", ".join(first), "last": last}


def length(span: timedelta) -> str:
    """A length of time in hours and minutes."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, MINUTES_OF_HOUR)
    parts = [_hours(hours)] if hours else []
    return listed([*parts, _minutes(minutes)] if minutes or not hours else parts)


def _hours(n: int) -> str:
    return ngettext("%(n)s hora", "%(n)s horas", n) % {"n": n}


def _minutes(n: int) -> str:
    return ngettext("%(n)s minuto", "%(n)s minutos", n) % {"n": n}


def _seconds(n: int) -> str:
    return ngettext("%(n)s segundo", "%(n)s segundos", n) % {"n": n}


def _days(n: int) -> str:
    return ngettext("%(n)s dia", "%(n)s dias", n) % {"n": n}


def _tries(n: int) -> str:
    return ngettext("%(n)s tentativa errada", "%(n)s tentativas erradas", n) % {"n": n}


def _messages(n: int) -> str:
    return ngettext("%(n)s mensagem", "%(n)s mensagens", n) % {"n": n}


def _channels(channels: "tuple[Channel, ...]") -> str:
    return listed(CHANNEL[each] for each in channels)


def _ladder(ladder: "tuple[Rung, ...]") -> tuple[str, ...]:
    if not ladder:
        return (_("Nada sai sozinho: o meio é escolhido no balcão."),)
    return tuple(_rung(place, each) for place, each in enumerate(ladder, 1))


def _rung(place: int, rung: "Rung") -> str:
    told = {
        "place": place,
        "channels": _channels(rung.channels),
        "wait": _seconds(rung.wait_s),
        "needs": listed(NEED[each] for each in rung.needs),
    }
    if rung.needs:
        return _("Passo %(place)s, quando %(needs)s: %(channels)s; espera %(wait)s.") % told
    return _("Passo %(place)s: %(channels)s; espera %(wait)s.") % told


def _quiet(quiet: "Quiet") -> str:
    if not quiet.channels or quiet.from_hour == quiet.until_hour:
        return _("Não há horas de silêncio.")
    told = {"channels": _channels(quiet.channels), "start": quiet.from_hour, "end": quiet.until_hour}
    return _("Das %(start)sh às %(end)sh não sai sozinho: %(channels)s. Em urgência, sai.") % told


def _ages(ages: "tuple[Age, ...]") -> tuple[str, ...]:
    ends = [*(each.from_years for each in ages[1:]), None]
    return tuple(_age(each, end) for each, end in zip(ages, ends, strict=True))


def _age(age: "Age", end: int | None) -> str:
    told = {"first": age.from_years, "own": OWN[age.own], "guardians": GUARDIANS[age.guardians]}
    if end is None:
        return _("A partir de %(first)s anos: %(own)s; %(guardians)s.") % told
    return _("De %(first)s a %(last)s anos: %(own)s; %(guardians)s.") % {**told, "last": end - 1}


def _paper(count: int) -> str:
    if not count:
        return _("Não há folha de códigos de papel.")
    told = ngettext("%(n)s código", "%(n)s códigos", count) % {"n": count}
    return _("A pessoa pode imprimir uma folha com %(codes)s.") % {"codes": told}


def _series(codes: tuple[str, ...]) -> str:
    if not codes:
        return _("Nenhum procedimento é confirmado sessão por sessão.")
    return _("São confirmados sessão por sessão os procedimentos que começam com %(n)s.") % {
        "n": listed(codes, either=True)
    }


def _yes(yes: str | Promise, no: str | Promise) -> Callable[[bool], str]:
    return lambda value: str(yes if value else no)


def _filled(sentence: str | Promise, words: Callable[[Any], object] = str) -> Callable[[Any], str]:
    return lambda value: str(sentence) % {"n": words(value)}


# What each field says; a sentence, or one for each step or age.
SAY: Mapping[str, Callable[[Any], str | tuple[str, ...]]] = {
    "profile": lambda value: (
        _("Estas regras partiram de “%(name)s”, que vem com o sistema.") % {"name": PROFILE.get(value, value)}
    ),
    "code_needed": lambda value: str(CODE_NEEDED[value]),
    "reissue": lambda value: str(REISSUE[value]),
    "askers": lambda value: _("Quem pode pedir o código: %(who)s.") % {"who": listed(ASKER[each] for each in value)},
    "guia_days": _filled(gettext_lazy("A guia pode ser usada por %(n)s."), _days),
    "channels": _filled(gettext_lazy("O código pode ir por %(n)s, oferecidos nesta ordem."), _channels),
    "ladder": _ladder,
    "quiet": _quiet,
    "remembers_channel": _yes(
        gettext_lazy("O último meio escolhido fica lembrado para a pessoa."),
        gettext_lazy("O meio escolhido não fica lembrado."),
    ),
    "cool_down_s": _filled(gettext_lazy("O mesmo meio só pode ser usado de novo depois de %(n)s."), _seconds),
    "tells_validation": _yes(
        gettext_lazy("Cada atendimento, com código ou sem, é avisado à pessoa, se possível por outro contato."),
        gettext_lazy("Atendimentos não são avisados à pessoa, com código ou sem."),
    ),
    "fresh": _filled(gettext_lazy("O código dado em até %(n)s conta como “na hora”."), length),
    "valid": _filled(gettext_lazy("O código vale por %(n)s."), length),
    "tries_per_code": _filled(gettext_lazy("Cada código aceita até %(n)s; depois trava."), _tries),
    "tries_per_guia": _filled(gettext_lazy("A guia aceita até %(n)s em todos os seus códigos."), _tries),
    "contact_doors": lambda value: (
        _("A pessoa troca contatos %(where)s.") % {"where": listed((DOOR[each] for each in value), either=True)}
    ),
    "provider_types_first_contact": _yes(
        gettext_lazy("Sem contato no cadastro, o prestador pode digitar o primeiro."),
        gettext_lazy("O prestador não digita contatos: vale o cadastro."),
    ),
    "email_asks_cpf": _yes(
        gettext_lazy("Para enviar por e-mail, o balcão informa o CPF da pessoa."),
        gettext_lazy("Para enviar por e-mail não se pede o CPF."),
    ),
    "families_per_number": lambda value: (
        _("Contato digitado que já é de %(families)s vai para conferência.")
        % {"families": ngettext("%(n)s outra família", "%(n)s outras famílias", value) % {"n": value}}
    ),
    "contact_care": lambda value: str(CARE[value]),
    "contact_hold_hours": _filled(gettext_lazy("A espera de um contato trocado pela central é de %(n)s."), _hours),
    "ages": _ages,
    "history_days": _filled(gettext_lazy("No aplicativo, a pessoa vê os atendimentos dos últimos %(n)s."), _days),
    "no_code": lambda value: (
        _("Sem código, o atendimento segue %(ways)s.")
        % {"ways": listed((NO_CODE[each] for each in value), either=True)}
    ),
    "offline_codes": _yes(
        gettext_lazy("Vale o código que o celular da pessoa gera sem sinal."),
        gettext_lazy("Código gerado sem sinal não é aceito."),
    ),
    "offline_late_days": lambda value: (
        _("Código gerado sem sinal pode ser dado até %(days)s depois; de mais de 48 horas, conta como tardio.")
        % {"days": _days(value)}
    ),
    "paper_codes": _paper,
    "sends_per_guia_hour": _filled(gettext_lazy("Uma guia tem até %(n)s por hora."), _messages),
    "sends_per_person_hour": _filled(gettext_lazy("Uma pessoa recebe até %(n)s por hora."), _messages),
    "sends_per_number_hour": _filled(
        gettext_lazy("Um mesmo número ou e-mail recebe até %(n)s por hora, de quem quer que sejam."), _messages
    ),
    "sends_per_provider_floor": _filled(gettext_lazy("Um prestador pode enviar ao menos %(n)s por dia."), _messages),
    "sends_per_provider_guia": _filled(
        gettext_lazy("Com mais guias no dia, o prestador envia até %(n)s por guia."), _messages
    ),
    "wrong_per_provider_floor": _filled(
        gettext_lazy("Depois de %(n)s no dia, o prestador confirma quem é; no dobro, espera."), _tries
    ),
    "wrong_per_provider_percent": _filled(
        gettext_lazy("Esse limite cresce até %(n)s%% das guias do dia, se for mais.")
    ),
    "caller_questions": lambda value: (
        _("Quem liga para a central responde a %(questions)s.")
        % {"questions": ngettext("%(n)s pergunta", "%(n)s perguntas", value) % {"n": value}}
    ),
    "reveals_per_agent_day": lambda value: (
        _("Cada atendente lê até %(codes)s por dia.")
        % {"codes": ngettext("%(n)s código", "%(n)s códigos", value) % {"n": value}}
    ),
    "absences": policy_absences.said,
    "absence_sample_percent": _filled(gettext_lazy("Dos motivos conferidos por amostra, a auditoria recebe %(n)s%%.")),
    "absence_owed_days": _filled(
        gettext_lazy("O que falta de um atendimento sem código pode vir em até %(n)s."), _days
    ),
    "late_days": lambda value: (
        _("O código pode ser dado até %(days)s depois do atendimento.") % {"days": _days(value)}
        if value
        else _("Não há código depois do atendimento.")
    ),
    "late_reminder_days": _filled(gettext_lazy("O prestador é lembrado %(n)s antes do fim do prazo."), _days),
    "slip_days": _filled(gettext_lazy("A guia assinada pode ser enviada até %(n)s depois de impressa."), _days),
    "block_numbers": lambda value: (
        _("Cada prestador guarda até %(numbers)s.")
        % {"numbers": ngettext("%(n)s número de contingência", "%(n)s números de contingência", value) % {"n": value}}
    ),
    "block_days": _filled(gettext_lazy("Números de contingência valem por %(n)s."), _days),
    "outage_minutes": _filled(gettext_lazy("Depois de %(n)s sem resposta, o sistema nota uma queda."), _minutes),
    "series": _series,
    "session_code": lambda value: str(SESSION_CODE[value]),
    "day_sessions": _filled(gettext_lazy("Onde um código vale para o dia, o máximo de sessões que confirma é %(n)s.")),
    "dispute_days": _filled(gettext_lazy("Um atendimento contestado é decidido em até %(n)s."), _days),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Fields that are read and written together."""

    slug: str
    title: str | Promise
    fields: tuple[str, ...]


PARTS = (
    Part("codigo", gettext_lazy("Quando a guia pede código"), ("code_needed", "reissue", "askers", "guia_days")),
    Part(
        "meios",
        gettext_lazy("Meios e ordem de envio"),
        ("channels", "ladder", "quiet", "remembers_channel", "cool_down_s", "tells_validation"),
    ),
    Part("prazos", gettext_lazy("Prazos e tentativas"), ("fresh", "valid", "tries_per_code", "tries_per_guia")),
    Part(
        "contatos",
        gettext_lazy("Contatos"),
        (
            *("contact_doors", "provider_types_first_contact", "email_asks_cpf", "families_per_number"),
            *("contact_care", "contact_hold_hours"),
        ),
    ),
    Part("familia", gettext_lazy("Família e histórico"), ("ages", "history_days")),
    Part(
        "sem-codigo",
        gettext_lazy("Sem código e sem sinal"),
        (
            *("no_code", "offline_codes", "offline_late_days", "paper_codes"),
            *("absences", "absence_sample_percent", "absence_owed_days"),
            *("late_days", "late_reminder_days", "slip_days"),
        ),
    ),
    Part(
        "limites",
        gettext_lazy("Limites"),
        (
            *("sends_per_guia_hour", "sends_per_person_hour", "sends_per_number_hour", "sends_per_provider_floor"),
            *("sends_per_provider_guia", "wrong_per_provider_floor", "wrong_per_provider_percent"),
        ),
    ),
    Part(
        "continuidade",
        gettext_lazy("Contingência, sessões e contestações"),
        ("block_numbers", "block_days", "outage_minutes", "series", "session_code", "day_sessions", "dispute_days"),
    ),
    Part("central", gettext_lazy("Central de atendimento"), ("caller_questions", "reveals_per_agent_day")),
)


def said(field: str, value: Any) -> tuple[str, ...]:
    """The sentences of one field."""
    told = SAY[field](value)
    return (told,) if isinstance(told, str) else told
