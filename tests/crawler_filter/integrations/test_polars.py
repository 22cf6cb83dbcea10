"""What Polars leaves out of a query by itself is not left out of the counts."""

from pathlib import Path

import pytest

from crawler_filter.integrations.summary import Summary
from tests.crawler_filter.integrations.test_http_clients import ENFORCING, FREE, RESERVED, Clock, filter_of

pl = pytest.importorskip("polars", reason="the polars extra is not installed")


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
@pytest.mark.parametrize("is_scanned", [True, False])
def test_a_summary_counts_every_row_of_a_file_with_statistics(
    tmp_path: Path, engine: str, is_scanned: bool
) -> None:
    from crawler_filter.integrations.polars import keep

    optout = filter_of(Clock(), ENFORCING)
    frame = pl.DataFrame({"url": [FREE] * 40 + [RESERVED] * 40 + [FREE, RESERVED] * 20})
    frame.write_parquet(tmp_path / "in.parquet", row_group_size=40)
    lazy = pl.scan_parquet(tmp_path / "in.parquet") if is_scanned else frame.lazy()
    summary = Summary.of(optout.policy)
    kept = lazy.filter(keep(optout, summary=summary)).collect(engine=engine)
    assert kept["url"].to_list() == [FREE] * 60
    assert (summary.checked, summary.excluded) == (120, 60)
    assert lazy.filter(keep(optout)).collect(engine=engine).height == 60


def test_a_lazy_frame_is_not_split_but_told_to_be_collected() -> None:
    from crawler_filter.integrations.polars import split

    with pytest.raises(TypeError, match="collect"):
        split(pl.LazyFrame({"url": [FREE]}), filter_of(Clock(), ENFORCING))
