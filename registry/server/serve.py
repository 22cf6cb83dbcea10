"""The server process: one address, one process, with the writer, the publisher and the clock beside the requests.

waitress is set as measured against slow clients: many connections, polled, bodies buffered before a thread is
given to them. Once a second somebody looks whether the process can still do its work; when the storage or
publishing has failed, or a thread has ended, it ends by itself, because only a start finds out what is on disk. A
replica is another matter: it only reads.
"""

import _thread
import gc
import logging
import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from ipaddress import ip_address
from typing import Any, Final, NoReturn

from waitress.server import create_server

from registry.background.clock import steady_seconds
from registry.background.loop import Loop
from registry.config import Config, ConfigError
from registry.errors import InstanceError
from registry.http.observability import configure_logging
from registry.instance import Registry, open_fetcher, open_registry
from registry.publishing.closed_instance import confirm_newest, upgrade_instance
from registry.publishing.creation import DATABASE
from registry.publishing.public_log import check_public_log
from registry.server.app import create_app
from registry.server.connections import limit_connections
from registry.server.operator import OperatorSocket

WATCH_SECONDS: Final = 1
"""Time between two looks whether the process can still do its work."""
ENDING_SECONDS: Final = 30
"""How long a process that has to end may take for it before it is ended."""

_THREADS: Final = 16
"""Requests answered at once. Those that declare wait for the disk, and as many as wait share one commit."""
_CONNECTIONS: Final = 2000
_SILENCE_SECONDS: Final = 10
_CLEANUP_SECONDS: Final = 5

_SWITCH_SECONDS: Final = 0.0005
"""How long a thread may keep the interpreter from the others, of which the writer and the network serve all."""

_log = logging.getLogger(__name__)


def serve(config: Config, announce: Callable[[str], object]) -> None:
    """Serve the instance that `config` names until SIGTERM or SIGINT; `announce` is told once it listens.

    In dev an empty instance is made, its root key inside. Raises ConfigError or InstanceError, saying what to do,
    and InstanceError also when it has ended because it could no longer do its work.
    """
    config.check_serving()
    if config.dev:
        _require_loopback(config)
    is_new = config.dev and not (config.instance / DATABASE).exists()
    configure_logging(sys.stderr, logging.WARNING if config.dev else logging.INFO)
    upgrade_instance(config)
    if not config.dev and check_public_log(config.instance, open_fetcher(config), config.mirrors):
        confirm_newest(config, secrets.token_bytes)
    with open_registry(config, create=is_new) as registry:
        operator = OperatorSocket(registry)
        registry.loops.append(Loop("operator", operator.serve_one, seconds=0, clock=steady_seconds))
        registry.start()
        with closing(operator), _watching(registry) as watch:
            _listen(registry, announce)
        if watch.reason is not None:
            raise InstanceError(f"{watch.reason}; start again")


def in_dev(config: Config) -> Config:
    """Return `config` for a machine of one's own: plain http, letters printed.

    Where it has no name of its own, it is named by where it listens.
    """
    host, port = config.listen
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return replace(config, dev=True, origin=address if config.origin == Config().origin else config.origin)


def _require_loopback(config: Config) -> None:
    host = config.listen[0]
    if host != "localhost" and not ip_address(host).is_loopback:
        raise ConfigError(f"--dev prints sign-in links, so it listens on loopback only, not on {host}")


def _listen(registry: Registry, announce: Callable[[str], object]) -> None:
    try:
        server = create_server(create_app(registry), **server_settings(registry.config))
    except OSError as error:
        listen = "{}:{}".format(*registry.config.listen)
        raise InstanceError(
            f"cannot listen on {listen}: {error.strerror}; REGISTRY_LISTEN names another"
        ) from error
    limit_connections(server, behind_proxy=registry.config.trusted_proxies > 0)
    signal.signal(signal.SIGTERM, _stop)
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.freeze()  # what was made until now stays, and need not be searched for garbage
    announce(registry.config.public_url)
    server.run()


def server_settings(config: Config) -> dict[str, Any]:
    """Return how waitress is run."""
    host, port = config.listen
    settings: dict[str, Any] = {
        "host": host,
        "port": port,
        "threads": _THREADS,
        "connection_limit": _CONNECTIONS,
        "asyncore_use_poll": True,
        "channel_timeout": _SILENCE_SECONDS,
        "cleanup_interval": _CLEANUP_SECONDS,
        "max_request_body_size": max(config.limits.body_bytes, config.limits.lookup_body_bytes),
        "ident": None,
        "url_scheme": "http" if config.dev else "https",
    }
    if config.trusted_proxies:
        settings |= {
            "trusted_proxy": "*",
            "trusted_proxy_count": config.trusted_proxies,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
            "clear_untrusted_proxy_headers": True,
        }
    return settings


def _stop(*_: object) -> NoReturn:
    """End waitress's loop, which finishes what it has begun."""
    raise SystemExit(0)


class Watch:
    """Ends the process when it can no longer do its work, and ends it for good when it does not end by itself."""

    def __init__(self, registry: Registry, *, end: Callable[[], object], kill: Callable[[], object]) -> None:
        self.reason: str | None = None
        self._registry = registry
        self._end = end
        self._kill = kill
        self._looks_left = ENDING_SECONDS // WATCH_SECONDS

    def look(self) -> None:
        """Look once."""
        self._registry.trusted_clock.look()
        if self.reason is not None:
            self._looks_left -= 1
            if self._looks_left == 0:
                self._kill()
        elif (reason := self._registry.fatal()) is not None:
            _log.critical("the process ends: %s", reason)
            self.reason = reason
            self._end()


@contextmanager
def _watching(registry: Registry) -> Iterator[Watch]:
    """Watch until the block and what comes after it have ended: the thread is a daemon and is never waited for."""
    watch = Watch(registry, end=lambda: _thread.interrupt_main(signal.SIGTERM), kill=lambda: os._exit(1))
    Loop("watch", watch.look, seconds=WATCH_SECONDS, clock=steady_seconds).start()
    try:
        yield watch
    finally:
        for loop in registry.loops:
            loop.close(timeout=ENDING_SECONDS)
