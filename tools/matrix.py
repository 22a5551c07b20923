"""Draws the matrix of docs/explanation/care-goes-on.md: 24 cells from the code, with what was counted and measured."""

import json
import pathlib
from collections.abc import Iterator
from typing import Final

from chancela.adapters.demo.care import CELLS, Cell, Fault, Way, Whom

COUNTED: Final = pathlib.Path(__file__).resolve().parent.parent / "docs" / "explanation" / "care-goes-on.json"
# Card, Moran & Newell 1980, "The keystroke-level model": an average skilled typist's key, a point and click, a thought.
KEY_S, CLICK_S, THOUGHT_S = 0.28, 1.1, 1.35
PEOPLE: Final = {
    Whom.SMARTPHONE: "has a smartphone with the app",
    Whom.WITHOUT_DATA: "has a phone without data",
    Whom.NO_PHONE: "has no phone",
    Whom.LANDLINE: "is elderly, with a landline",
    Whom.CHILD: "is a child, here with another adult",
    Whom.INPATIENT: "is an inpatient",
    Whom.HOME: "is at home, a sample is taken there",
    Whom.REFUSES: "refuses to give the code",
}
FAULTS: Final = {
    Fault.NOTHING: "all well",
    Fault.CARRIER: "carrier or signal down",
    Fault.PORTAL: "portal or database down",
}
WAYS: Final = {
    Way.CODE: ("the code, by app, SMS or e-mail", "../tutorial/first-token.md"),
    Way.CALLED: ("the code, by a call to the landline", "../how-to/watch-deliveries.md"),
    Way.FAMILY: ("the code, to the mother, who tells it", "../how-to/family-and-helpers.md"),
    Way.READ_OUT: ("the call centre reads a code out", "../how-to/take-a-call.md"),
    Way.COMPUTED: ("the person's phone computes the code", "../how-to/without-a-signal.md"),
    Way.LATE: ("the code follows the attendance", "../how-to/late-code.md"),
    Way.REASON: ("a reason in the place of the code", "../how-to/go-on-without-a-code.md"),
    Way.SIGNED: ("the printed guia, signed", "../how-to/printed-guia.md"),
    Way.KEPT_CODE: ("offline desk, with the code that came before", "../how-to/desk-without-the-portal.md"),
    Way.KEPT_COMPUTED: ("offline desk, with a code the phone computes", "../how-to/desk-without-the-portal.md"),
    Way.KEPT_PAPER: ("offline desk, with a reserve code on paper", "../how-to/desk-without-the-portal.md"),
    Way.KEPT_REASON: ("offline desk, with a reason", "../how-to/desk-without-the-portal.md"),
    Way.LISTED: ("a number of the printed list", "../how-to/contingency-numbers.md"),
    Way.NUMBERED: ("a number by telephone; the outage proves it", "../how-to/outages.md"),
}


def told(cell: Cell) -> str:
    """What TISS is told of a cell."""
    return "`codValidacao`" if cell.reason is None else f"`{cell.tiss}` {cell.reason.value.replace('_', ' ')}"


def practised_s(steps: int, keys: int) -> float:
    """Seconds of a practised person by the keystroke-level model: a thought and a click for each step, and the keys."""
    return steps * (THOUGHT_S + CLICK_S) + keys * KEY_S


def cells() -> Iterator[str]:
    """The matrix, one row a cell."""
    counted = json.loads(COUNTED.read_text(encoding="utf-8"))["cells"]
    yield "| who | fault | way | TISS gets | steps | keys | hands (model) s | system (measured) s |"
    yield "|---|---|---|---|---:|---:|---:|---:|"
    for (whom, fault), cell in CELLS.items():
        it, (way, page) = counted[f"{whom}/{fault}"], WAYS[cell.way]
        hands = practised_s(it["steps"], it["keys"])
        yield (
            f"| {PEOPLE[whom]} | {FAULTS[fault]} | [{way}]({page}) | {told(cell)} |"
            f" {it['steps']} | {it['keys']} | {hands:.0f} | {it['seconds']:.1f} |"
        )
