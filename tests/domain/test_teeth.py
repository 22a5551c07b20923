"""Teeth, regions and faces as TISS writes them."""

import importlib.util
import re
from pathlib import Path

import pytest

from chancela.domain import teeth

SCHEMAS = Path(importlib.util.find_spec("tiss").submodule_search_locations[0])


def enumerated(name: str) -> set[str]:
    """The values of a type of TISS 4.03.00."""
    (path,) = SCHEMAS.rglob("tissSimpleTypesV4_03_00.xsd")
    (body,) = re.findall(
        rf'<simpleType name="{name}">(.*?)</simpleType>', path.read_text(encoding="latin-1"), re.DOTALL
    )
    return set(re.findall(r'<enumeration value="([^"]+)"', body))


def test_the_teeth_are_those_of_tiss():
    assert enumerated("dm_dente") == teeth.TEETH


def test_the_regions_are_those_of_tiss():
    assert enumerated("dm_regiao") == teeth.REGIONS


@pytest.mark.parametrize("tooth", ["10", "50", "56", "90", "1", "111", "", "1a", "１１"])
def test_what_fdi_does_not_number_is_no_tooth(tooth: str):
    assert tooth not in teeth.TEETH


@pytest.mark.parametrize(
    ("faces", "tooth"),
    [("O", "16"), ("MOD", "85"), ("I", "11"), ("VDIMP", "53"), ("OLMVD", None), ("I", "19"), ("O", "19")],
)
def test_these_faces_fit(faces: str, tooth: str | None):
    assert teeth.valid_faces(faces, tooth)


@pytest.mark.parametrize(
    ("faces", "tooth"),
    [
        (None, "16"),
        ("", "16"),
        ("X", "16"),
        ("o", "16"),
        ("OO", "16"),
        ("OLMVDI", None),
        ("O\n", "16"),
        ("I", "16"),
        ("O", "11"),
        ("I", "84"),
        ("O", "63"),
    ],
)
def test_these_do_not(faces: str | None, tooth: str | None):
    assert not teeth.valid_faces(faces, tooth)
