"""The bound on what one test may cost."""

import pytest

from tests import costs


def run(item, additions):
    call = costs.pytest_runtest_call(item)
    next(call)
    sum(range(additions))
    with pytest.raises(StopIteration):
        next(call)


def test_a_test_that_costs_too_much_fails(request, monkeypatch):
    run(request.node, 1_000_000)
    with monkeypatch.context() as patch:
        patch.setattr(costs, "MOST", costs.SECOND / 1000)
        with pytest.raises(pytest.fail.Exception, match="make it cheaper or mark it `slow`"):
            run(request.node, 3_000_000)


@pytest.mark.slow
def test_a_slow_test_may_cost_more(request, monkeypatch):
    monkeypatch.setattr(costs, "MOST", costs.SECOND / 1000)
    run(request.node, 3_000_000)
