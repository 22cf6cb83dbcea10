"""An operator with a domain of its own: a card, a key set, and keys that come and go."""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crawler_filter.formats.jwk import encode_base64url, thumbprint
from tests.simulators.site import Site, page, redirect

HOST = "bots.example-lab.com"
CLIENT_ID = f"https://{HOST}/card"
JWKS_URI = f"https://{HOST}/.well-known/http-message-signatures-directory"
ADDRESS = "93.184.216.40"


def make_key(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def print_of(key: Ed25519PrivateKey) -> str:
    return thumbprint(key.public_key().public_bytes_raw())


def jwk(key: Ed25519PrivateKey, **more) -> dict:
    raw = key.public_key().public_bytes_raw()
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": encode_base64url(raw),
        "kid": thumbprint(raw),
        "use": "sig",
        **more,
    }


class CrawlerSite:
    """Serves what `card` and `keys` say now. `answers` replaces the whole answer of a path."""

    def __init__(self) -> None:
        self.keys = [make_key(1)]
        self.card = {
            "client_id": CLIENT_ID,
            "client_name": "Example Crawler",
            "client_uri": f"https://{HOST}/about",
            "contacts": ["mailto:crawl@example-lab.com"],
            "jwks_uri": JWKS_URI,
            "web_bot_auth": {
                "rfc9309-product-token": "ExampleBot",
                "rfc9309-compliance": True,
                "trigger": "crawler",
                "purpose": "training of a picture model",
            },
        }
        self.more_keys: list[dict] = []
        self.answers: dict[str, bytes] = {}

    def script(self, path: str) -> list[bytes]:
        if path in self.answers:
            return [self.answers[path]]
        if path == "/card":
            return [page(json.dumps(self.card))]
        if path == "/.well-known/http-message-signatures-directory":
            return [page(json.dumps({"keys": [*map(jwk, self.keys), *self.more_keys]}))]
        return [page(b"", status=404)]

    def break_(self, path: str, status: int = 503) -> None:
        self.answers[path] = page(b"", status=status)

    def move(self, path: str, location: str) -> None:
        self.answers[path] = redirect(location)


def serve(crawler: CrawlerSite, authority, internet, zone, host: str = HOST) -> Site:
    """The site, reachable by its name; use it as a context."""
    site = Site(crawler.script, tls=authority.server(host))
    internet.place(ADDRESS, site)
    zone.addresses(host, ADDRESS)
    return site
