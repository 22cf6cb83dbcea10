"""Each of several portable maps in one file is looked at."""

import numpy as np
import pytest

from crawler_filter.files.budget import Budget, Skipped
from crawler_filter.files.portable_maps import PORTABLE, further, has_several
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, opened, pictured

PAM = b"P7\nWIDTH 320\nHEIGHT 240\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n"


def colours(shown):
    return b"P6\n# by hand\n320 240\n255\n" + np.ascontiguousarray(shown).tobytes()


def arbitrary(shown):
    return PAM + np.ascontiguousarray(shown).tobytes()


MAPS = {
    "bits": b"P4 9 2\n\xff\x80\xff\x80",
    "greys": b"P5\n4 2\n255\n" + b"P5 P6 P4",
    "deep greys": b"P5 2 2 65535\n" + bytes(range(65, 73)),
    "colours": b"P6 2 1 # of two\n255\n" + b"P6 P5 ",
    "floating point": b"PF\n2 1\n-1.0\n" + bytes(24),
    "floating greys": b"Pf\n2 1\n1\n" + bytes(8),
    "any": b"P7\nWIDTH 2\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nENDHDR\nP7\nWIDTH",
    "decimals": b"P3\n2 1\n255\n1 2 3\n4 5 6\n",
}


@pytest.mark.parametrize("first", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize("second", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize("between", [b"", b"\n"])
def test_a_map_ends_where_its_rows_do_and_the_next_one_begins(first, second, between):
    content = first + between + second
    (found,) = further(content, Budget.of_file(len(content), characters=0, pictures=True))
    assert (found.kind, found.content) == (PORTABLE, second)


@pytest.mark.parametrize("only", MAPS.values(), ids=MAPS)
def test_a_map_alone_has_none_behind_it(only):
    assert not has_several(only, PORTABLE)
    assert not has_several(only + b"\n", PORTABLE)
    assert not has_several(only[:-2], PORTABLE)


def test_the_size_of_a_map_may_be_a_lie():
    assert not has_several(b"P6 999999999 999999999\n65535\n" + bytes(99), PORTABLE)


@pytest.mark.parametrize("written", [colours, arbitrary])
def test_a_registered_picture_is_found_behind_another(written):
    pytest.importorskip("PIL", reason="the media extra is not installed")
    decision = opened(pictured()).check(content=written(OTHER) + written(PIXELS))
    assert not decision.keep
    assert decision.findings[0].evidence.member == "page 2"
    assert opened(pictured()).check(content=written(OTHER) + written(OTHER[::-1])).keep


def test_very_many_are_not_all_looked_at_and_it_is_said():
    content = MAPS["bits"] * 9_000
    found = list(further(content, Budget.of_file(len(content), characters=0, pictures=True)))
    assert isinstance(found[-1], Skipped)
    assert len(found) < 9_000
