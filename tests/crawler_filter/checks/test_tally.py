"""Counts are exact however decisions come and threads go."""

import gc
import threading
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from crawler_filter import Reason
from crawler_filter.checks.combining import decide
from crawler_filter.checks.tally import Tallies
from tests.crawler_filter.checks.test_combining import DOMAIN_NO, POLICY, UNAVAILABLE, decided

DECISIONS = [
    decided([]),
    decided([DOMAIN_NO]),
    decide([], (), UNAVAILABLE[:1], POLICY, snapshot=None, stale=True),
    replace(decided([DOMAIN_NO]), keep=True),
]


@given(st.lists(st.tuples(st.sampled_from(DECISIONS), st.integers(1, 5))))
def test_every_decision_is_counted_once(counted: list) -> None:
    tallies = Tallies()
    for decision, times in counted:
        tallies.add(decision, times)
    stats = tallies.stats()
    every = [decision for decision, times in counted for _ in range(times)]
    assert stats.checked == len(every) == stats.kept + stats.excluded == sum(stats.reasons.values())
    assert stats.excluded == sum(not decision.keep for decision in every)
    assert stats.would_exclude == sum(not decision.would_keep for decision in every)
    assert stats.unchecked == sum(bool(decision.unavailable) for decision in every)
    assert stats.stale == sum(decision.stale for decision in every)
    assert stats.reasons == {reason: n for reason in Reason if (n := sum(d.reason is reason for d in every))}


def test_threads_that_have_ended_leave_their_counts_and_nothing_else() -> None:
    tallies = Tallies()
    for _ in range(20):
        thread = threading.Thread(target=lambda: [tallies.add(each) for each in DECISIONS])
        thread.start()
        thread.join()
    gc.collect()  # once: what a process of tests holds makes it dear
    assert tallies.stats().checked == 20 * len(DECISIONS)
    assert len(tallies._running) <= 1
