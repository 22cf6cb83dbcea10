import numpy as np
import pytest

pytest.importorskip("PIL.Image", reason="the extra `content` is not installed")

from PIL import Image as Pictures
from PIL import ImageDraw

from crawler_filter.fingerprints.pdq import samples_of
from crawler_filter.fingerprints.plain import is_plain, shows_a_figure
from crawler_filter.fingerprints.plain_figures import MOST_CORNERS, MOST_LEFT, corners_of, is_figure, parted
from crawler_filter.fingerprints.variants import for_lookup, for_registration
from tests.crawler_filter.fingerprints.composed import page
from tests.crawler_filter.fingerprints.drawn_figures import FIGURES
from tests.crawler_filter.fingerprints.generated import pixels
from tests.crawler_filter.fingerprints.plain_pictures import drawn

HEXAGON = [(100, 200), (150, 113), (250, 113), (300, 200), (250, 287), (150, 287)]
SCRAWL = [(40 + 24 * at, 60 + 150 * (at * 7 % 5) // 2) for at in range(14)]


def sheet_with(*polygons, colour="darkred", ground="white", width=0):
    picture = Pictures.new("RGB", (400, 400), ground)
    for polygon in polygons:
        if width:
            ImageDraw.Draw(picture).line([*polygon, *polygon[:2]], fill=colour, width=width, joint="curve")
        else:
            ImageDraw.Draw(picture).polygon(polygon, fill=colour)
    return picture


def textured(picture, deviation):
    noise = np.random.default_rng(1).normal(0, deviation, (400, 400, 1))
    return (np.asarray(picture) + noise).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", FIGURES)
def test_one_plain_figure_cannot_be_registered(kind):
    missed = [seed for seed in range(8) if for_registration(drawn(kind, seed))]
    assert missed == []


def test_a_plain_figure_is_looked_up_all_the_same():
    assert for_lookup(np.asarray(sheet_with(HEXAGON)))


@pytest.mark.parametrize("turn", [0, 17, 90, 133])
@pytest.mark.parametrize("colours", [("darkred", "white"), ("white", "black"), ("navy", "orange")])
def test_a_figure_is_plain_at_any_turn_and_in_any_colour(turn, colours):
    colour, ground = colours
    picture = sheet_with(HEXAGON, colour=colour, ground=ground).rotate(turn, fillcolor=ground)
    assert is_plain(np.asarray(picture))


def test_a_texture_that_hashes_do_not_see_is_none():
    assert for_registration(textured(sheet_with(HEXAGON), 25)) == []


def test_a_figure_drawn_in_outline_is_as_plain_as_a_filled_one():
    assert is_plain(np.asarray(sheet_with(HEXAGON, width=14)))


@pytest.mark.parametrize("second", [[(20, 20), (80, 20), (50, 80)], [(330, 300), (360, 300), (345, 350)]])
def test_two_figures_are_a_drawing(second):
    assert not shows_a_figure(np.asarray(sheet_with(HEXAGON, second)))


def test_a_figure_with_many_corners_is_a_drawing():
    ragged = [
        (200 + far * np.cos(at * np.pi / 14), 200 + far * np.sin(at * np.pi / 14))
        for at, far in enumerate([150, 80] * 14)
    ]
    picture = np.asarray(sheet_with(ragged))
    assert corners_of(1 - parted(samples_of(picture))[0]) > MOST_CORNERS
    assert not shows_a_figure(picture)


def test_a_shaded_figure_is_a_drawing():
    shade = np.linspace(0, 200, 400)[:, None, None].astype(np.uint8)
    picture = np.where(np.asarray(sheet_with(HEXAGON)) == 255, np.uint8(255), shade)
    assert parted(samples_of(picture))[1] > MOST_LEFT
    assert not shows_a_figure(picture)


def test_a_small_drawing_on_a_large_ground_is_registered_without_its_ground():
    sheet = Pictures.new("RGB", (900, 900), "white")
    seen = Pictures.new("L", (260, 240))
    ImageDraw.Draw(seen).polygon([(0, 90), (150, 0), (260, 200), (60, 240)], fill=255)
    sheet.paste(Pictures.fromarray(pixels(260, 240, 12, 3) // 2), (330, 320), seen)
    assert shows_a_figure(np.asarray(sheet))
    assert {key.variant for key in for_registration(np.asarray(sheet))} == {"trimmed"}


@pytest.mark.parametrize(
    "work",
    [pixels(300, 260, 40, 3), pixels(70, 60, 20, 4), page(pixels(300, 260, 40, 3))],
    ids=["", "small", "page"],
)
def test_a_work_is_no_figure(work):
    assert not shows_a_figure(work)
    assert parted(samples_of(work))[1] > 2 * MOST_LEFT


def square(top, left, bottom, right):
    shares = np.zeros((64, 64))
    shares[top:bottom, left:right] = 1
    return shares


def disc(radius):
    down, right = np.mgrid[0:64, 0:64] - 31.5
    return (radius - np.hypot(down, right) + 0.5).clip(0, 1)


def test_corners_are_counted_but_for_those_at_the_edges_of_the_picture():
    assert corners_of(square(10, 10, 50, 50)) == 4
    assert corners_of(square(0, 0, 64, 30)) <= 1


@pytest.mark.parametrize("radius", [10, 20, 28])
def test_a_circle_falls_into_few_bent_pieces(radius):
    assert corners_of(disc(radius)) <= 8


def test_a_hole_counts_unless_the_figure_is_drawn_in_outline():
    assert corners_of(square(10, 10, 50, 50) - square(15, 15, 45, 45)) == 4
    assert corners_of(square(10, 10, 50, 50) - square(20, 20, 40, 40)) == 8


def test_of_several_figures_no_corners_are_counted():
    assert corners_of(square(5, 5, 20, 20) + square(30, 30, 50, 50)) is None
    assert corners_of(square(5, 5, 60, 60) - square(10, 10, 20, 20) - square(30, 30, 40, 40)) is None
    assert corners_of(np.zeros((64, 64))) is None


def test_a_blank_is_plain_and_noise_is_not():
    assert is_figure(np.zeros((64, 64)))
    assert is_figure(np.full((64, 64), 255.0))
    assert not is_figure(np.random.default_rng(1).uniform(0, 255, (64, 64)))
