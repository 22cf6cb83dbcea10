"""Files that stand in texts byte by byte, as dumps, tables and programs write them."""

import binascii
import json

import pytest

from crawler_filter.files.in_text import may_embed
from crawler_filter.files.written_bytes import written
from tests.costs import SECOND, cost, searches

JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))


def escaped(raw: bytes) -> bytes:
    for plain, sign in (b"\\", b"\\"), (b"\0", b"0"), (b"'", b"'"), (b"\n", b"n"), (b"\r", b"r"), (b"\x1a", b"Z"):
        raw = raw.replace(plain, b"\\" + sign)
    return raw


def signed(raw: bytes) -> list[int]:
    return [octet - 256 if octet > 127 else octet for octet in raw]


def uuencoded(raw: bytes) -> bytes:
    return b"".join(binascii.b2a_uu(raw[at : at + 45]) for at in range(0, len(raw), 45))


WAYS = {
    "MySQL": lambda raw: b"INSERT INTO a VALUES (1,0x" + raw.hex().upper().encode() + b",'y');",
    "SQLite": lambda raw: b"INSERT INTO a VALUES(1,X'" + raw.hex().encode() + b"');",
    "PostgreSQL's copy": lambda raw: b"COPY a (b) FROM stdin;\n1\t\\\\x" + raw.hex().encode() + b"\n\\.\n",
    "PostgreSQL's decode": lambda raw: b"VALUES (decode('" + raw.hex().encode() + b"','hex'));",
    "MySQL's _binary": lambda raw: b"INSERT INTO a VALUES (1,_binary '" + escaped(raw) + b"','y');",
    "a string of SQL": lambda raw: b"INSERT INTO a VALUES (1,'" + escaped(raw) + b"','y');",
    "lines of hexadecimal": lambda raw: b"\\pict\\jpegblip\n" + raw[:64].hex().encode() + b"\n" + raw[64:].hex().encode(),
    "Python in a table": lambda raw: b"id,image\n1,\"" + repr(raw).encode() + b'"\n',
    "a data set's row": lambda raw: b"1,\"{'bytes': " + repr(raw).encode() + b", 'path': 'a'}\"\n",
    "Node's buffer": lambda raw: json.dumps({"type": "Buffer", "data": list(raw)}, indent=2).encode(),
    "Java's bytes": lambda raw: json.dumps(signed(raw)).encode(),
    "C": lambda raw: b"char a[] = {\n" + b", ".join(b"0x%02x" % octet for octet in raw) + b"};",
    "an address": lambda raw: b"<img src='data:image/png," + b"".join(b"%%%02X" % octet for octet in raw) + b"'>",
    "quoted-printable": lambda raw: b"Content-Transfer-Encoding: quoted-printable\nX: y\n\n" + binascii.b2a_qp(raw, istext=False) + b"\n--x",
    "uuencode": lambda raw: b"Hello\nbegin 644 a.jpg\n" + uuencoded(raw) + b"`\nend\n",
}  # fmt: skip


@pytest.mark.parametrize("raw", [JPEG, PNG], ids=["JPEG", "PNG"])
@pytest.mark.parametrize("way", WAYS)
def test_a_file_is_found_however_its_bytes_are_written(way: str, raw: bytes) -> None:
    text = WAYS[way](raw)
    assert may_embed(text, "text/plain")
    (found,) = written(text)
    assert found.startswith(raw)


@pytest.mark.parametrize(
    "text",
    [
        b"a { color: #ffd8ff }",
        b"The numbers [255, 216, 255] are a beginning.",
        b"begin 644 nothing\nend\n",
        b"the digest 89504e470d0a1a0a is short",
        b"data:image/png,%89PNG",
        b"b'\\xff\\xd8'",
        b"{0x09, 09, 0x89, 0x50, 080}",
    ],
)
def test_what_only_looks_like_one_is_none(text: bytes) -> None:
    assert list(written(text)) == []


@pytest.mark.parametrize(
    "unit", [b"ffd8ffe0 ", b"[137, 80, ", b"b'\\xff\\xd8", b"begin 644 a\n", b"data:image/png,%89PNG"]
)
def test_hostile_texts_cost_no_more_than_their_length(unit: bytes) -> None:
    text = unit * (200_000 // len(unit))
    assert cost(lambda: list(written(text)), limit=SECOND) <= SECOND


@pytest.mark.parametrize("unit", [b"a", b"<", b"f"])
def test_a_long_text_without_any_is_searched_some_sixty_times_at_most(unit: bytes) -> None:
    most = 60 * 32
    assert searches(lambda: list(written(unit * (32 << 20))), limit=most) <= most
