from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import (
    DataError,
    EquivocationError,
    MalformedNoteError,
    OversizedError,
    RollbackError,
    SignatureError,
)
from crawler_filter.log.checkpoint import Checkpoint
from crawler_filter.log.note import sign_note
from crawler_filter.log.root import MAX_ROOT_BYTES, KeySet, Root, open_root, walk

from .log_simulator import LOG_KEY, ORIGIN, ROOT_KEYS, SNAPSHOT_KEY, key, key_set, log_of, root

A, B, C = ROOT_KEYS
D, E, F = (key(f"{ORIGIN}/root-{label}") for label in "def")
FIRST = root()
NEW_LOG = key(f"{ORIGIN}/log2")
CLOSED = log_of(70).checkpoint


def signed(root, *signers):
    return root.sign(*signers).encode()


def test_a_root_note_is_these_lines():
    assert root(version=2, log=NEW_LOG, closed=Checkpoint(LOG_KEY.name, 70_000, bytes(32))).encode() == (
        f"registry.example/root/v1\n"
        f"version 2\n"
        f"threshold 2\n"
        f"key {A.verifier.encode()}\n"
        f"key {B.verifier.encode()}\n"
        f"key {C.verifier.encode()}\n"
        f"log {NEW_LOG.verifier.encode()} https://registry.example/log2/\n"
        f"snapshot {SNAPSHOT_KEY.verifier.encode()}\n"
        f"closed registry.example/log 70000 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    )


ROTATIONS = {
    "nothing new": [],
    "another snapshot key": [signed(root(2, snapshot=key(f"{ORIGIN}/snapshot-2")), A, B)],
    "another log key under the same name": [signed(root(2, log=replace(LOG_KEY, seed=bytes(32))), B, C)],
    "one root key replaced": [signed(root(2, key_set(2, A, B, D)), A, B)],
    "every root key replaced": [signed(root(2, key_set(2, D, E, F)), A, C, E, F)],
    "a larger quorum": [signed(root(2, key_set(4, A, B, C, D, E)), A, B, C, D)],
    "all keys replaced one after the other": [
        signed(root(2, key_set(2, A, B, D)), A, B),
        signed(root(3, key_set(2, A, E, D)), A, D),
        signed(root(4, key_set(2, F, E, D)), D, E),
    ],
    "a lost log closed and another one begun": [signed(root(2, log=NEW_LOG, closed=CLOSED), A, B)],
    "the closing repeated by a later note": [
        signed(root(2, log=NEW_LOG, closed=CLOSED), A, B),
        signed(root(3, log=NEW_LOG, closed=CLOSED), A, B),
    ],
    "signed by more keys than needed": [signed(root(2), A, B, C, D)],
}


@pytest.mark.parametrize("case", ROTATIONS)
def test_a_rotation_signed_by_old_and_new_is_followed(case):
    notes = ROTATIONS[case]
    reached = walk(FIRST, notes)
    assert reached.version == 1 + len(notes)
    assert reached == (Root.parse(notes[-1].decode().rpartition("\n\n")[0] + "\n") if notes else FIRST)


ATTACKS = {
    "signed by too few": ([signed(root(2), A)], SignatureError, "expected 2 of 3 keys, got 1"),
    "signed by strangers alone": ([signed(root(2), D, E)], SignatureError, "expected a signature by one of"),
    "new keys signed by the new keys alone": (
        [signed(root(2, key_set(2, D, E, F)), D, E, F)],
        SignatureError,
        "got 0",
    ),
    "new keys signed by the old keys alone": (
        [signed(root(2, key_set(2, D, E, F)), A, B, C)],
        SignatureError,
        "got 0",
    ),
    "old keys too few, new ones enough": (
        [signed(root(2, key_set(2, D, E, F)), A, D, E, F)],
        SignatureError,
        "expected 2 of 3 keys, got 1",
    ),
    "a lower threshold granted by itself": ([signed(root(2, key_set(1, A, B, C)), A)], SignatureError, "got 1"),
    "one key signing twice": (
        [root(2).sign(A).signed_also_by(A.sign(root(2).encode())).encode()],
        SignatureError,
        "got 1",
    ),
    "a wrong signature among enough good ones": (
        [sign_note(root(2).encode(), A, B).signed_also_by(C.sign("other\n")).encode()],
        SignatureError,
        "root-c.* is wrong",
    ),
    "cosignatures in place of signatures": (
        [root(2).sign(D).signed_also_by(*(one.cosign(root(2).encode(), 1) for one in ROOT_KEYS)).encode()],
        SignatureError,
        "expected a signature",
    ),
    "a version skipped": ([signed(root(3), A, B)], MalformedNoteError, "one is missing"),
    "the same version again": ([signed(root(1), A, B)], RollbackError, "expected root note 2, got 1"),
    "an older version after a newer": (
        [signed(root(2), A, B), signed(root(3), A, B), signed(root(2), A, B)],
        RollbackError,
        "expected root note 4, got 2",
    ),
    "keys that were retired": (
        [signed(root(2, key_set(2, D, E, F)), A, B, D, E), signed(root(3), A, B)],
        SignatureError,
        "got 0|expected a signature",
    ),
    "a root of another registry": (
        [sign_note(root(2).encode().replace("registry.example", "registry.evil"), A, B).encode()],
        MalformedNoteError,
        "expected key id",
    ),
    "another log without closing the first": (
        [signed(root(2, log=NEW_LOG), A, B)],
        MalformedNoteError,
        "without closing",
    ),
    "another log closing a third": (
        [signed(root(2, log=NEW_LOG, closed=Checkpoint(f"{ORIGIN}/log3", 1, bytes(32))), A, B)],
        MalformedNoteError,
        "without closing",
    ),
    "too many bytes": ([b"x" * (MAX_ROOT_BYTES + 1)], OversizedError, "512000"),
    "more rotations than are followed": (
        [signed(root(version), A, B) for version in range(2, 259)],
        OversizedError,
        "256 rotations",
    ),
}


@pytest.mark.parametrize("case", ATTACKS)
def test_an_attack_on_the_root_is_refused(case):
    notes, error, message = ATTACKS[case]
    with pytest.raises(error, match=message):
        walk(FIRST, notes)


def test_as_many_rotations_as_promised_are_followed():
    assert walk(FIRST, (signed(root(version), A, B) for version in range(2, 258))).version == 257


def test_notes_after_the_first_wrong_one_are_not_read():
    def notes():
        yield signed(root(3), A, B)
        raise AssertionError("read on after a refusal")

    with pytest.raises(MalformedNoteError):
        walk(FIRST, notes())


def test_a_root_note_of_another_origin_is_not_followed():
    other = Root(
        "registry.example/root-a",
        2,
        KeySet(1, (key("registry.example/root-a/x").verifier,)),
        key("registry.example/root-a/log").verifier,
        "https://registry.example/",
        key("registry.example/root-a/snapshot").verifier,
    )
    with pytest.raises(MalformedNoteError, match="expected a root note of registry"):
        walk(FIRST, [signed(other, A, B, key("registry.example/root-a/x"))])


UNFIT = {
    "no keys": lambda: key_set(0),
    "a threshold of zero": lambda: key_set(0, A, B),
    "a threshold beyond the keys": lambda: key_set(3, A, B),
    "the same key twice": lambda: key_set(2, A, A),
    "the same key under two names": lambda: key_set(2, A, replace(A, name=f"{ORIGIN}/root-z")),
    "too many keys": lambda: key_set(1, *(key(f"{ORIGIN}/root-{n}") for n in range(33))),
    "a cosignature key": lambda: KeySet(1, (A.cosignature_verifier,)),
    "a key of another registry": lambda: root(keys=key_set(1, key("other.example/root-a"))),
    "the log key among the root keys": lambda: root(keys=key_set(1, A, LOG_KEY)),
    "one key for log and snapshot": lambda: root(snapshot=replace(LOG_KEY, name=f"{ORIGIN}/snapshot")),
    "a closed log that still runs": lambda: root(closed=CLOSED),
    "version zero": lambda: root(version=0),
    "a log at no URL": lambda: replace(root(), log_url="registry.example/log"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_root_that_cannot_be_is_not_made(case):
    with pytest.raises(MalformedNoteError):
        UNFIT[case]()


TEXT = root(version=2, log=NEW_LOG, closed=CLOSED).encode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("/root/v1", "/root/v2", id="a newer format"),
        pytest.param("registry.example/root/v1", "/root/v1", id="no origin"),
        pytest.param("version 2\n", "", id="no version"),
        pytest.param("version 2", "version 02", id="a leading zero"),
        pytest.param("threshold 2", "threshold two", id="a threshold in words"),
        pytest.param("key ", "keys ", id="an unknown keyword"),
        pytest.param("snapshot ", "snapshot  ", id="two spaces"),
        pytest.param(" https://registry.example/log2/", "", id="no URL"),
        pytest.param("closed ", "closed x ", id="too many words"),
        pytest.param("closed ", "extra 1\nclosed ", id="an extra line"),
        pytest.param(TEXT[-45:], TEXT[-45:] + TEXT[TEXT.index("closed") :], id="two closed logs"),
        pytest.param(TEXT[-45:], TEXT[-45:-1], id="no newline at the end"),
        pytest.param(TEXT, "", id="nothing"),
    ],
)
def test_what_is_not_a_root_note_is_refused(old, new):
    changed = TEXT.replace(old, new, 1)
    assert changed != TEXT
    with pytest.raises(MalformedNoteError):
        Root.parse(changed)


labels = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)


@st.composite
def roots(draw):
    origin = draw(labels) + ".example"
    names = draw(st.lists(labels, min_size=3, max_size=8, unique=True))
    log, snapshot, *keys = (key(f"{origin}/{name}").verifier for name in names)
    closed = st.builds(
        Checkpoint, labels.map("{}.closed".format), st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32)
    )
    return Root(
        origin,
        draw(st.integers(1, 2**63 - 1)),
        KeySet(draw(st.integers(1, len(keys))), tuple(keys)),
        log,
        f"https://{draw(labels)}/",
        snapshot,
        draw(st.none() | closed),
    )


@given(roots())
def test_roots_round_trip(root):
    assert Root.parse(root.encode()) == root


@given(st.text() | st.text().map(TEXT.__add__) | st.integers(0, len(TEXT)).map(lambda end: TEXT[:end]))
def test_any_text_is_a_root_of_one_spelling_or_refused(text):
    try:
        root = Root.parse(text)
    except DataError:
        return
    assert root.encode() == text


@given(st.binary())
def test_any_bytes_are_a_root_note_or_refused(data):
    with pytest.raises(DataError):
        open_root(data, FIRST.keys)


def test_a_lost_log_is_told_from_one_that_cheats():
    # The client still holds a checkpoint beyond the size at which the log was closed: declared, not hidden.
    reached = walk(FIRST, [signed(root(2, log=NEW_LOG, closed=CLOSED), A, B)])
    assert reached.closed == CLOSED
    assert reached.log.name != LOG_KEY.name
    assert not issubclass(MalformedNoteError, EquivocationError)
