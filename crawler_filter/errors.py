"""Everything this package raises on purpose, under one base.

FilterError
├── DataError                their bytes are wrong: stop, keep what you have, tell someone
│   ├── InvalidUrlError          (also a ValueError)
│   ├── InvalidScopeError        (also a ValueError) a digest, identifier or location that cannot be a scope
│   ├── MalformedRecordError     a leaf, a record or a receipt that does not parse
│   ├── MalformedNoteError       a signed note, checkpoint, proof, root note or manifest that does not parse
│   ├── MalformedTrustError      the operator's own trust file
│   ├── MalformedSegmentError    a snapshot file whose structure is broken
│   │   └── DamagedFileError         one that was changed, or cut off, after it was verified
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
├── SnapshotMissingError     there is nothing on disk to answer from
├── MissingExtraError        an extra of this package has to be installed
└── NotCheckedError          a tool stops, because the snapshot or the installation cannot answer
"""

from collections.abc import Sequence
from functools import reduce
from typing import Self


class Sentence(str):
    """A sentence in English that can be said in another language, because it keeps what it was made from.

    `Sentence("expected at most %(most)s, got %(got)s", most=3, got=5)` is the text "expected at most 3, got 5".
    `template` is what a translator looks up, `values` what is put into the translation. A value that is an error
    counts as what the error says, which may be a `Sentence` itself. Without values, a `%` means only itself.
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Return the sentence of a template and the values it names."""
        if isinstance(template, cls) and not values:
            return template
        said = {name: _said(value) for name, value in values.items()}
        self = super().__new__(cls, template % said if said else template)
        self.template, self.values = template, said
        return self

    @staticmethod
    def listed(sentences: Sequence[str]) -> "Sentence":
        """Return sentences as one, parted by semicolons. Raises TypeError for none."""
        return reduce(_and_then, map(Sentence, sentences))

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.template,), self.values


def _and_then(before: Sentence, after: Sentence) -> Sentence:
    return Sentence("%(before)s; %(after)s", before=before, after=after)


_MOST_OF_OTHERS = 200
"""Characters that are kept of what the error of a library says."""


def _said(value: object) -> object:
    """Return a value as it is kept: what an error says in place of the error, which holds on to much more."""
    if not isinstance(value, BaseException):
        return value
    return value.args[0] if value.args and isinstance(value.args[0], Sentence) else str(value)[:_MOST_OF_OTHERS]


class FilterError(Exception):
    """The base of every error this package raises on purpose.

    `sentence` says in English what is wrong; `str(error)` is the same text. Its template and values are for
    programs that speak other languages.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        self.sentence = Sentence(template, **values)
        super().__init__(self.sentence)


class DataError(FilterError):
    """Bytes that were read are wrong; retrying the same bytes cannot help."""


class InvalidUrlError(DataError, ValueError):
    """A string is not an http or https URL under the profile."""


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


class DamagedFileError(MalformedSegmentError):
    """A file was changed after it was verified: its disk forgot something, or somebody wrote into it."""


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
    """An offer is older than the version at hand, or than the oldest that is accepted."""


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
        super().__init__("%(url)s answered %(status)s", url=url, status=status)
        self.url = url
        self.status = status


class TransferTimeoutError(TransportError):
    """A transfer did not finish within its total time."""


class SnapshotMissingError(FilterError):
    """There is no snapshot on disk to answer from, or no names beside it."""


class MissingExtraError(FilterError):
    """Something is asked for that needs an extra of this package which is not installed."""


class NotCheckedError(FilterError):
    """The snapshot or the installation cannot answer, so a tool stops: nothing is said about any asset.

    Mend that, and go on where the tool stopped.
    """


_EXTRAS = {
    "PIL": "media",
    "ahocorasick_rs": "names",
    "av": "video",
    "backports": "codings",
    "brotli": "codings",
    "cv2": "compare",
    "libarchive": "archives",
    "pillow_heif": "heif",
    "pillow_jxl": "jxl",
    "onnxruntime": "embed",
    "iscc_lib": "iscc",
    "pyarrow": "arrow",
    "pypdfium2": "pdf",
}


def extra_of(error: ImportError) -> str:
    """Return what to install for a module that is not there: an extra of this package, as pip names it."""
    module = (error.name or "").partition(".")[0]
    return f"training-optout[{_EXTRAS[module]}]" if module in _EXTRAS else module
