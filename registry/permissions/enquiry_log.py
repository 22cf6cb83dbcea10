"""Reading enquiries for the record: the log of both sides with its deadlines, and the public sheet of counts."""

from collections.abc import Sequence
from typing import Final

from registry.declarations.context import Context
from registry.model.declaration import Actor
from registry.model.enquiry_log import DisclosureSheet, LoggedEnquiry
from registry.model.listing import PAGE_ROWS, Listing
from registry.model.membership import Right
from registry.store import enquiry_log as rows
from registry.store.operators import find_operator
from registry.store.rights import require_right

LOG_ROWS: Final = 500
"""Rows of one table of the log; a longer log has several, so that no request takes long."""


class EnquiryLog:
    """Enquiries as they are taken away: the words by who may see them, the counts by anybody."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of_party(self, actor: Actor, party: str, after: str = "", most: int = PAGE_ROWS) -> Listing[LoggedEnquiry]:
        """Return a page of the log of a party, on either side, the newest first. Raises NotFoundError."""
        with self._context.store.read() as database:
            require_right(database, actor.account, party, Right.SEE)
            return rows.logged_of(database, party, after, most)

    def table(self, actor: Actor, party: str, first: int) -> Sequence[LoggedEnquiry]:
        """Return LOG_ROWS rows of the log, the newest first, from the row `first`, counted from 0.

        Raises NotFoundError.
        """
        with self._context.store.read() as database:
            require_right(database, actor.account, party, Right.SEE)
            before = rows.place_in_log(database, party, first - 1) if first else ""
            return rows.logged_of(database, party, before, LOG_ROWS).rows

    def size(self, actor: Actor, party: str) -> int:
        """Return how many enquiries the log of a party has. Raises NotFoundError."""
        with self._context.store.read() as database:
            require_right(database, actor.account, party, Right.SEE)
            return rows.count_logged(database, party)

    def sheet(self, operator: str) -> DisclosureSheet:
        """Return the public sheet of an operator. Raises NotFoundError."""
        with self._context.store.read() as database:
            found = find_operator(database, operator)
            return rows.sheet_of(database, found.id, self._context.clock())
