"""Codes of models are found exactly within the radius, and only in segments that say they have them."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import MalformedSegmentError, UnsupportedVersionError
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.formats.record import Assurance, encode_id
from crawler_filter.snapshot import Segment, build, difference, merge
from crawler_filter.snapshot.layout import ADDED, COLUMNS, columns_of
from crawler_filter.snapshot.manifest import READER, least_reader
from crawler_filter.snapshot.model_search import near_codes
from tests.simulators.published import record_of, scope

PARTY = encode_id(bytes([9] * 16))
MODEL = bytes([7]) * 32
VALUE = Embedding(MODEL, (bytes(64), b"\xff" * 64)).encode()
WITH = (0, record_of(encode_id(bytes(16)), PARTY, scope("embed", VALUE, Assurance.ATTESTED)))
WITHOUT = (1, record_of(encode_id(bytes([1] * 16)), PARTY, scope("domain", "example.com")))


def version(data: bytes) -> int:
    return struct.unpack_from("<H", data, 8)[0]


def test_a_row_has_69_bytes() -> None:
    alone, empty = build([WITH]), build([])
    columns = Segment.parse(alone).columns
    assert sum(columns[f"embed.{name}"].nbytes for name in ("hash", "flags", "statement")) == 2 * 69
    assert [version(alone), version(empty)] == [2, 1]


def test_only_a_segment_with_codes_needs_a_newer_reader() -> None:
    assert least_reader(Segment.parse(build([WITH]))) == READER - 1 == 3
    assert least_reader(Segment.parse(build([WITHOUT]))) == 1
    assert set(columns_of(1)) == {name for name in COLUMNS if name.partition(".")[0] not in ADDED[2]}


def test_a_difference_that_takes_the_last_code_away_leads_back_to_the_old_version() -> None:
    merged = merge(Segment.parse(build([WITH, WITHOUT])), [Segment.parse(difference([WITH], []))])
    assert merged == build([WITHOUT])
    assert version(merged) == 1


def test_a_segment_of_a_version_it_does_not_need_is_refused() -> None:
    data = bytearray(build([WITH]))
    struct.pack_into("<H", data, 8, 1)
    with pytest.raises(MalformedSegmentError):
        Segment.parse(bytes(data))
    struct.pack_into("<H", data, 8, 3)
    with pytest.raises(UnsupportedVersionError):
        Segment.parse(bytes(data))
    with pytest.raises(MalformedSegmentError):
        Segment.parse(build([WITH])[:2_000])


@given(st.integers(0, 2**32), st.integers(0, 300))
def test_every_code_within_the_radius_is_found_and_no_other(seed: int, radius: int) -> None:
    source = np.random.default_rng(seed)
    codes = source.integers(0, 256, size=(40, 64), dtype=np.uint8)
    flags = source.choice([7, 8], size=40).astype(np.uint8)
    query = codes[0] ^ source.integers(0, 2, size=64, dtype=np.uint8)
    hashes = codes.view(">u8").astype("<u8")
    distances = np.unpackbits(codes ^ query, axis=1).sum(axis=1)
    expected = {
        (row, int(bits)) for row, bits in enumerate(distances) if bits <= radius and flags[row] == MODEL[0]
    }
    found = near_codes(hashes.reshape(-1), flags, MODEL, [query.tobytes()], radius)
    assert {(near.row, near.distance) for near in found} == expected


def test_many_codes_are_looked_up_in_many_rows_as_each_row_is_compared_with_each() -> None:
    source = np.random.default_rng(5)
    codes = source.integers(0, 256, size=(9_000, 64), dtype=np.uint8)
    flags = np.where(np.arange(9_000) % 3, MODEL[0], 8).astype(np.uint8)
    noise = np.packbits(source.random((19, 512)) < 0.2, axis=1)
    queries = codes[np.linspace(0, 8_999, 19).astype(int)] ^ noise
    hashes = codes.view(">u8").astype("<u8").reshape(-1)
    expected = {
        (int(row), number, int(bits))
        for number, query in enumerate(queries)
        for row, bits in enumerate(np.unpackbits(codes ^ query, axis=1).sum(axis=1))
        if bits <= 110 and flags[row] == MODEL[0]
    }
    asked = [query.tobytes() for query in queries]
    assert {tuple(near) for near in near_codes(hashes, flags, MODEL, asked, 110)} == expected
    assert 5 <= len(expected) <= 15
    assert not near_codes(hashes, flags, MODEL, [], 110)


@pytest.mark.parametrize("differing", [255, 256, 257, 320, 366, 367, 512])
def test_codes_that_differ_in_more_bits_than_a_byte_counts_are_no_copies(differing: int) -> None:
    bits = np.zeros(512, dtype=np.uint8)
    bits[:differing] = 1
    flags = np.full(1, MODEL[0], dtype=np.uint8)
    hashes = np.zeros(8, dtype="<u8")
    assert not near_codes(hashes, flags, MODEL, [np.packbits(bits).tobytes()], 110)
