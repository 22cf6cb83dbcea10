"""Verifies a folder of evidence: python verify.py FOLDER TRUST-FILE. Python alone, nothing to install.

Get the trust file from whom you believe, not from this folder. Every receipt is followed from its root keys down:
root notes, the log's key, the signed checkpoint, the place in the log, the record. RFC 8032, RFC 6962, C2SP notes.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
Key = tuple[str, int, bytes]


def add(a: Point, b: Point) -> Point:
    """Add two points of edwards25519 in extended coordinates."""
    u, v = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    w, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = v - u, z - w, z + w, v + u
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    """Multiply a point."""
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def decode_point(data: bytes) -> Point | None:
    """Read 32 bytes as a point, None where they are none."""
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 signature is right."""
    a, r = decode_point(public), decode_point(signature[:32].ljust(32, b"\0"))
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or BASE is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(s, BASE), add(r, times(k, a))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def read_key(vkey: str) -> Key:
    """Read name, type and bytes of a key of signed notes."""
    name, _, material = vkey.split("+", 2)
    raw = base64.b64decode(material, validate=True)
    return name, raw[0], raw[1:]


def signers(note: str, keys: list[Key]) -> tuple[str, set[Key]]:
    """Return the text of a signed note, and those of `keys` that signed it. Raises ValueError."""
    text, _, tail = note.rpartition("\n\n")
    text, found = f"{text}\n", set()
    for line in tail.strip("\n").split("\n"):
        _, name, encoded = line.split(" ")
        raw = base64.b64decode(encoded)
        for key in keys:
            identity = hashlib.sha256(f"{key[0]}\n".encode() + bytes([key[1]]) + key[2]).digest()[:4]
            if (name, raw[:4]) == (key[0], identity):
                when = int.from_bytes(raw[4:12], "big")
                cosigned = key[1] == 4
                message = f"cosignature/v1\ntime {when}\n{text}" if cosigned else text
                if not signed(key[2], message.encode(), raw[12:] if cosigned else raw[4:]):
                    raise ValueError(f"a signature of {name} is wrong")
                found.add(key)
    return text, found


def read_trust(path: Path) -> tuple[int, int, list[Key], list[list[str]]]:
    """Return version, threshold and keys of the pinned root, and the lines about witnesses."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    (root,) = (words for words in lines if words[0] == "#!root")
    rest = [words for words in lines if words[0] in ("witness", "group", "quorum")]
    return int(root[1]), int(root[2]), [read_key(word) for word in root[3:]], rest


def read_root(note: str, keys: list[Key], threshold: int) -> dict[str, list[str]]:
    """Return the lines of a root note that the keys before it, and its own, have signed."""
    lines: dict[str, list[str]] = {}
    for line in note.rpartition("\n\n")[0].split("\n")[1:]:
        word, _, value = line.partition(" ")
        lines.setdefault(word, []).append(value)
    own = [read_key(value) for value in lines["key"]]
    _, found = signers(note, [*keys, *own])
    if len(found & set(keys)) < threshold or len(found & set(own)) < int(lines["threshold"][0]):
        raise ValueError("a root note lacks signatures")
    return lines


def check_quorum(rest: list[list[str]], note: str) -> None:
    """Check that the witnesses that the trust file asks for have signed the checkpoint."""
    witnesses = {words[1]: read_key(words[2]) for words in rest if words[0] == "witness"}
    found = signers(note, list(witnesses.values()))[1]
    seen = {name for name, key in witnesses.items() if key in found} | {"none"}
    for words in (words for words in rest if words[0] == "group"):
        needed = {"any": 1, "all": len(words) - 3}.get(words[2]) or int(words[2])
        seen |= {words[1]} if len(seen & set(words[3:])) >= needed else set()
    if not all(words[1] in seen for words in rest if words[0] == "quorum"):
        raise ValueError("the quorum of witnesses is missing")


def check_place(index: int, size: int, leaf: bytes, hashes: list[bytes], root: bytes) -> None:
    """Check an inclusion proof (RFC 9162, section 2.1.3.2)."""
    at, last, reached = index, size - 1, leaf
    for each in hashes:
        if last == 0:
            raise ValueError("the proof is too long")
        if at & 1 or at == last:
            reached = hashlib.sha256(b"\1" + each + reached).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            reached = hashlib.sha256(b"\1" + reached + each).digest()
        at, last = at >> 1, last >> 1
    if last or reached != root or not 0 <= index < size:
        raise ValueError("the entry is not in the log")


def verify(data: bytes, trust: Path) -> tuple[dict[str, str], bytes | None]:
    """Return the log's entry and the record that a receipt proves, byte for byte. Raises ValueError."""
    head, _, checkpoint = data.decode().partition("\n\n")
    _, extra, index, *hashes = head.split("\n")
    said = json.loads(base64.b64decode(extra.removeprefix("extra ")))
    version, threshold, keys, rest = read_trust(trust)
    pinned, *later = said["roots"][version - 1 :]
    lines = read_root(pinned, keys, threshold)
    if {read_key(value) for value in lines["key"]} != set(keys) or int(lines["version"][0]) != version:
        raise ValueError("the root note is not the one that the trust file pins")
    for note in later:
        keys, threshold = [read_key(value) for value in lines["key"]], int(lines["threshold"][0])
        lines, version = read_root(note, keys, threshold), version + 1
        if int(lines["version"][0]) != version:
            raise ValueError("a root note is missing")
    log = read_key(lines["log"][0].split(" ")[0])
    text, found = signers(checkpoint, [log])
    origin, size, root, *_ = text.split("\n")
    if log not in found or origin != log[0]:
        raise ValueError("the checkpoint is not signed by the log")
    check_quorum(rest, checkpoint)
    leaf = hashlib.sha256(b"\0" + said["leaf"].encode()).digest()
    place = [base64.b64decode(each) for each in hashes if each]
    check_place(int(index.removeprefix("index ")), int(size), leaf, place, base64.b64decode(root))
    entry = json.loads(said["leaf"])
    digest = hashlib.sha256(bytes.fromhex(said["salt"] or "") + (said["record"] or "").encode()).hexdigest()
    if said["record"] is not None and entry["body"] != f"sha256:{digest}":
        raise ValueError("the record is not the one that was logged")
    return entry, None if said["record"] is None else said["record"].encode()


def main(folder: Path, trust: Path) -> int:
    """Verify every receipt of a folder, and every record by its receipt; return 1 where one does not hold."""
    records = {*folder.glob("grants/*.json"), *folder.glob("declaration.json")}
    proofs = {*folder.rglob("*.tlog-proof"), *(path.with_suffix(".tlog-proof") for path in records)}
    failed = not proofs
    for path in sorted(proofs):
        shown = path.with_suffix(".json")
        try:
            entry, record = verify(path.read_bytes(), trust)
            agrees = not shown.exists() or shown.read_bytes() == record
            said = f"{entry['type']} of {entry['id']}, logged {entry['time']}"
        except Exception as error:
            agrees, said = False, repr(error)
        failed = failed or not agrees
        name = ascii(path.relative_to(folder).as_posix())[1:-1]
        sys.stdout.write(f"{'verified' if agrees else 'WRONG'} {name}: {said}\n")
    sys.stdout.write("" if proofs else "WRONG there is no receipt\n")
    return int(failed)


if __name__ == "__main__":
    named = [Path(each).resolve() for each in sys.argv[1:]]
    if len(named) != 2 or named[0] in named[1].parents:  # who forges receipts forges the keys beside them
        sys.exit("WRONG name the folder, and a trust file that did not come in it")
    sys.exit(main(*named))
