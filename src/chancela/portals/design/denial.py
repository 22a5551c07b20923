"""A denial in writing, as the auditor, the provider and the person print it: what, why, when, and how to contest it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404

from chancela.adapters.postgres.attachments import Documents
from chancela.domain import decision as decisions

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.guia import Guia, Procedure, Reason


@dataclass(frozen=True, slots=True)
class Denied:
    """One denied procedure; `protocol` is there where an auditor decided, as the rules alone give none."""

    procedure: Procedure
    reasons: tuple[tuple[Reason, str], ...]
    protocol: str
    at: dt.datetime


async def denied(app: App, guia: Guia) -> tuple[Denied, ...]:
    """Return the denied procedures of a guia that the reader may see; none where nothing is denied."""
    rulings = await Documents(app.pool).rulings(guia.operator, guia.id)
    return tuple(
        Denied(
            procedure,
            tuple((each, decisions.denial(each.code)) for each in procedure.reasons),
            ruling.protocol if ruling else "",
            ruling.decided_at if ruling else guia.created_at,
        )
        for procedure, ruling in decisions.denials(guia, rulings)
    )


async def context(app: App, guia: Guia) -> dict[str, object]:
    """Return what `design/denial.html` says beside whose guia it is; without a denial there is no such page."""
    found = await denied(app, guia)
    if not found:
        raise Http404
    provider = await app.reads.provider(guia.operator, guia.provider)
    return {
        "guia": guia,
        "denied": found,
        "answered_at": max(each.at for each in found),
        "provider_name": provider.name if provider else guia.provider,
        "all_denied": len(found) == len(guia.procedures),
    }
