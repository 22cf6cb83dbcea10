"""PDQ in real Chromium: the bits of Python on the same pixels, nearly the same through the browser's own decoder."""

import base64
import io
import json
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps
from playwright.sync_api import Error

from crawler_filter.files.image import decode
from crawler_filter.fingerprints.few_bits import says_little
from crawler_filter.fingerprints.parts import parts
from crawler_filter.fingerprints.pdq import distance, pdq, samples_of
from crawler_filter.fingerprints.plain import is_plain, soft_sixteenths
from crawler_filter.fingerprints.plain_families import left_over
from crawler_filter.fingerprints.plain_figures import corners_of, is_figure, parted
from crawler_filter.fingerprints.registered import Picture
from crawler_filter.fingerprints.variants import for_registration
from tests.crawler_filter.fingerprints.composed import page as page_of
from tests.crawler_filter.fingerprints.composed import sheet
from tests.crawler_filter.fingerprints.drawn_figures import FIGURES
from tests.crawler_filter.fingerprints.generated import pixels
from tests.crawler_filter.fingerprints.plain_pictures import KINDS, drawn

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[4]
MOST_BITS = 4
SCRIPT = ROOT / "registry/web/static/pdq.js"
PICTURES = json.loads((ROOT / "tests/vectors/pdq.json").read_text())["pictures"]
WIDE, SMALL = (
    next(picture for picture in PICTURES if picture["name"] == name)
    for name in ("smooth, wide", "smaller than the sample grid")
)

MAKE_PIXELS = """
const made = ({ width, height, cell, seed }) => {
  const points = (side) => (cell ? Math.floor((side - 1) / cell) + 2 : 1);
  const [columns, rows] = [points(width), points(height)];
  const grid = Array.from({ length: 3 * columns * rows }, () => {
    seed = (Math.imul(1664525, seed) + 1013904223) >>> 0;
    return seed >>> 24;
  });
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) for (let channel = 0; channel < 3; channel++) {
    const at = (i, j) => grid[3 * (Math.floor(y / cell + j) * columns + Math.floor(x / cell + i)) + channel];
    const [dx, dy] = [x % cell, y % cell];
    data[4 * (y * width + x) + channel] = !cell ? grid[channel] : Math.floor((
      (cell - dx) * (cell - dy) * at(0, 0) + dx * (cell - dy) * at(1, 0) + (cell - dx) * dy * at(0, 1) + dx * dy * at(1, 1)
    ) / cell ** 2);
  }
  return { data, width, height };
};
"""


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page()
    page.add_script_tag(content=SCRIPT.read_text() + MAKE_PIXELS)
    yield page
    page.close()


def in_browser(page, function, content):
    """What `function` returns for a file of this content."""
    return page.evaluate(
        f"(text) => {function}(new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))]))",
        base64.b64encode(content).decode(),
    )


def made_in_python(picture):
    return pixels(*(picture[name] for name in ("width", "height", "cell", "seed")))


def saved(picture, kind, **options):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind, **options)
    return file.getvalue()


def framed(picture):
    return np.asarray(ImageOps.expand(Image.fromarray(picture), border=(40, 20, 60, 0), fill="white"))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture["name"])
def test_a_generated_picture_has_the_bits_of_the_vectors(page, picture):
    found = page.evaluate("(picture) => pdq(viewOf(made(picture)))", picture)
    assert found == {"hash": picture["hash"], "quality": picture["quality"]}


@pytest.mark.parametrize("frame", [np.asarray, framed], ids=["without a border", "with a border"])
@pytest.mark.parametrize("picture", [WIDE, SMALL], ids=lambda picture: picture["name"])
def test_a_file_without_loss_has_the_variants_of_python(page, picture, frame):
    made = frame(made_in_python(picture))
    keys = for_registration(made)
    expected = [(key.variant, key.hash.hex(), key.quality) for key in keys]
    found = in_browser(page, "imageFingerprints", saved(made, "PNG"))
    assert [(key["variant"], key["hash"], key["quality"]) for key in found] == expected
    registered = Picture(tuple((key.variant, key.hash) for key in keys))
    assert page.evaluate("scopeValue", found) == registered.encode()


COMPOSED = {
    "a page of panels": lambda: page_of(pixels(300, 260, 40, 3)),
    "a page of many": lambda: sheet(
        [[pixels(90 + 10 * across, 120, 30, 10 * down + across) for across in range(4)] for down in range(4)], 9
    ),
    "a large page": lambda: page_of(pixels(900, 700, 90, 3)),
    "on black": lambda: sheet([[pixels(300, 200, 40, 5)], [pixels(300, 90, 20, 6)]], 14, 40, 0),
    "a wide picture": lambda: pixels(500, 200, 60, 7),
    "a strip": lambda: pixels(90, 800, 40, 8),
    "two that meet": lambda: np.concatenate(
        [pixels(150, 200, 60, 3) // 3, 255 - pixels(190, 200, 60, 4) // 3], axis=1
    ),
    "stripes": lambda: np.tile(np.repeat(np.arange(0, 250, 50, dtype=np.uint8), 60)[None, :, None], (250, 1, 3)),
    "small": lambda: pixels(40, 50, 9, 9),
}


@pytest.mark.parametrize("composed", COMPOSED.values(), ids=COMPOSED)
def test_the_parts_of_a_picture_are_those_of_python(page, composed):
    picture = composed()
    expected = [(key.variant, key.hash.hex(), key.quality) for key in for_registration(picture)]
    found = in_browser(page, "imageFingerprints", saved(picture, "PNG"))
    assert [(key["variant"], key["hash"], key["quality"]) for key in found] == expected
    boxes = in_browser(
        page,
        "(async (file) => partsOf(await decode(file)).map(({ width, height }) => [height, width]))",
        saved(picture, "PNG"),
    )
    assert boxes == [list(part.shape[:2]) for part in parts(picture)]


MADE = {
    **{kind: partial(drawn, kind, 1) for kind in KINDS},
    "wide": partial(made_in_python, WIDE),
    "small": COMPOSED["small"],
    "a small drawing on a large ground": lambda: np.pad(
        pixels(240, 260, 40, 3) // 5, ((320, 320), (330, 330), (0, 0)), constant_values=255
    ),
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_as_much_is_left_of_a_picture_as_python_says(page, made):
    picture = made()
    samples, wide = samples_of(picture), picture.shape[1] / picture.shape[0]
    found = page.evaluate("([samples, wide]) => leftOver(samples, wide)", [samples.ravel().tolist(), wide])
    assert found == pytest.approx(dict(left_over(samples, wide)), abs=1e-6)
    assert page.evaluate("softSixteenths", samples.ravel().tolist()) == [
        list(at) for at in soft_sixteenths(samples)
    ]


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_a_figure_has_the_corners_that_python_counts(page, made):
    samples = samples_of(made())
    shares, left = parted(samples)
    found = page.evaluate(
        """(samples) => {
          const { shares, left } = parted(samples);
          const corners = [shares, shares.map((share) => 1 - share)].map(cornersOf);
          return { shares: Array.from(shares), left, corners, isFigure: isFigure(samples) };
        }""",
        samples.ravel().tolist(),
    )
    assert found["shares"] == shares.ravel().tolist()
    assert found["left"] == pytest.approx(left, abs=1e-9)
    assert found["corners"] == [corners_of(each) for each in (shares, 1 - shares)]
    assert found["isFigure"] == is_figure(samples)


@pytest.mark.parametrize("kind", FIGURES)
def test_a_figure_has_the_variants_of_python(page, kind):
    for seed in range(3):
        picture = drawn(kind, seed)
        found = in_browser(page, "imageFingerprints", saved(picture, "PNG"))
        assert [(key["variant"], key["hash"]) for key in found] == [
            (key.variant, key.hash.hex()) for key in for_registration(picture)
        ]


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        ("rings", 2),
        ("rings", 7),
        ("sunburst", 17),
        ("sunburst", 2),
        ("bricks", 4),
        ("asanoha", 6),
        ("heart", 0),
        ("star", 3),
    ],
)
def test_a_picture_is_plain_where_python_says_so(page, kind, seed):
    picture = drawn(kind, seed)
    found = in_browser(page, "(async (file) => isPlain(await decode(file)))", saved(picture, "PNG"))
    assert found == is_plain(picture)


def test_what_is_plain_has_nothing_to_register(page):
    assert in_browser(page, "imageFingerprints", saved(COMPOSED["stripes"](), "PNG")) == []


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return {"exif": exif.tobytes()}


@cache
def wide():
    return made_in_python(WIDE)


def transparent():
    return np.dstack([wide(), wide()[:, ::-1, 0]])


FILES = {
    "JPEG": lambda: saved(wide(), "JPEG", quality=60),
    "JPEG, turned by Exif": lambda: saved(wide(), "JPEG", **turned(6)),
    "JPEG with every colour sample": lambda: saved(wide(), "JPEG", subsampling=0),
    "grey JPEG": lambda: saved(wide()[:, :, 1], "JPEG"),
    "WebP": lambda: saved(wide(), "WEBP", quality=40),
    "AVIF": lambda: saved(wide(), "AVIF"),
    "GIF": lambda: saved(wide(), "GIF"),
    "transparent PNG": lambda: saved(transparent(), "PNG"),
    "transparent WebP": lambda: saved(transparent(), "WEBP"),
    "PNG in another colour space": lambda: saved(wide(), "PNG", icc_profile=ImageCms.ImageCmsProfile(
        ImageCms.createProfile("LAB")).tobytes()),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_the_decoder_of_the_browser_makes_four_bits_of_difference_at_most(page, name):
    content = FILES[name]()
    found = in_browser(page, "imageFingerprints", content)
    expected = for_registration(decode(content))
    assert [key["variant"] for key in found] == [key.variant for key in expected]
    assert (
        max(distance(bytes.fromhex(one["hash"]), other.hash) for one, other in zip(found, expected, strict=True))
        <= MOST_BITS
    )


def test_published_photographs_differ_by_four_bits_at_most(page, vectors):
    for name in ("bridge-1-original.jpg", "bridge-2-rotate-90.jpg"):
        content = (vectors / "pdq" / name).read_bytes()
        whole = in_browser(page, "imageFingerprints", content)[0]
        assert distance(bytes.fromhex(whole["hash"]), for_registration(decode(content))[0].hash) <= MOST_BITS


def test_a_picture_with_too_little_to_see_has_nothing_to_register(page):
    assert in_browser(page, "imageFingerprints", saved(np.zeros((90, 90, 3), dtype=np.uint8), "PNG")) == []


@pytest.mark.parametrize("content", [b"", b"a text", saved(np.zeros((9, 9)).astype(np.uint8), "PNG")[:40]])
def test_what_the_browser_cannot_decode_is_rejected(page, content):
    with pytest.raises(Error, match="could not be decoded"):
        in_browser(page, "imageFingerprints", content)


def test_it_runs_in_a_worker_under_the_policy_of_the_pages(visit):
    page = visit()
    page.goto("/")
    answer = page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 200 });
          const context = canvas.getContext("2d");
          for (let at = 1; at < 40; at++) context.fillRect(at * 89 % 200, at * 61 % 200, at * 17 % 40, at * 29 % 50);
          const file = await new Promise((resolve) => canvas.toBlob(resolve));
          const worker = new Worker("/static/pdq.js");
          const answers = new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
          worker.postMessage(file);
          return answers;
        }"""
    )
    assert answer["fingerprints"][0]["variant"] == "whole"
    assert answer["value"].startswith(answer["fingerprints"][0]["hash"])


def test_the_same_hashes_say_little(page):
    rng = np.random.default_rng(5)
    rows = [rng.integers(0, 256, 2, dtype=np.uint8).tobytes() for _ in range(12)]
    repeated = [(row * 16)[: 32 - 2 * more] + rng.bytes(2 * more) for more, row in enumerate(rows)]
    of_plain = [pdq(drawn(kind, 2)).hash for kind in KINDS]
    hashes = [*repeated, *of_plain, *(rng.bytes(32) for _ in range(20)), bytes(32)]
    found = page.evaluate("(hashes) => hashes.map(saysLittle)", [each.hex() for each in hashes])
    assert found == [says_little(each) for each in hashes]
    assert {True, False} == set(found)
