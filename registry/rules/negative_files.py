"""Files that belong to nobody: the negative list of digests that no party may declare.

A digest of one of these would exclude the same few bytes wherever they stand, in millions of pages. The smallest
are here themselves; licences, fonts, script libraries and the pages of web servers are in `shared_files.txt`,
which `tools/shared_files.py` makes from packages by name, so that anybody can check it.
"""

from base64 import b64decode
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from crawler_filter.fingerprints.digests import digests_of

SHARED_FILES: Final[Mapping[str, bytes]] = {
    "the empty file": b"",
    "a single zero byte": b"\0",
    "a single space": b" ",
    "a single line feed": b"\n",
    "a single carriage return and line feed": b"\r\n",
    "a UTF-8 byte order mark": b"\xef\xbb\xbf",
    "an empty JSON object": b"{}",
    "an empty JSON list": b"[]",
    "a JSON null": b"null",
    "an empty HTML document": b"<html></html>",
    "a robots.txt that allows everything": b"User-agent: *\nDisallow:\n",
    "a one-pixel GIF": b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
    "another one-pixel GIF": b64decode("R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=="),
    "a one-pixel PNG": b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    ),
    "another one-pixel PNG": b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
    ),
}
"""What each file is, and its bytes."""

NEGATIVE_LIST: Final[Mapping[tuple[str, bytes], str]] = {
    (kind, digest): name for name, content in SHARED_FILES.items() for kind, digest in digests_of(content).items()
}
"""(kind, raw digest) of every shared file."""

_KINDS: Final = ("sha256", "sha1", "md5")


def name_of_shared(kind: str, raw: bytes) -> str | None:
    """Return what a digest is of, if that is a file of nobody's: of `SHARED_FILES`, or of `shared_files.txt`."""
    return NEGATIVE_LIST.get((kind, raw)) or _listed().get((kind, raw[:8]))


@cache
def _listed() -> dict[tuple[str, bytes], str]:
    """Return the names of `shared_files.txt` by kind and the first 64 bits of the digest."""
    text = (files("registry.rules") / "shared_files.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        *digests, name = line.split(" ", len(_KINDS))
        found.update({(kind, bytes.fromhex(digest)): name for kind, digest in zip(_KINDS, digests, strict=True)})
    return found
