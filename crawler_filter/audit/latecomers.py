"""Members of objects that first come behind the rows by which a run's columns were chosen.

Lines of JSON, index lines and samples of shards need not have the same members. One that would have been taken, or
asked about, among the first rows ends the run: what is reserved by it would pass.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from crawler_filter.audit.recipes import KNOWN, Choice, choose
from crawler_filter.errors import DataError


class Latecomers:
    """Watches the rows of one file for members that its `columns`, of its first rows, do not have.

    Of members that were named by hand it asks nothing: that is the decision of who named them.
    """

    def __init__(self, path: Path, columns: Sequence[str], choice: Choice) -> None:
        self._path = path
        self._columns = list(dict.fromkeys([*columns, *(choice.by_hand or {}).values()]))
        self._known = set(self._columns)
        self._choice: Final = choice

    def look(self, names: Iterable[str], row: int) -> None:
        """Look at the names of a row's members. Raises DataError where one of them should have been judged."""
        for name in names:
            if name not in self._known and name.lower() in KNOWN:
                self._learn(name, row)

    def _learn(self, name: str, row: int) -> None:
        before = choose(self._columns, self._choice, str(self._path))
        self._columns.append(name)
        self._known.add(name)
        try:
            after = choose(self._columns, self._choice, str(self._path))
        except DataError as error:
            raise DataError(
                f"{self._came(name, row)}. With it, {error}; then begin anew with --restart"
            ) from error
        if before != after:
            role = next(role for role, column in after.items() if before.get(role) != column)
            option = role.replace("_", "-")
            raise DataError(
                f"{self._came(name, row)}. Name it with --{option} {name}, and begin anew with --restart"
            )

    def _came(self, name: str, row: int) -> str:
        return (
            f"{self._path}: {name!r} comes first in row {row + 1:,}, behind the rows by which the columns were"
            " chosen, and was not looked at"
        )
