"""Search: one box for a site, a title, a name, a number, an identifier, a digest, and a picture of one's own."""

import re
from dataclasses import dataclass
from typing import Final

from flask import request, url_for
from werkzeug.wrappers import Response

from crawler_filter.errors import DataError
from registry.errors import GoneError, NotFoundError
from registry.lookups.search import LONGEST, MOST_FOUND, host_named
from registry.web import page
from registry.web.declaration_rows import Row, public_row
from registry.web.form_input import half_width, ordinary_address
from registry.web.lookup_page import read_asset
from registry.web.page import blueprint
from registry.web.party_names import PartyName, name_of

_NUMBER: Final = re.compile(r"[a-z2-7]{26}")


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search. `host` is the site that was asked for, `asset` the address that can be checked."""

    host: str | None
    asset: str | None
    site: list[Row]
    works: list[Row]
    parties: list[PartyName]

    @property
    def nothing(self) -> bool:
        """Tell whether nothing was found."""
        return not (self.site or self.works or self.parties)


@blueprint.get("/search")
def search() -> Response:
    """Search, or lead to what a number, a digest or an identifier names."""
    typed = half_width(request.args.get("q", "")).strip()[:LONGEST]
    if not typed:
        return page.render("search.html", typed="", found=None, most=MOST_FOUND)
    direct = page_of_number(typed) or _exact(typed)
    if direct is not None:
        return page.redirect_to_path(direct)
    with page.registry().heavy.turn(page.caller()):
        found = _find(typed)
    return page.render("search.html", typed=typed, found=found, most=MOST_FOUND)


def page_of_number(typed: str) -> str | None:
    """Return the page of the declaration, work or party with this number, None where it is none."""
    number = typed.strip().lower().rpartition("/")[2].removeprefix("@")
    if not _NUMBER.fullmatch(number):
        return None
    registry = page.registry()
    try:
        registry.declarations.visible(number, page.actor())
        return url_for("web.record", number=number)
    except GoneError:
        return url_for("web.record", number=number)
    except NotFoundError:
        pass
    try:
        registry.works.visible(number, page.actor())
        return url_for("web.work", number=number)
    except (GoneError, NotFoundError):
        declared = registry.declarations.of_party(number).rows
        return url_for("web.party_page", party=number) if declared else None


def _exact(typed: str) -> str | None:
    """Return the page that checks a digest, an identifier or a fingerprint, None where none was typed."""
    try:
        asset = read_asset(typed)
    except DataError:
        return None
    return None if asset.kind == "url" else url_for("web.check", asset=typed)


def _find(typed: str) -> Found:
    lookups = page.registry().search
    address = typed.partition("://")[2] or typed
    host = host_named(address.partition("/")[0])
    return Found(
        host=host,
        asset=None if host is None else ordinary_address(typed),
        site=[public_row(each) for each in lookups.site(host)] if host else [],
        works=[public_row(each) for each in lookups.titled(typed)],
        parties=[name_of(party) for party in lookups.parties(typed)],
    )
