"""The tooth chart: FDI numbers in the order in which one looks into a mouth."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES = {
    "1": _("incisivo central"),
    "2": _("incisivo lateral"),
    "3": _("canino"),
    "4": _("primeiro pré-molar"),
    "5": _("segundo pré-molar"),
    "6": _("primeiro molar"),
    "7": _("segundo molar"),
    "8": _("terceiro molar"),
}
MILK = {"4": _("primeiro molar"), "5": _("segundo molar")}
PLACES = {
    "1": _("superior direito"),
    "2": _("superior esquerdo"),
    "3": _("inferior esquerdo"),
    "4": _("inferior direito"),
}
SHAPES = {"1": "incisor", "2": "incisor", "3": "canine", "4": "premolar", "5": "premolar"}


@dataclass(frozen=True, slots=True)
class Tooth:
    """One tooth of the chart."""

    fdi: str
    name: str | Promise
    place: str | Promise
    shape: str


@dataclass(frozen=True, slots=True)
class Row:
    """The teeth of one jaw, from the person's right to their left."""

    jaw: str
    milk: bool
    teeth: tuple[Tooth, ...]


def _tooth(quadrant: int, place: int) -> Tooth:
    milk, nth = quadrant > 4, str(place)  # noqa: PLR2004 - FDI quadrants 5 to 8 are deciduous
    name = MILK.get(nth, NAMES[nth]) if milk else NAMES[nth]
    shape = SHAPES.get(nth, "molar") if not (milk and nth in MILK) else "molar"
    return Tooth(f"{quadrant}{nth}", name, PLACES[str((quadrant - 1) % 4 + 1)], shape)


def _row(jaw: str, right: int, left: int, count: int) -> Row:
    teeth = [_tooth(right, nth) for nth in range(count, 0, -1)] + [_tooth(left, nth) for nth in range(1, count + 1)]
    return Row(jaw, count == 5, tuple(teeth))  # noqa: PLR2004 - five deciduous teeth a quadrant


def rows() -> tuple[Row, ...]:
    """Upper and lower permanent teeth, then upper and lower deciduous ones."""
    return _row("upper", 1, 2, 8), _row("lower", 4, 3, 8), _row("upper", 5, 6, 5), _row("lower", 8, 7, 5)
