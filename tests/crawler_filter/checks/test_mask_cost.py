"""A column in another spelling costs at most twice the plain one, so no row leaves the bulk path for it."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.costs import cost
from tests.crawler_filter.checks.test_mask import opened

pa = pytest.importorskip("pyarrow", reason="the arrow extra is not installed")
pytest.importorskip("pyarrow.compute")
pytestmark = pytest.mark.whole

URLS = [f"https://s{number // 20}.example/art/{number}.jpg" for number in range(40_000)]
PLAIN = {"urls": URLS}
PAGES = PLAIN | {"found_on": URLS}


def digests(spelled: Callable[[bytes], str]) -> dict[str, list[Any]]:
    """Columns of addresses and of a digest for each."""
    return PLAIN | {"sha256": [spelled(hashlib.sha256(url.encode()).digest()) for url in URLS]}


def respelled(spelled: Callable[[str], Any]) -> dict[str, list[Any]]:
    return {"urls": [spelled(url) for url in URLS]}


SPELLED: dict[str, Callable[[], tuple[dict[str, list[Any]], dict[str, list[Any]]]]] = {
    "base32 digests": lambda: (digests(bytes.hex), digests(lambda digest: base64.b32encode(digest).decode())),
    "base32 digests without padding": lambda: (digests(bytes.hex), digests(lambda digest: base64.b32encode(digest).decode().rstrip("="))),
    "lists of pages": lambda: (PAGES, PLAIN | {"found_on": [[url] for url in URLS]}),
    "lower-case escapes": lambda: (PLAIN, respelled(lambda url: url.replace("/art/", "/art/%e3%81%82"))),
    "raw Japanese": lambda: (PLAIN, respelled(lambda url: url.replace("/art/", "/漫画/"))),
    "no slash": lambda: (PLAIN, respelled(lambda url: url.partition("/art")[0])),
    "port 443": lambda: (PLAIN, respelled(lambda url: url.replace("/art/", ":443/art/"))),
    "bytes": lambda: (PLAIN, respelled(str.encode)),
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLED)
def test_a_spelling_costs_at_most_twice_the_plain_one(spelling: str) -> None:
    plain, spelled = ({name: pa.array(column) for name, column in each.items()} for each in SPELLED[spelling]())
    optout = opened()
    optout.mask(**plain)  # loads what the first call loads
    bound = 2 * cost(lambda: optout.mask(**plain), limit=0, tries=5)
    assert cost(lambda: optout.mask(**spelled), limit=bound, tries=5) <= bound
