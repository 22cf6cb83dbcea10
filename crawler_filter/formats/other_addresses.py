"""All addresses that one URL is looked up under beside its own: what a mirror shows, the account it belongs to."""

from collections.abc import Sequence
from typing import Final

from crawler_filter.formats import accounts, mirrors
from crawler_filter.formats.mirrors import Shown

AT: Final = accounts.AT | mirrors.AT
BELOW: Final = (*accounts.BELOW, *mirrors.BELOW)
"""The hosts of which some URLs have other addresses: those below `BELOW`, and `AT` these."""


def other_addresses(identity: str) -> Sequence[Shown]:
    """Return what else a canonical URL is looked up under; `shown_by` is empty where no mirror shows it.

    Nearly every URL has nothing of the kind, and is told so at once.
    """
    host = identity[: identity.index("/")]
    may_show = host in AT or "http" in identity or "image" in identity or "aHR0c" in identity
    if not may_show and not host.endswith(BELOW):
        return ()
    shown = [Shown(identity, ""), *mirrors.shown_by(identity)]
    others = {each.identity: each for each in shown[1:]}
    for each in shown:
        form = accounts.account_form(each.identity)
        if form != identity:
            others.setdefault(form, Shown(form, each.shown_by))
    return tuple(others.values())
