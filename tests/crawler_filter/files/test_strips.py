"""A picture that was cut into strips is put together again, in archives and in texts, where strips tell what they are."""

import base64
import io
import zipfile
from itertools import pairwise

import numpy as np
import pytest

from crawler_filter.files.budget import Budget, Skipped
from crawler_filter.files.walk import walk
from tests.crawler_filter.fingerprints.generated import pixels

images = pytest.importorskip("PIL.Image")

SHOWN = pixels(320, 240, 20, 1)
OTHER = pixels(320, 240, 20, 2)


def png(shown):
    content = io.BytesIO()
    images.fromarray(np.ascontiguousarray(shown)).save(content, "PNG")
    return content.getvalue()


def cut(shown, height):
    return [png(shown[top : top + height]) for top in range(0, shown.shape[0], height)]


def zipped(named):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, each in named.items():
            archive.writestr(name, each)
    return content.getvalue()


def page(strips):
    shown = "<br>".join(f'<img src="data:image/png;base64,{base64.b64encode(each).decode()}">' for each in strips)
    return f"<!DOCTYPE html><html><body><p>{shown}</p></body></html>".encode()


def joined(content, kind, **changed):
    budget = Budget.of_file(len(content), characters=0, pictures=True)
    for name, value in changed.items():
        setattr(budget, name, value)
    return [each for each in walk(content, kind, budget) if " to " in each.name]


@pytest.mark.parametrize("height", [35, 70, 120])
def test_the_strips_of_a_picture_are_put_together_in_an_archive_and_in_a_page(height):
    strips = cut(SHOWN, height)
    for content, kind in (
        (zipped({f"{number}.png": each for number, each in enumerate(strips, 1)}), "application/zip"),
        (page(strips), "text/html"),
    ):
        (whole,) = joined(content, kind)
        assert np.array_equal(whole.content, SHOWN)


def test_names_and_lower_strips_tell_where_a_picture_ends():
    by_name = {
        f"page{at}_{number}.png": each
        for at, shown in enumerate((SHOWN, OTHER))
        for number, each in enumerate(cut(shown, 60))
    }
    by_height = {f"{number}.png": each for number, each in enumerate([*cut(SHOWN, 70), *cut(OTHER, 70)])}
    for named in (by_name, by_height):
        found = joined(zipped(named), "application/zip")
        assert [
            np.array_equal(each.content, shown) for each, shown in zip(found[:2], (SHOWN, OTHER), strict=True)
        ] == [True, True]


def test_where_nothing_tells_the_end_every_equal_number_of_strips_is_tried():
    strips = [each for shown in (SHOWN, OTHER, SHOWN, OTHER) for each in cut(shown, 60)]
    found = joined(zipped({f"{number}.png": each for number, each in enumerate(strips)}), "application/zip")
    assert any(np.array_equal(each.content, OTHER) for each in found)


def test_pages_and_photographs_are_not_put_together():
    pages = {f"{number}.png": png(SHOWN.swapaxes(0, 1)) for number in range(7)}
    photographs = {f"{number}.jpg": png(np.zeros((1600, 2400, 3), np.uint8)) for number in range(2)}
    assert not joined(zipped(pages), "application/zip")
    assert not joined(zipped(photographs), "application/zip")
    assert not joined(zipped({"1.png": png(SHOWN[:60]), "2.png": png(OTHER[:60, :200])}), "application/zip")


@pytest.mark.parametrize("count", [2, 3, 4, 6])
def test_the_columns_of_a_picture_are_put_together(count):
    edges = [320 * at // count for at in range(count + 1)]
    columns = [png(SHOWN[:, left:right]) for left, right in pairwise(edges)]
    for content, kind in (
        (zipped({f"{number}.png": each for number, each in enumerate(columns, 1)}), "application/zip"),
        (page(columns), "text/html"),
    ):
        assert any(np.array_equal(each.content, SHOWN) for each in joined(content, kind))


def test_the_halves_of_a_page_that_are_no_strips_are_put_together():
    tall = pixels(300, 420, 20, 3)
    halves = {f"{number}.png": each for number, each in enumerate(cut(tall, 210))}
    assert any(np.array_equal(each.content, tall) for each in joined(zipped(halves), "application/zip"))


def test_strips_beyond_the_budget_of_a_file_are_said_to_be():
    content = zipped({f"{number}.png": each for number, each in enumerate(cut(SHOWN, 60))})
    (skipped,) = joined(content, "application/zip", pixels=50_000)
    assert isinstance(skipped, Skipped)
    assert "strips of a picture" in skipped.reason
