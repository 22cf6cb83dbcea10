"""What the Public Suffix List says about a name. Asked when a scope is registered, never in the filter.

The list decides two things: which names nobody may declare whole, because many parties share them, and which
shared names lie below a declared domain and are stored with it as exceptions, so that the filter needs no
suffix list. It knows few of the hosting platforms; that a proof by file covers exactly one host is what
protects the tenants of the others.

Hosts are canonical (`crawler_filter.formats.urls.canonical_host`): lower case, A-labels, no trailing dot. This
module answers; whether to refuse is the caller's rule.
"""

from bisect import bisect_left, bisect_right
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import idna
from publicsuffixlist import PublicSuffixList

_AFTER_ALL: Final = "\U0010ffff"


class SuffixStatus(StrEnum):
    """The list's view of a host, and so whether a party may declare it whole."""

    ORDINARY = "ordinary"
    """Below some public suffix: whoever proves control may declare it."""
    ICANN_SUFFIX = "icann-suffix"
    """A registry's suffix, such as `co.jp`: never declarable."""
    PRIVATE_SUFFIX = "private-suffix"
    """A platform's suffix, such as `github.io`: its tenants are others, so a person has to look."""
    UNKNOWN_TLD = "unknown-tld"
    """Its top-level domain is not delegated, as in `shop.test` or `localhost`: nothing public is there."""


def standing(host: str) -> SuffixStatus:
    """Return how the list sees a canonical host."""
    if not _icann().is_public(host.rpartition(".")[2]):
        return SuffixStatus.UNKNOWN_TLD
    if _icann().is_public(host):
        return SuffixStatus.ICANN_SUFFIX
    if is_public_suffix(host):
        return SuffixStatus.PRIVATE_SUFFIX
    return SuffixStatus.ORDINARY


def is_public_suffix(host: str) -> bool:
    """Tell whether many parties share this name, by the ICANN or the private section.

    The list's implicit rule `*` holds: a single label is a suffix even when no rule names it.
    """
    return _both_sections().is_public(host)


def registrable_domain(host: str) -> str | None:
    """Return the suffix above a host and one label more, or None for a suffix itself."""
    return _both_sections().privatesuffix(host)


def is_below_private_suffix(host: str) -> bool:
    """Tell whether anybody may have a name under the one above the host's own, as under `github.io`."""
    suffix = _both_sections().publicsuffix(host)
    return suffix is not None and not _icann().is_public(suffix)


def private_suffixes_below(domain: str) -> tuple[str, ...]:
    """Return every shared name below a domain, sorted: the exceptions a domain scope is stored with.

    A wildcard rule `*.name` gives `name`. ICANN suffixes below a name that is none count too: whoever holds
    `hedmark.no` does not speak for `os.hedmark.no`.
    """
    above = _from_the_top(domain)
    shared = _shared_names()
    first, end = bisect_right(shared, above), bisect_left(shared, above + _AFTER_ALL)
    return tuple(sorted(_from_the_top(name).rstrip(".") for name in shared[first:end]))


@cache
def _rules() -> str:
    return files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text("utf-8")


@cache
def _both_sections() -> PublicSuffixList:
    return PublicSuffixList(_rules())


@cache
def _icann() -> PublicSuffixList:
    return PublicSuffixList(_rules(), only_icann=True, accept_unknown=False)


def _from_the_top(host: str) -> str:
    """Return a host with its labels in reverse, each followed by a dot: what is below a name follows it."""
    return "".join(f"{label}." for label in reversed(host.rstrip(".").split(".")))


@cache
def _shared_names() -> tuple[str, ...]:
    """Every rule of the list, read from the top, in order; exception rules (`!name`) name hosts not shared."""
    rules = (line.split(maxsplit=1)[0] for line in _rules().splitlines() if line.strip())
    names = (rule.removeprefix("*.") for rule in rules if not rule.startswith(("//", "!")))
    hosts = {name if name.isascii() else idna.encode(name).decode() for name in names}
    return tuple(sorted(map(_from_the_top, hosts)))
