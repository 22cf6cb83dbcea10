"""The network that is measured is named to a registry as its file of models has it; copies are looked up by codes."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.copy_model import ENTRY, RegisteredCodes, as_toml
from registry.publishing.models import read_models
from tests.crawler_filter.fingerprints.generated import pixels
from tests.crawler_filter.integrations.tiny_model import SIZE, write_model

pytest.importorskip("onnxruntime")
pytest.importorskip("onnx")
from crawler_filter.formats.models import Preparation
from crawler_filter.integrations.onnx import OnnxMatcher


def test_the_printed_entry_is_one_that_a_registry_reads(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text(as_toml(ENTRY))
    assert read_models(file) == (ENTRY,)


def test_a_copy_is_found_by_its_codes_and_another_picture_is_not(tmp_path: Path) -> None:
    matcher = OnnxMatcher(write_model(tmp_path / "tiny.onnx"), preparation=Preparation(SIZE), flag_radius=60,
                          match_radius=50)  # fmt: skip
    works = [Image.fromarray(pixels(200, 180, 12, seed=seed)) for seed in range(3)]
    codes = RegisteredCodes.of(matcher, works)
    assert [codes.near(work.resize((100, 90))) for work in works] == [{0}, {1}, {2}]
    assert codes.near(Image.fromarray(np.asarray(works[1])[36:144, 40:160])) == {1}
    assert codes.near(Image.fromarray(pixels(200, 180, 12, seed=9))) == set()
