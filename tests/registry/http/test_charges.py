"""Who asks for what turns out dear pays for it afterwards, in an operation and in a page alike."""

from dataclasses import replace

import pytest

from registry.errors import RateLimitedError
from registry.http.charges import Charge
from registry.rate_limits import CHECKS, READS, UNIT, WRITES, Rate, RateLimiter
from registry.server.app import create_app
from tests.registry.api.test_api import assert_problem

SECOND = int(1 / UNIT)


class Processor:
    """Processor time that passes only when it is told to."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def left(limiter: RateLimiter, rate: Rate, who: str = "somebody") -> int:
    return limiter.take(rate, who, 0).remaining


def test_what_a_request_took_beyond_its_units_is_owed():
    limiter, processor = RateLimiter(lambda: 0.0), Processor()
    charge = Charge(limiter, processor)
    charge.take(READS, "somebody", 60)
    processor.seconds += 1.0
    charge.settle()
    assert left(limiter, READS) == READS.quota - SECOND
    assert left(limiter, READS, "somebody else") == READS.quota


def test_what_took_less_than_its_units_is_given_nothing_back():
    limiter, processor = RateLimiter(lambda: 0.0), Processor()
    charge = Charge(limiter, processor)
    charge.take(READS, "somebody", 60)
    processor.seconds += 10 * UNIT
    charge.settle()
    assert left(limiter, READS) == READS.quota - 60


def test_looks_at_sites_are_counted_as_times_and_their_work_as_work():
    limiter, processor = RateLimiter(lambda: 0.0), Processor()
    charge = Charge(limiter, processor)
    charge.take(CHECKS, "somebody", 100)
    processor.seconds += 0.5
    charge.settle()
    assert left(limiter, CHECKS) == CHECKS.quota - 100
    assert left(limiter, WRITES) == WRITES.quota - SECOND // 2


def test_who_owes_more_than_there_is_waits_until_it_is_back():
    clock = Processor()
    limiter = RateLimiter(clock)
    limiter.owe(WRITES, "somebody", 2 * WRITES.quota)
    with pytest.raises(RateLimitedError) as refused:
        limiter.take(WRITES, "somebody")
    assert WRITES.seconds <= refused.value.retry_after <= WRITES.seconds + 1
    clock.seconds += WRITES.seconds + 1
    limiter.take(WRITES, "somebody")


@pytest.mark.parametrize("path", ["/v1/platforms", "/verify", "/no-such-page"])
def test_every_request_is_settled(fresh, path):
    processor = Processor()
    client = create_app(replace(fresh.registry, cpu=processor)).test_client()
    working = Charge.settle

    def slow(charge):
        processor.seconds += 60.0
        working(charge)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Charge, "settle", slow)
        first = client.get(path)
    again = client.get(path)
    if path == "/no-such-page":  # nothing is made for it, and nobody is counted
        assert (first.status_code, again.status_code) == (404, 404)
        return
    assert first.status_code == 200
    assert again.status_code == 429
    if path.startswith("/v1"):
        assert_problem(again, 429, "rate-limited")
