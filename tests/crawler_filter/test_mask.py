"""A mask is what `check` says of each row, in the kind of column that was given."""

import numpy as np
import pytest

from tests.crawler_filter.test_filter import FILE, opened

URLS = [
    "http://reserved.example.com/a",
    "http://other.example/",
    None,
    "",
    "no url",
    "HTTP://WWW.Reserved.Example.COM:80/%7e",
]
EXPECTED = [False, True, False, False, False, False]


def column(kind: str, items: list) -> object:
    if kind in ("list", "numpy"):
        return np.array(items, dtype=object) if kind == "numpy" else items
    library = pytest.importorskip(kind)
    return library.array(items) if kind == "pyarrow" else library.Series(items)


@pytest.mark.parametrize("kind", ["list", "numpy", "pyarrow", "pandas", "polars"])
def test_a_mask_is_of_the_kind_and_length_that_was_given(kind: str) -> None:
    urls = column(kind, URLS)
    mask = opened().mask(urls)
    assert type(mask).__module__.partition(".")[0] == type(urls).__module__.partition(".")[0]
    assert (mask.to_pylist() if kind == "pyarrow" else list(mask)) == EXPECTED


def test_a_mask_is_check_on_every_row() -> None:
    optout = opened()
    assert optout.mask(URLS) == [optout.check(url).keep for url in URLS]


def test_pages_and_digests_of_each_row_count() -> None:
    from hashlib import sha256

    urls = ["http://cdn.example/1", "http://cdn.example/2", "http://cdn.example/3"]
    pages = [None, "http://reserved.example.com/", ["http://other.example/"]]
    digests = [sha256(FILE).hexdigest(), None, None]
    assert opened().mask(urls, found_on=pages, sha256=digests) == [False, False, True]


def test_columns_of_different_lengths_are_an_error() -> None:
    with pytest.raises(ValueError, match="3 rows"):
        opened().mask(["a", "b", "c"], sha256=["x"])
