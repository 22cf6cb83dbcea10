"""A process that only reads: it follows a registry's snapshot and answers lookups, as many of them as are wanted.

It has no database, no keys and no state but a synced folder, which it verifies like any filter. GET and HEAD alone
are taken, everything else is refused before a byte of its body is read, so that slow bodies cost nothing. The
process that starts the workers syncs; the workers see a new snapshot within a second. Rates are for the proxy in
front to limit: it knows the callers, a replica does not.
"""

import gc
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import flask
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from crawler_filter.errors import FilterError
from crawler_filter.log import Trust
from crawler_filter.net.transport import RequestsTransport
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource, read_trust
from crawler_filter.sync.update import sync
from registry.api.dispatch import make_blueprint
from registry.api.table import OPERATIONS
from registry.background.loop import Loop
from registry.config import Config
from registry.errors import InstanceError, UnavailableError
from registry.http import problems
from registry.http.charges import install as install_charges
from registry.http.headers import install as install_headers
from registry.http.observability import Metrics, observe
from registry.http.public_files import snapshot_response
from registry.lookups.lookup import Lookup
from registry.permissions.signed_requests import SignedRequests
from registry.rate_limits import Rate, RateLimitStatus, Turns
from registry.server.followed_operators import FollowedOperators, SignaturesInFiles, follow_operators

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FOLLOW_SECONDS: Final = 2
"""Time between two looks at the registry's manifest."""
OPERATORS_SECONDS: Final = 60.0
"""Time between two readings of the registry's list of operators."""
LOOK_SECONDS: Final = 1.0
"""Time after which a worker sees what was synced."""

OLD_SECONDS: Final = 3 * 3600
"""Age of a snapshot at which a replica is not ready: a registry signs every hour."""
ENDING_SECONDS: Final = 30
"""How long a sync that is going on may keep the process from ending."""
WORKER_ENDING_SECONDS: Final = 5
"""How long a worker that was told to end may go on; granian would wait for ever."""

WORKERS: Final = 2
BLOCKING_THREADS: Final = 4
BACKPRESSURE: Final = 2000
"""Connections a worker holds. granian counts those whose headers are still on their way, so few would let
a handful of slow clients keep everybody out."""
HEADER_SECONDS: Final = 10
"""Time a client has to send its headers."""
MAX_WORKER_MIB: Final = 512

_SERVED: Final = frozenset({"lookup", "range", "livez"})
_FOLDER: Final = "OPTOUT_REPLICA_FOLDER"
_TRUST: Final = "OPTOUT_REPLICA_TRUST"
_URL: Final = "OPTOUT_REPLICA_URL"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unlimited:
    """Takes every request: whom it comes from is known to the proxy in front."""

    def take(self, rate: Rate, _key: str, _units: int = 1) -> RateLimitStatus:
        """Answer that all of the rate is left."""
        return RateLimitStatus(rate, rate.quota, 0)

    def owe(self, rate: Rate, _key: str, _units: int) -> None:
        """Take nothing."""


@dataclass(frozen=True, slots=True)
class Replica:
    """The part of a registry that lookups need."""

    config: Config
    lookup: Lookup
    limiter: Unlimited
    heavy: Turns
    clock: Callable[[], float]
    signed_requests: SignedRequests | None = None


def serve_replica(url: str, trust: Path, folder: Path, listen: tuple[str, int]) -> None:
    """Follow the registry at `url` into `folder` and answer on `listen` until SIGTERM or SIGINT.

    Raises FilterError when there is no snapshot to begin with: the first sync failed and `folder` has none.
    """
    follower = Follower(url, read_trust(trust), folder)
    follower.begin()
    os.environ |= {_FOLDER: str(folder.absolute()), _TRUST: str(trust.absolute()), _URL: url}
    host, port = listen
    server = Granian(
        "registry.server.replica:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=WORKERS,
        blocking_threads=BLOCKING_THREADS,
        backpressure=BACKPRESSURE,
        http="1",  # type: ignore[arg-type]  # the value of a str enum
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        websockets=False,
        respawn_failed_workers=True,
        workers_max_rss=MAX_WORKER_MIB,
        workers_kill_timeout=WORKER_ENDING_SECONDS,
    )
    with follower.following(lambda: os.kill(os.getpid(), signal.SIGTERM)) as loop:
        server.serve()
        if (problem := loop.problem()) is not None:
            raise InstanceError(f"{problem}; start again")


def application() -> "GetOnly":
    """Return the WSGI application of one worker; granian calls it in each."""
    trust = read_trust(os.environ[_TRUST])
    folder = SnapshotDirectory(Path(os.environ[_FOLDER]))
    source = FolderSource(folder, trust, look_every=LOOK_SECONDS)
    lookup = Lookup(source.current, clock=lambda: int(time.time()))
    answering = GetOnly(create_replica(folder, lookup, url=os.environ.get(_URL, "")))
    gc.freeze()  # what a worker begins with stays, and need not be searched for garbage
    return answering


def create_replica(
    folder: SnapshotDirectory, lookup: Lookup, clock: Callable[[], float] = time.time, *, url: str = ""
) -> flask.Flask:
    """Return the application that answers from `lookup` and hands on the files that were synced into `folder`.

    Signed lookups are taken as signed for `url`, the address of the registry that is followed.
    """
    app = flask.Flask("registry.replica", static_folder=None)
    heavy = Turns(BLOCKING_THREADS // 2, each=BLOCKING_THREADS, retry_after=2)
    scheme, _, origin = url.rstrip("/").partition("://")
    config = Config(origin=origin, dev=scheme == "http") if origin else Config()
    known, seen = FollowedOperators(folder.path), SignaturesInFiles(folder.path, clock)
    signed = SignedRequests(known.with_key, lambda: int(clock()), seen)
    app.extensions["registry"] = Replica(config, lookup, Unlimited(), heavy, clock, signed)
    app.extensions["metrics"] = Metrics()
    observe(app)
    install_headers(app, https=True)
    install_charges(app, lambda: (Unlimited(), time.thread_time))
    app.register_blueprint(make_blueprint([one for one in OPERATIONS if one.name in _SERVED]))
    app.add_url_rule("/readyz", view_func=_readyz)
    app.add_url_rule("/snapshot/<path:name>", view_func=lambda name: snapshot_response(name, _place(folder, name)))
    app.register_error_handler(Exception, problems.problem_response)
    return app


class GetOnly:
    """Refuses every method but GET and HEAD without touching the body."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0")])
            return []
        return self._application(environ, start_response)


class Follower:
    """Keeps a folder at a registry's newest snapshot."""

    def __init__(self, url: str, trust: Trust, folder: Path) -> None:
        self._url = url
        self._trust = trust
        self._folder = folder
        self._operators_due = 0.0

    def begin(self) -> None:
        """Sync once. A registry that cannot be read is no reason not to start, while there is a snapshot."""
        try:
            self.sync()
        except FilterError as error:
            if not SnapshotDirectory(self._folder).has_manifest():
                raise
            _log.warning("beginning with the snapshot in %s: %s", self._folder, error)

    def sync(self) -> None:
        """Fetch, verify and put in force what is newest. Raises FilterError."""
        with RequestsTransport() as transport:
            sync(self._folder, self._url, self._trust, transport=transport, now=time.time())
            self._follow_operators(transport)

    def _follow_operators(self, transport: RequestsTransport) -> None:
        """Read the list of operators, now and then. Without it signed lookups are answered as anybody's are."""
        now = time.monotonic()
        if now < self._operators_due:
            return
        self._operators_due = now + OPERATORS_SECONDS
        try:
            follow_operators(transport, self._url.rstrip("/"), self._folder)
        except (FilterError, OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("the operators that are known stay: %s", error)
        SignaturesInFiles(self._folder, time.time).forget()

    @contextmanager
    def following(self, end: Callable[[], object]) -> Iterator[Loop]:
        """Sync every few seconds until the block ends; `end` is called when that has stopped by itself."""
        follower = Loop("follower", self._follow, seconds=FOLLOW_SECONDS, clock=time.monotonic)
        watch = Loop("watch", lambda: follower.problem() and end(), seconds=LOOK_SECONDS, clock=time.monotonic)
        follower.start()
        watch.start()
        try:
            yield follower
        finally:
            watch.close()
            follower.close(timeout=ENDING_SECONDS)

    def _follow(self) -> None:
        try:
            self.sync()
        except (FilterError, OSError) as error:  # what is to be expected; of all else `Loop` keeps the traceback
            _log.warning("the snapshot there is stays: %s", error)


def _place(folder: SnapshotDirectory, name: str) -> Path:
    """Return where a file that is published as `name` lies in a synced folder."""
    if name.endswith(".seg"):
        return folder.segment(name.removesuffix(".seg"))
    if name.endswith(".grants"):
        return folder.path / "grants" / name
    return folder.path / name.replace("root/", "roots/")


def _readyz() -> dict[str, Any]:
    replica: Replica = flask.current_app.extensions["registry"]
    identity = replica.lookup.snapshot.id
    age = max(0, int(replica.clock()) - identity.issued)
    if age > OLD_SECONDS:
        raise UnavailableError("nothing newer was synced for %(age)s s", age=age, retry_after=FOLLOW_SECONDS)
    return {"ready": True, "log_size": identity.log_size, "snapshot_age": age}
