"""An authenticator in software (W3C Web Authentication §6) together with the browser that stands before it.

It makes ES256 passkeys without attestation, and every part of what it says can be made wrong.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One passkey on one device. `counter` goes up with each use; 0 for one that counts nothing."""

    origin: str = "https://registry.example"
    rp_id: str = "registry.example"
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    counts: bool = True
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    account: bytes = b""
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        """Answer `navigator.credentials.create` as JSON."""
        asked = json.loads(options)
        self.account = base64.urlsafe_b64decode(asked["user"]["id"] + "==")
        length = len(self.credential).to_bytes(2)
        attested = bytes(16) + length + self.credential + cbor2.dumps(self._public())
        data = self._data(self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        return self._json(clientDataJSON=base64url(client), attestationObject=base64url(attestation))

    def use(self, options: str) -> str:
        """Answer `navigator.credentials.get` as JSON."""
        self.counter += self.counts
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        data = self._data(self.flags)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._json(
            clientDataJSON=base64url(client),
            authenticatorData=base64url(data),
            signature=base64url(signature),
            userHandle=base64url(self.account),
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4)

    def _public(self) -> dict[int, object]:
        numbers = self._key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}

    def _json(self, **response: str) -> str:
        name = base64url(self.credential)
        whole = {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
        return json.dumps(whole)
