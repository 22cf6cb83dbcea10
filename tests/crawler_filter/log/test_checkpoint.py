import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import DataError, EquivocationError, MalformedNoteError, ProofError, RollbackError
from crawler_filter.log.checkpoint import Checkpoint, check_successor
from crawler_filter.log.tree import EMPTY_ROOT

from .log_simulator import LOG_KEY, key, log_of

# c2sp.org/tlog-cosignature, the example
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ROOT = bytes.fromhex("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")

lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)
checkpoints = st.builds(
    Checkpoint,
    lines,
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(lines, max_size=3).map(tuple),
)


def test_the_example_of_the_specification_is_read_and_written():
    checkpoint = Checkpoint.parse(EXAMPLE)
    assert checkpoint == Checkpoint("example.com/behind-the-sofa", 20852163, ROOT)
    assert checkpoint.encode() == EXAMPLE


def test_extension_lines_are_kept():
    checkpoint = Checkpoint.parse(f"{EXAMPLE}one\ntwo\n")
    assert checkpoint.extensions == ("one", "two")
    assert checkpoint.encode() == f"{EXAMPLE}one\ntwo\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(EXAMPLE[:-1], id="no newline at the end"),
        pytest.param("log\n1\n", id="no root"),
        pytest.param(EXAMPLE.replace("example.com/behind-the-sofa", ""), id="no origin"),
        pytest.param(EXAMPLE.replace("20852163", "020852163"), id="a leading zero"),
        pytest.param(EXAMPLE.replace("20852163", "-1"), id="a negative size"),
        pytest.param(EXAMPLE.replace("20852163", str(2**63)), id="a size beyond the range"),
        pytest.param(EXAMPLE.replace("CsUY", ""), id="a short root"),
        pytest.param(EXAMPLE.replace("2I=", "2J="), id="a root with stray bits"),
        pytest.param(f"{EXAMPLE}\nmore\n", id="an empty extension line"),
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text):
    with pytest.raises(MalformedNoteError):
        Checkpoint.parse(text)


@given(checkpoints)
def test_checkpoints_round_trip(checkpoint):
    assert Checkpoint.parse(checkpoint.encode()) == checkpoint


@given(st.text() | st.text().map(EXAMPLE.__add__))
def test_any_text_is_a_checkpoint_of_one_spelling_or_refused(text):
    try:
        checkpoint = Checkpoint.parse(text)
    except DataError:
        return
    assert checkpoint.encode() == text


def test_a_log_signs_only_in_its_own_name():
    assert LOG_KEY.verifier in log_of(3).checkpoint.sign(LOG_KEY).verify([LOG_KEY.verifier])
    with pytest.raises(ValueError, match=r"expected the key of registry\.example/log"):
        log_of(3).checkpoint.sign(key("other.example/log"))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (1, 1), (1, 300), (256, 300), (299, 300)])
def test_a_longer_log_follows_a_shorter_one(old, new):
    log = log_of(old)
    trusted = log.checkpoint
    log.append(*(b"more %d" % number for number in range(new - old)))
    check_successor(trusted, log.checkpoint, log.consistency(old))


def _other_log(count):
    log = log_of(1)
    return log.append(*(b"other %d" % number for number in range(count - 1)))


EIGHT = log_of(8)
REFUSED = {
    "a shorter log is a rollback": (EIGHT.checkpoint, log_of(7).checkpoint, [], RollbackError),
    "an empty log after a longer one is a rollback": (EIGHT.checkpoint, log_of(0).checkpoint, [], RollbackError),
    "the same size with another root is equivocation": (
        EIGHT.checkpoint,
        _other_log(8).checkpoint,
        [],
        EquivocationError,
    ),
    "a longer fork has no proof": (
        EIGHT.checkpoint,
        _other_log(9).checkpoint,
        _other_log(9).consistency(8),
        ProofError,
    ),
    "a growth without its proof is not believed": (EIGHT.checkpoint, log_of(12).checkpoint, [], ProofError),
    "a proof where none is needed is refused": (EIGHT.checkpoint, EIGHT.checkpoint, [EMPTY_ROOT], ProofError),
    "a proof from the empty tree is refused": (
        log_of(0).checkpoint,
        EIGHT.checkpoint,
        [EMPTY_ROOT],
        ProofError,
    ),
    "an empty log with a root of its own is refused": (
        log_of(0).checkpoint,
        Checkpoint(LOG_KEY.name, 0, ROOT),
        [],
        EquivocationError,
    ),
    "another log does not follow this one": (
        EIGHT.checkpoint,
        Checkpoint("other.example/log", 8, EIGHT.checkpoint.root),
        [],
        ProofError,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_follow_is_refused(case):
    trusted, offered, proof, error = REFUSED[case]
    with pytest.raises(error):
        check_successor(trusted, offered, proof)


def test_every_error_of_following_is_one_of_ours():
    assert {error for *_, error in REFUSED.values()} == {RollbackError, EquivocationError, ProofError}
