"""The public page of a declaration, its party's page, and what its owner can do: withdraw it, stop a change."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind
from crawler_filter.preference import Preference
from registry.errors import GoneError, NotFoundError
from registry.model.declaration import Declaration, State
from registry.model.durations import HOUR
from registry.web import labels, page
from registry.web.coverage_words import Coverage, coverage
from registry.web.declaration_states import (
    badge_of,
    counts,
    done_of,
    has_proved,
    notices,
    sentence_of,
    state_badge,
)
from registry.web.declare_pages import PreferenceChoice, draft_rows, said
from registry.web.dispute_pages import dispute_rows
from registry.web.form_input import MAX_TYPED
from registry.web.grant_pages import on_declaration
from registry.web.labels import Badge
from registry.web.licence_words import RouteWords, contact_url, route_rows
from registry.web.own_parties import party_rows
from registry.web.page import blueprint
from registry.web.party_names import PartyName, party_name
from registry.web.proof_pages import own_declaration
from registry.web.scope_words import count_words, counted_covers, counted_kinds
from registry.web.territory_pages import law_rows

_EVENTS: Final = 200
"""Lines of history on a declaration's page; a longer one is read through the API."""
_NUMBER: Final = re.compile(r"[a-z2-7]{26}")
_SECRET: Final = re.compile(r"[a-z2-7]{20,80}")


@dataclass(frozen=True, slots=True)
class Row:
    """A declaration in a list."""

    id: str
    url: str
    title: str
    badge: Badge
    note: str = ""
    party: str = ""


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
class Neighbour:
    """A declaration of another party about the same place, so that the two are told apart."""

    url: str
    party: PartyName


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history. `index` is the position in the log."""

    time: int
    words: str
    index: int


@dataclass(frozen=True, slots=True)
class ProofWords:
    """The proof of control of a place in words, and when it was last seen (unix seconds)."""

    target: str
    method: str
    seen: int


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


@blueprint.get("/d/<number>")
def record(number: str) -> Response:
    """Show a declaration to anybody; one that is not published yet, to its owner."""
    actor = page.actor()
    try:
        declaration = page.registry().declarations.visible(number, actor)
    except GoneError:
        badge, history = state_badge(State.ERASED), _history(number)
        return page.render("erased.html", status=410, number=number, badge=badge, history=history)
    except NotFoundError:
        if not (_NUMBER.fullmatch(number) and page.registry().declarations.carries_lost()):
            raise
        return page.render("carried.html", status=404, number=number)
    own = actor is not None and page.acts_for(actor, declaration.party)
    if own and declaration.state is State.PENDING and declaration.change is None:
        return page.redirect_to("prove", number=number)
    return page.render(
        "record.html",
        record=record_words(declaration, own=own),
        proofs=_proofs(declaration),
        history=_history(number),
        own=own,
        in_force=declaration.state.in_force and _reserves(declaration),
        may_change=own and declaration.state.in_force and declaration.change is None,
        may_stop=own and declaration.change is not None,
        done=done_of(declaration, request.args.get("done"), proved=has_proved(declaration)) if own else None,
        disputes=dispute_rows(declaration, own=own),
        waiting=bool(declaration.waiting),
        places=declaration.state.in_force and any(scope.kind.is_location for scope in declaration.record.scopes),
        coverage=_coverage(declaration) if own and declaration.state.in_force else None,
        may_dispute=not own and declaration.state.in_force,
        grants=on_declaration(number),
        laws=law_rows([declaration.record.territory, *declaration.record.terms.remuneration]),
        neighbours=[neighbour(each) for each in page.registry().standings.others_at(declaration)],
    )


def _reserves(declaration: Declaration) -> bool:
    return any(Preference.DISALLOWED in scope.preferences.values() for scope in declaration.record.scopes)


@blueprint.get("/@<party>")
@blueprint.get("/acct/<party>")
def party_page(party: str) -> Response:
    """Show what a party declares: the page that profiles and DNS records point at."""
    declarations = page.registry().declarations
    found = declarations.of_party(party, request.args.get("after"))
    shown = found.rows or declarations.ended_of_party(party)
    if not shown:
        raise NotFoundError("no declaration of this party is public")
    page.count_rows(found)
    return page.render(
        "party_page.html",
        party=party_name(shown[0].record),
        rows=[public_row(each) for each in found.rows],
        following=page.following_url(found),
    )


@blueprint.get("/declarations")
def declarations() -> Response:
    """List what the account declared."""
    actor = page.require_actor()
    parties = party_rows(actor)
    wanted = request.args.get("party", "")[:MAX_TYPED]
    among = None if not wanted else {row.id for row in parties if wanted in (row.id, row.label)}
    found = page.registry().declarations.of_account(actor, request.args.get("after"), among)
    titles = {row.id: row.label or row.title for row in parties} if len(parties) > 1 else {}
    page.count_rows(found)
    return page.render(
        "declarations.html",
        rows=[replace(_own_row(each), party=titles.get(each.party, "")) for each in found.rows],
        parties=parties,
        wanted=wanted,
        drafts=draft_rows(actor),
        made=request.args.get("made", type=int),
        following=page.following_url(found, party=wanted) if wanted else page.following_url(found),
    )


@blueprint.get("/d/<number>/withdraw")
def withdraw(number: str) -> Response:
    """Explain what withdrawing does, and ask again."""
    declaration = own_declaration(number)
    if not declaration.state.in_force:
        title, sentences = (
            _("Discard this draft?"),
            [_("It was never published. What you entered for it is deleted.")],
        )
        button = _("Yes, discard it")
    else:
        hours = page.registry().config.loosening_delay // HOUR
        title, button = _("Withdraw this declaration?"), _("Yes, withdraw it")
        sentences = [
            _("Crawlers that use this registry will no longer leave out what it covers."),
            ngettext(
                "It takes effect after %(num)s hour. We mail you at once; with the link in that letter you can "
                "stop it until then.",
                "It takes effect after %(num)s hours. We mail you at once; with the link in that letter you can "
                "stop it until then.",
                hours,
            ),
            _("The record stays public, with its history. What is collected after that cannot be undone."),
        ]
    back = url_for("web.record", number=number)
    return page.render("confirm.html", title=title, sentences=sentences, button=button, danger=True, way_back=back)


@blueprint.post("/d/<number>/withdraw")
def confirm_withdraw(number: str) -> Response:
    """Withdraw it, which waits."""
    actor = page.require_actor()
    withdrawn = page.registry().changes.withdraw(actor, number)
    if withdrawn is None or not withdrawn.state.in_force:
        return page.redirect_to("declarations")
    return page.redirect_to("record", number=number, done="withdrawn")


@blueprint.get("/stop/<token>")
def stop(token: str) -> Response:
    """Ask whether an announced change shall be stopped. Opening the link does nothing."""
    if not _SECRET.fullmatch(token):
        raise NotFoundError("the link is not whole")
    return page.render(
        "confirm.html",
        title=_("Stop the announced change?"),
        sentences=[_("The declaration then stays as it is. You can change or withdraw it again later.")],
        button=_("Yes, stop the change"),
        danger=False,
        way_back=None,
    )


@blueprint.post("/stop/<token>")
def confirm_stop(token: str) -> Response:
    """Stop an announced change. The letter is the permission; nobody has to be signed in."""
    declaration = page.registry().changes.stop_change(token)
    return page.redirect_to("record", number=declaration.id, done="stopped")


@blueprint.post("/d/<number>/stop")
def stop_own(number: str) -> Response:
    """Stop an announced change of one's own declaration."""
    declaration = page.registry().changes.cancel_change(page.require_actor(), number)
    return page.redirect_to("record", number=declaration.id, done="stopped")


def public_row(declaration: Declaration) -> Row:
    """Return a declaration in a list that anybody may see."""
    url = url_for("web.record", number=declaration.id)
    badge = badge_of(declaration, proved=has_proved(declaration))
    return Row(declaration.id, url, title_of(declaration.record), badge)


def _coverage(declaration: Declaration) -> Coverage:
    scopes = declaration.record.scopes
    return coverage([(scope.kind, scope.value) for scope in scopes], proved=has_proved(declaration))


def neighbour(declaration: Declaration) -> Neighbour:
    """Return another party's declaration about the same place."""
    return Neighbour(url_for("web.record", number=declaration.id), party_name(declaration.record))


def title_of(record: Record) -> str:
    """Return what a declaration is called: its first scope."""
    if not record.scopes:
        return str(_("Declaration %(number)s", number=record.id))
    kind = record.scopes[0].kind
    if kind in counted_kinds(record.scopes):
        return count_words(kind, sum(scope.kind is kind for scope in record.scopes))
    first = labels.cut(kind, record.scopes[0].value)
    more = len(record.scopes) - 1
    return str(_("%(first)s and %(more)s more", first=first, more=more)) if more else first


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


def _scopes_words(
    scopes: Sequence[Scope], claimed: frozenset[str], *, alike: bool, proved: bool
) -> Iterator[ScopeWords]:
    """Yield the lines of what is covered: one for each scope, and one for all fingerprints that say the same."""
    counted = counted_kinds(scopes)
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


def _history(number: str) -> list[Event]:
    return [
        Event(event.time, labels.event_words(event.type), event.index)
        for event in page.registry().declarations.history(number, most=_EVENTS)
    ]


def _proofs(declaration: Declaration) -> list[ProofWords]:
    if not declaration.state.in_force:
        return []
    return [
        ProofWords(proof.challenge.target, labels.method_title(proof.challenge.method), proof.state.last_ok)
        for proof in page.registry().proofs.backing(declaration)
    ]


def _own_row(declaration: Declaration) -> Row:
    row = public_row(declaration)
    if declaration.state is State.PENDING and declaration.change is None:
        return replace(row, url=url_for("web.prove", number=row.id), note=_("Next: prove that it is yours."))
    return replace(row, note=" ".join(notices(declaration, own=True, proved=has_proved(declaration))))
