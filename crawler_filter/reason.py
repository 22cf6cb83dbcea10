"""Why an asset is kept or not, in one word that programs count by."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """The one cause of a decision. The words are stable: a release may add one, and never changes what one means.

    `KEPT`, `ALLOWED` and `GRANTED` are the reasons of what is kept, all others of what is not. What begins with
    `registry.` or `signal.` is about the work, `unchecked.asset` and `unchecked.signal` are about what was given
    of it, `unchecked.snapshot` and `unchecked.extra` about you.
    """

    KEPT = "kept"
    """Nobody reserved it, and the policy keeps what nobody reserved."""
    ALLOWED = "allowed"
    """Somebody who can has allowed it."""
    GRANTED = "granted"
    """It is reserved, and its rights holder has granted you this use."""
    REGISTRY_DOMAIN = "registry.domain"
    """Its domain is reserved, with every name below it."""
    REGISTRY_HOST = "registry.host"
    """Its host is reserved."""
    REGISTRY_PREFIX = "registry.prefix"
    """The part of the site that it lies in is reserved."""
    REGISTRY_URL = "registry.url"
    """Its address, or that of a page that shows it, is reserved."""
    REGISTRY_DIGEST = "registry.digest"
    """It is byte for byte a reserved file."""
    REGISTRY_IMAGE = "registry.image"
    """It shows a reserved picture."""
    REGISTRY_VIDEO = "registry.video"
    """It shows a reserved film."""
    REGISTRY_TEXT = "registry.text"
    """It has passages of a reserved text."""
    REGISTRY_ISCC = "registry.iscc"
    """Its ISCC is near that of a reserved work."""
    REGISTRY_IDENTIFIER = "registry.identifier"
    """Its ISBN, DOI or EIDR is reserved."""
    REGISTRY_CHARACTER = "registry.character"
    """Two signals agree that it is about a registered character, and the policy lets them decide."""
    REGISTRY_OTHER = "registry.other"
    """A registry reserves it in a way that this version has no word for."""
    ROBOTS = "signal.robots"
    """The site's robots.txt reserves it, or forbids to fetch it."""
    HEADERS = "signal.headers"
    """A header of the answer reserves it."""
    HTML = "signal.html"
    """The page reserves it."""
    WELL_KNOWN = "signal.well-known"
    """A file of the site, such as tdmrep.json or ai.txt, reserves it."""
    LICENSE = "signal.license"
    """A licence document that the site names reserves it."""
    FILE = "signal.file"
    """The file itself reserves it, in its metadata."""
    NO_PERMISSION = "no-permission"
    """Nobody said anything, and the policy keeps only what was allowed."""
    UNCHECKED_SNAPSHOT = "unchecked.snapshot"
    """There is no snapshot to answer from, or it is too old, dated ahead or damaged. Sync and ask again."""
    UNCHECKED_EXTRA = "unchecked.extra"
    """This machine lacks what the check needs, such as an extra of this package. Install it and ask again."""
    UNCHECKED_ASSET = "unchecked.asset"
    """What was given of the asset cannot be read: a broken file, an address that is none."""
    UNCHECKED_SIGNAL = "unchecked.signal"
    """What the site says for itself could not be read, or the policy requires it and it was not given."""


OURS: Final = frozenset({Reason.UNCHECKED_SNAPSHOT, Reason.UNCHECKED_EXTRA})
"""Reasons that are about the snapshot or the installation, not the asset: ask again once it is repaired."""

UNCHECKED: Final = (
    Reason.UNCHECKED_SNAPSHOT,
    Reason.UNCHECKED_EXTRA,
    Reason.UNCHECKED_ASSET,
    Reason.UNCHECKED_SIGNAL,
)
"""Why something could not be checked; where there are several, the first of these counts."""
