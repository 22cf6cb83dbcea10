"""Connections that end: a time for a whole request, a time for a connection, and so many for one client.

waitress closes a connection that is silent. One that drips a byte every few seconds is never silent, and two
thousand of them are as many as it holds; so here a request has to be whole in time, a connection ends between
two requests once it is old, and one client has a share of the connections. Behind a proxy all connections are
the proxy's, which then keeps these limits itself.
"""

from collections import Counter
from functools import partial
from typing import Any, ClassVar, Final

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, MultiSocketServer

from registry.rate_limits import client_key

REQUEST_SECONDS: Final = 30
"""Time in which a request has to arrive whole: a batch of 4 MB over 1.2 Mbit/s."""
CONNECTION_SECONDS: Final = 600
"""Age at which a connection ends, when no request is being answered."""
CONNECTIONS_OF_ONE: Final = 200
"""Connections that one client may have open."""
AT_ONCE: Final = 100
"""Connections taken in one turn of the server's loop."""


class LimitedChannel(HTTPChannel):
    """A connection whose `last_activity`, by which the server closes the silent ones, ends for those that drip."""

    request_seconds: float = REQUEST_SECONDS
    connection_seconds: float = CONNECTION_SECONDS
    most_of_one: int = CONNECTIONS_OF_ONE
    held: ClassVar[Counter[str]] = Counter()
    """Open connections by client; each server has its own, which only the server's one loop touches."""

    def __init__(self, *taken: Any, **options: Any) -> None:  # noqa: ANN401  # as waitress has it
        self._active = 0.0
        self._reading_since: float | None = None
        self._client = ""
        super().__init__(*taken, **options)
        self._client = client_key(self.addr[0]) if self.most_of_one and isinstance(self.addr, tuple) else ""
        if self._client:
            self.held[self._client] += 1

    @classmethod
    def has_room_for(cls, address: Any) -> bool:  # noqa: ANN401  # as a socket has it
        """Tell whether whoever connects from `address` may have one connection more."""
        if not cls.most_of_one or not isinstance(address, tuple):
            return True
        return cls.held[client_key(address[0])] < cls.most_of_one

    @property
    def last_activity(self) -> float:
        """Return when it was active last, or, once a time is over, so long ago that it is closed."""
        silence = float(self.adj.channel_timeout)
        ends = [self._active, self.creation_time + self.connection_seconds - silence]
        if self._reading_since is not None:
            ends.append(self._reading_since + self.request_seconds - silence)
        return min(ends)

    @last_activity.setter
    def last_activity(self, time: float) -> None:
        self._active = time

    def received(self, data: bytes) -> bool:
        """Take what came, and note since when a request is on its way."""
        taken = bool(super().received(data))
        if self.request is None:
            self._reading_since = None
        elif self._reading_since is None:
            self._reading_since = self._active
        return taken

    def del_channel(self, map: Any = None) -> None:  # noqa: A002, ANN401  # as waitress has it
        """Count the connection no more; the server calls it once, when it closes."""
        super().del_channel(map)
        client, self._client = self._client, ""
        if client:
            self.held[client] -= 1
            if not self.held[client]:
                del self.held[client]


class ProxiedChannel(LimitedChannel):
    """A connection of a trusted proxy, which may have as many as it likes."""

    most_of_one = 0


def limit_connections(server: BaseWSGIServer | MultiSocketServer, *, behind_proxy: bool) -> None:
    """Have every connection that a server takes be limited."""
    kind = type("Channel", (ProxiedChannel if behind_proxy else LimitedChannel,), {"held": Counter()})
    listening = list((server.map or {}).values()) if isinstance(server, MultiSocketServer) else [server]
    for each in listening:
        if isinstance(each, BaseWSGIServer):
            each.channel_class = kind
            each.handle_accept = partial(_accept, each, kind)  # type: ignore[method-assign]  # an event, as asyncore has it


def _accept(server: BaseWSGIServer, kind: type[LimitedChannel]) -> None:
    """Take those who wait to connect; close at once on who has enough, before anything is made for them.

    As many as wait, because each turn of the server's loop looks at every connection there is: whoever connects
    again and again would take a turn each time.
    """
    for _ in range(AT_ONCE):
        try:
            taken = server.accept()
            if taken is None:
                return
            connection, address = taken
            if not kind.has_room_for(address):
                connection.close()
                continue
            server.set_socket_options(connection)
        except OSError:  # it was closed before it was taken
            continue
        kind(server, connection, server.fix_addr(address), server.adj, map=server._map)  # type: ignore[attr-defined]  # noqa: SLF001
