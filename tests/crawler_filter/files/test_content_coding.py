"""Bodies as they came: every coding is taken off, within a budget, and nothing that cannot be is taken for read."""

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.files import content_coding
from crawler_filter.files.content_coding import Body, decode, inflate

PAGE = b'<!doctype html><meta name="robots" content="noai">' + b"<p>A page of some length." * 40
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def brotli(body: bytes) -> bytes:
    return pytest.importorskip("brotli").compress(body)


def zstd(body: bytes) -> bytes:
    return pytest.importorskip("backports.zstd").compress(body)


def chunked(body: bytes, size: int = 100) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;a=b\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\nX-Trailer: 1\r\n\r\n"


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli,
    "zstd": zstd,
    "chunked": chunked,
}


@pytest.mark.parametrize(("name", "coding"), CODINGS.items(), ids=CODINGS.keys())
@pytest.mark.parametrize("body", [PAGE, PNG, b"x"], ids=["a page", "a picture", "a byte"])
def test_a_coding_is_taken_off_once_it_is_named(name: str, coding: Callable[[bytes], bytes], body: bytes) -> None:
    assert decode(coding(body), [name]) == Body(body)
    assert decode(coding(body), [f" {name.upper()} "]) == Body(body)


@pytest.mark.parametrize("name", CODINGS)
@pytest.mark.parametrize("body", [PAGE, PNG, b"x", b"", b"User-agent: *\nDisallow: /"])
def test_a_body_that_is_in_the_coding_no_more_is_left_as_it_is(name: str, body: bytes) -> None:
    assert decode(body, [name]) == Body(body)


def test_several_codings_are_taken_off_from_the_last_to_the_first() -> None:
    body = chunked(gzip.compress(zlib.compress(PAGE)))
    assert decode(body, ["deflate, gzip", "chunked"]) == Body(PAGE)
    assert decode(gzip.compress(PAGE), ["gzip", "chunked"]) == Body(PAGE)


def test_several_members_of_gzip_and_frames_of_zstandard_are_one_body() -> None:
    assert decode(gzip.compress(b"one ") + gzip.compress(b"two"), ["gzip"]) == Body(b"one two")
    assert decode(zstd(b"one ") + zstd(b"two"), ["zstd"]) == Body(b"one two")


def test_deflate_is_read_without_its_header_too() -> None:
    assert decode(bare_deflate(PAGE), ["deflate"]) == Body(PAGE)


@pytest.mark.parametrize("name", ["", "identity", "none", "UTF-8", "windows-1252", "shift_jis"])
def test_what_names_no_coding_changes_nothing(name: str) -> None:
    assert decode(b"\x93\xfa\x96{", [name]) == Body(b"\x93\xfa\x96{")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"\0\1\2\3", "gzip"),
        (b"\0\1\2\3", "compress"),
        (gzip.compress(PAGE)[:8], "gzip"),
        (b"\0\1\2\3", "br, x-own"),
    ],
    ids=["no gzip", "a coding that is not read", "nothing of it is there", "a coding that nobody knows"],
)
def test_what_cannot_be_taken_off_is_said(body: bytes, name: str) -> None:
    decoded = decode(body, [name])
    assert decoded.octets == body
    assert f"encoded as {name.rpartition(', ')[2]}" in decoded.fault


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd", "chunked"])
def test_of_what_was_cut_short_the_beginning_is_read_and_the_cut_is_said(name: str) -> None:
    body = bytes(range(256)) * 2000
    whole = CODINGS[name](body)
    octets, fault, _ = decode(whole[: len(whole) * 3 // 4], [name])
    assert body.startswith(octets)
    assert fault


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd", "chunked"])
def test_no_more_is_decoded_than_the_budget_allows(name: str) -> None:
    octets, fault, _ = decode(CODINGS[name](bytes(10_000_000)), [name], most=1000)
    assert octets == bytes(1000)
    assert "only the first 1000 bytes" in fault


def test_a_body_of_exactly_the_budget_is_whole() -> None:
    assert decode(gzip.compress(bytes(1000)), ["gzip"], most=1000) == Body(bytes(1000))


def test_a_body_with_very_many_codings_is_not_decoded() -> None:
    assert "9 codings" in decode(PAGE, ["gzip"] * 9).fault


@pytest.mark.parametrize(("module", "name"), [("brotli", "br"), ("backports", "zstd")])
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, module: str, name: str) -> None:
    encoded = CODINGS[name](PAGE)
    monkeypatch.setitem(__import__("sys").modules, module, None)
    assert "training-optout[codings]" in decode(encoded, [name]).fault
    assert decode(encoded, [name]).lacks_extra
    assert not decode(b"\x00broken", ["gzip"]).lacks_extra
    assert decode(PAGE, [name]) == Body(PAGE)


def test_a_text_that_begins_as_a_chunk_is_none() -> None:
    assert decode(b"a\r\nface\r\nThe end\r\n", ["chunked"]) == Body(b"a\r\nface\r\nThe end\r\n")


def test_what_begins_as_gzip_is_inflated_unasked() -> None:
    assert inflate(gzip.compress(PAGE)) == Body(PAGE)
    assert inflate(PAGE) == Body(PAGE)


@given(st.binary(max_size=200), st.lists(st.sampled_from([*CODINGS, "x", ""]), max_size=4))
def test_no_bytes_raise(body: bytes, names: list[str]) -> None:
    assert len(decode(body, names, most=500).octets) <= max(500, len(body))
    assert content_coding.MAX_CODINGS > 4


def test_chunks_whose_lines_lost_their_carriage_returns_are_joined() -> None:
    assert decode(chunked(PAGE).replace(b"\r\n", b"\n"), ["chunked"]) == Body(PAGE)


@pytest.mark.parametrize("text", [b"0\nThe end\n", b"5\nfive!\nThe end\n", b"5\nfive!\n"])
def test_a_text_that_begins_as_such_a_chunk_is_none(text: bytes) -> None:
    assert decode(text, ["chunked"]) == Body(text)
