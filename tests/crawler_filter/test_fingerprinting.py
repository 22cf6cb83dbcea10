"""What the owner of files is told to declare, in words and in JSON, on the command line."""

import importlib.util
import json
import re
import struct
import sys
import zlib
from hashlib import sha256

import pytest

from crawler_filter.cli import main
from crawler_filter.fingerprints.registered import Film
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.fingerprints.generated import filmed, pixels

needs_pillow = pytest.mark.skipif(not importlib.util.find_spec("PIL"), reason="the media extra is not installed")


def png(picture):
    """A PNG file, made without a library that the base installation lacks."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    height, width, _ = picture.shape
    rows = b"".join(b"\0" + row.tobytes() for row in picture)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


PICTURE = png(pixels(100, 80, 12, 1))


@pytest.fixture
def works(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "picture.dat").write_bytes(PICTURE)
    (tmp_path / "text.png").write_bytes(b"a text, whatever its name says")
    return tmp_path


def printed(capsys):
    out, err = capsys.readouterr()
    return [json.loads(line) for line in out.splitlines()], err


@needs_pillow
def test_every_file_has_its_digest_and_a_picture_its_variants_too(works, capsys):
    assert main(["fingerprint", "--json", str(works)]) == 0
    (exact, look, text, words), err = printed(capsys)
    path = str(works / "deep" / "picture.dat")
    assert exact == {"path": path, "kind": "sha256", "value": sha256(PICTURE).hexdigest(), "bytes": len(PICTURE)}
    assert (look["path"], look["kind"], look["quality"]) == (path, "pdq", 100)
    assert look["variants"] == ["whole", "crop4", "crop8", "crop12"]
    assert [part.rpartition(":")[0] for part in look["value"].split(",")] == ["", "crop4", "crop8", "crop12"]
    assert (text["kind"], words["kind"], err) == ("sha256", "text", "")
    assert words["value"] == text_scope("a text, whatever its name says").encode()


@needs_pillow
def test_lines_for_people_start_with_what_is_declared(works, capsys):
    assert main(["fingerprint", str(works / "deep")]) == 0
    exact, look = capsys.readouterr().out.splitlines()
    assert exact == f"{sha256(PICTURE).hexdigest()}  {works / 'deep' / 'picture.dat'}"
    assert look.startswith("pdq:")
    assert look.endswith(f"  {works / 'deep' / 'picture.dat'}")


def test_of_what_is_not_published_the_digests_alone_are_printed(works, capsys):
    assert main(["fingerprint", "--json", "--digests-only", str(works)]) == 0
    assert {line["kind"] for line in printed(capsys)[0]} == {"sha256"}


@needs_pillow
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (PICTURE[:200], "a broken image/png"),
        (png(pixels(100, 80, 0, 1)), "too little to see"),
    ],
    ids=["broken", "blank"],
)
def test_a_picture_that_cannot_be_hashed_is_named_and_the_others_are_done(content, why, works, capsys):
    (works / "a.png").write_bytes(content)
    assert main(["fingerprint", "--json", str(works)]) == 3
    lines, err = printed(capsys)
    assert [line["kind"] for line in lines] == ["sha256", "sha256", "pdq", "sha256", "text"]
    assert why in err
    assert str(works / "a.png") in err


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("吾輩は猫である。名前はまだ無い。".encode("cp932"), "save it as UTF-8"),
        (b"too short", "10 letters"),
        (b"\0\0\0\x18ftypisom" + bytes(100), "install training-optout[video]|a broken video/mp4"),
    ],
    ids=["an encoding it does not name", "a short text", "a broken film"],
)
def test_a_file_that_copies_cannot_be_recognised_by_is_named(content, why, tmp_path, capsys):
    (tmp_path / "work").write_bytes(content)
    assert main(["fingerprint", "--json", str(tmp_path)]) == 3
    lines, err = printed(capsys)
    assert [line["kind"] for line in lines] == ["sha256"]
    assert re.search(why.replace("[", r"\["), err)


def test_a_film_is_printed_in_scopes_that_can_be_declared(tmp_path, capsys, monkeypatch):
    pytest.importorskip("av", reason="the video extra is not installed")
    monkeypatch.setattr("crawler_filter.fingerprinting.MAX_FRAMES", 2)
    (tmp_path / "film").write_bytes(filmed([pixels(320, 240, 20, seed) for seed in range(3)]))
    assert main(["fingerprint", "--json", str(tmp_path)]) == 0
    _, *films = printed(capsys)[0]
    assert [film["frames"] for film in films] == [2, 1]
    assert [second for film in films for second, _ in Film.decode(film["value"]).frames] == [0, 2, 4]


def test_a_missing_extra_is_named(works, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.delitem(sys.modules, "crawler_filter.fingerprints.image", raising=False)
    assert main(["fingerprint", "--json", str(works / "deep")]) == 3
    lines, err = printed(capsys)
    assert [line["kind"] for line in lines] == ["sha256"]
    assert "install training-optout[media]" in err


def test_a_file_that_cannot_be_opened_is_named_and_the_others_are_done(works, capsys):
    gone, there = works / "gone.png", works / "text.png"
    assert main(["fingerprint", "--json", "--digests-only", str(gone), str(there)]) == 3
    lines, err = printed(capsys)
    assert [line["path"] for line in lines] == [str(there)]
    assert err == f"crawler-filter: {gone}: No such file or directory\n"
