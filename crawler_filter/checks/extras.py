"""What of this package's extras a snapshot and its operator need, and this machine lacks."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, Literal, get_args

from crawler_filter.errors import MissingExtraError
from crawler_filter.formats.record import ScopeKind
from crawler_filter.snapshot.reader import Snapshot

Need = Literal["pictures", "video", "pdf", "iscc", "archives", "codings", "heif", "jxl", "names", "arrow", "embed"]
"""What a filter may be opened for."""


@dataclass(frozen=True, slots=True)
class _Extra:
    """One extra: its modules, what it reads, and the kinds of scopes that nobody finds in that without it."""

    name: str
    modules: tuple[str, ...]
    reads: str
    kinds: tuple[ScopeKind, ...] = ()


_SEEN: Final = (ScopeKind.PDQ, ScopeKind.VIDEO)
_ANY: Final = (*_SEEN, ScopeKind.TEXT, ScopeKind.ISCC)

_EXTRAS: Final[Mapping[Need, _Extra]] = {
    "pictures": _Extra("media", ("PIL",), "pictures", _SEEN),
    "video": _Extra("video", ("av",), "films", (*_SEEN, ScopeKind.TEXT)),
    "pdf": _Extra("pdf", ("pypdfium2", "PIL"), "PDFs", _ANY),
    "iscc": _Extra("iscc", ("iscc_lib",), "ISCCs", (ScopeKind.ISCC,)),
    "archives": _Extra("archives", ("libarchive",), "RAR, 7z, LZH and cabinets", _ANY),
    "codings": _Extra("codings", ("brotli",), "bodies in br", _ANY),
    "heif": _Extra("heif", ("pillow_heif",), "HEIC pictures", _SEEN),
    "jxl": _Extra("jxl", ("pillow_jxl",), "JPEG XL pictures", _SEEN),
    "names": _Extra("names", ("ahocorasick_rs",), "names in captions"),
    "arrow": _Extra("arrow", ("pyarrow",), "columns in bulk"),
    "embed": _Extra("embed", ("onnxruntime", "PIL"), "codes of models"),
}


def require(needs: Collection[Need]) -> None:
    """Refuse to go on without what is needed.

    Raises MissingExtraError, which names every extra to install; ValueError for a need that is none.
    """
    for need in needs:
        if need not in _EXTRAS:
            raise ValueError(f"expected needs among {', '.join(get_args(Need))}, got {need!r}")
    lacking = [_EXTRAS[need] for need in _EXTRAS if need in needs and not _is_there(_EXTRAS[need])]
    if lacking:
        raise MissingExtraError(
            "%(reads)s cannot be read on this machine: install training-optout[%(extras)s]",
            reads=", ".join(extra.reads for extra in lacking),
            extras=",".join(extra.name for extra in lacking),
        )


def missing_for(snapshot: Snapshot) -> tuple[str, ...]:
    """Return a line for each extra that is not installed and without which registered works are not found."""
    return tuple(_missing_for(snapshot))


def _missing_for(snapshot: Snapshot) -> Iterator[str]:
    for extra in _EXTRAS.values():
        rows = sum(snapshot.rows(kind) for kind in extra.kinds)
        if rows and not _is_there(extra):
            kinds = ", ".join(f"{snapshot.rows(kind):,} {kind}" for kind in extra.kinds if snapshot.rows(kind))
            yield f"training-optout[{extra.name}]: {extra.reads} cannot be looked up, and there are rules: {kinds}"


def _is_there(extra: _Extra) -> bool:
    return all(find_spec(module) is not None for module in extra.modules)
