"""What a file says of itself: every reader that applies to its kind, which its own bytes show."""

from typing import Final

from crawler_filter.files.media_type import media_type
from crawler_filter.signals.embedded import c2pa, epub, rsl_embedded, xmp
from crawler_filter.signals.embedded.xmp_packets import packets
from crawler_filter.signals.signal import Family, Signal

_ARCHIVES: Final = frozenset({"application/epub+zip", "application/zip"})
_ARCHIVE_MANIFEST: Final = b"META-INF/content_credential.c2pa"
"""Where an archive keeps the manifest store about itself; other stores in it are about single files."""


def read(
    content: bytes, url: str = "", *, user: str | None = None, trust_anchors: bytes | None = None
) -> tuple[Signal, ...]:
    """Return every statement inside a file: XMP, TDMRep in EPUB and PDF, RSL, and C2PA manifests.

    Never raises for content. What could not be read is a signal without preferences whose warning says so.
    `url` and `user`: see `xmp.read`; `trust_anchors`: see `c2pa.read`.
    """
    kind = media_type(content)
    if kind in _ARCHIVES:
        manifests = c2pa.read(content, trust_anchors=trust_anchors) if _ARCHIVE_MANIFEST in content else ()
        return manifests + epub.read(content, url, user)
    manifests = c2pa.read(content, trust_anchors=trust_anchors)
    statements = tuple(signal for packet in packets(content, kind) for signal in xmp.read(packet, url, user))
    statements = tuple(signal for signal in statements if signal.family is not Family.CAWG or not manifests)
    items = tuple(rsl_embedded.read_feed(content, user)) if kind == "text/xml" else ()
    return manifests + statements + items
