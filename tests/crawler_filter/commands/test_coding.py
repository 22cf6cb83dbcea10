"""With `--model`, an owner's commands make codes as the registry wants them, and say what they cannot do."""

import json
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crawler_filter.cli import main
from crawler_filter.declaring.catalogue import read
from crawler_filter.declaring.claims import Claim
from crawler_filter.errors import DigestMismatchError, MalformedNoteError, SignatureError
from crawler_filter.fingerprints.embedding import MAX_CODES, Embedding
from crawler_filter.fingerprints.frame_codes import MOST_FRAMES, FrameCodes
from crawler_filter.formats.models import ModelEntry, Preparation
from crawler_filter.formats.record import ScopeKind
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded
from tests.crawler_filter.files.sample_archives import zipped
from tests.crawler_filter.fingerprints.generated import encoded_film
from tests.crawler_filter.integrations.tiny_model import SIZE, write_model
from tests.simulators.published import URL, PublishedRegistry, counted_entropy

pytest.importorskip("onnxruntime")
pytest.importorskip("onnx")
from crawler_filter.commands import coding
from crawler_filter.integrations.onnx import OnnxMatcher


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "tiny.onnx")


@pytest.fixture
def registry(model: Path) -> PublishedRegistry:
    entry = ModelEntry("tiny", OnnxMatcher(model).id, "CC0-1.0", "made here", Preparation(SIZE), 60, 80)
    made = PublishedRegistry(models=(entry,), now=int(time.time()))
    made.publish()
    return made


@pytest.fixture
def works(tmp_path: Path) -> Path:
    folder = tmp_path / "works"
    folder.mkdir()
    (folder / "a.png").write_bytes(encoded(PIXELS))
    (folder / "b.cbz").write_bytes(zipped({"1.png": encoded(PIXELS), "2.png": encoded(OTHER)}))
    return folder


def test_pictures_are_prepared_as_the_registrys_entry_says(model: Path, registry: PublishedRegistry) -> None:
    coder = coding.coder_of(model, URL, registry.trust, registry, registry.now)
    assert coder is not None
    assert coder.embedding(PIXELS) == OnnxMatcher(model).by(registry.models[0]).embedding(PIXELS)


def test_a_file_that_the_registry_does_not_list_is_refused_with_those_it_takes(
    model: Path, registry: PublishedRegistry
) -> None:
    model.write_bytes(model.read_bytes() + b"\0")
    with pytest.raises(DigestMismatchError, match=r"takes codes of: tiny .* from made here"):
        coding.coder_of(model, URL, registry.trust, registry, registry.now)


def test_a_registry_without_models_is_said_to_take_none(model: Path) -> None:
    empty = PublishedRegistry()
    empty.publish()
    with pytest.raises(DigestMismatchError, match="none"):
        coding.coder_of(model, URL, empty.trust, empty, empty.now)


def test_a_list_that_the_registry_has_not_signed_is_not_believed(model: Path, registry: PublishedRegistry) -> None:
    used = counted_entropy()
    used(1)  # so that the forger's keys are others
    forger = PublishedRegistry(models=registry.models, now=registry.now, entropy=used)
    forger.publish()
    with pytest.raises((SignatureError, MalformedNoteError)):
        coding.coder_of(model, URL, registry.trust, forger, registry.now)


@pytest.mark.parametrize("command", [["fingerprint"], ["declare", "--party", "p"]], ids=lambda words: words[0])
def test_without_a_trust_file_the_list_of_a_registry_is_not_read(
    command: list[str],
    model: Path,
    works: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("CRAWLER_FILTER_TRUST", raising=False)
    with pytest.raises(SystemExit) as ended:
        main([*command, "--model", str(model), "--registry", URL, str(works)])
    assert ended.value.code == 2
    assert "needs --trust FILE" in capsys.readouterr().err


def test_a_file_that_is_no_model_is_said_before_any_work_is_read(
    tmp_path: Path, works: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model")
    assert main(["fingerprint", "--model", str(broken), str(works)]) == 3
    assert "broken.onnx cannot be run" in capsys.readouterr().err


def test_fingerprint_prints_codes_of_pictures_and_pages(
    model: Path, works: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    registry: PublishedRegistry,
) -> None:  # fmt: skip
    monkeypatch.setattr(coding, "RequestsTransport", lambda: nullcontext(registry))
    trust = works.parent / "registry.policy"
    trust.write_bytes(registry.trust.encode())
    told = ["--model", str(model), "--registry", URL, "--trust", str(trust)]
    assert main(["fingerprint", "--json", *told, str(works)]) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    coded = [(Path(each["path"]).name, each.get("member")) for each in printed if each["kind"] == "embed"]
    assert coded == [("a.png", None), ("b.cbz", "1.png"), ("b.cbz", "2.png")]
    values = {Embedding.decode(each["value"]).codes for each in printed if each["kind"] == "embed"}
    assert len(values) == 2


def test_declare_passes_codes_on(model: Path, works: Path, registry: PublishedRegistry) -> None:
    rows = list(read(works, coder=coding.coder_of(model, URL, registry.trust, registry, registry.now)))
    assert all(isinstance(row, Claim) for row in rows)
    kinds = [row.kind for row in rows if isinstance(row, Claim)]
    assert (kinds.count(ScopeKind.EMBED), kinds.count(ScopeKind.PDQ)) == (3, 3)
    assert ScopeKind.EMBED not in {row.kind for row in read(works) if isinstance(row, Claim)}


def test_a_film_has_codes_of_its_frames(model: Path, tmp_path: Path, registry: PublishedRegistry) -> None:
    pytest.importorskip("av", reason="the video extra is not installed")
    film = tmp_path / "films"
    film.mkdir()
    (film / "a.mp4").write_bytes(encoded_film([PIXELS] * 24 + [OTHER] * 24))
    coder = coding.coder_of(model, URL, registry.trust, registry, registry.now)
    assert coder is not None
    (coded,) = [row for row in read(film, coder=coder) if isinstance(row, Claim) and row.kind is ScopeKind.EMBED]
    assert len(Embedding.decode(coded.value).codes) == 2


def test_a_long_film_has_frames_of_all_of_it_and_not_too_many() -> None:
    frames = FrameCodes(_ByFirstPixel())
    shown = PIXELS.copy()
    for second in range(20_000):
        shown[0, 0, :2] = divmod(second, 256)
        frames.see(float(second), shown)
    made = list(frames.embeddings())
    assert sum(len(each.codes) for each, _ in made) <= MOST_FRAMES
    assert max(len(each.codes) for each, _ in made) == MAX_CODES
    assert (made[0][1][0], made[-1][1][1] > 15_000) == (0, True)
    assert list(FrameCodes(None).embeddings()) == []


def test_of_a_film_without_anything_to_see_no_code_is_made() -> None:
    frames = FrameCodes(_ByFirstPixel())
    frames.see(0.0, np.zeros_like(PIXELS))
    assert list(frames.embeddings()) == []


class _ByFirstPixel:
    """Makes the code of a picture of the red and the green of its first pixel."""

    id = "00" * 32

    def codes(self, shown: Any) -> list[bytes]:
        return [shown[0, 0, :2].tobytes().rjust(64, b"\0")]

    def embedding(self, shown: Any) -> Embedding:
        return Embedding(bytes(32), tuple(self.codes(shown)))
