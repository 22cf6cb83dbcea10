"""The keys an instance holds, and the root notes that say which of them count.

`keys/log-<key id>.key` and `keys/snapshot-<key id>.key` lie on the server; `keys/root-<label>.key` only where the
operator decided so (`--dev` does), otherwise off line. Which log and snapshot key is in use is said by the newest
root note, `public/snapshot/root/<version>`, and by nothing else: publishing a root note *is* the switch, in one
atomic step.

A replacement goes: `propose` (makes the new keys, writes the note's text), `sign` it with old and new root keys
wherever they are kept, `install` the signed note. `install` believes nobody: it checks the thresholds as every
filter will.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from crawler_filter.errors import MalformedNoteError
from crawler_filter.log import (
    Checkpoint,
    KeySet,
    LogKey,
    LogPolicy,
    Note,
    Root,
    Signer,
    Trust,
    Verifier,
    open_root,
    sign_note,
    walk,
)
from crawler_filter.sync import durable
from registry.errors import InstanceError
from registry.publishing.durable_files import DurableFiles

Entropy = Callable[[int], bytes]

LOG_ROLE: Final = "log"
SNAPSHOT_ROLE: Final = "snapshot"
ROOT_FOLDER: Final = "snapshot/root"
TRUST_FILE: Final = "registry.policy"

_KEY_MODE: Final = 0o600
_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True)
class OnlineKeys:
    """The keys that the publisher signs with, and the root note that names both."""

    root: Root
    log: Signer
    snapshot: Signer

    @property
    def log_folder(self) -> str:
        """The folder that the log is published in: the last part of its name."""
        return self.log.name.rpartition("/")[2]


def write_key(path: Path, signer: Signer) -> None:
    """Write a private key to a new file that only its owner can read. Never overwrites one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        durable.create(path, f"{signer.encode()}\n".encode(), _KEY_MODE)
    except FileExistsError as error:
        raise InstanceError(f"{path} exists; a key is never overwritten, so choose another name") from error


def read_key(path: Path) -> Signer:
    """Read a private key. A file that others can read is refused: the key must then be replaced."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InstanceError(f"expected a private key in {path}, found no such file") from error
    if mode & _OTHERS:
        raise InstanceError(f"others can read {path} (mode {mode & 0o777:o}); run chmod 600 and replace the key")
    try:
        return Signer.parse(text.removesuffix("\n"))
    except MalformedNoteError as error:
        raise InstanceError(f"{path} does not hold a private key: {error}") from error


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys and root notes of the instance in `directory`."""

    directory: Path

    @property
    def folder(self) -> Path:
        """Return the folder of the private keys."""
        return self.directory / "keys"

    @property
    def public(self) -> DurableFiles:
        """The published files."""
        return DurableFiles(self.directory / "public")

    def create(self, role: str, name: str, entropy: Entropy) -> Verifier:
        """Make a key for `role`, called `name` in signatures, and return its public half."""
        signer = Signer.generate(name, entropy)
        write_key(self._path(role, signer.verifier), signer)
        return signer.verifier

    def root_notes(self) -> list[bytes]:
        """Return every root note published so far, the first one first."""
        notes: list[bytes] = []
        while (note := self.public.read(f"{ROOT_FOLDER}/{len(notes) + 1}")) is not None:
            notes.append(note)
        return notes

    def root(self) -> Root:
        """Return the newest root, every step to it verified."""
        first, *later = self._require_notes()
        return walk(open_root(first), later)

    def snapshot_keys(self) -> set[Verifier]:
        """Return every snapshot key that a root note has named so far."""
        first, *later = self._require_notes()
        roots = [open_root(first)]
        for note in later:
            roots.append(walk(roots[-1], [note]))
        return {root.snapshot for root in roots}

    def online(self) -> OnlineKeys:
        """Return the keys that the newest root note names."""
        root = self.root()
        return OnlineKeys(root, self._held(LOG_ROLE, root.log), self._held(SNAPSHOT_ROLE, root.snapshot))

    def first(self, origin: str, url: str, keys: KeySet, entropy: Entropy) -> Root:
        """Make the log and snapshot key of a new registry; return what root note 1 says, to be signed."""
        log = self.create(LOG_ROLE, f"{origin}/log", entropy)
        snapshot = self.create(SNAPSHOT_ROLE, f"{origin}/snapshot", entropy)
        return Root(origin, 1, keys, log, f"{url}/log", snapshot)

    def propose(self, entropy: Entropy, *, roles: Sequence[str] = (), keys: KeySet | None = None) -> Root:
        """Return the next root, to be signed: a new key for each of `roles`; `keys`, if given, as root keys."""
        present = self.root()
        made = {role: self.create(role, getattr(present, role).name, entropy) for role in roles}
        return replace(
            present,
            version=present.version + 1,
            keys=keys or present.keys,
            log=made.get(LOG_ROLE, present.log),
            snapshot=made.get(SNAPSHOT_ROLE, present.snapshot),
        )

    def propose_new_log(self, closed: Checkpoint, entropy: Entropy) -> Root:
        """Return the next root, to be signed, that leaves a lost log behind at `closed` and names a new one.

        `closed` is the newest checkpoint that the lost log has published anywhere. The snapshot key is replaced
        too: the database that was lost knew how far the sequence of manifests had come.
        """
        present = self.root()
        version = present.version + 1
        return replace(
            present,
            version=version,
            log=self.create(LOG_ROLE, f"{present.origin}/log-{version}", entropy),
            log_url=f"{present.log_url.rpartition('/')[0]}/log-{version}",
            snapshot=self.create(SNAPSHOT_ROLE, present.snapshot.name, entropy),
            closed=closed,
        )

    def install(self, note: bytes) -> Root:
        """Publish a signed root note, after which it is in force.

        Raises:
            SignatureError: too few of the old or of the new root keys have signed.
            MalformedNoteError: it does not follow the note that is in force.
            InstanceError: it names a key that this instance does not hold.
        """
        notes = self.root_notes()
        root = walk(self.root(), [note]) if notes else open_root(note)
        if not notes and root.version != 1:
            raise InstanceError(f"expected root note 1 for a new instance, got {root.version}")
        self._held(LOG_ROLE, root.log)
        self._held(SNAPSHOT_ROLE, root.snapshot)
        self.public.write(f"{ROOT_FOLDER}/{root.version}", note)
        self._write_trust(root)
        return root

    def restore_trust_file(self) -> None:
        """Make the trust file again from the newest root note where it is missing."""
        if not (self.directory / TRUST_FILE).exists():
            self._write_trust(self.root())

    def _write_trust(self, root: Root) -> None:
        DurableFiles(self.directory).write(TRUST_FILE, trust_of(root).encode())

    def _require_notes(self) -> list[bytes]:
        notes = self.root_notes()
        if not notes and not self.folder.is_dir():
            raise InstanceError(
                f"there is no registry in {self.directory}: name its folder in REGISTRY_INSTANCE;"
                " `init` makes a new one"
            )
        if not notes:
            raise InstanceError(
                f"{self.directory} has no root note yet: sign root-1.txt with `optout-registry root sign`, "
                "then run `optout-registry root install`"
            )
        return notes

    def _held(self, role: str, verifier: Verifier) -> Signer:
        signer = read_key(self._path(role, verifier))
        if signer.verifier != verifier:
            raise InstanceError(f"{self._path(role, verifier)} does not hold the key {verifier.encode()}")
        return signer

    def _path(self, role: str, verifier: Verifier) -> Path:
        return self.folder / f"{role}-{verifier.key_id.hex()}.key"


def add_signature(content: bytes, signer: Signer) -> bytes:
    """Return a root note signed also by `signer`; `content` is the bare text or an already signed note."""
    try:
        note = Note.parse(content)
    except MalformedNoteError:
        text = content.decode("utf-8")
        Root.parse(text)
        return sign_note(text, signer).encode()
    Root.parse(note.text)
    return note.signed_also_by(signer.sign(note.text)).encode()


def trust_of(root: Root) -> Trust:
    """Return the trust file to hand to crawlers: this root, its log, no witnesses."""
    return Trust(LogPolicy((LogKey(root.log, root.log_url),)), root.version, root.keys)
