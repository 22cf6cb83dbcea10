"""The time as a server outside gives it: the `Date` of its answer (RFC 9110, 6.6.1), good to a second or two."""

from email.utils import parsedate_to_datetime

from registry.net.failures import BadAnswerError
from registry.net.fetcher import Fetcher

DATE_LIMIT = 1024
"""Bytes of the answer's body that are read; only its head is wanted."""


def outside_time(fetcher: Fetcher, url: str) -> float:
    """Return the time in unix seconds that the server of `url` gives. Raises FetchError."""
    date = fetcher.get(url, limit=DATE_LIMIT).headers.get("date", "")
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, OverflowError) as error:
        raise BadAnswerError(
            "%(url)s gives no date that can be read: %(date)s.", url=url, date=repr(date[:80])
        ) from error
