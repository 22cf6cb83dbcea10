"""A Japanese name is found however it is written in Latin letters."""

import pytest

from crawler_filter.formats.romanised_names import romanised


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("satō yūki", {"sato yuki", "satou yuuki", "satoo yuuki", "satoh yuki"}),
        ("junichirō ōta", {"junichirou oota", "junichiro ota", "junitiro ota"}),
        ("shinji tsukamoto", {"sinzi tukamoto", "sinji tukamoto"}),
        ("shimbashi fuchū", {"shinbashi fuchu", "sinbasi hutyu"}),
        ("kouji oota", {"koji ota", "kozi ota"}),
    ],
)
def test_a_name_has_the_spellings_of_each_system(name, others):
    assert others <= set(romanised(name))


@pytest.mark.parametrize("name", ["charlotte smith", "jürgen müller", "the clockwork heron"])
def test_names_of_other_languages_keep_their_letters(name):
    assert not {form for form in romanised(name) if "sy" in form or "ty" in form or "zy" in form}
