"""Reads an operator's signature agent card, and the keys that it leads to, through the guarded fetcher.

The card is that of draft-meunier-webbotauth-registry, an OAuth Client ID Metadata Document. It lies at its own
`client_id`, is read without following a redirect, and says that very address. Keys are inline (`jwks`) or at
`jwks_uri`, never both. What a card says beside that is shown, not believed.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

import ada_url

from crawler_filter.errors import FilterError
from crawler_filter.formats.jwk import PublicKey, read_key_set
from crawler_filter.formats.visible_text import invisible
from crawler_filter.signals.safe_json import contradicts
from registry.errors import ProofMissingError
from registry.model.operator import AgentCard
from registry.net import Fetcher

CARD_LIMIT: Final = 64 * 1024
MAX_CLIENT_ID: Final = 500
MAX_TEXT: Final = 500
MAX_CONTACTS: Final = 10
_NAMES: Final = frozenset(
    {"client_id", "jwks", "jwks_uri", "keys", "kid", "kty", "crv", "x", "nbf", "exp", "web_bot_auth"}
)
"""Names that decide which keys count, and to whom they belong."""


@dataclass(frozen=True, slots=True)
class CardObservation:
    """A card as it was read, with the keys that count now, in the order of their set."""

    card: AgentCard
    keys: tuple[PublicKey, ...]


def host_of(client_id: str) -> str | None:
    """Return the host of an address that can be a client id, None for any other.

    It is https, in normal form, with a path, and without credentials, port, fragment or dot segments.
    """
    try:
        url = ada_url.URL(client_id)
    except ValueError:
        return None
    plain = not (url.username or url.password or url.port or url.hash)
    is_one = url.protocol == "https:" and plain and url.pathname != "/" and len(client_id) <= MAX_CLIENT_ID
    return url.hostname if is_one and url.href == client_id else None


def read_card(client_id: str, fetcher: Fetcher, *, now: int) -> CardObservation:
    """Read the card at `client_id` and its keys.

    Raises:
        ProofMissingError: it was looked for, and is not a card of this address with a key that counts now.
        FetchError: it could not be looked for.
    """
    value = _object(fetcher, client_id)
    if value.get("client_id") != client_id:
        raise ProofMissingError("The card at %(url)s says another client_id than its own address.", url=client_id)
    try:
        keys = read_key_set(_key_set(value, fetcher, client_id))
    except FilterError as error:
        raise ProofMissingError(
            "The keys of %(url)s cannot be taken: %(why)s.", url=client_id, why=error
        ) from error
    counting = tuple(key for key in keys if key.counts(now))
    if not counting:
        raise ProofMissingError("The card at %(url)s leads to no Ed25519 key that counts now.", url=client_id)
    return CardObservation(_card(client_id, value), counting)


def _key_set(value: dict[str, Any], fetcher: Fetcher, client_id: str) -> object:
    inline, address = value.get("jwks"), value.get("jwks_uri")
    if (inline is None) == (address is None):
        raise ProofMissingError("The card at %(url)s needs either jwks_uri or jwks, and not both.", url=client_id)
    if inline is not None:
        return inline
    if not isinstance(address, str) or not address.startswith("https://"):
        raise ProofMissingError("The jwks_uri of %(url)s is not an https address.", url=client_id)
    return _object(fetcher, address)


def _object(fetcher: Fetcher, url: str) -> dict[str, Any]:
    """Fetch a JSON object that lies at exactly `url`."""
    response = fetcher.get(url, limit=CARD_LIMIT)
    if response.url != url:
        raise ProofMissingError("%(url)s redirects, and a card or key set may not.", url=url)
    if response.status != 200:
        raise ProofMissingError(
            "We found nothing at %(url)s: the site answered %(status)s.", url=url, status=response.status
        )
    try:
        value = None if response.truncated else json.loads(response.body)
    except (ValueError, RecursionError):
        value = None
    if contradicts(response.body, _NAMES):
        raise ProofMissingError(
            "%(url)s gives one of its names two values, so nobody knows which counts.", url=url
        )
    if not isinstance(value, dict):
        raise ProofMissingError("%(url)s is not a JSON object of at most 64 KB.", url=url)
    return value


def _card(client_id: str, value: dict[str, Any]) -> AgentCard:
    inner = value.get("web_bot_auth")
    agent = inner if isinstance(inner, dict) else {}
    contacts = value.get("contacts")
    return AgentCard(
        client_id=client_id,
        name=_text(value.get("client_name")),
        uri=_address(value.get("client_uri")),
        product_token=_text(agent.get("rfc9309-product-token")),
        purpose=_text(agent.get("purpose")),
        trigger=_text(agent.get("trigger")),
        follows_robots=agent.get("rfc9309-compliance") is True,
        contacts=tuple(filter(None, map(_text, contacts[:MAX_CONTACTS] if isinstance(contacts, list) else ()))),
    )


def _text(value: object) -> str | None:
    """Return a text that can be shown; what cannot counts as absent, as unknown values do in the draft."""
    is_shown = isinstance(value, str) and 0 < len(value) <= MAX_TEXT and not invisible(value)
    return value if is_shown and isinstance(value, str) else None


def _address(value: object) -> str | None:
    """Return an address that a page may link to: https, or absent."""
    text = _text(value)
    return text if text is not None and text.startswith("https://") else None
