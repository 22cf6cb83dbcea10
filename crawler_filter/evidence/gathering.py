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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import count, takewhile
from typing import Any, Final

from crawler_filter.errors import DigestMismatchError, MalformedRecordError, OversizedError
from crawler_filter.evidence.statements import statement_lines
from crawler_filter.formats.grant import Grant
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
MAX_ROWS: Final = 10_000
"""Leaves of one declaration, and grants of one party, that are gathered. Beyond that nothing is."""

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files of a court file, what receipts prove of declaration and grants, and what the registry shows.

    Nobody signed `shown`.
    """

    files: Files
    verified: Verified
    grants: tuple[Grant, ...]
    shown: dict[str, Any]
    leaves: int


def gather(transport: Transport, url: str, declaration: str, trust: Trust) -> Gathered:
    """Return all that a registry's log proves of a declaration.

    Raises DataError where anything does not verify or is too much, TransportError where the registry does not
    answer.
    """
    decode_id(declaration)
    try:
        return _gather(_Source(transport, url.rstrip("/"), trust), declaration)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedRecordError(f"the registry's answer is not what it must be: {error!r}") from error


def _gather(source: "_Source", declaration: str) -> Gathered:
    receipt, verified = source.receipt(f"/v1/declarations/{declaration}/receipt")
    shown = source.json(f"/v1/declarations/{declaration}")
    if verified.leaf.id != declaration:
        raise MalformedRecordError(f"expected a receipt of {declaration}, got one of {verified.leaf.id}")
    gathered: Files = {
        "shown.json": _pretty(shown),
        "declaration.tlog-proof": receipt.encode(),
        "registry.policy": source.trust.encode(),
        "verify.py": files("crawler_filter.evidence").joinpath("verify_alone.py").read_bytes(),
    }  # fmt: skip
    if verified.record is not None and receipt.body is not None:
        gathered["declaration.json"] = receipt.body
        gathered["authority.txt"] = "\n".join([*statement_lines(verified.record.statement), ""]).encode()
    gathered["proofs.json"] = _pretty(shown.get("proofs", []))
    history = list(source.history(declaration))
    gathered["history.json"] = _pretty(history)
    for leaf in history:
        gathered[f"history/{int(leaf['index']):09d}.tlog-proof"] = source.proof(receipt, leaf, declaration)
    grants = []
    for name, granted, its_receipt in _grants(source, shown, declaration):
        grants.append(granted)
        gathered |= {f"{name}.tlog-proof": its_receipt, f"{name}.json": granted.encode()}
    return Gathered(gathered, verified, tuple(grants), shown, len(history))


def _grants(source: "_Source", shown: dict[str, Any], declaration: str) -> Iterator[tuple[str, Grant, bytes]]:
    """Yield the name, what it says and the receipt of each grant of scopes of a declaration."""
    for each in source.grants_of(shown["party"]):
        number = each["id"]
        decode_id(number)
        if declaration not in each["declarations"]:
            continue
        receipt, verified = source.receipt(f"/v1/grants/{number}/receipt")
        if verified.leaf.id != number or verified.grant is None:
            raise MalformedRecordError(f"expected a receipt of grant {number}, got one of {verified.leaf.id}")
        yield f"grants/{number}", verified.grant, receipt.encode()


class _Source:
    """A registry that is asked, and the trust by which its answers are verified."""

    def __init__(self, transport: Transport, url: str, trust: Trust) -> None:
        self._transport = transport
        self._url = url
        self.trust = trust

    def json(self, path: str) -> dict[str, Any]:
        data = self._transport.get(f"{self._url}{path}", max_bytes=MAX_ANSWER_BYTES)
        try:
            value = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise MalformedRecordError(f"expected JSON at {path}") from error
        if not isinstance(value, dict):
            raise MalformedRecordError(f"expected a JSON object at {path}")
        return value

    def history(self, declaration: str) -> Iterator[dict[str, Any]]:
        """Yield the leaves of a declaration, page by page. Raises OversizedError beyond MAX_ROWS."""
        path = f"/v1/declarations/{declaration}/history"
        pages = (self.json(f"{path}?page={page}")["entries"] for page in count())
        yield from _rows(pages)

    def grants_of(self, party: str) -> Iterator[dict[str, Any]]:
        """Yield what a party granted, page by page. Raises OversizedError beyond MAX_ROWS."""
        decode_id(party)
        yield from _rows(self._pages(f"/v1/parties/{party}/grants"))

    def _pages(self, path: str) -> Iterator[list[dict[str, Any]]]:
        page = self.json(path)["grants"]
        while page:
            yield page
            page = self.json(f"{path}?before={int(page[-1]['leaf'])}")["grants"]

    def receipt(self, path: str) -> tuple[Receipt, Verified]:
        receipt = Receipt.decode(self._transport.get(f"{self._url}{path}", max_bytes=MAX_ANSWER_BYTES))
        return receipt, receipt.verify(self.trust)

    def proof(self, receipt: Receipt, shown: Mapping[str, Any], declaration: str) -> bytes:
        """Return the proof that a leaf, as it is shown, stands in the log whose checkpoint a receipt has."""
        index = int(shown["index"])
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
        leaf = made.verify(self.trust).leaf
        if leaf.id != declaration:
            raise DigestMismatchError(f"leaf {index} of the log is of another declaration than {declaration}")
        if (leaf.type.value, leaf.time) != (shown["type"], shown["time"]):
            raise DigestMismatchError(f"leaf {index} of the log is not what the history shows of it")
        return made.encode()


def _rows(pages: Iterable[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Yield the rows of pages until one is empty. Raises OversizedError beyond MAX_ROWS."""
    reached = 0
    for page in takewhile(bool, pages):
        reached += len(page)
        if reached > MAX_ROWS:
            raise OversizedError(f"expected at most {MAX_ROWS} rows, got {reached}")
        yield from page


def _pretty(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
