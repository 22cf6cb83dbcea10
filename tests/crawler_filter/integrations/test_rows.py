"""A batch of which no row could be read is told, because perhaps another column was meant."""

import warnings
from dataclasses import replace

import pytest

from crawler_filter.policy import Mode
from tests.crawler_filter.integrations.test_http_clients import ENFORCING, FREE, RESERVED, Clock, filter_of

pytest.importorskip("pyarrow", reason="the arrow extra is not installed")


def test_a_batch_without_one_readable_row_is_told() -> None:
    from crawler_filter.integrations.rows import UnreadColumnWarning, judge

    with pytest.warns(UnreadColumnWarning, match="no row of a batch could be read"):
        judged = judge(filter_of(Clock(), ENFORCING), {"urls": ["/images/1.png"] * 10})
    assert not any(judged.keep.to_pylist())


@pytest.mark.parametrize(
    "urls", [["/1.png"] * 9, ["/1.png"] * 50 + [FREE], ["/1.png"] * 50 + [RESERVED], [RESERVED] * 50, []]
)
def test_a_batch_with_a_readable_row_or_few_rows_is_not(urls: list[str]) -> None:
    from crawler_filter.integrations.rows import judge

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        judge(filter_of(Clock(), ENFORCING), {"urls": urls})


def test_audit_mode_keeps_every_row_and_tells_nothing() -> None:
    from crawler_filter.integrations.rows import judge

    optout = filter_of(Clock(), replace(ENFORCING, mode=Mode.AUDIT))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert all(judge(optout, {"urls": ["/1.png"] * 10}).keep.to_pylist())
