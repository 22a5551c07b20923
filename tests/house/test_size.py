"""The house is kept in rooms one can see from wall to wall, and each says what it is for."""

import ast

from tests.house import tree

FUNCTION_LINES = 40
MODULE_LINES = 300


def test_no_function_is_over_40_lines():
    long = [
        f"{name}:{node.lineno} {node.name} ({lines} lines)"
        for name, syntax, _ in tree.modules()
        for node in ast.walk(syntax)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert long == []


def test_no_module_is_over_300_lines():
    assert [f"{name} ({lines} lines)" for name, _, lines in tree.modules() if lines > MODULE_LINES] == []


def test_every_module_with_something_in_it_says_in_one_sentence_what():
    mute = [name for name, syntax, _ in tree.modules() if syntax.body and not ast.get_docstring(syntax)]
    assert mute == []


def test_nothing_is_called_a_helper():
    vague = {"utils", "util", "helpers", "helper", "managers", "manager", "common", "misc", "base"}
    assert [p for p in map(str, tree.tracked()) if vague & set(p.removesuffix(".py").split("/"))] == []
