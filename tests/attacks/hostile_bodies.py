"""Bodies that nobody honest sends: two hundred for one operation, each as large as is read or a share of it."""

import json
import random
from base64 import b32encode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote_plus, urlencode

from crawler_filter.fingerprints.registered import VARIANTS, Picture
from registry.http.weight import MOST_UNITS, weigh_json, weigh_lines
from registry.web.form_input import MAX_LINES

KEPT = 524_288
"""Size of bodies that are made once for many operations."""

SHARES = (1.0, 0.95, 0.3, 0.1, 0.02)
"""Shares of the largest body: what is refused by its size alone costs least."""

LEAVES: tuple[Any, ...] = (
    0, -1, 1e308, None, True, "", "a", "あ", "😀", "\x00", "\u202e", "%e3%81%82", "../", "a." * 60, "1" * 400, [], {},
    [[]], {"a": {}}, "https://example.com/" + "a/" * 300, "https://example.com/" + "あ" * 300,
    "video:" + "A" * 300, "iscc:" + "A" * 60, "text:win1-24-16:",
)  # fmt: skip


ITEMS: tuple[dict[str, Any], ...] = (
    {},
    {"url": "https://a.example.com/b.png"},
    {"url": "not a url"},
    {"url": "https://example.com/" + "あ" * 2000},
    {"url": "https://example.com/" + "%e3" * 2000},
    {"url": "https://" + "a." * 100 + "example.com/" + "a/" * 500},
    {"found_on": [f"https://a{number}.example.com/" for number in range(20)]},
    {"sha256": "ab" * 32, "sha1": "ab" * 20, "md5": "ab" * 16, "identifiers": {"isbn": "9784873119328"}},
    {"fingerprints": ["pdq:" + "ab" * 32] * 20},
    {"fingerprints": ["text:win1-24-16:" + "AAAA" * 600] * 20},
)


def _pdq() -> str:
    hashes = tuple((variant, _RANDOM.randbytes(32)) for variant in VARIANTS)
    return Picture(hashes).encode()


def _iscc() -> str:
    return "ISCC:" + b32encode(bytes([0x20, 0x07]) + _RANDOM.randbytes(32)).decode().rstrip("=")


def _text() -> str:
    numbers = sorted({_RANDOM.getrandbits(64) for _ in range(32_000)})
    return "win1-24-16:" + b64encode(b"".join(number.to_bytes(8, "little") for number in numbers)).decode()


def _video() -> str:
    return b64encode(b"".join(second.to_bytes(4) + _RANDOM.randbytes(32) for second in range(7_000))).decode()


_RANDOM = random.Random(10)
SCOPES: tuple[tuple[str, Callable[[int], str]], ...] = (
    ("url", lambda number: f"https://studio-aoi.com/{number}"),
    ("url", lambda number: "https://studio-aoi.com/" + "あ" * 200 + str(number)),
    ("url", lambda number: "https://studio-aoi.com/" + "%e3" * 200 + str(number)),
    ("domain", lambda number: f"a.b.c.d.e.f.g.studio{number}.jp"),
    ("host", lambda number: f"{'あ' * 10}.studio{number}.jp"),
    ("doi", lambda number: f"10.1000/{'a' * 100}{number}"),
    ("pdq", lambda _: _pdq()),
    ("iscc", lambda _: _iscc()),
    ("sha256", lambda _: _RANDOM.randbytes(32).hex()),
    ("text", lambda _: _text()),
    ("video", lambda _: _video()),
)


def large_declarations(example: Mapping[str, Any], most: int) -> Iterator[bytes]:
    """Yield declarations of as many scopes as one may have and fit."""
    for kind, value in SCOPES:
        scopes: list[dict[str, str]] = []
        size = 1_000
        while len(scopes) < 500:
            scopes.append({"kind": kind, "value": value(len(scopes))})
            size += len(json.dumps(scopes[-1], ensure_ascii=False).encode()) + 2
            if size > most:
                scopes.pop()
                break
        yield _bytes(example | {"scopes": scopes}, most)


def large_works(example: Mapping[str, Any], most: int) -> Iterator[bytes]:
    """Yield works with as many names as one may have and fit."""
    for letters, each in (("あ", 5), ("ｱ", 5), ("ﷺ", 5), ("Naruto ", 3), ("①", 8), ("i\u0307", 7)):
        spellings = [[f"{letters * each} {number} {spelling}" for spelling in range(20)] for number in range(500)]
        titles = {
            f"x{chr(97 + n // 26)}{chr(97 + n % 26)}"[:3]: letters * (400 // len(letters)) for n in range(40)
        }
        body = example | {"titles": titles, "characters": spellings, "creators": [letters * 20] * 50}
        while len(json.dumps(body, ensure_ascii=False).encode()) > most:
            body["characters"] = body["characters"][: len(body["characters"]) * 9 // 10]
        yield _bytes(body, most)


def _bytes(body: Mapping[str, Any], most: int) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()[:most]


def admitted(name: str) -> Iterator[bytes]:
    """Yield batches of as much work as one call may have: these are carried out."""
    for item in ITEMS if name == "lookups" else ():
        many = int(0.95 * MOST_UNITS / (weigh_json(json.dumps([item] * 100, ensure_ascii=False).encode()) / 100))
        yield json.dumps({"items": [item] * min(many, 10_000)}, ensure_ascii=False).encode()
    for line in (
        (b"a", b"https://a.example.com/b.png", "https://example.jp/あ".encode() * 9, b"%")
        if name == "spawning_query"
        else ()
    ):
        many = int(0.95 * MOST_UNITS / (weigh_lines((line + b"\n") * 100) / 100 + 0.5))
        yield (line + b"\n") * min(many, 10_000)


def bodies(example: object, most: int, count: int = 200) -> Iterator[bytes]:
    """Yield `count` bodies of at most `most` bytes, made from one that is right."""
    return islice(_sized(example, most), count)


def _sized(example: object, most: int) -> Iterator[bytes]:
    shares = cycle(SHARES)
    while True:
        for make in (_raw, _lists, _fields):
            for body in make(example, int(most * next(shares))):
                yield body[:most]


def _raw(_: object, size: int) -> Iterator[bytes]:
    for piece in (b"\n", b" ", b"[", b"{", b'{"a":', b"[[],", b",", b'"', b"\\u3042", b"\xff", b"\x00", "あ".encode(),
                  "😀".encode(), b"https://example.com/a\n", "https://例え.jp/あ\n".encode(), b"1", b"-", b"1e", b"a\r\n"):  # fmt: skip
        yield piece * (size // len(piece))
        yield b'"' + piece * (size // len(piece) - 2) + b'"'


def _lists(_: object, size: int) -> Iterator[bytes]:
    yield from _kept_lists(size) if size <= KEPT else _made_lists(size)


@cache
def _kept_lists(size: int) -> Sequence[bytes]:
    """The same for many operations, and slow to make."""
    return [*_made_lists(size)]


def _made_lists(size: int) -> Iterator[bytes]:
    for leaf in LEAVES:
        text = json.dumps(leaf, ensure_ascii=False)
        many = max(1, size // (len(text.encode()) + 1))
        yield ("[" + ",".join([text] * many) + "]").encode()
        yield ('{"items":[' + ",".join([text] * many) + "]}").encode()
        yield json.dumps({str(number): leaf for number in range(max(1, size // (len(text) + 12)))}).encode()


def _fields(example: object, size: int) -> Iterator[bytes]:
    """Blow every field of the right body up in turn."""
    if not isinstance(example, dict):
        return
    for name in example:
        for leaf in LEAVES:
            text = json.dumps(leaf, ensure_ascii=False)
            many = max(1, size // (len(text.encode()) + 2))
            yield json.dumps(example | {name: [leaf] * many}, ensure_ascii=False).encode()
            if isinstance(leaf, str) and leaf:
                yield json.dumps(example | {name: leaf * many}, ensure_ascii=False).encode()
                yield json.dumps(example | {name: [[leaf] * 20] * (many // 20)}, ensure_ascii=False).encode()
            yield json.dumps(example | {name: {f"k{each}": leaf for each in range(many // 3)}}).encode()


def forms(example: Mapping[str, str], most: int, count: int = 200) -> Iterator[tuple[str, bytes]]:
    """Yield (content type, body): bodies of forms, made from one that is right, of at most `most` bytes."""
    yield from islice(((kind, body[:most]) for kind, body in _forms(example, most)), count)


FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"

LINES: tuple[str, ...] = (
    "https://example.com/%d", "example.com/あ%d", "%064x", "%064x  picture.png", "a.%d.example.com", "www.example%d.com",
    "https://pixiv.net/users/%d", "ISBN 9784873119328", "10.1000/%d", "x" * 200 + "%d", "青い本 %d", "text:%064x",
    "pdq:%064x", "。%d", "名前%d、Name%d\uff1b別名", "https://" + "a." * 60 + "com/%d", "xn--%d.com", "・%d", "\u202e%d",
)  # fmt: skip


def _forms(example: Mapping[str, str], most: int) -> Iterator[tuple[str, bytes]]:
    """What is carried out first, then what no browser sends, smaller and smaller."""
    for name in example:
        others = urlencode({other: text for other, text in example.items() if other != name}).encode()
        for line in LINES:
            for many in (MAX_LINES, MAX_LINES * 20):
                body = others + b"&" + name.encode() + b"=" + _typed(line, many)
                yield FORM, body if len(body) <= most else body[:most].rpartition(b"%")[0]
        around = others + b"&" + name.encode() + b"=" + b"Hash%0A" * (MAX_LINES - 2)
        yield FORM, around + b"a.com+" * ((most - len(around) - 70) // 6) + b"%0A" + b"ab" * 32
    for share in SHARES:
        size = int(most * share)
        for piece in (
            b"&",
            b"a=&",
            b"=",
            b"%",
            b"%e3%81%82",
            b"+",
            b"a&",
            b"\xff",
            b"\n",
            "あ".encode(),
            b"a[]=1&",
        ):
            yield FORM, piece * (size // len(piece))
        for part in _parts(example, size):
            yield PARTS, part
        for name in example:
            for leaf in LEAVES:
                text = leaf if isinstance(leaf, str) and leaf else json.dumps(leaf)
                yield FORM, _form(example | {name: text * (size // len(quote_plus(text)))}, most)
                yield FORM, urlencode([(name, text)] * (size // (len(quote_plus(text)) + len(name) + 2))).encode()


@cache
def _typed(line: str, many: int) -> bytes:
    lines = (line % ((number,) * line.count("%")) for number in range(many))
    return quote_plus("\n".join(islice(lines, KEPT // len(line)))).encode()


def _parts(example: Mapping[str, str], size: int) -> Iterator[bytes]:
    head = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
    for name in [*example][:1] or ["a"]:
        yield head % name.encode() + b"\xe3\x81\x82" * (size // 3) + b"\r\n--b--\r\n"
    yield (head % b"a" + b"\r\n") * (size // 52)
    yield b"--b\r\n" + b"A: b\r\n" * (size // 6)
    yield b"--b\r\n" * (size // 5)
    yield b"\r\n" * (size // 2)
    yield b'--b\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n' + b"a" * size


def _form(fields: Mapping[str, str], most: int) -> bytes:
    body = urlencode(fields).encode()
    return body if len(body) <= most else body[:most].rpartition(b"%")[0]
