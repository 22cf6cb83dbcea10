"""Whether what others rely on is the same, byte for byte, as at another commit.

`python -m tools.same_bytes COMMIT` compares the description of the API, the routes, the bytes of a snapshot of
fixed records, the schema and the test vectors. It prints one line for each, and ends with 1 if one of them changed
or is gone. What is new is no change.
"""

import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]

_OPENAPI: Final = """
import json
from registry.api.openapi import document
from registry.api.table import OPERATIONS
print(json.dumps(document(OPERATIONS), sort_keys=True))
"""

_SNAPSHOT: Final = """
try:
    from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind, encode_id
except ImportError:
    from crawler_filter.record import Assurance, Record, Scope, ScopeKind, encode_id
from crawler_filter.preference import Preference, Usage
from crawler_filter.snapshot import build

VALUES = {
    "domain": "site{0}.example.com", "host": "www.site{0}.example.org", "prefix": "site{0}.example.net/art/",
    "url": "http://site{0}.example/{0}.png", "sha256": "{0:064x}", "sha1": "{0:040x}", "md5": "{0:032x}",
    "pdq": "{0:064x}",
}

def record(number):
    usages = {list(Usage)[number % len(Usage)]: Preference.DISALLOWED}
    scopes = tuple(
        Scope(ScopeKind(kind), value.format(number + 1), usages, Assurance.VERIFIED)
        for kind, value in VALUES.items()
    )
    id, party = (encode_id(each.to_bytes(16, "big")) for each in (number + 1, number % 7 + 1))
    return Record(
        id=id, revision=1, party=party, capacity="author", vocabulary="x", statement="2026-11", scopes=scopes
    )

print(build([(number, record(number)) for number in range(300)]).hex())
"""

_PROGRAMS: Final = {"OpenAPI document": _OPENAPI, "snapshot of 300 records": _SNAPSHOT}


def digests(tree: Path) -> dict[str, str]:
    """Return the digest of each thing that the code in `tree` makes or keeps, by what it is called."""
    made = {name: _digest(_output(tree, program)) for name, program in _PROGRAMS.items()}
    kept = {path.name: path for path in (tree / "tests").rglob("routes.txt")} | {"schema.sql": tree / "schema.sql"}
    kept |= {str(path.relative_to(tree)): path for path in sorted((tree / "tests" / "vectors").rglob("*"))}
    return made | {name: _digest(path.read_bytes()) for name, path in kept.items() if path.is_file()}


def _output(tree: Path, program: str) -> bytes:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, check=True, capture_output=True, cwd=tree, env={"PYTHONPATH": str(tree)}).stdout


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def differences(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """Return what became of everything: `same`, `changed`, `gone` or `new`."""
    fate = {name: "same" if after.get(name) == digest else "changed" for name, digest in before.items()}
    fate |= dict.fromkeys(before.keys() - after.keys(), "gone")
    return fate | dict.fromkeys(after.keys() - before.keys(), "new")


def main(commit: str) -> int:
    """Compare the working tree with `commit`, and print what became of each thing; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", commit], check=True, capture_output=True, cwd=ROOT).stdout
        subprocess.run(["tar", "x", "-C", folder], check=True, input=archive)
        fates = differences(digests(Path(folder)), digests(ROOT))
    for name, fate in sorted(fates.items()):
        print(f"{fate:8} {name}")
    return int(bool({"changed", "gone"} & set(fates.values())))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tools.same_bytes COMMIT")
    sys.exit(main(sys.argv[1]))
