"""What is said of a declaration's state: its badge, its sentence, what waits, and what may be done. One place.

Panel, badge, sentence and links are all made from the same facts here, so that no page says
“published” beside “not published”.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from crawler_filter.formats.record import Assurance, Record, Scope
from crawler_filter.preference import Preference, Usage
from registry.model.declaration import ChangeKind, Declaration, State
from registry.web import labels, page
from registry.web.labels import Badge

_NAMED: Final = 5
"""Places that a notice names of those that are no longer covered."""


@dataclass(frozen=True, slots=True)
class Done:
    """A message about an act that was just done: a panel with a title, or a notice without one."""

    title: str
    sentence: str


def has_proved(declaration: Declaration) -> bool:
    """Tell whether the party of a declaration has proved control of something."""
    return bool(page.registry().standings.controls(declaration.party))


def badge_of(declaration: Declaration, *, proved: bool) -> Badge:
    """Return a declaration's state as a status. `proved`: its party has proved control of something."""
    if declaration.state is State.PENDING:
        announced = declaration.change is not None
        return Badge(_("Announced"), "warn") if announced else state_badge(State.PENDING)
    if declaration.state.in_force and not counting(declaration.record, proved=proved):
        return Badge(_("Shown, does not count"), "warn")
    if declaration.is_disputed and declaration.state.in_force:
        return Badge(_("In force, disputed"), "warn")
    return state_badge(declaration.state)


def state_badge(state: State) -> Badge:
    """Return a state as a status, apart from what is special about a declaration."""
    return {
        State.PENDING: Badge(_("Proof needed"), "warn"),
        State.ACTIVE: Badge(_("In force"), "good"),
        State.LAPSED: Badge(_("In force, proof lapsed"), "warn"),
        State.WITHDRAWN: Badge(_("Withdrawn"), "quiet"),
        State.EXPIRED: Badge(_("Ended"), "quiet"),
        State.ERASED: Badge(_("Erased"), "quiet"),
    }[state]


def counting(record: Record, *, proved: bool) -> list[Scope]:
    """Return the scopes of a record in force that crawlers follow: held ones only where they are proved."""
    return [scope for scope in record.scopes if counts(scope, proved=proved)]


def counts(scope: Scope, *, proved: bool) -> bool:
    """Tell whether a scope in force decides: a place that is held only by its own proof, content by any."""
    if not scope.held:
        return True
    return scope.assurance is Assurance.VERIFIED if scope.kind.is_location else proved


def sentence_of(declaration: Declaration, *, proved: bool) -> str:
    """Return what a declaration's state means."""
    if declaration.state is State.PENDING:
        if declaration.change is None:
            return str(_("It is not published yet, because a proof is missing."))
        return str(_("It is announced and not in force yet, because it allows what the rights holder reserved."))
    if declaration.state.in_force and not counting(declaration.record, proved=proved):
        return str(_("Crawlers see it and do not follow it, because it is under review or not proved."))
    return str(
        {
            State.ACTIVE: _("Crawlers that use this registry respect it now."),
            State.LAPSED: _("A proof was not found at the last looks. What it reserves stays reserved for now."),
            State.WITHDRAWN: _("The rights holder has withdrawn it. This page stays as a record."),
            State.EXPIRED: _(
                "It no longer counts: its proof ended, or a dispute was decided against it. This page stays as a"
                " record."
            ),
            State.ERASED: _("What it said was erased. The log keeps only that it existed."),
        }[declaration.state]
    )


def done_of(declaration: Declaration, done: str | None, *, proved: bool) -> Done | None:
    """Return what to say of what was just done, if that is still so."""
    if done == "mailed":
        return Done("", str(_("The receipt is on its way to your mail address.")))
    return _changed(declaration, done, proved=proved)


def _changed(declaration: Declaration, done: str | None, *, proved: bool) -> Done | None:
    change, in_force = declaration.change, declaration.state.in_force
    if done == "published" and in_force and change is None and counting(declaration.record, proved=proved):
        sentence = _("Crawlers that use this registry see it within a minute.")
        return Done(_("Your declaration is published"), str(sentence))
    if done == "withdrawn" and change is not None and change.record is None:
        return Done("", str(_("The withdrawal is announced. We have mailed you a link that stops it.")))
    if done == "announced" and change is not None and change.record is not None:
        sentence = _("The change is announced, and not in effect yet. We have mailed you a link that stops it.")
        return Done("", str(sentence))
    if done == "stopped" and change is None and in_force:
        return Done("", str(_("The change is stopped. The declaration stays as it is.")))
    if done == "stopped" and declaration.state is State.WITHDRAWN:
        return Done("", str(_("The announcement is stopped. The declaration never came into force.")))
    return None


def notices(declaration: Declaration, *, own: bool, proved: bool) -> Iterator[str]:
    """Yield what waits to change, what exactly, and when; and what waits for a proof, to its owner."""
    change = declaration.change
    if change is not None:
        when = page.in_words(change.effective)
        if change.record is None:
            yield _("A withdrawal was announced. It takes effect on %(when)s, unless it is stopped.", when=when)
        elif change.kind is ChangeKind.DECLARE:
            yield _("It comes into force on %(when)s, unless it is stopped.", when=when)
            yield from _allowed(change.record)
        else:
            yield _("A change was announced. It takes effect on %(when)s, unless it is stopped.", when=when)
            yield from _differences(declaration.record, change.record)
        if page.registry().co_owners.of_declaration(declaration.id):
            yield _("It takes effect only if every co-owner agrees by then.")
    if declaration.state.in_force and any(scope.held for scope in declaration.record.scopes):
        yield _held(declaration.record, proved=proved)
    if own and declaration.waiting:
        yield ngettext(
            "%(num)s line more of yours is not in force yet, because its proof is missing.",
            "%(num)s lines more of yours are not in force yet, because their proof is missing.",
            len(declaration.waiting),
        )


def _held(record: Record, *, proved: bool) -> str:
    if len(counting(record, proved=proved)) == len(record.scopes):
        return str(
            _(
                "It is held for review. It counts meanwhile, because whoever declared it has proved control of a"
                " place."
            )
        )
    return str(
        _(
            "It is held: it is under review, or lies in a place of which whoever declared it has proved nothing."
            " What is not proved does not count meanwhile."
        )
    )


def _allowed(record: Record) -> Iterator[str]:
    """Yield what a declaration that was announced will allow."""
    for usage in Usage:
        places = [
            labels.cut(scope.kind, scope.value)
            for scope in record.scopes
            if scope.preferences.get(usage) is Preference.ALLOWED
        ]
        if places:
            title = labels.usage_words(usage).title
            yield _("%(usage)s will be allowed for %(names)s.", usage=title, names=_first(places))


def _differences(before: Record, after: Record) -> Iterator[str]:
    """Yield what a change takes from a record: places that are no longer covered, uses that are said otherwise."""
    kept = {(scope.kind, scope.value): scope for scope in after.scopes}
    gone = [scope for scope in before.scopes if (scope.kind, scope.value) not in kept]
    if gone:
        names = [labels.cut(scope.kind, scope.value) for scope in gone]
        yield _("No longer covered: %(names)s", names=_first(names))
    pairs = [(scope, kept[scope.kind, scope.value]) for scope in before.scopes if scope not in gone]
    changed = {
        (usage, old.preferences.get(usage, Preference.UNKNOWN), new.preferences.get(usage, Preference.UNKNOWN))
        for old, new in pairs
        for usage in Usage
    }
    for usage, was, becomes in sorted(changed, key=lambda each: list(Usage).index(each[0])):
        if was is not becomes:
            yield _(
                "%(usage)s changes from “%(was)s” to “%(becomes)s”.",
                usage=labels.usage_words(usage).title,
                was=labels.preference_words(was),
                becomes=labels.preference_words(becomes),
            )


def _first(names: Sequence[str]) -> str:
    return ", ".join([*names[:_NAMED], "…"] if names[_NAMED:] else names)
