import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.signals.embedded.cbor import MAX_DEPTH, MalformedCborError, decode

# RFC 8949 appendix A, the rows that assertions can hold.
APPENDIX_A = {
    "00": 0, "17": 23, "1818": 24, "1903e8": 1000, "1a000f4240": 1_000_000, "1bffffffffffffffff": 2**64 - 1,
    "20": -1, "3863": -100, "3bffffffffffffffff": -(2**64), "f90000": 0.0, "f93c00": 1.0, "fb3ff199999999999a": 1.1,
    "fa47c35000": 100_000.0, "f97c00": math.inf, "f4": False, "f5": True, "f6": None, "f7": None,
    "c074323031332d30332d32315432303a30343a30305a": "2013-03-21T20:04:00Z", "40": b"", "4401020304": b"\1\2\3\4",
    "60": "", "6449455446": "IETF", "62c3bc": "ü", "80": [], "83010203": [1, 2, 3], "8301820203820405": [1, [2, 3], [4, 5]],
    "a0": {}, "a201020304": {1: 2, 3: 4}, "a26161016162820203": {"a": 1, "b": [2, 3]},
    "5f42010243030405ff": b"\1\2\3\4\5", "7f657374726561646d696e67ff": "streaming", "9fff": [],
    "9f018202039f0405ffff": [1, [2, 3], [4, 5]], "bf61610161629f0203ffff": {"a": 1, "b": [2, 3]},
}  # fmt: skip

MALFORMED = {
    "nothing": "",
    "bytes left over": "0000",
    "a text cut off": "6449",
    "a length that lies": "5bffffffffffffffff00",
    "an array of more items than bytes": "9affffffff00",
    "a map of more pairs than bytes": "baffffffff0000",
    "a reserved head": "1c",
    "a number of indefinite length": "1f",
    "a break alone": "ff",
    "a break in an array of known length": "8101ff"[:2] + "ff",
    "a break in a map of known length": "a1ff",
    "a break in place of a value": "bf61 61ff".replace(" ", ""),
    "chunks of another type": "5f6161ff",
    "a chunk of indefinite length": "5f5f4100ffff",
    "text that is not UTF-8": "61ff",
    "a key that stands twice": "a2616101616102",
    "a key that is a map": "a1a000",
    "a simple value": "e0",
    "levels without end": "81" * (MAX_DEPTH + 1) + "00",
    "tags without end": "c0" * 100_000,
}


@pytest.mark.parametrize(("encoded", "value"), APPENDIX_A.items())
def test_rfc_8949_appendix_a(encoded, value):
    assert decode(bytes.fromhex(encoded)) == value


@pytest.mark.parametrize("encoded", MALFORMED.values(), ids=MALFORMED)
def test_it_refuses(encoded):
    with pytest.raises(MalformedCborError):
        decode(bytes.fromhex(encoded))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(0, 9), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.booleans())
def test_what_another_library_encodes_is_decoded(value, canonical):
    cbor2 = pytest.importorskip("cbor2")
    assert decode(cbor2.dumps(value, canonical=canonical)) == value


@given(st.binary(max_size=64))
def test_any_bytes_decode_or_are_refused(content):
    with contextlib.suppress(MalformedCborError):
        decode(content)
