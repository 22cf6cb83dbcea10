"""`Keep` judges batches as `datasets` gives them, and is never taken for a test of one row, which would keep all."""

from pathlib import Path
from typing import Any

import pytest

from tests.crawler_filter.integrations.test_http_clients import ENFORCING, FREE, RESERVED, Clock, filter_of

datasets = pytest.importorskip("datasets", reason="the datasets extra is not installed")


def keep() -> Any:
    from crawler_filter.integrations.datasets import Keep

    return Keep(filter_of(Clock(), ENFORCING))


def optout() -> Any:
    return filter_of(Clock(), ENFORCING)


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


def in_splits() -> Any:
    return datasets.DatasetDict({"train": rows(), "test": rows().select([0])})


def test_the_removed_rows_of_a_dictionary_name_their_part(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    from crawler_filter.integrations.datasets import filter_dataset

    kept, summary = filter_dataset(in_splits(), optout(), removed_to=tmp_path / "removed.parquet")
    assert {name: part["id"][:] for name, part in kept.items()} == {"train": [1], "test": [1]}
    (told,) = pq.read_table(tmp_path / "removed.parquet").to_pylist()
    assert (told["split"], told["row"], told["optout_reason"]) == ("train", 1, "registry.domain")
    assert (summary.checked, summary.excluded) == (3, 1)


def test_a_second_run_does_not_lose_what_the_first_has_told(tmp_path: Path) -> None:
    from crawler_filter.integrations.datasets import filter_dataset

    filter_dataset(rows(), optout(), removed_to=tmp_path / "removed.parquet")
    told = (tmp_path / "removed.parquet").read_bytes()
    with pytest.raises(FileExistsError, match="remove it, or name another file"):
        filter_dataset(rows().select([0]), optout(), removed_to=tmp_path / "removed.parquet")
    assert (tmp_path / "removed.parquet").read_bytes() == told


def test_the_file_of_removed_rows_is_there_where_the_data_set_has_no_row(tmp_path: Path) -> None:
    from crawler_filter.integrations.datasets import filter_dataset

    filter_dataset(rows().select([]), optout(), removed_to=tmp_path / "removed.parquet")
    assert (tmp_path / "removed.parquet").stat().st_size


def test_the_summary_of_an_iterable_dictionary_fills_while_it_is_read() -> None:
    from crawler_filter.integrations.datasets import filter_dataset

    streamed = datasets.IterableDatasetDict(
        {name: part.to_iterable_dataset() for name, part in in_splits().items()}
    )
    kept, summary = filter_dataset(streamed, optout())
    assert [row["id"] for part in kept.values() for row in part] == [1, 1]
    assert (summary.checked, summary.excluded) == (3, 1)


def test_removed_rows_of_an_iterable_data_set_are_not_promised(tmp_path: Path) -> None:
    from crawler_filter.integrations.datasets import filter_dataset

    with pytest.raises(ValueError, match="judged while it is read"):
        filter_dataset(rows().to_iterable_dataset(), optout(), removed_to=tmp_path / "removed.parquet")


def test_pictures_beside_the_addresses_stay_as_they_were(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image", reason="the media extra is not installed")
    from crawler_filter.integrations.datasets import filter_dataset

    image.new("RGB", (4, 4), "red").save(tmp_path / "1.png")
    data = rows().add_column("image", [str(tmp_path / "1.png")] * 2).cast_column("image", datasets.Image())
    for given in (data, data.to_iterable_dataset()):
        kept, _ = filter_dataset(given, optout())
        (row,) = kept
        assert (row["id"], row["image"].size) == (1, (4, 4))
