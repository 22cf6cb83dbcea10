# ruff: noqa: S608  # queries are put together from fixed texts alone
"""Walks through tables in the order of their indices, which go on where they ended without reading what is before.

A walk goes down some levels: all rows of the first, for each of them all rows of the second, and so on. The key of
each row says where it stands. A row that has none below it is walked too, and not shown: so whoever walks can end
after some work, whether or not it came upon anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, NamedTuple

from sqlite_utils import Database

Key = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A table with its alias, which of its rows are walked, and the columns of the index that orders them.

    `start` is before all values of these columns: -1 for numbers, the empty text for texts.
    """

    table: str
    where: str
    key: tuple[str, ...]
    start: Key = (-1,)


TOGETHER: Final = 1_000
"""Rows that are not shown and are told of together."""


class Step(NamedTuple):
    """The key that a walk came to, its row if it is shown, and how many rows before it were not."""

    key: Key
    row: dict[str, Any] | None
    passed: int


class Walk:
    """Some columns of the rows of the last level, for which `shown` holds."""

    def __init__(self, columns: str, *levels: Level, shown: str = "1") -> None:
        self.columns: Final = columns
        self.levels: Final = levels
        self.start: Final[Key] = tuple(value for level in levels for value in level.start)
        keys = ", ".join(column for level in levels for column in level.key)
        self._sql: Final = (
            f"SELECT {keys}, {levels[-1].key[-1]} IS NOT NULL AND ({shown}), {columns} FROM {self._tables()}"
            f" WHERE {levels[0].where} AND {self._behind(0)} ORDER BY {keys}"
        )

    def steps(self, database: Database, names: Mapping[str, str], after: Key | None = None) -> Iterator[Step]:
        """Yield what is behind the key `after`, all by default. `names` are the parameters of the levels."""
        places = dict(zip(self._names(), after or self.start, strict=True))
        cursor, length, passed = database.execute(self._sql, {**names, **places}), len(self.start), 0
        columns, found = [column[0] for column in cursor.description[length + 1 :]], None
        for found in cursor:
            if found[length]:
                yield Step(self._key(found), dict(zip(columns, found[length + 1 :], strict=True)), passed)
                passed = 0
            else:
                passed += 1
                if passed == TOGETHER:
                    yield Step(self._key(found), None, passed)
                    passed = 0
        if found is not None and passed:
            yield Step(self._key(found), None, passed)

    def takes(self, name: str) -> bool:
        """Tell whether a parameter of this name says which rows are walked."""
        return any(f":{name}" in level.where for level in self.levels)

    def accepts(self, key: Sequence[object]) -> bool:
        """Tell whether a key could be one of this walk."""
        return len(key) == len(self.start)

    def _key(self, found: Sequence[Any]) -> Key:
        return tuple(start if at is None else at for at, start in zip(found, self.start, strict=False))

    def _tables(self) -> str:
        first, *below = self.levels
        joined = (f" LEFT JOIN {level.table} ON {level.where} AND {self._behind(depth)}"
                  for depth, level in enumerate(below, 1))  # fmt: skip
        return first.table + "".join(joined)

    def _behind(self, depth: int) -> str:
        """Return the condition that a row of a level is not before the key, whose last row is left out."""
        before = list(accumulate((len(level.key) for level in self.levels), initial=0))
        names, level = self._names(), self.levels[depth]
        own = names[before[depth] : before[depth + 1]]
        above = [column for upper in self.levels[:depth] for column in upper.key]
        places = [
            f":{name}"
            if not depth
            else f"iif({_row(above)} = {_row(_marks(names[: len(above)]))}, :{name}, {start!r})"
            for name, start in zip(own, level.start, strict=True)
        ]
        sign = ">" if depth == len(self.levels) - 1 else ">="
        return f"{_row(level.key)} {sign} {_row(places)}"

    def _names(self) -> list[str]:
        return [f"key{number}" for number in range(len(self.start))]


def _marks(names: Sequence[str]) -> list[str]:
    return [f":{name}" for name in names]


def _row(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"
