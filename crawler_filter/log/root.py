"""The root note: which keys speak for a registry, and how they are replaced.

A root note is versioned and signed by k of n offline keys. It names the log and the snapshot key, so that either,
or a lost log, can be replaced without touching any filter. The rules (after the TUF specification, section 5.3):

- Version N + 1 is signed by the threshold of version N's keys *and* by the threshold of its own.
- Versions follow one another without a gap; an older one, or the same again, is refused.
- A note that names another log must say where the log before it was closed.
- Nothing in a root note is believed before its signatures were counted.

Where the first one comes from is decided by the operator's trust file, see `policy`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from crawler_filter.errors import MalformedNoteError, OversizedError, RollbackError, SignatureError
from crawler_filter.log.checkpoint import Checkpoint, decode_root
from crawler_filter.log.encoding import decode_decimal, encode_base64
from crawler_filter.log.keys import ED25519, Signer, Verifier
from crawler_filter.log.note import Note, sign_note

MAX_ROOT_BYTES: Final = 512_000
"""As python-tuf's root_max_length."""
MAX_ROTATIONS: Final = 256
"""Rotations followed in one update, as python-tuf's max_root_rotations."""
MAX_ROOT_KEYS: Final = 32
"""So that old and new keys together stay below the number of signatures a note may carry."""

_HEADER: Final = "/root/v1"
_URL: Final = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, slots=True)
class KeySet:
    """n public keys of which `threshold` must sign."""

    threshold: int
    keys: tuple[Verifier, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.threshold <= len(self.keys) <= MAX_ROOT_KEYS:
            raise MalformedNoteError(
                f"expected a threshold of 1 to n of at most {MAX_ROOT_KEYS} keys, "
                f"got {self.threshold} of {len(self.keys)}"
            )
        if len({key.public_key for key in self.keys}) != len(self.keys):
            raise MalformedNoteError("expected different keys, got the same key twice")
        for key in self.keys:
            _check_signs_text(key)

    def require(self, signed: Iterable[Verifier], what: str) -> None:
        """Check that `signed`, the keys whose signatures were verified, reach the threshold."""
        count = len(set(self.keys) & set(signed))
        if count < self.threshold:
            raise SignatureError(f"{what}: expected {self.threshold} of {len(self.keys)} keys, got {count}")


@dataclass(frozen=True, slots=True)
class Root:
    """The content of a root note. `closed` is the last checkpoint of a log that this registry has left behind."""

    origin: str
    version: int
    keys: KeySet
    log: Verifier
    log_url: str
    snapshot: Verifier
    closed: Checkpoint | None = None

    def __post_init__(self) -> None:
        if self.version < 1 or not _URL.fullmatch(self.log_url):
            raise MalformedNoteError(f"expected version 1 or later and a URL, got {self.version} {self.log_url!r}")
        online = (self.log, self.snapshot)
        for key in (*self.keys.keys, *online):
            _check_signs_text(key)
            if not key.name.startswith(f"{self.origin}/"):
                raise MalformedNoteError(f"expected a key named below {self.origin}/, got {key.name}")
        everyone = {key.public_key for key in (*self.keys.keys, *online)}
        if len(everyone) != len(self.keys.keys) + len(online):
            raise MalformedNoteError("expected the root, log and snapshot keys to be different keys")
        if self.closed and self.closed.origin == self.log.name:
            raise MalformedNoteError(f"expected a log of another name after {self.log.name} was closed")

    @classmethod
    def parse(cls, text: str) -> "Root":
        """Read a note's text.

        Raises:
            MalformedNoteError: not a root note of this version of the format.
        """
        lines = text.removesuffix("\n").split("\n")
        origin = lines[0].removesuffix(_HEADER)
        if not lines[0].endswith(_HEADER) or not origin:
            raise MalformedNoteError(f"expected a first line '<origin>{_HEADER}', got {lines[0][:80]!r}")
        reader = _Fields(lines[1:])
        version = decode_decimal(reader.one("version"), "version")
        threshold = decode_decimal(reader.one("threshold"), "threshold")
        keys = tuple(Verifier.parse(value) for value in reader.many("key"))
        log, _, log_url = reader.one("log").partition(" ")
        root = cls(
            origin,
            version,
            KeySet(threshold, keys),
            Verifier.parse(log),
            log_url,
            Verifier.parse(reader.one("snapshot")),
            _parse_closed(reader.many("closed")),
        )
        if root.encode() != text:
            raise MalformedNoteError("expected a root note's lines in their order and nothing else")
        return root

    def encode(self) -> str:
        """Return the text as `parse` reads it."""
        lines = [
            f"{self.origin}{_HEADER}",
            f"version {self.version}",
            f"threshold {self.keys.threshold}",
            *(f"key {key.encode()}" for key in self.keys.keys),
            f"log {self.log.encode()} {self.log_url}",
            f"snapshot {self.snapshot.encode()}",
        ]
        if self.closed:
            lines.append(f"closed {self.closed.origin} {self.closed.size} {encode_base64(self.closed.root)}")
        return "".join(f"{line}\n" for line in lines)

    def sign(self, *signers: Signer) -> Note:
        """Return the root note signed by `signers`; whether they suffice is checked by who reads it."""
        return sign_note(self.encode(), *signers)


def open_root(data: bytes, *key_sets: KeySet) -> Root:
    """Return the root that `data` holds, once the threshold of each of `key_sets` and of its own has signed.

    Raises:
        OversizedError: more than MAX_ROOT_BYTES.
        MalformedNoteError: not a root note.
        SignatureError: too few signatures, or a wrong one.
    """
    if len(data) > MAX_ROOT_BYTES:
        raise OversizedError(f"expected a root note of at most {MAX_ROOT_BYTES} bytes, got {len(data)}")
    note = Note.parse(data)
    root = Root.parse(note.text)
    required = (*key_sets, root.keys)
    signed = note.verify({key for key_set in required for key in key_set.keys})
    for key_set in required:
        key_set.require(signed, f"root note {root.version} of {root.origin}")
    return root


def walk(trusted: Root, notes: Iterable[bytes]) -> Root:
    """Follow `notes`, the root notes after `trusted` in order, to the newest root.

    Raises:
        RollbackError: a note is not newer than what is already trusted.
        OversizedError: more than MAX_ROTATIONS notes.
        MalformedNoteError: a version is skipped, or a note that may not follow the one before.
        SignatureError: too few keys of the version before, or of its own, have signed a note.
    """
    for count, data in enumerate(notes, 1):
        if count > MAX_ROTATIONS:
            raise OversizedError(f"expected at most {MAX_ROTATIONS} rotations in one update")
        offered = open_root(data, trusted.keys)
        _check_follows(trusted, offered)
        trusted = offered
    return trusted


def _check_follows(trusted: Root, offered: Root) -> None:
    if offered.origin != trusted.origin:
        raise MalformedNoteError(f"expected a root note of {trusted.origin}, got one of {offered.origin}")
    if offered.version <= trusted.version:
        raise RollbackError(f"expected root note {trusted.version + 1}, got {offered.version}")
    if offered.version != trusted.version + 1:
        raise MalformedNoteError(
            f"expected root note {trusted.version + 1}, got {offered.version}: one is missing"
        )
    moved = offered.log.name != trusted.log.name
    if moved and (offered.closed is None or offered.closed.origin != trusted.log.name):
        raise MalformedNoteError(
            f"root note {offered.version} names another log without closing {trusted.log.name}"
        )


class _Fields:
    """Reads `<keyword> <value>` lines in their fixed order."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def many(self, keyword: str) -> list[str]:
        values = []
        while self._lines and self._lines[0].startswith(f"{keyword} "):
            values.append(self._lines.pop(0).removeprefix(f"{keyword} "))
        return values

    def one(self, keyword: str) -> str:
        if not self._lines or not self._lines[0].startswith(f"{keyword} "):
            found = self._lines[0][:80] if self._lines else "the end"
            raise MalformedNoteError(f"expected a line '{keyword} …', got {found!r}")
        return self._lines.pop(0).removeprefix(f"{keyword} ")


def _parse_closed(values: list[str]) -> Checkpoint | None:
    if not values:
        return None
    fields = values[0].split(" ")
    if len(fields) != 3:
        raise MalformedNoteError(f"expected 'closed <origin> <size> <root>', got {values[0][:80]!r}")
    return Checkpoint(fields[0], decode_decimal(fields[1], "closed size"), decode_root(fields[2]))


def _check_signs_text(key: Verifier) -> None:
    if key.algorithm != ED25519:
        raise MalformedNoteError(f"key {key.name}: expected signature type 0x01, got {key.algorithm:#04x}")
