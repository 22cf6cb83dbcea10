"""Declarations in lists: one row for each, as anybody sees it and as its owner does."""

from dataclasses import dataclass, replace

from flask import url_for
from flask_babel import gettext as _

from registry.model.declaration import Declaration, State
from registry.web import i18n
from registry.web.declaration_states import badge_of, has_proved, notices
from registry.web.labels import Badge
from registry.web.record_words import title_of


@dataclass(frozen=True, slots=True)
class Row:
    """A declaration in a list. `part` tells its owner which part of a list or of many files it is."""

    id: str
    url: str
    title: str
    badge: Badge
    note: str = ""
    party: str = ""
    part: str = ""


def public_row(declaration: Declaration) -> Row:
    """Return a declaration in a list that anybody may see."""
    url = url_for("web.record", number=declaration.id)
    badge = badge_of(declaration, proved=has_proved(declaration))
    return Row(declaration.id, url, title_of(declaration.record), badge)


def own_row(declaration: Declaration) -> Row:
    """Return a declaration in the list of its owner, with what is to be done next."""
    row = public_row(declaration)
    if declaration.state is State.PENDING and declaration.change is None:
        return replace(row, url=url_for("web.prove", number=row.id), note=_("Next: prove that it is yours."))
    return replace(row, note=i18n.gap().join(notices(declaration, own=True, proved=has_proved(declaration))))
