"""Walks over the demo that runs for the whole session; none may end with a complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.running import Running

    NewWalk = Callable[..., Walk]


@pytest.fixture
def stranger(live: Running, browser: Browser) -> Iterator[NewWalk]:
    """Begin a walk of somebody who has not signed in, at Cambuí's clinic unless another is named.

    No walk may speak to another machine, meet a content-security violation, or leave an error in the console.
    """
    begun: list[Walk] = []

    def begin(ans: str = "999003", **options: Any) -> Walk:
        begun.append(Walk(browser, live, ans, **options))
        return begun[-1]

    yield begin
    assert [complaint for walk in begun for complaint in walk.end()] == []


@pytest.fixture
def receptionist(stranger: NewWalk) -> NewWalk:
    """Begin a walk of somebody at the desk."""

    def begin(ans: str = "999003", **options: Any) -> Walk:
        walk = stranger(ans, **options)
        walk.sign_in()
        return walk

    return begin


@pytest.fixture
def operator(stranger: NewWalk) -> NewWalk:
    """Begin a walk of one of the operator's own people."""

    def begin(ans: str = "999003", **options: Any) -> Walk:
        walk = stranger(ans, **options)
        walk.sign_in_as_operator()
        return walk

    return begin
