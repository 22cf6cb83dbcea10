"""The command line: answers on standard output, exit codes that mean one thing each."""

import io
import json
import os
import re
import subprocess
import sys
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from crawler_filter.cli import main
from crawler_filter.formats.names import Name, NameKind, encode_names
from crawler_filter.sync.update import sync
from tests.simulators.published import URL, PublishedRegistry, scope

PROGRAM = [sys.executable, "-c", "import sys; from crawler_filter.cli import main; sys.exit(main())"]


@pytest.fixture(scope="module")
def registry() -> PublishedRegistry:
    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("domain", "reserved.example.com"), scope("sha256", sha256(b"mine").hexdigest()))
    published.publish()
    return published


@pytest.fixture
def folder(registry: PublishedRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sync(tmp_path / "snapshot", URL, registry.trust, transport=registry, now=time.time())
    (tmp_path / "trust").write_bytes(registry.trust.encode())
    monkeypatch.setenv("CRAWLER_FILTER_SNAPSHOT", str(tmp_path / "snapshot"))
    monkeypatch.setenv("CRAWLER_FILTER_TRUST", str(tmp_path / "trust"))
    return tmp_path


@pytest.mark.parametrize(
    ("urls", "code"),
    [
        (["http://free.example.com/"], 0),
        (["http://reserved.example.com/"], 1),
        (["not a url"], 3),
        (["http://free.example.com/", "not a url"], 3),
        (["http://reserved.example.com/", "not a url"], 3),
    ],
    ids=["kept", "excluded", "could not check", "one could not be checked", "not checked outranks excluded"],
)
def test_check_answers_with_its_exit_code(folder: Path, urls: list[str], code: int) -> None:
    assert main(["check", *urls]) == code


def test_check_reads_one_address_a_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("http://free.example.com/\r\n\nhttp://reserved.example.com/\n"))
    assert main(["check", "-"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["keep", "exclude"]
    assert "\treserved by domain reserved.example.com (https://registry.example/d/" in lines[1]


def test_a_line_that_is_not_utf_8_is_answered_like_any_other(folder: Path) -> None:
    run = subprocess.run(
        [*PROGRAM, "check"],
        input=b"http://free.example.com/\nhttp://\xff.example.com/\nhttp://reserved.example.com/\n",
        capture_output=True,
        check=False,
    )
    lines = [line.split(b"\t") for line in run.stdout.splitlines()]
    assert [line[0] for line in lines] == [b"keep", b"exclude", b"exclude"]
    assert b"not a URL" in lines[1][2]
    assert (run.returncode, run.stderr) == (3, b"")


def test_a_reader_that_leaves_early_is_no_error_to_speak_of(folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run(
        [*PROGRAM, "check", "http://free.example.com/"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (run.returncode, run.stderr) == (3, b"")


@pytest.mark.parametrize("closed", [">&-", "<&-", "2>&-", ">&- 2>&- <&-"])
def test_a_stream_that_is_closed_changes_no_exit_code(folder: Path, closed: str) -> None:
    for url, code in (("http://free.example.com/", 0), ("http://reserved.example.com/", 1)):
        called = ["sh", "-c", f'exec "$@" {closed}', "sh", *PROGRAM, "check", url]
        run = subprocess.run(called, capture_output=True, check=False)
        assert (run.returncode, run.stderr) == (code, b"")


def test_an_interruption_is_one_line_and_the_code_of_shells(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Interrupted())
    assert main(["check", "-"]) == 130
    assert capsys.readouterr().err == "crawler-filter: stopped\n"


class Interrupted(io.StringIO):
    """Somebody presses Ctrl-C before a line comes."""

    def __next__(self) -> str:
        raise KeyboardInterrupt


def test_a_fault_of_the_program_never_has_the_code_of_what_is_excluded(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    monkeypatch.setattr("crawler_filter.cli._open_what_is_closed", lambda: None)
    assert main(["check", "-"]) == 3
    shown = capsys.readouterr().err
    assert "this is a fault of the program, please report it: TypeError" in shown
    assert shown.count("\n") == 1


def test_without_a_command_the_commands_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "fetch and verify a registry's newest snapshot" in capsys.readouterr().err


def test_check_speaks_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--json", "http://reserved.example.com/"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["url"] == "http://reserved.example.com/"
    assert answer["keep"] is False


def test_permission_first_does_not_keep_silence(folder: Path) -> None:
    assert main(["check", "--permission-first", "http://free.example.com/"]) == 1


def test_a_page_it_was_found_on_counts(folder: Path) -> None:
    page = ["--found-on", "http://www.reserved.example.com/gallery"]
    assert main(["check", *page, "http://cdn.example.net/1.png"]) == 1


def test_explain_in_json_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "--json", "http://reserved.example.com/"])
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["reason"] == "registry.domain"


def test_explain_reads_a_file_and_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "copy.png").write_bytes(b"mine")
    assert main(["explain", "--file", str(folder / "copy.png"), "http://free.example.com/copy.png"]) == 1
    answer = capsys.readouterr().out
    assert answer.startswith("exclude: reserved by sha256 ")
    assert "https://registry.example/d/" in answer


def test_verify_accepts_an_intact_folder_and_names_what_is_broken(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(folder / "snapshot")]) == 0
    assert "is intact" in capsys.readouterr().out
    for segment in (folder / "snapshot" / "segments").iterdir():
        segment.write_bytes(segment.read_bytes()[:-1] + b"?")
    assert main(["verify", str(folder / "snapshot")]) == 3
    assert "SHA-256" in capsys.readouterr().err


@pytest.fixture
def named(folder: Path) -> Path:
    pytest.importorskip("ahocorasick_rs", reason="the names extra is not installed")
    (folder / "snapshot" / "names").write_bytes(
        encode_names([Name(0, NameKind.CHARACTER, ("青井そら", "Sora Aoi")), Name(0, NameKind.TITLE, ("灯台守",))])
    )
    return folder


def test_captions_names_what_is_in_each_and_excludes_nothing(
    named: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("1girl, aoi_sora, 灯台守\n\na lighthouse\t at night\n"))
    assert main(["captions"]) == 0
    first, second = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert first[:2] == ["named", "1girl, aoi_sora, 灯台守"]
    assert re.fullmatch(r"character Sora Aoi — (https://registry.example/d/\w+); title 灯台守 — \1", first[2])
    assert second == ["nothing", "a lighthouse at night", ""]


def test_captions_reads_a_field_of_json_and_answers_in_json(
    named: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        '{"text": "two\\nlines of Sora Aoi", "id": 7}',
        "[" * 100_000,
        '{"id": 8}',
        '["text"]',
        "{",
        '{"text": ""}',
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    assert main(["captions", "--json", "--field", "text"]) == 3
    captured = capsys.readouterr()
    first, second = map(json.loads, captured.out.splitlines())
    assert first["caption"] == "two\nlines of Sora Aoi"
    assert [(each["rule"], each["speaks"]) for each in first["findings"]] == [("character Sora Aoi", False)]
    assert second == {"caption": "", "findings": []}
    assert re.findall(r"^crawler-filter: caption (\d): ", captured.err, re.MULTILINE) == list("2345")


def test_captions_without_names_say_how_to_get_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ahocorasick_rs", reason="the names extra is not installed")
    assert main(["captions", "aoi"]) == 3
    assert "run `crawler-filter sync --names` first" in capsys.readouterr().err


def test_an_extra_that_is_not_installed_is_named(
    named: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    assert main(["captions", "aoi"]) == 3
    assert "install training-optout[names]" in capsys.readouterr().err


def test_fingerprint_walks_folders(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "works" / "deep").mkdir(parents=True)
    (folder / "works" / "deep" / "a.png").write_bytes(b"\0mine")
    assert main(["fingerprint", str(folder / "works")]) == 3
    said = capsys.readouterr()
    assert said.out.split()[0] == sha256(b"\0mine").hexdigest()
    assert "no likeness of this kind of file" in said.err
    assert main(["fingerprint", "--json", str(folder / "works")]) == 3
    assert json.loads(capsys.readouterr().out)["bytes"] == 5


def test_a_file_that_is_not_there_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fingerprint", str(folder / "nowhere.png")]) == 3
    assert capsys.readouterr().err.endswith("nowhere.png: No such file or directory\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read: No such file or directory"), ("nonsense", "is not a trust file: line 1")],
    ids=["absent", "something else"],
)
def test_a_trust_file_that_cannot_be_used_is_named_with_the_reason(
    folder: Path, content: str | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "another.policy"
    if content is not None:
        path.write_text(content)
    assert main(["check", "--trust", str(path), "http://free.example.com/"]) == 3
    captured = capsys.readouterr()
    assert f"{path} {said}" in captured.err
    assert captured.out == ""


def test_a_folder_that_was_never_synced_says_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--snapshot", str(folder / "empty"), "http://free.example.com/"]) == 3
    assert "run `crawler-filter sync` first" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["registry.example", "ftp://registry.example", "./snapshot"])
def test_what_is_no_address_of_a_registry_is_a_wrong_call(
    folder: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["sync", address])
    assert caught.value.code == 2
    assert "https://registry.example" in capsys.readouterr().err


def test_explaining_nothing_is_a_wrong_call(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["explain"])
    assert caught.value.code == 2
    assert "--file" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["CRAWLER_FILTER_SNAPSHOT", "CRAWLER_FILTER_TRUST"])
def test_what_must_be_named_and_is_not_is_a_wrong_call(
    folder: Path, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(SystemExit) as caught:
        main(["check", "http://free.example.com/"])
    assert caught.value.code == 2
    assert missing in capsys.readouterr().err


def test_an_unknown_usage_is_a_wrong_call(folder: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["check", "--usage", "everything", "http://free.example.com/"])
    assert caught.value.code == 2


def test_sync_fetches_over_real_http(
    registry: PublishedRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Mirror(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = registry.files.get(self.path.lstrip("/"))
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    (tmp_path / "trust").write_bytes(registry.trust.encode())
    with ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as mirror:
        Thread(target=mirror.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        where = ["--snapshot", str(tmp_path / "here"), "--trust", str(tmp_path / "trust")]
        assert main(["sync", f"http://127.0.0.1:{mirror.server_port}", *where]) == 0
        assert "snapshot 1 of registry.example" in capsys.readouterr().out
        names = encode_names([Name(0, NameKind.TITLE, ("Lighthouse Keeper",))])
        assert main(["sync", "--names", f"http://127.0.0.1:{mirror.server_port}", *where]) == 3
        assert "v1/names answered 404" in capsys.readouterr().err
        registry.files["v1/names"] = names
        assert main(["sync", "--names", f"http://127.0.0.1:{mirror.server_port}", *where]) == 0
        assert (tmp_path / "here" / "names").read_bytes() == names
        capsys.readouterr()
        assert main(["sync", "--json", f"http://127.0.0.1:{mirror.server_port}/", *where]) == 0
        assert json.loads(capsys.readouterr().out)["sequence"] == 1
        mirror.shutdown()
    assert main(["sync", f"http://127.0.0.1:{mirror.server_port}", *where]) == 3
    assert "could not be read: Connection refused" in capsys.readouterr().err


def test_the_module_is_the_program() -> None:
    """It did nothing and exited with 0, as if all had been done."""
    command = [sys.executable, "-m", "crawler_filter.cli", "no-such-command"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "invalid choice: 'no-such-command'" in run.stderr
