"""Keys: never readable by others, never overwritten, and each of them replaceable without touching a filter."""

import shutil
from pathlib import Path

import pytest

from crawler_filter.errors import MalformedNoteError, RollbackError, SignatureError
from crawler_filter.filter import Filter
from crawler_filter.log import Checkpoint, KeySet, Note, Signer, Trust
from crawler_filter.policy import Policy
from crawler_filter.preference import Usage
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from registry.errors import InstanceError, LogForkError
from registry.publishing.keys import Keyring, add_signature, read_key, write_key
from tests.registry.publishing.instance import (
    ALPHA,
    BETA,
    NOW,
    ORIGIN,
    counting_entropy,
    make_instance,
    opened,
    verify_published,
    verify_snapshot,
)
from tests.registry.publishing.mirror import FolderTransport


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    (tmp_path / "instance").mkdir()
    return make_instance(tmp_path / "instance")


def signed(root, *signers: Signer) -> bytes:
    content = root.encode().encode()
    for signer in signers:
        content = add_signature(content, signer)
    return content


def open_filter(keyring: Keyring) -> Filter:
    """A filter that synced once, with the trust file of now."""
    source = FolderSource(
        SnapshotDirectory(keyring.directory.parent / "filter"),
        Trust.parse((keyring.directory / "registry.policy").read_bytes()),
        url=FolderTransport.URL,
        transport=lambda: FolderTransport(keyring.directory / "public"),
        clock=lambda: NOW,
    )
    source.sync()
    return Filter(source, Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)


def publish(keyring: Keyring, *numbers: int) -> None:
    with opened(keyring.directory) as instance:
        instance.declare(*numbers)
        instance.publisher()
        verify_snapshot(instance)


def is_kept(optout: Filter, number: int) -> bool:
    return optout.check(f"https://site{number}.example/").keep


def test_key_files_are_read_by_their_owner_only_and_never_overwritten(tmp_path):
    path = tmp_path / "keys" / "root.key"
    write_key(path, ALPHA)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path) == ALPHA
    with pytest.raises(InstanceError, match="never overwritten"):
        write_key(path, BETA)
    assert read_key(path) == ALPHA


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        (ALPHA.encode(), 0o640, "others can read"),
        ("not a key", 0o600, "does not hold a private key"),
        (None, 0, "found no such file"),
    ],
)
def test_a_key_file_that_cannot_be_used_is_refused_with_what_to_do(tmp_path, content, mode, message):
    path = tmp_path / "root.key"
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    with pytest.raises(InstanceError, match=message):
        read_key(path)


def test_an_instance_without_a_root_note_says_what_to_do(tmp_path):
    keyring = Keyring(tmp_path)
    keyring.first(ORIGIN, f"https://{ORIGIN}", KeySet(1, (ALPHA.verifier,)), counting_entropy())
    with pytest.raises(InstanceError, match="root sign"):
        keyring.online()


def test_the_first_root_note_needs_the_threshold_of_its_own_keys(tmp_path):
    keyring = Keyring(tmp_path)
    keys = KeySet(2, (ALPHA.verifier, BETA.verifier))
    root = keyring.first(ORIGIN, f"https://{ORIGIN}", keys, counting_entropy())
    with pytest.raises(SignatureError, match="expected 2 of 2 keys, got 1"):
        keyring.install(signed(root, ALPHA))
    assert keyring.install(signed(root, ALPHA, BETA)) == root
    assert Trust.parse((tmp_path / "registry.policy").read_bytes()).root_keys == keys


@pytest.mark.parametrize("roles", [("log",), ("snapshot",), ("log", "snapshot")])
def test_a_replaced_key_is_survived_by_an_open_filter(keyring, roles):
    publish(keyring, 1)
    optout = open_filter(keyring)
    before = keyring.online()
    keyring.install(signed(keyring.propose(counting_entropy(100), roles=roles), ALPHA))
    publish(keyring, 2)
    after = keyring.online()
    assert {role for role in ("log", "snapshot") if getattr(before, role) != getattr(after, role)} == set(roles)
    optout.sync()
    assert not is_kept(optout, 1)
    assert not is_kept(optout, 2)


def test_a_replaced_log_key_signs_the_same_root_again(keyring):
    publish(keyring, 1)
    keyring.install(signed(keyring.propose(counting_entropy(100), roles=["log"]), ALPHA))
    with opened(keyring.directory) as instance:
        instance.publisher()
        note = Note.parse(instance.files.read("checkpoint"))
        assert verify_published(instance.files) == 1
    assert list(note.verify([keyring.root().log])) == [keyring.root().log]


def test_replaced_root_keys_need_the_old_and_the_new_ones(keyring):
    proposed = keyring.propose(counting_entropy(100), keys=KeySet(1, (BETA.verifier,)))
    for signers in ([ALPHA], [BETA]):
        with pytest.raises(SignatureError):
            keyring.install(signed(proposed, *signers))
    keyring.install(signed(proposed, ALPHA, BETA))
    with pytest.raises((RollbackError, MalformedNoteError)):
        keyring.install(signed(proposed, ALPHA, BETA))
    following = keyring.propose(counting_entropy(200), roles=["snapshot"])
    with pytest.raises(SignatureError):
        keyring.install(signed(following, ALPHA))
    keyring.install(signed(following, BETA))
    assert len(keyring.root_notes()) == 3


def test_a_root_note_that_names_keys_we_do_not_hold_is_not_installed(keyring):
    proposed = keyring.propose(counting_entropy(100), roles=["snapshot"])
    (keyring.folder / f"snapshot-{proposed.snapshot.key_id.hex()}.key").unlink()
    with pytest.raises(InstanceError, match="no such file"):
        keyring.install(signed(proposed, ALPHA))
    assert keyring.root().version == 1


def test_a_lost_log_is_closed_and_its_successor_survived_by_an_open_filter(keyring):
    directory = keyring.directory
    publish(keyring, 1, 2)
    shutil.copy(directory / "registry.db", directory / "backup.db")
    publish(keyring, 3)
    optout = open_filter(keyring)
    assert not is_kept(optout, 3)

    shutil.copy(directory / "backup.db", directory / "registry.db")
    with opened(directory) as instance, pytest.raises(LogForkError, match="replace-log"):
        instance.publisher()
    closed = Checkpoint.parse(Note.parse((directory / "public/log/checkpoint").read_bytes()).text)
    keyring.install(signed(keyring.propose_new_log(closed, counting_entropy(100)), ALPHA))
    publish(keyring, 4)

    optout.sync()
    assert [number for number in (1, 2, 3, 4, 5) if not is_kept(optout, number)] == [1, 2, 3, 4]
    assert optout.check("https://site4.example/").snapshot.log_size == 4
    assert (directory / "public" / "log-2" / "checkpoint").exists()


def test_a_folder_without_a_registry_is_told_apart_from_one_that_is_still_to_be_signed(tmp_path: Path) -> None:
    with pytest.raises(InstanceError, match="`init` makes a new one"):
        Keyring(tmp_path).root()
    (tmp_path / "keys").mkdir()
    with pytest.raises(InstanceError, match="sign root-1"):
        Keyring(tmp_path).root()
