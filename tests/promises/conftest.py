"""Fixtures for the promises that are kept between processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import visits
from tests.promises.hands import Hands
from tests.promises.servers import Members, Nursery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chancela.bootstrap.settings import Settings


@pytest.fixture(scope="session")
def hands() -> Iterator[Hands]:
    """Two processes beside this one."""
    opened = Hands()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where servers come from."""
    opened = Nursery()
    yield opened
    opened.close()


@pytest.fixture
def database_url(database_url: str) -> str:
    """The address of a fresh database in which nothing keeps a code from being asked for again and again."""
    visits.unhinder(database_url)
    return database_url


@pytest.fixture
def members(nursery: Nursery, settings: Settings) -> Members:
    """Servers of this test's installation; none is started yet."""
    return Members(nursery, settings)
