# ruff: noqa: RUF001 - full-width marks are what is tested
"""What a thousand books have around them is registered of none, and what is a book's own stays."""

import pytest

from crawler_filter.fingerprints.book_frames import without_frame
from tests.crawler_filter.fingerprints.framed_books import FRAMES, framed

WORDS = "".join(f"In chapter {n} the keeper counted\nships before the dawn of another day.\n" for n in range(40))


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_frame_is_left_out_and_the_words_stay(frame, end):
    left = without_frame(framed(frame, WORDS).replace("\n", end)).replace("\r", "")
    assert WORDS.strip() in left
    assert len(left) < len(WORDS) + 60


@pytest.mark.parametrize(
    "text",
    [
        "",
        "INDEX",
        f"INDEX\n{WORDS}",
        f"{WORDS}References\nHe had none to give.\nNobody asked.\nSo he left.\nThe end.\n",
        f"{WORDS}The index of 12 books lay open.\n1\n2\n3\n4\n5\n",
        f"{WORDS}底本：と彼は言った。\n",
        f"{'-' * 40}\n{WORDS}",
    ],
)
def test_what_only_looks_like_one_stays(text):
    assert without_frame(text) == text


def test_many_headings_cost_no_more_than_a_few():
    text = "word\n" * 20_000 + "Index\n" * 20_000
    assert without_frame(text) == text
