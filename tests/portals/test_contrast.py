"""Every pair of colours that meets on a page can be read, in light and dark, on screen and on paper."""

import pathlib
import re

import pytest
from hypothesis import given, strategies as st

from chancela.portals.design import accent

TOKENS = pathlib.Path(accent.__file__).parent / "static" / "design" / "tokens.css"
PAPERS = ("paper", "paper-raised", "paper-sunk")
TEXT = [
    *[(ink, paper) for ink in ("ink", "ink-soft", "link", "seal", "seal-deep") for paper in PAPERS],
    *[(tone, f"{tone}-paper") for tone in ("good", "wait", "bad", "still")],
    *[("ink", f"{tone}-paper") for tone in ("good", "wait", "bad", "still")],
    *[(tone, paper) for tone in ("good", "wait", "bad", "still") for paper in PAPERS],
    ("on-seal", "seal"),
    ("on-seal", "seal-deep"),
    ("paper", "ink"),
]
SEEN = (
    [("line-strong", paper) for paper in PAPERS] + [("focus", paper) for paper in PAPERS] + [("accent", "paper-raised")]
)


def themes() -> dict[str, dict[str, str]]:
    """The colours of each theme; what a theme does not say anew it keeps from light."""
    light, dark, paper = re.split(r"@media[^{]+\{", TOKENS.read_text())
    read = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in (light, dark, paper)]
    return {"light": read[0], "dark": read[0] | read[1], "print": read[0] | read[2]}


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize(("ink", "paper"), TEXT, ids=" on ".join)
def test_text_can_be_read(theme: str, ink: str, paper: str):
    colours = themes()[theme]
    assert accent.contrast(colours[ink], colours[paper]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize(("line", "paper"), SEEN, ids=" on ".join)
def test_borders_and_focus_can_be_seen(theme: str, line: str, paper: str):
    colours = themes()[theme]
    assert accent.contrast(colours[line], colours[paper]) >= 3


def test_the_dark_theme_names_every_colour_anew():
    light, dark, _ = re.split(r"@media[^{]+\{", TOKENS.read_text())
    names = [set(re.findall(r"--([a-z-]+): #", part)) for part in (light, dark)]
    assert names[0] == names[1]


def test_an_accent_is_measured_against_the_paper_it_lies_on():
    assert themes()["light"]["paper-raised"] == accent.PAPER_LIGHT
    assert themes()["dark"]["paper-raised"] == accent.PAPER_DARK


@given(st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True))
def test_no_accent_of_an_operator_breaks_contrast(colour: str):
    light, dark = re.findall(r"--accent: (#[0-9a-f]{6})", accent.style(colour))
    assert accent.contrast(light, accent.PAPER_LIGHT) >= 3
    assert accent.contrast(dark, accent.PAPER_DARK) >= 3


@pytest.mark.parametrize("colour", [None, "", "red", "#fff", "#12345g", "#123456;}", "#123456\n", "url(x)"])
def test_nothing_but_a_colour_becomes_a_style(colour: str | None):
    assert accent.style(colour) == ""
