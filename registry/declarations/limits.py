"""Whether a declaration may be taken: limits, works that exist, and statements the party made already.

Asked in the writer's transaction, so that no two requests pass the same gate at once. A party that has proved
nothing yet has stricter limits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind
from crawler_filter.preference import Preference, decode_preferences
from registry.config import Limits
from registry.errors import ConflictError, FieldError, InvalidRequestError, RateLimitedError
from registry.model.declaration import State
from registry.model.durations import DAY
from registry.rules.loosening import ancestors
from registry.store.declarations import count_in_states, count_new, same_scopes
from registry.store.proofs import is_verified
from registry.store.works import missing_works

_SHOWN_OF_MODEL: Final = 12


@dataclass(frozen=True, slots=True)
class DeclarationLimits:
    """The gate for new and changed declarations of one party at `now`. `verified`: the party has a live proof."""

    database: Database
    limits: Limits
    now: int
    verified: bool

    @classmethod
    def of(cls, database: Database, limits: Limits, now: int, party: str) -> "DeclarationLimits":
        """Return the gate for a party, whose proofs are asked for here and not again."""
        return cls(database, limits, now, is_verified(database, party))

    @property
    def most_scopes(self) -> int:
        """Return the most scopes that one declaration of the party may have."""
        if self.verified:
            return self.limits.scopes_per_declaration
        return self.limits.unverified_scopes_per_declaration

    def check_new(self, record: Record) -> None:
        """Count a new declaration. Raises RateLimitedError or ConflictError where the party has enough of them."""
        day, limits = self.now // DAY, self.limits
        most_new = limits.declarations_per_day if self.verified else limits.unverified_declarations_per_day
        if count_new(self.database, record.party, day) > most_new:
            wait = (day + 1) * DAY - self.now
            raise RateLimitedError(
                "a party may make %(most_new)s declarations a day", most_new=most_new, retry_after=wait
            )
        most = limits.declarations_per_party if self.verified else limits.unverified_declarations_per_party
        if count_in_states(self.database, record.party, State.ACTIVE, State.LAPSED) >= most:
            raise ConflictError(
                "a party may have %(most)s declarations in force; withdraw some, or prove control", most=most
            )

    def check_pending(self, party: str) -> None:
        """Raise ConflictError where too many declarations of the party wait for proof."""
        most = self.limits.drafts_per_account
        if count_in_states(self.database, party, State.PENDING) >= most:
            raise ConflictError(
                "%(most)s declarations wait for proof; finish or give up some of them first", most=most
            )

    def check_content(self, record: Record) -> None:
        """Raise InvalidRequestError for works that are not there, ConflictError for what is stated already."""
        missing = missing_works(self.database, record.works, record.party)
        if missing:
            errors = tuple(
                FieldError(f"/works/{each}", "this party has no such work, and nobody consented that it names it")
                for each in missing
            )
            raise InvalidRequestError(
                "a declaration names works of its own party, or of those that consented", errors=errors
            )
        repeated = self._repeated(record)
        if repeated:
            number = repeated[0][1]
            errors = tuple(
                FieldError(
                    f"/scopes/{position}", "declaration %(declaration)s says this already", declaration=declaration
                )
                for position, declaration in repeated
            )
            raise ConflictError(
                "declaration %(number)s of this party says this already", number=number, errors=errors
            )

    def check_models(self, scopes: Sequence[Scope], known: Collection[str], stated: Sequence[Scope] = ()) -> None:
        """Raise InvalidRequestError for codes of a model that is none of those `known`, SHA-256s.

        Nobody can hold a code against its picture, so those of parties that have proved nothing are not taken
        either. What is `stated` already may stay.
        """
        kept = {scope.value for scope in stated if scope.kind is ScopeKind.EMBED}
        coded = [
            (at, scope)
            for at, scope in enumerate(scopes)
            if scope.kind is ScopeKind.EMBED and scope.value not in kept
        ]
        errors = [
            FieldError(
                f"/scopes/{at}/value",
                "this registry takes no codes of the model %(model)s…",
                model=scope.value[:_SHOWN_OF_MODEL],
            )
            for at, scope in coded
            if scope.value[:64] not in known
        ]
        if coded and not errors and not self.verified:
            errors = [
                FieldError(
                    f"/scopes/{at}",
                    "codes of models are taken from parties that have proved a place: prove one of yours first",
                )
                for at, _ in coded
            ]
        if errors:
            raise InvalidRequestError("codes of models are not taken here", errors=tuple(errors))

    def _repeated(self, record: Record) -> list[tuple[int, str]]:
        return [
            (position, declaration)
            for position, declaration, bits in same_scopes(self.database, record.party, record.scopes)
            if declaration != record.id
            and record.scopes[position].preferences.items() <= decode_preferences(bits).items()
        ]


def check_may_allow(scopes: Sequence[Scope]) -> None:
    """Raise InvalidRequestError for an exact address that allows something and that nothing here would prove.

    An address may be stated without proof, but then it can only restrict. It may allow where its site is proved,
    or will be with the same declaration.
    """
    wide = {(scope.kind, scope.value) for scope in scopes if scope.kind is not ScopeKind.URL}
    errors = tuple(
        FieldError(f"/scopes/{position}/preferences", "an exact address can allow only where its site is proved")
        for position, scope in enumerate(scopes)
        if scope.kind is ScopeKind.URL
        and Preference.ALLOWED in scope.preferences.values()
        and scope.assurance is not Assurance.VERIFIED
        and wide.isdisjoint(ancestors((scope.kind, scope.value)))
    )
    if errors:
        raise InvalidRequestError("what is not proved can only restrict", errors=errors)
