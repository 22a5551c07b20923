"""What the desk shows of contested attendances: how many wait for its answer, and how each one stands in a list."""

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _, ngettext

from chancela.domain import dispute as disputes

if TYPE_CHECKING:
    from chancela.adapters.postgres.dispute_desk import Unanswered
    from chancela.domain.report import Report


def notice(waiting: "Unanswered", today: dt.date) -> str:
    """The sentence at the desk's front, empty where nothing waits for the provider's word."""
    first = waiting.first_due_date
    if not waiting.count or first is None:
        return ""
    told = {"n": waiting.count, "day": f"{first:%d/%m}"}
    if first < today:
        return (
            ngettext(
                "%(n)s atendimento contestado espera a sua resposta. O prazo acabou em %(day)s: responda agora.",
                "%(n)s atendimentos contestados esperam a sua resposta. O prazo do primeiro acabou em %(day)s.",
                waiting.count,
            )
            % told
        )
    return (
        ngettext(
            "%(n)s atendimento contestado espera a sua resposta. A operadora decide até %(day)s.",
            "%(n)s atendimentos contestados esperam a sua resposta. A operadora decide o primeiro até %(day)s.",
            waiting.count,
        )
        % told
    )


def standing(report: "Report | None", today: dt.date) -> str:
    """How a dispute stands that nobody has decided, for the provider's list; empty of every other guia."""
    if report is None or report.due_date is None or not disputes.is_open(report):
        return ""
    if report.side is not None:
        return _("você já respondeu")
    late = report.due_date < today
    said = _("falta a sua resposta; o prazo acabou em %(day)s") if late else _("falta a sua resposta, até %(day)s")
    return said % {"day": f"{report.due_date:%d/%m}"}
