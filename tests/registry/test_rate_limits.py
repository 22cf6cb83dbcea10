import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RateLimitedError, TooLargeError
from registry.rate_limits import Rate, RateLimiter, Turns, client_key

RATE = Rate("thing", 10, 60)


class Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


def test_all_of_the_quota_may_come_at_once_and_then_it_comes_back_evenly():
    clock = Clock()
    limiter = RateLimiter(clock)
    assert [limiter.take(RATE, "a").remaining for _ in range(10)] == list(range(9, -1, -1))
    with pytest.raises(RateLimitedError) as caught:
        limiter.take(RATE, "a")
    assert caught.value.retry_after == 6
    clock.now += 6
    assert limiter.take(RATE, "a").remaining == 0
    clock.now += 60
    assert limiter.take(RATE, "a").remaining == 9


def test_callers_and_rates_do_not_take_from_each_other():
    limiter = RateLimiter(Clock())
    limiter.take(RATE, "a", units=10)
    assert limiter.take(RATE, "b").remaining == 9
    assert limiter.take(Rate("other", 10, 60), "a").remaining == 9


def test_a_refusal_takes_nothing():
    limiter = RateLimiter(Clock())
    limiter.take(RATE, "a", units=8)
    with pytest.raises(RateLimitedError):
        limiter.take(RATE, "a", units=3)
    assert limiter.take(RATE, "a", units=2).remaining == 0


def test_more_than_the_quota_is_refused_as_too_large_because_no_waiting_would_admit_it():
    limiter = RateLimiter(Clock())
    with pytest.raises(TooLargeError, match="in parts"):
        limiter.take(RATE, "a", units=11)
    assert limiter.take(RATE, "a", units=10).remaining == 0


def test_the_headers_are_those_of_the_draft():
    assert RateLimiter(Clock()).take(RATE, "a").headers() == {
        "RateLimit-Policy": '"thing";q=10;w=60',
        "RateLimit": '"thing";r=9;t=6',
    }


def test_a_flood_of_callers_does_not_fill_the_memory_nor_free_the_busiest():
    limiter = RateLimiter(Clock(), max_buckets=100)
    limiter.take(RATE, "busy", units=10)
    for caller in range(1000):
        limiter.take(RATE, f"caller {caller}")
    assert len(limiter._full_at) <= 100
    with pytest.raises(RateLimitedError):
        limiter.take(RATE, "busy")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=60))
def test_in_no_window_are_more_than_twice_the_quota_taken_and_retry_after_is_always_enough(calls):
    clock = Clock()
    limiter = RateLimiter(clock)
    taken = []
    for pause, units in calls:
        clock.now += pause
        try:
            limiter.take(RATE, "a", units)
        except RateLimitedError as error:
            clock.now += error.retry_after
            limiter.take(RATE, "a", units)
        taken.append((clock.now, units))
    for start, _ in taken:
        assert sum(units for time, units in taken if start <= time < start + RATE.seconds) <= 2 * RATE.quota


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not an address", "unknown"),
        ("", "unknown"),
    ],
)
def test_what_counts_as_one_caller(address, key):
    assert client_key(address) == key


def test_no_more_turns_are_taken_at_once_than_there_are_places():
    turns = Turns(2, each=2, retry_after=7)
    with turns.turn("a"), turns.turn("b"), pytest.raises(RateLimitedError) as caught, turns.turn("c"):
        pass
    assert caught.value.retry_after == 7


def test_one_caller_leaves_places_for_others_by_whichever_name_it_is_known():
    turns = Turns(4, each=1, retry_after=1)
    with turns.turn("client", "account"):
        for known in ("client", "account"):
            with pytest.raises(RateLimitedError), turns.turn(known, "other"):
                pass
        with turns.turn("another client", "another account"):
            pass


def test_a_turn_is_given_back_however_it_ends_and_nothing_of_a_caller_is_kept():
    turns = Turns(1, each=1, retry_after=1)
    with pytest.raises(ValueError, match="broken"), turns.turn("a"):
        raise ValueError("broken")
    with turns.turn("a"):
        pass
    assert not turns._held
