"""A synced folder with its trust file, as a command's environment names them, and a site that answers."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from crawler_filter.sync.update import sync
from tests.simulators.published import URL, PublishedRegistry, scope


@pytest.fixture
def registry() -> PublishedRegistry:
    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("domain", "reserved.example.com"))
    published.publish()
    return published


@pytest.fixture
def folder(registry: PublishedRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sync(tmp_path / "snapshot", URL, registry.trust, transport=registry, now=time.time())
    (tmp_path / "trust").write_bytes(registry.trust.encode())
    monkeypatch.setenv("CRAWLER_FILTER_SNAPSHOT", str(tmp_path / "snapshot"))
    monkeypatch.setenv("CRAWLER_FILTER_TRUST", str(tmp_path / "trust"))
    monkeypatch.delenv("CRAWLER_FILTER_POLICY", raising=False)
    return tmp_path


Answer = tuple[int, Mapping[str, str], bytes]


@pytest.fixture
def serve() -> Iterator[Callable[[Mapping[str, Answer]], str]]:
    """Serve answers by path over real HTTP; what has none is 404."""
    with ExitStack() as running:

        def start(answers: Mapping[str, Answer]) -> str:
            class Site(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    status, headers, body = answers.get(self.path, (404, {}, b""))
                    self.send_response(status)
                    for name, value in {"Content-Length": str(len(body)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)

                def log_message(self, *_: object) -> None:
                    pass

            server = running.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Site))
            running.callback(server.shutdown)
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
            return f"http://127.0.0.1:{server.server_port}"

        yield start
