"""A model makes codes of a picture's parts too; a work's middle is registered, and only looked for as a whole."""

from hashlib import sha256
from typing import Any

import numpy as np
import pytest

from crawler_filter.fingerprints.coded_parts import LEAST_SIDE, codes_to_look_up, codes_to_register
from crawler_filter.fingerprints.embedding import MAX_CODES
from tests.crawler_filter.fingerprints.generated import pixels

WORK = pixels(200, 180, 12, seed=3)


def digests(shown: Any) -> list[bytes]:
    """The code of a picture: of other pixels another one."""
    return [sha256(str(shown.shape).encode() + shown.tobytes()).digest() * 2]


def test_a_picture_in_a_frame_has_the_codes_of_what_is_within() -> None:
    framed = np.pad(WORK, ((20, 20), (30, 30), (0, 0)))
    assert digests(WORK)[0] in codes_to_look_up(framed, digests)
    assert codes_to_look_up(framed, digests)[0] == digests(framed)[0]
    assert digests(WORK)[0] in codes_to_register(framed, digests)


def test_the_middle_of_a_work_is_registered_and_not_looked_up() -> None:
    middle = digests(WORK[36:144, 40:160])[0]
    assert middle in codes_to_register(WORK, digests)
    assert middle not in codes_to_look_up(WORK, digests)
    assert middle == codes_to_look_up(WORK[36:144, 40:160], digests)[0]


def test_what_is_too_small_to_tell_has_one_code() -> None:
    small = pixels(LEAST_SIDE, LEAST_SIDE, 12, seed=3)
    assert codes_to_register(small, digests) == codes_to_look_up(small, digests) == tuple(digests(small))


@pytest.mark.parametrize("codes", [codes_to_register, codes_to_look_up])
def test_a_page_of_many_panels_has_eight_codes_and_no_more_are_made(codes: Any) -> None:
    made: list[bytes] = []

    def counted(shown: Any) -> list[bytes]:
        made.extend(digests(shown))
        return made[-1:]

    rows = [np.concatenate([_panel(3 * row + column) for column in range(3)], axis=1) for row in range(4)]
    page = np.concatenate(rows)
    found = codes(page, counted)
    assert len(found) == MAX_CODES == len(made)
    assert found[0] == digests(page)[0]


def test_nothing_is_found_where_the_model_gives_no_codes() -> None:
    assert codes_to_look_up(WORK, lambda _: ()) == ()


def _panel(seed: int) -> Any:
    return np.pad(pixels(120, 110, 12, seed=seed), ((8, 8), (8, 8), (0, 0)), constant_values=255)
