"""No request takes more than 64 MB or a second of CPU, whatever is in it: every operation, page and form."""

import statistics
import time
from dataclasses import replace
from itertools import islice

import pytest

from registry.rate_limits import RateLimiter
from registry.server.app import create_app
from tests.attacks.costs import PAGE, names, rows_of
from tests.attacks.full_registry import everything_that_is_read
from tests.attacks.hostile_requests import as_meant, everything, open_scene, pages_of
from tests.attacks.meter import CAN_MEASURE, measure
from tests.registry.api.examples import EXAMPLES
from tests.registry.http.test_weight import ROUNDS, Meter, cpu_of_a_unit

pytestmark = pytest.mark.skipif(not CAN_MEASURE, reason="needs Linux")

SAMPLE = slice(0, 9, 4)
PLAIN = ("declare", "declaration", "history", "create_work", "lookup", "parties")
"""Operations that a unit is held against."""


@pytest.mark.whole
def test_no_request_of_a_sample_takes_more_than_it_may(tmp_path):
    with open_scene(tmp_path) as scene:
        attacks = everything(scene)
        assert len(attacks) > 65
        for name, requests in attacks.items():
            sample = islice(requests(scene), SAMPLE.start, SAMPLE.stop, SAMPLE.step)
            cost = measure(scene.send, sample)
            assert cost.requests >= 2, name
            assert cost.is_within, (name, cost)


def test_the_page_of_costs_has_a_row_of_everything_that_can_be_sent():
    """`python -m tests.attacks.costs --missing` measures what has none, and writes the rows."""
    rows = rows_of(PAGE.read_text("utf-8"))
    assert [name for name in names() if name not in rows] == []


NOT_COUNTED = {"web.check_proof", "web.report_on_site", "web.sign_out"}
"""Two whose sites answer in the process of the test, which would be counted as ours, and what ends the session."""

REMOVING = {"web.delete_work", "web.merge_work"}
"""What can be done once to each work."""


@pytest.mark.whole
def test_a_page_is_charged_within_three_times_of_what_it_costs(tmp_path, monkeypatch):
    """Units told from bytes, and what is owed beyond them, on a machine of which a unit is what the API's are."""
    meter = Meter()
    monkeypatch.setattr(RateLimiter, "take", meter.counting())
    monkeypatch.setattr(RateLimiter, "owe", meter.counting("owe"))
    with open_scene(tmp_path) as scene:
        settling = replace(scene.service.registry, cpu=time.thread_time)
        scene.service.client = create_app(settling).test_client()
        scene.sign_in()
        pages = [page for page in pages_of(scene) if page[0] not in NOT_COUNTED]

        def unit() -> float:
            costs = [cpu_of_a_unit(scene.service, meter, name, EXAMPLES[name]) for name in PLAIN]
            monkeypatch.setattr("registry.http.charges.UNIT", statistics.median(costs))
            return statistics.median(costs)

        usual = unit()
        ratios = {page: _cpu_of_a_unit(scene, meter, page) / usual for page in pages}
        far = _far(ratios)
        for _ in range(3):  # how busy it is now
            far = _far({page: _cpu_of_a_unit(scene, meter, page) / unit() for page in far})
    assert len(ratios) > 50
    assert far == {}


def _far(ratios):
    return {page: round(ratio, 2) for page, ratio in ratios.items() if not 1 / 3 < ratio < 3}


def _cpu_of_a_unit(scene, meter, page) -> float:
    """Seconds of processor time for each unit; the least of some rounds, because other work can only add to it."""
    found, once = [], as_meant(scene, *page)
    for sent in [as_meant(scene, *page) if page[0] in REMOVING else once for _ in range(ROUNDS)]:
        scene.sent, meter.units, began = 1, 0, time.process_time()
        scene.send(sent)
        found.append((time.process_time() - began) / meter.units)
    return min(found)


@pytest.mark.slow
def test_no_request_takes_more_than_it_may_whatever_is_in_it(tmp_path):
    for number, name in enumerate(_names(tmp_path / "names")):
        (tmp_path / str(number)).mkdir()
        with open_scene(tmp_path / str(number)) as scene:
            cost = measure(scene.send, everything(scene)[name](scene))
        assert cost.is_within, (name, cost)


@pytest.mark.slow
def test_nothing_that_is_read_takes_more_than_it_may_however_much_one_account_has_put_in(tmp_path):
    with open_scene(tmp_path) as scene:
        for sent in everything_that_is_read(scene):
            cost = measure(scene.send, [sent])
            assert cost.is_within, cost


def _names(path):
    path.mkdir()
    with open_scene(path) as scene:
        return list(everything(scene))
