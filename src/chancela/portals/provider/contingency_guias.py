"""Guias that stood before the system was away, as a line on paper names them: by number, of this provider alone."""

import asyncio
from dataclasses import replace

from django.utils.translation import gettext as _

from chancela.adapters.postgres.reads import MOST, GuiaFilter
from chancela.domain.guia import Guia, RequestedProcedure
from chancela.domain.reconcile import Brought
from chancela.portals.provider import contingency_lines as lines
from chancela.portals.provider.contingency_lines import Line
from chancela.portals.provider.door import Desk


async def found(desk: Desk, read: list[Line]) -> list[Line]:
    """Return lines with the guia that each names, by whose procedures it goes; where there is none the line says so."""
    numbers = sorted({each.guia for each in read if each.guia})
    guias = dict(zip(numbers, await asyncio.gather(*(_numbered(desk, each) for each in numbers)), strict=True))
    return [_about(each, guias[each.guia]) if each.guia else each for each in read]


async def to_correct(desk: Desk, waiting: tuple[Brought, ...]) -> str:
    """Return what was brought before and did not stand, as it is typed again."""
    cases = [await desk.app.guia(desk.actor, each.said.guia_id) if each.said.guia_id else None for each in waiting]
    return lines.written(
        lines.of_said(place, each.number, each.said, case.guia.number if case else "")
        for place, (each, case) in enumerate(zip(waiting, cases, strict=True), 1)
    )


async def _numbered(desk: Desk, number: str) -> Guia | None:
    page = await desk.app.reads.guias(desk.actor, GuiaFilter(number=number, limit=MOST))
    return next((each.guia for each in page.items if each.guia.number == number), None)


def _about(line: Line, guia: Guia | None) -> Line:
    if guia is None:
        return replace(line, errors=(*line.errors, _("Não há guia com este número neste balcão. Confira o número.")))
    asked = tuple(
        RequestedProcedure(each.table, each.code, each.quantity, each.tooth, each.region, each.faces)
        for each in guia.procedures
    )
    return replace(line, stood=guia, asked=asked)
