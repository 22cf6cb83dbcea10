"""Countries are taken as people write them, in either language, and shown by their names."""

import pytest

from registry.web.country_input import country_code, country_codes, country_name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Japan", "JP"),
        ("日本", "JP"),
        ("\uff4a\uff50", "JP"),
        (" united states ", "US"),
        ("UK", "GB"),
        ("EU", "EU"),
        ("欧州連合", "EU"),
        ("XX", "XX"),
        ("Atlantis", "Atlantis"),
        ("world", "world"),
        ("", ""),
    ],
)
def test_a_country_is_known_by_its_name_or_its_code_and_all_else_stays_as_typed(typed, code):
    assert country_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("India, Sri Lanka", ("IN", "LK")),
        ("インド、スリランカ・日本", ("IN", "LK", "JP")),
        ("in lk", ("IN", "LK")),
        ("IN; Atlantis", ("IN", "Atlantis")),
        ("", ()),
    ],
)
def test_several_countries_are_divided_where_a_reader_would(typed, codes):
    assert country_codes(typed) == codes


def test_a_country_is_shown_by_its_name_in_the_language_of_the_page():
    assert [country_name("JP", language) for language in ("en", "ja")] == ["Japan (JP)", "日本 (JP)"]
    assert country_name("XX", "en") == "XX"
