"""The server process: one address, one process, with the writer, the publisher and the clock beside the requests.

waitress is set as measured against slow clients: many connections, polled, bodies buffered before a thread is
given to them. The process ends by itself when publishing has failed: only a start finds out what is on disk.
A replica is another matter: it only reads.
"""

import _thread
import gc
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address
from typing import Any, Final, NoReturn

from waitress.server import create_server

from registry.config import Config, ConfigError
from registry.errors import InstanceError
from registry.http.observability import configure_logging
from registry.instance import Registry, open_fetcher, open_registry, upgrade_instance
from registry.publishing.creation import DATABASE
from registry.publishing.public_log import check_public_log
from registry.server.app import create_app

DUE_SECONDS: Final = 60
"""Time between two looks at what is due: changes that take effect, proofs to be looked for again."""

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
    and InstanceError also when it has ended because publishing failed.
    """
    config.check_serving()
    if config.dev:
        _require_loopback(config)
    is_new = config.dev and not (config.instance / DATABASE).exists()
    configure_logging(sys.stderr, logging.WARNING if config.dev else logging.INFO)
    upgrade_instance(config)
    if not config.dev:
        check_public_log(config.instance, open_fetcher(config))
    with open_registry(config, create=is_new) as registry:
        registry.publisher.start()
        with _due_now_and_then(registry):
            _listen(registry, announce)
        if registry.publisher.failure is not None:
            raise InstanceError(f"publishing has failed, start again: {registry.publisher.failure}")


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


@contextmanager
def _due_now_and_then(registry: Registry) -> Iterator[None]:
    closing = threading.Event()

    def run() -> None:
        while not closing.wait(DUE_SECONDS):
            if registry.publisher.failure is not None:
                _thread.interrupt_main(signal.SIGTERM)
                return
            try:
                registry.do_what_is_due()
            except Exception:  # a proof or a mail server that fails must not end the clock
                _log.exception("what is due could not all be done; it is tried again in %d s", DUE_SECONDS)

    thread = threading.Thread(target=run, name="due")
    thread.start()
    try:
        yield
    finally:
        closing.set()
        thread.join()
