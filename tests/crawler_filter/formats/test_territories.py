"""The table of territories: every line has its form, its sources, its dates and both languages, and gives no advice."""

import re
from datetime import date

import pytest

from crawler_filter.explanation import law_in_words
from crawler_filter.formats.territories import Effect, Territory, territories, territory_of

LINES = [pytest.param(line, id=line.code) for line in territories()]
ADVICE = re.compile(r"\byou\b|should|advis|べき|してください|お勧め")


@pytest.mark.parametrize("line", LINES)
def test_a_line_has_its_form_its_sources_and_both_languages(line: Territory) -> None:
    assert all(re.fullmatch("[A-Z]{2}", code) for code in (line.code, *line.members))
    assert line.name.keys() == line.means.keys() == {"en", "ja"}
    assert line.means["en"].endswith(".")
    assert line.means["ja"].endswith("。")
    assert re.search(r"[\u3040-\u30ff]", line.means["ja"])
    assert all(40 < len(text) < 800 for text in line.means.values())
    assert line.sources
    assert all(each.url.startswith("https://") and each.title for each in line.sources)


@pytest.mark.parametrize("line", LINES)
def test_no_source_is_younger_than_the_line_that_was_written_from_it(line: Territory) -> None:
    written = date.fromisoformat(line.as_of)
    assert all(date.fromisoformat(each.dated) <= written for each in line.sources)
    assert line.statute_read is None or date.fromisoformat(line.statute_read) <= written


@pytest.mark.parametrize("line", LINES)
def test_no_sentence_gives_advice(line: Territory) -> None:
    assert not any(ADVICE.search(text) for text in line.means.values())


def test_a_code_has_one_line_at_most() -> None:
    codes = [code for line in territories() for code in (line.code, *line.members)]
    assert len(codes) == len(set(codes))
    assert len(territory_of("EU").members) == 27
    assert territory_of("DE") is territory_of("EU")
    assert territory_of("XX") is None


def test_lines_round_trip() -> None:
    assert all(Territory.from_json(line.to_json()) == line for line in territories())
    assert {line.effect for line in territories()} == set(Effect)


def test_a_line_is_said_with_its_date_and_as_no_advice() -> None:
    said = law_in_words("JP", "en")
    for part in ("Japan", "as of 2026-11-30", "Article 30-4", "no legal advice", "laws.e-gov.go.jp"):
        assert part in said
    assert "法的助言ではありません" in law_in_words("JP", "ja")
    assert "compared with the words of the law on 2026-11-30" in said
    assert "法律の文言とは未照合" in law_in_words("SG", "ja")
    assert law_in_words("XX", "en") == "the table of territories says nothing about XX"
