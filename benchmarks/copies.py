"""What pirates do to pictures, and how many of the works are still recognised: the least of it that was promised.

Two kinds of generated works: drawings, which have detail at every scale as photographs have, and comic pages of
panels, frames and white margins. Photographs are those that come with scikit-image (`benchmarks/requirements.txt`)
and one of the published vectors, as far as they are at hand.
"""

import io
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from benchmarks.bench import Bench
from benchmarks.report import Report, at_least
from crawler_filter.fingerprints.pdq import distance
from crawler_filter.fingerprints.variants import for_lookup, for_registration
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.multi_index import MATCH_RADIUS

SECTION = "copies"
_VECTORS = Path(__file__).resolve().parents[1].parent / "shared" / "vectors" / "pdq"
_PHOTOGRAPHS = frozenset(
    f"{name}.png" for name in ("astronaut", "camera", "chelsea", "coffee", "coins", "moon", "motorcycle_left")
) | {"hubble_deep_field.jpg", "retina.jpg", "rocket.jpg"}
_WORKS = 25

Edit = Callable[[Image.Image], Image.Image]


def drawing(seed: int, width: int, height: int) -> Column:
    """Return a picture with detail at every scale."""
    rng = np.random.default_rng(seed)
    picture = np.full((height, width, 3), 128.0)
    for points, contrast in ((4, 90), (9, 60), (20, 40), (50, 25), (120, 12)):
        grid = rng.normal(0, contrast, (3, points, points)).astype(np.float32)
        scaled = [
            np.asarray(Image.fromarray(channel).resize((width, height), Image.Resampling.BICUBIC))
            for channel in grid
        ]
        picture += np.stack(scaled, axis=-1)
    return picture.clip(0, 255).astype(np.uint8)


def page(seed: int) -> Column:
    """Return a comic page: panels of drawings in three greys, within frames and a white margin."""
    rng = np.random.default_rng(seed)
    sheet = Image.new("L", (600, 850), 255)
    draw, top = ImageDraw.Draw(sheet), 30
    while top < 790:
        height = min(int(rng.integers(120, 300)), 820 - top)
        left = 30
        while left < 540:
            width = min(int(rng.integers(120, 400)), 570 - left)
            panel = Image.fromarray(drawing(int(rng.integers(1 << 30)), width, height)).convert("L")
            sheet.paste(panel.point(lambda grey: 255 if grey > 150 else 170 if grey > 110 else 0), (left, top))
            draw.rectangle((left, top, left + width, top + height), outline=0, width=3)
            left += width + 12
        top += height + 12
    return np.asarray(sheet.convert("RGB"))


def _encoded(kind: str, quality: int) -> Edit:
    def edit(work: Image.Image) -> Image.Image:
        file = io.BytesIO()
        work.save(file, kind, quality=quality)
        return Image.open(file).convert("RGB")

    return edit


def _scaled(share: float) -> Edit:
    return lambda work: work.resize((int(work.width * share), int(work.height * share)), Image.Resampling.LANCZOS)


def _cropped(share: float) -> Edit:
    return lambda work: ImageOps.crop(work, (int(work.width * share), int(work.height * share)) * 2)  # type: ignore[arg-type]


def _framed(share: float, colour: str) -> Edit:
    return lambda work: ImageOps.expand(work, int(work.width * share), colour)


def _all(*edits: Edit) -> Edit:
    def edit(work: Image.Image) -> Image.Image:
        for each in edits:
            work = each(work)
        return work

    return edit


# What to find in per cent, of drawings, pages and photographs: the published measurement of PDQ with variants.
# It has photographs without variants only. Where variants are what finds a copy, one photograph in ten may be
# missed, or as many as of drawings.
EDITS: dict[str, tuple[Edit, int, int, int]] = {
    "JPEG of quality 30": (_encoded("JPEG", 30), 100, 100, 70),
    "WebP of quality 20": (_encoded("WEBP", 20), 100, 100, 70),
    "a quarter of the size": (_scaled(0.25), 100, 100, 80),
    "224 x 224": (lambda work: work.resize((224, 224)), 100, 100, 80),
    "grey": (lambda work: work.convert("L").convert("RGB"), 100, 100, 70),
    "blurred": (lambda work: work.filter(ImageFilter.GaussianBlur(2)), 100, 100, 70),
    "2 % cut off each edge": (_cropped(0.02), 33, 92, 70),
    "3 % cut off each edge": (_cropped(0.03), 100, 100, 90),
    "5 % cut off each edge": (_cropped(0.05), 100, 100, 90),
    "8 % cut off each edge": (_cropped(0.08), 100, 100, 90),
    "10 % cut off each edge": (_cropped(0.10), 77, 92, 77),
    "border of 5 %": (_framed(0.05, "black"), 100, 100, 100),
    "border of 12 %, JPEG of 60": (_all(_framed(0.12, "white"), _encoded("JPEG", 60)), 95, 100, 95),
    "mirrored": (ImageOps.mirror, 100, 100, 100),
    "mirrored, JPEG of 50, 60 %": (_all(ImageOps.mirror, _scaled(0.6), _encoded("JPEG", 50)), 97, 100, 97),
}


def run(bench: Bench, report: Report) -> None:
    """Register the works, make every copy of each and count which are found, and that no other work is."""
    works = _WORKS if bench.scale.rules >= 10_000 else 2
    _copy(bench, report, "drawings", [drawing(seed, 683, 512) for seed in range(works)], 0)
    _copy(bench, report, "comic pages", [page(seed) for seed in range(works)], 1)
    if found := list(photographs()):
        _copy(bench, report, "photographs", found, 2)
    else:
        report.missing.append(f"{SECTION}: photographs: neither scikit-image nor the published vectors are there")


def _copy(bench: Bench, report: Report, kind: str, works: list[Column], column: int) -> None:
    registered = [[key.hash for key in for_registration(work)] for work in works]
    for what, (edit, *promised) in EDITS.items():
        found = wrong = 0
        for number, work in enumerate(bench.progress(works, f"{kind}: {what}")):
            hits = _works_like(np.asarray(edit(Image.fromarray(work))), registered)
            found += number in hits
            wrong += len(hits - {number})
        report.require(SECTION, f"{kind}, {what}: other works", wrong)
        share, note = 100 * found / len(works), f"{wrong} taken for another of {len(works)} works"
        report.add(SECTION, f"{kind}: {what}", share, "% found", at_least(promised[column]), note=note)


def _works_like(copy: Column, registered: list[list[bytes]]) -> set[int]:
    looked_up = [key.hash for key in for_lookup(copy)]
    return {
        number
        for number, hashes in enumerate(registered)
        if any(distance(one, other) <= MATCH_RADIUS for one in hashes for other in looked_up)
    }


def photographs() -> Iterator[Column]:
    """Yield the photographs that are at hand."""
    try:
        packed = [Path(str(file.locate())) for file in metadata.files("scikit-image") or ()]
    except metadata.PackageNotFoundError:
        packed = []
    chosen = sorted(path for path in packed if path.parent.name == "data" and path.name in _PHOTOGRAPHS)
    for path in [*chosen, *sorted(_VECTORS.glob("bridge-1*.jpg"))]:
        yield np.asarray(Image.open(path).convert("RGB"))
