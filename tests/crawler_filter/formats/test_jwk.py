"""Keys and thumbprints, held to the vectors of RFC 8037 and of Web Bot Auth; whatever else comes is refused."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import MalformedRecordError
from crawler_filter.formats.jwk import (
    MAX_KEYS,
    check_thumbprint,
    decode_base64url,
    encode_base64url,
    read_key_set,
    thumbprint,
)

RFC_8037 = ("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
"""RFC 8037, A.2 and A.3."""
RFC_9421 = ("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs", "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U")
"""RFC 9421, B.1.4, as the vectors of Web Bot Auth name it."""


def jwk(x: str, **more) -> dict:
    return {"kty": "OKP", "crv": "Ed25519", "x": x, **more}


@pytest.mark.parametrize(("x", "expected"), [RFC_8037, RFC_9421], ids=["RFC 8037", "RFC 9421"])
def test_a_thumbprint_is_that_of_the_standards(x, expected):
    (key,) = read_key_set({"keys": [jwk(x, kid="any", use="sig", alg="EdDSA", ext=True)]})
    assert key.thumbprint == expected == thumbprint(decode_base64url(x)) == check_thumbprint(expected)


@given(st.binary(min_size=32, max_size=32))
def test_a_thumbprint_is_the_digest_of_the_required_members_in_order(raw):
    text = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": encode_base64url(raw)}, separators=(",", ":"))
    assert thumbprint(raw) == encode_base64url(hashlib.sha256(text.encode()).digest())


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, {"kty": "OKP", "crv": "X25519", "x": RFC_8037[0]}, {},
        jwk(RFC_8037[0], use="enc"), jwk(RFC_8037[0], alg="ES256"),
    ],
)  # fmt: skip
def test_keys_of_another_kind_or_use_are_passed_over(key):
    assert read_key_set({"keys": [key]}) == ()


def test_a_key_that_stands_twice_is_one():
    assert len(read_key_set({"keys": [jwk(RFC_8037[0]), jwk(RFC_8037[0], kid="other")]})) == 1


def test_a_key_counts_between_its_times_whether_seconds_or_the_milliseconds_of_old_drafts():
    for scale in (1, 1000):
        (key,) = read_key_set({"keys": [jwk(RFC_8037[0], nbf=1_800_000_000 * scale, exp=1_800_000_100 * scale)]})
        assert [key.counts(1_800_000_000 + second) for second in (-1, 0, 99, 100)] == [False, True, True, False]


WRONG = [
    None, [], {}, {"keys": {}}, {"keys": [1]}, {"keys": [{}] * (MAX_KEYS + 1)},
    {"keys": [jwk(RFC_8037[0], d="nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")]},
    {"keys": [{"kty": "oct", "k": "AA"}]},
    {"keys": [jwk(RFC_8037[0] + "=")]}, {"keys": [jwk(RFC_8037[0][:-1])]}, {"keys": [jwk("")]},
    {"keys": [jwk("é" * 43)]}, {"keys": [jwk(RFC_8037[0][:-1] + "p")]}, {"keys": [{"kty": "OKP", "crv": "Ed25519"}]},
    {"keys": [jwk(RFC_8037[0], exp="soon")]}, {"keys": [jwk(RFC_8037[0], exp=True)]},
    {"keys": [jwk(RFC_8037[0], exp=-1)]}, {"keys": [jwk(RFC_8037[0], nbf=float("inf"))]},
    {"keys": [jwk(RFC_8037[0], exp=float("nan"))]}, {"keys": [jwk(RFC_8037[0], kid=3)]},
]  # fmt: skip


@pytest.mark.parametrize("value", WRONG, ids=lambda value: str(value)[:60])
def test_what_is_no_key_set_is_refused(value):
    with pytest.raises(MalformedRecordError):
        read_key_set(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)


@given(JSON | st.builds(lambda keys: {"keys": keys}, st.lists(st.fixed_dictionaries(
    {}, optional={"kty": st.just("OKP"), "crv": st.just("Ed25519"), "x": JSON, "nbf": JSON, "kid": JSON, "use": JSON}
))))  # fmt: skip
def test_no_json_raises_anything_else(value):
    try:
        keys = read_key_set(value)
    except MalformedRecordError:
        return
    assert all(len(key.raw) == 32 for key in keys)


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44, "=" * 43, "A" * 42 + "B", None, 3, "é" * 43])
def test_what_is_no_thumbprint_is_refused(text):
    with pytest.raises(MalformedRecordError):
        check_thumbprint(text)
