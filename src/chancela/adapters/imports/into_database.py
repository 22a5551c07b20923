"""The three imports, each from a file or package into the database at an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chancela.adapters.imports import people as people_file, procedures as catalogue, providers as providers_file
from chancela.adapters.imports.run import run, silent
from chancela.adapters.imports.writer import PeopleStore, ProviderStore, connected

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from chancela.adapters.imports.form import Outcome, Written

    Progress = Callable[[int, int], None]


async def people(path: Path, url: str, operator: str, progress: Progress = silent) -> Outcome:
    """Import an operator's people; refusals are `table.UnreadableFileError` and `writer.ImportRefusedError`."""
    async with connected(url, operator) as connection:
        return await run(path, people_file.FORM, PeopleStore(connection, operator), progress)


async def providers(path: Path, url: str, operator: str, progress: Progress = silent) -> Outcome:
    """Import an operator's network; refusals are `table.UnreadableFileError` and `writer.ImportRefusedError`."""
    async with connected(url, operator) as connection:
        return await run(path, providers_file.FORM, ProviderStore(connection, operator), progress)


async def procedures(url: str, today: date, progress: Progress = silent) -> Written:
    """Fill the catalogue that all operators share, as it is in force on a day; the address must be the owner's."""
    async with connected(url, None) as connection:
        return await catalogue.fill(connection, today, progress)
