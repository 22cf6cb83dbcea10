"""Books and pages that nobody here made: from Debian's packages of documents, by name.

None of these packages is among those that the registry's list of shared texts is made of
(`tools/common_passages.py`).
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from crawler_filter.files.charset import likely_reading
from crawler_filter.fingerprints.normal_text import main_content, normalise

PACKAGES: Final = (
    "bible-kjv-text", "anarchism", "debian-history", "debian-handbook", "debian-reference-en",
    "debian-reference-ja", "developers-reference", "developers-reference-ja", "maint-guide", "maint-guide-ja",
    "debmake-doc", "debian-faq", "debian-faq-ja", "debian-policy", "debian-policy-ja", "aptitude-doc-en",
    "aptitude-doc-ja", "installation-guide-amd64", "debian-kernel-handbook", "debian-edu-doc-en",
    "debian-edu-doc-ja", "harden-doc", "doc-base", "doc-debian", "python3.11-doc", "bash-doc", "lilypond-doc-html",
    "lilypond-doc-html-ja", "autoconf-doc", "m4-doc", "gettext-doc", "libtool-doc", "postgresql-doc-15",
    "sqlite3-doc", "git-doc", "jargon", "jargon-text", "exim4-doc-html", "apache2-doc", "r-doc-html", "vim-doc",
    "zsh-doc", "gimp-help-en", "gimp-help-ja", "gnucash-docs", "maxima-doc", "octave-doc", "rust-doc",
    "haskell98-report", "scheme48-doc", "python-django-doc", "python-sqlalchemy-doc", "python-flask-doc",
    "python-jinja2-doc", "python-werkzeug-doc", "python-requests-doc", "cmake-doc", "sphinx-doc", "docutils-doc",
    "bind9-doc", "postfix-doc", "imagemagick-6-doc", "povray-doc", "docbook-xsl-doc-html", "mutt", "i3-wm",
    "awesome-doc", "privoxy", "nodejs-doc", "ant-doc", "libglib2.0-doc", "libgtk-3-doc", "lynx-common", "flex-doc",
    "gcl-doc", "gap-doc", "sbcl-doc", "libsvn-doc", "xfig-doc", "auctex", "latex2html", "gnuradio-doc",
    "fontforge-doc", "libghc-pandoc-doc", "dia-common", "wireshark-doc", "varnish-doc", "doxygen-doc",
    "libxml2-doc", "libsdl2-doc", "gnuplot-doc", "erlang-doc", "ghc-doc", "scala-doc", "graphviz-doc",
    "kicad-doc-ja", "denemo-doc", "clisp-doc", "ledger", "haproxy-doc", "postgis-doc", "fetchmail", "w3m",
)  # fmt: skip
"""Packages of Debian with books as text or pages, or the pages of a site."""

_DEBIAN: Final = re.compile(
    r"(?:debian|developers-reference|maint-guide|debmake|aptitude|installation-guide|harden|doc-)"
)
_VARIANT: Final = re.compile(r"(?:-(?:en|ja|text|doc|html|doc-html))+\Z")
_TEXT: Final = re.compile(r"\.(?:x?html?|txt|rst)(?:\.gz)?\Z|/(?:CHAPTER|jargon|bible)[^/]*\Z")
_PAGE: Final = re.compile(r"\.x?html?(?:\.gz)?\Z")
_NO_CHAPTER: Final = re.compile(
    r"copyright|changelog|README|LICEN|COPYING|GFDL|search|genindex|modindex|/index\.html", re.IGNORECASE
)
_LANGUAGE: Final = re.compile(r"[._/-]([a-z]{2})(?:[-_][A-Z]{2})?(?:\.|/)")
_OTHER_LANGUAGES: Final = frozenset(
    re.findall("..", "arcacsdadeelesfifrhrhuiditkoltlvnbnlnnplptroruskslsvtrukvizh")
)
_READ: Final = ("en", "ja")
_LONGEST: Final = 1_500_000
_SHORTEST: Final = 20_000
_PAGES_OF_A_SITE: Final = 10
_LONGEST_PAGE: Final = 300_000
_SHORTEST_PAGE: Final = 1_500


class Document(NamedTuple):
    """A book or a page, and the project whose people wrote it: its translations are of the same one."""

    name: str
    project: str
    text: str


def books(folder: Path) -> Iterator[Document]:
    """Yield the books of the unpacked packages in a folder, each by its package and language."""
    for package in sorted(folder.iterdir()):
        chapters: dict[str, list[str]] = {language: [] for language in _READ}
        for path in _files(package, _TEXT):
            if sum(map(len, texts := chapters[_language(package, path)])) < _LONGEST:
                texts.append(main_content(_read(path)))
        name = package.name.partition("_")[0]
        for language, texts in chapters.items():
            if len(book := "".join(texts)[:_LONGEST]) >= _SHORTEST:
                yield Document(f"{name} {language}", project_of(name), book)


def pages(folder: Path) -> Iterator[Document]:
    """Yield ten pages of each package that has any, the same in every run, as they are."""
    of_project: Counter[str] = Counter()
    for package in sorted(folder.iterdir()):
        name = package.name.partition("_")[0]
        project = project_of(name)
        for path in sorted(_files(package, _PAGE), key=lambda path: _digest(package, path)):
            if of_project[project] == _PAGES_OF_A_SITE:
                break
            page = _read(path)
            if len(page) <= _LONGEST_PAGE and len(normalise(main_content(page))) >= _SHORTEST_PAGE:
                of_project[project] += 1
                yield Document(f"{name} {path.name}", project, page)


def project_of(package: str) -> str:
    """Return whose documents a package has."""
    return "debian" if _DEBIAN.match(package) else _VARIANT.sub("", package)


def _files(package: Path, names: re.Pattern[str]) -> Iterator[Path]:
    for path in sorted(package.rglob("*")):
        name = str(path)
        is_wanted = names.search(name) and not _NO_CHAPTER.search(name) and _language(package, path) in _READ
        if is_wanted and path.is_file() and not path.is_symlink():
            yield path


def _language(package: Path, path: Path) -> str:
    named = _LANGUAGE.findall(str(path.relative_to(package)))
    return next((each for each in reversed(named) if each == "ja" or each in _OTHER_LANGUAGES), "en")


def _digest(package: Path, path: Path) -> bytes:
    return sha256(str(path.relative_to(package)).encode()).digest()


def _read(path: Path) -> str:
    content = path.read_bytes()
    return likely_reading(gzip.decompress(content) if path.suffix == ".gz" else content) or ""
