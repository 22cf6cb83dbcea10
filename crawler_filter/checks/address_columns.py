"""Columns of addresses at once: what their hosts say of each row.

The host decides: what follows it is read only where a path can matter. A row whose host cannot be read off, or
that may show another address, is looked at by itself.
"""

import re
from hashlib import sha256
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler_filter.checks import columns
from crawler_filter.checks.asset import SILENT_ADDRESS
from crawler_filter.checks.verdicts import BY_HOST, BY_ROW, SILENT, Rows, Verdicts, declared, unreadable
from crawler_filter.formats.mirrors import MAY_SHOW_AS_WRITTEN
from crawler_filter.formats.other_addresses import TOPS, has_other_addresses
from crawler_filter.formats.urls import MAX_URL
from crawler_filter.snapshot.reader import Snapshot

MOST_HOSTS: Final = 100_000
"""Hosts of which the verdict is remembered."""

_FIRST: Final = 1024
_SPREAD: Final = 4096
"""URLs of a column that are compared to see whether each is there several times: neighbours, and others."""

_SCHEMES: Final = ("https://", "http://")
_ANY_SCHEME: Final = r"\A(?i:https?)://"
# A host that can be read off what stands before the first slash: a name that cannot be IPv4, a port that is one,
# and an end of the authority. What follows never keeps the parser from reading it.
_HOST: Final = re.compile(
    rb"((?>(?:[A-Za-z0-9_-]++\.)*)[A-Za-z][A-Za-z0-9_-]*+)(?>(?::[0-9]{0,4}+)?)(?>(?:[?#\\].*+)?)", re.DOTALL
)
_MOST_BYTES: Final = MAX_URL // 9
"""Bytes of which escaping and composing cannot make more than a URL may have: three for each, thrice composed."""

Hosts = npt.NDArray[np.int32]


class Addresses(NamedTuple):
    """The addresses of a column: for each row a verdict and the number of its host.

    `parents` and `of_each` are those of lists: the row of each address, and the verdict of each.
    """

    verdicts: Verdicts
    hosts: Hosts
    parents: Rows | None = None
    of_each: Verdicts | None = None

    def quiet(self, values: list[object], rows: Rows) -> list[object]:
        """Return the values of some rows, with SILENT_ADDRESS for what nobody declared anything about."""
        if self.parents is None or self.of_each is None:
            silent = (self.verdicts[rows] == SILENT).tolist()
            return [
                SILENT_ADDRESS if nobodys and value is not None else value
                for value, nobodys in zip(values, silent, strict=True)
            ]
        starts, silent = np.searchsorted(self.parents, rows).tolist(), (self.of_each == SILENT).tolist()
        return [
            [SILENT_ADDRESS if silent[place] else each for place, each in enumerate(value, start)]
            if isinstance(value, list)
            else value
            for value, start in zip(values, starts, strict=True)
        ]


class AddressColumns:
    """Judges columns of addresses by one snapshot, and each host of them once, also of columns that come later."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_urls(self, column: Any) -> Addresses:  # noqa: ANN401 - any library's column
        """Return for each row a verdict and the number of its host. One without a URL could not be checked."""
        text = columns.as_arrow_text(column)
        if text is None:
            return Addresses(unreadable(column, required=True), np.zeros(len(column), dtype=np.int32))
        return Addresses(*self._of_text(text))

    def of_pages(self, column: Any) -> Addresses:  # noqa: ANN401
        """Return the same for each row of URLs or lists of them; one without any matches nothing."""
        if (lists := columns.as_arrow_lists(column)) is not None:
            return self._of_lists(lists)
        text = columns.as_arrow_text(column)
        if text is None:
            return Addresses(unreadable(column, required=False), np.zeros(len(column), dtype=np.int32))
        verdicts, hosts = self._of_text(text)
        verdicts[text.is_null().to_numpy(zero_copy_only=False)] = SILENT
        return Addresses(verdicts, hosts)

    def _of_lists(self, lists: Any) -> Addresses:  # noqa: ANN401 - Arrow arrays
        """Return for each list the verdict of the URL that wants the closest look; several hosts want one each."""
        import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

        of_urls, hosts_of_urls = self._of_text(pc.list_flatten(lists))
        told = np.flatnonzero(of_urls)
        parents = pc.list_parent_indices(lists).to_numpy()
        rows, its_hosts = parents[told], hosts_of_urls[told]
        verdicts, hosts = np.zeros(len(lists), dtype=np.uint8), np.zeros(len(lists), dtype=np.int32)
        np.maximum.at(verdicts, rows, of_urls[told])
        hosts[rows] = its_hosts
        verdicts[rows[hosts[rows] != its_hosts]] = BY_ROW
        return Addresses(verdicts, hosts, parents, of_urls)

    def _of_text(self, text: Any) -> tuple[Verdicts, Hosts]:  # noqa: ANN401
        """Return a verdict and the number of a host for each URL of an array; a missing one wants a look.

        Pages that show many files are looked at once each.
        """
        import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

        if not are_repeated(text):
            return self._of_different(text)
        encoded = text.dictionary_encode()
        verdicts, hosts = self._of_different(encoded.dictionary)
        places = pc.fill_null(encoded.indices, len(verdicts)).to_numpy()
        return np.append(verdicts, np.uint8(BY_ROW))[places], np.append(hosts, np.int32(0))[places]

    def _of_different(self, text: Any) -> tuple[Verdicts, Hosts]:  # noqa: ANN401
        import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

        known = pc.and_(has_scheme(text), pc.less_equal(pc.binary_length(text), _MOST_BYTES))
        plain = pc.fill_null(known, False).to_numpy(zero_copy_only=False)
        usual = text if plain.all() else text.filter(known)
        # scheme, nothing, host and what follows it but for a slash
        parts = pc.list_element(pc.split_pattern(usual, "/", max_splits=3), 2).dictionary_encode()
        verdicts, hosts = np.full(len(text), BY_ROW, dtype=np.uint8), np.zeros(len(text), dtype=np.int32)
        hosts[plain] = parts.indices.to_numpy()
        verdicts[plain] = self._of_authorities(parts.dictionary.cast("binary").to_pylist())[hosts[plain]]
        may_show = pc.fill_null(pc.match_substring_regex(text, MAY_SHOW_AS_WRITTEN), False)
        verdicts[may_show.to_numpy(zero_copy_only=False)] = BY_ROW
        return verdicts, hosts

    def _of_authorities(self, authorities: list[bytes]) -> Verdicts:
        """Judge what stands before the first slash, of which no two are the same."""
        known = self._snapshot.host_verdicts
        new = [each for each in authorities if each not in known]
        if len(known) + len(new) > MOST_HOSTS:  # another thread may still read the one that is left behind
            known = self._snapshot.host_verdicts = {}
            new = authorities
        verdicts = host_verdicts(self._snapshot, [host_of(each) for each in new])
        known.update(zip(new, verdicts.tolist(), strict=True))
        return np.array([known[each] for each in authorities], dtype=np.uint8)


def are_repeated(text: Any) -> bool:  # noqa: ANN401 - an Arrow array
    """Guess whether each URL is there twice on average: among its neighbours, or anywhere.

    Of `n` URLs drawn among `d` different ones, n²/2d are there already.
    """
    import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

    first = text.slice(0, _FIRST)
    if 2 * pc.count_distinct(first, mode="all").as_py() <= len(first):
        return True
    places = np.random.default_rng(0).choice(len(text), min(len(text), _SPREAD), replace=False)
    spread = text.take(places)
    again = len(spread) - pc.count_distinct(spread, mode="all").as_py()
    return bool(again * len(text) > len(spread) ** 2)


def host_of(authority: bytes) -> str:
    """Return the host in what stands before the first slash, in lower case; empty if it cannot be read off."""
    found = _HOST.fullmatch(authority)
    return found[1].lower().decode() if found else ""


def has_scheme(text: Any) -> Any:  # noqa: ANN401 - Arrow arrays
    """Tell which URLs begin with their scheme; the pattern is for those that do not spell it as nearly all do."""
    import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

    usual = pc.or_(*(pc.starts_with(text, scheme) for scheme in _SCHEMES))
    unusual = pc.invert(usual)
    return pc.replace_with_mask(usual, unusual, pc.match_substring_regex(text.filter(unusual), _ANY_SCHEME))


def host_verdicts(snapshot: Snapshot, hosts: list[str]) -> Verdicts:
    """Judge hosts in normal form, none of which is an address: their walks begin at the last two labels.

    One that could not be read off is empty.
    """
    tops = [host[host.rfind(".", 0, host.rfind(".")) + 1 :] for host in hosts]
    names = list(dict.fromkeys(tops))
    keys = b"".join([sha256(name.encode()).digest()[:8] for name in names])
    may_be = declared(snapshot, "host", np.frombuffer(keys, dtype=">u8"))
    known = {names[place] for place in np.flatnonzero(may_be).tolist()}
    verdicts = np.zeros(len(hosts), dtype=np.uint8)
    for place, top in enumerate(tops):
        if top in known:
            found, has_paths = snapshot.walk(hosts[place])
            verdicts[place] = BY_ROW if has_paths else BY_HOST if found else SILENT
        if top in TOPS and has_other_addresses(hosts[place]):
            verdicts[place] = BY_ROW
    return verdicts
