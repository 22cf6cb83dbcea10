"""The work on uploaded lists: reads one, declares a piece of one, and takes turns between them.

A step is one list read, or one declaration made together with the note that it was: after a crash the work goes on
with what the database says, and nothing is made twice. What a step took is charged to the account.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Final

from sqlite_utils import Database

from crawler_filter.declaring.claims import FeedError
from crawler_filter.errors import Sentence
from crawler_filter.formats.record import ScopeKind
from crawler_filter.preference import Usage, decode_preferences
from registry.declarations.changes import Changes
from registry.declarations.context import Context
from registry.declarations.declarations import Declarations
from registry.declarations.works import Works
from registry.errors import ConflictError, RegistryError
from registry.imports.imports import Imports
from registry.imports.reading import Reader, scope_of, with_known
from registry.imports.withdrawing import withdraw_rows
from registry.imports.work_entry import KnownWorks, request_of, rows_of
from registry.imports.work_lists import read_works
from registry.model.declaration import WIDE, Actor, Declaration, DeclarationRequest, ScopeRequest
from registry.model.imports import Import, ImportRow, ImportState, Outcome
from registry.model.party import AUTHORITY_STATEMENT
from registry.rate_limits import IMPORTS, UNIT, RateLimiter
from registry.store import imports as store
from registry.store.declarations import same_scopes
from registry.store.proofs import is_verified

CHUNK: Final = 2_000
"""Rows that are written at once, so that nobody else waits long for the writer."""

WORKS: Final = 200
"""Works that are entered at once."""

MAX_BYTES: Final = 400_000
"""Bytes of the values in one declaration."""

STEPS: Final = 200
"""Steps of one round, after which the loop says that it lives."""

SECONDS: Final = 1
"""Time between two looks for lists that were sent or accepted."""

PAUSE: Final = 10
"""Seconds to wait where the registry refuses for reasons of its own."""

_BROKEN: Final = Sentence("this list cannot be worked on: something in it is of a kind that we do not know")
_POSITION: Final = "/scopes/"
_log = logging.getLogger(__name__)


class ImportWork:
    """Works on what is due. One thread at a time may use it; `cpu` gives its seconds of processor time."""

    def __init__(
        self,
        context: Context,
        imports: Imports,
        declarations: Declarations,
        changes: Changes,
        works: Works,
        limiter: RateLimiter,
        cpu: Callable[[], float],
    ) -> None:
        self._context = context
        self._imports = imports
        self._declarations = declarations
        self._changes = changes
        self._works = works
        self._limiter = limiter
        self._cpu = cpu
        self._last = ""
        self.steps = 0
        self.rows = 0

    def work(self) -> None:
        """Do what is due, at most `STEPS` steps of it."""
        for _ in range(STEPS):
            if not self.step():
                return

    def step(self) -> bool:
        """Do one step for the next list in turn. Return whether there was one."""
        with self._context.store.read() as database:
            due = store.due_imports(database, self._context.clock())
        if not due:
            return False
        self._last = next((number for number in due if number > self._last), due[0])
        with self._context.store.read() as database:
            found = store.import_to_do(database, self._last)
        if found is not None:
            began = self._cpu()
            try:
                self._go_on(found)
            finally:
                self.steps += 1
                self._limiter.owe(IMPORTS, found.account, int((self._cpu() - began) / UNIT))
        return True

    def _go_on(self, found: Import) -> None:
        try:
            if found.state is ImportState.READING:
                self._read(found)
            elif found.request.works:
                self._enter(found)
            else:
                self._declare(found)
        except RegistryError as error:
            wait = error.retry_after or PAUSE
            self._move(found, found.state, due=self._context.clock() + wait, failure=error.detail)
        except (OSError, sqlite3.OperationalError):
            raise  # the machine's failure, and no list's
        except Exception:  # whatever it is, it is this list's: the others go on
            _log.exception("the list %s could not be worked on", found.id)
            self._move(found, ImportState.FAILED, failure=_BROKEN)
            self._imports.path(found.id).unlink(missing_ok=True)

    def _read(self, found: Import) -> None:
        path = self._imports.path(found.id)
        self._context.writer.run(lambda database: store.clear_rows(database, found.id))
        usages = frozenset(map(Usage, found.request.usages))
        reader = Reader(path, found.request.name, usages, self._context.config.limits.import_rows)
        failure: Sentence | None = None
        try:
            for first, rows in _chunks(self._works_in(found) if found.request.works else reader.rows()):
                self._add(found, first, rows)
        except FeedError as error:
            failure = error.sentence
        except OSError as error:
            _log.warning("an uploaded list could not be read: %s", error)
            failure = Sentence("the file is not here any more: send it again")
        self._move(found, ImportState.FAILED if failure else ImportState.READY, failure=failure)
        path.unlink(missing_ok=True)

    def _works_in(self, found: Import) -> Iterator[ImportRow]:
        with self._context.store.read() as database:
            works = KnownWorks(database, found.party)
        listed = read_works(self._imports.path(found.id), found.request.name, found.party)
        yield from rows_of(listed, works, self._context.config.limits.import_rows)

    def _enter(self, found: Import) -> None:
        """Enter the next works of a list together with the note that they are."""
        with self._context.store.read() as database:
            rows = list(store.rows_of(database, found.id, [Outcome.NEW], most=WORKS))
        if not rows:
            self._move(found, ImportState.DONE)
            return
        positions = [position for position, _ in rows]

        def note(database: Database) -> None:
            if store.import_to_do(database, found.id) is None:
                raise ConflictError("this list was discarded")
            store.settle_rows(database, found.id, positions, Outcome.DECLARED)

        asked = [(request_of(row), row.declaration) for _, row in rows]
        try:
            self._works.enter_works(Actor(found.account), asked, note)
            self.rows += len(rows)
        except RegistryError as error:
            self._pause(found, error)

    def _add(self, found: Import, first: int, rows: Sequence[ImportRow]) -> None:
        with self._context.store.read() as database:
            marked = with_known(rows, lambda asked: _stated(database, found.party, asked))
        self._context.writer.run(lambda database: store.add_rows(database, found.id, first, marked))
        self.rows += len(rows)

    def _declare(self, found: Import) -> None:
        with self._context.store.read() as database:
            limits = self._context.config.limits
            proved = is_verified(database, found.party)
            most = limits.scopes_per_declaration if proved else limits.unverified_scopes_per_declaration
            alike = _that_fit(store.next_alike(database, found.id, most, WIDE))
        if not alike:
            if found.request.missing:
                self._look_for_missing(found)
            else:
                self._withdraw(found)
            return
        positions = [position for position, _ in alike]
        try:
            self._declarations.declare(
                Actor(found.account),
                _request(found, [row for _, row in alike]),
                idempotency=None,
                also=lambda database, made: self._note(database, found, alike, made),
            )
            self.rows += len(alike)
        except RegistryError as error:
            if not self._without_refused(found, positions, error):
                self._pause(found, error)

    def _look_for_missing(self, found: Import) -> None:
        """Add the rows to be withdrawn, once all others are declared: so none is left without what replaces it."""
        self._context.writer.run(lambda database: store.clear_leaving(database, found.id))
        with self._context.store.read() as database:
            rows = store.missing_rows(database, found)

        def add(database: Database, chunk: Sequence[ImportRow]) -> None:
            if store.import_to_do(database, found.id) is None:
                raise ConflictError("this list was discarded")
            store.add_leaving(database, found.id, chunk)

        for _, chunk in _chunks(iter(rows)):
            self._context.writer.run(partial(add, chunk=chunk))
        self._context.writer.run(lambda database: store.ask_missing(database, found.id, asked=False))

    def _withdraw(self, found: Import) -> None:
        """Withdraw rows of the next declaration that an earlier list made, where the owner asked for that.

        After a crash between the two transactions they are gone already, or a change waits that takes them out.
        """
        with self._context.store.read() as database:
            rows = store.next_leaving(database, found.id)
        if not rows:
            self._move(found, ImportState.DONE)
            return
        positions, number = [position for position, _ in rows], rows[0][1].declaration or ""
        leaving = {(row.kind, row.value) for _, row in rows if row.kind is not None}
        outcome, why = Outcome.WITHDRAWN, None
        try:
            withdraw_rows(self._declarations, self._changes, Actor(found.account), number, leaving)
        except RegistryError as error:
            if error.retry_after is not None:
                raise
            outcome, why = Outcome.REFUSED, error.detail
        self.rows += len(rows)
        self._context.writer.run(
            lambda database: store.settle_rows(database, found.id, positions, outcome, number, why)
        )

    def _note(
        self, database: Database, found: Import, alike: Sequence[tuple[int, ImportRow]], made: Declaration
    ) -> None:
        """Write, with the declaration, which rows it holds and which of them wait for a proof."""
        if store.import_to_do(database, found.id) is None:
            raise ConflictError("this list was discarded")
        unproved = {(scope.kind, scope.value) for scope in made.unproved}
        waits = {position for position, row in alike if (row.kind, row.value) in unproved}
        store.settle_rows(database, found.id, waits, Outcome.WAITING, made.id)
        stands = [position for position, _ in alike if position not in waits]
        store.settle_rows(database, found.id, stands, Outcome.DECLARED, made.id)
        now = self._context.clock()
        store.move_import(database, found.id, ImportState.DECLARING, now, due=now)

    def _without_refused(self, found: Import, positions: Sequence[int], error: RegistryError) -> bool:
        """Note the rows that an answer names, and return whether there were any."""
        refused: dict[int, Sentence] = {}
        for each in error.errors:
            at = each.pointer.removeprefix(_POSITION).partition("/")[0]
            if each.pointer.startswith(_POSITION) and at.isdigit() and int(at) < len(positions):
                refused.setdefault(positions[int(at)], each.detail)
        if not refused:
            return False

        def transaction(database: Database) -> None:
            for position, why in refused.items():
                known = str(why.values["declaration"]) if "declaration" in why.values else None
                outcome = Outcome.KNOWN if known else Outcome.REFUSED
                store.settle_rows(database, found.id, [position], outcome, known, None if known else why)

        self._context.writer.run(transaction)
        return True

    def _pause(self, found: Import, error: RegistryError) -> None:
        """Wait where that helps; else hand the list back to its owner, who can go on once the cause is gone."""
        if error.retry_after is not None:
            due = self._context.clock() + error.retry_after
            self._move(found, ImportState.DECLARING, due=due, failure=error.detail)
        elif isinstance(error, ConflictError):
            self._move(found, ImportState.READY, failure=error.detail)
        else:
            failure = Sentence.listed([each.detail for each in error.errors] or [error.detail])
            self._move(found, ImportState.READY, failure=failure)

    def _move(
        self, found: Import, state: ImportState, *, due: int | None = None, failure: Sentence | None = None
    ) -> None:
        now = self._context.clock()
        self._context.writer.run(
            lambda database: store.move_import(database, found.id, state, now, due=due, failure=failure)
        )


def _chunks(rows: Iterator[ImportRow]) -> Iterator[tuple[int, list[ImportRow]]]:
    first = 0
    while chunk := list(islice(rows, CHUNK)):
        yield first, chunk
        first += len(chunk)


def _stated(database: Database, party: str, rows: Sequence[ImportRow]) -> list[tuple[int, str, int]]:
    asking = [position for position, row in enumerate(rows) if row.kind is not None]
    found = same_scopes(database, party, [scope_of(rows[position]) for position in asking])
    return [(asking[at], declaration, bits) for at, declaration, bits in found]


def _that_fit(rows: Sequence[tuple[int, ImportRow]]) -> list[tuple[int, ImportRow]]:
    """Return the first rows whose values fit into one declaration, one at least."""
    kept: list[tuple[int, ImportRow]] = []
    size = 0
    for position, row in rows:
        size += len(row.value.encode()) + 64
        if kept and size > MAX_BYTES:
            break
        kept.append((position, row))
    return kept


def _request(found: Import, rows: Sequence[ImportRow]) -> DeclarationRequest:
    return DeclarationRequest(
        party=found.party,
        scopes=tuple(ScopeRequest((row.kind or ScopeKind.URL).value, row.value) for row in rows),
        preferences={usage.value: said.value for usage, said in decode_preferences(rows[0].preferences).items()},
        policy=found.request.policy or None,
        contact=found.request.contact or None,
        routes=found.request.routes,
        remuneration=found.request.remuneration,
        statement=AUTHORITY_STATEMENT,
    )
