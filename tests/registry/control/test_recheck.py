import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.control.recheck import (
    PERMISSION_SECONDS,
    ProofHealth,
    RecheckIntervals,
    after_failure,
    next_check,
)
from registry.model.durations import DAY

START = 1_800_000_000


def play(*looks: tuple[float, bool], state: ProofHealth | None = None) -> ProofHealth:
    """The state after looks, each at a day and found or not."""
    state = state or ProofHealth(last_ok=START)
    for day, ok in looks:
        now = START + int(day * DAY)
        state = ProofHealth(now) if ok else after_failure(state, now)
    return state


@pytest.mark.parametrize(
    ("looks", "lapsed"),
    [
        ([], False),
        ([(10, False)], False),
        ([(10, False), (11, False), (12, False)], False),
        ([(10, False), (24, False)], False),
        ([(10, False), (17, False), (23.99, False)], False),
        ([(10, False), (17, False), (24, False)], True),
        ([(10, False), (11, False), (12, False), (24, False)], True),
        ([(10, False), (17, True), (24, False)], False),
        ([(10, False), (17, False), (23, True), (24, False), (25, False), (37, False)], False),
    ],
    ids=[
        "never failed",
        "one failure",
        "three failures in three days",
        "two failures over fourteen days",
        "three failures a moment short of fourteen days",
        "three failures over fourteen days",
        "many failures, the last on the fourteenth day",
        "found again in between",
        "found again starts the count anew",
    ],
)
def test_a_proof_lapses_after_three_failures_over_fourteen_days(looks, lapsed):
    assert play(*looks).lapsed is lapsed


@given(days=st.lists(st.integers(1, 60), max_size=12, unique=True).map(sorted), found=st.integers(0, 12))
def test_no_proof_lapses_within_fourteen_days_of_being_found(days, found):
    state = ProofHealth(last_ok=START)
    for number, day in enumerate(days):
        state = play((day, number == found), state=state)
        assert not state.lapsed or START + day * DAY - state.last_ok >= 14 * DAY


def test_a_proof_is_looked_at_so_often_that_two_more_looks_come_before_a_week_is_over():
    assert next_check(ProofHealth(START)) + 2 * RecheckIntervals().retry <= START + PERMISSION_SECONDS


def test_a_failure_is_looked_at_again_the_next_day():
    state = play((10, False))
    assert next_check(state) == START + 11 * DAY


def test_a_proof_that_ends_sooner_is_looked_at_as_it_ends():
    state = ProofHealth(START, until=START + 3 * DAY)
    assert next_check(state) == START + 3 * DAY + 1
    assert next_check(ProofHealth(START, until=START + 30 * DAY)) == START + 5 * DAY


def test_a_lapsed_proof_is_not_looked_at():
    assert next_check(ProofHealth(START, lapsed=True)) is None


def test_the_schedule_is_configuration():
    schedule = RecheckIntervals(every=DAY, retry=60, failures=1, over=0)
    state = after_failure(ProofHealth(START), START + DAY, schedule=schedule)
    assert state.lapsed
    assert next_check(ProofHealth(START), schedule=schedule) == START + DAY
