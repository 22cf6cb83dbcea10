"""`docs/formats/log.md` is normative, so what it shows is computed again here."""

import re
from pathlib import Path

from crawler_filter.log import Note, TlogProof, Trust, open_root

from .log_simulator import LOG_KEY, ROOT_KEYS, WITNESS_KEYS, LogSimulator, key_set, policy, root, trust
from .test_tree import GOLDEN_ROOTS

DOCUMENT = (Path(__file__).parents[3] / "docs" / "formats" / "log.md").read_text(encoding="utf-8")
LOG = LogSimulator().append(b'{"n":0}', b'{"n":1}', b'{"n":2}')


def example(name):
    return re.search(rf"^```{name}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)[1].encode()


def test_the_keys_are_those_shown():
    assert LOG_KEY.encode() in DOCUMENT
    assert WITNESS_KEYS[0].cosignature_verifier.encode() in DOCUMENT


def test_the_roots_are_those_shown():
    assert re.findall(r"^\| (\d) \| `([0-9a-f]{64})` \|$", DOCUMENT, re.MULTILINE) == [
        (str(size), golden) for size, golden in enumerate(GOLDEN_ROOTS)
    ]


def test_the_checkpoint_is_the_one_shown():
    assert LOG.signed_checkpoint(WITNESS_KEYS[0]) == example("checkpoint")
    assert policy("w0").verify_checkpoint(example("checkpoint")) == LOG.checkpoint


def test_the_files_are_those_shown():
    shown = example("files").decode().split()
    assert shown == [LOG.files[path].hex() for path in ("tile/entries/000.p/3", "tile/0/000.p/3")]


def test_the_trust_file_is_the_one_shown():
    assert Trust.parse(example("trust")) == trust()
    assert trust().encode() == example("trust")


def test_the_root_note_is_the_one_shown():
    assert root().sign(*ROOT_KEYS[:2]) == Note.parse(example("root"))
    assert open_root(example("root"), key_set(2, *ROOT_KEYS)) == root()


def test_the_proof_is_the_one_shown():
    assert LOG.proof(1, WITNESS_KEYS[0], extra=b"opaque").encode() == example("proof")
    assert TlogProof.parse(example("proof")).verify(b'{"n":1}', policy("w0")) == LOG.checkpoint
