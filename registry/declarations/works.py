"""Works: what a rights holder thinks of, in several languages, with the numbers and names it is known by.

A work is public from the moment it is entered and reserves nothing by itself, so its party may change it at any
time. Declarations name it; while none in force does, its page says that no crawler can recognise it.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from sqlite_utils import Database

from crawler_filter.formats.characters import OwnedSheet, encode_sheets
from crawler_filter.formats.names import Name, encode_names
from registry.declarations.consents import require_own_work
from registry.declarations.context import Context, require_party
from registry.declarations.protection import Protection
from registry.errors import ConflictError, FieldError, InvalidRequestError, NotFoundError
from registry.model.declaration import Actor, Work, WorkRequest
from registry.model.listing import PAGE_ROWS, Listing
from registry.rules.work_validation import build_work, merged_request, work_request
from registry.store.audit import OPERATOR, record_action
from registry.store.consents import works_open_to
from registry.store.parties import parties_of
from registry.store.proofs import is_verified
from registry.store.rights import require_not_suspended
from registry.store.works import (
    blank_work,
    count_works,
    find_work,
    insert_work,
    move_declarations,
    names_among,
    names_in_force,
    newest_works,
    replace_work,
    sheets_in_force,
    titles_of_works,
)

NAMES_SECONDS: Final = 60
"""How long a file of names is given before it is made again: that takes seconds for each 100,000 names."""


@dataclass(frozen=True, slots=True)
class NamesFile:
    """Names or sheets of works in force, when they were read (seconds that never go back), and their SHA-256."""

    content: bytes
    made: float
    digest: str

    @classmethod
    def of(cls, content: bytes, made: float) -> Self:
        """Return a file with its digest."""
        return cls(content, made, hashlib.sha256(content).hexdigest())


class Works:
    """The acts of an account on works, and the part that anybody may read."""

    def __init__(self, context: Context) -> None:
        self.protection = Protection(context)
        self._context = context
        self._names: tuple[NamesFile, NamesFile] | None = None
        self._making_names = threading.Lock()

    def create_work(self, actor: Actor, request: WorkRequest) -> Work:
        """Enter a work for a party. Raises InvalidRequestError, or ConflictError where there are enough."""
        entered = build_work(request, self._context.new_id(), self._context.clock())

        def create(database: Database) -> Work:
            require_party(database, actor, request.party)
            self._require_room(database, request.party, works=1, spellings=entered.spellings)
            insert_work(database, entered)
            record_action(database, entered.created, actor.account, "create-work", entered.id)
            return entered

        return self._context.writer.run(create)

    def amend_work(self, actor: Actor, work: str, request: WorkRequest) -> Work:
        """Make a work say what `request` says, from now on; it stays its party's.

        Raises NotFoundError, GoneError, NotAuthorisedError for another's work, InvalidRequestError, ConflictError.
        """
        changed = build_work(request, work, self._context.clock())

        def amend(database: Database) -> Work:
            before = require_own_work(database, actor, work)
            require_not_suspended(database, actor.account)
            if request.party != before.party:
                errors = (FieldError("/party", "expected the party that entered the work"),)
                raise InvalidRequestError("a work stays its party's", errors=errors)
            more = changed.spellings - before.spellings
            self._require_room(database, before.party, works=0, spellings=max(more, 0))
            replace_work(database, changed)
            record_action(database, changed.created, actor.account, "amend-work", work)
            return find_work(database, work)

        return self._context.writer.run(amend)

    def work(self, work: str) -> Work:
        """Return a work. Raises NotFoundError or GoneError."""
        with self._context.store.read() as database:
            return find_work(database, work)

    def visible(self, work: str, actor: Actor | None) -> Work:
        """Return a work that `actor` (None: anybody) may see: one that is not published is its party's alone.

        Raises NotFoundError or GoneError.
        """
        with self._context.store.read() as database:
            found = find_work(database, work)
            own = actor is not None and any(
                party.id == found.party for party in parties_of(database, actor.account)
            )
            if not (found.published or own):
                raise NotFoundError("there is no work %(work)s", work=repr(work[:40]))
            return found

    def delete_work(self, actor: Actor, work: str) -> None:
        """Remove what a work of one's own says, for good. Declarations that name it stay in force.

        Raises NotFoundError, GoneError, NotAuthorisedError.
        """

        def delete(database: Database) -> None:
            require_own_work(database, actor, work)
            blank_work(database, work)
            record_action(database, self._context.clock(), actor.account, "delete-work", work)

        self._context.writer.run(delete)
        self._names = None
        self._context.finish_erasing()

    def enter_works(
        self, actor: Actor, asked: Sequence[tuple[WorkRequest, str | None]], also: Callable[[Database], None]
    ) -> None:
        """Enter works of one party, or change those whose number is given; `also` writes in the same transaction.

        Character sheets of works that are changed stay as they are. Raises as `create_work` and `amend_work` do.
        """

        def enter(database: Database) -> None:
            for request, number in asked:
                require_party(database, actor, request.party)
                before = None if number is None else require_own_work(database, actor, number)
                sheets = work_request(before).sheets if before else ()
                now = self._context.clock()
                entered = build_work(replace(request, sheets=sheets), number or self._context.new_id(), now)
                more = entered.spellings - (before.spellings if before else 0)
                self._require_room(database, request.party, works=before is None, spellings=max(more, 0))
                (replace_work if before else insert_work)(database, entered)
                record_action(database, now, actor.account, "amend-work" if before else "create-work", entered.id)
            also(database)

        self._context.writer.run(enter)

    def merge_works(self, actor: Actor, work: str, into: str) -> Work:
        """Let `into` say what `work` says too, and remove `work`; declarations that name it count for `into`.

        Where the two differ, `into` is kept. Raises NotFoundError, GoneError, NotAuthorisedError, and
        InvalidRequestError for works of two parties.
        """

        def merge(database: Database) -> Work:
            old, kept = require_own_work(database, actor, work), require_own_work(database, actor, into)
            if old.id == kept.id or old.party != kept.party:
                error = FieldError("/into", "expected another work of the same party")
                raise InvalidRequestError("these works cannot be merged", errors=(error,))
            merged = build_work(merged_request(old, kept), into, self._context.clock())
            replace_work(database, merged)
            move_declarations(database, work, into)
            blank_work(database, work)
            record_action(database, merged.created, actor.account, "merge-works", into)
            return find_work(database, into)

        merged = self._context.writer.run(merge)
        self._names = None
        self._context.finish_erasing()
        return merged

    def names(self) -> NamesFile:
        """Return the file of names: those of works that a declaration in force names, by its leaf.

        It is as `refresh_names` made it last; only where it never did, it is made now.
        """
        return self._files()[0]

    def characters(self) -> NamesFile:
        """Return the file of character sheets, made with that of names."""
        return self._files()[1]

    def refresh_names(self) -> None:
        """Make both files anew if they are older than NAMES_SECONDS. For a loop: no request shall do it.

        Titles that say nothing as a name, or that are as long as a sentence, are left out.
        """
        self._make_files()

    def _files(self) -> tuple[NamesFile, NamesFile]:
        files = self._names
        return self._make_files() if files is None else files

    def _make_files(self) -> tuple[NamesFile, NamesFile]:
        now = self._context.elapsed()
        with self._making_names:
            if self._names is not None and now - self._names[0].made < NAMES_SECONDS:
                return self._names
            with self._context.store.read() as database:
                found = [(leaf, kind, names_among(texts)) for leaf, kind, texts in names_in_force(database)]
                sheets = [OwnedSheet(leaf, sheet) for leaf, sheet in sheets_in_force(database)]
            names = (Name(leaf, kind, spellings) for leaf, kind, spellings in found if spellings)
            made = NamesFile.of(encode_names(names), now), NamesFile.of(encode_sheets(sheets), now)
            self._names = made
            return made

    def works_of(self, actor: Actor, after: str | None = None) -> Listing[Work]:
        """Return a page of the works of every party the account acts for, newest first."""
        with self._context.store.read() as database:
            parties = [party.id for party in parties_of(database, actor.account)]
            return newest_works(database, parties, after=after, most=PAGE_ROWS)

    def titles(self, works: Iterable[str], party: str) -> Mapping[str, Mapping[str, str]]:
        """Return the titles by language of each work that a party may name; what was erased is left out."""
        with self._context.store.read() as database:
            return dict(titles_of_works(database, works, party))

    def open_to(self, actor: Actor) -> Mapping[str, Mapping[str, str]]:
        """Return the titles of works of others that parties of the account may name, as many as fit on a page."""
        with self._context.store.read() as database:
            return {
                work: titles
                for party in parties_of(database, actor.account)
                for work, titles in titles_of_works(
                    database, works_open_to(database, party.id, most=PAGE_ROWS), party.id
                )
            }

    def erase_work(self, work: str, *, by: str = OPERATOR) -> None:
        """Remove everything a work says, for good; its number stays. For the operator."""

        def erase(database: Database) -> None:
            find_work(database, work)
            blank_work(database, work)
            self._context.desk_ledger(database, by).audit("erase-work", work)

        self._context.writer.run(erase)
        self._names = None
        self._context.finish_erasing(by)

    def _require_room(self, database: Database, party: str, *, works: int, spellings: int) -> None:
        limits = self._context.config.limits
        verified = is_verified(database, party)
        most_works = limits.works_per_party if verified else limits.unverified_works_per_party
        most_names = limits.names_per_party if verified else limits.unverified_names_per_party
        has_works, has_spellings = count_works(database, party)
        if works and has_works + works > most_works:
            raise ConflictError(
                "a party may have %(most_works)s works; prove control of something for more", most_works=most_works
            )
        if spellings and has_spellings + spellings > most_names:
            raise ConflictError(
                "the works of a party may have %(most_names)s titles and other names in all; "
                "prove control of something for more",
                most_names=most_names,
            )
