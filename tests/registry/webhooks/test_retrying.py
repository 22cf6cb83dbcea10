"""Tries come later each time, spread, and never later than a limit."""

from hypothesis import given
from hypothesis import strategies as st

from registry.webhooks.retrying import FIRST, LONGEST, asked_to_wait, wait


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_wait_lies_between_half_of_its_length_and_all_of_it(failures, jitter):
    longest = wait(failures, 1.0)
    assert 1 <= wait(failures, 0.0) <= wait(failures, jitter) <= longest <= LONGEST


def test_waits_grow_to_the_longest():
    waits = [wait(number, 1.0) for number in range(1, 12)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (FIRST, LONGEST)


def test_what_a_receiver_asks_for_is_heeded_within_limits():
    assert asked_to_wait({"retry-after": "60"}) == 60
    assert asked_to_wait({"retry-after": "999999"}) == LONGEST
    for odd in ("", "-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "9" * 40, "١٢"):
        assert asked_to_wait({"retry-after": odd}) == 0
