"""The URL profiles that a snapshot may be made under, each with what a lookup needs of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crawler_filter.formats import urls, urls_profile_1
from crawler_filter.formats.mirrors import Shown
from crawler_filter.formats.other_addresses import other_addresses, plain


@dataclass(frozen=True, slots=True)
class UrlProfile:
    """The functions by which a profile writes a URL.

    `canonical` makes its identity, `prefixes` the prefix scopes that could cover that, `others` what else it
    is looked up under, given its host too. `plain` gives identity and host of what has no other
    address; None where that is not seen at one look.
    """

    canonical: Callable[[str | bytes], str]
    prefixes: Callable[[str], Iterator[str]]
    others: Callable[[str, str], Sequence[Shown]]
    plain: Callable[[str], tuple[str, str] | None]


URL_PROFILES: Final[Mapping[int, UrlProfile]] = {
    1: UrlProfile(urls_profile_1.canonical, urls_profile_1.prefixes, lambda _, __: (), lambda _: None),
    2: UrlProfile(urls.canonical, urls.prefixes, other_addresses, plain),
}
