"""Works that are not protected yet: why, and a declaration begun for what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.declarations.protection import Gap, Lack
from registry.errors import NotFoundError
from registry.web import labels, page
from registry.web.draft_answers import Answers
from registry.web.form_input import Covers
from registry.web.page import blueprint

_NUMBERS: Final = "numbers"
_PLACES: Final = "places"


@dataclass(frozen=True, slots=True)
class UnprotectedRow:
    """A work in the list, with a sentence for each gap and the declarations that would close them."""

    id: str
    url: str
    title: str
    gaps: tuple[str, ...]
    protectable: tuple[tuple[str, str], ...]


def gap_words(gap: Gap) -> str:
    """Return what is not protected, and why."""
    return str(
        {
            Lack.NOTHING: _(
                "Nothing can find it: add its ISBN, DOI or EIDR, an address where it is, or declare its files."
            ),
            Lack.NUMBER: _(
                "%(kind)s %(value)s: no declaration in force reserves it.", kind=gap.kind.upper(), value=gap.value
            ),
            Lack.PLACE: _("%(value)s: no declaration in force covers this address.", value=gap.value),
            Lack.PROOF: _(
                "%(value)s: it is declared, and reserved only once you have proved control.", value=gap.value
            ),
        }[gap.lack]
    )


def protectable(gaps: Sequence[Gap]) -> tuple[tuple[str, str], ...]:
    """Return the declarations that would close gaps: value and words of their buttons."""
    lacks = {gap.lack for gap in gaps}
    buttons = (
        (Lack.NUMBER, _NUMBERS, _("Declare its numbers")),
        (Lack.PLACE, _PLACES, _("Declare its addresses")),
    )
    return tuple((what, label) for lack, what, label in buttons if lack in lacks)


@blueprint.get("/works/unprotected")
def unprotected_works() -> Response:
    """List the works of the account that are not wholly protected."""
    found = page.registry().works.protection.unprotected(page.require_actor(), request.args.get("after"))
    rows = [
        UnprotectedRow(
            each.work.id,
            url_for("web.work", number=each.work.id),
            labels.work_row(each.work).title,
            tuple(map(gap_words, each.gaps)),
            protectable(each.gaps),
        )
        for each in found.rows
    ]
    return page.render("unprotected.html", works=rows, following=page.following_url(found))


@blueprint.post("/w/<number>/protect")
def protect_work(number: str) -> Response:
    """Begin a declaration of what of a work is not covered yet."""
    actor = page.require_actor()
    work = page.registry().works.visible(number, actor)
    if not page.acts_for(actor, work.party):
        raise NotFoundError("there is no such work of yours")
    is_place = request.form.get("what") == _PLACES
    wanted = Lack.PLACE if is_place else Lack.NUMBER
    gaps = [gap for gap in page.registry().works.protection.gaps(work) if gap.lack is wanted]
    if not gaps:
        return page.redirect_to("work", number=number)
    lines = [f"https://{gap.value}" if is_place else f"{gap.kind}:{gap.value}" for gap in gaps]
    covers = Covers.PAGE if is_place else Covers.NUMBERS
    named = (work.id,) if work.published else ()
    answers = Answers(party=work.party, covers=covers.value, lines="\n".join(lines) + "\n", works=named)
    draft = page.registry().drafts.save_draft(actor, None, answers.to_json())
    return page.redirect_to("review", draft=draft)
