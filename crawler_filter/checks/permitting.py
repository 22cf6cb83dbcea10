"""The grants that count in a check: whoever asks shows who it is, once for each snapshot."""

from crawler_filter.errors import DataError
from crawler_filter.grants.operator import Identity, Operator
from crawler_filter.grants.permits import NOBODY, GrantDoubt, Permits
from crawler_filter.grants.rows import rows_of_client
from crawler_filter.policy import Policy
from crawler_filter.snapshot.reader import Snapshot


def permits_of(snapshot: Snapshot, policy: Policy, now: float, *, stale: bool, shown: Identity | None) -> Permits:
    """Return what counts at `now` for the policy's operator, or for whoever has `shown` itself in another way.

    Of several registries that are read as one, each has grants of its own.
    """
    operator = policy.operator if isinstance(policy.operator, Operator) else None
    asking = shown or operator
    if asking is None:
        return NOBODY
    client = asking.client_id
    if stale:
        return Permits.none(client, GrantDoubt.STALE)
    permits = Permits(client)
    for identity, rows in snapshot.granting():
        who = shown
        if who is None and operator is not None:
            who = operator.identify(identity.origin, identity.sequence, identity.root)
        if who is None:
            found = Permits.none(client, GrantDoubt.UNPROVED)
        elif rows is None:
            found = Permits.none(client, GrantDoubt.NO_GRANTS)
        else:
            found = _of(rows, who, identity.origin, identity.holds_at, now)
        permits = permits.joined(found)
    return permits


def _of(rows: bytes, who: Identity, origin: str, issued: int, now: float) -> Permits:
    try:
        own = list(rows_of_client(rows, who.client_id))
    except DataError:
        return Permits.none(who.client_id, GrantDoubt.NO_GRANTS)
    return Permits.of(who, origin, own, issued=issued, now=now)
