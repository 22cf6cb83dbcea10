"""`crawler-filter compare` says whether two files show the same, and draws it."""

import json

import pytest

pytest.importorskip("cv2", reason="the extra `compare` is not installed")

from PIL import Image

from crawler_filter.cli import main
from tests.crawler_filter.comparison.test_features import WORK, drawing


@pytest.fixture
def files(tmp_path):
    WORK.save(tmp_path / "work.png")
    WORK.crop((20, 30, 240, 230)).save(tmp_path / "crop.jpg")
    drawing(7).save(tmp_path / "other.png")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return tmp_path


def test_a_copy_is_exit_code_1_and_is_drawn(files, capsys):
    drawn = files / "both.png"
    assert main(["compare", str(files / "work.png"), str(files / "crop.jpg"), "--picture", str(drawn)]) == 1
    assert capsys.readouterr().out.startswith("alike: ")
    with Image.open(drawn) as sheet:
        assert sheet.width > WORK.width


def test_another_work_is_exit_code_0(files, capsys):
    assert main(["compare", "--json", str(files / "work.png"), str(files / "other.png")]) == 0
    assert json.loads(capsys.readouterr().out)["alike"] is False


def test_a_file_that_cannot_be_read_is_exit_code_3(files, capsys):
    assert main(["compare", str(files / "work.png"), str(files / "broken.png")]) == 3
    assert capsys.readouterr().err.startswith("crawler-filter: ")
    assert main(["compare", str(files / "work.png"), str(files / "nothing.png")]) == 3


def test_a_drawing_under_another_name_than_png_is_refused(files, capsys):
    work = str(files / "work.png")
    assert main(["compare", work, work, "--picture", str(files / "both.txt")]) == 3
    assert "PNG" in capsys.readouterr().err
