"""The law of territories on pages: the table in both languages, and its lines beside a declaration."""

from crawler_filter.formats.territories import territories


def test_the_table_is_shown_in_both_languages_with_sources_dates_and_no_advice(visitor):
    for language in ("en", "ja"):
        visitor.open(f"/territories?lang={language}")
        for line in territories():
            assert " ".join(line.means[language].split()) in visitor.text
            assert visitor.page.select_one(f'a[href="{line.sources[0].url}"]') is not None
    assert "法的助言ではありません" in visitor.text


def test_a_record_names_the_line_of_its_country_and_of_its_claims(studio, visitor):
    made = studio.declare(("sha256", "ab" * 32), territory="JP", remuneration=("DE", "AQ"))
    visitor.open(f"/d/{made.id}")
    for said in ("Japan", "European Union", "Article 30-4", "No legal advice"):
        assert said in visitor.text
    assert "Singapore" not in visitor.text
    assert "The law there" not in visitor.open(f"/d/{studio.declare(('sha256', 'cd' * 32)).id}").text
