"""A receipt verifies with nothing but the trust file, and nothing in it can be changed."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import (
    DataError,
    DigestMismatchError,
    MalformedNoteError,
    MalformedRecordError,
    OversizedError,
    ProofError,
    SignatureError,
)
from crawler_filter.formats import receipt
from crawler_filter.formats.receipt import Receipt
from crawler_filter.formats.record import Assurance, Leaf, LeafType, Record, Scope, ScopeKind, commit
from crawler_filter.log import (
    Checkpoint,
    Edge,
    KeySet,
    LogKey,
    LogPolicy,
    Root,
    Signer,
    TlogProof,
    Trust,
    hash_reader,
    inclusion_proof,
    leaf_hash,
)
from crawler_filter.preference import Preference, Usage

ORIGIN = "registry.example"
ROOT_KEY, NEW_ROOT_KEY = Signer(f"{ORIGIN}/root-1", b"\1" * 32), Signer(f"{ORIGIN}/root-2", b"\2" * 32)
LOG_KEY, NEW_LOG_KEY = Signer(f"{ORIGIN}/log", b"\3" * 32), Signer(f"{ORIGIN}/log", b"\4" * 32)
SNAPSHOT_KEY = Signer(f"{ORIGIN}/snapshot", b"\5" * 32)
SIZE, INDEX = 300, 77

SCOPES = (
    Scope(ScopeKind.DOMAIN, "example.com", {Usage.TRAIN_AI: Preference.DISALLOWED}, Assurance.VERIFIED),
    Scope(ScopeKind.URL, "other.example/ä", {Usage.SEARCH: Preference.DISALLOWED}, Assurance.ATTESTED),
)
RECORD = Record("a" * 26, 1, "b" * 24 + "aa", "author", "aipref-08+tdm", "2026-11", SCOPES, party_name="青い馬")
SALT = bytes(range(32))
LEAF = Leaf(LeafType.DECLARE, RECORD.id, "2026-11-24T00:00:00Z", commit(SALT, RECORD.encode()))


def entry(index: int) -> bytes:
    return LEAF.encode() if index == INDEX else Leaf(LeafType.CANCEL, "c" * 24 + "aa", LEAF.time, None).encode()


EDGE, TILES = Edge().grow(leaf_hash(entry(index)) for index in range(SIZE))
READ = hash_reader(SIZE, TILES.__getitem__)


def root_note(version: int, log: Signer, *signers: Signer) -> bytes:
    root = Root(
        ORIGIN,
        version,
        KeySet(1, (signers[-1].verifier,)),
        log.verifier,
        f"https://{ORIGIN}/log",
        SNAPSHOT_KEY.verifier,
    )
    return root.sign(*signers).encode()


def trust(version: int = 1, root_key: Signer = ROOT_KEY, log: Signer = LOG_KEY) -> Trust:
    return Trust(LogPolicy((LogKey(log.verifier),)), version, KeySet(1, (root_key.verifier,)))


def make_receipt(index: int = INDEX, log: Signer = LOG_KEY, roots: tuple[bytes, ...] | None = None) -> Receipt:
    checkpoint = Checkpoint(LOG_KEY.name, SIZE, EDGE.root).sign(log).encode()
    proof = TlogProof(index, tuple(inclusion_proof(index, SIZE, READ)), checkpoint)
    stated = (SALT, RECORD.encode()) if index == INDEX else (None, None)
    return Receipt(entry(index), *stated, roots or (root_note(1, LOG_KEY, ROOT_KEY),), proof)


def as_json(value: Receipt) -> bytes:
    return json.dumps(value.to_json(), indent=1, ensure_ascii=False).encode()


FORMS = [Receipt.encode, as_json]


@pytest.mark.parametrize("form", FORMS)
def test_a_receipt_gives_leaf_record_and_checkpoint(form):
    verified = receipt.verify(form(make_receipt()), trust())
    assert (verified.index, verified.leaf, verified.record) == (INDEX, LEAF, RECORD)
    assert (verified.checkpoint.size, verified.checkpoint.root) == (SIZE, EDGE.root)
    assert verified.to_json()["record"] == RECORD.to_json()
    assert "domain example.com: train-ai disallowed (verified)" in verified.explain()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("index", [0, INDEX, SIZE - 1])
def test_both_forms_read_back_as_they_were(form, index):
    made = make_receipt(index)
    assert Receipt.decode(form(made)) == made


def test_a_leaf_that_states_nothing_and_an_erased_record_verify_without_one():
    assert receipt.verify(make_receipt(3).encode(), trust()).record is None
    erased = replace(make_receipt(), salt=None, body=None)
    verified = receipt.verify(erased.encode(), trust())
    assert verified.record is None
    assert verified.leaf == LEAF
    assert "states nothing, or what it stated was erased" in verified.explain()


def test_an_older_trust_file_follows_the_root_notes_to_a_newer_key():
    roots = (root_note(1, LOG_KEY, ROOT_KEY), root_note(2, NEW_LOG_KEY, ROOT_KEY, NEW_ROOT_KEY))
    made = make_receipt(log=NEW_LOG_KEY, roots=roots)
    for version, root_key in ((1, ROOT_KEY), (2, NEW_ROOT_KEY)):
        assert receipt.verify(made.encode(), trust(version, root_key)).record == RECORD


def test_a_receipt_older_than_the_trust_file_says_so():
    with pytest.raises(MalformedNoteError, match="pins root note 2, the receipt is as old as root note 1"):
        receipt.verify(make_receipt().encode(), trust(2, NEW_ROOT_KEY))


OTHER = replace(RECORD, party_name="Somebody else").encode()
TAMPERED = [
    ("another record", {"body": OTHER}, DigestMismatchError),
    ("another salt", {"salt": bytes(32)}, DigestMismatchError),
    ("a salt of another length", {"salt": b"short"}, MalformedRecordError),
    ("another leaf", {"entry": entry(3), "salt": None, "body": None}, ProofError),
    (
        "a leaf that commits to another record",
        {"entry": replace(LEAF, commitment=commit(SALT, OTHER)).encode()},
        ProofError,
    ),
    ("a leaf that is not one", {"entry": b"{}"}, ProofError),
    ("a root note nobody signed", {"roots": (root_note(1, LOG_KEY, NEW_ROOT_KEY),)}, SignatureError),
    ("a root note that gives a key of our own", {"roots": (root_note(1, NEW_LOG_KEY, ROOT_KEY),)}, SignatureError),
    ("no root note", {"roots": ()}, MalformedNoteError),
]
TAMPERED_PROOFS = [
    ("another index", {"index": INDEX + 1}, ProofError),
    ("an index outside the log", {"index": SIZE}, ProofError),
    ("a hash less", {"hashes": make_receipt().proof.hashes[1:]}, ProofError),
    ("another hash", {"hashes": (bytes(32), *make_receipt().proof.hashes[1:])}, ProofError),
    ("a checkpoint of another key", {"checkpoint": Checkpoint(LOG_KEY.name, SIZE, EDGE.root).sign(NEW_LOG_KEY).encode()}, SignatureError),
    ("a checkpoint of another root", {"checkpoint": Checkpoint(LOG_KEY.name, SIZE, bytes(32)).sign(LOG_KEY).encode()}, ProofError),
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("what", "change", "error"), TAMPERED, ids=[case[0] for case in TAMPERED])
def test_a_receipt_with_a_part_exchanged_is_refused(form, what, change, error):
    with pytest.raises(error):
        receipt.verify(form(replace(make_receipt(), **change)), trust())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("what", "change", "error"), TAMPERED_PROOFS, ids=[case[0] for case in TAMPERED_PROOFS])
def test_a_receipt_with_a_part_of_its_proof_exchanged_is_refused(form, what, change, error):
    made = make_receipt()
    with pytest.raises(error):
        receipt.verify(form(replace(made, proof=replace(made.proof, **change))), trust())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1]",
        b'{"hashes": 1}',
        b"\xff",
        b"c2sp.org/tlog-proof@v1\nindex 0\n\n",
        json.dumps(make_receipt().to_json() | {"v": 2}).encode(),
        json.dumps(make_receipt().to_json() | {"index": True}).encode(),
        json.dumps(make_receipt().to_json() | {"leaf": "\ud800"}).encode(),
        json.dumps(make_receipt().to_json() | {"roots": None}).encode(),
        make_receipt().proof.encode(),
    ],
)
def test_what_is_no_receipt_is_refused(data):
    with pytest.raises((MalformedRecordError, MalformedNoteError)):
        receipt.verify(data, trust())


def test_an_endless_receipt_is_not_read():
    with pytest.raises(OversizedError):
        receipt.verify(b"{" + b" " * 3_000_000, trust())


@given(place=st.integers(0), bit=st.integers(0, 7))
def test_a_receipt_with_any_bit_flipped_proves_nothing_else(place, bit):
    data = bytearray(make_receipt().encode())
    data[place % len(data)] ^= 1 << bit
    try:
        verified = receipt.verify(bytes(data), trust())
    except DataError:
        return
    # a flip within what nobody signs and nobody reads, such as an unknown key's name
    assert (verified.leaf, verified.record) == (LEAF, RECORD)
