"""How much work something is, so that a bound on it holds on a machine that others use too.

Seconds say how busy a machine is. Processor time says less of that, and still twice as much when neighbours share its
caches. So a cost is a ratio: the processor time of the work beside that of plain additions right before and after.
"""

import os
import resource
import time
from collections.abc import Callable, Generator
from typing import Final

import pytest

from tests import profiles

SECOND: Final = 30.0
"""What a second of an idle machine of 2025 comes to, in millions of additions of plain Python."""

MOST: Final = {"whole": 40 * SECOND, "": 12 * SECOND}
"""What one test may cost by its mark, the processes that it waits for included; one marked `slow` costs what it must."""

_ADDITIONS: Final = 200_000
_MEGABYTES: Final = 8
_LETTERS: Final = b"a" * (_MEGABYTES << 20)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _add() -> None:
    total = 0
    for number in range(_ADDITIONS):
        total += number


def _search() -> None:
    assert b"quoted-printable" not in _LETTERS


def cost(work: Callable[[], object], *, limit: float, tries: int = 3) -> float:
    """Return what `work` costs in millions of additions: the least of some tries, or the first within `limit`."""
    return _least(work, _add, limit=limit * 1e6 / _ADDITIONS, tries=tries) * _ADDITIONS / 1e6


def searches(work: Callable[[], object], *, limit: float, tries: int = 3) -> float:
    """Return what `work` costs in searches through a megabyte, for work that hardly runs Python.

    Processors differ in how fast they add in Python, and again in how fast they read memory.
    """
    return _least(work, _search, limit=limit / _MEGABYTES, tries=tries) * _MEGABYTES


def _least(work: Callable[[], object], unit: Callable[[], None], *, limit: float, tries: int) -> float:
    """Compare more than once, because a burst of other work between the clocks can only make a try dearer."""
    least = float("inf")
    for _ in range(tries):
        before, spent, after = _seconds(unit), _seconds(work), _seconds(unit)
        least = min(least, spent / max(before, after))
        if least <= limit:
            break
    return least


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fail a test that costs more than is in `MOST`, so that `make test` stays short.

    A process that an earlier test has started may end in this one: what it spent before is not counted here.
    """
    spent, began = _with_children(), time.perf_counter()
    yield
    spent = min(_with_children() - spent, (time.perf_counter() - began) * (os.cpu_count() or 1))
    mark = "whole" if {"whole", "browser"} & set(item.keywords) else ""  # neither is of every change
    if "slow" in item.keywords or profiles.is_long() or spent < MOST[mark] / SECOND / 4:
        return
    slowest = max(
        _seconds(_add) for _ in range(5)
    )  # the test ran beside other work, perhaps, and one sample did not
    counted = spent / slowest * _ADDITIONS / 1e6
    if counted > MOST[mark]:
        dearer = "slow" if mark else "whole"
        pytest.fail(f"costs {counted / SECOND:.0f} s of an idle machine; make it cheaper or mark it `{dearer}`")


def _with_children() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime
