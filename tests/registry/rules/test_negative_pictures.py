"""The negative bank is what its pictures hash to, and refuses what is near them and nothing else."""

from importlib.resources import files

import pytest

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.few_bits import BITS_SET, bits_set
from crawler_filter.fingerprints.registered import Film
from crawler_filter.fingerprints.variants import MIN_QUALITY, every_variant
from crawler_filter.formats.record import ScopeKind
from registry.rules.negative_pictures import nearest
from registry.rules.validation import canonical_value
from tests.registry.rules.shared_pictures import shared_pictures

BANK = (files("registry.rules") / "negative_bank.txt").read_text(encoding="utf-8").splitlines()


def test_the_list_is_made_of_its_pictures():
    drawn = {
        f"{each.hash.hex()} {name}"
        for name, pixels in shared_pictures()
        for _, each in every_variant(pixels)
        if each.quality >= MIN_QUALITY and bits_set(each.hash) in BITS_SET
    }
    assert sorted(drawn) == BANK


@pytest.mark.parametrize("line", BANK[::10])
def test_a_hash_near_a_shared_picture_is_refused_by_its_name(line):
    digits, _, name = line.partition(" ")
    near = f"{int(digits, 16) ^ 0b111:064x}"
    with pytest.raises(InvalidScopeError, match="negative bank"):
        canonical_value(ScopeKind.PDQ, near)
    assert nearest(bytes.fromhex(digits)) is not None, name


SHARED, OWN, OTHER = BANK[0][:64], "5a4e36c18f2d97b0" * 4, "0f1ee4738b69d25c" * 4
BLANK = "00" * 32


@pytest.mark.parametrize("nobodys", [SHARED, BLANK], ids=["on the bank", "blank"])
def test_of_a_picture_a_crop_that_is_nobodys_is_left_out(nobodys):
    value = f"{OWN},crop8:{nobodys},crop12:{OTHER}"
    assert canonical_value(ScopeKind.PDQ, value) == f"{OWN},crop12:{OTHER}"
    assert canonical_value(ScopeKind.PDQ, value.partition(",")[2]) == f"crop12:{OTHER}"


def test_a_picture_that_is_nobodys_as_a_whole_is_refused_whatever_its_crops_are():
    with pytest.raises(InvalidScopeError, match=r"the hash called whole: it is near .*SHA-256 instead"):
        canonical_value(ScopeKind.PDQ, f"{SHARED},crop8:{OWN}")


@pytest.mark.parametrize("nobodys", [SHARED, BLANK], ids=["on the bank", "blank"])
def test_frames_of_a_film_that_are_nobodys_are_left_out(nobodys):
    frames = ((3, bytes.fromhex(nobodys)), (3, bytes.fromhex(OWN)), (9, bytes.fromhex(OTHER)))
    assert canonical_value(ScopeKind.VIDEO, Film(tuple(sorted(frames))).encode()) == Film(frames[1:]).encode()


def test_a_film_of_nothing_but_such_frames_is_refused_with_the_time_of_the_first():
    film = Film(((7, bytes.fromhex(SHARED)), (8, bytes.fromhex(SHARED))))
    with pytest.raises(InvalidScopeError, match=r"the frame at 7 s: it is near .*SHA-256 instead"):
        canonical_value(ScopeKind.VIDEO, film.encode())


def test_other_pictures_are_not_shared():
    assert nearest(bytes.fromhex("f0" * 32)) is None
