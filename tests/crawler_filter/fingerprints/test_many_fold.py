"""Figures of many points that are all alike are told from pictures, and have no code of a model."""

from math import cos, pi, sin
from typing import Any

import numpy as np
import pytest

pytest.importorskip("PIL.Image", reason="the extra `content` is not installed")

from PIL import Image, ImageDraw

from benchmarks.edits import drawing
from crawler_filter.fingerprints.coded_parts import codes_to_look_up, codes_to_register
from crawler_filter.fingerprints.many_fold import in_turns, is_many_fold


def star(points: int, step: int, size: int = 300, border: int = 0) -> Any:
    sheet = Image.new("RGB", (2 * size, 2 * size), "white")
    corners = [
        (size + 0.96 * size * sin(2 * pi * at / points), size - 0.96 * size * cos(2 * pi * at / points))
        for at in range(points)
    ]
    for at in range(points):
        ImageDraw.Draw(sheet).line((*corners[at], *corners[(at + step) % points]), fill="black", width=2)
    shown = np.asarray(sheet.resize((size, size), Image.Resampling.LANCZOS))
    return np.pad(shown, ((border, border), (2 * border, 0), (0, 0)), constant_values=255)


@pytest.mark.parametrize(("points", "step"), [(19, 7), (35, 16), (37, 17), (45, 22), (53, 23), (64, 31), (77, 38)])
@pytest.mark.parametrize("border", [0, 20])
def test_a_star_polygon_is_everybodys_and_has_no_code(points: int, step: int, border: int) -> None:
    shown = star(points, step, border=border)
    assert is_many_fold(shown)
    assert codes_to_register(shown, lambda _: [bytes(64)]) == ()
    assert codes_to_look_up(shown, lambda _: [bytes(64)]) == (bytes(64),)


@pytest.mark.parametrize("seed", range(6))
def test_a_drawing_is_not(seed: int) -> None:
    assert not is_many_fold(drawing(seed, 200, 150))


def test_nothing_is_said_of_one_colour() -> None:
    assert in_turns(np.full((40, 60, 3), 7, dtype=np.uint8)) == 0
