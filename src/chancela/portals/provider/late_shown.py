"""What the desk shows of visits whose code is to follow: until when, what hurries, and each with its own outcome."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from chancela.adapters.postgres.lates import Pending
from chancela.domain import guia as guias, late as lates, report, token as tokens
from chancela.domain.case import Case
from chancela.domain.guia import Status
from chancela.domain.people import Operator
from chancela.domain.policy_proviso import of_guia
from chancela.portals.design.words import Said
from chancela.portals.provider import words

SENT, MISSING = Said("wait", gettext_lazy("código enviado"), "sms"), Said("still", gettext_lazy("falta pedir"), "ring")


@dataclass(frozen=True, slots=True)
class Row:
    """A visit in the list; `field` is the name of its code's field, `error` what became of what was asked for it."""

    case: Case
    visit_date: dt.date
    due: str
    hurries: bool
    live: bool
    stopped: bool
    chosen: bool
    field: str
    said: Said
    error: str = ""


def of_case(operator: Operator, case: Case) -> dict[str, object]:
    """What a guia's page says: the visit whose code is to follow, or that this may be said."""
    today, late = timezone.localdate(), case.late
    waits = guias.status(case.guia, today) is Status.AWAITING_TOKEN and not report.stops(case.report)
    return {
        "late": late,
        "late_due": due(late.due_date, today) if late else "",
        "late_over": late is not None and lates.over(late, timezone.now()),
        "postponable": waits and of_guia(operator, case.guia).late_days > 0,
    }


def due(day: dt.date, today: dt.date) -> str:
    """Until when, as one says it."""
    if day == today:
        return _("até hoje, meia-noite")
    if day == today + dt.timedelta(days=1):
        return _("até amanhã")
    return _("até %(day)s") % {"day": f"{day:%d/%m}"}


def notice(pending: Pending, today: dt.date) -> str:
    """The sentence of the desk's reminder, empty where nothing hurries."""
    if not pending.urgent or pending.first_due_date is None:
        return ""
    days = (pending.first_due_date - today).days
    when = {0: _("hoje"), 1: _("amanhã")}.get(days) or _("em %(days)s dias") % {"days": max(days, 0)}
    return ngettext(
        "%(n)s atendimento perde o prazo do código %(when)s.",
        "%(n)s atendimentos perto do fim do prazo do código; o primeiro acaba %(when)s.",
        pending.urgent,
    ) % {"n": pending.urgent, "when": when}


def rows(cases: Iterable[Case | None], told: Mapping[UUID, str], chosen: frozenset[UUID] | None) -> list[Row]:
    """The list as it stands; at first all whose code is still to be asked for are chosen."""
    now, today = timezone.now(), timezone.localdate()
    return [
        _row(each, late, now, today, told.get(each.guia.id, ""), chosen)
        for each in cases
        if each is not None and (late := each.late) is not None
    ]


def _row(
    case: Case, late: lates.LateVisit, now: dt.datetime, today: dt.date, error: str, chosen: frozenset[UUID] | None
) -> Row:
    live, stopped = tokens.alive(case.token, now), report.stops(case.report)
    return Row(
        case=case,
        visit_date=late.visit_date,
        due=due(late.due_date, today),
        hurries=late.remind_date <= today,
        live=live,
        stopped=stopped,
        chosen=(not live and not stopped) if chosen is None else case.guia.id in chosen,
        field=field(case.guia.id),
        said=words.STOPPED if stopped else SENT if live else MISSING,
        error=error,
    )


def field(guia_id: UUID) -> str:
    """The name of the field into which a guia's code is typed."""
    return f"code-{guia_id}"
