"""A log is replaced after a loss: what its last snapshot reserved stays reserved, whoever asks, until it is ended."""

import shutil

import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.formats.record import LeafType
from crawler_filter.log import Checkpoint, Note
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from crawler_filter.sync.update import sync
from registry.errors import InstanceError
from registry.publishing.carrying import bring, forsake
from registry.publishing.keys import trust_of
from registry.publishing.publisher import Publisher
from registry.publishing.verify import verify_instance
from registry.store.carries import carried_since_before
from registry.store.log import append_body, erase_bodies
from tests.registry.publishing.instance import ALPHA, NOW, counting_entropy, make_instance, opened, record
from tests.registry.publishing.mirror import FolderTransport
from tests.registry.publishing.test_keys import signed

KEPT = dict.fromkeys(range(10), False)
LOST = dict.fromkeys(range(10, 15), True)


class Client:
    """A crawler of the registry in a directory, which it has trusted since before the loss."""

    def __init__(self, keyring, folder):
        self.folder, self._public, self._trust = folder, keyring.directory / "public", trust_of(keyring.root())
        source = FolderSource(SnapshotDirectory(folder), self._trust, clock=lambda: NOW, look_every=0.0)
        self.filter = Filter(source, Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)

    def reserved(self, numbers):
        """After a sync, which of the sites are reserved, and whether by what was carried over."""
        sync(self.folder, FolderTransport.URL, self._trust, transport=FolderTransport(self._public), now=NOW)
        found = {number: self.filter.check(f"https://www.site{number}.example/") for number in numbers}
        assert not any(decision.unavailable for decision in found.values())
        return {
            number: "carried" in decision.findings[0].flags
            for number, decision in found.items()
            if not decision.keep
        }


@pytest.fixture
def keyring(tmp_path):
    (tmp_path / "instance").mkdir()
    return make_instance(tmp_path / "instance")


@pytest.fixture
def client(keyring, tmp_path):
    return Client(keyring, tmp_path / "client")


@pytest.fixture
def late(keyring, tmp_path):
    """A crawler that syncs for the first time when the log has been replaced."""
    return Client(keyring, tmp_path / "late")


@pytest.fixture
def lost(keyring, client, tmp_path):
    """Ten sites in the backup; five more, and a withdrawal of one of the ten, were published since and are lost."""
    directory = keyring.directory
    with opened(directory) as instance:
        instance.declare(*range(10))
        instance.publisher()
    shutil.copy(directory / "registry.db", tmp_path / "backup.db")
    with opened(directory) as instance:
        instance.declare(*range(10, 15))
        instance.append(LeafType.WITHDRAW, record(3))
        instance.publisher()
    assert client.reserved(range(20)).keys() == set(range(15)) - {3}
    shutil.copytree(directory / "public", tmp_path / "mirror")
    shutil.copy(tmp_path / "backup.db", directory / "registry.db")
    replace_log(keyring)
    return directory


def replace_log(keyring):
    note = (keyring.directory / "public" / "log" / "checkpoint").read_bytes()
    closed = Checkpoint.parse(Note.parse(note).text)
    keyring.install(signed(keyring.propose_new_log(closed, counting_entropy(100)), ALPHA))


def start(directory):
    with opened(directory) as instance:
        return instance.publisher().current.state.manifest


def end(directory):
    """End what is carried, as the registry does when its time is over."""

    def transaction(database):
        for number in carried_since_before(database, NOW):
            erase_bodies(database, number)
            append_body(database, LeafType.ERASE, number, NOW, None, counting_entropy(500))

    with opened(directory) as instance:
        instance.writer.run(transaction)
        instance.publisher()


def test_what_was_lost_stays_reserved_and_flagged_for_every_client_until_it_is_ended(lost, client, late):
    assert start(lost).log_size == 11  # the ten that were kept, and the leaf that says what is carried over
    for each in (client, late):
        assert each.reserved(range(20)) == KEPT | LOST
    verified = verify_instance(lost)
    assert (verified.records, verified.rebuilt) == (11, True)
    end(lost)
    for each in (client, late):
        assert each.reserved(range(20)) == KEPT
    assert (verify_instance(lost).erased, verify_instance(lost).rebuilt) == (1, True)


def test_the_new_log_goes_on_beside_it_and_every_segment_is_what_its_leaves_say(lost, client):
    start(lost)
    for numbers in (range(20, 25), range(25, 60), range(60, 61)):
        with opened(lost) as instance:
            instance.declare(*numbers)
            instance.publisher()
        assert verify_instance(lost).rebuilt
    new = dict.fromkeys(range(20, 61), False)
    assert client.reserved(range(61)) == KEPT | LOST | new
    end(lost)
    assert client.reserved(range(61)) == KEPT | new
    assert verify_instance(lost).rebuilt


def test_it_is_the_same_bytes_wherever_and_however_it_is_made(lost, tmp_path):
    shutil.copytree(lost, tmp_path / "other")
    first, second = start(lost), start(tmp_path / "other")
    assert first.merged == second.merged
    with opened(lost) as instance:
        assert instance.publisher(rebuild=True).current.state.manifest.merged == first.merged


def test_it_is_carried_over_once_however_often_a_start_is_interrupted(lost, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, opened(lost) as instance, pytest.raises(KeyboardInterrupt):
        patch.setattr(Publisher, "_round", die)
        instance.publisher()
    assert start(lost).log_size == 11
    assert start(lost).log_size == 11


@pytest.mark.parametrize("damage", ["all of it is gone", "segments are gone", "a bit is wrong"])
def test_a_start_that_cannot_read_the_last_snapshot_refuses_until_it_was_brought(lost, client, tmp_path, damage):
    snapshot = lost / "public" / "snapshot"
    shutil.rmtree(lost / "merged")
    if damage == "all of it is gone":
        (snapshot / "manifest").unlink()
    for path in snapshot.glob("*.seg"):
        if damage == "a bit is wrong":
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
        else:
            path.unlink()
    with pytest.raises(InstanceError, match="carry FOLDER"):
        start(lost)
    bring(lost, tmp_path / "mirror" / "snapshot" if damage == "segments are gone" else client.folder)
    assert start(lost).log_size == 11
    assert client.reserved(range(20)) == KEPT | LOST
    with pytest.raises(InstanceError, match="the closed log"):
        bring(lost, tmp_path / "mirror" / "snapshot")


def test_where_no_snapshot_is_left_anywhere_a_leaf_says_that_nothing_is_carried_over(lost, client):
    (lost / "public" / "snapshot" / "manifest").unlink()
    with pytest.raises(InstanceError, match="had 16 leaves, 10 of them kept"):
        start(lost)
    forsake(lost, NOW, counting_entropy())
    assert start(lost).log_size == 12
    assert client.reserved(range(20)) == KEPT
    assert verify_instance(lost).rebuilt


def test_a_snapshot_that_this_registry_has_not_signed_or_that_is_damaged_is_not_brought(lost, client):
    manifest, segments = client.folder / "manifest", client.folder / "segments"
    for path in segments.iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    with pytest.raises(InstanceError, match="is damaged"):
        bring(lost, client.folder)
    manifest.write_bytes(manifest.read_bytes().replace(b"sequence 2", b"sequence 3"))
    with pytest.raises(InstanceError, match="not signed"):
        bring(lost, client.folder)


def test_a_log_that_is_replaced_without_a_loss_carries_nothing_over(keyring, client):
    with opened(keyring.directory) as instance:
        instance.declare(*range(5))
        instance.publisher()
    replace_log(keyring)
    assert start(keyring.directory).log_size == 5
    assert client.reserved(range(9)) == dict.fromkeys(range(5), False)


def test_a_registry_whose_log_was_never_replaced_has_nothing_to_bring(keyring, tmp_path):
    with pytest.raises(InstanceError, match="nothing to carry over"):
        bring(keyring.directory, tmp_path)
