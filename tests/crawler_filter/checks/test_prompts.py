"""Characters in prompts flag, each signal apart; two that agree decide only if the policy lets them."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from crawler_filter import Filter, Policy, Preference, Reason, Usage
from crawler_filter.checks.prompts import Prompts
from crawler_filter.checks.recognisers import Recognisers
from crawler_filter.checks.sources import FixedSource
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.formats.characters import OwnedSheet, Permission, Sheet, encode_sheets
from crawler_filter.formats.checked import CheckedKind
from crawler_filter.formats.record import Assurance
from crawler_filter.policy import CharacterRule
from tests.crawler_filter.checks.test_content import PIXELS, encoded, pictured
from tests.crawler_filter.checks.test_embeddings import ENTRY, Bright, code, grey
from tests.simulators.published import NOW, PublishedRegistry, scope

pytest.importorskip("ahocorasick_rs")

SORA = Sheet(
    names=("Sora Aoi", "青井そら"),
    series=("Blue Bird Tower",),
    attributes={"en": ("silver braid", "green eyes", "scar over the nose", "red aviator goggles")},
)
DESCRIBED = "a pilot with a silver braid, green eyes, a scar over the nose and red goggles"
POLICY = Policy.opt_out(Usage.TRAIN_AI)
AGREED = replace(POLICY, characters=CharacterRule.TWO_AGREE, signals=frozenset())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "characters"
    path.write_bytes(encode_sheets([OwnedSheet(0, SORA), OwnedSheet(9, replace(SORA, names=("Gone Sora",)))]))
    return path


def opened(file: Path, policy: Policy = POLICY) -> Filter:
    registry = PublishedRegistry()
    registry.declare(scope(*pictured(), Assurance.ATTESTED))
    recognisers = Recognisers(characters=Prompts(file))
    return Filter(FixedSource(registry.snapshot()), policy, recognisers=recognisers, clock=lambda: NOW)


def signals(decision) -> list[str]:
    return [finding.evidence.method for finding in decision.findings if finding.rule == "character Sora Aoi"]


def test_a_prompt_is_a_text_and_nothing_else(file: Path) -> None:
    with pytest.raises(TypeError, match="expected the text of a prompt, got bytes"):
        opened(file).check_prompt(b"Sora Aoi")  # type: ignore[arg-type]


def test_each_signal_is_told_apart_and_leads_to_the_page_where_permission_is_asked(file: Path) -> None:
    decision = opened(file).check_prompt(f"Sora Aoi, {DESCRIBED}")
    assert signals(decision) == ["name", "description"]
    assert all(not finding.decides and finding.preference is Preference.UNKNOWN for finding in decision.findings)
    assert {finding.locator for finding in decision.findings} == {
        f"https://registry.example/d/{decision.findings[0].declaration}"
    }
    assert {finding.flags[-1] for finding in decision.findings} == {"permission-ask"}
    assert (decision.keep, decision.reason) == (True, Reason.KEPT)


@pytest.mark.parametrize("length", [0, 3_000, 4_000, 4_090, 7_600, 30_000, 65_000])
def test_no_padding_hides_whom_a_prompt_is_about(file: Path, length: int) -> None:
    """Names and descriptions are found wherever they stand, across the ends of what is read at once too."""
    said = f"Sora Aoi, {DESCRIBED}"
    decision = opened(file, AGREED).check_prompt(("xy " * length)[:length] + f" {said}")
    assert (signals(decision), decision.keep) == (["name", "description"], False)


def test_two_that_stand_far_apart_agree_and_each_is_told_once(file: Path) -> None:
    padding = "xy " * 3_000
    decision = opened(file, AGREED).check_prompt(f"Sora Aoi {padding} {DESCRIBED} {padding} Sora Aoi")
    assert (signals(decision), decision.keep) == (["name", "description"], False)


def test_a_prompt_longer_than_is_read_was_not_checked(file: Path) -> None:
    decision = opened(file).check_prompt("xy " * 30_000 + "Sora Aoi")
    assert (decision.keep, decision.reason) == (False, Reason.UNCHECKED_ASSET)
    assert "first 65536 characters" in decision.explain()


def test_a_prompt_about_nobody_is_kept(file: Path) -> None:
    decision = opened(file).check_prompt("a lighthouse at dawn, oil on canvas")
    assert (decision.keep, decision.findings, decision.reason) == (True, (), Reason.KEPT)


def test_a_policy_that_asks_for_permission_keeps_prompts_about_nobody(file: Path) -> None:
    optout = opened(file, Policy.permission_first(Usage.TRAIN_AI))
    assert optout.check_prompt("a lighthouse").keep
    assert not optout.check_output(text="a lighthouse", prompt="a lighthouse").keep


def test_two_that_agree_decide_where_the_policy_says_so(file: Path) -> None:
    optout = opened(file, AGREED)
    decision = optout.check_prompt(f"Sora Aoi, {DESCRIBED}")
    assert (decision.keep, decision.reason) == (False, Reason.REGISTRY_CHARACTER)
    assert optout.check_prompt("Sora Aoi").keep
    assert optout.check_prompt(DESCRIBED).keep


def test_a_drawing_and_a_prompt_agree(file: Path) -> None:
    optout = opened(file, replace(AGREED, likeness="same-rendition"))
    small = encoded(PIXELS, "JPEG", size=(96, 72), quality=30)
    decision = optout.check_output(small, prompt="Sora Aoi flies")
    assert set(signals(decision)) == {"name", "drawing"}
    assert decision.reason in (Reason.REGISTRY_CHARACTER, Reason.REGISTRY_IMAGE)
    assert not decision.keep
    assert signals(optout.check_output(encoded(0 * PIXELS), prompt="Sora Aoi flies")) == ["name"]


def test_a_drawing_that_a_matcher_recognises_agrees_with_a_prompt(file: Path) -> None:
    registry = PublishedRegistry(models=(ENTRY,))
    coded = Embedding(ENTRY.model, (code(100 + ENTRY.preparation.size),)).encode()
    registry.declare(scope("embed", coded, Assurance.ATTESTED))
    recognisers = Recognisers(characters=Prompts(file), matchers=(Bright(),))
    optout = Filter(FixedSource(registry.snapshot()), AGREED, recognisers=recognisers, clock=lambda: NOW)
    decision = optout.check_output(encoded(grey(108)), prompt="Sora Aoi flies")
    assert set(signals(decision)) == {"name", "drawing"}
    assert (decision.keep, decision.reason) == (False, Reason.REGISTRY_CHARACTER)
    assert optout.check_output(encoded(grey(108)), prompt="a lighthouse").keep  # a matcher alone flags
    assert optout.check_output(encoded(grey(200)), prompt="Sora Aoi flies").keep


def test_who_is_licensed_is_told_and_never_stopped(tmp_path: Path) -> None:
    path = tmp_path / "characters"
    licensed = replace(SORA, permission=Permission.LICENSED, licensed_to=("lab.example",))
    path.write_bytes(encode_sheets([OwnedSheet(0, licensed)]))
    prompt = f"Sora Aoi, {DESCRIBED}"
    ours = opened(path, replace(AGREED, operator="lab.example")).check_prompt(prompt)
    assert (ours.keep, {finding.flags[-1] for finding in ours.findings}) == (True, {"licensed"})
    theirs = opened(path, replace(AGREED, operator="else.example")).check_prompt(prompt)
    assert (theirs.keep, {finding.flags[-1] for finding in theirs.findings}) == (False, {"permission-licensed"})


def test_a_sheet_without_a_declaration_in_force_is_not_told(file: Path) -> None:
    rules = {finding.rule for finding in opened(file).check_prompt(f"Gone Sora, {DESCRIBED}").findings}
    assert rules == {"character Sora Aoi"}


@pytest.mark.parametrize("content", [None, b"", b"optout-characters v9 0\n"])
def test_without_sheets_nothing_was_checked(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "characters"
    if content is not None:
        path.write_bytes(content)
    decision = opened(path).check_prompt("a lighthouse")
    assert (decision.keep, decision.reason) == (False, Reason.UNCHECKED_SNAPSHOT)
    assert "characters" in decision.unavailable[0].reason


def test_a_filter_without_names_says_how_to_open_it() -> None:
    optout = PublishedRegistry().filter(POLICY)
    with pytest.raises(ValueError, match="names=True"):
        optout.check_prompt("a lighthouse")
    with pytest.raises(ValueError, match="names=True"):
        optout.check_output(b"x", prompt="a lighthouse")


def test_new_sheets_are_read_with_the_next_snapshot(file: Path) -> None:
    optout = opened(file)
    assert signals(optout.check_prompt("Sora Aoi")) == ["name"]
    file.unlink()
    assert signals(optout.check_prompt("Sora Aoi")) == ["name"]


def test_a_prompt_has_a_statement_too(file: Path) -> None:
    checked = opened(file).check_prompt("青井そら").checked
    assert checked is not None
    assert (checked.kind, checked.size) == (CheckedKind.TEXT, len("青井そら".encode()))


def test_prompts_travel_as_their_path(file: Path) -> None:
    assert pickle.loads(pickle.dumps(Prompts(file))).path == file
