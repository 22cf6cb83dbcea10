"""The models whose codes are taken stand in the operator's file, and from there in the signed manifest."""

from pathlib import Path

import pytest

from crawler_filter.checks.matchers import standings
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.formats.record import Assurance, LeafType, Scope, ScopeKind
from crawler_filter.preference import Preference, Usage
from crawler_filter.snapshot.manifest import READER
from registry.config import ConfigError
from registry.errors import InstanceError
from registry.publishing.models import read_models
from tests.registry.publishing.instance import Instance, make_instance, opened, record, verify_snapshot

SHA = "5e" * 32
FILE = f"""
[[model]]
id = "copies-1"
sha256 = "{SHA}"
licence = "CC0-1.0"
source = "https://models.example/copies-1.onnx"
size = 288
crop = "squash"
channels = "rgb"
mean = [0.485, 0.456, 0.406]
deviation = [1, 0.224, 0.225]
match_radius = 118
flag_radius = 141
"""
MODEL = bytes.fromhex(SHA)


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "models.toml"
    path.write_text(FILE)
    return path


def coded(number: int) -> Scope:
    """The codes of a picture: two of them, by a model."""
    codes = tuple(bytes([number, part, 0x55, 0xF0]) * 16 for part in (1, 2))
    preferences = {Usage.TRAIN_AI: Preference.DISALLOWED}
    return Scope(ScopeKind.EMBED, Embedding(MODEL, codes).encode(), preferences, Assurance.ATTESTED)


def test_fractions_of_the_file_are_millionths_of_the_entry(listed: Path) -> None:
    (entry,) = read_models(listed)
    assert (entry.id, entry.sha256, entry.match_radius, entry.flag_radius) == ("copies-1", SHA, 118, 141)
    assert entry.preparation.mean == (485_000, 456_000, 406_000)
    assert entry.preparation.deviation == (1_000_000, 224_000, 225_000)
    assert read_models(None) == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("model = 1", "called"),
        ("", "called"),
        ("[[model]]\nid = 'a'", "all fields"),
        (FILE + "extra = 1", "extra"),
        (FILE + "[other]\n", "called"),
        (FILE + FILE, "names"),
        (FILE.replace("141", "300"), "radii"),
        (FILE.replace("0.485", "nan"), "mean"),
        (FILE.replace("288", "-1"), "size"),
        (FILE.replace("[0.485", "["), "models.toml"),
        ("[[model", "models.toml"),
    ],
)
def test_a_wrong_file_is_refused_in_words(listed: Path, content: str, said: str) -> None:
    listed.write_text(content)
    with pytest.raises(ConfigError, match=rf"REGISTRY_MODELS_FILE.*{said}"):
        read_models(listed)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="REGISTRY_MODELS_FILE"):
        read_models(tmp_path / "absent.toml")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    folder.mkdir()
    make_instance(folder)
    return folder


def test_entries_stand_in_the_signed_manifest_and_old_readers_meet_min_reader(
    directory: Path, listed: Path
) -> None:
    models = read_models(listed)
    with opened(directory) as instance:
        instance.models = models
        instance.append(LeafType.DECLARE, record(1, coded(1)))
        state = instance.publisher().current.state
        manifest = verify_snapshot(instance)
    assert (manifest.models, manifest.min_reader) == (models, READER)
    assert [each.id for each in standings(state.snapshot, ())] == ["copies-1"]


def test_another_list_of_models_is_signed_at_the_next_start(directory: Path, listed: Path) -> None:
    with opened(directory) as instance:
        first = instance.publisher().current.state.manifest
    with opened(directory) as instance:
        instance.models = read_models(listed)
        second = instance.publisher().current.state.manifest
        assert instance.publisher().current.state.manifest == second
    assert (first.min_reader, first.models, second.min_reader) == (1, (), READER)
    assert second.sequence == first.sequence + 1
    assert second.files == first.files


def test_base_and_deltas_with_codes_merge_to_the_same_bytes(tmp_path: Path) -> None:
    merged = set()
    for name, steps in (("once", [12]), ("often", [1, 3, 4, 9, 12]), ("always", list(range(1, 13)))):
        folder = tmp_path / name
        folder.mkdir()
        make_instance(folder)
        with opened(folder) as instance:
            publisher = instance.publisher()
            for size in steps:
                for number in range(instance.size, size):
                    _append(instance, number)
                publisher.publish()
                manifest = verify_snapshot(instance)  # made from log and records at once, byte for byte
            merged.add((manifest.merged.name, *(file.name for file in manifest.files)))
    assert len(merged) == 1


def _append(instance: Instance, number: int) -> None:
    if number % 5 == 4:
        instance.append(LeafType.WITHDRAW, record(number - 2))
    else:
        content = [coded(number)] if number % 3 else []
        instance.append(LeafType.DECLARE, record(number, *record(number).scopes, *content))


def test_a_registry_does_not_open_without_the_entry_of_a_model_that_is_in_use(
    make_registry, listed: Path, studio_with_models
) -> None:
    studio_with_models.declare((ScopeKind.EMBED, coded(200).value))
    studio_with_models.registry.close()
    with pytest.raises(InstanceError, match="put its entry back"):
        make_registry()
    other = FILE.replace("copies-1", "copies-2").replace(SHA, "6f" * 32)
    listed.write_text(FILE + other)
    assert len(read_models(listed)) == 2
    registry = make_registry(models_file=listed)
    assert [model.id for model in registry.publisher.snapshot().models] == ["copies-1", "copies-2"]


@pytest.fixture
def studio_with_models(make_registry, letterbox, zone, listed: Path):
    from tests.registry.studio import Studio

    made = Studio(make_registry(models_file=listed), letterbox)
    made.prove(zone, made.declare(("domain", "example.com")))
    return made


def test_two_models_that_rows_do_not_tell_apart_are_refused(listed: Path) -> None:
    listed.write_text(FILE + FILE.replace("copies-1", "copies-2").replace(SHA, "5e" + "01" * 31))
    with pytest.raises(ConfigError, match="first bytes"):
        read_models(listed)
