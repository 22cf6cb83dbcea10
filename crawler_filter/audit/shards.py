"""WebDataset shards: a row is a sample, the members of a tar archive whose names begin alike.

What is judged are fields of the sample's `.json`, as img2dataset writes them, and the digests of its content where
a member's ending is named for that. The bytes of a kept sample are copied, headers and padding included.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, BinaryIO, Final

import numpy as np

from crawler_filter.audit import json_rows
from crawler_filter.audit.blocks import Block, as_text, assemble, head_of, judge_blocks, told_apart, writers
from crawler_filter.audit.inputs import Input
from crawler_filter.audit.latecomers import Latecomers
from crawler_filter.audit.parts import Drafts, Judge, Part, Settings
from crawler_filter.errors import DataError
from crawler_filter.signals.safe_json import contradicts

SAMPLES_AT_ONCE: Final = 5_000
MAX_JSON: Final = 1 << 24
"""Bytes of a sample's JSON that are read."""

DIGESTED: Final = "content"
"""The role of the member whose digests are computed; its column is the member's ending."""

_LOOKED_AT: Final = 100
"""Samples whose fields are looked at before a run."""

_UNPACKING: Final = {"gzip": "gunzip -k", "zstd": "unzstd", "bz2": "bunzip2 -k"}

_DIGESTS: Final = ("sha256", "sha1", "md5")


class _Sample:
    """The members of one sample: what its JSON says, the digests of its content, where it begins and ends."""

    def __init__(self, key: str, start: int) -> None:
        self.key = key
        self.start = self.stop = start
        self.fields: dict[str, Any] | None = {}
        self.endings: list[str] = []
        self.digests: dict[str, str] = {}


__all__ = ["assemble", "columns", "head", "parts", "run"]


def columns(source: Input, named: Collection[str] = ()) -> list[str]:
    """Return the fields of the first samples' JSON, and the endings of their members; none of an empty shard.

    What is `named` by hand is looked for in all samples.
    """
    samples = _samples(source, {})
    first = list(islice(samples, _LOOKED_AT))
    fields = (json_rows.paths(sample.fields or {}) for sample in first)
    names = list(dict.fromkeys(chain(chain.from_iterable(fields), *(sample.endings for sample in first))))
    missing = [name for name in named if name not in names]
    return [*names, *_named_in(samples, missing)] if missing else names


def _named_in(samples: "Iterator[_Sample]", names: Sequence[str]) -> list[str]:
    missing = set(names)
    while missing and (sample := next(samples, None)) is not None:
        missing.difference_update(json_rows.paths(sample.fields or {}), sample.endings)
    return [name for name in names if name not in missing]


def head(source: Input, roles: Mapping[str, str], rows: int) -> list[dict[str, Any]]:
    """Return the first samples, by role."""
    return head_of(_blocks(source, roles, rows), rows)


def parts(source: Input, limit: int | None) -> list[Part]:  # noqa: ARG001 - every format has the same face
    """Return each shard as one part, because only reading it tells where its members begin."""
    return [Part(0, 0, source.size)] if next(_samples(source, {}), None) is not None else []


def run(
    source: Input, part: Part, roles: Mapping[str, str], judge: Judge, settings: Settings, drafts: Drafts
) -> None:
    """Judge the samples of a shard, and write what of them is wanted."""
    with writers(settings, drafts, part.number, told_apart, None) as write:
        late = Latecomers(source.path, columns(source), settings.choice)
        judge_blocks(_blocks(source, roles, SAMPLES_AT_ONCE, late), judge, settings, write)
        write.end(b"\0" * 2 * tarfile.BLOCKSIZE)


def _blocks(source: Input, roles: Mapping[str, str], most: int, late: Latecomers | None = None) -> Iterator[Block]:
    with source.path.open("rb") as file:
        samples: list[_Sample] = []
        for number, sample in enumerate(_samples(source, roles)):
            if late is not None and sample.fields:
                late.look(json_rows.paths(sample.fields), number)
            samples.append(sample)
            if len(samples) >= most:
                yield _block(file, samples, roles)
                samples = []
        if samples:
            yield _block(file, samples, roles)


def _block(file: BinaryIO, samples: list[_Sample], roles: Mapping[str, str]) -> Block:
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    given: dict[str, list[Any]] = {
        role: [as_text(json_rows.member(sample.fields, name)) for sample in samples]
        for role, name in roles.items()
        if role != DIGESTED
    }
    if DIGESTED in roles:
        # a sample whose JSON cannot be read is not checked, whatever its picture is
        digests = [{} if sample.fields is None else sample.digests for sample in samples]
        given |= {kind: [each.get(kind) for each in digests] for kind in _DIGESTS}
    spans = np.array([(sample.start, sample.stop) for sample in samples], dtype=np.int64)
    descriptor = file.fileno()
    return Block(
        {role: pa.array(values, pa.string()) for role, values in given.items()},
        spans, lambda start, stop: os.pread(descriptor, stop - start, start),
    )  # fmt: skip


def _samples(source: Input, roles: Mapping[str, str]) -> Iterator[_Sample]:
    if source.compression:
        raise DataError(
            f"{source.path} is packed as a whole, so its samples cannot be reached one by one: unpack it with"
            f" `{_UNPACKING[source.compression]} {source.path.name}`, and name the .tar that it leaves"
        )
    try:
        with tarfile.open(source.path, "r:") as archive:
            yield from _grouped(archive, roles)
    except tarfile.TarError as error:
        raise DataError(f"{source.path} cannot be read as a tar archive: {error}") from error


def _grouped(archive: tarfile.TarFile, roles: Mapping[str, str]) -> Iterator[_Sample]:
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
            _read(archive, member, ending, sample, roles)
    if sample is not None:
        yield sample


def _read(
    archive: tarfile.TarFile, member: tarfile.TarInfo, ending: str, sample: _Sample, roles: Mapping[str, str]
) -> None:
    digested = roles.get(DIGESTED)
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
        sample.fields = _fields(file.read(MAX_JSON), roles)


def _fields(text: bytes, roles: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the members of a sample's JSON; None where it is no object, or gives one that is asked for twice."""
    segments = {segment for name in roles.values() for segment in name.split(".")}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and not contradicts(text, segments) else None
