"""What a declaration will find and what it will not, in sentences: before it is made, while it is proved, after.

Every step asks here, so that nobody is told more than a crawler will do.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from crawler_filter.fingerprints.digests import DIGEST_SIZES
from crawler_filter.formats.accounts import in_own_host, profile_at
from crawler_filter.formats.record import ScopeKind
from crawler_filter.formats.urls import split
from registry.rules.well_known_platforms import is_of_platform, is_platform
from registry.web.platform_words import advices_about

Place = tuple[ScopeKind, str]
"""The kind and the canonical value of a scope."""

_NUMBERS = frozenset({ScopeKind.ISBN, ScopeKind.DOI, ScopeKind.EIDR})
_SITES = frozenset({ScopeKind.DOMAIN, ScopeKind.HOST})
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Coverage:
    """Sentences on what will be found and what will not."""

    found: tuple[str, ...]
    missed: tuple[str, ...]


def coverage(places: Sequence[Place], *, proved: bool, allowed: Sequence[Place] = ()) -> Coverage:
    """Return what scopes will find. `proved`: their party has proved control of something.

    `places` reserve a use; `allowed` are those of the same declaration that reserve none.
    """
    kinds = {kind for kind, _value in places}
    found = [*_found_places(kinds), *_found_accounts(places), *_found_files(places)]
    missed = [*_allowed(allowed), *_missed(kinds), *_missed_copies(places), *warnings(places, proved=proved)]
    return Coverage(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(missed)))


def warnings(places: Iterable[Place], *, proved: bool) -> Iterator[str]:
    """Yield what to know of certain places: platforms whose works live elsewhere, pages nobody can prove."""
    for kind, value in places:
        if kind is ScopeKind.PREFIX:
            yield from advices_about(value)
        if kind is ScopeKind.URL and not proved and is_platform(split(value)[0]):
            yield _(
                "%(address)s lies on a platform of many. Until you prove a profile or a website, it is shown and"
                " does not count. Declare the file too: that needs no proof.",
                address=value,
            )
        if kind in _SITES and is_of_platform(value):
            yield only_its_operator(value)
        elif kind is ScopeKind.DOMAIN and value.startswith("www."):
            yield _(
                "%(name)s covers only what is below www. If you mean the whole site, change it to %(site)s.",
                name=value,
                site=value.removeprefix("www."),
            )


def only_its_operator(host: str) -> str:
    """Return that a platform's own host is for whoever runs the platform, and what its members do instead."""
    return str(
        _(
            "Many people use %(host)s, and only whoever runs it can prove it. If you have a profile there,"
            " declare your files instead: that needs no proof.",
            host=host,
        )
    )


def _allowed(places: Sequence[Place]) -> Iterator[str]:
    if places:
        values = [value for _kind, value in places]
        parts = ", ".join([*values[:_SHOWN], "…"] if values[_SHOWN:] else values)
        yield _("What you allow: %(parts)s.", parts=parts)


def _found_places(kinds: set[ScopeKind]) -> Iterator[str]:
    if ScopeKind.DOMAIN in kinds:
        yield _("Every page, picture and file of these websites, and of every name below them.")
    if ScopeKind.HOST in kinds:
        yield _("Every page, picture and file under exactly these host names.")
    if ScopeKind.PREFIX in kinds:
        yield _("Everything whose address begins as you wrote it.")
    if ScopeKind.URL in kinds:
        yield _("Exactly these addresses.")
    if kinds & _NUMBERS:
        yield _("What names this number: a page, a catalogue, a file.")


def _found_accounts(places: Sequence[Place]) -> Iterator[str]:
    for kind, value in places:
        other = profile_at(value) if kind in _SITES else in_own_host(value) if kind is ScopeKind.PREFIX else None
        if other:
            yield _("%(address)s, and %(other)s, which is the same account.", address=value, other=other)


def _found_files(places: Sequence[Place]) -> Iterator[str]:
    exact = sum(kind.value in DIGEST_SIZES for kind, _value in places)
    alike = sum(kind.is_content for kind, _value in places)
    if exact:
        yield ngettext(
            "Exact copies of %(num)s file, wherever they turn up.",
            "Exact copies of %(num)s files, wherever they turn up.",
            exact,
        )
    if alike:
        yield ngettext(
            "Changed copies of %(num)s picture, text or film: smaller, saved again, framed or quoted.",
            "Changed copies of %(num)s pictures, texts or films: smaller, saved again, framed or quoted.",
            alike,
        )


def _missed(kinds: set[ScopeKind]) -> Iterator[str]:
    if ScopeKind.HOST in kinds:
        yield _("Pages under other names of the same website. For those choose a whole website.")
    if kinds and kinds <= {ScopeKind.URL}:
        yield _("The same work at another address, and copies of it. For those declare the file.")
    elif kinds & {ScopeKind.DOMAIN, ScopeKind.HOST, ScopeKind.PREFIX}:
        yield _("Copies of your works on other websites. For those declare the files too.")
    if kinds & _NUMBERS:
        yield _("Copies that do not carry the number. For those declare the files too.")


def _missed_copies(places: Sequence[Place]) -> Iterator[str]:
    exact = sum(kind is ScopeKind.SHA256 for kind, _value in places)
    alike = sum(kind.is_content for kind, _value in places)
    if exact > alike:
        yield ngettext(
            "Changed copies of %(num)s file: of it only exact copies are found, not its pages or frames.",
            "Changed copies of %(num)s files: of those only exact copies are found, not their pages or frames.",
            exact - alike,
        )
