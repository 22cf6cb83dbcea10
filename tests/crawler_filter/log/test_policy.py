from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import DataError, MalformedTrustError, OversizedError, SignatureError
from crawler_filter.log.checkpoint import Checkpoint
from crawler_filter.log.note import Note, sign_note
from crawler_filter.log.policy import Group, LogKey, LogPolicy, Witness

from .log_simulator import LOG_KEY, NOW, WITNESS_KEYS, LogSimulator, key, log_of, policy

W1, W2, W3 = WITNESS_KEYS
LOG_VKEY = LOG_KEY.verifier.encode()
VKEYS = [signer.cosignature_verifier.encode() for signer in WITNESS_KEYS]


def nested():
    """Two of the three of X, and any of Y: the shape of the specification's example."""
    x = [key(f"x{n}.example") for n in range(3)]
    y = [key(f"y{n}.example") for n in range(3)]
    lines = [f"log {LOG_VKEY}"]
    lines += [f"witness X{n} {signer.cosignature_verifier.encode()}" for n, signer in enumerate(x)]
    lines += ["group X-witnesses 2 X0 X1 X2"]
    lines += [f"witness Y{n} {signer.cosignature_verifier.encode()}" for n, signer in enumerate(y)]
    lines += ["group Y-witnesses any Y0 Y1 Y2", "group X-and-Y all X-witnesses Y-witnesses", "quorum X-and-Y"]
    return LogPolicy.parse("\n".join(lines).encode()), x, y


@pytest.mark.parametrize("witnesses", [(W1, W2), (W2, W3), (W1, W2, W3)])
def test_a_checkpoint_with_a_quorum_is_believed(witnesses):
    log = log_of(5)
    assert policy().verify_checkpoint(log.signed_checkpoint(*witnesses)) == log.checkpoint


@pytest.mark.parametrize("witnesses", [(), (W1,), (W3,)])
def test_a_checkpoint_without_a_quorum_is_refused(witnesses):
    with pytest.raises(SignatureError, match="expected the quorum 'two'"):
        policy().verify_checkpoint(log_of(5).signed_checkpoint(*witnesses))


@pytest.mark.parametrize(
    ("x", "y", "believed"),
    [
        ([0, 1], [0], True),
        ([1, 2], [2], True),
        ([0, 1, 2], [0, 1, 2], True),
        ([0, 1, 2], [], False),
        ([0], [0, 1, 2], False),
        ([], [], False),
    ],
)
def test_groups_of_groups_count_as_the_specification_says(x, y, believed):
    policy, xs, ys = nested()
    data = log_of(5).signed_checkpoint(*(xs[n] for n in x), *(ys[n] for n in y))
    if believed:
        assert policy.verify_checkpoint(data).size == 5
    else:
        with pytest.raises(SignatureError, match="quorum"):
            policy.verify_checkpoint(data)


def test_without_a_quorum_the_logs_signature_is_enough():
    assert policy(quorum="none").verify_checkpoint(log_of(5).signed_checkpoint()).size == 5


def test_the_quorum_may_be_one_witness():
    one = policy(quorum="w1")
    assert one.verify_checkpoint(log_of(5).signed_checkpoint(W2)).size == 5
    with pytest.raises(SignatureError, match="'w1'"):
        one.verify_checkpoint(log_of(5).signed_checkpoint(W1, W3))


def test_witnesses_without_the_log_do_not_make_a_checkpoint():
    text = log_of(5).checkpoint.encode()
    note = Note(text, tuple(signer.cosign(text, NOW) for signer in WITNESS_KEYS))
    with pytest.raises(SignatureError, match="signed by its log"):
        policy().verify_checkpoint(note.encode())


def test_a_log_cannot_speak_under_another_origin():
    text = Checkpoint("other.example/log", 5, bytes(32)).encode()
    note = sign_note(text, LOG_KEY).signed_also_by(W1.cosign(text, NOW), W2.cosign(text, NOW))
    with pytest.raises(SignatureError, match=r"none by other\.example/log"):
        policy().verify_checkpoint(note.encode())


def test_one_of_two_logs_does_not_speak_for_the_other():
    other = key("other.example/log")
    both = replace(policy("none"), logs=(LogKey(LOG_KEY.verifier), LogKey(other.verifier)))
    assert both.verify_checkpoint(LogSimulator(other).append(b"x").signed_checkpoint()).origin == other.name
    with pytest.raises(SignatureError, match="signed by its log"):
        both.verify_checkpoint(sign_note(Checkpoint(LOG_KEY.name, 1, bytes(32)).encode(), other).encode())


def test_a_cosignature_over_another_checkpoint_rejects_the_note():
    log = log_of(5)
    note = Note.parse(log.signed_checkpoint(W1, W2))
    moved = note.signed_also_by(W2.cosign(log_of(6).checkpoint.encode(), NOW))
    with pytest.raises(SignatureError, match="is wrong"):
        policy().verify_checkpoint(moved.encode())


def test_a_plain_signature_by_a_witness_is_no_cosignature():
    log = log_of(5)
    note = log.checkpoint.sign(LOG_KEY).signed_also_by(
        *(signer.sign(log.checkpoint.encode()) for signer in WITNESS_KEYS)
    )
    with pytest.raises(SignatureError, match="quorum"):
        policy().verify_checkpoint(note.encode())


def test_a_checkpoint_of_too_many_bytes_is_refused():
    with pytest.raises(OversizedError, match="65536"):
        policy().verify_checkpoint(bytes(65_537))


@given(st.binary() | st.binary(max_size=40).map(log_of(3).signed_checkpoint(W1, W2).__add__))
def test_any_bytes_are_believed_only_with_their_signatures(data):
    try:
        checkpoint = policy().verify_checkpoint(data)
    except DataError:
        return
    assert checkpoint == log_of(3).checkpoint


def test_a_policy_is_read_with_comments_tabs_and_empty_lines():
    text = f"""
# trusted since 2026
\tlog\t{LOG_VKEY}   https://registry.example/log/#part
  # a witness
witness w0 {VKEYS[0]} https://w.example
 \t
group all-of-them all w0
quorum all-of-them"""
    assert LogPolicy.parse(text.encode()) == LogPolicy(
        (LogKey(LOG_KEY.verifier, "https://registry.example/log/#part"),),
        (Witness("w0", W1.cosignature_verifier, "https://w.example"),),
        (Group("all-of-them", 1, ("w0",)),),
        "all-of-them",
    )


def test_names_are_octets():
    text = b"witness \xe2\x84\xaa %s\nwitness K %s\nwitness \xff %s\ngroup g any \xff K\nquorum g\n"
    read = LogPolicy.parse(text % tuple(vkey.encode() for vkey in VKEYS))
    assert [witness.name for witness in read.witnesses] == ["\u212a", "K", "\udcff"]
    assert LogPolicy.parse(read.encode()) == read


def test_thirty_two_of_each_kind_are_read():
    lines = [f"log {key(f'log{n}.example').verifier.encode()}" for n in range(32)]
    lines += [f"witness w{n} {key(f'w{n}.example').cosignature_verifier.encode()}" for n in range(32)]
    lines += ["group g0 any w0"] + [f"group g{n} all w{n} g{n - 1}" for n in range(1, 32)]
    read = LogPolicy.parse("\n".join([*lines, "quorum g31"]).encode())
    assert [len(read.logs), len(read.witnesses), len(read.groups)] == [32, 32, 32]


MALFORMED = {
    "no quorum": f"log {LOG_VKEY}",
    "two quorums": "quorum none\nquorum none",
    "a quorum nobody defined": "quorum w0",
    "a quorum defined later": f"quorum w0\nwitness w0 {VKEYS[0]}",
    "an unknown keyword": "root 1\nquorum none",
    "a keyword in capitals": f"LOG {LOG_VKEY}\nquorum none",
    "a log without a key": "log\nquorum none",
    "a log with too many words": f"log {LOG_VKEY} https://a https://b\nquorum none",
    "a log twice": f"log {LOG_VKEY}\nlog {LOG_VKEY}\nquorum none",
    "a log's key under another name": f"log {LOG_VKEY}\nlog {replace(LOG_KEY, name='other').verifier.encode()}\nquorum none",
    "a witness key for a log": f"log {VKEYS[0]}\nquorum none",
    "a log key for a witness": f"witness w0 {LOG_VKEY}\nquorum none",
    "a witness without a name": f"witness {VKEYS[0]}\nquorum none",
    "a witness twice": f"witness w0 {VKEYS[0]}\nwitness w1 {VKEYS[0]}\nquorum none",
    "a name twice": f"witness w0 {VKEYS[0]}\nwitness w0 {VKEYS[1]}\nquorum none",
    "a witness called none": f"witness none {VKEYS[0]}\nquorum none",
    "a group without members": "group g any\nquorum none",
    "a group of the unknown": "group g any w0\nquorum none",
    "a group of none": "group g any none\nquorum none",
    "a group of itself": "group g any g\nquorum none",
    "a group with a member twice": f"witness w0 {VKEYS[0]}\ngroup g 1 w0 w0\nquorum none",
    "a member of two groups": f"witness w0 {VKEYS[0]}\ngroup g any w0\ngroup h any w0\nquorum none",
    "a threshold of zero": f"witness w0 {VKEYS[0]}\ngroup g 0 w0\nquorum none",
    "a threshold beyond the members": f"witness w0 {VKEYS[0]}\ngroup g 2 w0\nquorum none",
    "a threshold that is no number": f"witness w0 {VKEYS[0]}\ngroup g some w0\nquorum none",
    "a carriage return alone": "quorum\rnone\n",
    "a delete character": "# \x7f\nquorum none\n",
    "a key cut short": f"log {LOG_VKEY[:-4]}\nquorum none",
    "a file too large": "#" * 70_000 + "\nquorum none",
}


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_not_a_policy_is_refused(case):
    with pytest.raises(MalformedTrustError):
        LogPolicy.parse(MALFORMED[case].encode())


def test_the_line_of_a_mistake_is_named():
    with pytest.raises(MalformedTrustError, match=r"^line 3: expected a log, witness, group or quorum line"):
        LogPolicy.parse(b"# one\n\nrules none\nquorum none\n")


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs"]), min_size=1)


@st.composite
def policies(draw):
    names = draw(st.lists(words.filter(lambda name: name != "none"), min_size=1, max_size=6, unique=True))
    count = draw(st.integers(1, len(names)))
    witnesses = tuple(
        Witness(name, key(f"w{n}.example").cosignature_verifier, draw(st.none() | words))
        for n, name in enumerate(names[:count])
    )
    unused, groups = list(names[:count]), []
    for name in names[count:]:
        members = draw(st.lists(st.sampled_from(unused), min_size=1, unique=True))
        groups.append(Group(name, draw(st.integers(1, len(members))), tuple(members)))
        unused = [item for item in unused if item not in members] + [name]
    logs = tuple(
        LogKey(key(f"log{n}.example").verifier, draw(st.none() | words)) for n in range(draw(st.integers(0, 3)))
    )
    return LogPolicy(logs, witnesses, tuple(groups), draw(st.sampled_from([*names, "none"])))


@given(policies())
def test_policies_round_trip(policy):
    assert LogPolicy.parse(policy.encode()) == policy


@given(
    st.lists(
        st.sampled_from(
            ["log", "witness", "group", "quorum", "none", "any", "2", "w", LOG_VKEY, VKEYS[0], "\n", "#", "\t"]
        )
        | st.text()
    ).map(" ".join)
)
def test_any_text_is_a_policy_or_refused(text):
    try:
        read = LogPolicy.parse(text.encode("utf-8", "replace"))
    except MalformedTrustError:
        return
    assert LogPolicy.parse(read.encode()) == read
