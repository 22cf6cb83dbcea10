"""What is not installed is known when a filter is opened, not by what it drops."""

import sys

import pytest

from crawler_filter import Filter, MissingExtraError, Policy, Reason, Usage
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import NOVEL, OTHER, PIXELS, encoded, opened, pictured

POLICY = Policy.opt_out(Usage.TRAIN_AI)


def test_a_need_that_is_not_met_is_one_error_at_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtraError, match=r"pictures, films .*training-optout\[media,video\]"):
        Filter.open("nowhere", trust="nothing", policy=POLICY, needs={"pictures", "video"})


def test_names_need_their_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    with pytest.raises(MissingExtraError, match=r"training-optout\[names\]"):
        Filter.open("nowhere", trust="nothing", policy=POLICY, names=True)


def test_a_need_that_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="got 'music'"):
        Filter.open("nowhere", trust="nothing", policy=POLICY, needs={"music"})


def test_what_a_snapshot_needs_and_the_machine_lacks_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    with_pictures, without = opened(pictured()), opened(("sha256", "ab" * 32))
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert without.missing_extras == ()
    lines = with_pictures.missing_extras
    # a machine may lack more than this test takes away
    assert {"training-optout[media]", "training-optout[pdf]"} <= {line.partition(":")[0] for line in lines}
    assert "pictures cannot be looked up, and there are rules: " in lines[0]
    assert "without training-optout[media]" in repr(with_pictures)


def test_films_are_named_where_texts_are_registered_that_they_may_carry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    assert any(
        line.startswith("training-optout[video]")
        for line in opened(("text", text_scope(NOVEL).encode())).missing_extras
    )


def test_what_is_missing_is_said_once_and_loudly(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    optout, pictures = opened(pictured()), [encoded(PIXELS), encoded(OTHER)]
    monkeypatch.setitem(sys.modules, "PIL", None)
    for name in ("PIL.Image", "crawler_filter.files.image"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert [optout.check(content=picture).reason for picture in pictures] == [Reason.UNCHECKED_EXTRA] * 2
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert "install training-optout[media]" in record.getMessage()
    assert optout.stats.reasons == {Reason.UNCHECKED_EXTRA: 2}
