"""A clock that jumps is not believed, whichever way, until it is put right or somebody confirms it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import Sentence
from registry.background.clock import MAX_AHEAD, MAX_BEHIND, MAX_JUMP, ClockInDoubtError, TrustedClock

YEAR = 365 * 86_400
START = 1_800_000_000


class Machine:
    """Wall time and a steady count that drift apart only when told to."""

    def __init__(self) -> None:
        self.wall, self.steady = float(START), 5.0
        self.clock = TrustedClock(lambda: self.wall, lambda: self.steady)

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def machine():
    return Machine()


@pytest.mark.parametrize("jump", [YEAR, -YEAR, MAX_JUMP + 1, -MAX_JUMP - 1])
def test_nothing_is_done_while_the_clock_has_jumped_and_all_goes_on_when_it_is_back(machine, jump):
    machine.pass_(3600)
    machine.wall += jump
    with pytest.raises(ClockInDoubtError, match=re.escape(f"jumped by {jump:+.0f} s")):
        machine.clock.now()
    machine.pass_(7)
    assert machine.clock.estimate() == START + 3607
    machine.wall -= jump
    assert machine.clock.now() == START + 3607


def test_a_doubt_can_be_said_in_another_language(machine):
    for doubt in (
        machine.clock.compare_with_signed,
        lambda time: machine.clock.compare_with_outside("a.example", time),
    ):
        doubt(START - YEAR)
        said = machine.clock.doubt()
        assert isinstance(said, Sentence)
        assert "365" not in said.template
        assert str(YEAR) not in said.template
    machine.wall += YEAR
    assert machine.clock.doubt().values == {"jump": f"{YEAR:+}"}


def test_a_look_does_not_believe_a_jump(machine):
    machine.wall += YEAR
    machine.clock.look()
    with pytest.raises(ClockInDoubtError):
        machine.clock.now()


def test_small_corrections_are_followed_as_fast_as_a_time_service_makes_them(machine):
    for _ in range(100):
        machine.wall += MAX_JUMP / 2
        for _ in range(60):
            machine.pass_(MAX_JUMP)
            machine.clock.look()
    assert machine.clock.now() == int(machine.wall)


@pytest.mark.parametrize("step", [MAX_JUMP - 1, 10, 1, -1, 1 - MAX_JUMP])
def test_a_clock_that_walks_away_by_small_steps_is_not_followed(machine, step):
    """Else it would pass the 72 hours of an announced change in one."""
    began, walked = machine.wall - machine.steady, 0
    while machine.clock.doubt() is None:
        machine.pass_(1)
        machine.wall += step
        walked += step
        machine.clock.look()
        assert abs(walked) < 2 * MAX_JUMP
    machine.pass_(3600)
    assert abs(machine.clock.estimate() - (began + machine.steady)) <= MAX_JUMP


def test_the_operator_leads_out(machine):
    machine.wall += YEAR
    assert machine.clock.confirm() == START + YEAR
    assert machine.clock.now() == START + YEAR


@pytest.mark.parametrize(
    ("signed", "doubt"),
    [
        (START, None),
        (START - MAX_AHEAD, None),
        (START - MAX_AHEAD - 1, "days ahead of what was signed last"),
        (START + MAX_BEHIND, None),
        (START + MAX_BEHIND + 1, "301 s behind what was signed last"),
        (START - YEAR, "365.0 days ahead"),
    ],
)
def test_a_start_compares_with_what_was_signed_last(machine, signed, doubt):
    machine.clock.compare_with_signed(signed)
    found = machine.clock.doubt()
    assert (found is None) if doubt is None else doubt in found


def test_a_source_outside_contradicts_and_settles(machine):
    machine.clock.compare_with_outside("https://time.example", START + YEAR)
    assert f"-{YEAR} s from that of https://time.example" in machine.clock.doubt()
    machine.clock.compare_with_outside("https://time.example", START + 2)
    assert machine.clock.doubt() is None


def test_a_source_outside_settles_a_jump_that_was_a_correction(machine):
    machine.wall += YEAR
    machine.clock.compare_with_outside("https://time.example", START + YEAR)
    assert machine.clock.now() == START + YEAR


@given(st.lists(st.tuples(st.floats(0, 1e6), st.sampled_from([0, YEAR, -YEAR, 3 * 86_400])), max_size=20))
def test_what_is_trusted_never_leaves_the_steady_count(steps):
    machine = Machine()
    for passed, jump in steps:
        machine.pass_(passed)
        machine.wall += jump
        machine.clock.look()
        counted = START + machine.steady - 5
        assert abs(machine.clock.estimate() - counted) <= MAX_JUMP + 1
        if machine.clock.doubt() is None:
            assert abs(machine.clock.now() - counted) <= MAX_JUMP + 1
