"""What the docs say is what the code does: drawings are fresh, events and settings described, links lead somewhere."""

import re
import subprocess
import sys

from chancela.domain import refusal, sentences, trail
from tests.house import tree


def test_what_is_drawn_from_the_code_is_fresh():
    outcome = subprocess.run(
        [sys.executable, "tools/docs.py", "--check"], cwd=tree.ROOT, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_each_refusal_has_a_portuguese_and_an_english_sentence():
    assert set(sentences.SENTENCES) == set(refusal.Refusal)
    said = [pair for pair in sentences.SENTENCES.values() if not (all(pair) and pair[0] != pair[1])]
    assert said == []


def test_each_event_is_described_and_no_other():
    described = re.findall(r"^\| `(\w+:\w+:\w+)`", tree.document("reference/events.md"), flags=re.MULTILINE)
    assert sorted(described) == sorted(trail.EventKind)


def test_each_link_between_pages_leads_to_a_file():
    lost = [
        f"{page}: {target}"
        for page, text in tree.texts()
        if page.endswith(".md")
        for target in re.findall(r"\]\((?!\w+:)([^)#\s]+)", text)
        if not (tree.ROOT / page).parent.joinpath(target).exists()
    ]
    assert lost == []


def test_each_setting_is_described_and_no_other():
    used = {
        setting
        for name, text in tree.texts()
        if name.startswith(("src/", "tools/"))
        for setting in re.findall(r"\bCHANCELA_[A-Z_]+[A-Z]\b", text)
    }
    described = set(re.findall(r"^\| `(CHANCELA_[A-Z_]+)`", tree.document("reference/settings.md"), flags=re.MULTILINE))
    assert described == used
