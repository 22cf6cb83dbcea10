"""A registry's entry of a model says how pictures are prepared; frames, pages and members reach matchers too."""

import io
import logging
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from crawler_filter import Filter, Likeness, Policy, Reason, Usage
from crawler_filter.checks.embeddings import Embeddings
from crawler_filter.checks.matchers import Matcher, Matchers, PreparedMatcher
from crawler_filter.checks.recognisers import Recognisers
from crawler_filter.checks.sources import FixedSource
from crawler_filter.fingerprints.embedding import CODE_BYTES, Embedding
from crawler_filter.fingerprints.pace import FRAMES_AT_A_PACE
from crawler_filter.formats.models import ModelEntry, Preparation
from crawler_filter.formats.record import Assurance
from crawler_filter.policy import MatcherRule
from crawler_filter.snapshot import Snapshot
from crawler_filter.snapshot.union import Member, SnapshotUnion
from tests.crawler_filter.checks.test_content import encoded
from tests.crawler_filter.files.sample_archives import UPRIGHT, pdf, picture
from tests.crawler_filter.fingerprints.generated import encoded_film, pixels
from tests.simulators.published import PublishedRegistry, scope

ENTRY = ModelEntry("bright", "5e" * 32, "CC0-1.0", "models.example", Preparation(size=32), 10, 20)
OTHER = replace(ENTRY, id="dark", sha256="6f" * 32)
FLAG = replace(Policy.opt_out(Usage.TRAIN_AI), signals=frozenset())
DECIDE = replace(FLAG, matchers=MatcherRule.DECIDE)
REQUIRE = replace(FLAG, matchers=MatcherRule.REQUIRE)


@dataclass
class Bright:
    """Its code of a picture has as many bits as the mean of its pixels is, and as its preparation's size is."""

    id: str = ENTRY.sha256
    size: int = 0
    match_radius: int = 3
    flag_radius: int = 4
    kinds: frozenset[str] = frozenset({"image"})

    def by(self, entry: ModelEntry) -> "Bright":
        return Bright(self.id, entry.preparation.size, entry.match_radius, entry.flag_radius)

    def codes(self, shown: Any) -> Sequence[bytes]:
        return [code(round(float(shown.mean())) + self.size)]


def code(bits: int) -> bytes:
    return ((1 << bits) - 1).to_bytes(CODE_BYTES)


def published(*models: ModelEntry, of: Sequence[ModelEntry] = (ENTRY,), value: int = 100) -> Snapshot:
    """A snapshot with a work of this brightness by each model of `of`, and entries of `models`."""
    registry = PublishedRegistry(models=models)
    for entry in of:
        coded = Embedding(entry.model, (code(value + entry.preparation.size),)).encode()
        registry.declare(scope("embed", coded, Assurance.ATTESTED))
    return registry.snapshot()


def opened(snapshot: Any, policy: Policy = FLAG, *matchers: Matcher) -> Filter:
    source = FixedSource(snapshot)
    return Filter(source, policy, recognisers=Recognisers(matchers=matchers), clock=lambda: snapshot.id.issued)


def grey(value: int, height: int = 64) -> np.ndarray:
    """A picture of this brightness, with something to see in it."""
    shown = pixels(90, height, 12, seed=7).astype(float)
    return np.clip(shown - shown.mean() + value, 0, 255).astype(np.uint8)


def test_the_entrys_preparation_and_radii_count_in_place_of_the_matchers_own() -> None:
    assert isinstance(Bright(), PreparedMatcher)
    optout = opened(published(ENTRY), FLAG, Bright())
    (finding,) = optout.check(content=encoded(grey(108))).findings
    assert finding.evidence is not None
    assert (finding.evidence.likeness, finding.evidence.threshold) == (Likeness.MATCH, 20)
    (weak,) = optout.check(content=encoded(grey(115))).findings
    assert weak.evidence is not None
    assert weak.evidence.likeness is Likeness.WEAK
    assert optout.check(content=encoded(grey(130))).findings == ()


def test_a_matcher_that_prepares_by_itself_has_the_entrys_radii() -> None:
    class Fixed:
        id, kinds, match_radius, flag_radius = ENTRY.sha256, frozenset({"image"}), 0, 0

        def codes(self, shown: Any) -> Sequence[bytes]:
            return [code(round(float(shown.mean())) + ENTRY.preparation.size)]

    (finding,) = opened(published(ENTRY), FLAG, Fixed()).check(content=encoded(grey(108))).findings
    assert finding.evidence is not None
    assert finding.evidence.threshold == ENTRY.flag_radius


def test_two_registries_that_prepare_otherwise_are_each_asked_their_own_way() -> None:
    otherwise = replace(ENTRY, preparation=Preparation(size=200))
    one, two = published(ENTRY), published(otherwise, of=[otherwise], value=60)
    two.id = replace(two.id, origin="two.example")
    optout = opened(SnapshotUnion([Member(one), Member(two)]), FLAG, Bright())
    assert [model.loaded for model in optout.models] == [True]
    for value, origin in ((100, "registry.example"), (60, "two.example")):
        (finding,) = optout.check(content=encoded(grey(value))).findings
        assert finding.origin == origin
    assert optout.check(content=encoded(grey(228))).findings == ()  # near only if prepared as for the other


def test_status_says_which_models_the_snapshot_speaks_of_and_which_are_loaded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stranger = Bright(id="70" * 32)
    with caplog.at_level(logging.WARNING):
        optout = opened(published(ENTRY, OTHER), FLAG, Bright(), stranger)
        standing = {model.sha256: (model.known, model.loaded) for model in optout.models}
        optout.check(content=b"")
    assert standing == {ENTRY.sha256: (True, True), OTHER.sha256: (True, False), stranger.id: (False, False)}
    said = [model.describe() for model in optout.models]
    assert ["loaded; licence CC0-1.0" in said[0], "not brought" in said[1], "no snapshot" in said[2]] == [True] * 3
    assert [stranger.id in record.getMessage() for record in caplog.records] == [True]


@pytest.mark.parametrize(
    ("policy", "matchers", "checked"),
    [
        (FLAG, (), True),
        (FLAG, (Bright(),), True),
        (DECIDE, (), False),
        (DECIDE, (Bright(),), True),
        (DECIDE, (Bright(id="70" * 32),), False),
        (REQUIRE, (Bright(),), False),
        (REQUIRE, (Bright(), Bright(id=OTHER.sha256)), True),
    ],
)
def test_a_missing_matcher_stops_nothing_unless_the_policy_asks_for_it(
    policy: Policy, matchers: tuple[Matcher, ...], checked: bool
) -> None:
    snapshot = published(ENTRY, OTHER, of=[ENTRY, OTHER])
    decision = opened(snapshot, policy, *matchers).check(content=encoded(grey(5)))
    assert decision.keep is checked
    if not checked:
        assert decision.reason is Reason.UNCHECKED_EXTRA
        assert "no matcher was brought for" in decision.unavailable[0].reason


def test_a_model_that_nobody_registered_anything_with_is_required_of_nobody() -> None:
    assert opened(published(ENTRY, OTHER), REQUIRE, Bright()).check(content=encoded(grey(5))).keep


def test_frames_of_films_reach_matchers_with_their_second() -> None:
    pytest.importorskip("av", reason="the video extra is not installed")
    film = encoded_film([grey(30)] * 24 + [grey(180)] * 24 + [pixels(96, 64, 12, 3)] * 12)
    decision = opened(published(ENTRY, value=180), DECIDE, Bright()).check(content=film)
    (finding,) = decision.findings
    assert finding.evidence is not None
    assert (decision.keep, finding.evidence.place, finding.evidence.checked) == (False, 2, None)
    assert opened(published(ENTRY, value=240), DECIDE, Bright()).check(content=film).keep


def test_frames_of_animations_reach_matchers() -> None:
    images = pytest.importorskip("PIL.Image")
    first, *rest = (images.fromarray(grey(value, 72)) for value in (20, 60, 190))
    moving = io.BytesIO()
    first.save(moving, "WEBP", save_all=True, append_images=rest, duration=2000, lossless=True)
    decision = opened(published(ENTRY, value=190), DECIDE, Bright()).check(content=moving.getvalue())
    assert not decision.keep


def test_pages_of_comics_and_pictures_in_pdfs_reach_matchers() -> None:
    comic = io.BytesIO()
    with zipfile.ZipFile(comic, "w") as packed:
        packed.writestr("01.png", encoded(grey(20)))
        packed.writestr("02.png", encoded(grey(100)))
    optout = opened(published(ENTRY), DECIDE, Bright())
    (finding,) = optout.check(content=comic.getvalue()).findings
    assert finding.evidence is not None
    assert (finding.decides, finding.evidence.member) == (True, "02.png")
    pytest.importorskip("pypdfium2", reason="the pdf extra is not installed")
    assert not optout.check(content=pdf([([], picture(grey(100)), UPRIGHT)])).keep


def test_a_matcher_that_fails_on_a_frame_is_said_once() -> None:
    pytest.importorskip("av", reason="the video extra is not installed")

    class Broken(Bright):
        def by(self, entry: ModelEntry) -> "Broken":
            return self

        def codes(self, shown: Any) -> Sequence[bytes]:
            raise RuntimeError("out of memory")

    film = encoded_film([grey(30)] * 24 + [grey(180)] * 24)
    decision = opened(published(ENTRY), DECIDE, Broken()).check(content=film)
    (missing,) = decision.unavailable
    assert missing.reason.count("out of memory") == 1
    assert opened(published(ENTRY), FLAG, Broken()).check(content=film).keep


def test_a_long_film_is_looked_at_to_its_end_at_a_pace_that_slows() -> None:
    class Counting(Bright):
        seen: list[float] = []  # noqa: RUF012 - of one test

        def by(self, entry: ModelEntry) -> "Counting":
            return self

        def codes(self, shown: Any) -> Sequence[bytes]:
            self.seen.append(float(shown[0, 0, 0]))
            return []

    asked = Embeddings(published(ENTRY), Matchers((Counting(),), MatcherRule.FLAG))
    for quarter in range(4 * 7200):
        asked.see(quarter / 4, np.full((1, 1, 3), quarter / 4))
    seen = Counting.seen
    assert (seen[:3], len(seen) < 8 * FRAMES_AT_A_PACE, seen[-1] > 7000) == ([0, 1, 2], True, True)
    asked.see(0.0, np.zeros((1, 1, 3)))  # a clip is watched again
    asked.see(1.0, np.ones((1, 1, 3)))
    assert seen[-2:] == [0.0, 1.0]
