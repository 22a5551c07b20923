"""Every page of a desk asks a permission before it does anything."""

import ast

import pytest

from tests.house import tree

DESKS = ("provider", "operator")


def views(desk: str) -> list[tuple[str, str]]:
    """Each address's view as (module, function), from `path("…", module.function, …)`."""
    syntax = ast.parse((tree.SOURCE / "portals" / desk / "urls.py").read_text(encoding="utf-8"))
    return [
        (view.value.id, view.attr)
        for node in ast.walk(syntax)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "path"
        if isinstance(view := node.args[1], ast.Attribute) and isinstance(view.value, ast.Name)
    ]


def asks_a_permission(desk: str, module: str, function: str) -> bool:
    syntax = ast.parse((tree.SOURCE / "portals" / desk / "views" / f"{module}.py").read_text(encoding="utf-8"))
    return any(
        isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "opens"
        for node in syntax.body
        if isinstance(node, ast.AsyncFunctionDef) and node.name == function
        for decorator in node.decorator_list
    )


@pytest.mark.parametrize("desk", DESKS)
def test_each_page_of_a_desk_asks_a_permission(desk: str):
    assert len(views(desk)) > 1
    assert [f"{module}.{name}" for module, name in views(desk) if not asks_a_permission(desk, module, name)] == []
