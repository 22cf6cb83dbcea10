"""What a registry says of a model whose codes it takes: which file it is, and how pictures are prepared for it.

An entry is a line of the signed manifest (`docs/formats/snapshot.md`), one object of canonical JSON. Codes can be
compared only where both sides ran the same file on pictures that were prepared alike, so an entry names all of it,
with the radii that the registry has measured. Nothing is ever fetched by it: `source` is a text for people.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

from crawler_filter.errors import MalformedRecordError
from crawler_filter.fingerprints.embedding import CODE_BITS
from crawler_filter.formats import canonical_json
from crawler_filter.formats.visible_text import invisible

MAX_MODELS: Final = 4
"""Most models that one registry takes codes of."""

WIDEST_RADIUS: Final = 160
"""Most bits by which a registry may have codes flag: chance gives two unrelated codes 256, more or less 11."""

_UNIT: Final = 1_000_000
"""Mean and deviation are whole millionths: signed formats have no fractions."""
_SIZES: Final = range(16, 1025)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MOST: Final = {"licence": 100, "source": 300}
"""Most characters of each text for people."""


class Crop(StrEnum):
    """The way in which a picture becomes a square."""

    SQUASH = "squash"
    """All of it, whatever its shape."""
    CENTRE = "centre"
    """The square in its middle."""


class Channels(StrEnum):
    """The order in which a model takes the colours."""

    RGB = "rgb"
    BGR = "bgr"


@dataclass(frozen=True, slots=True)
class Preparation:
    """The way to prepare a picture: a square of `size` pixels, each channel less its mean, over its deviation.

    Means and deviations are millionths of full brightness, in the order of `channels`. Raises
    MalformedRecordError.
    """

    size: int = 224
    crop: Crop = Crop.SQUASH
    channels: Channels = Channels.RGB
    mean: tuple[int, int, int] = (485_000, 456_000, 406_000)
    deviation: tuple[int, int, int] = (229_000, 224_000, 225_000)

    def __post_init__(self) -> None:
        """Refuse what no picture can be prepared by."""
        _require(self.size in _SIZES, f"a size of {_SIZES[0]} to {_SIZES[-1]} pixels", self.size)
        _require(all(0 <= each <= _UNIT for each in self.mean), "means of 0 to a million", self.mean)
        _require(all(0 < each <= _UNIT for each in self.deviation), "deviations up to a million", self.deviation)

    def fraction(self, millionths: Sequence[int]) -> tuple[float, ...]:
        """Return shares of full brightness."""
        return tuple(each / _UNIT for each in millionths)


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model whose codes a registry takes. Raises MalformedRecordError for one that no registry may have.

    Codes up to `match_radius` bits apart are of one work, up to `flag_radius` they flag. `licence` and `source`,
    which says where the file can be got, are texts for people.
    """

    id: str
    sha256: str
    licence: str
    source: str
    preparation: Preparation
    match_radius: int
    flag_radius: int

    def __post_init__(self) -> None:
        """Refuse what may not stand in a manifest."""
        _require(_NAME.fullmatch(self.id) is not None, "a name of small letters, digits, . _ and -", self.id)
        _require(_SHA256.fullmatch(self.sha256) is not None, "a SHA-256 in lower-case hex", self.sha256)
        for name, most in _MOST.items():
            text = getattr(self, name)
            right = 0 < len(text) <= most and text == text.strip() and invisible(text) is None
            _require(right, f"a {name} of 1 to {most} visible characters", text)
        ordered = 0 <= self.match_radius <= self.flag_radius <= WIDEST_RADIUS
        radii = (self.match_radius, self.flag_radius)
        _require(ordered, f"radii of 0 ≤ match_radius ≤ flag_radius ≤ {WIDEST_RADIUS}", radii)

    @property
    def model(self) -> bytes:
        """Return the SHA-256 of the file."""
        return bytes.fromhex(self.sha256)

    def encode(self) -> str:
        """Return the entry as it stands in a manifest."""
        words = {name: value for name, value in asdict(self).items() if name != "preparation"}
        return canonical_json.encode(words | asdict(self.preparation) | {"code_bits": CODE_BITS}).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read `encode`. Raises MalformedRecordError for anything else."""
        entry = cls.from_words(canonical_json.decode(text.encode("utf-8", "replace")))
        if entry.encode() != text:
            raise MalformedRecordError("expected a model in its one spelling")
        return entry

    @classmethod
    def from_words(cls, words: Mapping[str, Any]) -> Self:
        """Read every field of an entry. Raises MalformedRecordError, which names what is wrong."""
        expected = {*_FIELDS, *_PREPARED, "code_bits"}
        if words.keys() != expected:
            wrong = ", ".join(sorted(words.keys() ^ expected))
            raise MalformedRecordError(f"expected all fields of a model and no other; not so: {wrong}")
        for name, value in words.items():
            _require(_is_right(value, _KINDS.get(name, int)), f"{name} as the manual has it", value)
        _require(words["code_bits"] == CODE_BITS, f"codes of {CODE_BITS} bits", words["code_bits"])
        prepared = {name: words[name] for name in _PREPARED} | {
            "crop": Crop(words["crop"]),
            "channels": Channels(words["channels"]),
            "mean": tuple(words["mean"]),
            "deviation": tuple(words["deviation"]),
        }
        return cls(preparation=Preparation(**prepared), **{name: words[name] for name in _FIELDS})


class Codes(NamedTuple):
    """The codes that a model made of a picture, or of frames of a film, and the radii to compare them by.

    `entry` is the registry's by which the pictures were prepared, None for a matcher's own settings. `seconds` are
    those of a film's frames, one a code.
    """

    model: bytes
    codes: Sequence[bytes]
    match_radius: int
    flag_radius: int
    entry: ModelEntry | None = None
    seconds: Sequence[int] = ()


_FIELDS: Final = tuple(field.name for field in fields(ModelEntry) if field.name != "preparation")
_PREPARED: Final = tuple(field.name for field in fields(Preparation))
_TRIPLE: Final = (list, tuple)
_KINDS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("id", "sha256", "licence", "source"), str),
    "crop": Crop,
    "channels": Channels,
    **dict.fromkeys(("mean", "deviation"), _TRIPLE),
}


def _is_right(value: object, kind: Any) -> bool:  # noqa: ANN401 - a type, an enum, or types
    if kind is _TRIPLE:
        return isinstance(value, _TRIPLE) and len(value) == 3 and all(type(each) is int for each in value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return isinstance(value, str) and value in set(kind)
    return type(value) is kind


def _require(right: bool, expected: str, got: object) -> None:
    if not right:
        raise MalformedRecordError(f"a model: expected {expected}, got {got!r:.80}")
