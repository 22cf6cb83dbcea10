"""The filter for WebDataset: a predicate for pipelines, and shards written anew without what is reserved.

dataset = wds.WebDataset(shards).select(select(optout))
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from crawler_filter.checks.asset import Unreadable
from crawler_filter.decision import Decision
from crawler_filter.errors import DataError
from crawler_filter.filter import Filter
from crawler_filter.integrations.gate import require_checked
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.removed import RemovedWriter, removed_of_run
from crawler_filter.integrations.summary import Summary
from crawler_filter.signals.safe_json import UnreadableJsonError, contradicts, parse

__all__ = ["Judge", "rewrite_shards", "select"]

_LOOKED_AT: Final = 10
"""Samples of which one must have a field that is judged, or else the fields were named by mistake."""


class Judge:
    """Judges samples by what their JSON says, as img2dataset writes it, and by one of their files if asked.

    `columns` say which field of the JSON is the address, the page and the digests: `url="url"`, `found_on`,
    `sha256`, `sha1`, `md5`. `content` names the sample's file to look at, such as `jpg`.
    """

    def __init__(
        self, optout: Filter, *, json_key: str = "json", content: str | None = None, **columns: str
    ) -> None:
        self.summary = Summary.of(optout.policy)
        self._optout = optout
        self._json = json_key
        self._content = content
        self._columns = {"url": "url", "sha256": "sha256"} | columns
        self._without = 0
        self._fields_are_there = content is not None

    def decide(self, sample: dict[str, Any]) -> Decision:
        """Return the decision for one sample. One whose JSON is broken is not checked.

        Raises NotCheckedError, and DataError where none of the first samples has a field that is judged.
        """
        fields = _fields(sample.get(self._json), self._columns.values())
        if isinstance(fields, Unreadable):  # whatever its picture is
            known: dict[str, Any] = {"url": fields}
        else:
            known = {argument: fields.get(name) for argument, name in self._columns.items()}
            self._require_fields(fields)
        body = sample.get(self._content) if self._content else None
        decision = require_checked(self._optout.check(**known, content=body))
        return self.summary.add(decision, known["url"])

    def _require_fields(self, fields: dict[str, Any]) -> None:
        self._fields_are_there = self._fields_are_there or any(name in fields for name in self._columns.values())
        self._without += 1
        if not self._fields_are_there and self._without == _LOOKED_AT:
            raise DataError(
                f"none of the first {_LOOKED_AT} samples has {' or '.join(self._columns.values())} in its"
                f" .{self._json}: name the fields with url=, sha256= and the like, and the file with json_key="
            )

    def __call__(self, sample: dict[str, Any]) -> bool:
        """Tell whether to keep a sample."""
        return self.decide(sample).keep


def _fields(about: object, names: Iterable[str]) -> dict[str, Any] | Unreadable:
    """Return the fields of a sample's JSON, decoded already or not; none where the sample has no JSON."""
    if about is None:
        return {}
    try:
        value = parse(about) if isinstance(about, (bytes, str)) else about
    except UnreadableJsonError as error:
        return Unreadable(f"the sample's JSON is {error}")
    if not isinstance(value, dict):
        return Unreadable("the sample's JSON is no object")
    if isinstance(about, (bytes, str)) and contradicts(about, set(names)):
        return Unreadable("the sample's JSON gives a field two values")
    return value


def select(optout: Filter, **options: Any) -> Judge:
    """Return the predicate for `.select(…)`; the options are those of `Judge`. Its `summary` counts."""
    return Judge(optout, **options)


def rewrite_shards(
    shards: Iterable[str | Path],
    folder: str | Path,
    optout: Filter,
    *,
    removed_to: str | Path | None = None,
    **options: Any,
) -> Summary:
    """Write each shard anew into `folder` without what is not kept, its files unchanged; return the summary.

    `removed_to` names a file of one JSON line for each removed sample. It and each shard are renamed into place
    when they are whole. Raises FileExistsError where the file of removed samples is there already.
    """
    judge = Judge(optout, **options)
    with removed_of_run(removed_to) as removed:
        for shard in map(Path, shards):
            tell = None if removed is None else _teller(removed, shard.name)
            _rewrite(shard, Path(folder) / shard.name, judge, tell)
    return judge.summary


def _teller(removed: RemovedWriter, shard: str) -> Callable[[dict[str, Any], Decision], None]:
    return lambda sample, decision: removed.write(decision, key=sample["__key__"], shard=shard)


def _rewrite(
    shard: Path, target: Path, judge: Judge, tell: Callable[[dict[str, Any], Decision], None] | None
) -> None:
    with installed("webdataset"):
        import webdataset as wds  # noqa: PLC0415 - reading a sample's fields needs none of it

    part = target.with_name(target.name + ".part")
    samples = wds.DataPipeline(wds.SimpleShardList([str(shard)]), wds.tarfile_to_samples())
    with wds.TarWriter(str(part), encoder=False) as writer:
        for sample in samples:
            decision = judge.decide(sample)
            if decision.keep:
                writer.write(
                    {name: value for name, value in sample.items() if name not in ("__url__", "__local_path__")}
                )
            if not decision.would_keep and tell is not None:
                tell(sample, decision)
    part.rename(target)
