"""Bodies that nobody honest sends: two hundred for one operation, each as large as is read or a share of it."""

import json
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

from registry.api.weight import MOST_UNITS, weigh_json, weigh_lines

SHARES = (1.0, 0.95, 0.3, 0.1, 0.02)
"""Shares of the largest body: what is refused by its size alone costs least."""

LEAVES: tuple[Any, ...] = (
    0, -1, 1e308, None, True, "", "a", "あ", "😀", "\x00", "\u202e", "%e3%81%82", "../", "a." * 60, "1" * 400, [], {},
    [[]], {"a": {}}, "https://example.com/" + "a/" * 300, "video:" + "A" * 300, "iscc:" + "A" * 60, "text:win1-24-16:",
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


def bodies(example: object, most: int, count: int = 200) -> list[bytes]:
    """Return `count` bodies of at most `most` bytes, made from one that is right."""
    return list(islice(_sized(example, most), count))


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
