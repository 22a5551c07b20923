"""Walks over the demo that runs for the whole session; none may end with a complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.journeys.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.running import Running

    NewWalk = Callable[..., Walk]


def _forget_who_asked(live: Running) -> None:
    with psycopg.connect(live.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM chancela.sign_in")


@pytest.fixture(scope="module", autouse=True)
def unhurried_house(live: Running) -> None:
    """Nobody has signed in so often today that a module's own people would have to wait."""
    _forget_who_asked(live)


@pytest.fixture(autouse=True)
def unhurried_door(live: Running) -> None:
    """Nor has anybody before this journey."""
    _forget_who_asked(live)


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
    """Begin a walk of one of the operator's own people: an auditor unless another role is named."""

    def begin(ans: str = "999003", role: str = "auditor", **options: Any) -> Walk:
        walk = stranger(ans, **options)
        walk.sign_in_as_operator(role)
        return walk

    return begin
