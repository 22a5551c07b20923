"""What is tracked can be shown to anyone: no machine, no registry, no mark of another house, nothing left half done."""

import re

import pytest

from tests.house import tree

# Each pattern is written so that it does not find itself.
MARKS = "the mark of a real operator"
UNWANTED = {
    "a path of one machine": r"/w[o]rk/|/r[o]ot/|/h[o]me/\w|/t[m]p/(lab|explore|bash_)|/f[a]rm/|/o[p]t/(wheels|pypi)",
    "a host of a package registry": r"p[y]pi\.org|pythonh[o]sted\.org|registry\.npm[j]s|deb\.d[e]bian\.org",
    "unfinished work": r"\bT[O]DO\b|\bF[I]XME\b|\bX[X]X\b|\bNotI[m]plementedError\b|[Cc]oming s[o]on|\b[Ee]m b[r]eve\b",
    MARKS: r"\bA[m]il\b|\bM[e]tLife\b|\bDental U[n]i\b|\bOdontol[i]fe\b",
}


@pytest.mark.parametrize("what", UNWANTED)
def test_no_tracked_file_holds(what: str):
    pattern = re.compile(UNWANTED[what])
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in tree.texts()
        if name != "LICENSE" and not (what == MARKS and name.startswith("tests/"))  # a test quotes its manual
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_no_key_and_no_environment_file_is_tracked():
    secret = re.compile(r"(^|/)(keys\.json|\.env|[^/]*\.(pem|key|p12))$")
    assert [str(path) for path in tree.tracked() if secret.search(path.as_posix())] == []
