"""Which offered snapshot may follow the one a filter has: the checks before anything is downloaded for it.

Bytes and a time in, values or a named error out; fetching and storing are `crawler_filter.sync`. The order follows
the client workflow of the TUF specification (section 5): root first, then the manifest's signature, then its age,
then that it is no step back, then the log's consistency. Each class of attack there has its own error here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler_filter.errors import (
    ClockError,
    EquivocationError,
    ExpiredError,
    MalformedNoteError,
    ProofError,
    RollbackError,
    UnsupportedVersionError,
)
from crawler_filter.formats.counts import LEAF, number_of
from crawler_filter.log import Checkpoint, Note, Root, Trust, check_successor, walk
from crawler_filter.policy import MAX_CLOCK_SKEW
from crawler_filter.snapshot.manifest import MAX_VALIDITY, Manifest
from crawler_filter.snapshot.url_profiles import URL_PROFILES


@dataclass(frozen=True, slots=True)
class Accepted:
    """A manifest whose signatures hold: its bytes, what it says, the checkpoint in it, and the roots above it."""

    data: bytes
    manifest: Manifest
    checkpoint: Checkpoint
    roots: tuple[Root, ...]

    @property
    def root(self) -> Root:
        """The root in force."""
        return self.roots[-1]


def open_roots(trust: Trust, notes: Sequence[bytes]) -> tuple[Root, ...]:
    """Return the chain of roots from the one the trust file pins. Raises as `Trust.open_root` and `walk` do."""
    if not notes:
        raise MalformedNoteError(f"expected root note {trust.root_version}, got none")
    chain = [trust.open_root(notes[0])]
    for note in notes[1:]:
        chain.append(walk(chain[-1], [note]))
    return tuple(chain)


def open_manifest(data: bytes, trust: Trust, roots: tuple[Root, ...]) -> Accepted:
    """Return the manifest once the snapshot key, the log key and the witnesses have signed what they must.

    Raises:
        MalformedNoteError, OversizedError: not a manifest or checkpoint.
        SignatureError: a signature or the quorum is missing.
        EquivocationError: the manifest's log is not the one its checkpoint describes.
    """
    root = roots[-1]
    note = Note.parse(data)
    note.verify([root.snapshot])
    manifest = Manifest.decode(note.text)
    if manifest.origin != root.origin:
        raise MalformedNoteError(f"expected a manifest of {root.origin}, got one of {manifest.origin}")
    if manifest.profile not in URL_PROFILES:
        known = " or ".join(map(str, URL_PROFILES))
        raise UnsupportedVersionError(
            f"expected URL profile {known}, the snapshot has {manifest.profile}; install a newer crawler_filter"
        )
    checkpoint = trust.at(root).verify_checkpoint(manifest.checkpoint)
    if (checkpoint.size, checkpoint.root) != (manifest.log_size, manifest.log_root):
        raise EquivocationError(f"manifest {manifest.sequence} names another log than the checkpoint inside it")
    return Accepted(data, manifest, checkpoint, roots)


def check_age(manifest: Manifest, now: float) -> None:
    """Check that the manifest is of our time. Raises ClockError or ExpiredError."""
    if manifest.issued > now + MAX_CLOCK_SKEW:
        ahead = manifest.issued - now
        raise ClockError(
            f"manifest {manifest.sequence} is dated {ahead:.0f} s ahead; compare this machine's clock"
        )
    if manifest.expires - manifest.issued > MAX_VALIDITY:
        raise ExpiredError(f"manifest {manifest.sequence} claims to be valid longer than {MAX_VALIDITY} s")
    if now >= manifest.expires:
        raise ExpiredError(f"manifest {manifest.sequence} expired {(now - manifest.expires) / 3600:.1f} hours ago")


def growth(stored: Accepted, offered: Accepted) -> tuple[int, int] | None:
    """Return the two log sizes between which a consistency proof is needed, or None where none is."""
    old, new = stored.checkpoint, offered.checkpoint
    return (old.size, new.size) if old.origin == new.origin and 0 < old.size < new.size else None


def check_follows(stored: Accepted, offered: Accepted, proof: Sequence[bytes]) -> None:
    """Check that `offered` may replace `stored`. `proof` is the consistency proof over `growth`, else empty.

    Raises:
        RollbackError: a lower sequence, or a smaller log.
        EquivocationError: the same sequence or log size with other contents.
        ProofError: the new log does not extend the old one, or a log that nothing leads to.
    """
    if stored.root.snapshot == offered.root.snapshot:  # TUF 5.3.11: a replaced key starts its own sequence
        _check_sequence(stored, offered)
    if stored.checkpoint.origin == offered.checkpoint.origin:
        check_successor(stored.checkpoint, offered.checkpoint, proof)
    else:
        _check_closed(stored.checkpoint, offered.roots)


def _check_sequence(stored: Accepted, offered: Accepted) -> None:
    have, got = stored.manifest.sequence, offered.manifest.sequence
    if got < have:
        raise RollbackError(f"expected manifest {have} or later, got {got}")
    if got == have and offered.manifest != stored.manifest:
        raise EquivocationError(f"two different manifests are both numbered {have}")


def _check_closed(checkpoint: Checkpoint, roots: Iterable[Root]) -> None:
    """A log may be replaced only where a root note says at which state the old one was closed."""
    closed = next((root.closed for root in roots if root.closed and root.closed.origin == checkpoint.origin), None)
    if closed is None:
        raise ProofError(f"the registry moved to another log, but no root note closes {checkpoint.origin}")
    if closed.size < checkpoint.size:
        raise RollbackError(
            f"{closed.origin} was closed at {number_of(closed.size, *LEAF)}, but had {checkpoint.size} before"
        )
    if closed.size == checkpoint.size and closed.root != checkpoint.root:
        raise EquivocationError(f"{closed.origin} was closed with another root than it had signed")
