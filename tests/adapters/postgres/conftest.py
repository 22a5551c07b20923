"""The two stages on which the promises of the ports are held against."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from chancela.domain.policy import Quiet
from chancela.domain.profiles import LATEST_CODE_WINS
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.usecases.scene import NEIGHBOUR, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BORN = date(1980, 12, 31)
OTHERS, STAFF = "+5541900003333", "+5541900008888"
MORE = ("901", "902")  # cards of two more people who have the number


@pytest.fixture(params=["memory", "postgres"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """An operator with a policy of latest-code-wins and Ana, once in memory and once in PostgreSQL.

    Its ways need no rest and no hour is quiet, so that a test may ask again at once at any time; three other families
    share a number.
    """
    scene = Scene(replace(LATEST_CODE_WINS, cool_down_s=0, quiet=Quiet(0, 0)), birth_date=BORN)
    first = scene.someone("900", OTHERS)
    crowd = [first, scene.someone("900-1", OTHERS, holder_id=first), *(scene.someone(each, OTHERS) for each in MORE)]
    scene.memory.shelf.staff[NEIGHBOUR] = frozenset({STAFF})
    opened: Stage = MemoryStage(scene)
    if request.param == "postgres":
        opened = PostgresStage(scene, request.getfixturevalue("empty_database_url"))
        await opened.open()
    opened.crowd = crowd
    yield opened
    await opened.close()
