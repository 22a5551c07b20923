"""The storeys hold: import-linter's contracts, and a core that stands on the standard library alone."""

import ast
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

from tests.house import tree


def test_every_contract_is_kept():
    outcome = subprocess.run(
        ["lint-imports", "--no-logo", "--no-cache"],
        cwd=tree.ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_core_stands_on_the_standard_library_alone():
    strangers = [
        f"{name}: {module}"
        for name, syntax, _ in tree.modules()
        if name.startswith("src/chancela/domain/")
        for module in imported(syntax)
        if not module.startswith("chancela.domain") and module.split(".")[0] not in sys.stdlib_module_names
    ]
    assert strangers == []


def environment() -> dict[str, str]:
    """This environment with the scripts of this Python first on its path."""
    return {**os.environ, "PATH": f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def imported(syntax: ast.Module) -> Iterator[str]:
    for node in ast.walk(syntax):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_only_adapters_speak_sql():
    speech = re.compile(r"\bSELECT\b.*\bFROM\b|\bINSERT INTO\b|\bUPDATE\s+\w[\w.]*\s+SET\b|\bDELETE FROM\b", re.DOTALL)
    speakers = [
        f"{name}:{node.lineno}"
        for name, syntax, _ in tree.modules()
        if not name.startswith("src/chancela/adapters/")
        for node in ast.walk(syntax)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and speech.search(node.value)
    ]
    assert speakers == []
