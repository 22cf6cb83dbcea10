"""Times in requests: RFC 3339 in UTC and whole seconds, as every answer has them."""

from datetime import UTC, datetime

from crawler_filter.errors import Sentence
from registry.errors import FieldError, InvalidRequestError


def read_time(pointer: str, text: str | None) -> int | None:
    """Return unix seconds, None for no time. Raises InvalidRequestError that points at the field."""
    if text is None:
        return None
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        return int(moment.timestamp())
    except (ValueError, OverflowError) as error:
        detail = Sentence("expected a time like 2027-01-15T08:00:00Z, got %(text)s", text=repr(text))
        raise InvalidRequestError("the time cannot be read", errors=(FieldError(pointer, detail),)) from error
