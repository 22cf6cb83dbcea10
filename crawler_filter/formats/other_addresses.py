"""All addresses that one URL is looked up under beside its own.

What a mirror shows, the account it belongs to, and the one form of a file that has several addresses.
"""

import re
from collections.abc import Sequence
from typing import Final

from crawler_filter.formats import accounts, mirrors, same_files, same_works
from crawler_filter.formats.mirrors import Shown
from crawler_filter.formats.normal_form import normal_form
from crawler_filter.formats.urls import MAX_URL

AT: Final = accounts.AT | mirrors.AT | same_files.AT | same_works.AT
BELOW: Final = (*accounts.BELOW, *mirrors.BELOW, *same_files.BELOW, *same_works.BELOW)
"""The hosts of which some URLs have other addresses: those below `BELOW`, and `AT` these."""


_END: Final = 8
_ENDS: Final = frozenset(name[-_END:] for name in (*AT, *BELOW))
"""The last characters of all those hosts: one look tells that nearly every other host is none of them."""

_UNDERLINED: Final = re.compile(r"/_(?:next|vercel|image|ipx)").search
_SIGNED: Final = re.compile(r"/[\w-]{27}=/", re.ASCII).search

_PLAIN: Final = re.compile(
    normal_form(
        segment="|_|http|H[Tt][Tt]|aHR0c|687474|cdn-cgi/|unsafe/",
        query=r"(?<!humb\.php)(?![^#]*aHR0c)",  # `http` in base64
        escape="(?!25)",
        not_in_path=":@=",
        not_in_query=":/",
    )
).fullmatch
"""URLs in normal form that show no address of their own making: one has a colon, or begins a segment."""


def _top(host: str) -> str:
    """Return the last two labels of a name."""
    return host[host.rfind(".", 0, host.rfind(".")) + 1 :]


TOPS: Final = frozenset(_top(name.removeprefix(".")) for name in (*AT, *BELOW)) | {""}
"""The last two labels of all those hosts, for bulk: nearly every host ends in others. No host counts too."""


_TOPS_BELOW: Final = frozenset(_top(name.removeprefix(".")) for name in BELOW)
"""The same of those that others lie below: fewer hosts are looked for among many names."""


def has_other_addresses(host: str) -> bool:
    """Tell whether some URLs of a host have other addresses, because of the host; of no host, it is not known."""
    return not host or host in AT or (_top(host) in _TOPS_BELOW and host.endswith(BELOW))


def plain(url: str) -> tuple[str, str] | None:
    """Return the identity and the host of a URL that is looked up under its own address alone, by one look at it.

    Of nearly all such URLs; None of all others, and of what is no URL.
    """
    found = _PLAIN(url)
    if found is None or len(url) > MAX_URL:
        return None
    names: tuple[str, str] = found.group(1, 2)  # type: ignore[assignment]  # both took part
    host = names[1]
    return None if host[-_END:] in _ENDS and (host in AT or host.endswith(BELOW)) else names


def other_addresses(identity: str, host: str) -> Sequence[Shown]:
    """Return what else a canonical URL of `host` is looked up under; `shown_by` is empty where no mirror shows it.

    Nearly every URL has nothing of the kind, and `plain` tells most of them.
    """
    # written out, with single signs first, which cost least to look for
    if host[-_END:] in _ENDS and (host in AT or host.endswith(BELOW)):
        return _found(identity)
    if "http" in identity or "TP" in identity or "Htt" in identity or "cdn-cgi/" in identity:
        return _found(identity)
    if ("aHR" in identity and "aHR0c" in identity) or "687474" in identity:  # `http` in base64, in digits
        return _found(identity)
    if ("_" in identity and _UNDERLINED(identity)) or ("=" in identity and "=/" in identity and _SIGNED(identity)):
        return _found(identity)
    if "unsafe/" in identity or "netlify/" in identity or "humb.php" in identity:
        return _found(identity)
    return _found(identity) if "@" in identity and "/@" in identity and identity.count("@") > 1 else ()


def _found(identity: str) -> Sequence[Shown]:
    shown = [Shown(identity, ""), *mirrors.shown_by(identity)]
    others = {each.identity: each for each in shown[1:]}
    for each in shown:
        file = same_files.file_form(each.identity)
        account = accounts.account_form(each.identity)
        is_file = file != each.identity
        of_file = accounts.account_form(file) if is_file else account
        works = (same_works.work_form(account), *((same_works.work_form(of_file),) if is_file else ()))
        for form in (account, file, of_file, *works):
            if form is not None and form != identity:
                others.setdefault(form, Shown(form, each.shown_by))
    return tuple(others.values())
