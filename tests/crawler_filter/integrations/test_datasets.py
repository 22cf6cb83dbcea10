"""`Keep` judges batches as `datasets` gives them, and is never taken for a test of one row, which would keep all."""

from typing import Any

import pytest

from tests.crawler_filter.integrations.test_http_clients import ENFORCING, FREE, RESERVED, Clock, filter_of

datasets = pytest.importorskip("datasets", reason="the datasets extra is not installed")


def keep() -> Any:
    from crawler_filter.integrations.datasets import Keep

    return Keep(filter_of(Clock(), ENFORCING))


def rows() -> Any:
    return datasets.Dataset.from_dict({"id": [1, 2], "url": [FREE, RESERVED]})


@pytest.mark.parametrize("asked", [{}, {"input_columns": ["url"]}])
def test_a_batch_is_judged_whether_columns_are_asked_for_or_not(asked: dict[str, Any]) -> None:
    judged = keep()
    assert rows().filter(judged, batched=True, load_from_cache_file=False, **asked)["id"][:] == [1]
    streamed = rows().to_iterable_dataset().filter(judged, batched=True, **asked)
    assert [row["id"] for row in streamed] == [1]


@pytest.mark.parametrize("asked", [{}, {"input_columns": ["url"]}])
def test_a_row_by_itself_is_refused_with_what_to_write(asked: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="batched=True"):
        rows().filter(keep(), load_from_cache_file=False, **asked)
