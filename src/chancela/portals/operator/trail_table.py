"""Events of the trail as rows of a spreadsheet: what people read, and beside it what the seals were made of."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from chancela.domain.trail import Entry
    from chancela.portals.operator.trail_lines import Line

HEADER = (
    *(_("número"), _("quando"), _("o que aconteceu"), _("detalhes"), _("motivo"), _("protocolo"), _("guia")),
    *(_("carteirinha"), _("quem"), _("conta"), _("evento"), _("dados"), _("selo")),
)


def rows(lines: Iterable["Line"], entries: Iterable["Entry"]) -> Iterator[tuple[object, ...]]:
    """Yield a row for each event."""
    for line, entry in zip(lines, entries, strict=True):
        yield (
            line.seq,
            timezone.localtime(line.at).isoformat(sep=" ", timespec="seconds"),
            line.sentence,
            "; ".join(f"{label}: {value}" for label, value in line.details),
            line.reason,
            line.protocol,
            line.guia[1] if line.guia else "",
            line.person.card if line.person else "",
            f"{line.name.word} ({line.name.under})" if line.name.under else line.name.word,
            entry.actor,
            entry.kind,
            entry.data,
            entry.hash.hex(),
        )
