"""The files of a registry or of its mirror: where each is fetched, how long it may be, whether it is the one."""

import hashlib
from pathlib import Path
from typing import Final, Protocol

from crawler_filter.errors import DigestMismatchError, HttpStatusError
from crawler_filter.log import MAX_ROOT_BYTES, Root, TileReader
from crawler_filter.net.transport import Progress, Transport
from crawler_filter.snapshot.acceptance import Accepted
from crawler_filter.snapshot.manifest import MAX_MANIFEST_BYTES, SegmentFile
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.grants import fetch_grants

MAX_TILE_BYTES: Final = 1 << 13
"""A full tile of 256 hashes (tlog-tiles)."""

_CHUNK: Final = 1 << 20


class Meter(Protocol):
    """Shows how far a long download is; the command line passes a progress bar."""

    def __call__(self, name: str, length: int) -> Progress:
        """Begin a file of `length` bytes; the result is told of each arrival."""


class Remote:
    """The addresses of files at a registry or mirror."""

    def __init__(self, url: str, transport: Transport, meter: Meter | None) -> None:
        self.url = url
        self._transport = transport
        self._meter = meter

    def manifest(self) -> bytes:
        """Return the manifest as it is served; whoever asked verifies it."""
        return self._transport.get(f"{self.url}/snapshot/manifest", max_bytes=MAX_MANIFEST_BYTES)

    def names(self) -> bytes:
        """Return the file of names, which is whole and well formed, though nobody signed it."""
        from crawler_filter.formats.names import MAX_NAMES_BYTES, decode_names  # noqa: PLC0415 - loads numpy

        names = self._transport.get(f"{self.url}/v1/names", max_bytes=MAX_NAMES_BYTES)
        decode_names(names)
        return names

    def characters(self) -> bytes:
        """Return the file of character sheets; one without any from a registry that knows none yet."""
        from crawler_filter.formats.characters import (  # noqa: PLC0415
            MAX_SHEETS_BYTES,
            decode_sheets,
            encode_sheets,
        )

        try:
            sheets = self._transport.get(f"{self.url}/v1/characters", max_bytes=MAX_SHEETS_BYTES)
        except HttpStatusError as error:
            if error.status != 404:
                raise
            return encode_sheets(())
        decode_sheets(sheets)
        return sheets

    def grants(self, folder: SnapshotDirectory, offered: Accepted) -> None:
        """Bring the grants of an accepted state, as far as they can be had."""
        fetch_grants(folder, offered, self.url, self._transport)

    def root(self, version: int) -> bytes | None:
        """Return a root note, or None where there is no such version."""
        try:
            return self._transport.get(f"{self.url}/snapshot/root/{version}", max_bytes=MAX_ROOT_BYTES)
        except HttpStatusError as error:
            if error.status == 404:
                return None
            raise

    def tiles(self, root: Root) -> TileReader:
        """Return a reader of the log that `root` names; it lies where its name says, below any mirror's URL."""
        log = root.log.name.removeprefix(f"{root.origin}/")
        return lambda tile: self._transport.get(f"{self.url}/{log}/{tile.path}", max_bytes=MAX_TILE_BYTES)

    def segment(self, file: SegmentFile, folder: SnapshotDirectory) -> None:
        """Download one segment; it is kept only if it is the one that was signed for."""
        progress = self._meter(file.name, file.length) if self._meter else None
        with folder.new_segment(file.name) as sink:
            url = f"{self.url}/snapshot/{file.name}.seg"
            self._transport.download(url, sink, length=file.length, progress=progress)
            sink.flush()
            require_file(Path(sink.name), file)


def require_file(path: Path, file: SegmentFile) -> None:
    """Raise DigestMismatchError unless a file has the length and the digest of the segment that it is to be."""
    if (length := path.stat().st_size) != file.length:
        raise DigestMismatchError(f"segment {file.name[:16]}…: expected {file.length} bytes, got {length}")
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != file.name:
        raise DigestMismatchError(
            f"segment {file.name[:16]}…: its bytes have the SHA-256 {digest.hexdigest()[:16]}…"
        )
