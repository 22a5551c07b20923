"""A guia without a code that was not accepted, in writing, as the auditor and the provider print it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chancela.portals.design import absence_words as words

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.case import Case


async def context(app: App, case: Case) -> dict[str, object]:
    """Return what `design/absence_refusal.html` says beside whose guia it is."""
    guia, absence = case.guia, case.absence
    provider = await app.reads.provider(guia.operator, guia.provider)
    return {
        "guia": guia,
        "absence": absence,
        "reason": words.REASON[absence.reason] if absence else "",
        "tiss": words.TISS[absence.tiss] if absence else "",
        "missed": [words.NEED[each] for each in absence.missed] if absence else [],
        "provider_name": provider.name if provider else guia.provider,
    }
