"""What an account may do with the lists that it uploads, and where their bytes lie until they are read.

A list arrives in parts, so that one that was broken off goes on where it stopped. It is read and declared by
`registry.imports.work`. Reading reserves nothing: that is done when a person has looked at it and accepts.
"""

import fcntl
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from shutil import disk_usage
from typing import Final

from sqlite_utils import Database

from crawler_filter.errors import InvalidScopeError
from crawler_filter.formats.visible_text import require_visible
from crawler_filter.preference import Usage
from registry.declarations.context import Context, require_party
from registry.errors import (
    ConflictError,
    FieldError,
    InvalidRequestError,
    NotFoundError,
    TooLargeError,
    UnavailableError,
)
from registry.model.declaration import Actor, DeclarationRequest
from registry.model.durations import DAY
from registry.model.imports import WRONG, Import, ImportRequest, ImportRow, ImportState, ListPart, Outcome
from registry.model.party import AUTHORITY_STATEMENT
from registry.rules.terms_validation import canonical_terms
from registry.store import imports as store

KEPT: Final = 30 * DAY
"""Seconds after which a list and its report are forgotten."""

UNSENT_KEPT: Final = DAY
"""Seconds after which a list is forgotten that never arrived to its end."""

PIECE: Final = 5_000
"""Rows of a list that are forgotten at once."""

MAX_OPEN: Final = 5
"""Lists of one account that have not ended."""

MAX_SHOWN: Final = 50
"""Lists of one account that are listed."""

MAX_NAME: Final = 200

ROOM_LEFT: Final = 512 << 20
"""Bytes of the disk that no list may take."""

RETRY_AFTER: Final = 600
_FULL: Final = "the disk is full; nothing was kept"


class Imports:
    """The lists that people upload."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._folder = context.config.instance / store.FOLDER

    def start(self, actor: Actor, request: ImportRequest) -> Import:
        """Begin a list, whose bytes come next. Raises InvalidRequestError, TooLargeError, ConflictError."""
        _check(request)
        most = self._context.config.limits.import_bytes
        if request.size > most:
            raise TooLargeError("a list has at most %(most)s bytes: cut it into several", most=most)
        now = self._context.clock()
        made = Import(self._context.new_id(), actor.account, request, ImportState.SENDING, now, now)

        def transaction(database: Database) -> None:
            require_party(database, actor, request.party)
            if store.count_open(database, actor.account) >= MAX_OPEN:
                raise ConflictError(
                    "%(most)s lists are not finished; declare or discard some of them first", most=MAX_OPEN
                )
            store.insert_import(database, made)

        self._context.writer.run(transaction)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self.path(made.id).touch(mode=0o600)
        return made

    def receive(self, actor: Actor, number: str, start: int, content: bytes) -> int:
        """Take bytes of a list from `start` on and return how many there are now; with the last, reading begins.

        Raises NotFoundError, and ConflictError for bytes that do not come next.
        """
        found = self.get(actor, number)
        path = self.path(number)
        if found.state is not ImportState.SENDING:
            raise ConflictError("this list has arrived already")
        if start + len(content) > found.request.size:
            raise ConflictError("expected %(size)s bytes in all", size=found.request.size)
        self._require_room(len(content))
        _append(path, start, content)
        if start + len(content) == found.request.size:
            now = self._context.clock()
            self._context.writer.run(
                lambda database: store.move_import(database, number, ImportState.READING, now, due=now)
            )
        return start + len(content)

    def _require_room(self, size: int) -> None:
        """Leave the log the room that it needs: lists are what strangers fill a disk with."""
        if disk_usage(self._folder).free < ROOM_LEFT + size:
            raise UnavailableError(_FULL, retry_after=RETRY_AFTER)

    def received(self, found: Import) -> int:
        """Return how many bytes of a list have arrived."""
        path = self.path(found.id)
        return path.stat().st_size if path.exists() else 0

    def get(self, actor: Actor, number: str) -> Import:
        """Return an import of the account. Raises NotFoundError."""
        with self._context.store.read() as database:
            return store.find_import(database, actor.account, number)

    def of_account(self, actor: Actor) -> Sequence[Import]:
        """Return the imports of the account, newest first."""
        with self._context.store.read() as database:
            return store.imports_of(database, actor.account, MAX_SHOWN)

    def problems(self, actor: Actor, number: str, most: int) -> Sequence[ImportRow]:
        """Return the rows that cannot be declared. Raises NotFoundError."""
        return self._some(actor, number, WRONG, most)

    def sample(self, actor: Actor, number: str, most: int) -> Sequence[ImportRow]:
        """Return the first rows that would be declared. Raises NotFoundError."""
        return self._some(actor, number, (Outcome.NEW, Outcome.UNSTATED), most)

    def report(
        self, actor: Actor, number: str, outcomes: Sequence[Outcome], *, skip: int, most: int
    ) -> Iterator[ImportRow]:
        """Yield the rows that came to one of some outcomes, but the first `skip`. Raises NotFoundError."""
        self.get(actor, number)
        with self._context.store.read() as database:
            yield from (row for _, row in store.rows_of(database, number, outcomes, skip=skip, most=most))

    def rows(
        self, actor: Actor, number: str, outcome: Outcome | None, after: int | None, most: int
    ) -> Sequence[tuple[int, ImportRow]]:
        """Return (position, row) of the rows behind a position, of one outcome or all. Raises NotFoundError."""
        self.get(actor, number)
        outcomes = tuple(Outcome) if outcome is None else (outcome,)
        with self._context.store.read() as database:
            return list(store.rows_of(database, number, outcomes, after=-1 if after is None else after, most=most))

    def parts(self, actor: Actor, number: str, most: int) -> Sequence[ListPart]:
        """Return the declarations that were made, each a part of the list. Raises NotFoundError."""
        self.get(actor, number)
        with self._context.store.read() as database:
            return store.parts_of_import(database, number, most)

    def parts_declared(self, actor: Actor, declarations: Collection[str]) -> Mapping[str, ListPart]:
        """Return which part of a list of the account each of some declarations is, where it is one."""
        with self._context.store.read() as database:
            parts = store.parts_declared(database, actor.account, declarations)
        return {part.declaration: part for part in parts}

    def missing(self, found: Import) -> int:
        """Return how many rows of earlier lists of this name are declared and no longer in this one."""
        if found.request.works:
            return 0
        with self._context.store.read() as database:
            return store.count_missing(database, found)

    def confirm(
        self, actor: Actor, number: str, *, statement: str, unstated: bool = False, missing: bool = False
    ) -> None:
        """Let a list be declared. `unstated`: the rows that state nothing, too.

        `missing`: withdraw what earlier lists of this name declared and this one has not; that waits like every
        withdrawal. Where a row cannot be read nothing is: it may be the one that seems to be missing.

        Raises NotFoundError, InvalidRequestError for another statement or for `missing` beside such rows,
        ConflictError where it is not its turn.
        """
        if statement != AUTHORITY_STATEMENT:
            wanted = repr(AUTHORITY_STATEMENT)
            error = FieldError(
                "/statement", "expected the accepted statement's version %(version)s", version=wanted
            )
            raise InvalidRequestError("accept the statement first", errors=(error,))
        now = self._context.clock()

        def transaction(database: Database) -> None:
            found = store.find_import(database, actor.account, number)
            require_party(database, actor, found.party)
            if found.state is not ImportState.READY:
                raise ConflictError("this list cannot be declared now")
            if unstated:
                store.take_unstated(database, number)
            if missing:
                _require_read(found)
            store.ask_missing(database, number, missing and not found.request.works)
            store.move_import(database, number, ImportState.DECLARING, now, due=now)

        self._context.writer.run(transaction)

    def discard(self, actor: Actor, number: str) -> None:
        """Forget a list and its report; what it declared stays. It is no error if it is gone already.

        Of a long list the rows go with the next round of what is due.
        """
        with suppress(NotFoundError):
            found = self.get(actor, number)
            self._context.writer.run(partial(store.discard_import, number=number))
            self.path(number).unlink(missing_ok=True)
            if found.rows <= PIECE:
                self._forget(number)

    def forget_old(self, now: int) -> None:
        """Forget what nobody touched for long, and files whose list is gone."""
        with self._context.store.read() as database:
            old = store.forgotten_imports(database, now - KEPT, now - UNSENT_KEPT)
        for number in old:
            self._forget(number)
        with self._context.store.read() as database:
            store.remove_strays(database, self._folder)

    def counts(self) -> Mapping[str, int]:
        """Return how many lists are in each state, whose ever they are."""
        with self._context.store.read() as database:
            return store.count_imports(database)

    def path(self, number: str) -> Path:
        """Return where the bytes of a list lie."""
        return self._folder / number

    def _forget(self, number: str) -> None:
        """Remove a list, its rows piece by piece: all at once take memory, and everybody else waits."""
        while self._context.writer.run(partial(store.forget_rows, number=number, most=PIECE)):
            pass
        self._context.writer.run(partial(store.forget_import, number=number))

    def _some(self, actor: Actor, number: str, outcomes: Sequence[Outcome], most: int) -> Sequence[ImportRow]:
        self.get(actor, number)
        with self._context.store.read() as database:
            return [row for _, row in store.rows_of(database, number, outcomes, most=most)]


def _append(path: Path, start: int, content: bytes) -> None:
    """Add bytes that come next to a file, durably: all of them or none, whoever else adds some at once."""
    with path.open("ab", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if (here := os.fstat(file.fileno()).st_size) != start:
            raise ConflictError("expected the bytes from %(start)s on", start=here)
        try:
            left = memoryview(content)
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except OSError as error:
            file.truncate(start)
            raise UnavailableError(_FULL, retry_after=RETRY_AFTER) from error


def _require_read(found: Import) -> None:
    """Raise InvalidRequestError where a row cannot be read, and so is not known to be missing."""
    if unread := found.count(Outcome.PROBLEM):
        error = FieldError("/missing", "rows that cannot be read: %(count)s; fix them first", count=unread)
        raise InvalidRequestError("a row that cannot be read is not a row that is missing", errors=(error,))


def _check(request: ImportRequest) -> None:
    errors = []
    if not request.works and not request.usages:
        errors.append(FieldError("/usages", "expected at least one of %(usages)s", usages=", ".join(Usage)))
    if not set(request.usages) <= {usage.value for usage in Usage}:
        errors.append(FieldError("/usages", "expected at least one of %(usages)s", usages=", ".join(Usage)))
    if request.size <= 0:
        errors.append(FieldError("/file", "the file is empty"))
    try:
        require_visible(request.name)
    except InvalidScopeError as error:
        errors.append(FieldError("/file", error.sentence))
    if not request.name or len(request.name) > MAX_NAME:
        errors.append(FieldError("/file", "expected a file name of 1 to %(most)s characters", most=MAX_NAME))
    asked = DeclarationRequest("", (), policy=request.policy, contact=request.contact, routes=request.routes,
                               remuneration=request.remuneration)  # fmt: skip
    errors += canonical_terms(asked)[1]
    if errors:
        raise InvalidRequestError("the list cannot be taken as it is", errors=tuple(errors))
