from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import MalformedNoteError, MalformedTrustError, SignatureError
from crawler_filter.log.policy import LogPolicy
from crawler_filter.log.root import walk
from crawler_filter.log.trust import Trust

from .log_simulator import (
    LOG_KEY,
    ORIGIN,
    ROOT_KEYS,
    WITNESS_KEYS,
    LogSimulator,
    key,
    key_set,
    log_of,
    policy,
    root,
    trust,
)

A, B, C = ROOT_KEYS
FILE = trust().encode()
ROOT_LINE = FILE.split(b"\n", maxsplit=1)[0]


def test_the_root_line_stands_first():
    keys = " ".join(signer.verifier.encode() for signer in ROOT_KEYS)
    assert ROOT_LINE.decode() == f"#!root 1 2 {keys}"


def test_every_reader_of_policies_reads_a_trust_file():
    assert LogPolicy.parse(FILE) == policy()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(ROOT_LINE, b"", "expected one line '#!root", id="no root line"),
        pytest.param(ROOT_LINE, ROOT_LINE + b"\n" + ROOT_LINE, "got 2", id="two root lines"),
        pytest.param(b"#!root", b"# root", "expected one line '#!root", id="a root line that is a mere comment"),
        pytest.param(b"#!root", b"#!pin", "^line 1: expected '#!root", id="an unknown line of that form"),
        pytest.param(b"#!root", b"#! root", "^line 1: expected '#!root", id="a space after the mark"),
        pytest.param(b"#!root 1 2", b"#!root 1", "^line 1: threshold", id="no threshold"),
        pytest.param(
            b"#!root 1 2", b"#!root 1 4", "^line 1: expected a threshold", id="a threshold beyond the keys"
        ),
        pytest.param(b"#!root 1 2", b"#!root one 2", "^line 1: version", id="a version in words"),
        pytest.param(ROOT_LINE, ROOT_LINE[:-4], "^line 1: key", id="a key cut short"),
        pytest.param(ROOT_LINE, ROOT_LINE + b"\n#!include other", "^line 2", id="another line of that form"),
        pytest.param(b"\nlog ", b"\n# log ", "expected a log line", id="no log"),
        pytest.param(b"quorum ", b"# quorum ", "expected a quorum line", id="no quorum"),
    ],
)
def test_what_is_not_a_trust_file_is_refused(old, new, message):
    with pytest.raises(MalformedTrustError, match=message):
        Trust.parse(FILE.replace(old, new, 1))


def test_trust_files_round_trip():
    assert Trust.parse(FILE) == trust()
    assert Trust.parse(FILE).encode() == FILE


@given(st.integers(0, 2**63 - 1), st.integers(1, 3), st.sampled_from(["none", "two", "w0"]))
def test_any_trust_file_round_trips(version, threshold, quorum):
    value = Trust(policy(quorum), version, key_set(threshold, *ROOT_KEYS))
    assert Trust.parse(value.encode()) == value


@given(st.binary() | st.binary(max_size=30).map(FILE.__add__))
def test_any_bytes_are_a_trust_file_or_refused(data):
    try:
        value = Trust.parse(data)
    except MalformedTrustError:
        return
    assert Trust.parse(value.encode()) == value


def test_the_pinned_root_note_is_opened():
    assert trust().open_root(root().sign(A, C).encode()) == root()


@pytest.mark.parametrize(
    ("note", "error"),
    [
        pytest.param(root().sign(A), SignatureError, id="signed by too few"),
        pytest.param(root(keys=key_set(1, A, B, C)).sign(A, B), MalformedNoteError, id="a lower threshold"),
        pytest.param(root(keys=key_set(2, A, B)).sign(A, B), MalformedNoteError, id="fewer keys"),
        pytest.param(root(version=2).sign(A, B), MalformedNoteError, id="a later version"),
        pytest.param(
            root(keys=key_set(1, key(f"{ORIGIN}/root-x"))).sign(key(f"{ORIGIN}/root-x")),
            SignatureError,
            id="other keys",
        ),
    ],
)
def test_a_root_note_that_was_not_pinned_is_refused(note, error):
    with pytest.raises(error):
        trust().open_root(note.encode())


def test_a_lost_log_key_is_replaced_without_touching_the_file():
    """The drill: the log key is stolen; two offline keys name another; the thief's checkpoints are worth nothing."""
    pinned = trust().open_root(root().sign(A, B).encode())
    fresh = replace(LOG_KEY, seed=bytes(range(32)))
    reached = walk(pinned, [root(2, log=fresh).sign(B, C).encode()])
    after = trust().at(reached)

    honest = LogSimulator(fresh).append(b"entry").signed_checkpoint(*WITNESS_KEYS)
    assert after.verify_checkpoint(honest).size == 1
    with pytest.raises(SignatureError):
        after.verify_checkpoint(log_of(1).signed_checkpoint(*WITNESS_KEYS))
    with pytest.raises(SignatureError, match="quorum"):
        after.verify_checkpoint(LogSimulator(fresh).append(b"entry").signed_checkpoint())


@pytest.mark.parametrize(
    "saved", [FILE.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + FILE], ids=["CRLF", "a byte order mark"]
)
def test_a_trust_file_is_read_as_an_editor_of_windows_saves_it(saved):
    assert Trust.parse(saved) == Trust.parse(FILE)


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_trust_file_in_utf_16_is_refused_with_what_to_do(coding):
    saved = ("\ufeff" * (coding != "utf-16") + FILE.decode()).encode(coding)
    with pytest.raises(MalformedTrustError, match="save the file as UTF-8"):
        Trust.parse(saved)
