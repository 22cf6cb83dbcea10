"""`crawler-filter lint`: a report that a webmaster can read, and exit codes that mean one thing each."""

import json
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from crawler_filter.cli import main

RIGHT = "User-agent: *\nAllow: /\nContent-Usage: train-ai=n\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "robots.txt").write_text(RIGHT)
    (tmp_path / "index.html").write_text("<h1>Home")
    return tmp_path


def test_a_site_that_says_it_right_exits_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "train-ai  reserved" in shown
    assert "aipref (robots.txt line 3: Content-Usage: train-ai=n)" in shown
    assert "search    nothing said" in shown
    assert shown.rstrip().endswith("Nothing to fix")


def test_a_mistake_exits_with_1_and_is_shown_with_its_line_and_fix(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "robots.txt").write_text(f"Content-Signal: ai-train=no\n{RIGHT}")
    assert main(["lint", str(folder)]) == 1
    shown = capsys.readouterr().out
    assert "  1. ERROR robots-orphan - robots.txt line 1\n       > Content-Signal: ai-train=no\n" in shown
    assert 'Fix: Put it below a "User-agent: *" line.' in shown


def test_a_note_alone_is_nothing_to_mend(folder: Path) -> None:
    (folder / "robots.txt").unlink()
    assert main(["lint", str(folder)]) == 0


def test_crawlers_that_are_shut_out_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "robots.txt").write_text("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n")
    main(["lint", str(folder)])
    shown = capsys.readouterr().out
    assert "robots.txt shuts out: CCBot, GPTBot\n" in shown
    assert "robots.txt lets these in, and tells them nothing: AI2Bot, " in shown


def test_json_is_one_object(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--json", str(folder), "--url", "https://example.com/"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["url"] == "https://example.com/"
    assert report["understandings"][0]["readings"][0]["outcome"] == "reserved"


def test_a_live_site_is_fetched(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        code = main(["lint", f"http://127.0.0.1:{server.server_port}/"])
        server.shutdown()
        thread.join()
    assert code == 0
    assert "robots.txt line 3" in capsys.readouterr().out


def test_a_site_that_cannot_be_reached_exits_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "http://127.0.0.1:9/"]) == 3
    assert "neither a folder nor a site that answers" in capsys.readouterr().err
    assert main(["lint", "--json", "http://127.0.0.1:9/"]) == 3
    assert "could not be read" in capsys.readouterr().out


def test_what_is_neither_exits_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "https://"]) == 3
    assert "https URL" in capsys.readouterr().err


def test_its_help_says_what_it_reads(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["lint", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert all(words in shown for words in ("robots.txt", "_headers", "exit codes", "URL-OR-FOLDER"))
