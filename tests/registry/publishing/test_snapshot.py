"""The published snapshot is what the log's leaves and records make, however it came about."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.fingerprints.iscc import IsccUnit, MainType
from crawler_filter.fingerprints.registered import MAX_FRAMES, Film
from crawler_filter.fingerprints.text import Excerpts
from crawler_filter.formats.record import Assurance, LeafType, Record, Scope, ScopeKind
from crawler_filter.formats.urls import PROFILE
from crawler_filter.log import Note
from crawler_filter.preference import Preference, Usage
from crawler_filter.snapshot import Manifest
from registry.errors import InstanceError, LogForkError
from registry.model.declaration import DeclarationRequest, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT
from registry.publishing.durable_files import DurableFiles
from registry.store.snapshots import latest_manifest
from tests.profiles import examples
from tests.registry.instance import Clock, Letterbox, make_party, open_instance, sign_in
from tests.registry.publishing.faults import FaultyWriter, Killed, Steps, inject
from tests.registry.publishing.instance import (
    NOW,
    Instance,
    make_instance,
    opened,
    record,
    verify_published,
    verify_snapshot,
)

WEEK = 7 * 86_400


def segments(instance: Instance) -> set[str]:
    return set(DurableFiles(instance.directory / "public" / "snapshot").names("*.seg"))


def test_a_new_instance_publishes_an_empty_snapshot(instance):
    published = instance.publisher().current
    assert verify_snapshot(instance) == published.state.manifest
    assert (published.state.manifest.sequence, published.state.manifest.log_size) == (1, 0)
    assert published.state.snapshot.match_url("site1.example/") == ()


def test_a_declaration_is_found_after_the_next_round_and_names_the_snapshot_it_came_from(instance):
    publisher = instance.publisher()
    instance.declare(1)
    state = publisher.publish().state
    (match,) = state.snapshot.match_url("www.site1.example/a.png")
    assert (match.statement.leaf, match.statement.declaration) == (0, record(1).id)
    assert state.snapshot.id == state.manifest.snapshot_id(first_use=False)
    assert state.snapshot.expires == state.manifest.issued + WEEK == NOW + WEEK


def test_a_round_without_news_publishes_nothing_until_the_manifest_is_an_hour_old(instance):
    publisher = instance.publisher()
    instance.declare(1)
    first = publisher.publish()
    assert publisher.publish() is first
    instance.now = NOW + 3600
    renewed = publisher.publish().state.manifest
    assert (renewed.sequence, renewed.issued) == (first.state.manifest.sequence + 1, NOW + 3600)
    assert renewed.files == first.state.manifest.files


def test_a_clock_that_goes_back_a_little_never_dates_a_manifest_before_the_last_one(directory):
    with opened(directory) as instance:
        instance.publisher()
    with opened(directory) as instance:
        instance.declare(1)
        instance.now = NOW - 200
        assert instance.publisher().current.state.manifest.issued == NOW


def with_content(number: int) -> Record:
    """A record of a site and of one kind of content, some of it declared by others too."""
    site = record(number).scopes
    value = bytes([number // 2 + 1]) * 32
    contents = (
        (ScopeKind.PDQ, f"{value.hex()},crop8:{value.hex()}"),
        (ScopeKind.VIDEO, Film(((1, value), (number, value))[: 1 + (number > 1)]).encode()),
        (
            ScopeKind.TEXT,
            Excerpts(24, 16, b"".join(n.to_bytes(8, "little") for n in range(number, number + 6))).encode(),
        ),
        (ScopeKind.ISCC, IsccUnit(MainType.CONTENT, 1, value[: 4 * (number % 8 + 1)]).encode()),
        (ScopeKind.EMBED, Embedding(bytes([number]) * 32, (2 * value, bytes([number + 99]) * 64)).encode()),
    )
    content = Scope(*contents[number % len(contents)], site[0].preferences, Assurance.ATTESTED)
    return record(number, *site, content)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(
            [LeafType.DECLARE] * 4
            + [LeafType.AMEND, LeafType.WITHDRAW, LeafType.NOTICE, LeafType.CANCEL, LeafType.ERASE]
        ),
        st.integers(0, 9),
    ),
    max_size=40,
)


@examples(12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(CHANGES, min_size=1, max_size=5))
def test_whatever_was_logged_the_published_snapshot_is_the_one_built_from_log_and_records(
    rounds, tmp_path_factory
):
    directory = tmp_path_factory.mktemp("instance")
    make_instance(directory)
    with opened(directory) as instance:
        publisher = instance.publisher()
        erased = set()  # an erased declaration never speaks again
        for changes in rounds:
            for leaf_type, number in changes:
                if number not in erased:
                    instance.append(leaf_type, with_content(number))
                if leaf_type is LeafType.ERASE:
                    erased.add(number)
            publisher.publish()
            assert verify_snapshot(instance).log_size == instance.size
    shutil.rmtree(directory)


def test_a_snapshot_grown_in_many_rounds_is_the_one_made_at_once(tmp_path):
    named = []
    for name, steps in (("once", [40]), ("often", [1, 15, 16, 17, 31, 33, 40])):
        folder = tmp_path / name
        folder.mkdir()
        make_instance(folder)
        with opened(folder) as instance:
            publisher = instance.publisher()
            for size in steps:
                instance.declare(*range(instance.size, size))
                publisher.publish()
            named.append(publisher.current.state.manifest.files)
    assert named[0] == named[1]


@examples(5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(CHANGES, min_size=2, max_size=6))
def test_the_files_of_a_snapshot_do_not_depend_on_how_often_it_was_published(rounds, tmp_path_factory):
    """Pieces put together are, byte for byte, those made from the records at once."""
    files = []
    for pauses in (True, False):
        directory = tmp_path_factory.mktemp("instance")
        make_instance(directory)
        with opened(directory) as instance:
            publisher = instance.publisher()
            erased = set()
            for changes in rounds:
                for leaf_type, number in changes:
                    if number not in erased:
                        instance.append(leaf_type, with_content(number))
                    if leaf_type is LeafType.ERASE:
                        erased.add(number)
                if pauses:
                    publisher.publish()
            files.append(publisher.publish().state.manifest.files)
        shutil.rmtree(directory)
    assert files[0] == files[1]


def test_segments_that_did_not_change_are_not_written_again(instance):
    publisher = instance.publisher()
    instance.declare(*range(0x21))
    first = publisher.publish().state.manifest
    instance.declare(0x21)
    second = publisher.publish().state.manifest
    assert first.files[0] == second.files[0]
    assert [(file.first, file.last) for file in second.files] == [(0, 0x20), (0x20, 0x22)]


def test_segments_that_held_an_erased_record_are_deleted_after_an_hour(instance):
    publisher = instance.publisher()
    instance.declare(*range(0x21))
    publisher.publish()
    instance.append(LeafType.ERASE, record(5))
    publisher.publish()
    verify_snapshot(instance)
    assert publisher.current.state.snapshot.match_url("site5.example/") == ()
    instance.now = NOW + 3601
    manifest = publisher.publish().state.manifest
    assert segments(instance) == {f"{file.name}.seg" for file in manifest.files}


def test_the_index_of_hashes_is_made_beside_a_merged_segment_and_goes_with_it(instance):
    """Seven long films are worth an index; without one of them, which is erased, the others are not."""
    publisher = instance.publisher()
    films = [
        Film(tuple((second, bytes([number]) + second.to_bytes(31)) for second in range(MAX_FRAMES))).encode()
        for number in range(7)
    ]
    stating = record(0).scopes[0].preferences
    for number, film in enumerate(films):
        scope = Scope(ScopeKind.VIDEO, film, stating, Assurance.ATTESTED)
        instance.append(LeafType.DECLARE, record(number, scope))
    first = publisher.publish().state.manifest.merged.name
    beside = DurableFiles(instance.directory / "merged")
    index = {f"{first}.seg.video-rest.npy", f"{first}.seg.video-slot.npy"}
    assert index <= set(beside.names("*"))
    instance.append(LeafType.ERASE, record(3))
    instance.now = NOW + 3601
    second = publisher.publish().state.manifest.merged.name
    assert set(beside.names("*")) == {f"{second}.seg", f"{second}.seg.pages"}
    snapshot = publisher.current.state.snapshot
    erased, kept = (bytes([number]) + bytes(31) for number in (3, 4))
    assert [match.evidence.distance for match in snapshot.match_picture([("whole", kept)])] != []
    assert 0 not in [match.evidence.distance for match in snapshot.match_picture([("whole", erased)])]


def test_segments_stay_for_an_hour_after_the_last_manifest_that_names_them(instance):
    publisher = instance.publisher()
    for number in range(5):
        instance.declare(number)
        publisher.publish()
    publisher._snapshots.collect(publisher.current.state.manifest)
    assert len(segments(instance)) == 6


def test_a_missing_segment_is_built_again_at_the_start(directory):
    with opened(directory) as instance:
        instance.declare(*range(0x21))
        manifest = instance.publisher().current.state.manifest
        (directory / "public" / "snapshot" / f"{manifest.files[0].name}.seg").unlink()
        shutil.rmtree(directory / "merged")
    with opened(directory) as instance:
        assert instance.publisher().current.state.manifest.files == manifest.files
        verify_snapshot(instance)


def test_a_restart_with_nothing_new_publishes_nothing(directory):
    sequences = []
    for _ in range(2):
        with opened(directory) as instance:
            sequences.append(instance.publisher().current.state.manifest.sequence)
    assert sequences == [1, 1]


@pytest.mark.whole
@pytest.mark.parametrize("apart", [9, pytest.param(1, marks=pytest.mark.slow)])
def test_a_killed_round_leaves_the_old_snapshot_or_the_new_one_at_every_step(
    directory, tmp_path_factory, monkeypatch, apart
):
    with opened(directory) as instance:
        instance.declare(*range(0x1FE))
        instance.publisher()
        instance.declare(*range(0x1FE, 0x213))
    step, sequences = 0, []
    while not sequences or sequences[-1] != "finished":
        step += apart
        copy = tmp_path_factory.mktemp("killed") / "instance"
        shutil.copytree(directory, copy)
        sequences.append(_round_killed_at(step, copy, monkeypatch))
        with opened(copy) as instance:
            manifest = instance.publisher().current.state.manifest
            assert manifest.log_size == 0x213
            assert verify_snapshot(instance) == manifest
            assert verify_published(instance.files) == 0x213
        shutil.rmtree(copy.parent)
    assert step > 60
    assert set(sequences) == {1, 2, "finished"}


def _round_killed_at(step: int, directory: Path, monkeypatch) -> int | str:
    def die():
        raise Killed

    steps = Steps(step, die)
    with opened(directory) as instance, monkeypatch.context() as patch:
        instance.directory.joinpath("public").mkdir(exist_ok=True)
        writer = instance.writer
        instance.writer = FaultyWriter(writer, steps)
        inject(patch, steps)
        try:
            instance.publisher()
        except Killed:
            patch.undo()
            manifest = verify_snapshot(instance)
            assert manifest.log_size <= verify_published(instance.files)
            return manifest.sequence
        finally:
            instance.writer = writer
    return "finished"


def test_a_database_older_than_the_published_manifest_does_not_give_its_number_again(directory, tmp_path):
    with opened(directory) as instance:
        instance.declare(1)
        instance.publisher()
    shutil.copy(directory / "registry.db", tmp_path / "backup.db")
    with opened(directory) as instance:
        instance.now = NOW + 7200
        publisher = instance.publisher()
        publisher.publish()
        assert publisher.current.state.manifest.sequence == 2
    shutil.copy(tmp_path / "backup.db", directory / "registry.db")
    with opened(directory) as instance:
        instance.declare(2)
        instance.now = NOW + 7300
        assert instance.publisher().current.state.manifest.sequence == 3


def test_a_manifest_ahead_of_the_log_is_refused(directory):
    with opened(directory) as instance:
        instance.declare(1)
        instance.publisher()
        shutil.rmtree(directory / "public" / "log")
    shutil.copytree(directory / "public", directory / "kept")
    for name in ("registry.db", "registry.db-wal", "registry.db-shm"):
        (directory / name).unlink(missing_ok=True)
    from registry.store.database import open_database

    open_database(directory / "registry.db", create=True).close()
    with opened(directory) as instance, pytest.raises(LogForkError, match="manifest 1 is of a log of 1 leaf,"):
        instance.publisher()


def test_a_damaged_manifest_is_refused_with_what_to_do(directory):
    with opened(directory) as instance:
        instance.publisher()
        (directory / "public" / "snapshot" / "manifest").write_bytes(b"nonsense")
        with pytest.raises(InstanceError, match="delete it"):
            instance.publisher()
        (directory / "public" / "snapshot" / "manifest").unlink()
        assert instance.publisher().current.state.manifest.sequence == 1


def test_every_published_manifest_was_recorded_before(instance):
    publisher = instance.publisher()
    instance.declare(1)
    publisher.publish()
    with instance.store.read() as database:
        newest = latest_manifest(database)
    assert Manifest.decode(Note.parse(newest.note).text) == publisher.current.state.manifest


def test_nothing_that_is_published_shows_a_path_a_host_a_name_or_a_mail_address(tmp_path):
    canary, letterbox = "canary-7f3a", Letterbox()
    with open_instance(tmp_path, Clock(), letterbox) as registry:
        actor = sign_in(registry, letterbox, f"{canary}@example.com")
        party = make_party(registry, actor, name=f"Studio {canary}")
        said = DeclarationRequest(
            party.id,
            (
                ScopeRequest("url", f"{canary}.example.com/{canary}/1.png"),
                ScopeRequest("doi", f"10.1000/{canary}"),
            ),
            {"train-ai": "disallowed"},
            policy=f"https://example.com/{canary}",
            contact=f"{canary}@example.com",
            statement=AUTHORITY_STATEMENT,
        )
        registry.declarations.declare(actor, said, idempotency=None)
        registry.publisher.publish()
        assert registry.publisher.current.state.manifest.log_size == 1
        for file in (path for path in (tmp_path / "public").rglob("*") if path.is_file()):
            assert canary.encode() not in file.read_bytes(), file


def test_a_snapshot_of_an_older_profile_is_made_anew_by_a_command_only(directory, monkeypatch):
    location = Scope(
        ScopeKind.URL, "site.example/a[1].png", {Usage.TRAIN_AI: Preference.DISALLOWED}, Assurance.VERIFIED
    )
    with opened(directory) as instance:
        instance.append(LeafType.DECLARE, record(1, location))
        with monkeypatch.context() as older:
            older.setattr("registry.publishing.snapshot.urls.PROFILE", 1)
            before = instance.publisher().current.state.manifest
    assert before.profile == 1
    with (
        opened(directory) as instance,
        pytest.raises(InstanceError, match=r"URL profile 1.*optout-registry rebuild"),
    ):
        instance.publisher()
    with opened(directory) as instance:
        rebuilt = instance.publisher(rebuild=True).current.state
        assert (rebuilt.manifest.profile, rebuilt.manifest.sequence) == (PROFILE, before.sequence + 1)
        assert rebuilt.snapshot.match_url("site.example/a%5B1%5D.png")
        assert instance.publisher().current.state.manifest == verify_snapshot(instance) == rebuilt.manifest
