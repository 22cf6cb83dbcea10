"""What a model has generated cannot be mistaken for another thing, and a picture is known in any form."""

from pathlib import Path

import numpy as np
import pytest

from crawler_filter import Reason
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, opened, pictured

OPTOUT = opened(pictured())
FLOATS = PIXELS.astype(np.float32) / 255
OPAQUE = np.dstack([PIXELS, np.full(PIXELS.shape[:2], 255, dtype=np.uint8)])


@pytest.mark.parametrize(
    "pixels", [PIXELS, FLOATS, OPAQUE, PIXELS[:, ::-1]], ids=["bytes", "floats", "alpha", "view"]
)
def test_an_array_is_the_picture_that_it_shows(pixels: np.ndarray) -> None:
    assert OPTOUT.check_output(image=pixels).reason is Reason.REGISTRY_IMAGE
    assert OPTOUT.check_output(image=np.zeros_like(pixels)).keep


def test_a_grey_array_needs_no_channels() -> None:
    grey = PIXELS.mean(axis=2).astype(np.uint8)
    assert OPTOUT.check_output(image=grey).reason is OPTOUT.check_output(image=grey[..., np.newaxis]).reason


def test_a_picture_of_pillow_is_taken_as_its_file_is(tmp_path: Path) -> None:
    images = pytest.importorskip("PIL.Image")
    for shown, reason in ((PIXELS, Reason.REGISTRY_IMAGE), (OTHER, Reason.KEPT)):
        picture, data, file = images.fromarray(shown), encoded(shown), tmp_path / "made.png"
        file.write_bytes(data)
        made = [
            OPTOUT.check_output(data),
            OPTOUT.check_output(bytearray(data)),
            OPTOUT.check_output(path=file),
            OPTOUT.check_output(path=str(file)),
            OPTOUT.check_output(image=picture),
            OPTOUT.check_output(image=picture.convert("RGBA")),
        ]
        assert [decision.reason for decision in made] == [reason] * len(made)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"data": "a/path.png"}, TypeError, "text="),
        ({"data": 7}, TypeError, "int"),
        ({"data": Path("a.png")}, TypeError, "path="),
        ({"text": b"bytes"}, TypeError, "bytes"),
        ({"path": b"a.png"}, TypeError, "bytes"),
        ({"image": b"\x89PNG"}, TypeError, "bytes"),
        ({"image": PIXELS.astype(np.int64)}, TypeError, "int64"),
        ({"image": PIXELS.astype(np.float32)}, ValueError, "from 0 to 1"),
        ({"image": np.full((4, 4), np.nan)}, ValueError, "from 0 to 1"),
        ({"image": PIXELS[np.newaxis]}, ValueError, "channels"),
        ({"image": np.zeros((0, 4, 3), dtype=np.uint8)}, ValueError, "channels"),
        ({"data": b"", "text": ""}, TypeError, "got 2"),
        ({}, TypeError, "got 0"),
        ({"path": "/nowhere/at/all.png"}, FileNotFoundError, "all.png"),
    ],
    ids=repr,
)
def test_what_could_be_mistaken_raises(arguments: dict, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        OPTOUT.check_output(**arguments)
    assert opened(pictured()).stats.checked == 0


def test_a_text_is_a_text() -> None:
    assert OPTOUT.check_output(text="/a/path/that/is/no/path.png").keep
