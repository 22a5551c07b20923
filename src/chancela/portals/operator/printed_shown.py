"""Signed sheets before an auditor: what was printed beside what stands now, and how each sheet was known again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chancela.adapters.postgres.attachments import Documents
from chancela.adapters.postgres.printed import PrintedReads
from chancela.bootstrap import printed as house
from chancela.domain.guia import ItemState, Procedure
from chancela.domain.printed import Recognised, Slip
from chancela.portals.operator import audit_words as words

if TYPE_CHECKING:
    from chancela.domain.case import Case
    from chancela.portals.operator.door import Office

HOW = {
    Recognised.QR: _("pelo código QR, com a assinatura digital conferida"),
    Recognised.NUMBER: _("pelo número digitado: o código QR não se lia"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One procedure: as it was printed, as it stands, and whether that is the same."""

    item: int
    printed: Procedure | None
    now: Procedure | None
    said: Any
    same: bool


@dataclass(frozen=True, slots=True)
class SignedSheet:
    """A sheet that came back, with the document that was kept of it."""

    slip: Slip
    number: str
    how: str | Promise
    pages: range
    rows: tuple[Row, ...]

    @property
    def same(self) -> bool:
        """Whether every procedure stands as it was printed."""
        return all(each.same for each in self.rows)


async def sheets(office: "Office", case: "Case") -> list[SignedSheet]:
    """The signed sheets of a guia, the last first, for `operator/_printed.html` as `signed_sheets`."""
    guia, ans = case.guia, office.operator.ans
    documents = {each.id: each for each in await Documents(office.app.pool).of(ans, guia.id)}
    found = await PrintedReads(office.app.pool).of(ans, guia.id)
    return [
        SignedSheet(
            slip,
            house.numbered(office.app, ans, slip),
            HOW[slip.recognised],
            range(1, documents[slip.attachment_id].pages + 1),
            tuple(rows(slip, guia.procedures)),
        )
        for slip in reversed(found)
        if slip.recognised is not None and slip.attachment_id in documents
    ]


def rows(slip: Slip, procedures: tuple[Procedure, ...]) -> list[Row]:
    """What was printed beside what stands; what was denied both then and now is on neither side."""
    then = {each.item: each for each in slip.procedures}
    now = {each.item: each for each in procedures}
    shown = [each for each in sorted({*then, *now}) if each in then or now[each].authorisation is not ItemState.DENIED]
    return [
        Row(
            item,
            then.get(item),
            now.get(item),
            words.ITEM[now[item].authorisation] if item in now else None,
            then.get(item) == now.get(item),
        )
        for item in shown
    ]
