"""The long attacks: a few rounds of each always, and all of them in `make test-long`, going on where they stopped."""

from dataclasses import replace

import pytest

from tests.attacks.rounds import SUITES, Suite

BY_NAME = {suite.name: suite for suite in SUITES}
FEW = {"kills": 3, "damage": 60, "offers": 40, "histories": 3}
DEAR = ("kills", "histories")
"""Suites whose rounds take a registry from its start to its end."""
NOTHING_OF = {"damage": "accepted", "offers": "accepted"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.whole if name in DEAR else ()) for name in BY_NAME]
)
def test_a_few_rounds_find_nothing(name):
    suite = replace(BY_NAME[name], each=FEW[name])
    counts = suite.run_block(1_000_000)
    assert counts["rounds"] == FEW[name]
    assert not counts.get(NOTHING_OF.get(name, ""))
    assert counts.get("acknowledged", 3) >= 3
    assert counts.get("refused", FEW[name]) > FEW[name] / 2


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_all_rounds_find_nothing(name):
    suite = BY_NAME[name]
    totals = suite.run()
    assert totals["rounds"] >= suite.goal
    assert not totals.get(NOTHING_OF.get(name, ""))


def test_what_is_finished_is_not_run_again_and_what_fails_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("OPTOUT_ATTACKS", str(tmp_path))
    suite = Suite("trial", "tests.attacks.trial", each=2, goal=5)
    assert suite.run()["rounds"] == 6
    assert sorted(suite.finished()) == [0, 1, 2]
    assert not suite.run_one()
    with pytest.raises(AssertionError, match="this block was to fail"):
        replace(suite, goal=100).run()
    assert sorted(suite.finished()) == [0, 1, 2]
