"""A model in ONNX form is checked by its digest, and finds edits of a picture that hashes do not."""

import hashlib
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.checks.recognisers import Recognisers
from crawler_filter.checks.sources import FixedSource
from crawler_filter.errors import DigestMismatchError, MalformedMediaError
from crawler_filter.fingerprints.coded_parts import codes_of_frame
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.formats.models import Channels, Crop, ModelEntry, Preparation
from crawler_filter.formats.record import Assurance, ScopeKind
from crawler_filter.lists.compiling import compile_list
from crawler_filter.lists.entries import Entry
from crawler_filter.policy import MatcherRule
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded
from tests.crawler_filter.integrations.tiny_model import SIZE, write_model
from tests.simulators.published import NOW, PublishedRegistry, scope

pytest.importorskip("onnxruntime")
pytest.importorskip("onnx")
from crawler_filter.integrations.onnx import OnnxMatcher


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "tiny.onnx")


def matcher(model: Path, **settings: object) -> OnnxMatcher:
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    return OnnxMatcher(model, sha256=digest, preparation=Preparation(size=SIZE), **settings)  # type: ignore[arg-type]


def test_the_file_is_the_one_that_was_named(model: Path) -> None:
    with pytest.raises(DigestMismatchError):
        OnnxMatcher(model, sha256="00" * 32)
    with pytest.raises(OSError, match="absent"):
        OnnxMatcher(model.with_name("absent.onnx"), sha256="00" * 32)
    with pytest.raises(ValueError, match="radii"):
        matcher(model, match_radius=200, flag_radius=100)


def test_a_picture_is_known_turned_grey_and_cut_and_another_is_not(model: Path, tmp_path: Path) -> None:
    ours = matcher(model)
    compile_list(tmp_path / "own.snapshot", [Entry(ScopeKind.EMBED, ours.embedding(PIXELS).encode())], now=1)
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), matchers=MatcherRule.DECIDE, signals=frozenset())
    optout = Filter.open(tmp_path / "own.snapshot", policy=policy, matchers=[ours])
    height, width = PIXELS.shape[:2]
    cut = PIXELS[height // 50 :, : -width // 50]
    for pixels, size in ((PIXELS, None), (PIXELS, (90, 60)), (cut, None)):
        assert not optout.check(content=encoded(pixels, "JPEG", size=size, quality=40)).keep
    assert optout.check(content=encoded(OTHER)).keep


def test_a_work_is_known_within_a_frame_and_by_its_middle(model: Path, tmp_path: Path) -> None:
    ours = matcher(model)
    compile_list(tmp_path / "own.snapshot", [Entry(ScopeKind.EMBED, ours.embedding(PIXELS).encode())], now=1)
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), matchers=MatcherRule.DECIDE, signals=frozenset())
    optout = Filter.open(tmp_path / "own.snapshot", policy=policy, matchers=[ours])
    height, width = PIXELS.shape[:2]
    framed = np.pad(PIXELS, ((height // 2,) * 2, (width // 2,) * 2, (0, 0)))
    middle = PIXELS[height // 5 : -height // 5, width // 5 : -width // 5]
    for copy in (framed, middle):
        assert not optout.check(content=encoded(copy)).keep


def test_a_long_picture_has_codes_of_its_ends(model: Path) -> None:
    ours = matcher(model)
    wide = np.concatenate([PIXELS[:200, :200], OTHER[:200, :200]], axis=1)
    for long in (wide, wide.transpose(1, 0, 2)):
        assert ours.codes(PIXELS[:200, :200])[0] in Embedding.decode(ours.embedding(wide).encode()).codes
        assert len(codes_of_frame(long, ours.codes)) == 3
    assert len(codes_of_frame(PIXELS[:200, :200], ours.codes)) == 1
    assert ours.embedding(wide).model.hex() == ours.id


def test_a_plain_picture_is_not_registered(model: Path) -> None:
    ours = matcher(model)
    with pytest.raises(MalformedMediaError, match="too little to see"):
        ours.embedding(np.full((200, 200, 3), 90, dtype=np.uint8))


def test_it_travels_with_a_filter_and_makes_the_same_codes(model: Path) -> None:
    ours = matcher(model, match_radius=100)
    ours.codes(PIXELS)
    theirs = pickle.loads(pickle.dumps(ours))
    assert (theirs.id, theirs.match_radius, theirs.codes(PIXELS)) == (ours.id, 100, ours.codes(PIXELS))


def test_an_entry_says_how_pictures_are_prepared_and_the_loaded_model_is_shared(model: Path) -> None:
    bare = OnnxMatcher(model)
    upside = Preparation(SIZE, Crop.CENTRE, Channels.BGR, (0, 0, 0), (1_000_000,) * 3)
    entry = ModelEntry("tiny", bare.id, "CC0-1.0", "made by this test", upside, 20, 30)
    ours = bare.by(entry)
    assert (ours.match_radius, ours.flag_radius) == (20, 30)
    side = min(PIXELS.shape[:2])
    top, left = ((length - side) // 2 for length in PIXELS.shape[:2])
    middle = np.ascontiguousarray(PIXELS[top : top + side, left : left + side, ::-1])
    same = OnnxMatcher(model, preparation=replace(upside, crop=Crop.SQUASH, channels=Channels.RGB))
    assert ours.codes(PIXELS) == same.codes(middle)
    assert ours.codes(PIXELS) != bare.by(replace(entry, preparation=Preparation(SIZE))).codes(PIXELS)
    with pytest.raises(DigestMismatchError):
        bare.by(replace(entry, sha256="00" * 32))


def test_a_model_that_takes_bytes_is_given_the_colours_as_they_are(model: Path, tmp_path: Path) -> None:
    bytewise = OnnxMatcher(write_model(tmp_path / "bytes.onnx", of_bytes=True), preparation=Preparation(SIZE))
    unchanged = OnnxMatcher(model, preparation=Preparation(SIZE, mean=(0, 0, 0), deviation=(1_000_000,) * 3))
    assert bytewise.codes(PIXELS) == unchanged.codes(PIXELS)


def test_a_registry_that_lists_the_file_needs_nothing_but_its_path(model: Path) -> None:
    bare = OnnxMatcher(model)
    entry = ModelEntry("tiny", bare.id, "CC0-1.0", "made by this test", Preparation(SIZE), 60, 80)
    registry = PublishedRegistry(models=(entry,))
    registry.declare(scope("embed", bare.by(entry).embedding(PIXELS).encode(), Assurance.ATTESTED))
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), matchers=MatcherRule.DECIDE, signals=frozenset())
    recognisers = Recognisers(matchers=(bare,))
    optout = Filter(FixedSource(registry.snapshot()), policy, recognisers=recognisers, clock=lambda: NOW)
    (finding,) = optout.check(content=encoded(PIXELS, "JPEG", quality=40)).findings
    assert (finding.decides, finding.evidence and finding.evidence.threshold) == (True, 80)
    assert optout.check(content=encoded(OTHER)).keep
