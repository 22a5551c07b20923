"""What fails among thousands is tried alone: a fault is still one, and what only chance upset is told and passes."""

import json
import pathlib
import subprocess
import sys
import tempfile

import pytest

from tests.house import tree

UNLUCKY = """
import pathlib
def turn(name):
    kept = pathlib.Path(__file__).with_name(name)
    turns = int(kept.read_text()) + 1 if kept.exists() else 1
    kept.write_text(str(turns))
    return turns
def test_once(): assert turn("once") != 1
def test_third(): assert turn("third") not in {1, 4}
def test_never(): assert turn("never") == 0
def test_fine(): assert turn("fine")
"""


@pytest.fixture
def house(tmp_path: pathlib.Path) -> pathlib.Path:
    """A house whose tests have bad luck in certain turns."""
    for folder in ("tests/portals", "tests/promises"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "test_it.py").write_text(UNLUCKY, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n", encoding="utf-8")
    return tmp_path


def run(house: pathlib.Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run these tests among each other, then alone what failed; what was told of the second look."""
    plain = ["-p", "no:xdist", "-p", "no:cov", "-p", "no:schemathesis", "-p", "no:hypothesispytest"]
    cache = tempfile.mkdtemp(dir=house)
    first = [sys.executable, "-m", "pytest", "-q", "-o", f"cache_dir={cache}", *plain, *tests]
    subprocess.run(first, cwd=house, capture_output=True, check=False)
    again = [sys.executable, str(tree.ROOT / "tools" / "again.py"), cache, *plain]
    return subprocess.run(again, cwd=house, capture_output=True, text=True, check=False)


def turns(house: pathlib.Path, name: str, folder: str = "portals") -> int:
    return int((house / "tests" / folder / name).read_text(encoding="utf-8"))


def test_what_only_chance_upset_is_told_as_unsteady(house: pathlib.Path):
    told = run(house, "tests/portals/test_it.py::test_once", "tests/portals/test_it.py::test_fine")
    assert told.returncode == 0, told
    assert "UNSTEADY: tests/portals/test_it.py::test_once failed among the others and passed alone." in told.stderr
    assert (turns(house, "once"), turns(house, "fine")) == (3, 1)


def test_a_fault_is_one_alone_too(house: pathlib.Path):
    told = run(house, "tests/portals/test_it.py::test_once", "tests/portals/test_it.py::test_never")
    assert told.returncode == 1
    assert "tests/portals/test_it.py::test_never fails alone too" in told.stderr
    assert turns(house, "never") == 2


def test_a_promise_must_hold_more_often(house: pathlib.Path):
    name = "test_it.py::test_third"
    assert run(house, f"tests/portals/{name}").returncode == 0
    assert run(house, f"tests/promises/{name}").returncode == 1
    assert (turns(house, "third"), turns(house, "third", "promises")) == (3, 4)


def test_many_failures_are_not_chance(house: pathlib.Path):
    names = ("test_once", "test_third")
    told = run(house, *(f"tests/{folder}/test_it.py::{name}" for folder in ("portals", "promises") for name in names))
    assert (told.returncode, told.stderr) == (1, "")
    assert turns(house, "once") == 1


@pytest.mark.parametrize("kept", [{}, {"tests/portals/test_it.py": True}])
def test_what_could_not_even_be_read_is_not_tried_again(house: pathlib.Path, kept: dict[str, bool]):
    folder = house / "cache" / "v" / "cache"
    folder.mkdir(parents=True)
    (folder / "lastfailed").write_text(json.dumps(kept), encoding="utf-8")
    again = [sys.executable, str(tree.ROOT / "tools" / "again.py"), str(house / "cache")]
    assert subprocess.run(again, cwd=house, capture_output=True, check=False).returncode == 1
