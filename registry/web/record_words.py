"""A declaration in words, as its page and the desk show it: its title, its state, its scopes, its history."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask import url_for
from flask_babel import gettext as _

from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind
from registry.model.declaration import Declaration
from registry.web import labels, page
from registry.web.declaration_states import badge_of, counts, has_proved, notices, sentence_of
from registry.web.declare_pages import PreferenceChoice, said
from registry.web.labels import Badge
from registry.web.licence_words import RouteWords, contact_url, route_rows
from registry.web.party_names import PartyName, party_name
from registry.web.scope_words import LISTED, count_words, counted_covers, counted_kinds, is_of_file

_EVENTS: Final = 200
"""Lines of history on a declaration's page; a longer one is read through the API."""

_MARK: Final = 12
"""Characters of a fingerprint that stand for it."""


@dataclass(frozen=True, slots=True)
class ScopeWords:
    """One scope on the record's page. `uses` is set where scopes say different things."""

    value: str
    covers: str
    badge: Badge
    uses: tuple[PreferenceChoice, ...]
    note: str = ""
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Another page."""

    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history. `index` is the position in the log."""

    time: int
    words: str
    index: int


@dataclass(frozen=True, slots=True)
class RecordWords:
    """A declaration as its page shows it."""

    id: str
    title: str
    badge: Badge
    sentence: str
    notices: tuple[str, ...]
    party: PartyName
    uses: tuple[PreferenceChoice, ...]
    scopes: tuple[ScopeWords, ...]
    policy: str | None
    contact: str | None
    contact_url: str | None
    routes: tuple[RouteWords, ...]
    remuneration: tuple[str, ...]
    territory: str | None
    works: tuple[Link, ...]
    logged: bool
    address: str


def record_words(declaration: Declaration, *, own: bool) -> RecordWords:
    """Return a declaration as its page shows it."""
    record = declaration.record
    alike = len({tuple(sorted(scope.preferences.items())) for scope in record.scopes}) == 1
    proved = has_proved(declaration)
    claimed = page.registry().standings.claimed(declaration) if declaration.state.in_force else frozenset()
    return RecordWords(
        id=record.id,
        title=title_of(record),
        badge=badge_of(declaration, proved=proved),
        sentence=sentence_of(declaration, proved=proved),
        notices=tuple(notices(declaration, own=own, proved=proved)),
        party=party_name(record),
        uses=tuple(said(record.scopes[0].preferences)) if alike else (),
        scopes=tuple(_scopes_words(record.scopes, claimed, alike=alike, proved=proved)),
        policy=record.terms.policy,
        contact=record.terms.contact,
        contact_url=contact_url(record.terms.contact),
        routes=tuple(route_rows(record.terms)),
        remuneration=record.terms.remuneration,
        territory=record.territory,
        works=tuple(
            Link(url_for("web.work", number=work), labels.work_title(work, titles))
            for work, titles in page.registry().works.titles(record.works, record.party).items()
        ),
        logged=declaration.leaf is not None,
        address=f"{page.registry().config.public_url}/d/{record.id}",
    )


def title_of(record: Record) -> str:
    """Return what a declaration is called: its first scope, or how many files it covers."""
    if not record.scopes:
        return str(_("Declaration %(number)s", number=record.id))
    first = record.scopes[0]
    alike = [scope for scope in record.scopes if scope.preferences == first.preferences]
    if is_of_file(first.kind):
        words, others = _files(alike), sum(not is_of_file(scope.kind) for scope in alike)
    else:
        words, others = labels.cut(first.kind, first.value), len(alike) - 1
    title = str(_("%(first)s and %(more)s more", first=words, more=others)) if others else words
    return title if len(alike) == len(record.scopes) else str(_("%(title)s, with exceptions", title=title))


def _files(scopes: Sequence[Scope]) -> str:
    """Return how many files there are, whatever fingerprints each has, and of few files the beginning of one."""
    counts = Counter(scope.kind for scope in scopes if is_of_file(scope.kind))
    kind, count = max(counts.items(), key=lambda each: (not each[0].is_content, each[1]))
    files = count_words(kind, count)
    if count > LISTED:
        return files
    return str(_("%(files)s (%(mark)s…)", files=files, mark=scopes[0].value[:_MARK]))


def range_of(record: Record) -> str:
    """Return the first and the last of many fingerprints: by them their owner tells several apart."""
    if not counted_kinds(scope.kind for scope in record.scopes):
        return ""
    first, last = (record.scopes[at].value[:_MARK] for at in (0, -1))
    return str(_("Fingerprints: %(first)s… to %(last)s…", first=first, last=last))


def history_words(number: str) -> list[Event]:
    """Return the newest events of a declaration in words."""
    return [
        Event(event.time, labels.event_words(event.type), event.index)
        for event in page.registry().declarations.history(number, most=_EVENTS)
    ]


def _scopes_words(
    scopes: Sequence[Scope], claimed: frozenset[str], *, alike: bool, proved: bool
) -> Iterator[ScopeWords]:
    """Yield the lines of what is covered: one for each scope, and one for all fingerprints that say the same."""
    counted = counted_kinds(scope.kind for scope in scopes)
    together: Counter[tuple[object, ...]] = Counter()
    lines: dict[tuple[object, ...], tuple[ScopeKind, ScopeWords]] = {}
    for scope in scopes:
        words = _scope_words(scope, claimed, alike=alike, proved=proved)
        if scope.kind not in counted:
            yield words
            continue
        key: tuple[object, ...] = (scope.kind, words.badge, words.uses, words.note)
        together[key] += 1
        lines.setdefault(key, (scope.kind, words))
    for same, (kind, words) in lines.items():
        yield replace(words, value=count_words(kind, together[same]), covers=counted_covers(kind), counted=True)


def _scope_words(scope: Scope, claimed: frozenset[str], *, alike: bool, proved: bool) -> ScopeWords:
    return ScopeWords(
        value=labels.cut(scope.kind, scope.value) if scope.kind.is_content else _whole(scope),
        covers=labels.scope_covers(scope.kind, scope.value, scope.exceptions),
        badge=labels.scope_badge(
            proved=scope.assurance is Assurance.VERIFIED, disputed=scope.disputed, lapsed=scope.lapsed
        ),
        uses=() if alike else tuple(said(scope.preferences)),
        note=_scope_note(scope, claimed, proved=proved),
    )


def _scope_note(scope: Scope, claimed: frozenset[str], *, proved: bool) -> str:
    """Return what to know of a scope beside its badge: that it lies in another's place, or does not count."""
    if scope.kind is ScopeKind.URL and scope.assurance is Assurance.ATTESTED and scope.value in claimed:
        return str(_("Somebody else has proved control of the website it is on. This claim does not count."))
    return "" if counts(scope, proved=proved) else str(labels.flag_sentence("held"))


def _whole(scope: Scope) -> str:
    return scope.value if scope.kind.is_location else f"{scope.kind}:{scope.value}"
