"""SQL files as migrations: sent whole, as they stand."""

from collections.abc import Callable
from importlib import resources
from typing import Any

from django.db.migrations import RunPython


def run(text: Callable[[], str]) -> RunPython:
    """A migration that sends a text of several statements; there is no way back but a backup."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        del apps
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(text())

    return RunPython(forwards)


def core(name: str) -> str:
    """The text of a file in adapters/postgres/schema."""
    return (resources.files("chancela.adapters.postgres") / "schema" / name).read_text(encoding="utf-8")
