"""WebDataset shards: a row is a sample, the members of a tar archive whose names begin alike.

What is judged are fields of the sample's `.json`, as img2dataset writes them, and the digests of its content where
a member's ending is named for that. The bytes of a kept sample are copied, headers and padding included.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import numpy as np

from crawler_filter.audit.blocks import Block, assemble, judge_blocks, told_apart, writers
from crawler_filter.audit.inputs import Input
from crawler_filter.audit.parts import Drafts, Judge, Part, Settings
from crawler_filter.errors import DataError

SAMPLES_AT_ONCE: Final = 5_000
MAX_JSON: Final = 1 << 24
"""Bytes of a sample's JSON that are read."""

DIGESTED: Final = "content"
"""The role of the member whose digests are computed; its column is the member's ending."""

_DIGESTS: Final = ("sha256", "sha1", "md5")


class _Sample:
    """The members of one sample: what its JSON says, the digests of its content, where it begins and ends."""

    def __init__(self, key: str, start: int) -> None:
        self.key = key
        self.start = self.stop = start
        self.fields: dict[str, Any] = {}
        self.endings: list[str] = []
        self.digests: dict[str, str] = {}


__all__ = ["assemble", "columns", "head", "parts", "run"]


def columns(source: Input) -> list[str]:
    """Return the fields of the first sample's JSON, and the endings of its members."""
    sample = next(_samples(source, None), None)
    return [] if sample is None else [*sample.fields, *sample.endings]


def head(source: Input, roles: Mapping[str, str], rows: int) -> list[dict[str, Any]]:
    """Return the first samples, by role."""
    block = next(_blocks(source, roles, rows), None)
    if block is None:
        return []
    found = {role: column[:rows].to_pylist() for role, column in block.columns.items()}
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def parts(source: Input, limit: int | None) -> list[Part]:  # noqa: ARG001 - every format has the same face
    """Return each shard as one part, because only reading it tells where its members begin."""
    return [Part(0, 0, source.size)]


def run(
    source: Input, part: Part, roles: Mapping[str, str], judge: Judge, settings: Settings, drafts: Drafts
) -> None:
    """Judge the samples of a shard, and write what of them is wanted."""
    with writers(settings, drafts, part.number, told_apart, None) as write:
        judge_blocks(_blocks(source, roles, SAMPLES_AT_ONCE), judge, settings, write)
        write.end(b"\0" * 2 * tarfile.BLOCKSIZE)


def _blocks(source: Input, roles: Mapping[str, str], most: int) -> Iterator[Block]:
    with source.path.open("rb") as file:
        samples: list[_Sample] = []
        for sample in _samples(source, roles.get(DIGESTED)):
            samples.append(sample)
            if len(samples) >= most:
                yield _block(file, samples, roles)
                samples = []
        if samples:
            yield _block(file, samples, roles)


def _block(file: BinaryIO, samples: list[_Sample], roles: Mapping[str, str]) -> Block:
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    given: dict[str, list[Any]] = {
        role: [_text(sample.fields.get(name)) for sample in samples]
        for role, name in roles.items()
        if role != DIGESTED
    }
    if DIGESTED in roles:
        given |= {kind: [sample.digests.get(kind) for sample in samples] for kind in _DIGESTS}
    spans = np.array([(sample.start, sample.stop) for sample in samples], dtype=np.int64)
    descriptor = file.fileno()
    return Block(
        {role: pa.array(values, pa.string()) for role, values in given.items()},
        spans, lambda start, stop: os.pread(descriptor, stop - start, start),
    )  # fmt: skip


def _samples(source: Input, digested: str | None) -> Iterator[_Sample]:
    if source.compression:
        raise DataError(f"{source.path} is packed as a whole: unpack it, its samples cannot be reached one by one")
    try:
        with tarfile.open(source.path, "r:") as archive:
            yield from _grouped(archive, digested)
    except tarfile.TarError as error:
        raise DataError(f"{source.path} cannot be read as a tar archive: {error}") from error


def _grouped(archive: tarfile.TarFile, digested: str | None) -> Iterator[_Sample]:
    sample: _Sample | None = None
    while (member := archive.next()) is not None:
        archive.members = []  # type: ignore[attr-defined]  # which tarfile would keep all of
        folder, slash, name = member.name.rpartition("/")
        first, _, ending = name.partition(".")
        key = f"{folder}{slash}{first}"
        if sample is None or sample.key != key:
            if sample is not None:
                sample.stop = member.offset
                yield sample
            sample = _Sample(key, member.offset)
        sample.stop = archive.offset
        if member.isfile():
            _read(archive, member, ending, sample, digested)
    if sample is not None:
        yield sample


def _read(
    archive: tarfile.TarFile, member: tarfile.TarInfo, ending: str, sample: _Sample, digested: str | None
) -> None:
    sample.endings.append(ending)
    file = archive.extractfile(member)
    if file is None or ending not in ("json", digested):
        return
    if ending == digested:
        hashes = {kind: hashlib.new(kind, usedforsecurity=False) for kind in _DIGESTS}
        while data := file.read(1 << 20):
            for each in hashes.values():
                each.update(data)
        sample.digests = {kind: each.hexdigest() for kind, each in hashes.items()}
    if ending == "json":
        try:
            value = json.loads(file.read(MAX_JSON))
        except (ValueError, RecursionError):
            value = None
        sample.fields = value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) or value is None else str(value)
