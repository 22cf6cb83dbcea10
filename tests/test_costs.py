"""The bound on what one test may cost."""

import pytest

from tests import costs


def run(item, additions):
    call = costs.pytest_runtest_call(item)
    next(call)
    sum(range(additions))
    with pytest.raises(StopIteration):
        next(call)


def little(monkeypatch):
    monkeypatch.setattr(costs, "MOST", dict.fromkeys(costs.MOST, costs.SECOND / 1000))


def test_a_test_that_costs_too_much_fails(request, monkeypatch):
    run(request.node, 1_000_000)
    with monkeypatch.context() as patch:
        little(patch)
        with pytest.raises(pytest.fail.Exception, match="make it cheaper or mark it `whole`"):
            run(request.node, 3_000_000)


@pytest.mark.whole
def test_a_whole_program_may_cost_more_and_not_everything(request, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(costs.MOST, "", costs.SECOND / 1000)
        run(request.node, 3_000_000)
        little(patch)
        with pytest.raises(pytest.fail.Exception, match="make it cheaper or mark it `slow`"):
            run(request.node, 3_000_000)


@pytest.mark.slow
def test_a_slow_test_may_cost_more(request, monkeypatch):
    little(monkeypatch)
    run(request.node, 3_000_000)
