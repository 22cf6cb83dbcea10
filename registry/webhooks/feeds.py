"""Private feeds: the newest events of a party at an address that holds a secret, for whoever reads feeds.

Of the secret only its SHA-256 is kept. Making a new address ends the old one.
"""

from collections.abc import Sequence
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import encode_id
from registry.declarations.context import Context, require_party
from registry.errors import NotFoundError
from registry.model.credentials import digest
from registry.model.declaration import Actor
from registry.store.events import StoredEvent, has_feed, newest_events, party_with_feed, set_feed

FEED_EVENTS: Final = 50
"""Events of one feed."""
_SECRET_BYTES: Final = 32


class Feeds:
    """Makes and ends addresses, and answers at them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def renew(self, actor: Actor, party: str) -> str:
        """Return the secret of a new address, the only time that anybody sees it. Raises NotFoundError."""
        secret = encode_id(self._context.entropy(_SECRET_BYTES))
        self._set(actor, party, digest(secret), "renew-feed")
        return secret

    def end(self, actor: Actor, party: str) -> None:
        """End the feed of a party. Raises NotFoundError for another's."""
        self._set(actor, party, None, "end-feed")

    def exists(self, party: str) -> bool:
        """Tell whether a party has a feed."""
        with self._context.store.read() as database:
            return has_feed(database, party)

    def read(self, secret: str) -> Sequence[StoredEvent]:
        """Return the newest events of the party whose feed it is. Raises NotFoundError for a wrong secret."""
        with self._context.store.read() as database:
            party = party_with_feed(database, digest(secret))
            if party is None:
                raise NotFoundError("there is no feed at this address; it may have a new one")
            return newest_events(database, party, FEED_EVENTS)

    def _set(self, actor: Actor, party: str, token: bytes | None, action: str) -> None:
        def setting(database: Database) -> None:
            ledger = self._context.ledger(database, actor)
            require_party(database, actor, party)
            set_feed(database, party, token)
            ledger.audit(action, party)

        self._context.writer.run(setting)
