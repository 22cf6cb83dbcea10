"""Pages of many sites, as libraries that read pages keep them for their tests: news, blogs, recipes, shops.

What three sites have is written by the systems that they use, or by everybody: forms for comments, cookie notices,
buttons to share, tables of nutrition, disclosures, months of an archive. git itself brings the repositories, each
at one commit, into a folder. A third of the sites, by the digest of their names, is never listed: with those
`python -m benchmarks.texts_of_others --sites` measures.
"""

import gzip
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import numpy as np
from publicsuffixlist import PublicSuffixList

from crawler_filter.files.charset import likely_reading
from crawler_filter.fingerprints.normal_text import main_content, normalise
from crawler_filter.fingerprints.winnowing import Hashes
from tools.chosen import chosen_of
from tools.common_passages import SEVERAL, shared_by
from tools.repositories import MOST_BYTES, files_of

REPOSITORIES: Final = {
    "mozilla/readability": ("ab4027a8b37669745016869a37a504727992b2ba", r"source\.html\Z"),
    "scrapinghub/article-extraction-benchmark": ("4a3bc979f76c0df73cb95fe272e2fc1b96f9f010", r"\.html\.gz\Z"),
    "hhursev/recipe-scrapers": ("d08ddd0240ee0ff73dd9d705e43077a821944716", r"\.testhtml\Z"),
    "postlight/parser": ("e8ba7ece291efa4d915d50dd4deeec17d54359f2", r"\Afixtures/.*\.html\Z"),
    "adbar/trafilatura": ("e90b0ef51ab026fdb905fb6c5b3c84dd3d784fd5", r"tests/(?:eval|cache)/.*\.html?\Z"),
    "codelucas/newspaper": ("1618b547f31c2d1fd19ae3b6afd8f7542dd02074", r"\.html\Z"),
    "goose3/goose3": ("c5a8902eed0c4592a1ff5ec51a0277cf73a3aca7", r"\.html\Z"),
    "flairNLP/fundus": ("18da6e53592f99cf0ac5770dc63d6ba99ba63ae8", r"\.html\.gz\Z"),
    "scrapinghub/extruct": ("a31daaadb82ec684b7d468d3b15734b8ae3b7265", r"\.html\Z"),
}
"""Repositories of GitHub, each with a commit and the names of its pages."""

_ADDRESS: Final = r"[\"']?(https?://[^\"'\s<>]+)"
_CANONICAL: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"<link[^<>]*rel=[\"']?canonical[^<>]*?href={_ADDRESS}",
        rf"<link[^<>]*href={_ADDRESS}[\"']?[^<>]*rel=[\"']?canonical",
        rf"og:url[\"'][^<>]*content={_ADDRESS}",
        rf"content={_ADDRESS}[\"']?[^<>]*og:url",
    )
)
_SUFFIXES: Final = PublicSuffixList(only_icann=True)
_FEWEST_LETTERS: Final = 300
_MEASURED: Final = 3
_LONGEST: Final = 400_000


class SitePage(NamedTuple):
    """A page, its name, and the domain that it is of."""

    name: str
    site: str
    text: str

    @property
    def is_measured(self) -> bool:
        """Tell whether its site is one of the third that is measured with, and not listed."""
        return sha256(b"x" + self.site.encode()).digest()[0] % _MEASURED == _MEASURED - 1


def site_pages(folder: Path) -> Iterator[SitePage]:
    """Yield every page of the repositories, each text once; what is not in `folder` yet is fetched."""
    seen: set[str] = set()
    for repository, (commit, names) in REPOSITORIES.items():
        for name, stored in files_of(folder, repository, commit, re.compile(names).search):
            content = gzip.decompress(stored) if name.endswith(".gz") else stored
            text = likely_reading(content) or ""
            main = normalise(main_content(text)) if len(content) <= MOST_BYTES else ""
            if len(main) >= _FEWEST_LETTERS and main not in seen:
                seen.add(main)
                yield SitePage(f"{repository.partition('/')[2]}:{name}", _site(name, text), text)


def of_sites(folder: Path) -> Hashes:
    """Return the fingerprints that the pages of several sites have."""
    by_site: dict[str, list[Hashes]] = {}
    for page in site_pages(folder):
        if not page.is_measured:
            by_site.setdefault(page.site, []).append(chosen_of(page.text[:_LONGEST]))
    return shared_by(SEVERAL, (np.unique(np.concatenate(found)) for found in by_site.values()))


def _site(name: str, text: str) -> str:
    """Return the domain that a page says it is of; else the folder or file that it lies in, by its publisher."""
    if name.endswith(".testhtml"):
        return name.split("/")[-2]
    address = next((found[1] for pattern in _CANONICAL if (found := pattern.search(text))), None)
    host = (urlsplit(address).hostname if address else None) or ""
    own = name.split("/")[-2 if name.endswith("source.html") else -1]
    return _SUFFIXES.privatesuffix(host) or (own.partition("_")[0] if own.endswith(".gz") else own)
