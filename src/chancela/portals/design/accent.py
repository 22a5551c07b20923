"""An operator's accent colour, moved towards ink or paper until it can be seen, and never used for text."""

import re

PAPER_LIGHT = "#fffefb"
PAPER_DARK = "#162239"
SEEN = 3.0  # WCAG 2.2, 1.4.11: graphics against what is next to them
_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


def luminance(colour: str) -> float:
    """The relative luminance (0..1) of `#rrggbb`; WCAG 2.2, "relative luminance"."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # noqa: PLR2004
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio (1..21) of two colours."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _mix(colour: str, towards: str, share: float) -> str:
    pairs = ((int(colour[i : i + 2], 16), int(towards[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def seen_on(paper: str, colour: str) -> str:
    """`colour`, darkened or lightened just as far as it needs to be seen on `paper`."""
    towards = "#000000" if luminance(paper) > 0.4 else "#ffffff"  # noqa: PLR2004 - half of seen light
    steps = (_mix(colour, towards, step / 20) for step in range(21))
    return next(mixed for mixed in steps if contrast(mixed, paper) >= SEEN)


def style(colour: str | None) -> str:
    """The style sheet of one operator: its accent on light and on dark paper; empty for anything but `#rrggbb`."""
    if colour is None or not _HEX.match(colour):
        return ""
    light, dark = seen_on(PAPER_LIGHT, colour.lower()), seen_on(PAPER_DARK, colour.lower())
    night = f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; }} }}"
    return f":root {{ --accent: {light}; }}\n{night}\n"
