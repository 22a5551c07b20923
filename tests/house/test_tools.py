"""The tools behind `make` explain themselves, and stop with one clear sentence when something is missing."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from tests.house import tree

TOOLS = ("sh", "dirname", "cat", "cksum", "id", "timeout", "uname")


@pytest.fixture
def bare(tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy of the repository's tools on a machine with a shell and hardly anything else."""
    shutil.copytree(tree.ROOT / "tools", tmp_path / "house" / "tools")
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(tree.ROOT / name, tmp_path / "house" / name)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return tmp_path


def program(bare: pathlib.Path, name: str, body: str) -> None:
    path = bare / "bin" / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def run(bare: pathlib.Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", *words],
        cwd=bare / "house",
        env={"PATH": str(bare / "bin"), "HOME": str(bare), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_a_recent_python_setup_says_so_in_one_sentence(bare: pathlib.Path):
    outcome = run(bare, "tools/setup.sh", "runtime")
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert outcome.stderr == (
        "chancela: Python 3.11 or newer is needed and was not found; install it, or name it with CHANCELA_PYTHON.\n"
    )


def test_a_python_without_venv_is_named_with_the_package_that_is_missing(bare: pathlib.Path):
    program(bare, "python3", f'case "$2" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac')
    outcome = run(bare, "tools/setup.sh", "runtime")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert outcome.returncode == 1
    assert outcome.stderr.count("\n") == 1
    assert f"install the package {version}-venv" in outcome.stderr


def test_a_second_setup_does_nothing(bare: pathlib.Path):
    decisive = ("requirements-dev.lock", "pyproject.toml", "tools/setup.sh")
    whole = b"".join((bare / "house" / name).read_bytes() for name in decisive)
    seal = subprocess.run(["cksum"], input=whole, capture_output=True, check=True).stdout
    (bare / "house" / ".venv").mkdir()
    (bare / "house" / ".venv" / "installed-dev").write_bytes(seal)
    for size in ("dev", "runtime"):
        outcome = run(bare, "tools/setup.sh", size)
        assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")


def test_a_chromium_that_does_not_start_is_told(bare: pathlib.Path):
    outcome = run(bare, "tools/chromium.sh", CHANCELA_CHROMIUM="/nowhere/chromium")
    assert outcome.returncode == 1
    assert outcome.stderr == "chancela: CHANCELA_CHROMIUM names /nowhere/chromium, which does not start.\n"


def test_without_any_chromium_the_sentence_says_what_to_do(bare: pathlib.Path):
    outcome = run(bare, "tools/chromium.sh")
    assert outcome.returncode == 1
    assert "could not be installed; install it, or name it with CHANCELA_CHROMIUM." in outcome.stderr


def test_a_chromium_on_the_path_is_found(bare: pathlib.Path):
    program(bare, "chromium", "exit 0")
    outcome = run(bare, "tools/chromium.sh")
    assert (outcome.returncode, outcome.stdout) == (0, f"{bare}/bin/chromium\n")


def test_where_lighthouse_cannot_be_fetched_the_sentence_says_so(tmp_path: pathlib.Path):
    """The folder is beside the Python that runs; this one is told that it lives elsewhere."""
    script = "import runpy, sys; sys.prefix = sys.argv[1]; runpy.run_path('tools/lighthouse.py', run_name='__main__')"
    nowhere = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}
    outcome = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=tree.ROOT,
        env={**os.environ, **nowhere, "npm_config_cache": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert outcome.returncode == 1
    first, *_, last = outcome.stderr.splitlines()
    assert first.startswith(f"chancela: installing Lighthouse into {tmp_path}")
    assert last == "chancela: Lighthouse could not be installed; npm needs its registry, and the lines above say why."
    assert not (tmp_path / "lighthouse" / "installed").exists()
    assert (tmp_path / "lighthouse" / "out-of-reach").read_text() == f"{last}\n"


def test_make_alone_lists_every_target():
    make = (tree.ROOT / "Makefile").read_text(encoding="utf-8")
    outcome = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=tree.ROOT,
        env={key: value for key, value in os.environ.items() if not key.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=True,
    )
    phony = re.search(r"^\.PHONY: (.*)$", make, flags=re.MULTILINE)
    assert phony
    assert sorted(re.findall(r"^  make ([a-z]+)", outcome.stdout, flags=re.MULTILINE)) == sorted(phony[1].split())


def test_what_lands_is_tested_by_make_test_and_nothing_else():
    script = tree.ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    commands = [line for line in script.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert commands[-1] == "exec make test"
