"""Every frame of an animated picture counts, and one that is broken or endless is looked at as far as it goes."""

import io
from dataclasses import replace

import numpy as np
import pytest

from tests.crawler_filter.fingerprints.generated import pixels

images = pytest.importorskip("PIL.Image")
animation = pytest.importorskip("crawler_filter.fingerprints.animation")
frames = pytest.importorskip("crawler_filter.files.frames")
LIMITS_FOR_CRAWLED = pytest.importorskip("crawler_filter.files.decoding_cost").LIMITS_FOR_CRAWLED

SCENES = [pixels(160, 120, 20, seed) for seed in (1, 2, 3)]


def animated(form, scenes=SCENES, duration=1500):
    first, *rest = (images.fromarray(each) for each in scenes)
    content = io.BytesIO()
    options = {"lossless": True} if form == "WEBP" else {"quality": 95} if form == "AVIF" else {}
    first.save(content, form, save_all=True, append_images=rest, duration=duration, **options)
    return content.getvalue()


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "AVIF"])
def test_each_frame_of_it_is_seen_in_its_second(form):
    watched = animation.for_lookup(animated(form))
    assert watched.stopped is None
    assert sorted({frame.second for frame in watched.frames}) == [0, 1, 3]
    assert watched.looks == 3


def test_frames_that_show_the_same_are_one():
    assert animation.for_lookup(animated("GIF", [SCENES[0], SCENES[0], SCENES[1]])).looks == 2


@pytest.mark.parametrize("form", ["GIF", "PNG", "JPEG", "BMP"])
def test_a_still_picture_has_no_frames(form):
    content = io.BytesIO()
    images.fromarray(SCENES[0]).save(content, form)
    assert animation.for_lookup(content.getvalue()).frames == []


def test_one_that_breaks_off_is_seen_until_there():
    content = animated("GIF", [pixels(160, 120, 5, seed) for seed in range(6)])
    watched = animation.for_lookup(content[: len(content) * 2 // 3])
    assert 0 < watched.looks < 6
    assert watched.stopped


def test_no_more_is_decoded_than_its_budget():
    content = animated("PNG", [pixels(160, 120, 20, seed) for seed in range(20)])
    watched = animation.for_lookup(content, pixels=5 * 160 * 120)
    assert watched.looks == 5
    assert watched.pixels <= 6 * 160 * 120
    assert watched.stopped == "of 20 frames only the first 5 were looked up"


@pytest.mark.parametrize("damage", [b"\xff", bytes(40)])
def test_bytes_that_only_begin_as_a_picture_are_refused(damage):
    from crawler_filter.errors import DataError

    for beginning in (b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBP"):
        with pytest.raises(DataError):
            list(frames.Animation(beginning + damage, replace(LIMITS_FOR_CRAWLED, pixels=99)).frames())


def test_the_pages_of_a_tiff_come_after_the_first():
    from crawler_filter.files.budget import Budget

    content = animated("TIFF")
    budget = Budget.of_file(len(content), characters=0, pictures=True)
    second, third = frames.pages(content, budget)
    assert (second.name, third.name) == ("page 2", "page 3")
    assert np.array_equal(third.content, SCENES[2])
    budget.pixels = 1
    (second, said) = frames.pages(content, budget)
    assert "more than is decoded" in said.reason
