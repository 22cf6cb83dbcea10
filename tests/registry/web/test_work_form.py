"""The form of a work and what it asks for: what is shown to be changed, sent back unchanged, changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.formats.names import canonical_name
from registry.model.declaration import WorkRequest
from registry.rules.work_validation import build_work
from registry.web.work_form import TypedWork, read_characters, read_titles
from tests.profiles import examples

PARTY, NUMBER = "p" * 26, "w" * 26


pytestmark = pytest.mark.usefixtures("in_a_request")


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        pytest.param("青い鳥", {"ja": "青い鳥"}, id="one in the language of the page"),
        pytest.param(
            "青い鳥\nThe Blue Bird", {"ja": "青い鳥", "und": "The Blue Bird"}, id="another in no language"
        ),
        pytest.param(
            "en: The Blue Bird\n青い鳥", {"en": "The Blue Bird", "ja": "青い鳥"}, id="one that is marked"
        ),
        pytest.param("ZH-Hant： 青鳥", {"zh-Hant": "青鳥"}, id="a wide colon, capitals"),  # noqa: RUF001 - as it is typed
        pytest.param("Re: ゼロ", {"ja": "Re: ゼロ"}, id="a word that is no language"),
        pytest.param(" \n", {}, id="none"),
    ],
)
def test_titles_are_read_by_language(typed, titles):
    assert read_titles(typed, "ja") == (titles, [])


def test_a_second_title_in_one_language_is_not_dropped_silently():
    titles, (problem,) = read_titles("ja: 青い鳥\nja: あおいとり", "en")
    assert titles == {"ja": "青い鳥"}
    assert "あおいとり" in problem.message


@pytest.mark.parametrize("between", [" / ", "/", "、", "; ", "／", "；", "//"])  # noqa: RUF001 - as it is typed
def test_spellings_are_separated_by_what_people_write(between):
    assert read_characters(f"青井そら{between}Sora Aoi\n\n{between}\nヨハン") == (
        ("青井そら", "Sora Aoi"),
        ("ヨハン",),
    )


LETTERS = st.sampled_from("aZé葵ア")
NAMES = st.tuples(LETTERS, st.text("aé葵アー・:-. 　'", max_size=3), LETTERS).map("".join).map(canonical_name)
TITLES = st.text(st.sampled_from("aZ葵: /、"), min_size=1, max_size=6).map(str.strip).filter(bool)


@examples(20)
@given(
    titles=st.dictionaries(st.sampled_from(["ja", "en", "zh-Hant", "und", "qqq"]), TITLES, min_size=1),
    creators=st.lists(NAMES, max_size=3).map(tuple),
    series=st.lists(NAMES, max_size=3).map(tuple),
    characters=st.lists(st.lists(NAMES, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple),
)
def test_a_form_that_is_sent_back_unchanged_asks_for_the_work_as_it_is(titles, creators, series, characters):
    request = WorkRequest(PARTY, "manga", titles, creators, {"isbn": "9784003101018"}, series, characters)
    work = build_work(request, NUMBER, 0)
    asked, problems = TypedWork.of(work).read("ja")
    assert problems == ()
    assert build_work(asked, NUMBER, 0) == work


def test_a_field_of_half_a_megabyte_is_answered_with_a_few_problems(artist):
    page = artist.open("/works/new").fill(titles="青", kind="manga", characters="a\n" * 450)
    page.press("Save the work", status=422)
    assert len(page.page.select(".problems li")) == 20
    page = artist.open("/works/new").fill(titles="青", kind="manga", characters="a\n" * 60_000)
    page.press("Save the work", status=422)
    assert len(page.page.select(".problems li")) == 1
