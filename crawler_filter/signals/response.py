"""What a web server answered, as a value: whoever fetched it, it is read in one way."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Response:
    """The last answer to a request. `url` is the one that answered, after redirects.

    `headers` are all lines in order, names as sent. `truncated` says that there was more than `body` holds.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    truncated: bool = False
