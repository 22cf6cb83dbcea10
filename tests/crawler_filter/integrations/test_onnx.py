"""A model in ONNX form is checked by its digest, and finds edits of a picture that hashes do not."""

import hashlib
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.errors import DigestMismatchError
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists.compiling import compile_list
from crawler_filter.lists.entries import Entry
from crawler_filter.policy import MatcherRule
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded

pytest.importorskip("onnxruntime")
onnx = pytest.importorskip("onnx")
from crawler_filter.integrations.onnx import OnnxMatcher  # noqa: E402 - where there is a runtime

SIZE = 16


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of one layer: the mean of colours in each of 4 x 4 cells, without what all have, on 64 directions."""
    weights = np.random.default_rng(3).normal(size=(3 * SIZE * SIZE, 64)).astype(np.float32)
    helper, numbers = onnx.helper, onnx.TensorProto.FLOAT
    blur = np.kron(np.eye(3), _cells()).astype(np.float32)
    centred = blur @ (np.eye(len(blur)) - 1 / len(blur)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["picture"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weights"], ["vector"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("picture", numbers, [1, 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("vector", numbers, [1, 64])],
        [onnx.numpy_helper.from_array(centred @ weights, "weights")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    made.ir_version = 8
    path = tmp_path_factory.mktemp("model") / "tiny.onnx"
    path.write_bytes(made.SerializeToString())
    return path


def _cells() -> np.ndarray:
    cell = np.arange(SIZE) // 4
    same = (cell[:, None] == cell[None, :]).astype(float) / 4
    return np.kron(same, same)


def matcher(model: Path, **settings: object) -> OnnxMatcher:
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    return OnnxMatcher(model, sha256=digest, size=SIZE, **settings)  # type: ignore[arg-type]


def test_the_file_is_the_one_that_was_named(model: Path) -> None:
    with pytest.raises(DigestMismatchError):
        OnnxMatcher(model, sha256="00" * 32)
    with pytest.raises(OSError, match="absent"):
        OnnxMatcher(model.with_name("absent.onnx"), sha256="00" * 32)
    with pytest.raises(ValueError, match="radii"):
        matcher(model, match_radius=200, flag_radius=100)


def test_a_picture_is_known_turned_grey_and_cut_and_another_is_not(model: Path, tmp_path: Path) -> None:
    ours = matcher(model)
    compile_list(tmp_path / "own.snapshot", [Entry(ScopeKind.EMBED, ours.value_of(PIXELS))], now=1)
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), matchers=MatcherRule.DECIDE, signals=frozenset())
    optout = Filter.open(tmp_path / "own.snapshot", policy=policy, matchers=[ours])
    height, width = PIXELS.shape[:2]
    cut = PIXELS[height // 50 :, : -width // 50]
    for pixels, size in ((PIXELS, None), (PIXELS, (90, 60)), (cut, None)):
        assert not optout.check(content=encoded(pixels, "JPEG", size=size, quality=40)).keep
    assert optout.check(content=encoded(OTHER)).keep


def test_a_long_picture_has_codes_of_its_ends(model: Path) -> None:
    ours = matcher(model)
    wide = np.concatenate([PIXELS[:200, :200], OTHER[:200, :200]], axis=1)
    assert len(ours.codes(wide)) == len(ours.codes(wide.transpose(1, 0, 2))) == 3
    assert len(ours.codes(PIXELS)) == 1
    assert ours.codes(wide)[1] == ours.codes(PIXELS[:200, :200])[0]
    assert Embedding.decode(ours.value_of(wide)).model.hex() == ours.id


def test_it_travels_with_a_filter_and_makes_the_same_codes(model: Path) -> None:
    ours = matcher(model, match_radius=100)
    ours.codes(PIXELS)
    theirs = pickle.loads(pickle.dumps(ours))
    assert (theirs.id, theirs.match_radius, theirs.codes(PIXELS)) == (ours.id, 100, ours.codes(PIXELS))
