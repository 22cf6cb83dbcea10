"""Forms that are being filled in: private to one account, and forgotten when they are left alone."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlite_utils import Database

from registry.declarations.context import Context
from registry.errors import ConflictError, TooLargeError
from registry.model.declaration import Actor, Draft
from registry.store.drafts import delete_draft, drafts_of, find_draft, measure_drafts, put_draft

MAX_BYTES: Final = 2_097_152
"""Size of one draft's content as JSON."""

MAX_BYTES_OF_ALL: Final = 4 << 20
"""Size of all drafts of an account: their list is made from their contents."""


class Drafts:
    """Stores, lists and deletes the drafts of an account."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def save_draft(self, actor: Actor, draft: str | None, content: Mapping[str, Any]) -> str:
        """Keep the content of a form; None makes a new draft. Returns its id.

        Raises ConflictError where the account has enough of them, NotFoundError for another account's.
        """
        size = len(json.dumps(content, ensure_ascii=False).encode())
        if size > MAX_BYTES:
            raise TooLargeError("a draft has at most %(most)s bytes", most=MAX_BYTES)
        saved = Draft(draft or self._context.new_id(), dict(content), self._context.clock())

        def transaction(database: Database) -> None:
            most = self._context.config.limits.drafts_per_account
            count, others = measure_drafts(database, actor.account, but=draft)
            if draft is None and count >= most:
                raise ConflictError(
                    "an account may have %(most)s drafts; finish or discard some of them", most=most
                )
            if others + size > MAX_BYTES_OF_ALL:
                raise ConflictError(
                    "the drafts of an account may have %(most)s bytes in all; finish or discard some of them",
                    most=MAX_BYTES_OF_ALL,
                )
            if draft is not None:
                find_draft(database, actor.account, draft)
            put_draft(database, actor.account, saved)

        self._context.writer.run(transaction)
        return saved.id

    def draft(self, actor: Actor, draft: str) -> Draft:
        """Return one draft. Raises NotFoundError."""
        with self._context.store.read() as database:
            return find_draft(database, actor.account, draft)

    def drafts(self, actor: Actor) -> Sequence[Draft]:
        """Return the account's drafts, the latest changed first."""
        with self._context.store.read() as database:
            return drafts_of(database, actor.account)

    def discard_draft(self, actor: Actor, draft: str) -> None:
        """Delete a draft. It is no error if the draft is gone already."""

        def transaction(database: Database) -> None:
            delete_draft(database, actor.account, draft)

        self._context.writer.run(transaction)
