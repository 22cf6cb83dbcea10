"""What a reservation means in each territory: the table, and its lines beside what names a country."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.formats.territories import Effect, LegalSource, Territory, territories, territory_of
from registry.web import i18n, page
from registry.web.country_input import country_name
from registry.web.labels import Badge
from registry.web.page import blueprint


@dataclass(frozen=True, slots=True)
class TerritoryWords:
    """One line of the table in the reader's language. Titles of laws stay as they are written."""

    code: str
    name: str
    badge: Badge
    means: str
    sources: tuple[LegalSource, ...]
    as_of: str
    statute_read: str | None


@blueprint.get("/territories")
def territory_table() -> Response:
    """Show what a reservation means in each territory."""
    return page.render("territories.html", lines=[_words(line) for line in territories()])


def law_rows(codes: Iterable[str | None]) -> list[TerritoryWords]:
    """Return the lines that hold for some codes, each once; codes of which the table says nothing have none."""
    found = {line.code: line for code in codes if code and (line := territory_of(code)) is not None}
    return [_words(line) for line in found.values()]


@blueprint.app_template_filter("country")
def country(code: str) -> str:
    """Return a country as the page's language names it, with its code."""
    return country_name(code, i18n.language())


def _words(line: Territory) -> TerritoryWords:
    language = i18n.language() if i18n.language() in line.means else "en"
    return TerritoryWords(
        line.code,
        line.name[language],
        _badge(line.effect),
        line.means[language],
        line.sources,
        line.as_of,
        line.statute_read,
    )


def _badge(effect: Effect) -> Badge:
    return {
        Effect.DECIDES: Badge(_("A reservation decides"), "good"),
        Effect.WEIGHS: Badge(_("One circumstance of several"), "quiet"),
        Effect.LICENCE_ANYWAY: Badge(_("A licence is needed anyway"), "kept"),
        Effect.NO_EFFECT: Badge(_("A reservation alone changes nothing"), "warn"),
        Effect.UNSETTLED: Badge(_("Not settled"), "quiet"),
    }[effect]
