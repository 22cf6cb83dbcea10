from pathlib import Path

import pytest

pytest.importorskip("tqdm", reason="the benchmarks' requirements are not installed")

from benchmarks.false_matches import looked_at, pair_of


def test_every_pair_that_was_looked_at_is_named_with_what_the_two_share():
    pairs = looked_at()
    assert len(pairs) > 50
    assert all(shared and len(pair) == 2 for pair, shared in pairs.items())


def test_a_pair_is_known_in_another_version_of_its_package_and_the_other_way_around():
    one, other = sorted(next(iter(looked_at())))
    assert pair_of(Path("package_1.2-3_all.deb", other), Path("package_1.3-1_all.deb", one)) in looked_at()


def test_another_pair_of_the_same_picture_is_not_known():
    one, _ = sorted(next(iter(looked_at())))
    assert (
        pair_of(Path("package_1.2-3_all.deb", one), Path("package_1.2-3_all.deb/usr/other.png")) not in looked_at()
    )
