"""What a log says in the end, leaf by leaf: the slow and obvious reading that the real one is held to."""

from collections.abc import Iterable

from crawler_filter.formats.record import REMOVES_RECORD, STATES_RECORD, Leaf


def replay(entries: Iterable[tuple[int, Leaf]]) -> dict[str, int]:
    """Return, for each declaration that states something, the index of the leaf that is in force.

    `entries` are (index, leaf) in log order. Whether the record was erased since is for the caller to know.
    """
    in_force: dict[str, int] = {}
    for index, leaf in entries:
        if leaf.type in STATES_RECORD:
            in_force[leaf.id] = index
        elif leaf.type in REMOVES_RECORD:
            in_force.pop(leaf.id, None)
    return in_force
