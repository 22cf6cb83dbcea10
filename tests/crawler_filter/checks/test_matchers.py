"""A matcher that the operator brings flags; it decides only where the policy says so, and fails only then."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crawler_filter import Filter, Likeness, Policy, Reason, Usage
from crawler_filter.checks.matchers import Matcher
from crawler_filter.fingerprints.embedding import CODE_BYTES, Embedding
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists.compiling import compile_list
from crawler_filter.lists.entries import Entry, read_value
from crawler_filter.policy import MatcherRule
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded

MODEL = "5e" * 32
FLAG = replace(Policy.opt_out(Usage.TRAIN_AI), signals=frozenset())
DECIDE = replace(FLAG, matchers=MatcherRule.DECIDE)


class Brightness:
    """Its code of a picture has as many bits as the mean of its pixels is, twice."""

    id, kinds, match_radius, flag_radius = MODEL, frozenset({"image"}), 40, 120
    fails: Exception | None = None

    def codes(self, pixels: Any) -> Sequence[bytes]:
        if self.fails:
            raise self.fails
        return [code(round(2 * float(pixels.mean())))]


def code(bits: int) -> bytes:
    return ((1 << bits) - 1).to_bytes(CODE_BYTES)


def flat(value: int) -> bytes:
    return encoded(np.full((64, 64, 3), value, dtype=np.uint8))


@pytest.fixture
def own_list(tmp_path: Path) -> Path:
    value = Embedding(bytes.fromhex(MODEL), (code(200), code(20))).encode()
    assert read_value(f"embed:{value}") == (ScopeKind.EMBED, value)
    compile_list(tmp_path / "own.snapshot", [Entry(ScopeKind.EMBED, value, reason="ours")], now=1)
    return tmp_path / "own.snapshot"


def opened(path: Path, policy: Policy = FLAG, *matchers: Any) -> Filter:
    return Filter.open(path, policy=policy, matchers=matchers)


def test_a_matcher_flags(own_list: Path) -> None:
    decision = opened(own_list, FLAG, Brightness()).check(content=flat(100))
    (finding,) = decision.findings
    assert (decision.keep, finding.decides, finding.rule) == (True, False, f"embed {MODEL}")
    assert finding.evidence is not None
    assert (finding.evidence.method, finding.evidence.likeness) == ("embed", Likeness.MATCH)
    assert (finding.evidence.distance, finding.evidence.threshold) == (0, 120)


@pytest.mark.parametrize(
    ("value", "keep", "likeness"),
    [(100, False, Likeness.MATCH), (81, False, Likeness.MATCH), (79, True, Likeness.WEAK), (200, True, None)],
)
def test_a_policy_lets_matches_decide_and_what_is_less_like_flag(
    own_list: Path, value: int, keep: bool, likeness: Likeness | None
) -> None:
    decision = opened(own_list, DECIDE, Brightness()).check(content=flat(value))
    assert decision.keep is keep
    assert [finding.evidence.likeness for finding in decision.findings if finding.evidence] == (
        [likeness] if likeness else []
    )
    if not keep:
        assert decision.reason is Reason.REGISTRY_IMAGE


def test_the_nearest_of_a_works_codes_is_told(own_list: Path) -> None:
    (finding,) = opened(own_list, FLAG, Brightness()).check(content=flat(12)).findings
    assert finding.evidence is not None
    assert finding.evidence.distance == 4


def test_pictures_in_memory_and_in_archives_are_matched_too(own_list: Path) -> None:
    optout, archive = opened(own_list, FLAG, Brightness()), io.BytesIO()
    assert optout.check_output(image=np.full((64, 64, 3), 100, dtype=np.uint8)).findings
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.png", flat(100))
    assert optout.check(content=archive.getvalue()).findings


def test_another_model_says_nothing_of_a_code(own_list: Path) -> None:
    other = Brightness()
    other.id = "6f" * 32
    assert opened(own_list, FLAG, other).check(content=flat(100)).findings == ()


def test_a_filter_without_matchers_does_not_look_and_does_not_stop(own_list: Path) -> None:
    decision = opened(own_list).check(content=flat(100))
    assert (decision.keep, decision.findings, decision.unavailable) == (True, (), ())


def test_where_matchers_decide_one_must_be_there(own_list: Path) -> None:
    decision = opened(own_list, DECIDE).check(content=flat(100))
    assert (decision.keep, decision.reason) == (False, Reason.UNCHECKED_EXTRA)
    assert "no matcher was brought" in decision.unavailable[0].reason
    assert opened(own_list, DECIDE).check(content="a text").keep


@pytest.mark.parametrize("policy", [FLAG, DECIDE])
def test_a_matcher_that_fails_stops_only_what_it_decides(own_list: Path, policy: Policy) -> None:
    failing = Brightness()
    failing.fails = RuntimeError("out of memory")
    decision = opened(own_list, policy, failing).check(content=flat(100))
    assert decision.keep is (policy is FLAG)
    assert ["out of memory" in missing.reason for missing in decision.unavailable] == [True] * (policy is DECIDE)


def test_a_snapshot_without_codes_asks_no_matcher(tmp_path: Path) -> None:
    compile_list(tmp_path / "x.snapshot", [Entry(ScopeKind.DOMAIN, "example.net")], now=1)
    failing = Brightness()
    failing.fails = AssertionError("it was asked")
    assert opened(tmp_path / "x.snapshot", DECIDE, failing).check(content=encoded(PIXELS)).keep
    assert opened(tmp_path / "x.snapshot", DECIDE, failing).check(content=encoded(OTHER)).keep


def test_the_face_is_a_protocol() -> None:
    assert isinstance(Brightness(), Matcher)
    assert not isinstance(object(), Matcher)
