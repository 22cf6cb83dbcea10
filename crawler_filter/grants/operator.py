"""An operator as a filter knows it: an address, and the key that shows who asks.

A name alone lifts nothing: anybody can write it. Once for each snapshot a filter signs a challenge that names that
snapshot, and verifies the signature; only then are grants to the key counted. A live lookup knows an operator by a
signed request instead, and has an `Identity` of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from crawler_filter.formats.jwk import thumbprint

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CHALLENGE: Final = "training-optout operator challenge v1"


class SigningKey(Protocol):
    """An Ed25519 private key, in memory or in a device: what `cryptography` has, or stands in for it."""

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature of `data`, 64 bytes."""

    def public_key(self) -> "Ed25519PublicKey":
        """Return the public key."""


@dataclass(frozen=True, slots=True)
class Identity:
    """An operator that has shown who it is: its address, its key, and where it says that it makes the use."""

    client_id: str
    thumbprint: str
    territory: str | None = None


@dataclass(frozen=True, slots=True)
class Operator:
    """You, as rights holders grant you something.

    `client_id` is the address of your signature agent card. `key` is your Ed25519 private key: a file or the bytes
    of PEM (PKCS 8, without a password), or an object that signs. Without one nothing that was granted counts.
    `territory` is the ISO 3166-1 code of where you make the use; without it, only grants for everywhere count.
    """

    client_id: str
    key: "str | PathLike[str] | bytes | SigningKey | None" = field(default=None, repr=False)
    territory: str | None = None
    _key: SigningKey | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        """Read the key. Raises ValueError for what is no such key, OSError where a file cannot be read."""
        key = self.key
        if isinstance(key, str | PathLike):
            key = Path(key).read_bytes()
            object.__setattr__(self, "key", key)
        object.__setattr__(self, "_key", _private(key) if isinstance(key, bytes) else key)

    @property
    def thumbprint(self) -> str | None:
        """The RFC 7638 thumbprint of the key; None without one."""
        return None if self._key is None else thumbprint(self._key.public_key().public_bytes_raw())

    @property
    def host(self) -> str:
        """The host of the card's address; empty where that is no https address."""
        scheme, _, rest = self.client_id.partition("://")
        return rest.partition("/")[0] if scheme == "https" else ""

    def identify(self, origin: str, sequence: int, root: str) -> Identity | None:
        """Show who this is for one snapshot; None where it cannot, whatever the reason."""
        key = self._key
        if key is None:
            return None
        challenge = "\n".join((CHALLENGE, origin, str(sequence), root, self.client_id)).encode()
        try:
            public = key.public_key()
            public.verify(key.sign(challenge), challenge)
            return Identity(self.client_id, thumbprint(public.public_bytes_raw()), self.territory)
        except Exception:
            return None

    def to_dict(self) -> dict[str, Any]:
        """Return what may be written down of it: all but the key."""
        known = {"client_id": self.client_id, "thumbprint": self.thumbprint, "territory": self.territory}
        return {name: value for name, value in known.items() if value is not None}

    @classmethod
    def from_file(cls, path: str | PathLike[str]) -> Self:
        """Read a file in TOML: `client_id`, `key` (the path of a PEM file, seen from this one) and `territory`.

        Raises ValueError, which names the file and what is wrong in it; OSError where one cannot be read.
        """
        import tomllib  # noqa: PLC0415 - most policies name no operator

        file = Path(path)
        try:
            words = tomllib.loads(file.read_text(encoding="utf-8"))
            if "key" in words:
                words["key"] = (file.parent / words["key"]).read_text(encoding="ascii")
            return cls.from_dict(words)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{file} does not describe an operator: {error}") from error

    @classmethod
    def from_dict(cls, words: Mapping[str, Any]) -> Self:
        """Read `to_dict`, and `key` as PEM where there is one. Raises TypeError or ValueError."""
        if not isinstance(words, Mapping):
            raise TypeError(f"expected a table of client_id, key and territory, got {words!r}")
        known = {"client_id", "key", "territory", "thumbprint"}
        if unknown := words.keys() - known:
            raise ValueError(f"expected words among {', '.join(sorted(known))}, got {', '.join(sorted(unknown))}")
        texts = {name: words[name] for name in known & words.keys()}
        if not all(isinstance(text, str) for text in texts.values()) or not texts.get("client_id"):
            raise TypeError("expected the operator's client_id, and texts alone")
        key = texts["key"].encode() if "key" in texts else None
        read = cls(texts["client_id"], key, texts.get("territory"))
        if "thumbprint" in texts and read.thumbprint not in (None, texts["thumbprint"]):
            raise ValueError(f"expected the key {texts['thumbprint']}, got {read.thumbprint}")
        return read

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return type(self), (self.client_id, self.key, self.territory)


def _private(pem: bytes) -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - few need it
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise ValueError("expected an Ed25519 private key in PEM, without a password") from error
    except Exception as error:
        raise ValueError(f"expected an Ed25519 private key in PEM: {type(error).__name__}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("expected an Ed25519 key, got one of another kind")  # noqa: TRY004 - of the right type
    return key
