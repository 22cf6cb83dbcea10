"""Exact digests in every spelling that crawlers keep them in."""

import base64
import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.digests import DIGEST_SIZES, digests_of, parse_digest, sha256_of_file

kinds = st.sampled_from(sorted(DIGEST_SIZES))


@given(kinds, st.binary(max_size=50))
def test_every_spelling_of_a_digest_is_the_same_digest(kind: str, content: bytes) -> None:
    raw = hashlib.new(kind, content, usedforsecurity=False).digest()
    base32 = base64.b32encode(raw).decode()
    spellings = [raw, bytearray(raw), memoryview(raw), raw.hex(), raw.hex().upper(), f" {raw.hex()} "]
    base64s = [base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()]
    spellings += [*base64s, base64s[0].rstrip("="), f"{kind}:{base64s[1]}", base64s[0].encode()]
    spellings += [raw.hex().encode(), base32.encode()]  # as tables of Hive and Impala have texts
    spellings += [base32, base32.rstrip("="), base32.lower(), f"{kind}:{base32}", f"{kind.upper()}:{raw.hex()}"]
    assert {parse_digest(kind, spelling) for spelling in spellings} == {raw}
    assert digests_of(content)[kind] == raw


@pytest.mark.parametrize(
    "value",
    ["", "zz" * 32, "ab" * 31, "ab" * 33, "md5:" + "ab" * 32, "\u0660" * 64, b"", bytes(31), bytes(33), "=" * 64, ":" * 64],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_what_is_no_sha256_is_refused(value: str | bytes) -> None:
    with pytest.raises(InvalidScopeError):
        parse_digest("sha256", value)


@pytest.mark.parametrize("value", [None, 7, ["ab"], 1.5], ids=repr)
def test_what_is_neither_text_nor_bytes_is_refused_by_its_type(value: object) -> None:
    with pytest.raises(InvalidScopeError, match=type(value).__name__):
        parse_digest("sha256", value)  # type: ignore[arg-type]


@given(kinds, st.text(max_size=80) | st.binary(max_size=80))
def test_any_value_is_a_digest_of_its_length_or_refused(kind: str, value: str | bytes) -> None:
    try:
        assert len(parse_digest(kind, value)) == DIGEST_SIZES[kind]
    except InvalidScopeError as error:
        assert "digest" in str(error)  # noqa: PT017 - both outcomes are right


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_a_file_is_read_whole_in_chunks(size: int) -> None:
    content = b"x" * size
    assert sha256_of_file(io.BytesIO(content)) == hashlib.sha256(content).digest()
