"""Codes of models have one spelling, and their distance is the angle between what the model said."""

import base64
import contextlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.embedding import CODE_BITS, CODE_BYTES, MAX_CODES, Embedding, sign_code

MODEL = bytes(range(32))
CODES = tuple(bytes([number]) * CODE_BYTES for number in range(MAX_CODES))
VALUE = Embedding(MODEL, CODES[:2]).encode()


@given(st.lists(st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES), min_size=1, max_size=MAX_CODES, unique=True))
def test_what_is_written_is_read(codes: list[bytes]) -> None:
    embedding = Embedding(MODEL, tuple(codes))
    assert Embedding.decode(embedding.encode()) == embedding


@pytest.mark.parametrize(
    "value",
    [
        "",
        VALUE[:-1],
        VALUE[:-4],
        VALUE.upper(),
        VALUE + "=",
        VALUE.replace(":", ""),
        VALUE[1:],
        f" {VALUE}",
        f"{MODEL.hex()}:",
        f"{MODEL.hex()}:{base64.b64encode(bytes(63)).decode()}",
        f"{MODEL.hex()}:{base64.b64encode(bytes(64) * 2).decode()}",
        f"{MODEL.hex()}:{base64.b64encode(b''.join(CODES) + b'x' * 64).decode()}",
        f"{MODEL.hex()}:{'A' * 100_000}",
    ],
)
def test_anything_else_is_refused(value: str) -> None:
    with pytest.raises(InvalidScopeError):
        Embedding.decode(value)


@given(st.text(max_size=300))
def test_no_text_does_more_than_being_refused(value: str) -> None:
    with contextlib.suppress(InvalidScopeError):
        assert Embedding.decode(value).encode() == value


@pytest.mark.parametrize("width", [16, 128, 512, 768])
@pytest.mark.parametrize("cosine", [0.95, 0.75, 0.0])
def test_the_share_of_bits_that_differ_is_the_angle(width: int, cosine: float) -> None:
    source, distances = np.random.default_rng(7), []
    for _ in range(60):
        one, other = source.normal(size=(2, width))
        one /= np.linalg.norm(one)
        other -= other @ one * one
        other = cosine * one + math.sqrt(1 - cosine**2) * other / np.linalg.norm(other)
        xor = int.from_bytes(sign_code(one)) ^ int.from_bytes(sign_code(other))
        distances.append(xor.bit_count())
    assert np.mean(distances) == pytest.approx(CODE_BITS * math.acos(cosine) / math.pi, abs=14)


def test_codes_are_the_same_everywhere() -> None:
    assert sign_code(np.arange(-8, 8, dtype=np.float32))[:4].hex() == sign_code(np.arange(-8, 8))[:4].hex()
    assert sign_code(np.linspace(-1, 1, 512)) == bytes(32) + b"\xff" * 32


@pytest.mark.parametrize("output", [np.zeros(3), np.full(512, np.nan), np.full(512, np.inf)])
def test_what_is_no_output_is_refused(output: np.ndarray) -> None:
    with pytest.raises(ValueError, match="finite"):
        sign_code(output)
