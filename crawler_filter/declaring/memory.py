"""What a catalogue has declared already: a file of JSON lines, one a declaration, each synced to the disk.

Losing it costs time and nothing else: the registry says of each scope that it is declared, and it is noted again.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from crawler_filter.declaring.claims import Claim
from crawler_filter.declaring.plan import Key
from crawler_filter.errors import DataError


@dataclass(frozen=True, slots=True)
class Memory:
    """The file `path`, whose catalogue it is, and the declaration that each key is known to be in."""

    path: Path
    registry: str
    party: str
    known: dict[Key, str]

    @classmethod
    def open(cls, path: Path, registry: str, party: str) -> "Memory":
        """Read what was noted. A last line that a killed run left unfinished is taken away.

        Raises DataError for the memory of another registry or party, or a damaged one; OSError.
        """
        raw = path.read_bytes() if path.exists() else b""
        whole = raw[: raw.rfind(b"\n") + 1]
        if len(whole) < len(raw):
            os.truncate(path, len(whole))
        memory = cls(path, registry, party, {})
        for number, line in enumerate(whole.splitlines(), 1):
            memory._take(number, line)
        return memory

    def _take(self, number: int, line: bytes) -> None:
        try:
            noted = json.loads(line)
            whose = noted["registry"], noted["party"]
            keys = [(str(kind), str(value), tuple(usages)) for kind, value, usages in noted["claims"]]
        except (ValueError, TypeError, KeyError) as error:
            raise DataError("%(path)s line %(number)s is damaged", path=self.path, number=number) from error
        if whose != (self.registry, self.party):
            raise DataError(
                "%(path)s is of %(registry)s, party %(party)s: name another file with --memory",
                path=self.path,
                registry=whose[0],
                party=whose[1],
            )
        self.known.update(dict.fromkeys(keys, str(noted["declaration"])))

    def note(self, declaration: str, claims: Iterable[Claim]) -> None:
        """Add what one declaration holds; it is on the disk when this returns."""
        keys = [claim.key for claim in claims]
        line = {"registry": self.registry, "party": self.party, "declaration": declaration, "claims": keys}
        with self.path.open("ab") as file:
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self.known.update(dict.fromkeys(keys, declaration))
