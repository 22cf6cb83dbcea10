"""Keys of signed notes (c2sp.org/signed-note): Ed25519 signatures (0x01) and timestamped cosignatures (0x04).

A key is known by its name and a key id of four bytes, which depends on the signature type. The id is short on
purpose: it finds the key, it does not prove it. `Signature` is one line as it was read; only `Verifier.verify`
says that it is worth anything.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from crawler_filter.errors import MalformedNoteError, SignatureError
from crawler_filter.log.encoding import MAX_NUMBER, decode_base64, encode_base64

ED25519: Final = 0x01
"""Signature type (signed-note, "Signature types"): Ed25519 over the text."""
COSIGNATURE: Final = 0x04
"""Signature type (tlog-cosignature): Ed25519 over `cosignature/v1`, the time and the text."""

_KEY_ID_SIZE: Final = 4
_SEED_SIZE: Final = 32
_SIGNATURE_SIZE: Final = 64
_TIME_SIZE: Final = 8
_SIGNATURE_PREFIX: Final = "\u2014 "
_PRIVATE_PREFIX: Final = "PRIVATE+KEY+"
_KEY_NAME: Final = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")  # signed-note, "Format"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, not yet verified. `value` is what follows the key id."""

    name: str
    key_id: bytes
    value: bytes

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Read one line, without its newline."""
        name, _, encoded = line.removeprefix(_SIGNATURE_PREFIX).partition(" ")
        if not line.startswith(_SIGNATURE_PREFIX) or not _KEY_NAME.fullmatch(name):
            raise MalformedNoteError(f"expected a signature line '\u2014 <key name> <base64>', got {line[:80]!r}")
        raw = decode_base64(encoded, f"signature of {name}", stray_bits=True)
        if len(raw) <= _KEY_ID_SIZE:
            raise MalformedNoteError(f"signature of {name}: expected more than a key id, got {len(raw)} bytes")
        return cls(name, raw[:_KEY_ID_SIZE], raw[_KEY_ID_SIZE:])

    def encode(self) -> str:
        """Return the line, without its newline."""
        return f"{_SIGNATURE_PREFIX}{self.name} {encode_base64(self.key_id + self.value)}"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key: its name, how it signs (ED25519 or COSIGNATURE) and its 32 bytes."""

    name: str
    algorithm: int
    public_key: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read `<name>+<8 hex digits of key id>+<base64 of type and key>` (signed-note, "Verifier keys").

        Raises:
            MalformedNoteError: not a key, not the id of this key, or a type not verified here.
        """
        name, key_id, material = _parse_key(vkey)
        verifier = cls(name, material[0], material[1:])
        if verifier.algorithm not in (ED25519, COSIGNATURE):
            raise MalformedNoteError(
                f"key {name}: expected signature type 0x01 or 0x04, got {verifier.algorithm:#04x}"
            )
        _check_key_id(verifier, key_id)
        return verifier

    def encode(self) -> str:
        """Return the key as `parse` reads it."""
        material = bytes([self.algorithm]) + self.public_key
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(material)}"

    @property
    def key_id(self) -> bytes:
        """The four bytes that name this key in a signature line."""
        material = bytes([self.algorithm]) + self.public_key
        return sha256(self.name.encode() + b"\n" + material).digest()[:_KEY_ID_SIZE]

    def verify(self, text: str, signature: bytes) -> int | None:
        """Check `signature` (without key id) over a note's text; return the time a cosignature states.

        Raises:
            SignatureError: this key did not sign this text so.
        """
        time, message = None, text.encode()
        if self.algorithm == COSIGNATURE:
            time, signature = _split_time(signature, self.name)
            message = _cosigned(text, time)
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except InvalidSignature as error:
            raise SignatureError(f"the signature of {self.name}+{self.key_id.hex()} is wrong") from error
        return time


@dataclass(frozen=True, slots=True)
class Signer:
    """An Ed25519 private key. It signs notes of its own and, as a witness, checkpoints of others."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str, entropy: Callable[[int], bytes]) -> "Signer":
        """Make a new key from 32 bytes of `entropy`."""
        if not _KEY_NAME.fullmatch(name):
            raise MalformedNoteError(f"expected a key name without spaces and plus signs, got {name!r}")
        return cls(name, entropy(_SEED_SIZE))

    @classmethod
    def parse(cls, skey: str) -> "Signer":
        """Read `PRIVATE+KEY+<name>+<key id>+<base64 of 0x01 and seed>`, the form of golang.org/x/mod."""
        if not skey.startswith(_PRIVATE_PREFIX):
            raise MalformedNoteError(f"expected a private key that starts with {_PRIVATE_PREFIX}")
        name, key_id, material = _parse_key(skey.removeprefix(_PRIVATE_PREFIX))
        if material[0] != ED25519:
            raise MalformedNoteError(f"private key {name}: expected type 0x01, got {material[0]:#04x}")
        signer = cls(name, material[1:])
        _check_key_id(signer.verifier, key_id)
        return signer

    def encode(self) -> str:
        """Return the private key as `parse` reads it. Keep it as you keep a password."""
        material = bytes([ED25519]) + self.seed
        return f"{_PRIVATE_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{encode_base64(material)}"

    @property
    def verifier(self) -> Verifier:
        """The public key that verifies `sign`."""
        return Verifier(self.name, ED25519, self._private_key.public_key().public_bytes_raw())

    @property
    def cosignature_verifier(self) -> Verifier:
        """The public key that verifies `cosign`: same key, other type, so another key id."""
        return Verifier(self.name, COSIGNATURE, self.verifier.public_key)

    def sign(self, text: str) -> Signature:
        """Sign a note's text."""
        return Signature(self.name, self.verifier.key_id, self._private_key.sign(text.encode()))

    def cosign(self, text: str, time: int) -> Signature:
        """State that at `time` (unix seconds) this was the largest consistent tree seen of this log."""
        signature = self._private_key.sign(_cosigned(text, time))
        return Signature(self.name, self.cosignature_verifier.key_id, time.to_bytes(_TIME_SIZE, "big") + signature)

    @property
    def _private_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def _parse_key(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not _KEY_NAME.fullmatch(name) or not encoded:
        raise MalformedNoteError("expected a key '<name>+<key id>+<base64>'")
    material = decode_base64(encoded, f"key {name}")
    if len(material) != 1 + _SEED_SIZE:
        raise MalformedNoteError(f"key {name}: expected a type and {_SEED_SIZE} bytes, got {len(material)} bytes")
    return name, key_id, material


def _check_key_id(verifier: Verifier, stated: str) -> None:
    if stated != verifier.key_id.hex():
        expected = verifier.key_id.hex()
        raise MalformedNoteError(f"key {verifier.name}: expected key id {expected}, got {stated[:60]!r}")


def _split_time(signature: bytes, name: str) -> tuple[int, bytes]:
    if len(signature) != _TIME_SIZE + _SIGNATURE_SIZE:
        raise SignatureError(f"cosignature of {name}: expected a time and a signature, got {len(signature)} bytes")
    time = int.from_bytes(signature[:_TIME_SIZE], "big")
    if time > MAX_NUMBER:
        raise SignatureError(f"cosignature of {name}: expected a time below 2**63, got {time}")
    return time, signature[_TIME_SIZE:]


def _cosigned(text: str, time: int) -> bytes:
    """Return the message that a cosignature signs (tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()
