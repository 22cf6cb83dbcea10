import re
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.serialization import load_ssh_private_key
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import MalformedNoteError
from crawler_filter.log.checkpoint import Checkpoint
from crawler_filter.log.keys import ED25519, Signer, Verifier
from crawler_filter.log.note import Note, sign_note
from crawler_filter.log.tree import EMPTY_ROOT
from tests.simulators.witness import SIZE_TYPE, AddCheckpoint, WitnessedLog, add_checkpoint

from .log_simulator import LOG_KEY, NOW, WITNESS_KEYS, LogSimulator, key, log_of

WITNESS = WITNESS_KEYS[0]


def watched(size=0, root=EMPTY_ROOT):
    return {LOG_KEY.name: WitnessedLog(LOG_KEY.name, (LOG_KEY.verifier,), size, root)}


def request(log, old_size, proof=None, note=None):
    hashes = log.consistency(old_size) if proof is None else proof
    return AddCheckpoint(old_size, tuple(hashes), note or Note.parse(log.signed_checkpoint())).encode()


def decide(data, logs):
    """Answer as a witness that stores what it is told to store."""
    answer = add_checkpoint(data, logs, WITNESS, NOW)
    if answer.stored:
        logs[answer.stored.origin] = answer.stored
    return answer


def test_all_nine_decisions_of_litewitness_come_out(vectors):
    text = (vectors / "merkle" / "litewitness.txt").read_text(encoding="utf-8")
    log_key = bytes.fromhex(re.search(r"add-sigsum-log -key=([0-9a-f]{64})", text)[1])
    origin = f"sigsum.org/v1/tree/{sha256(log_key).hexdigest()}"
    pem = re.search(r"-- witness_key\.pem --\n(.*?)\n\n", text, re.DOTALL)[1]
    signer = Signer("example.com/witness", load_ssh_private_key(pem.encode(), None).private_bytes_raw())
    logs = {origin: WitnessedLog(origin, (Verifier(origin, ED25519, log_key),))}
    cases = re.findall(
        r"^POST .*?\n```\n(.*?)```\nHTTP (\d+)\n\[Asserts\]\nbody (contains|==) \"(.*?)\"\n",
        text,
        re.DOTALL | re.MULTILINE,
    )
    statuses = []
    for body, status, how, expected in cases:
        answer = add_checkpoint(body.encode(), logs, signer, NOW)
        assert answer.status == int(status)
        if how == "==":
            assert answer.body == expected.replace("\\n", "\n").encode()
        else:
            assert expected.encode() in answer.body
        assert (answer.stored is None) == (answer.status != 200)
        if answer.stored:
            cosigned = Note.parse(body.partition("\n\n")[2].encode() + answer.body)
            assert cosigned.verify([signer.cosignature_verifier]) == {signer.cosignature_verifier: NOW}
            logs[origin] = answer.stored
        statuses.append(answer.status)
    assert statuses == [200, 403, 403, 422, 422, 200, 409, 200, 409]
    assert logs[origin].size == 5


def test_a_log_is_cosigned_as_it_grows():
    log, logs = LogSimulator(), watched()
    for step in (1, 1, 254, 1, 300):
        old = log.edge.size
        log.append(*(b"%d" % number for number in range(step)))
        answer = decide(request(log, old), logs)
        assert answer.status == 200
        line = Note.parse(log.signed_checkpoint() + answer.body)
        assert line.verify([WITNESS.cosignature_verifier]) == {WITNESS.cosignature_verifier: NOW}
        assert logs[LOG_KEY.name].size == log.edge.size


def test_the_same_checkpoint_is_cosigned_again():
    log, logs = log_of(5), watched()
    assert decide(request(log, 0), logs).status == 200
    assert decide(request(log, 5), logs).status == 200


FIVE = log_of(5)
FORK = LogSimulator().append(b"another", b"log", b"of", b"five", b"leaves")
AT_FIVE = watched(5, FIVE.edge.root)
REFUSALS = {
    "another root of the same size": (request(FORK, 5, []), 422),
    "a fork that grew": (request(FORK.append(b"more"), 5), 422),
    "an old size the witness has passed": (request(log_of(7), 3), 409),
    "an old size the witness has not reached": (request(log_of(7), 6), 409),
    "an old size beyond the checkpoint": (request(log_of(3), 4, []), 400),
    "a roll back to nothing": (request(log_of(0), 0, []), 409),
    "a proof where none is needed": (request(FIVE, 5, [EMPTY_ROOT]), 422),
    "no proof where one is needed": (request(log_of(7), 5, []), 422),
    "a signature by nobody who is known": (
        request(log_of(7), 5, note=sign_note(log_of(7).checkpoint.encode(), key("stranger.example"))),
        403,
    ),
    "a log nobody watches": (request(LogSimulator(key("other.example/log")).append(b"x"), 0), 403),
    "a note that is no checkpoint": (request(FIVE, 5, note=sign_note("hello\n", LOG_KEY)), 400),
    "no old size": (b"\n" + FIVE.signed_checkpoint(), 400),
    "an old size with a leading zero": (b"old 05\n\n" + FIVE.signed_checkpoint(), 400),
    "a proof line that is no hash": (b"old 5\nAAAA\n\n" + FIVE.signed_checkpoint(), 400),
    "too many proof lines": (request(FIVE, 5, [EMPTY_ROOT] * 64), 400),
    "no note": (b"old 5\n\n", 400),
    "nothing": (b"", 400),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_may_not_be_cosigned_is_refused_and_changes_nothing(case):
    data, status = REFUSALS[case]
    answer = add_checkpoint(data, AT_FIVE, WITNESS, NOW)
    assert answer.status == status
    assert answer.stored is None
    assert b"\xe2\x80\x94 " not in answer.body


def test_a_conflict_says_the_size_that_was_cosigned_last():
    answer = add_checkpoint(request(log_of(7), 0), AT_FIVE, WITNESS, NOW)
    assert (answer.status, answer.body, answer.content_type) == (409, b"5\n", SIZE_TYPE)


def test_a_first_checkpoint_of_no_leaves_needs_the_root_of_nothing():
    assert decide(request(log_of(0), 0), watched()).status == 200
    wrong = Checkpoint(LOG_KEY.name, 0, bytes(32)).sign(LOG_KEY)
    assert decide(request(log_of(0), 0, [], wrong), watched()).status == 422


@given(
    st.builds(
        AddCheckpoint,
        st.integers(0, 2**63 - 1),
        st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
        st.just(Note.parse(FIVE.signed_checkpoint(*WITNESS_KEYS))),
    )
)
def test_requests_round_trip(asked):
    assert AddCheckpoint.parse(asked.encode()) == asked


@given(st.binary() | st.binary().map(b"old 5\n".__add__) | st.binary().map(request(FIVE, 5).__add__))
def test_any_bytes_are_answered(data):
    assert add_checkpoint(data, watched(), WITNESS, NOW).status in {400, 403, 409}


def test_a_request_without_an_empty_line_does_not_parse():
    with pytest.raises(MalformedNoteError, match="old <size>"):
        AddCheckpoint.parse(b"old 5")
