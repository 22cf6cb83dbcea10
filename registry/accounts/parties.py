"""Parties: whom an account declares for. They are entered, renamed, closed and opened again, and labelled.

A name that was public stays readable among the former ones, because records that were logged under it still say
it. A label is one account's own word, which nobody else sees.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import ID_BYTES, encode_id
from crawler_filter.formats.visible_text import invisible
from registry.config import Config
from registry.errors import ConflictError, FieldError, InvalidRequestError, NotFoundError
from registry.model.declaration import Actor
from registry.model.membership import Membership, Right
from registry.model.party import Party, PartyRequest, name_errors
from registry.store import parties as store
from registry.store.audit import record_action
from registry.store.database import Store
from registry.store.rights import require_right, require_rule
from registry.store.writer import Writer

MAX_LABEL: Final = 40


class Parties:
    """Enters parties and changes them, for the accounts that act for them. `clock` gives unix seconds."""

    def __init__(
        self,
        config: Config,
        writer: Writer,
        reader: Store,
        *,
        clock: Callable[[], int],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._limits = config.limits
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._entropy = entropy

    def create(self, actor: Actor, request: PartyRequest) -> Party:
        """Add a party that the account owns. Raises InvalidRequestError or ConflictError."""
        request.check()
        party = Party(
            id=encode_id(self._entropy(ID_BYTES)),
            name=request.name,
            public=request.public,
            capacity=request.capacity,
            on_behalf_of=request.on_behalf_of,
            territory=request.territory,
            statement=request.statement,
            created=self._clock(),
            principal_public=request.principal_public,
        )

        def transaction(database: Database) -> Party:
            if len(store.memberships(database, actor.account)) >= self._limits.parties_per_account:
                raise ConflictError(
                    "an account acts for at most %(most)s parties",
                    most=self._limits.parties_per_account,
                )
            store.insert_party(database, party, actor.account)
            record_action(database, party.created, actor.account, "party-created", party.id)
            return party

        return self._writer.run(transaction)

    def get(self, actor: Actor, party: str, right: Right = Right.SEE) -> Party:
        """Return a party in which the account has a right. Raises NotFoundError or NotAuthorisedError."""
        with self._reader.read() as database:
            return require_right(database, actor.account, party, right)

    def of(self, actor: Actor) -> list[Membership]:
        """Return the parties the account has a role in, oldest first."""
        with self._reader.read() as database:
            return store.memberships(database, actor.account)

    def that_declare(self, actor: Actor) -> list[Party]:
        """Return the parties for which the account may declare now, oldest first."""
        return [each.party for each in self.of(actor) if each.role.acts and each.party.closed is None]

    def may(self, actor: Actor, party: str, right: Right) -> bool:
        """Tell whether the account has a right in a party."""
        with self._reader.read() as database:
            role = store.role_in(database, actor.account, party)
        return role is not None and role.may(right)

    def former_names(self, party: str) -> Sequence[tuple[str, int]]:
        """Return the public names that a party had, with when each ended, the last first."""
        with self._reader.read() as database:
            return store.former_names(database, party)

    def rename(self, actor: Actor, party: str, name: str) -> Party:
        """Give a party another name, for its owners; what is declared from now on says it.

        Raises InvalidRequestError, NotFoundError or NotAuthorisedError.
        """

        def renaming(database: Database) -> Party:
            before = require_rule(database, actor.account, party)
            if errors := name_errors("/name", name):
                raise InvalidRequestError("the party cannot be called that", errors=errors)
            if name != before.name:
                store.rename(database, before, name, self._clock())
                record_action(database, self._clock(), actor.account, "party-renamed", party)
            return _found(store.find_party(database, party))

        return self._writer.run(renaming)

    def close(self, actor: Actor, party: str) -> Party:
        """Let a party declare nothing more, for its owners; what it has declared stays as it is."""
        return self._set_closed(actor, party, self._clock(), "party-closed")

    def open_again(self, actor: Actor, party: str) -> Party:
        """Let a closed party declare again, for its owners."""
        return self._set_closed(actor, party, None, "party-opened")

    def _set_closed(self, actor: Actor, party: str, closed: int | None, action: str) -> Party:
        def setting(database: Database) -> Party:
            before = require_rule(database, actor.account, party)
            if (before.closed is None) != (closed is None):
                store.set_closed(database, party, closed)
                record_action(database, self._clock(), actor.account, action, party)
            return _found(store.find_party(database, party))

        return self._writer.run(setting)

    def label(self, actor: Actor, party: str, label: str) -> None:
        """Keep the account's own word for a party, which nobody else sees; an empty one removes it."""
        label = label.strip()
        if len(label) > MAX_LABEL or invisible(label):
            error = FieldError("/label", "expected a text of at most %(most)s characters", most=MAX_LABEL)
            raise InvalidRequestError("the label cannot be taken", errors=(error,))

        def labelling(database: Database) -> None:
            require_right(database, actor.account, party, Right.SEE)
            store.set_label(database, party, actor.account, label)

        self._writer.run(labelling)


def _found(party: Party | None) -> Party:
    if party is None:
        raise NotFoundError("there is no such party")
    return party
