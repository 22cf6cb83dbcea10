"""A column in another spelling costs at most twice the plain one, so no row leaves the bulk path for it."""

import base64
import hashlib
from typing import Any

import pytest

from tests.costs import cost
from tests.crawler_filter.checks.test_mask import opened

pa = pytest.importorskip("pyarrow", reason="the arrow extra is not installed")
pytest.importorskip("pyarrow.compute")

URLS = [f"https://s{number // 20}.example/art/{number}.jpg" for number in range(40_000)]
DIGESTS = [hashlib.sha256(url.encode()).digest() for url in URLS]
PLAIN = {"urls": pa.array(URLS)}
HEX = PLAIN | {"sha256": pa.array([digest.hex() for digest in DIGESTS])}
PAGES = PLAIN | {"found_on": PLAIN["urls"]}
SPELLED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "base32 digests": (HEX, PLAIN | {"sha256": pa.array([base64.b32encode(each).decode() for each in DIGESTS])}),
    "base32 digests without padding": (HEX, PLAIN | {"sha256": pa.array([base64.b32encode(each).decode().rstrip("=") for each in DIGESTS])}),
    "lists of pages": (PAGES, PLAIN | {"found_on": pa.array([[url] for url in URLS])}),
    "lower-case escapes": (PLAIN, {"urls": pa.array([url.replace("/art/", "/art/%e3%81%82") for url in URLS])}),
    "raw Japanese": (PLAIN, {"urls": pa.array([url.replace("/art/", "/漫画/") for url in URLS])}),
    "no slash": (PLAIN, {"urls": pa.array([url.partition("/art")[0] for url in URLS])}),
    "port 443": (PLAIN, {"urls": pa.array([url.replace("/art/", ":443/art/") for url in URLS])}),
    "bytes": (PLAIN, {"urls": pa.array([url.encode() for url in URLS])}),
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLED)
def test_a_spelling_costs_at_most_twice_the_plain_one(spelling: str) -> None:
    plain, spelled = SPELLED[spelling]
    optout = opened()
    optout.mask(**plain)  # loads what the first call loads
    bound = 2 * cost(lambda: optout.mask(**plain), limit=0, tries=5)
    assert cost(lambda: optout.mask(**spelled), limit=bound, tries=5) <= bound
