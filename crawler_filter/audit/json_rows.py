"""Rows of JSON Lines: the names of members, the values that are judged, and what is written of a removed row."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from crawler_filter.audit.blocks import Spans, as_text
from crawler_filter.audit.latecomers import Latecomers
from crawler_filter.signals.safe_json import contradicts

if TYPE_CHECKING:
    import pyarrow as pa


def objects(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the objects among lines."""
    for line in data.splitlines():
        if (value := _parsed(line)) is not None:
            yield value


def paths(value: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Yield the names of the members of an object, those inside of others with dots."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from paths(inner, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def named_in(blocks: Iterable[bytes], names: Collection[str]) -> list[str]:
    """Return those of `names` that a member of some object in blocks of lines has."""
    missing = set(names)
    for block in blocks:
        for name in sorted(missing):
            word = json.dumps(name.rpartition(".")[2])[1:-1].encode()
            # the word stands anywhere first, which is soon known; then as a member
            if word in block and any(name in paths(value) for value in objects(block)):
                missing.discard(name)
        if not missing:
            break
    return [name for name in names if name not in missing]


def columns_in(
    data: bytes, spans: Spans, roles: Mapping[str, str], late: Latecomers | None = None, row: int = 0
) -> "dict[str, pa.Array]":
    """Return the values of a block of rows by role, as texts; of what is no object nothing.

    `late` looks at the members of each; the first row of the block has the number `row`.
    """
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    found: dict[str, list[Any]] = {role: [] for role in roles}
    names = {segment for name in roles.values() for segment in name.split(".")}
    for number, (start, stop) in enumerate(spans.tolist(), row):
        line = data[start:stop]
        # of two addresses of one row nobody knows which is meant: it cannot be checked
        value = None if contradicts(line, names) else _parsed(line)
        if late is not None and value is not None:
            late.look(paths(value), number)
        for role, name in roles.items():
            found[role].append(member(value, name))
    return {role: _as_array(pa, values, may_be_lists=role == "found_on") for role, values in found.items()}


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def member(value: Any, name: str) -> Any:  # noqa: ANN401 - whatever a JSON object holds
    """Return the member `name` of an object, whose dots lead into objects inside of it; else None."""
    if not isinstance(value, dict):
        return None
    if name in value:
        return value[name]
    first, _, rest = name.partition(".")
    return member(value.get(first), rest) if rest else None


def _as_array(pa: Any, values: list[Any], *, may_be_lists: bool) -> "pa.Array":  # noqa: ANN401
    """Return values as texts, or as lists of texts where there may be lists; what is neither is not an address."""
    if may_be_lists and any(isinstance(value, list) for value in values):
        lists = [
            value if isinstance(value, list) else [value] if isinstance(value, str) else None for value in values
        ]
        return pa.array([each and [as_text(item) for item in each] for each in lists], pa.list_(pa.string()))
    return pa.array([as_text(value) for value in values], pa.string())


def told(row: bytes, said: Mapping[str, Any]) -> bytes:
    """Return a removed object with the members that say why; what is no object becomes a member itself."""
    line = row.strip()
    about = json.dumps({name: value for name, value in said.items() if value is not None}, ensure_ascii=False)
    if _parsed(line) is None:
        text = json.dumps(line.decode("utf-8", "replace"), ensure_ascii=False)
        return f'{{"optout_line": {text}, {about[1:]}\n'.encode()
    inner = line[:-1].rstrip()
    return inner + (b", " if inner != b"{" else b"") + about[1:].encode() + b"\n"
