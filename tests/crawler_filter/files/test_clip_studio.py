"""The preview of a drawing in Clip Studio Paint is looked up and registered; the layers are not checked."""

import sqlite3
import struct
from contextlib import closing

import pytest

from crawler_filter.fingerprints.of_file import likenesses_of
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, opened, pictured, reasons

pytest.importorskip("PIL")


def database(*previews: bytes) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE TABLE CanvasPreview (_PW_ID INTEGER PRIMARY KEY, ImageType INTEGER, ImageData BLOB)"
        )
        connection.executemany("INSERT INTO CanvasPreview (ImageData) VALUES (?)", [(each,) for each in previews])
        connection.commit()
        return connection.serialize()


def clip(content: bytes) -> bytes:
    chunks = (
        (b"CHNKHead", bytes(40)),
        (b"CHNKExta", bytes(range(256)) * 9),
        (b"CHNKSQLi", content),
        (b"CHNKFoot", b""),
    )
    body = b"".join(name + struct.pack(">Q", len(each)) + each for name, each in chunks)
    return b"CSFCHUNK" + struct.pack(">QQ", 24 + len(body), 24) + body


def test_a_drawing_is_found_by_its_preview():
    assert opened(pictured()).check(content=clip(database(encoded(PIXELS)))).findings


def test_a_drawing_is_found_whose_database_has_a_journal():
    kept = database(encoded(PIXELS))
    assert opened(pictured()).check(content=clip(kept[:18] + b"\2\2" + kept[20:])).findings


def test_another_drawing_is_not_checked_for_its_layers_are_not_read():
    decision = opened(pictured()).check(content=clip(database(encoded(OTHER))))
    assert not decision.keep
    assert not decision.findings
    assert "but for its preview" in reasons(decision)


def test_a_drawing_is_registered_by_its_preview(tmp_path):
    (tmp_path / "page1.clip").write_bytes(clip(database(encoded(PIXELS))))
    (declared,) = likenesses_of(tmp_path / "page1.clip")
    assert (declared.kind, declared.known["member"]) == ("pdq", "preview 1")
    assert not opened((declared.kind, declared.value)).check(content=encoded(PIXELS, "JPEG")).keep


@pytest.mark.parametrize(
    "content",
    [
        clip(b""),
        clip(b"SQLite format 3\0" + bytes(2000)),
        clip(database(encoded(PIXELS))[:5000]),
        clip(database(b"no picture")),
        clip(database())[:60],
        b"CSFCHUNK" + bytes(16) + (b"CHNKExta" + bytes(8)) * 100,
        b"CSFCHUNK" + bytes(16) + b"CHNKSQLi" + b"\xff" * 8,
    ],
)
def test_a_broken_one_is_not_checked(content):
    decision = opened(pictured()).check(content=content)
    assert not decision.keep
    assert not decision.findings
