"""Every page of the desk asks a permission before it does anything."""

import ast

from tests.house import tree

PROVIDER = tree.SOURCE / "portals" / "provider"


def views() -> list[tuple[str, str]]:
    """Each address's view as (module, function), from `path("…", module.function, …)`."""
    syntax = ast.parse((PROVIDER / "urls.py").read_text(encoding="utf-8"))
    return [
        (view.value.id, view.attr)
        for node in ast.walk(syntax)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "path"
        if isinstance(view := node.args[1], ast.Attribute) and isinstance(view.value, ast.Name)
    ]


def asks_a_permission(module: str, function: str) -> bool:
    syntax = ast.parse((PROVIDER / "views" / f"{module}.py").read_text(encoding="utf-8"))
    return any(
        isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "opens"
        for node in syntax.body
        if isinstance(node, ast.AsyncFunctionDef) and node.name == function
        for decorator in node.decorator_list
    )


def test_each_page_of_the_desk_asks_a_permission():
    assert len(views()) > 1
    assert [f"{module}.{function}" for module, function in views() if not asks_a_permission(module, function)] == []
