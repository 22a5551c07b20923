"""Two hands at the desk: every press and every filled field is a step, keys are counted apart, waits are measured."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page


@dataclass(frozen=True)
class Count:
    """Steps, keys, and seconds in which the system worked."""

    steps: int
    keys: int
    seconds: float


class Hands:
    """Two hands at the desk; each press and each field is a step, keys are counted apart, waits are measured."""

    def __init__(self, page: Page) -> None:
        self.page, self.steps, self.keys, self.seconds = page, 0, 0, 0.0

    def again(self) -> None:
        """Begin to count anew."""
        self.steps, self.keys, self.seconds = 0, 0, 0.0

    def noted(self) -> Count:
        """What was counted until now."""
        return Count(self.steps, self.keys, self.seconds)

    @contextmanager
    def waits(self) -> Iterator[None]:
        """Measure what the system takes."""
        begun = time.monotonic()
        yield
        self.seconds += time.monotonic() - begun

    def _does(self, deed: Callable[[], Any], then: str | None) -> None:
        self.steps += 1
        with self.waits():
            deed()
            if then:
                self.page.wait_for_selector(then)

    def presses(self, selector: str, then: str | None = None) -> None:
        """Press a button, a link, a fold."""
        self._does(lambda: self.page.click(selector), then)

    def types(self, selector: str, text: str, *, enter: bool = False, then: str | None = None) -> None:
        """Fill a field; Enter is one key more of the same step."""
        self.keys += len(text) + enter
        field = self.page.locator(selector)

        def deed() -> None:
            field.fill(text)
            if enter:
                field.press("Enter")

        self._does(deed, then)

    def picks(self, selector: str, value: str) -> None:
        """Choose from a list."""
        self._does(lambda: self.page.select_option(selector, value), None)

    def ticks(self, selector: str) -> None:
        """Choose one of several chips."""
        self._does(lambda: self.page.check(selector, force=True), None)

    def takes(self, selector: str, photo: Path) -> None:
        """Choose a photo."""
        self._does(lambda: self.page.set_input_files(selector, photo), None)
