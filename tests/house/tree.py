"""The repository as the house tests see it: its tracked files and its Python syntax."""

import ast
import functools
import pathlib
import subprocess
import tomllib
from collections.abc import Iterator
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "chancela"


@functools.cache
def tracked() -> tuple[pathlib.Path, ...]:
    """Every file that git keeps, in name order; files deleted but not yet committed are left out."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for name in names.split("\0") if name and (path := ROOT / name).is_file())


def texts() -> Iterator[tuple[str, str]]:
    """Every tracked text file as (name from the root, text); pictures and compiled catalogues are passed over."""
    for path in tracked():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def modules() -> Iterator[tuple[str, ast.Module, int]]:
    """Every module of the product outside migrations as (name from the root, syntax tree, number of lines)."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            text = path.read_text(encoding="utf-8")
            yield path.relative_to(ROOT).as_posix(), ast.parse(text), text.count("\n")


@functools.cache
def project() -> dict[str, Any]:
    """The whole of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def document(name: str) -> str:
    """The text of one page of docs/."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")
