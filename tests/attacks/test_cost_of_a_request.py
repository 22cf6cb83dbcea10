"""No request takes more than 64 MB or a second of CPU, whatever is in it: every operation, page and form."""

from itertools import islice

import pytest

from tests.attacks.full_registry import everything_that_is_read
from tests.attacks.hostile_requests import everything, open_scene
from tests.attacks.meter import CAN_MEASURE, measure

pytestmark = pytest.mark.skipif(not CAN_MEASURE, reason="needs Linux")

SAMPLE = slice(0, 9, 4)


def test_no_request_of_a_sample_takes_more_than_it_may(tmp_path):
    with open_scene(tmp_path) as scene:
        attacks = everything(scene)
        assert len(attacks) > 65
        for name, requests in attacks.items():
            sample = islice(requests(scene), SAMPLE.start, SAMPLE.stop, SAMPLE.step)
            cost = measure(scene.send, sample)
            assert cost.requests >= 2, name
            assert cost.is_within, (name, cost)


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
