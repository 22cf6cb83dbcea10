# ruff: noqa: RUF001 - full-width marks are what is tested
"""What is passed over as having nothing added to its names is just what would stay as it is."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler_filter.formats.name_folding import _without_what_is_added, closed_up
from crawler_filter.formats.plain_captions import has_nothing_added
from tests.profiles import examples

VECTORS = Path(__file__).parents[2] / "vectors"
WORDS = [
    "Naruto",
    "ナルト",
    "うずまき",
    "水城",
    "ルフィ",
    "나루토",
    "Łódź",
    "s",
    "d",
    "の",
    "サン",
    "チャン",
    "一",
    "ー",
    "1",
    "0",
]
SIGNS = [
    *" \u3000\n.,_=~-'\"()（）《》<>[]{}｛｜|&;%@$\\/:!?+*#^`",
    *"\u00a0\u00ab\u00ad\u00ae\u00b7\u02bc\u200b\u200d\u2010\u2013\u2014\u2018\u2019\u201c\u201e\u2022\u2122\u2212\u2605",
    *"\u2661\u301c\u30a0\u30fb\u27e8≪〈‹＜［〔【\ufe0f\ufeff\uff07\uff0d\uff0e\uff1d\uff5e\uff65ﾅﾙﾄ\ufff9\ufffa\ufffb",
    *"Αα\u0430ɑ\u1d00\ua731\U0001f130\U000e0101々",
]
CAPTIONS = st.lists(st.sampled_from([*WORDS, *SIGNS]) | st.characters(), max_size=14).map("".join)


@examples(1_000)
@given(CAPTIONS)
@example("n a r u t o")
@example("n.a.r.u.t.o")
@example("ナルトサンが")
@example("ル一フィ")
@example("漢字(かんじ)")
def test_a_caption_that_is_passed_over_would_stay_as_it_is(caption):
    if has_nothing_added(caption):
        assert _without_what_is_added(caption) == caption


@pytest.mark.parametrize("name", ["captions.txt", "spellings.txt", "no-spellings.txt"])
def test_of_every_spelling_that_was_found_before_nothing_is_passed_over(name):
    for line in (VECTORS / name).read_text("utf-8").splitlines():
        assert closed_up(line) == _without_what_is_added(line)


@pytest.mark.parametrize(
    "caption", ["A girl in a red coat on a bench.", "青い髪の少女が夜の空を見ている", "Ein Mädchen mit Hut", ""]
)
def test_ordinary_captions_are_passed_over(caption):
    assert has_nothing_added(caption)
