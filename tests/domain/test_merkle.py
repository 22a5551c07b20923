"""The frontier gives the tree hash of RFC 9162, whatever the number of leaves."""

import hashlib

import pytest

from chancela.domain import merkle
from chancela.domain.merkle import Frontier

LEAVES = [number.to_bytes(2, "big") * (number % 5) for number in range(301)]

# The reference tree of Certificate Transparency (RFC 6962 and 9162 share the hash): leaves, and the root of each size.
PUBLISHED_LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
PUBLISHED_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(len(PUBLISHED_ROOTS)))
def test_the_root_is_the_published_one(size: int):
    grown = merkle.grow(Frontier(), PUBLISHED_LEAVES[:size])
    assert merkle.root(grown).hex() == PUBLISHED_ROOTS[size]


def test_the_root_is_that_of_the_whole_tree_at_every_size_up_to_300():
    frontier = Frontier()
    for size in range(301):
        assert merkle.root(frontier) == naive(LEAVES[:size])
        frontier = merkle.grow(frontier, LEAVES[size : size + 1])


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 64, 127, 128, 129, 300])
def test_growing_in_two_steps_is_growing_in_one(cut: int):
    halves = merkle.grow(merkle.grow(Frontier(), LEAVES[:cut]), LEAVES[cut:])
    assert halves == merkle.grow(Frontier(), LEAVES)


def test_a_frontier_keeps_one_peak_for_each_one_in_the_size_written_in_twos():
    for size in (0, 1, 7, 8, 255, 300):
        assert len(merkle.grow(Frontier(), LEAVES[:size]).peaks) == size.bit_count()
