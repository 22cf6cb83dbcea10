"""Words that are kept one in an element or attribute are read together."""

import pytest

from crawler_filter.files.elements import by_name, without_ttml_readings
from tests.costs import SECOND, cost

WORDS = [f"word{number}" for number in range(40)]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(
            "<score>"
            + "".join(f"<note><step>C</step><lyric><syllabic>single</syllabic><text>{word}</text></lyric></note>" for word in WORDS),
            id="MusicXML",
        ),
        pytest.param(
            "<alto>" + "".join(f'<String ID="s{at}" CONTENT="{word}" HPOS="{at}"/>' for at, word in enumerate(WORDS)),
            id="ALTO",
        ),
        pytest.param(
            "<xliff><file><body>"
            + "".join(f'<trans-unit id="{word}"><source>line of {word}</source><target>{word}</target></trans-unit>' for word in WORDS),
            id="XLIFF",
        ),
        pytest.param(
            "<tmx><header/><body>"
            + "".join(f'<tu><tuv xml:lang="en"><seg>line of {word}</seg></tuv><tuv xml:lang="ja"><seg>{word}</seg></tuv></tu>' for word in WORDS),
            id="TMX",
        ),
    ],
)  # fmt: skip
def test_the_words_come_one_after_another(record):
    assert " ".join(WORDS) in list(by_name(record))


@pytest.mark.parametrize(
    "text",
    ["<html>" + "<b>x</b><i>y</i>" * 40, '<svg><path d="M0 0"/>' + "<a>b</a>" * 40, "<a>b</a>" * 3, "no markup"],
)
def test_pages_and_short_records_are_read_as_they_are(text):
    found = list(by_name(text))
    assert not any("M0" in each for each in found)
    assert len(found) <= 1


@pytest.mark.parametrize("piece", ['lang="en"', '<a lang="en">b</a>', "<a>b</", 'lang="'])
def test_a_hostile_record_is_read_in_linear_time(piece):
    text = "<r>" + piece * (1_000_000 // len(piece))
    assert cost(lambda: list(by_name(text)), limit=4 * SECOND) <= 4 * SECOND


def test_readings_in_subtitles_of_ttml_are_left_out():
    text = '<p><span tts:ruby="base">漢字</span><span tts:ruby="text">かんじ</span>だ</p>'
    assert without_ttml_readings(text) == '<p><span tts:ruby="base">漢字</span>だ</p>'
