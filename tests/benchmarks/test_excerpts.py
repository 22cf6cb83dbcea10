"""What the published measurement found of excerpts of books, found again; on a part of it in every run."""

import pytest

from benchmarks.excerpts import EXPECTED, Cell, Corpus, false_pages, recall

SAMPLING = 2
"""Points of a hundred that chance may take from the measurement of 600 pages."""


@pytest.fixture(params=["en", "ja"])
def corpus(request, vectors):
    return Corpus.read(request.param)


def test_clean_excerpts_of_100_letters_are_always_found(corpus):
    assert recall(corpus, corpus.index(), Cell(100), 40) == (100, 100)
    assert recall(corpus, corpus.index_of_scopes(), Cell(215), 40) == (100, 100)


@pytest.mark.slow
def test_the_published_table_holds(corpus):
    index = corpus.index()
    for cell, (any_hit, three) in EXPECTED[corpus.language].items():
        found, decided = recall(corpus, index, cell, 600)
        assert found >= any_hit - 2 * SAMPLING, cell
        assert decided >= three - SAMPLING, cell


@pytest.mark.slow
def test_no_page_of_another_book_is_decided(corpus):
    for index in (corpus.index(), corpus.index_of_scopes()):
        pages, _, wrong = false_pages(corpus, index)
        assert pages > 50
        assert wrong == 0
