"""Consents: the party of a work lets another one name it, so that a publisher can declare for a studio's work.

Naming a work says that a declaration covers it, and the work's page shows who says so; therefore only its party
decides who may. A consent and its end are leaves of the log. Names in captions lead to the owner all the same.
"""

from typing import Final

from sqlite_utils import Database

from crawler_filter.formats import canonical_json
from crawler_filter.formats.record import LeafType
from registry.declarations.context import Context
from registry.declarations.ledger import Ledger
from registry.errors import ConflictError, FieldError, InvalidRequestError, NotAuthorisedError, NotFoundError
from registry.model.declaration import Actor, Work
from registry.model.membership import Right
from registry.model.work_consent import WorkConsent
from registry.store.consents import consents_to, delete_consent, insert_consent
from registry.store.log import append_body
from registry.store.parties import find_party
from registry.store.rights import has_right
from registry.store.works import find_work

MOST_CONSENTS: Final = 100
"""Parties that may name one work besides its own."""


class Consents:
    """The acts by which the party of a work lets others name it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def consent(self, actor: Actor, work: str, party: str) -> WorkConsent:
        """Let `party` name a work, from now on. Consenting again leads to the same consent.

        Raises NotFoundError, GoneError, NotAuthorisedError for another's work, InvalidRequestError for no party or
        the work's own, ConflictError where many have it.
        """

        def consenting(database: Database) -> WorkConsent:
            owned = require_own_work(database, actor, work)
            given = consents_to(database, work)
            standing = next((each for each in given if each.party == party), None)
            if standing is not None:
                return standing
            _check_other(database, owned, party)
            if len(given) >= MOST_CONSENTS:
                raise ConflictError(
                    "at most %(most)s others may name a work; end a consent first", most=MOST_CONSENTS
                )
            ledger = self._context.ledger(database, actor)
            leaf = _log(ledger, LeafType.CONSENT, owned, party)
            insert_consent(database, work, party, leaf)
            return consents_to(database, work)[-1]

        return self._context.writer.run(consenting)

    def revoke(self, actor: Actor, work: str, party: str) -> None:
        """End a consent. What was declared stays; it is no longer shown with the work.

        Raises NotFoundError, GoneError, NotAuthorisedError for another's work.
        """

        def revoking(database: Database) -> None:
            owned = require_own_work(database, actor, work)
            if not delete_consent(database, work, party):
                raise NotFoundError("party %(party)s may not name this work anyway", party=repr(party[:40]))
            _log(self._context.ledger(database, actor), LeafType.REVOKE, owned, party)

        self._context.writer.run(revoking)

    def of_work(self, work: str) -> list[WorkConsent]:
        """Return the consents about a work, for anybody. Raises NotFoundError or GoneError."""
        with self._context.store.read() as database:
            find_work(database, work)
            return consents_to(database, work)


def require_own_work(database: Database, actor: Actor, work: str) -> Work:
    """Return a work of a party that `actor` acts for. Raises NotFoundError, GoneError or NotAuthorisedError."""
    found = find_work(database, work)
    if not has_right(database, actor.account, found.party, Right.DECLARE):
        raise NotAuthorisedError("work %(id)s is another party's", id=found.id)
    return found


def _check_other(database: Database, owned: Work, party: str) -> None:
    """Raise InvalidRequestError unless there is such a party and it is not the work's own."""
    if party == owned.party:
        errors = (FieldError("/party", "a party may name its own works anyway"),)
    elif find_party(database, party) is None:
        told = FieldError("/party", "there is no party with this number; ask for the one on their account page")
        errors = (told,)
    else:
        return
    raise InvalidRequestError("the consent cannot be given as asked", errors=errors)


def _log(ledger: Ledger, leaf_type: LeafType, owned: Work, party: str) -> int:
    """Log who may, or may no longer, name a work; the leaf has the work's number."""
    body = canonical_json.encode({"v": 1, "work": owned.id, "owner": owned.party, "party": party})
    ledger.audit(leaf_type.value, owned.id)
    return append_body(ledger.database, leaf_type, owned.id, ledger.now, body, ledger.entropy)
