"""`explain` and `check` read what a site says for itself: as it was saved, or fetched now."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler_filter.cli import main

FREE = "http://free.example.com/a"
NOAI = b'<!doctype html><meta name="robots" content="noai"><p>x'


def test_saved_answers_are_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "page.html").write_bytes(NOAI)
    (folder / "robots.txt").write_bytes(b"User-agent: *\nDisallow: /a\n")
    for command in ("explain", "check"):
        assert main([command, FREE]) == 0
        assert main([command, FREE, "--header", "X-Robots-Tag: noai"]) == 1
        assert main([command, FREE, "--html", str(folder / "page.html")]) == 1
        assert main([command, FREE, "--robots", str(folder / "robots.txt")]) == 1
        assert "robots.txt line 2" in capsys.readouterr().out
    assert (
        main(["check", FREE, FREE + "b", "http://free.example.com/b", "--robots", str(folder / "robots.txt")]) == 1
    )
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == ["exclude", "exclude", "keep"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", FREE, "--header", "noai"],
        ["check", FREE, FREE, "--header", "X-Robots-Tag: noai"],
        ["check", "--html", "page.html"],
        ["explain", "--fetch"],
        ["explain", "--robots", __file__],
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_a_wrong_call(folder: Path, arguments: list[str]) -> None:
    (folder / "page.html").write_bytes(NOAI)
    with pytest.raises(SystemExit) as caught:
        main([str(folder / word) if word == "page.html" else word for word in arguments])
    assert caught.value.code == 2


def test_an_address_is_fetched_with_its_robots_txt(
    folder: Path, serve: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    html = {"Content-Type": "text/html"}
    site = serve(
        {
            "/free": (200, html, b"<!doctype html><p>free"),
            "/page": (200, html, NOAI),
            "/header": (200, {"X-Robots-Tag": "noai"}, b"text"),
            "/closed/page": (200, html, b"<p>x"),
            "/moved": (302, {"Location": "/page"}, b""),
            "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /closed/\n"),
        }
    )
    expected = {"free": "kept", "page": "signal.html", "header": "signal.headers", "closed/page": "signal.robots"}
    for path, reason in (expected | {"moved": "signal.html"}).items():
        main(["explain", "--fetch", "--json", f"{site}/{path}"])
        assert json.loads(capsys.readouterr().out)["reason"] == reason, path
    silent = serve({"/free": (200, html, b"<p>free"), "/robots.txt": (503, {}, b"")})
    assert main(["explain", "--fetch", f"{silent}/free"]) in (1, 3)
    assert main(["explain", "--fetch", "http://127.0.0.1:9/"]) == 3
    assert "could not be read" in capsys.readouterr().err


def test_an_explanation_is_given_in_japanese(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--language", "ja", "http://reserved.example.com/"]) == 1
    assert capsys.readouterr().out.startswith("除外: ")
