"""How a party is named on a page: what it typed, and beside it what was checked. A name is never a fact."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from crawler_filter.formats.record import Record
from registry.declarations.standing import NamedParty, Standing
from registry.web import labels, page
from registry.web.labels import Badge

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class PartyName:
    """A party beside its declaration. `warnings` are about names that may be taken for each other.

    `formerly` are names it had, with when each ended.
    """

    title: str
    url: str
    badge: Badge
    capacity: str
    is_named: bool
    warnings: tuple[str, ...] = ()
    formerly: tuple[tuple[str, int], ...] = ()

    @property
    def number(self) -> str:
        """The number of the party, which tells it from others of the same name."""
        return self.url.rpartition("/")[2].removeprefix("@")


def party_name(record: Record) -> PartyName:
    """Return how the party of a record is named."""
    standing = page.registry().standings.of(record.party)
    return PartyName(
        title=(record.party_name and standing.name) or record.party_name or unnamed(),
        url=url_for("web.party_page", party=record.party),
        badge=checked(standing),
        capacity=_capacity(record, standing),
        is_named=record.party_name is not None,
        warnings=tuple(_looks_like(other) for other in standing.looks_like) if record.party_name else (),
        formerly=standing.formerly if record.party_name else (),
    )


def name_of(party: str) -> PartyName:
    """Return how a party is named apart from any of its declarations."""
    registry = page.registry()
    named, standing = registry.standings.named(party), registry.standings.of(party)
    return PartyName(
        title=named.name or unnamed(),
        url=url_for("web.party_page", party=party),
        badge=checked(standing),
        capacity="",
        is_named=named.name is not None,
        warnings=tuple(_looks_like(other) for other in standing.looks_like),
    )


def _capacity(record: Record, standing: Standing) -> str:
    capacity = labels.capacity_words(record.capacity, record.on_behalf_of)
    if not standing.confirmed:
        return capacity
    return str(_("%(capacity)s. Whom it acts for has confirmed that.", capacity=capacity))


def unnamed() -> str:
    """Return what stands in place of a name that stays private."""
    return str(_("A rights holder known to this registry, not named in public"))


def checked(standing: Standing) -> Badge:
    """Return what was checked of a party: control of places, or nothing."""
    if not standing.controls:
        return Badge(_("name not checked"), "quiet")
    places = ", ".join([*standing.controls[:_SHOWN], "…"] if standing.controls[_SHOWN:] else standing.controls)
    return Badge(_("controls %(places)s", places=places), "good")


def _looks_like(other: NamedParty) -> str:
    standing = page.registry().standings.of(other.id)
    return str(
        _(
            "This name looks like that of somebody else here: “%(name)s” (%(checked)s).",
            name=other.name or unnamed(),
            checked=checked(standing).words,
        )
    )
