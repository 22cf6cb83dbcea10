"""A party's server that takes events: it verifies what comes, keeps it, and answers as it is told to."""

from collections.abc import Iterable

from crawler_filter.errors import FilterError
from crawler_filter.formats.events import Event
from crawler_filter.formats.webhooks import verify_webhook
from tests.simulators.site import Site, page

HOST = "hooks.studio-aoi.com"
URL = f"https://{HOST}/optout?key=s3cret"


class Receiver:
    """`planned` answers are given once each, before it goes on to answer well. `keys` are the registry's."""

    def __init__(self, clock, url: str = URL) -> None:
        self.url = url
        self.keys: tuple = ()
        self.planned: list[Iterable[bytes | float]] = []
        self.events: list[Event] = []
        self.bodies: list[bytes] = []
        self.problems: list[Exception] = []
        self.site: Site | None = None
        self._clock = clock

    @property
    def sequences(self) -> list[int]:
        return [event.sequence for event in self.events]

    def script(self, _path: str) -> Iterable[bytes | float]:
        head, body = self.site.requests[-1], self.site.bodies[-1]
        headers = dict(line.split(": ", 1) for line in head.strip().split("\r\n")[1:])
        try:
            found = verify_webhook(headers, body, url=self.url, keys=self.keys, now=self._clock())
        except FilterError as error:
            self.problems.append(error)
            return [page("", status=401)]
        if isinstance(found, str):
            return self.planned.pop(0) if self.planned else [page(found)]
        if self.planned:
            return self.planned.pop(0)
        self.events.append(found)
        self.bodies.append(body)
        return [page("", status=204)]


def serve(receiver: Receiver, authority, internet, zone, host: str = HOST, address: str = "93.184.216.60") -> Site:
    """The server, reachable by its name; use it as a context."""
    receiver.site = Site(receiver.script, tls=authority.server(host))
    internet.place(address, receiver.site)
    zone.addresses(host, address)
    return receiver.site
