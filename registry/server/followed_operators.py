"""Operators as a replica knows them, by the list that its registry publishes: it answers signed lookups alike.

The list is not signed, and need not be: a key is known by the thumbprint that is computed of it here, and which
thumbprints lift what for which address stands in the signed rows of grants. A list that lies lifts nothing.

The workers of a replica share its folder. A signature counts once for all of them: whoever is first makes a file.
"""

import json
import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from crawler_filter.errors import FilterError
from crawler_filter.formats.jwk import decode_base64url, thumbprint
from crawler_filter.net.transport import Transport
from crawler_filter.sync import durable
from registry.model.operator import AgentCard, Operator, OperatorKey

FILE: Final = "operators.json"
SEEN: Final = "seen"
MAX_PAGES: Final = 1_000
MAX_PAGE_BYTES: Final = 4 << 20
KEEP_SECONDS: Final = 3_600
"""How long the file of a signature stays: longer than any signature counts."""
_ID: Final = re.compile(r"[a-z2-7]{26}")
_log = logging.getLogger(__name__)


def follow_operators(transport: Transport, url: str, folder: Path) -> None:
    """Write the active operators and their keys, as the registry at `url` lists them now. Raises FilterError."""
    found = [_kept(each) for each in _listed(transport, url) if each.get("state") == "active"]
    durable.write(folder / FILE, json.dumps(found).encode())


class FollowedOperators:
    """Finds who has a key in the file that is followed. Shared by the threads of one worker."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._read: tuple[int, dict[str, list[tuple[Operator, OperatorKey]]]] = (-1, {})

    def with_key(self, print_: str) -> Sequence[tuple[Operator, OperatorKey]]:
        """Return the operators that show a key, by its thumbprint."""
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._read[0]:
                self._read = changed, _by_key(json.loads(self._path.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, FilterError) as error:
            _log.warning("operators are not known: %s", type(error).__name__)
            return ()
        return self._read[1].get(print_, ())


class SignaturesInFiles:
    """Remembers signatures for all workers of one replica, each as a file that only one of them can make."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._folder = folder / SEEN
        self._clock = clock

    def is_first(self, digest: bytes, _until: int) -> bool:
        """Tell whether a signature is new here. Where that cannot be kept it counts as seen."""
        try:
            self._folder.mkdir(exist_ok=True)
            os.close(os.open(self._folder / digest.hex(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError:
            return False
        return True

    def forget(self) -> None:
        """Remove what is over. One process of a replica does this."""
        before = self._clock() - KEEP_SECONDS
        with suppress(FileNotFoundError):
            for entry in os.scandir(self._folder):
                if entry.stat().st_mtime < before:
                    Path(entry.path).unlink(missing_ok=True)


def _listed(transport: Transport, url: str) -> Iterator[dict[str, Any]]:
    after = ""
    for _ in range(MAX_PAGES):
        where = f"{url}/v1/operators" + (f"?after={after}" if after else "")
        page = json.loads(transport.get(where, max_bytes=MAX_PAGE_BYTES))["operators"]
        yield from page
        if not page or not _ID.fullmatch(page[-1]["id"]) or page[-1]["id"] <= after:
            return
        after = page[-1]["id"]


def _kept(operator: dict[str, Any]) -> dict[str, Any]:
    return {"client_id": operator["client_id"], "keys": [key["x"] for key in operator["keys"] if not key["until"]]}


def _by_key(found: list[dict[str, Any]]) -> dict[str, list[tuple[Operator, OperatorKey]]]:
    by_key: dict[str, list[tuple[Operator, OperatorKey]]] = {}
    for each in found:
        address = str(each["client_id"])
        for x in each["keys"]:
            raw = decode_base64url(x)
            key = OperatorKey(thumbprint(raw), raw, 0, 0)
            operator = Operator(address, "", address, 0, AgentCard(address), 0, proved=True, keys=(key,))
            by_key.setdefault(key.thumbprint, []).append((operator, key))
    return by_key
