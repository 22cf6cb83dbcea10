"""The command that tells whether everybody's pictures can be registered counts what is drawn."""

import pytest

pytest.importorskip("PIL", reason="the media extra is not installed")

from benchmarks import everybodys_pictures
from tests.crawler_filter.fingerprints.generated import pixels
from tests.crawler_filter.fingerprints.plain_pictures import KINDS


def test_each_kind_is_counted(capsys):
    everybodys_pictures.main(["--count", str(len(KINDS))])
    printed = capsys.readouterr().out
    assert all(f"{kind}: " in printed for kind in KINDS)
    assert f"of {len(KINDS)} pictures are refused" in printed


def test_a_work_can_be_registered():
    assert everybodys_pictures.can_be_registered(pixels(320, 240, 20, seed=1))
