"""Everything this package raises on purpose, under one base.

FilterError
├── DataError                their bytes are wrong: stop, keep what you have, tell someone
│   ├── InvalidUrlError          (also a ValueError)
│   ├── InvalidScopeError        (also a ValueError) a digest, identifier or location that cannot be a scope
│   ├── MalformedRecordError     a leaf, a record or a receipt that does not parse
│   ├── MalformedNoteError       a signed note, checkpoint, proof, root note or manifest that does not parse
│   ├── MalformedTrustError      the operator's own trust file
│   ├── MalformedSegmentError    a snapshot file whose structure is broken
│   ├── MalformedMediaError      a picture or a film that cannot be decoded
│   ├── DigestMismatchError      bytes that are not the ones that were signed for
│   ├── OversizedError           more bytes than were declared or than a limit allows
│   ├── SignatureError           a signature, or a quorum of them, is missing or wrong
│   ├── ProofError               a Merkle proof does not lead to the root
│   ├── EquivocationError        two signed statements that cannot both be true
│   └── UnsupportedVersionError  made for a newer reader
├── AgeError                 older than what we have, or than what we accept
│   ├── RollbackError
│   ├── ExpiredError
│   └── ClockError               from the future: one of the two clocks is wrong
├── TransportError           the network is down: retry later, the old snapshot stands
│   ├── HttpStatusError
│   └── TransferTimeoutError
└── SnapshotMissingError     there is nothing on disk to answer from
"""


class FilterError(Exception):
    """The base of every error this package raises on purpose."""


class DataError(FilterError):
    """Bytes that were read are wrong; retrying the same bytes cannot help."""


class InvalidUrlError(DataError, ValueError):
    """A string is not an http or https URL under profile 1."""


class InvalidScopeError(DataError, ValueError):
    """A value cannot be a scope of its kind."""


class MalformedRecordError(DataError):
    """A leaf, record or receipt does not parse."""


class MalformedNoteError(DataError):
    """A signed note or the text it carries does not parse."""


class MalformedTrustError(DataError):
    """The operator's trust file cannot be read, does not parse or names too little to trust anything by."""


class MalformedSegmentError(DataError):
    """A snapshot file's structure is broken."""


class MalformedMediaError(DataError):
    """A picture or a film is broken, cut short, or of a kind that is not read."""


class DigestMismatchError(DataError):
    """Bytes differ from those a signed manifest or log names."""


class OversizedError(DataError):
    """More bytes arrived than were declared or than the limit allows."""


class SignatureError(DataError):
    """A required signature, or quorum of signatures, is missing or wrong."""


class ProofError(DataError):
    """An inclusion or consistency proof does not lead to the root."""


class EquivocationError(DataError):
    """Two signed statements were seen that cannot both be true."""


class UnsupportedVersionError(DataError):
    """The bytes ask for a newer reader than this one."""


class AgeError(FilterError):
    """What was offered is older than what we have, or than what we accept."""


class RollbackError(AgeError):
    """An older snapshot or log was offered than the one already accepted."""


class ExpiredError(AgeError):
    """The snapshot's validity has ended."""


class ClockError(AgeError):
    """A statement is dated in the future; one of the two clocks is wrong."""


class TransportError(FilterError):
    """The network failed; the same request may work later."""


class HttpStatusError(TransportError):
    """The server answered, but not with the thing asked for."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(f"{url} answered {status}")
        self.url = url
        self.status = status


class TransferTimeoutError(TransportError):
    """A transfer did not finish within its total time."""


class SnapshotMissingError(FilterError):
    """There is no snapshot on disk to answer from, or no names beside it."""


_EXTRAS = {
    "PIL": "media",
    "ahocorasick_rs": "names",
    "av": "video",
    "backports": "codings",
    "brotli": "codings",
    "iscc_lib": "iscc",
    "pypdfium2": "pdf",
}


def extra_of(error: ImportError) -> str:
    """Return what to install for a module that is not there: an extra of this package, as pip names it."""
    module = (error.name or "").partition(".")[0]
    return f"training-optout[{_EXTRAS[module]}]" if module in _EXTRAS else module
