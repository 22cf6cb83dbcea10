"""A proxy on loopback that answers for every host name itself: what clients ask for, and what they get.

An address of `hop` redirects, `/noai` has a header that reserves it, `/work` is a registered file, `/two-lines` and
`/one-line` have headers that name other robots, `/paid` wants to be paid, `/picture` is what a test puts there,
`/packed` is sent in gzip.
"""

import gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

WORK = b"every word of a short work that is registered by its digest"
HOP = "/to/"
"""Stands in the path of an address that redirects."""


def hop(site: str, target: str) -> str:
    """Return an address of `site` that redirects to `target`, which nobody can read in it."""
    return f"{site}{HOP}{target.encode().hex()}"


class NamesOnLoopback:
    """Answers as a proxy until it is closed; `asked` are the addresses, in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.picture = b""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.proxies = {"http": self.url}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.close_connection = False

            def do_GET(self) -> None:
                if self.path.startswith("/"):  # through a tunnel
                    self.path = f"http://{self.headers['Host'].removesuffix(':80')}{self.path}"
                site.asked.append(self.path)
                _, to, target = self.path.partition(HOP)
                body = b"" if to else WORK if self.path.endswith("/work") else b"<p>free"
                is_picture = self.path.endswith("/picture")
                body = site.picture if is_picture else body
                is_packed = self.path.endswith("/packed")
                body = gzip.compress(body, 1) if is_packed else body
                self.send_response(302 if to else 402 if "/paid" in self.path else 200)
                if to:
                    self.send_header("Location", bytes.fromhex(target).decode())
                if "/noai" in self.path:
                    self.send_header("x-robots-tag", "NoAI")
                if "/two-lines" in self.path:
                    self.send_header("X-Robots-Tag", "otherbot: noindex, nofollow")
                    self.send_header("X-Robots-Tag", "noai" if "noai" in self.path else "otherbot: noai")
                if "/one-line" in self.path:
                    self.send_header("X-Robots-Tag", "otherbot: noindex, noai")
                if is_packed:
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Type", "image/png" if is_picture else "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def hosts(self) -> list[str]:
        """The hosts that were asked, in order."""
        return [url.split("/")[2] for url in self.asked]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
