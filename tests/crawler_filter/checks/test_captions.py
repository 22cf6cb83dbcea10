"""Names in captions point to declarations in force, and never speak."""

import pickle
from pathlib import Path

import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.checks.captions import Captions
from crawler_filter.checks.recognisers import Recognisers
from crawler_filter.checks.sources import FixedSource
from crawler_filter.errors import MalformedSegmentError, SnapshotMissingError
from crawler_filter.formats.names import Name, NameKind, encode_names
from crawler_filter.formats.record import Assurance
from tests.simulators.published import NOW, PublishedRegistry, scope

pytest.importorskip("ahocorasick_rs", reason="the names extra is not installed")


@pytest.fixture
def names(tmp_path: Path) -> Path:
    file = tmp_path / "names.txt"
    file.write_bytes(
        encode_names(
            [
                Name(0, NameKind.TITLE, ("Lighthouse Keeper", "灯台守")),
                Name(0, NameKind.CHARACTER, ("青井そら", "Aoi")),
                Name(7, NameKind.TITLE, ("Withdrawn Sentinel",)),
            ]
        )
    )
    return file


def opened(names: Path | None) -> Filter:
    registry = PublishedRegistry()
    registry.declare(scope("sha256", "ab" * 32, Assurance.ATTESTED))
    captions = Captions(names) if names else None
    return Filter(
        FixedSource(registry.snapshot()),
        Policy.opt_out(Usage.TRAIN_AI),
        recognisers=Recognisers(captions),
        clock=lambda: NOW,
    )


def test_a_name_leads_to_its_declaration_and_does_not_speak(names):
    found = opened(names).check_caption("masterpiece, lighthouse_keeper, aoi, withdrawn sentinel")
    assert [(finding.rule, finding.flags) for finding in found] == [
        ("title Lighthouse Keeper", ("name",)),
        ("character Aoi", ("name", "with-company")),
    ]
    assert not any(finding.decides for finding in found)
    assert found[0].locator == f"https://registry.example/d/{found[0].declaration}"
    assert found[0].leaf == 0


def test_a_name_without_a_declaration_in_force_is_not_reported(names):
    assert opened(names).check_caption("withdrawn sentinel") == ()


def test_another_spelling_of_a_name_is_no_company_for_it(names):
    found = opened(names).check_caption("Aoi (灯台守), 青井")
    assert [finding.rule for finding in found] == ["character Aoi", "title 灯台守"]
    assert opened(names).check_caption("灯台守, 灯台守") == ()


def test_names_are_asked_for_by_who_has_them():
    with pytest.raises(ValueError, match="names=True"):
        opened(None).check_caption("lighthouse keeper")


def test_names_that_were_removed_are_an_error(names):
    names.unlink()
    with pytest.raises(SnapshotMissingError, match="--names"):
        opened(names).check_caption("lighthouse keeper")


def test_names_that_were_replaced_are_read_with_the_next_snapshot(names):
    captions, registry = Captions(names), PublishedRegistry()
    registry.declare(scope("sha256", "ab" * 32, Assurance.ATTESTED))
    first = registry.snapshot()
    assert list(captions.find("lighthouse keeper", first))
    replacement = names.with_name("new")
    replacement.write_bytes(encode_names([Name(0, NameKind.SERIES, ("Aoi no Tōdai",))]))
    replacement.replace(names)
    assert list(captions.find("lighthouse keeper", first))
    (found,) = captions.find("lighthouse keeper, aoi no toudai", registry.snapshot())
    assert found.rule == "series Aoi no Tōdai"


def test_a_file_that_is_none_of_names_is_an_error(tmp_path):
    (tmp_path / "names.txt").write_text("<html>")
    with pytest.raises(MalformedSegmentError):
        opened(tmp_path / "names.txt").check_caption("lighthouse keeper")


def test_the_names_go_with_a_filter_to_another_process(names):
    captions = Captions(names)
    assert list(captions.find("lighthouse keeper", opened(None)._source.current()))
    assert pickle.loads(pickle.dumps(captions)).path == names
