"""Works: what a rights holder thinks of, in several languages, with the numbers it is known by.

A work is public from the moment it is entered and reserves nothing by itself. Declarations name it; while none in
force does, its page says that no crawler can recognise it.
"""

import contextlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from sqlite_utils import Database

from crawler_filter.errors import InvalidScopeError
from crawler_filter.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.names import Name, NameKind, canonical_name, encode_names
from registry.desk import Desk, require_party
from registry.errors import ConflictError, FieldError, InvalidRequestError
from registry.model import Actor, Work, WorkKind, WorkRequest
from registry.store.accounts import parties_of
from registry.store.audit import record_action
from registry.store.proofs import is_verified
from registry.store.works import (
    blank_work,
    count_works,
    find_work,
    insert_work,
    titles_in_force,
    works_of,
)

MAX_TEXT: Final = 500
"""Characters of a title or a creator's name."""

MAX_TITLES: Final = 40
MAX_CREATORS: Final = 50

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_INVISIBLE: Final = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})


class Works(Desk):
    """What an account may do with works, and what anybody may read."""

    def create_work(self, actor: Actor, request: WorkRequest) -> Work:
        """Enter a work for a party. Raises InvalidRequestError, or ConflictError where there are enough."""
        identifiers = _checked(request)

        def work(database: Database) -> Work:
            require_party(database, actor, request.party)
            self._require_room(database, request.party)
            entered = Work(
                id=number,
                party=request.party,
                kind=WorkKind(request.kind),
                titles=dict(request.titles),
                creators=request.creators,
                identifiers=identifiers,
                created=self._clock(),
            )
            insert_work(database, entered)
            record_action(database, entered.created, actor.account, "create-work", entered.id)
            return entered

        number = self._new_id()
        return self._writer.run(work)

    def work(self, work: str) -> Work:
        """Return a work. Raises NotFoundError or GoneError."""
        with self._store.read() as database:
            return find_work(database, work)

    def names(self) -> bytes:
        """Return the file of names: the titles of works that a declaration in force names, by its leaf.

        Titles that say nothing as a name, or that are as long as a sentence, are left out.
        """
        with self._store.read() as database:
            titles = titles_in_force(database)
        names = []
        for leaf, title in titles:
            with contextlib.suppress(InvalidScopeError):
                names.append(Name(leaf, NameKind.TITLE, canonical_name(title)))
        return encode_names(names)

    def works_of(self, actor: Actor) -> Sequence[Work]:
        """Return the works of every party the account acts for, newest first."""
        with self._store.read() as database:
            return [work for party in parties_of(database, actor.account) for work in works_of(database, party.id)]

    def erase_work(self, work: str) -> None:
        """Remove everything a work says, for good; its number stays. For the operator."""

        def erase(database: Database) -> None:
            find_work(database, work)
            blank_work(database, work)
            self._operator_ledger(database).note("erase-work", work)

        self._writer.run(erase)
        self._finish_erasing()

    def _require_room(self, database: Database, party: str) -> None:
        limits = self.config.limits
        verified = is_verified(database, party)
        most = limits.works_per_party if verified else limits.unverified_works_per_party
        if count_works(database, party, most) >= most:
            raise ConflictError(f"a party may have {most} works; prove control of something for more")


def _checked(request: WorkRequest) -> dict[str, str]:
    """Return the canonical identifiers. Raises InvalidRequestError naming everything that is wrong."""
    errors = [*_text_faults(request)]
    if request.kind not in set(WorkKind):
        errors.append(FieldError("/kind", f"expected one of {', '.join(WorkKind)}"))
    identifiers = {}
    for kind, text in request.identifiers.items():
        try:
            identifiers[kind] = CANONICAL_IDENTIFIER[kind](text)
        except KeyError:
            errors.append(FieldError("/identifiers", f"expected one of {', '.join(CANONICAL_IDENTIFIER)}"))
        except InvalidScopeError as error:
            errors.append(FieldError(f"/identifiers/{kind}", str(error)))
    if errors:
        raise InvalidRequestError("the work cannot be entered as it is", errors=tuple(errors))
    return identifiers


def _text_faults(request: WorkRequest) -> list[FieldError]:
    errors = []
    if not 1 <= len(request.titles) <= MAX_TITLES:
        errors.append(FieldError("/titles", f"expected 1 to {MAX_TITLES} titles"))
    if len(request.creators) > MAX_CREATORS:
        errors.append(FieldError("/creators", f"expected at most {MAX_CREATORS} creators"))
    for language, title in request.titles.items():
        if not _LANGUAGE.fullmatch(language):
            errors.append(FieldError("/titles", f"expected a language tag such as ja, got {language[:40]!r}"))
        elif not _is_text(title):
            errors.append(FieldError(f"/titles/{language}", f"expected 1 to {MAX_TEXT} visible characters"))
    errors += [
        FieldError(f"/creators/{position}", f"expected 1 to {MAX_TEXT} visible characters")
        for position, name in enumerate(request.creators)
        if not _is_text(name)
    ]
    return errors


def _is_text(text: str) -> bool:
    visible = not any(unicodedata.category(character) in _INVISIBLE for character in text)
    return bool(text.strip()) and len(text) <= MAX_TEXT and visible
