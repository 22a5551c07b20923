"""Slips of printed guias in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import printed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

    from chancela.domain.printed import Slip
    from tests.fakes.shelf import Shelf


@dataclass
class MemorySlips:
    """The port `Slips`."""

    shelf: Shelf

    async def of(self, guia_ids: Collection[UUID]) -> Mapping[UUID, tuple[Slip, ...]]:
        known = sorted(self.shelf.slips.values(), key=lambda each: (each.printed_at, each.id))
        return {key: own for key in set(guia_ids) if (own := tuple(each for each in known if each.guia_id == key))}


def offended(slips: Iterable[Slip], new: Slip) -> str | None:
    """Name the rule of the table that a slip would break beside those that are there."""
    told = (new.returned_at, new.returned_by, new.attachment_id, new.recognised, new.visit_date)
    others = [each for each in slips if each.id != new.id and each.guia_id == new.guia_id]
    if new.ended_at is not None and new.returned_at is not None:
        return "a_sheet_comes_back_or_is_printed_over"
    if sum(each is not None for each in told) not in {0, len(told)}:
        return "a_sheet_that_came_back_says_how"
    if new.visit_date and new.returned_at and not printed.possible(new, new.visit_date, printed.day(new.returned_at)):
        return "a_visit_is_on_a_day_from_the_printing_to_the_return"
    if printed.alive(new) and any(map(printed.alive, others)):
        return "a_guia_has_one_sheet_to_sign"
    return None
