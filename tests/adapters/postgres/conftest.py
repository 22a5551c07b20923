"""The two stages on which the promises of the ports are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chancela.domain.profiles import LATEST_CODE_WINS
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.usecases.scene import Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(params=["memory", "postgres"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """An operator with a policy of latest-code-wins and Ana, once in memory and once in PostgreSQL."""
    scene = Scene(LATEST_CODE_WINS)
    opened: Stage = MemoryStage(scene)
    if request.param == "postgres":
        opened = PostgresStage(scene, request.getfixturevalue("empty_database_url"))
        await opened.open()
    yield opened
    await opened.close()
