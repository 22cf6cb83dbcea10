"""Whose word makes a checkpoint believable: logs, witnesses and a quorum of them (c2sp.org/tlog-policy).

Names and URLs in the file are opaque octets: nothing here compares them in any other way than byte for byte.
Cosignature times are not judged here; how old an answer may be is decided where snapshots are verified.
"""

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from crawler_filter.errors import MalformedNoteError, MalformedTrustError, OversizedError, SignatureError
from crawler_filter.log.checkpoint import MAX_CHECKPOINT_BYTES, Checkpoint
from crawler_filter.log.encoding import decode_decimal
from crawler_filter.log.keys import COSIGNATURE, ED25519, Verifier
from crawler_filter.log.note import Note

MAX_POLICY_BYTES: Final = 65_536
"""Room for several hundred lines (tlog-policy, "Implementation limits", asks for 32 of each kind)."""
NO_QUORUM: Final = "none"

_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")  # tlog-policy, "Character set"


@dataclass(frozen=True, slots=True)
class LogKey:
    """A log that is believed; its key bears the log's origin as its name."""

    verifier: Verifier
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness. `name` has a meaning inside the policy only; a cosignature bears the key's own name."""

    name: str
    verifier: Verifier
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Named members, each a witness or an earlier group, of which `threshold` must have witnessed."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogPolicy:
    """The conditions for believing a checkpoint: one of `logs` signed it, and the witnesses reach `quorum`."""

    logs: tuple[LogKey, ...]
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NO_QUORUM

    @classmethod
    def parse(cls, data: bytes) -> "LogPolicy":
        """Read a tlog-policy file; comments are ignored.

        Raises:
            MalformedTrustError: not such a file; the message names the line.
        """
        draft = _Draft()
        for number, words in policy_lines(data):
            if not words[0].startswith("#"):
                with naming_line(number):
                    draft.read(words)
        if draft.quorum is None:
            raise MalformedTrustError("expected a quorum line, got none")
        return cls(tuple(draft.logs), tuple(draft.witnesses), tuple(draft.groups), draft.quorum)

    def verify_checkpoint(self, data: bytes) -> Checkpoint:
        """Return the checkpoint that the note `data` holds, once this policy is satisfied.

        Raises:
            OversizedError: more than MAX_CHECKPOINT_BYTES.
            MalformedNoteError: not a checkpoint.
            SignatureError: not signed by the log it names, a known key's signature is wrong, or no quorum.
        """
        if len(data) > MAX_CHECKPOINT_BYTES:
            raise OversizedError(f"expected a checkpoint of at most {MAX_CHECKPOINT_BYTES} bytes, got {len(data)}")
        note = Note.parse(data)
        checkpoint = Checkpoint.parse(note.text)
        keys = [log.verifier for log in self.logs] + [witness.verifier for witness in self.witnesses]
        signed = note.verify(keys)
        if not any(log.verifier in signed and log.verifier.name == checkpoint.origin for log in self.logs):
            raise SignatureError(f"expected a checkpoint signed by its log, got none by {checkpoint.origin}")
        self._require_quorum(checkpoint, {item.name for item in self.witnesses if item.verifier in signed})
        return checkpoint

    def encode(self) -> bytes:
        """Return a tlog-policy file."""
        lines = [join_words("log", log.verifier.encode(), log.url) for log in self.logs]
        lines += [join_words("witness", item.name, item.verifier.encode(), item.url) for item in self.witnesses]
        lines += [join_words("group", item.name, str(item.threshold), *item.members) for item in self.groups]
        lines.append(join_words("quorum", self.quorum))
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")

    def _require_quorum(self, checkpoint: Checkpoint, witnessed: set[str]) -> None:
        for group in self.groups:  # a group names only what stands before it
            if len(witnessed.intersection(group.members)) >= group.threshold:
                witnessed.add(group.name)
        if self.quorum not in {NO_QUORUM, *witnessed}:
            raise SignatureError(
                f"checkpoint {checkpoint.size} of {checkpoint.origin}: "
                f"expected the quorum {self.quorum!r}, cosigned by {sorted(witnessed)}"
            )


def policy_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the words of each line of a policy file that is not empty, comments too."""
    if len(data) > MAX_POLICY_BYTES:
        raise MalformedTrustError(f"expected a policy of at most {MAX_POLICY_BYTES} bytes, got {len(data)}")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise MalformedTrustError("expected UTF-8, got UTF-16: save the file as UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")  # what a Windows editor makes of it
    if found := _FORBIDDEN.search(data):
        raise MalformedTrustError(f"expected no control characters, got {found.group()!r}")
    for number, line in enumerate(data.split(b"\n"), 1):
        words = [word.decode("utf-8", "surrogateescape") for word in line.replace(b"\t", b" ").split(b" ") if word]
        if words:
            yield number, words


@contextmanager
def naming_line(number: int) -> Iterator[None]:
    """Turn a refusal of what line `number` says into a MalformedTrustError that names the line."""
    try:
        yield
    except MalformedNoteError as error:
        raise MalformedTrustError(f"line {number}: {error}") from error


def join_words(*words: str | None) -> str:
    """Return one line of a policy file; an absent URL is None."""
    return " ".join(word for word in words if word is not None)


@dataclass(slots=True)
class _Draft:
    """A policy while its lines are read. Refuses with MalformedNoteError; `naming_line` adds where."""

    logs: list[LogKey] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    names: set[str] = field(default_factory=lambda: {NO_QUORUM})
    unused: set[str] = field(default_factory=set)
    quorum: str | None = None

    def read(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self._read_log(_verifier(vkey, ED25519), *url)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._read_witness(name, _verifier(vkey, COSIGNATURE), *url)
            case ["group", name, threshold, *members] if members:
                self._read_group(name, threshold, members)
            case ["quorum", name]:
                self._read_quorum(name)
            case _:
                raise MalformedNoteError(f"expected a log, witness, group or quorum line, got {words[:2]}")

    def _read_log(self, verifier: Verifier, url: str | None = None) -> None:
        _check_new_key(verifier, [log.verifier for log in self.logs])
        self.logs.append(LogKey(verifier, url))

    def _read_witness(self, name: str, verifier: Verifier, url: str | None = None) -> None:
        _check_new_key(verifier, [witness.verifier for witness in self.witnesses])
        self._define(name)
        self.witnesses.append(Witness(name, verifier, url))

    def _read_group(self, name: str, threshold: str, members: list[str]) -> None:
        for member in members:
            if member not in self.unused:
                raise MalformedNoteError(f"expected a name defined above and not yet a member, got {member!r}")
            self.unused.remove(member)
        words = {"any": 1, "all": len(members)}
        needed = words[threshold] if threshold in words else decode_decimal(threshold, "threshold")
        if not 1 <= needed <= len(members):
            raise MalformedNoteError(f"expected a threshold of 1 to {len(members)}, got {needed}")
        self._define(name)
        self.groups.append(Group(name, needed, tuple(members)))

    def _read_quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise MalformedNoteError("expected one quorum line, got a second")
        if name not in self.names:
            raise MalformedNoteError(f"expected a witness or group defined above, got {name!r}")
        self.quorum = name

    def _define(self, name: str) -> None:
        if name in self.names:
            raise MalformedNoteError(f"expected a new name, got {name!r} again")
        self.names.add(name)
        self.unused.add(name)


def _verifier(vkey: str, algorithm: int) -> Verifier:
    verifier = Verifier.parse(vkey)
    if verifier.algorithm != algorithm:
        raise MalformedNoteError(
            f"key {verifier.name}: expected signature type {algorithm:#04x}, got {verifier.algorithm:#04x}"
        )
    return verifier


def _check_new_key(verifier: Verifier, others: list[Verifier]) -> None:
    """tlog-policy, "Public key representation": the same key under another name is a duplicate too."""
    if any(other.public_key == verifier.public_key for other in others):
        raise MalformedNoteError(f"expected a new key, got that of {verifier.name} again")
