"""A column that can hold no address is refused; every kind of column that can is read."""

import math
from datetime import date

import numpy as np
import pytest

from tests.crawler_filter.checks.test_mask import opened

pa = pytest.importorskip("pyarrow", reason="the arrow extra is not installed")

FREE, RESERVED = "https://free.example/1", "https://reserved.example.com/1"
RUNS = pa.RunEndEncodedArray.from_arrays(pa.array([1, 3], pa.int32()), pa.array([RESERVED, FREE]))

WRONG = {
    "numbers": pa.array([1, 2]),
    "objects": pa.array([{"url": FREE}]),
    "lists": pa.array([[FREE]]),
    "chunks of days": pa.chunked_array([[date(2026, 12, 1)]]),
    "numpy": np.array([1.5]),
    "a dictionary of numbers": pa.array([1, 1]).dictionary_encode(),
}
READ = {
    "runs": RUNS,
    "chunks of runs": pa.chunked_array([RUNS]),
    "an extension": pa.array([RESERVED, FREE, FREE]).cast(pa.json_(pa.string())),
    "a dictionary": pa.array([RESERVED, FREE, FREE]).dictionary_encode(),
    "objects of Python": np.array([RESERVED, FREE, FREE], dtype=object),
}


@pytest.mark.parametrize("column", WRONG.values(), ids=WRONG)
def test_a_column_that_can_hold_no_address_is_named_by_mistake(column: object) -> None:
    with pytest.raises(TypeError, match=r"the column of url holds .*, which is no text"):
        opened().mask(column)
    with pytest.raises(TypeError, match="the column of sha1 holds"):
        opened().explain_rows([FREE] * len(column), sha1=column)


def test_lists_are_for_pages_alone_and_hold_texts() -> None:
    assert opened().mask([FREE], found_on=pa.array([[RESERVED]])) == [False]
    with pytest.raises(TypeError, match="the column of found_on holds list"):
        opened().mask([FREE], found_on=pa.array([[1]]))


@pytest.mark.parametrize("column", [pa.array([None, None]), np.array([math.nan] * 2), pa.array([], pa.int64())])
def test_a_column_without_any_value_has_no_type_to_be_wrong(column: object) -> None:
    assert not any(np.asarray(opened().mask(column)))


@pytest.mark.parametrize("column", READ.values(), ids=READ)
def test_a_column_of_texts_is_read_however_it_keeps_them(column: object) -> None:
    assert np.asarray(opened().mask(column)).tolist() == [False, True, True]


@pytest.mark.parametrize("kind", [pa.list_(pa.string(), 2), pa.list_view(pa.string()), pa.large_list(pa.string())])
def test_pages_are_read_from_any_kind_of_list(kind: object) -> None:
    pages = pa.array([[FREE, RESERVED], [FREE, FREE]], kind)
    assert opened().mask([FREE, FREE], found_on=pages) == [False, True]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_columns_of_frames_are_held_to_the_same(library: str) -> None:
    frames = pytest.importorskip(library, reason=f"{library} is not installed")
    with pytest.raises(TypeError, match="int64"):
        opened().mask(frames.Series([1, 2]))
    assert list(opened().mask(frames.Series([RESERVED, FREE]))) == [False, True]
    assert list(
        opened().mask(frames.Series([RESERVED, FREE], dtype=object if library == "pandas" else frames.Object))
    ) == [False, True]
    assert not any(opened().mask(frames.Series([None, None])))
