"""The negative bank is what its pictures hash to, and refuses what is near them and nothing else."""

from importlib.resources import files

import pytest

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.variants import for_registration
from crawler_filter.record import ScopeKind
from registry.negative_bank import shared_picture
from registry.statements import canonical_value
from tests.registry.shared_pictures import shared_pictures

BANK = (files("registry") / "negative_bank.txt").read_text(encoding="utf-8").splitlines()


def test_the_list_is_made_of_its_pictures():
    drawn = {
        f"{each.hash.hex()} {name}"
        for name, pixels in shared_pictures()
        for each in for_registration(pixels)
        if 112 <= int.from_bytes(each.hash).bit_count() <= 144
    }
    assert sorted(drawn) == BANK


@pytest.mark.parametrize("line", BANK[::10])
def test_a_hash_near_a_shared_picture_is_refused_by_its_name(line):
    digits, _, name = line.partition(" ")
    near = f"{int(digits, 16) ^ 0b111:064x}"
    with pytest.raises(InvalidScopeError, match="negative bank"):
        canonical_value(ScopeKind.PDQ, near)
    assert shared_picture(bytes.fromhex(digits)) is not None, name


def test_other_pictures_are_not_shared():
    assert shared_picture(bytes.fromhex("f0" * 32)) is None
