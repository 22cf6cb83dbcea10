"""Gathers the same from a folder that holds a site as it will be published.

Headers come from a `_headers` file, as static hosts read it: a path pattern, and indented below it `Name: value`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from crawler_filter.files.media_type import media_type
from crawler_filter.lint.misplaced import is_llms_txt, meant_place
from crawler_filter.lint.site import Missed, Site
from crawler_filter.signals import rsl, well_known
from crawler_filter.signals.embedded import rsl_embedded
from crawler_filter.signals.response import Response
from crawler_filter.signals.robots.patterns import Pattern, path_of

MAX_BYTES: Final = 8 << 20
"""Size of a file that is read; larger ones are named as missed."""
MAX_FILES: Final = 500
"""Pages and other files that are looked at."""

_FIXED: Final = well_known.PATHS | {"/robots.txt", "/_headers"}
_MEDIA: Final = ("image/", "video/", "audio/", "application/pdf", "application/epub")
_PAGES: Final = frozenset({".html", ".htm", ".xhtml"})
_INDEX: Final = frozenset({"index.html", "index.htm"})


def read_folder(folder: Path, url: str) -> Site:
    """Return the site that `folder` is the root of, to be published at `url`. Raises OSError."""
    root = url.rstrip("/")
    rules = _header_rules(folder / "_headers")
    pages, files, missed = [], [], []
    licenses: dict[str, Response] = {}
    named: list[str] = []
    for number, path in enumerate(_files(folder)):
        named.append(f"/{path.relative_to(folder).as_posix()}")
        if named[-1] in _FIXED:
            continue
        if number >= MAX_FILES:
            missed.append(Missed(str(folder), f"only the first {MAX_FILES} files were read"))
            break
        place = _address(path.relative_to(folder), root)
        if path.stat().st_size > MAX_BYTES:
            missed.append(Missed(place, f"longer than the {MAX_BYTES} bytes that are read"))
            continue
        answer = Response(place, 200, _headers(rules, place), path.read_bytes())
        if path.suffix.lower() in _PAGES:
            pages.append(answer)
        elif _is_media(answer.body):
            files.append(answer)
        elif rsl.NAMESPACE.encode() in answer.body:
            licenses[place] = answer
    robots_txt = _file(folder, "/robots.txt", root) or Response(f"{root}/robots.txt", 404)
    fixed = {path: file for path in sorted(well_known.PATHS) if (file := _file(folder, path, root))}
    return Site(
        f"{root}/",
        robots_txt,
        tuple(pages),
        tuple(files),
        fixed,
        licenses,
        missed=tuple(missed),
        misplaced=_misplaced(named),
    )


def _misplaced(paths: Sequence[str]) -> dict[str, str]:
    """Return the files of other names that stand in place of one that is absent, each with its right place."""
    meant = {
        path: place for path in paths if path not in _FIXED and (place := meant_place(path)) and place not in paths
    }
    is_alone = "/robots.txt" not in (*paths, *meant.values())
    return {**meant, **{path: "" for path in paths if is_alone and is_llms_txt(path)}}


def _is_media(body: bytes) -> bool:
    return (media_type(body) or "").startswith(_MEDIA) or rsl_embedded.is_feed(body)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files in order, the start page first; links are not followed out of the folder."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    yield from sorted(found, key=lambda path: (len(path.relative_to(folder).parts), path.name not in _INDEX, path))


def _file(folder: Path, path: str, root: str) -> Response | None:
    file = folder / path.lstrip("/")
    if not file.is_file() or file.stat().st_size > MAX_BYTES:
        return None
    return Response(root + path, 200, (), file.read_bytes())


def _address(path: Path, root: str) -> str:
    parts = path.parts[:-1] if path.name in _INDEX else path.parts
    return "/".join((root, *parts)) + ("/" if path.name in _INDEX else "")


_Rules = list[tuple[Pattern, list[tuple[str, str]]]]


def _header_rules(file: Path) -> _Rules:
    rules: _Rules = []
    if not file.is_file():
        return rules
    for line in file.read_text("utf-8", "replace").splitlines():
        name, colon, value = line.strip().partition(":")
        if line[:1].isspace() and colon and rules:
            rules[-1][1].append((name.strip(), value.strip()))
        elif line.startswith("/"):
            path = line.strip()
            # a pattern there is a whole path, where robots.txt means the beginning of one
            rules.append((Pattern(path if path.endswith("*") else f"{path}$"), []))
    return rules


def _headers(rules: _Rules, address: str) -> tuple[tuple[str, str], ...]:
    path = path_of(address)
    return tuple(header for pattern, lines in rules if pattern.matches(path) for header in lines)
