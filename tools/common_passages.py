"""Finds what stands in the documents of several projects: the strings of generators, notices, figures of speech.

The documents are those of Debian's packages, by name, each of another project and made by another generator or the
same: pages, manual pages, and the file that says who holds which rights. What three of them have is nobody's.
`benchmarks/texts_of_others.py` measures with other packages, so that the list is not tried on what it is made of.
"""

import gzip
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.real_files import unpack
from crawler_filter.files.charset import likely_reading
from crawler_filter.fingerprints.winnowing import Hashes
from tools.chosen import chosen_of

DEBIAN: Final = (
    "libopus-doc", "libusb-1.0-doc", "libtheora-doc", "libassimp-doc", "libftdi1-doc", "libvorbis-dev",
    "libeigen3-doc", "libpango1.0-doc", "libgdk-pixbuf2.0-doc", "libsoup2.4-doc", "librsvg2-doc",
    "libcairo2-doc", "libharfbuzz-doc", "libghc-aeson-doc", "libghc-zlib-doc", "libcommons-lang3-java-doc",
    "libgcrypt20-doc", "gnutls-doc", "libtasn1-doc", "mailutils-doc", "guile-3.0-doc", "libidn2-doc",
    "python-pil-doc", "python-babel-doc", "python-markdown-doc", "python-tornado-doc", "python-psycopg2-doc",
    "python-mako-doc", "python-lxml-doc", "cython-doc", "buildbot-doc", "lttng-tools", "libvirt-doc",
    "openjdk-17-doc", "elpa-magit", "dh-make-perl", "libpam-doc", "coreutils", "util-linux", "man-db",
    "manpages", "manpages-dev", "e2fsprogs", "iptables", "nftables", "systemd", "libpqxx-doc", "mpich-doc",
    "libfftw3-doc", "gnustep-base-doc", "openmpi-doc", "slurm-wlm-doc", "pgpool2", "pgbouncer",
    "strongswan-starter", "xen-doc", "llvm-14-doc", "swi-prolog-doc", "xine-ui", "inn2", "sendmail-doc",
    "courier-doc", "cyrus-doc", "mpd", "kannel-docs", "tintin++", "hmmer-doc", "manpages-ja", "manpages-ja-dev",
    "hello", "sed", "grep", "tar", "gzip", "diffutils", "findutils", "datamash", "libatk1.0-doc",
    "libgtksourceview-4-doc", "libvte-2.91-doc", "libclutter-1.0-doc", "libgdl-3-doc", "libpeas-doc",
    "libghc-http-doc", "libghc-network-doc", "libghc-hunit-doc", "libghc-random-doc", "libghc-yaml-doc",
    "libghc-split-doc", "libcommons-io-java-doc", "libcommons-codec-java-doc", "libtag1-doc", "libexif-doc",
    "libjsoncpp-doc", "libraw1394-doc", "portaudio19-doc",
)  # fmt: skip

SEVERAL: Final = 3
"""Projects that have a passage from which on it is everybody's."""

_PAGE: Final = re.compile(r"\.x?html?(?:\.gz)?\Z|/man[1-8]/[^/]+\.gz\Z|/copyright\Z")
_MACRO: Final = re.compile(
    r"^[.']\\\"[^\n]*|^[.'][A-Za-z]{1,3}[^\n\S]*|\\f(?:\[[A-Z]*\]|\(..|.)|\\[&%|^/,]", re.MULTILINE
)
_MOST_PAGES: Final = 400
_LONGEST: Final = 400_000


def of_several(packages: Iterable[Path]) -> Hashes:
    """Return the fingerprints that are in the documents of several packages; each is unpacked beside itself."""
    return shared_by(SEVERAL, map(_of_package, packages))


def shared_by(several: int, found: Iterable[Hashes]) -> Hashes:
    """Return the fingerprints that so many sets have or more, each of which names one once."""
    values, counts = np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *found]), return_counts=True)
    shared: Hashes = values[counts >= several]
    return shared


def _of_package(package: Path) -> Hashes:
    folder = package.with_suffix(".unpacked")
    if not folder.is_dir():
        unpack(package, folder)
    found = [chosen_of(text) for text in pages(folder)]
    return np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *found]))


def pages(folder: Path) -> Iterator[str]:
    """Yield some pages of a package, the same in every run: those whose names have the smallest digests."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    names = [str(path.relative_to(folder)) for path in files]
    chosen = sorted(filter(_PAGE.search, names), key=lambda name: sha256(name.encode()).digest())[:_MOST_PAGES]
    for name in chosen:
        content = (folder / name).read_bytes()
        text = likely_reading(gzip.decompress(content) if name.endswith(".gz") else content) or ""
        yield (_MACRO.sub("", text).replace("\\-", "-") if "/man" in name else text)[:_LONGEST]
