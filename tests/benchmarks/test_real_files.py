"""The run over files that nobody here made: what it counts, and, in the long rounds, the run itself."""

import zipfile

import pytest

from benchmarks import real_files
from tests.conftest import require_network
from tests.crawler_filter.fingerprints.generated import png

pytest.importorskip("PIL", reason="the media extra is not installed")


def test_each_kind_is_counted_with_what_could_not_be_checked(tmp_path, capsys):
    (tmp_path / "page.html").write_text("<html><p>Nobody has reserved this page.</p></html>")
    (tmp_path / "same.html").write_bytes((tmp_path / "page.html").read_bytes())
    (tmp_path / "picture.png").write_bytes(png(20, 20, bytes(61 * 20)))
    (tmp_path / "unknown").write_bytes(bytes(range(1, 256)) * 9)
    (tmp_path / "truncated.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "code.py").write_text("print()")
    assert real_files.main(["--folder", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "| text/html | 1 | 0 (0.00 %) |" in printed
    assert "| application/octet-stream | 1 | 1 (100.00 %) | 1 times its kind is not known" in printed
    assert "3 files\n0 raised an error" in printed
    assert "2 of kinds that people publish\n0 of these (0.00 %) were not checked" in printed


def test_what_raises_an_error_fails_the_run(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.txt").write_text("a text")

    class Broken:
        def check(self, **_):
            raise RuntimeError("a defect")

    monkeypatch.setattr(real_files, "registry", Broken)
    assert real_files.main(["--folder", str(tmp_path)]) == 1
    assert "RuntimeError: a defect" in capsys.readouterr().out


def test_packages_are_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("sample.txt", "a text")
    real_files.unpack(tmp_path / "a.zip", tmp_path / "unpacked")
    assert [path.name for path in real_files.ordinary(tmp_path / "unpacked")] == ["sample.txt"]


@pytest.mark.slow
def test_thousands_of_ordinary_files_raise_no_error(capsys):
    require_network("fetch sample files of others")
    assert real_files.main([]) == 0
    counted = capsys.readouterr().out
    assert int(counted.partition(" files\n")[0].rpartition("\n")[2].replace(",", "")) >= 3_000
