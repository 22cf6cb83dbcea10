"""What an asset and its site say for themselves: files that were saved, or answers that are fetched now."""

import argparse
from pathlib import Path
from typing import Any, Final

from crawler_filter.commands.options import usage_error

MAX_BODY: Final = 64 << 20
"""Most bytes of an asset that are fetched."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Take files that hold what a site answered."""
    command.add_argument(
        "--header", metavar="LINE", action="append", default=[], dest="headers",
        help="a header of the answer, such as 'X-Robots-Tag: noai'; may be given several times",
    )  # fmt: skip
    command.add_argument("--html", metavar="FILE", help="the page that was answered")
    command.add_argument("--robots", metavar="FILE", help="the site's robots.txt")
    command.add_argument("--agent", metavar="TOKEN", help="the product token of your crawler")


def given(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was given, as arguments of `Filter.check`."""
    signals: dict[str, Any] = {}
    if options.headers:
        signals["headers"] = [_header(line) for line in options.headers]
    if options.html:
        signals["html"] = Path(options.html).read_bytes()
    if options.robots:
        signals["robots_txt"] = Path(options.robots).read_bytes()
    if options.agent:
        signals["agent"] = options.agent
    return signals


def fetched(url: str) -> dict[str, Any]:
    """Fetch an asset and the robots.txt of its host, and return them as arguments of `Filter.check`.

    A robots.txt that cannot be reached counts as not checked. Raises TransportError where the asset itself cannot
    be fetched, OversizedError where it has more than MAX_BODY bytes.
    """
    from crawler_filter.errors import OversizedError  # noqa: PLC0415 - only where something is fetched
    from crawler_filter.net.robots_cache import RobotsCache  # noqa: PLC0415
    from crawler_filter.net.transport import RequestsTransport  # noqa: PLC0415

    with RequestsTransport() as transport:
        robots = RobotsCache(transport=transport).get(url)
        answer = transport.look(url, max_bytes=MAX_BODY)
    if answer.truncated:
        raise OversizedError(f"{url} sent more than the {MAX_BODY} bytes that are read")
    known: dict[str, Any] = {"robots_txt": robots, "headers": list(answer.headers), "status": answer.status}
    if answer.url != url:
        known["found_on"] = [answer.url]  # where a redirect led counts as well
    return known | {"content": answer.body}


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        usage_error(f"expected a header such as 'X-Robots-Tag: noai', got {line!r}")
    return name.strip(), value.strip()
