"""The command line in this process, which is quicker than a new one for each word."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from chancela.cli import main


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str


@pytest.fixture
def cli(monkeypatch, capsys):
    """Run a command with the settings given and no other; return its exit status and what it said."""
    for name in ("DATABASE_URL", "DATA", "DEMO", "PUBLIC_URL", "SMTP_URL", "SMTP_FROM"):
        monkeypatch.delenv(f"CHANCELA_{name}", raising=False)

    def run(*words: object, **settings: str) -> Said:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["chancela", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main.main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def here(cli, settings):
    """Run a command for an installation that has the cast in its database."""

    def run(*words: object) -> Said:
        return cli(*words, "--data", settings.data, CHANCELA_DATABASE_URL=settings.database_url)

    return run
