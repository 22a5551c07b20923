"""Money and lengths of time as people at the operator read them."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats

CENTAVO = Decimal("0.01")
MINUTE_S = 60
TENTHS_UNTIL_S = 10


def reais(millis: int) -> str:
    """`12345` thousandths of a real -> "R$ 12,35" (half a centavo counts as one)."""
    amount = Decimal(millis).scaleb(-3).quantize(CENTAVO, ROUND_HALF_UP)
    return f"R$ {formats.number_format(amount, decimal_pos=2, use_l10n=True, force_grouping=True)}"


def lasted(seconds: float) -> str:
    """`2.43` -> "2,4 s", `47.6` -> "48 s", `75` -> "1 min 15 s"."""
    if round(seconds, 1) < TENTHS_UNTIL_S:
        return f"{formats.number_format(round(seconds, 1), decimal_pos=1, use_l10n=True)} s"
    minutes, rest = divmod(round(seconds), MINUTE_S)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def tenths(number: float) -> str:
    """`8.04` -> "8", `8.25` -> "8,3": a number with one decimal where it has one."""
    places = 0 if round(number, 1) == round(number) else 1
    return str(formats.number_format(round(number, 1), decimal_pos=places, use_l10n=True, force_grouping=True))
