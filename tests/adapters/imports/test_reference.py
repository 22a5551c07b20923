"""The reference names every column and every other name that a column may have."""

import pathlib
import re

import pytest

from chancela.adapters.imports import people, providers

PAGE = pathlib.Path(__file__).parents[3] / "docs" / "reference" / "imports.md"


@pytest.mark.parametrize(("title", "form"), [("People", people.FORM), ("Providers", providers.FORM)])
def test_the_page_names_every_column_and_no_other(title, form):
    section = PAGE.read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    table = [line.split("|")[1:4] for line in section.splitlines() if line.startswith("| `")]
    named = {name for columns, others, _ in table for name in re.findall("`([a-z_]+)`", columns + others)}
    needed = {
        name for columns, _, word in table if word.strip() == "yes" for name in re.findall("`([a-z_]+)`", columns)
    }
    assert named == {*form.needed, *form.optional, *form.aliases}
    assert needed == set(form.needed)
