import base64
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import DataError, MalformedNoteError, OversizedError, ProofError, SignatureError
from crawler_filter.log.proof import MAX_TLOG_PROOF_BYTES, TlogProof

from .log_simulator import WITNESS_KEYS, log_of, policy

H1, H2 = sha256(b"hash1").digest(), sha256(b"hash2").digest()
B1, B2 = (base64.b64encode(item).decode() for item in (H1, H2))

# transparency-dev/formats, proof/tlog_proof_test.go
WRITTEN = {
    "without extra data": (
        TlogProof(5, (H1, H2), b"test checkpoint\n"),
        f"c2sp.org/tlog-proof@v1\nindex 5\n{B1}\n{B2}\n\ntest checkpoint\n",
    ),
    "with extra data": (
        TlogProof(10, (H1,), b"checkpoint data\n", b"extra information"),
        f"c2sp.org/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 10\n{B1}\n\ncheckpoint data\n",
    ),
    "with no hashes": (TlogProof(0, (), b"checkpoint\n"), "c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n"),
}
LONG = base64.b64encode(bytes(64)).decode()
MALFORMED = {
    "another first line": "wrong-header\nindex 0\n\ncheckpoint\n",
    "extra data that is not base64": "c2sp.org/tlog-proof@v1\nextra !!notbase64!!\nindex 0\n\ncheckpoint\n",
    "no index": "c2sp.org/tlog-proof@v1\n\n\ncheckpoint\n",
    "an index in words": "c2sp.org/tlog-proof@v1\nindex notanumber\n\ncheckpoint\n",
    "a negative index": "c2sp.org/tlog-proof@v1\nindex -5\n\ncheckpoint\n",
    "a hash that is not base64": "c2sp.org/tlog-proof@v1\nindex 0\n!!notbase64!!\n\ncheckpoint\n",
    "a hash of another length": f"c2sp.org/tlog-proof@v1\nindex 0\n{LONG}\n\ncheckpoint\n",
    "a line without end": "c2sp.org/tlog-proof@v1\nindex 0\n" + "a" * 65 * 1024 + "\n",
    # and of our own
    "extra data of no bytes": "c2sp.org/tlog-proof@v1\nextra \nindex 0\n\ncheckpoint\n",
    "extra data after the index": "c2sp.org/tlog-proof@v1\nindex 0\nextra AA==\n\ncheckpoint\n",
    "an index with a leading zero": "c2sp.org/tlog-proof@v1\nindex 01\n\ncheckpoint\n",
    "too many hashes": f"c2sp.org/tlog-proof@v1\nindex 0\n{(B1 + chr(10)) * 64}\ncheckpoint\n",
    "a first line alone": "c2sp.org/tlog-proof@v1\n\n",
    "letters that are not ASCII": "c2sp.org/tlog-proof@v1\nindex \u0661\n\ncheckpoint\n",
    "nothing": "",
}


@pytest.mark.parametrize("case", WRITTEN)
def test_published_proofs_are_written_and_read(case):
    proof, text = WRITTEN[case]
    assert proof.encode() == text.encode()
    assert TlogProof.parse(text.encode()) == proof


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_not_a_proof_is_refused(case):
    with pytest.raises(MalformedNoteError):
        TlogProof.parse(MALFORMED[case].encode())


def test_a_proof_of_too_many_bytes_is_refused():
    with pytest.raises(OversizedError):
        TlogProof.parse(bytes(MAX_TLOG_PROOF_BYTES + 1))


@given(
    st.builds(
        TlogProof,
        st.integers(0, 2**63 - 1),
        st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
        st.binary(),
        st.binary(),
    )
)
def test_proofs_round_trip(proof):
    assert TlogProof.parse(proof.encode()) == proof


@given(st.binary() | st.binary().map(b"c2sp.org/tlog-proof@v1\nindex 5\n".__add__))
def test_any_bytes_are_a_proof_of_one_spelling_or_refused(data):
    try:
        proof = TlogProof.parse(data)
    except DataError:
        return
    assert proof.encode() == data


def test_an_entry_of_the_log_is_proved_off_line():
    log = log_of(300)
    data = log.proof(123, *WITNESS_KEYS, extra=b"salt").encode()
    proof = TlogProof.parse(data)
    assert proof.verify(b"entry 123", policy()) == log.checkpoint
    assert proof.extra == b"salt"


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257])
def test_every_entry_is_proved(count):
    log = log_of(count)
    for index in range(count):
        assert log.proof(index, *WITNESS_KEYS[:2]).verify(b"entry %d" % index, policy()).size == count


@pytest.mark.parametrize(
    ("change", "entry", "error"),
    [
        pytest.param({}, b"entry 124", ProofError, id="another entry"),
        pytest.param({"index": 122}, b"entry 123", ProofError, id="another index"),
        pytest.param({"index": 300}, b"entry 123", ProofError, id="an index beyond the log"),
        pytest.param({"hashes": ()}, b"entry 123", ProofError, id="no hashes"),
        pytest.param({"checkpoint": b""}, b"entry 123", MalformedNoteError, id="no checkpoint"),
        pytest.param(
            {"checkpoint": log_of(300).signed_checkpoint()}, b"entry 123", SignatureError, id="no witnesses"
        ),
        pytest.param(
            {"checkpoint": log_of(301).signed_checkpoint(*WITNESS_KEYS)},
            b"entry 123",
            ProofError,
            id="another checkpoint",
        ),
    ],
)
def test_a_proof_of_something_else_is_refused(change, entry, error):
    proof = log_of(300).proof(123, *WITNESS_KEYS)
    fields = {name: getattr(proof, name) for name in ("index", "hashes", "checkpoint", "extra")}
    with pytest.raises(error):
        TlogProof(**{**fields, **change}).verify(entry, policy())
