"""From what somebody typed to a record: every rule about one declaration by itself.

All fields are looked at, and everything that is wrong is said at once; nothing is silently repaired beyond what
makes two spellings of one thing the same. An address with credentials or a fragment says something its writer may
not mean, so it is refused, not stripped.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.digests import DIGEST_SIZES, parse_digest
from crawler_filter.formats import urls
from crawler_filter.formats.accounts import stored_form
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind
from crawler_filter.formats.visible_text import require_visible
from crawler_filter.preference import VOCABULARY, Preference, Usage, is_contradictory
from registry.errors import FieldError, InvalidRequestError
from registry.model.declaration import DeclarationRequest, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT, Party
from registry.net.suffixes import SuffixStatus, private_suffixes_below, standing
from registry.rules.content_values import CONTENT
from registry.rules.negative_files import name_of_shared
from registry.rules.terms_validation import MAX_ADDRESS, canonical_terms
from registry.rules.work_count import count_works

MAX_WORKS: Final = 100
"""Works one declaration may name."""

TERRITORY: Final = re.compile(r"[A-Z]{2}")

_LOCATION: Final[Mapping[ScopeKind, Callable[[str], str]]] = {
    ScopeKind.DOMAIN: urls.canonical_domain,
    ScopeKind.HOST: urls.canonical_host,
    ScopeKind.PREFIX: urls.canonical_prefix,
    ScopeKind.URL: urls.canonical_url_scope,
}


class _Faults:
    """The faults of a request, field by field."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def add(self, error: FieldError) -> None:
        self.errors.append(error)

    def refuse(self) -> None:
        errors = tuple(self.errors)
        if len(errors) == 1:
            raise InvalidRequestError("one field is not right; nothing was stored", errors=errors)
        if errors:
            raise InvalidRequestError(
                "%(count)s fields are not right; nothing was stored", count=len(errors), errors=errors
            )


def build_record(
    request: DeclarationRequest, party: Party, declaration: str, revision: int, *, most_scopes: int
) -> Record:
    """Return the record that a request asks for, with every scope attested only.

    Raises InvalidRequestError with one FieldError for each thing that is wrong.
    """
    faults = _Faults()
    scopes = _scopes(request, most_scopes, faults)
    terms, wrong = canonical_terms(request)
    faults.errors += wrong
    territory = request.territory or party.territory
    _judge_frame(request, territory, faults)
    faults.refuse()
    return Record(
        id=declaration,
        revision=revision,
        party=party.id,
        party_name=party.published.party,
        capacity=party.capacity.value,
        on_behalf_of=party.published.principal,
        territory=territory,
        vocabulary=VOCABULARY,
        statement=request.statement,
        scopes=scopes,
        terms=terms,
        works=request.works,
    )


def _judge_frame(request: DeclarationRequest, territory: str | None, faults: _Faults) -> None:
    """Judge what a request says beside its scopes and terms."""
    if territory is not None and not TERRITORY.fullmatch(territory):
        faults.add(
            FieldError(
                "/territory",
                "expected an ISO 3166-1 code of two capital letters such as JP, got %(territory)s",
                territory=repr(territory),
            )
        )
    if request.statement != AUTHORITY_STATEMENT:
        faults.add(
            FieldError(
                "/statement",
                "expected the accepted statement's version %(version)s",
                version=repr(AUTHORITY_STATEMENT),
            )
        )
    if len(request.works) > MAX_WORKS or len(set(request.works)) != len(request.works):
        faults.add(FieldError("/works", "expected at most %(most)s works, each named once", most=MAX_WORKS))


def _scopes(request: DeclarationRequest, most: int, faults: _Faults) -> tuple[Scope, ...]:
    works = count_works(scope.kind for scope in request.scopes)
    if not 1 <= works <= most:
        faults.add(
            FieldError("/scopes", "expected scopes of 1 to %(most)s works, got %(works)s", most=most, works=works)
        )
        return ()
    shared: Mapping[Usage, Preference] = {}
    if any(scope.preferences is None for scope in request.scopes):
        shared = _preferences(request.preferences, "/preferences", faults)
    scopes = []
    seen: dict[tuple[ScopeKind, str], int] = {}
    for position, asked in enumerate(request.scopes):
        scope = _scope(asked, shared, f"/scopes/{position}", faults)
        if scope is None:
            continue
        first = seen.setdefault((scope.kind, scope.value), position)
        if first != position:
            faults.add(
                FieldError(
                    f"/scopes/{position}",
                    "%(kind)s %(value)s is named by /scopes/%(first)s already",
                    kind=scope.kind,
                    value=scope.value,
                    first=first,
                )
            )
        scopes.append(scope)
    return tuple(scopes)


def _scope(asked: ScopeRequest, shared: Mapping[Usage, Preference], pointer: str, faults: _Faults) -> Scope | None:
    preferences = shared
    if asked.preferences is not None:
        preferences = _preferences(asked.preferences, f"{pointer}/preferences", faults)
    if asked.kind not in set(ScopeKind):
        kinds = ", ".join(ScopeKind)
        faults.add(
            FieldError(
                f"{pointer}/kind",
                "expected one of %(kinds)s; got %(kind)s",
                kinds=kinds,
                kind=repr(asked.kind[:40]),
            )
        )
        return None
    kind = ScopeKind(asked.kind)
    if Preference.ALLOWED in preferences.values() and not kind.is_location:
        faults.add(
            FieldError(
                f"{pointer}/preferences",
                "a %(kind)s can only restrict: who holds a file cannot be proved",
                kind=kind,
            )
        )
    try:
        value = canonical_value(kind, asked.value)
    except InvalidScopeError as error:
        faults.add(FieldError(f"{pointer}/value", error.sentence))
        return None
    exceptions = private_suffixes_below(value) if kind is ScopeKind.DOMAIN else ()
    return Scope(kind, value, preferences, Assurance.ATTESTED, exceptions=exceptions)


def _preferences(said: Mapping[str, str], pointer: str, faults: _Faults) -> dict[Usage, Preference]:
    if not said:
        faults.add(
            FieldError(pointer, "expected a preference for at least one of %(usages)s", usages=", ".join(Usage))
        )
    preferences = {}
    for usage, preference in said.items():
        if usage not in set(Usage):
            faults.add(
                FieldError(f"{pointer}/{_escaped(usage)}", "expected one of %(usage)s", usage=", ".join(Usage))
            )
        elif preference not in (Preference.ALLOWED, Preference.DISALLOWED):
            faults.add(
                FieldError(
                    f"{pointer}/{usage}",
                    "expected 'allowed' or 'disallowed', got %(preference)s",
                    preference=repr(preference[:40]),
                )
            )
        else:
            preferences[Usage(usage)] = Preference(preference)
    if is_contradictory(preferences):
        faults.add(FieldError(pointer, "tdm includes train-ai: it cannot be disallowed while train-ai is allowed"))
    return preferences


def _escaped(token: str) -> str:
    """Escape a JSON Pointer's reference token (RFC 6901 section 3)."""
    return token[:80].replace("~", "~0").replace("/", "~1")


def canonical_value(kind: ScopeKind, text: str) -> str:
    """Return the one spelling under which a scope of this kind is stored. Raises InvalidScopeError."""
    if kind in CONTENT:
        return CONTENT[kind](text.strip())
    if len(text) > MAX_ADDRESS:
        raise InvalidScopeError(
            "expected at most %(most)s characters, got %(length)s", most=MAX_ADDRESS, length=len(text)
        )
    require_visible(text)
    if kind in DIGEST_SIZES:
        return _digest(kind, text)
    if kind in CANONICAL_IDENTIFIER:
        return CANONICAL_IDENTIFIER[kind](text)
    return _location(kind, text)


def _digest(kind: ScopeKind, text: str) -> str:
    raw = parse_digest(kind, text)
    if name := name_of_shared(kind.value, raw):
        raise InvalidScopeError("this is the %(kind)s of %(name)s, which belongs to nobody", kind=kind, name=name)
    return raw.hex()


def _location(kind: ScopeKind, text: str) -> str:
    if "#" in text:
        raise InvalidScopeError("expected an address without a fragment: what follows # never reaches a server")
    value = _LOCATION[kind](text)
    value = stored_form(value) if kind is ScopeKind.PREFIX else value
    host = value.partition("/")[0]
    found = standing(host)
    is_whole_site = kind in (ScopeKind.DOMAIN, ScopeKind.HOST)
    if found is SuffixStatus.UNKNOWN_TLD:
        raise InvalidScopeError(
            "expected a public name, but %(host)s ends in no top-level domain there is", host=repr(host)
        )
    if found is SuffixStatus.ICANN_SUFFIX or (found is SuffixStatus.PRIVATE_SUFFIX and is_whole_site):
        raise InvalidScopeError(
            "%(host)s is a public suffix: the names below it belong to many; name your own", host=repr(host)
        )
    return value
