"""Gathers what a registry shows of one declaration, and verifies every receipt before anything is kept.

| file | what it is |
|---|---|
| `declaration.json`, `declaration.tlog-proof` | the record that the log holds, and its receipt |
| `authority.txt` | the statement of authority that the party accepted, in English and Japanese |
| `proofs.json` | how control was proved, as the registry shows it now: which answer was seen when, by its digest |
| `shown.json` | what the registry shows of it now: state, and grants in short |
| `history.json`, `history/<leaf>.tlog-proof` | every leaf of it, each proved to stand in the log |
| `grants/<id>.json`, `grants/<id>.tlog-proof` | every grant of its scopes, and its receipt |
| `registry.policy` | the trust file by which all of it was verified |
| `sheet.txt`, `sheet.pdf` | the same for people, in English and Japanese |
| `verify.py` | verifies the receipts with Python alone |
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final

from crawler_filter.errors import DigestMismatchError, MalformedRecordError
from crawler_filter.evidence.statements import statement_lines
from crawler_filter.formats.receipt import Receipt, Verified
from crawler_filter.formats.record import decode_id
from crawler_filter.log import (
    ENTRIES,
    Checkpoint,
    Note,
    Tile,
    TlogProof,
    Trust,
    decode_bundle,
    hash_reader,
    inclusion_proof,
)
from crawler_filter.net.transport import Transport

MAX_ANSWER_BYTES: Final = 8 << 20
MAX_TILE_BYTES: Final = 1 << 24
MAX_LEAVES: Final = 1_000

Files = dict[str, bytes]


def gather(
    transport: Transport, url: str, declaration: str, trust: Trust
) -> tuple[Files, Verified, dict[str, Any]]:
    """Return the files, what the declaration's receipt proves, and what the registry shows of it.

    Raises DataError where anything does not verify, TransportError where the registry does not answer.
    """
    decode_id(declaration)
    source = _Source(transport, url.rstrip("/"), trust)
    receipt, verified = source.receipt(f"/v1/declarations/{declaration}/receipt")
    shown = source.json(f"/v1/declarations/{declaration}")
    if verified.leaf.id != declaration:
        raise MalformedRecordError(f"expected a receipt of {declaration}, got one of {verified.leaf.id}")
    gathered: Files = {
        "shown.json": _pretty(shown),
        "declaration.tlog-proof": receipt.encode(),
        "registry.policy": trust.encode(),
        "verify.py": files("crawler_filter.evidence").joinpath("verify_alone.py").read_bytes(),
    }  # fmt: skip
    if verified.record is not None and receipt.body is not None:
        gathered["declaration.json"] = receipt.body
        gathered["authority.txt"] = "\n".join([*statement_lines(verified.record.statement), ""]).encode()
    gathered["proofs.json"] = _pretty(shown.get("proofs", []))
    history = source.json(f"/v1/declarations/{declaration}/history")["entries"][:MAX_LEAVES]
    gathered["history.json"] = _pretty(history)
    for leaf in history:
        gathered[f"history/{int(leaf['index']):09d}.tlog-proof"] = source.proof(
            receipt, int(leaf["index"]), declaration
        )
    gathered |= dict(_grants(source, shown))
    return gathered, verified, shown


def _grants(source: "_Source", shown: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    for each in shown.get("grants", ()):
        number = each["id"]
        decode_id(number)
        receipt, verified = source.receipt(f"/v1/grants/{number}/receipt")
        if verified.leaf.id != number or verified.grant is None:
            raise MalformedRecordError(f"expected a receipt of grant {number}, got one of {verified.leaf.id}")
        yield f"grants/{number}.tlog-proof", receipt.encode()
        yield f"grants/{number}.json", verified.grant.encode()


class _Source:
    """A registry that is asked, and the trust by which its answers are verified."""

    def __init__(self, transport: Transport, url: str, trust: Trust) -> None:
        self._transport = transport
        self._url = url
        self._trust = trust

    def json(self, path: str) -> dict[str, Any]:
        data = self._transport.get(f"{self._url}{path}", max_bytes=MAX_ANSWER_BYTES)
        try:
            value = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise MalformedRecordError(f"expected JSON at {path}") from error
        if not isinstance(value, dict):
            raise MalformedRecordError(f"expected a JSON object at {path}")
        return value

    def receipt(self, path: str) -> tuple[Receipt, Verified]:
        receipt = Receipt.decode(self._transport.get(f"{self._url}{path}", max_bytes=MAX_ANSWER_BYTES))
        return receipt, receipt.verify(self._trust)

    def proof(self, receipt: Receipt, index: int, declaration: str) -> bytes:
        """Return the proof that a leaf of the declaration stands in the log whose checkpoint a receipt has."""
        signed = receipt.proof.checkpoint
        checkpoint = Checkpoint.parse(Note.parse(signed).text)
        folder = checkpoint.origin.partition("/")[2]
        if not 0 <= index < checkpoint.size:
            raise MalformedRecordError(
                f"leaf {index} is not among the {checkpoint.size} of the checkpoint; ask again"
            )

        def tile(wanted: Tile) -> bytes:
            return self._transport.get(f"{self._url}/{folder}/{wanted.path}", max_bytes=MAX_TILE_BYTES)

        width = min(256, checkpoint.size - index // 256 * 256)
        entry = decode_bundle(tile(Tile(ENTRIES, index // 256, width)), width)[index % 256]
        hashes = inclusion_proof(index, checkpoint.size, hash_reader(checkpoint.size, tile))
        made = Receipt(entry, None, None, receipt.roots, TlogProof(index, tuple(hashes), signed))
        if made.verify(self._trust).leaf.id != declaration:
            raise DigestMismatchError(f"leaf {index} of the log is of another declaration than {declaration}")
        return made.encode()


def _pretty(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
