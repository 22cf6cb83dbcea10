"""The comparison of two commits finds what others rely on, and says what became of it."""

import pytest

from tools.same_bytes import ROOT, differences, digests


@pytest.mark.whole
def test_everything_that_others_rely_on_is_compared():
    found = digests(ROOT)
    assert {"OpenAPI document", "snapshot of 300 records", "routes.txt", "schema.sql"} <= found.keys()
    assert "tests/vectors/urls.json" in found


def test_what_changed_or_is_gone_is_said_beside_what_is_new():
    before, after = {"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "d": "1"}
    assert differences(before, after) == {"a": "same", "b": "changed", "c": "gone", "d": "new"}
