# ruff: noqa: RUF001 - Japanese signs are what is read
"""Character sheets are typed as paragraphs, and typed again as they were kept."""

import pytest
from flask import Flask
from flask_babel import Babel

from registry.rules.sheet_validation import build_sheets
from registry.web.sheet_form import read_sheets, written

TYPED = """\
青井そら / Sora Aoi
en: silver braid; scar over the nose
ja: 銀髪の三つ編み; 鼻の傷
about-en: A pilot: without a past.
permission: licensed: lab.example; studio.example

Momo
en: red scarf
permission: none"""


@pytest.fixture(autouse=True)
def in_a_request():
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def test_what_was_typed_is_typed_again() -> None:
    asked, problems = read_sheets(TYPED)
    sheets, errors = build_sheets(asked)
    assert (list(problems), errors) == ([], [])
    assert written(sheets) == TYPED
    assert sheets[0].licensed_to == ("lab.example", "studio.example")


def test_japanese_words_and_signs_are_taken_too() -> None:
    ((sheet,), problems) = read_sheets("青井そら／Sora Aoi\nja：銀髪；鼻の傷、翼\n許諾：許諾済み：lab.example")
    assert not problems
    assert sheet.names == ("青井そら", "Sora Aoi")
    assert sheet.attributes == {"ja": ("銀髪", "鼻の傷", "翼")}
    assert (sheet.permission, sheet.licensed_to) == ("licensed", ("lab.example",))


def test_a_line_that_says_nothing_known_is_told() -> None:
    _, problems = read_sheets("Sora Aoi\nsilver braid\nfr: tresse")
    assert [problem.field for problem in problems] == ["sheets", "sheets"]


def test_nothing_typed_is_no_sheet() -> None:
    assert read_sheets(" \r\n \r\n") == ((), [])
