from array import array
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import MalformedSegmentError
from crawler_filter.fingerprints.text import TextQuery, text_scope
from crawler_filter.fingerprints.winnowing import NOWHERE, OFFSET_BITS, Winnowed
from crawler_filter.snapshot.text_index import STRETCH, TEXT_COLUMNS, TextIndex, text_columns

# Few different numbers, many of which share their low bits, so that rows meet and the filter lies.
NUMBERS = st.sampled_from([0, 1, 2, 7, 8, 1 << 20, 1 << 40, (1 << 40) + 1, (1 << 63), (1 << 64) - 1])
ROWS = st.lists(
    st.tuples(NUMBERS | st.integers(0, 2**64 - 1), st.integers(0, 5) | st.just(2**32 - 1)), max_size=60
)
PAGES = st.dictionaries(NUMBERS | st.integers(0, 2**64 - 1), st.integers(0, 1000), max_size=20)


def columns_of(rows):
    return text_columns(
        np.array([fingerprint for fingerprint, _ in rows], dtype=np.uint64),
        np.array([owner for _, owner in rows], dtype=np.uint32),
    )


def page_of(places):
    ordered = sorted(places.items())
    return Winnowed(
        np.array([value for value, _ in ordered], dtype=np.uint64),
        np.array([place for _, place in ordered], dtype=np.int64),
    )


def naively(rows, places):
    found, total = defaultdict(list), defaultdict(int)
    for fingerprint, owner in set(rows):
        total[owner] += 1
        if fingerprint in places:
            found[owner].append(places[fingerprint])
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(owner, total[owner], sorted(of_owner)) for owner, of_owner in ordered]


def as_tuples(matches):
    return [(match.owner, match.total, sorted(match.places.tolist())) for match in matches]


@given(ROWS, PAGES)
def test_the_index_finds_exactly_what_going_through_all_rows_finds(rows, places):
    assert as_tuples(TextIndex(columns_of(rows)).search(page_of(places))) == naively(rows, places)


@given(ROWS, st.randoms())
def test_the_bytes_do_not_depend_on_the_order_of_the_rows(rows, random):
    shuffled = [*rows, *rows[:5]]
    random.shuffle(shuffled)
    once, again = columns_of(rows), columns_of(shuffled)
    assert {name: once[name].tobytes() for name in TEXT_COLUMNS} == {
        name: again[name].tobytes() for name in TEXT_COLUMNS
    }
    assert [once[name].dtype for name in TEXT_COLUMNS] == [np.dtype(code) for code in TEXT_COLUMNS.values()]


def test_columns_are_searched_where_they_lie_and_may_be_views_of_a_mapped_file(tmp_path):
    columns = columns_of([(number, number % 3) for number in range(1000)])
    views = {}
    for name, code in TEXT_COLUMNS.items():
        (tmp_path / name).write_bytes(columns[name].tobytes())
        views[name] = memoryview(np.memmap(tmp_path / name, mode="r")).cast("B").cast(code)
    index = TextIndex(views)
    assert as_tuples(index.search(page_of({3: 9, 6: 2}))) == [(0, 334, [2, 9])]
    assert all(np.shares_memory(getattr(index, f"_{name}"), np.asarray(view)) for name, view in views.items())


def test_an_index_without_rows_finds_nothing():
    empty = {name: memoryview(array(code)) for name, code in TEXT_COLUMNS.items()}
    assert TextIndex(empty).search(page_of({1: 1})) == []
    assert as_tuples(TextIndex(columns_of([(1, 1)])).search(page_of({}))) == []


BROKEN = {
    "an owner missing": {"owner": np.zeros(2, np.uint32)},
    "a total missing": {"total": np.zeros(0, np.uint32)},
    "a filter of another size": {"seen": np.zeros(1, np.uint8)},
    "no filter": {"seen": np.zeros(0, np.uint8)},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_columns_that_do_not_fit_one_another_are_an_error(broken):
    with pytest.raises(MalformedSegmentError):
        TextIndex(columns_of([(1, 1), (2, 1), (3, 1)]) | broken)


def test_an_owner_without_a_total_is_an_error_and_not_no_match():
    columns = columns_of([(1, 1), (2, 1), (3, 7)])
    for works in ([1, 2], [0, 7]):
        index = TextIndex(columns | {"work": np.array(works, dtype=np.uint32)})
        with pytest.raises(MalformedSegmentError):
            index.search(page_of({1: 1, 3: 3}))


def found_at(*places, work=10):
    """Return the match of a work of so many fingerprints, one of which is at each of these places of a page."""
    (match,) = TextIndex(columns_of([(number, 4) for number in range(work)])).search(
        page_of(dict(enumerate(places)))
    )
    return match


def test_three_hits_that_stand_together_decide_and_one_or_two_are_weak():
    found = [found_at(*places) for places in ([0], [0, 30], [0, 30, 40])]
    assert [(match.count, match.share, match.decides) for match in found] == [
        (1, 0.1, False),
        (2, 0.2, False),
        (3, 0.3, True),
    ]


CJK = 1 << OFFSET_BITS
JOINED_READING = 2 << OFFSET_BITS
SECOND_READING = 4 << OFFSET_BITS


@pytest.mark.parametrize(
    ("places", "decides"),
    [
        ([0, 12, 20], True),
        ([0, 12, 19], False),
        ([CJK, CJK + 8, CJK + 16], True),
        ([CJK, CJK + 8, CJK + 15], False),
        ([100, 300, 100 + STRETCH], True),
        ([0, 3 * STRETCH, 6 * STRETCH], False),
        ([0, 10, 3 * STRETCH, 3 * STRETCH + 10], False),
        ([50, SECOND_READING + 60, SECOND_READING + 90], False),
        ([SECOND_READING + 50, SECOND_READING + 60, SECOND_READING + 90], True),
        ([JOINED_READING + place for place in (0, 9, 18, 39)], False),
        ([JOINED_READING + place for place in (0, 9, 18, 40)], True),
        ([JOINED_READING + place for place in (0, 40, 200)], False),
        ([CJK + JOINED_READING + place for place in (0, 9, 18, 31)], False),
        ([CJK + JOINED_READING + place for place in (0, 9, 18, 32)], True),
        ([JOINED_READING + 10, JOINED_READING + 90, 10, 90], False),
        ([NOWHERE, NOWHERE, NOWHERE], True),
    ],
    ids=[
        "a sentence", "a figure of speech", "a sentence in Japanese", "a figure of speech in Japanese",
        "as far apart as is sure", "three figures of speech on a long page", "two of them, twice",
        "one in another reading", "all in another reading", "a cell of a table that is put together",
        "two cells of it", "three figures of speech in cells", "a cell in Japanese", "two cells of it in Japanese",
        "two in each of two readings", "places that are not known",
    ],
)  # fmt: skip
def test_what_is_copied_stands_together(places, decides):
    assert found_at(*places).decides == decides


@given(st.integers(0, 20 * STRETCH), st.lists(st.integers(0, STRETCH), min_size=3, max_size=9, unique=True))
def test_whatever_stands_within_a_stretch_decides_wherever_that_begins(start, offsets):
    match = found_at(*(start + offset for offset in offsets), work=30)
    assert match.decides == (max(offsets) - min(offsets) >= 20)


def test_half_of_a_work_decides_however_it_lies():
    assert [found_at(0, 1, 2, work=size).decides for size in (3, 6, 7)] == [True, True, False]
    assert not found_at(0, 1, work=2).decides


def test_a_figure_of_speech_counts_once_however_often_it_stands_there():
    index = TextIndex(columns_of([(number, 4) for number in range(30)]))
    values = np.repeat(np.array([1, 2], dtype=np.uint64), 50)
    (match,) = index.search(Winnowed(values, np.arange(100, dtype=np.int64) * 40))
    assert (match.count, match.share, round(match.of_page, 9), match.decides) == (2, 2 / 30, 1.0, False)


def test_how_much_of_a_page_is_found_is_asked_of_the_reading_that_has_it():
    index = TextIndex(columns_of([(number, 4) for number in range(30)]))
    places = np.array([5, SECOND_READING + 5, SECOND_READING + 9 | CJK], dtype=np.int64)
    shares = np.array([0.01, 0.2, 0.2])
    (match,) = index.search(Winnowed(np.array([1, 1, 2], dtype=np.uint64), places, shares))
    assert (match.count, match.of_page, match.place) == (2, 0.4, 5)


def test_other_registrations_of_the_same_text_never_hide_a_work():
    own = text_scope(
        "The boy who lived under the hill counted eleven foxes before the lamps of the town were lit."
    )
    rows = [(value, owner) for owner in range(50) for value in own.values.tolist()]
    page = TextQuery.of(
        "The boy who lived under the hill counted eleven foxes before the lamps of the town were lit."
    )
    found = TextIndex(columns_of(rows)).search(page.excerpts)
    assert [(match.owner, match.share) for match in found] == [(owner, 1.0) for owner in range(50)]
