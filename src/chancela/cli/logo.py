"""`chancela operator logo`: the picture that stands at the top of the beneficiaries' pages."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chancela.cli import home
from chancela.cli.options import Data

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings


def set_logo(
    ans: Annotated[str, typer.Argument(metavar="ANS", help="The operator's ANS register, six digits.")],
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A PNG or WebP of at most 64 KiB and 1024 pixels.", show_default=False),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Show the name again instead of a logo.")] = False,
    data: Data = None,
) -> None:
    """Show a logo at the top of the beneficiaries' pages, in the place of the operator's name."""
    if (file is None) is not remove:
        raise home.Sorry("Give either a picture or --remove.")
    content = _read(file) if file else None
    with home.opened(data) as found:
        print(asyncio.run(_changed(found, ans, content)))


def _read(file: Path) -> bytes:
    """Return what the file holds, and no more of it than is needed to see that it is too big."""
    from chancela.domain import logo

    with file.open("rb") as opened:
        return opened.read(logo.MOST_BYTES + 1)


async def _changed(found: Settings, ans: str, content: bytes | None) -> str:
    from chancela.bootstrap.app import App

    async with App(found) as app:
        operator = await app.reads.operator(ans)
        if operator is None:
            raise home.Sorry(f"There is no operator {ans}: see `chancela operator list`.")
        if content is not None:
            return await _put(app, ans, operator.name, content)
        return await _removed(app, ans, operator.name)


async def _put(app: App, ans: str, name: str, content: bytes) -> str:
    from chancela.bootstrap import logos
    from chancela.domain.logo import Fault

    found = await logos.put(app, ans, content, home.actor())
    if isinstance(found, Fault):
        raise home.Sorry(f"The picture is not taken: {found.value}.")
    return f"{ans} {name} shows its logo, {found.width} by {found.height} pixels."


async def _removed(app: App, ans: str, name: str) -> str:
    from chancela.bootstrap import logos

    gone = await logos.remove(app, ans, home.actor())
    return f"{ans} {name} shows its name again." if gone else f"{ans} {name} has no logo."
