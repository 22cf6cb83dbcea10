"""A model makes codes of a picture's parts too; a work's middle is registered, and only looked for as a whole.

What shows too little has no code.
"""

from hashlib import sha256
from typing import Any

import numpy as np
import pytest

from crawler_filter.fingerprints.coded_parts import LEAST_SIDE, codes_of_frame, codes_to_look_up, codes_to_register
from crawler_filter.fingerprints.embedding import MAX_CODES
from tests.crawler_filter.fingerprints.generated import pixels

WORK = pixels(200, 180, 12, seed=3)
PLAIN = np.full((180, 180, 3), 90, dtype=np.uint8)


def other() -> Any:
    return pixels(180, 180, 12, seed=7)


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


def test_a_long_picture_has_codes_of_its_ends_and_a_plain_end_has_none() -> None:
    end = digests(WORK[:, :180])[0]
    both, one = (np.concatenate([WORK[:, :180], beside], axis=1) for beside in (other(), PLAIN))
    assert {end, digests(other())[0]} <= set(codes_to_look_up(both, digests)) & set(codes_of_frame(both, digests))
    assert end in codes_to_look_up(one, digests)
    assert digests(PLAIN)[0] not in {*codes_to_look_up(one, digests), *codes_to_register(one, digests)}


@pytest.mark.parametrize("shown", ["one colour", "two stripes", "a gradient"])
def test_what_shows_too_little_is_not_registered_and_is_asked_about_as_a_whole_alone(shown: str) -> None:
    plain = PLAIN.copy()
    if shown == "two stripes":
        plain[90:] = 0, 0, 255
    elif shown == "a gradient":
        plain += np.arange(180, dtype=np.uint8)[:, None, None] // 2
    assert codes_to_register(plain, digests) == ()
    framed = np.pad(plain, ((20, 20), (90, 90), (0, 0)))
    for shown_whole in (plain, framed):
        assert codes_to_look_up(shown_whole, digests) == tuple(digests(shown_whole))
        assert codes_of_frame(shown_whole, digests) == tuple(digests(shown_whole))


def test_the_plain_middle_of_a_work_is_not_registered() -> None:
    work = WORK.copy()
    work[30:150, 34:166] = PLAIN[0, 0]
    assert codes_to_register(work, digests) == codes_to_look_up(work, digests)
    assert codes_to_register(work, digests)[0] == digests(work)[0]


def test_fine_stripes_are_not_registered() -> None:
    striped = np.zeros((256, 256, 3), dtype=np.uint8)
    striped[np.arange(256) // 8 % 2 == 1] = 255
    assert codes_to_register(striped, digests) == ()


def test_nothing_is_found_where_the_model_gives_no_codes() -> None:
    assert codes_to_look_up(WORK, lambda _: ()) == ()


def _panel(seed: int) -> Any:
    return np.pad(pixels(120, 110, 12, seed=seed), ((8, 8), (8, 8), (0, 0)), constant_values=255)
