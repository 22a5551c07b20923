"""Fixtures for the promises that are kept between processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.promises.hands import Hands

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def hands() -> Iterator[Hands]:
    """Two processes beside this one."""
    opened = Hands()
    yield opened
    opened.close()
