"""The URL profiles that a snapshot may be made under, each with what a lookup needs of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from crawler_filter.formats import urls, urls_profile_1


@dataclass(frozen=True, slots=True)
class UrlProfile:
    """`canonical` makes the identity of a URL, `prefixes` the prefix scopes that could cover it."""

    canonical: Callable[[str | bytes], str]
    prefixes: Callable[[str], Iterator[str]]


URL_PROFILES: Final[Mapping[int, UrlProfile]] = {
    1: UrlProfile(urls_profile_1.canonical, urls_profile_1.prefixes),
    2: UrlProfile(urls.canonical, urls.prefixes),
}
