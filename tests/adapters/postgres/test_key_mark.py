"""A database knows the key file with which it was begun."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chancela.adapters.postgres.key_mark import ForeignKeysError
from chancela.bootstrap.app import App

if TYPE_CHECKING:
    from pathlib import Path

    from chancela.bootstrap.settings import Settings


async def test_the_same_key_file_opens_the_database_again(settings: Settings) -> None:
    for _ in range(2):
        async with App(settings):
            pass


async def test_another_key_file_does_not_open_it(settings: Settings, tmp_path: Path) -> None:
    async with App(settings):
        pass
    with pytest.raises(ForeignKeysError, match=r"keys\.json"):
        async with App(replace(settings, data=tmp_path / "elsewhere")):
            pass
