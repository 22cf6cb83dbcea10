"""The subtitles in films are read as the texts they are."""

import io
import struct
from fractions import Fraction

import numpy as np
import pytest

from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import NOVEL, OTHER, PIXELS, opened, pictured
from tests.crawler_filter.files.published_layouts import SONGS

av = pytest.importorskip("av", reason="the video extra is not installed")
SENTENCES = NOVEL.split(". ")


def film(form, codec, lines):
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        shown = container.add_stream("mpeg4", rate=12)
        shown.height, shown.width, _ = OTHER.shape
        shown.pix_fmt = "yuv420p"
        said = container.add_mux_stream(codec, time_base=Fraction(1, 1000))
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(OTHER), format="rgb24")
        for _ in range(12):
            container.mux(shown.encode(frame))
        container.mux(shown.encode(None))
        for at, line in enumerate(lines):
            body = line.encode()
            packet = av.Packet(struct.pack(">H", len(body)) + body if codec == "mov_text" else body)
            packet.stream, packet.time_base, packet.pts, packet.dts = said, Fraction(1, 1000), at * 20, at * 20
            packet.duration = 20
            container.mux(packet)
    return file.getvalue()


@pytest.mark.parametrize(
    ("form", "codec"), [("matroska", "subrip"), ("matroska", "webvtt"), ("mp4", "mov_text"), ("mov", "mov_text")]
)
def test_dialogue_is_found_in_a_film(form, codec):
    decision = opened(("text", text_scope(NOVEL).encode())).check(content=film(form, codec, SENTENCES))
    assert not decision.keep
    assert decision.findings


def test_a_film_with_other_words_is_kept():
    decision = opened(pictured(), ("text", text_scope(NOVEL).encode())).check(
        content=film("matroska", "subrip", SONGS["en"])
    )
    assert decision.keep, decision.unavailable


def test_a_film_with_two_streams_of_pictures_is_watched_in_both():
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        streams = [container.add_stream("mpeg4", rate=12) for _ in range(2)]
        for stream in streams:
            stream.height, stream.width, _ = OTHER.shape
            stream.pix_fmt = "yuv420p"
        for stream, pixels in zip(streams, (OTHER, PIXELS), strict=True):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            for _ in range(12):
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    assert not opened(pictured()).check(content=file.getvalue()).keep
