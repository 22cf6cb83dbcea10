"""What films say of themselves is read, wherever their container keeps it."""

import io
from fractions import Fraction

import pytest

from crawler_filter.files.budget import Budget
from crawler_filter.files.film_tags import KINDS, may_speak, said
from crawler_filter.files.media_type import media_type
from crawler_filter.fingerprints.text import text_scope
from crawler_filter.reason import Reason
from tests.crawler_filter.checks.test_content import NOVEL, opened

av = pytest.importorskip("av", reason="the video extra is not installed")

FORMS = {"avi": "mpeg4", "mov": "mpeg4", "asf": "wmv2", "matroska": "mpeg4", "mp4": "mpeg4"}


def film(form, *, chapters=(), **tags):
    content = io.BytesIO()
    content.name = f"a.{form}"
    with av.open(content, "w", format=form) as container:
        container.metadata.update(tags)
        stream = container.add_stream(FORMS[form], rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        if chapters:
            container.set_chapters(
                [
                    {
                        "id": number,
                        "start": number,
                        "end": number + 1,
                        "time_base": Fraction(1),
                        "metadata": {"title": title},
                    }
                    for number, title in enumerate(chapters)
                ]
            )
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        container.mux(stream.encode())
    return content.getvalue()


@pytest.mark.parametrize("form", ["avi", "mov", "asf"])
def test_a_registered_text_in_a_comment_is_found(form):
    content, novel = film(form, comment=NOVEL), ("text", text_scope(NOVEL).encode())
    assert media_type(content) in KINDS
    assert opened(novel).check(content=content).findings
    assert not opened(novel).check(content=film(form, comment=NOVEL[::-1])).findings


@pytest.mark.parametrize("form", ["matroska", "mp4"])
def test_titles_of_chapters_are_read_as_one_text(form):
    sentences = NOVEL.split(". ")[:60]
    content = film(form, chapters=sentences)
    (words,) = said(content, media_type(content), Budget.of_file(9, characters=9, pictures=True))
    assert words.content == "\n".join(sentences)
    assert opened(("text", text_scope(NOVEL).encode())).check(content=content).findings


def test_what_an_encoder_notes_down_is_passed_over():
    content = film("avi", encoder="a program of a long name")
    assert list(said(content, "video/x-msvideo", Budget.of_file(9, characters=9, pictures=True))) == []


def test_a_missing_extra_is_said(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    (missing,) = said(b"", "video/mp4", Budget.of_file(9, characters=9, pictures=True))
    assert missing.cause is Reason.UNCHECKED_EXTRA


def test_a_broken_film_says_nothing_here():
    assert list(said(b"RIFF" + bytes(99), "video/x-msvideo", Budget.of_file(9, characters=9, pictures=True))) == []


@pytest.mark.parametrize("form", ["matroska", "mp4"])
def test_a_film_without_chapters_needs_no_extra_for_its_words(form, monkeypatch):
    with_some, without = film(form, chapters=["A", "B"]), film(form)
    kind = media_type(without)
    assert (may_speak(with_some, kind), may_speak(without, kind)) == (True, False)
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    novel = opened(("text", text_scope(NOVEL).encode()))
    assert [novel.check(content=each).reason for each in (without, with_some)] == [
        Reason.KEPT,
        Reason.UNCHECKED_EXTRA,
    ]
