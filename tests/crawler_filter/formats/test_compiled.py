"""Patterns of tables are compiled once, and not before somebody asks."""

import re
import subprocess
import sys

from crawler_filter.formats.compiled import compiled

WATCHED = """
from crawler_filter.formats.compiled import compiled
from crawler_filter.formats import accounts, other_addresses
assert not compiled.cache_info().currsize and not accounts._ROWS, "compiled before anybody asked"
other_addresses.other_addresses("x.com/a/status/12345", "x.com")
print(sorted({row.platform.name for rows in accounts._ROWS.values() for row in rows}))
"""


def test_a_pattern_is_the_same_each_time_and_apart_by_its_flags():
    assert compiled("a[b]") is compiled("a[b]")
    assert compiled("a[b]", re.IGNORECASE).match("AB")
    assert not compiled("a[b]").match("AB")


def test_loading_the_tables_compiles_nothing_and_a_look_up_the_patterns_of_its_platform_alone():
    done = subprocess.run([sys.executable, "-c", WATCHED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['X']"
