"""Two small web sites on loopback: an artist's own gallery, and a fan site that copies from it."""

import struct
import zlib
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final, Self

GALLERY: Final = "gallery.example.com"
FANS: Final = "fans.example.net"


def picture(seed: int) -> bytes:
    """Return a small PNG that is different for each seed."""
    rows = b"".join(b"\x00" + bytes((seed * (x + 3 * y)) % 256 for x in range(64)) for y in range(64))
    header = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    body = (
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        for kind, part in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


KEY_VISUAL: Final = picture(7)
"""The picture that the artist declares by its digest, wherever it is copied to."""


def _page(title: str, *links: str) -> bytes:
    items = "".join(f'<li><a href="{link}">{link}</a>' for link in links)
    return f"<!doctype html><title>{title}</title><h1>{title}</h1><ul>{items}</ul>".encode()


PAGES: Final[Mapping[str, Mapping[str, bytes]]] = {
    GALLERY: {
        "/": _page("Gallery", "/works/episode-1.html", "/press/"),
        "/works/episode-1.html": _page("Episode 1"),
        "/press/": _page("Press", "/press/kit.html"),
        "/press/kit.html": _page("Press kit, free to use"),
    },
    FANS: {
        "/": _page("Fans", "/about.html", "/copied-key-visual.png", "/my-own-drawing.png", "/go-to-episode-1"),
        "/about.html": _page("About us"),
        "/copied-key-visual.png": KEY_VISUAL,
        "/my-own-drawing.png": picture(11),
    },
}


class Sites:
    """Serves both sites on one free port of loopback, told apart by the Host header."""

    def __init__(self) -> None:
        self.proofs: dict[str, bytes] = {}
        """Files that the gallery's webmaster puts up to prove control, by path."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_port
        self.requested: list[str] = []
        """Every path that anybody fetched, with its host."""

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, host: str, path: str = "/") -> str:
        """Return the address of a page on one of the sites."""
        return f"http://{host}:{self.port}{path}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sites = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = self.headers.get("Host", "").partition(":")[0]
                sites.requested.append(f"{host}{self.path}")
                if (host, self.path) == (FANS, "/go-to-episode-1"):
                    self.send_response(302)
                    self.send_header("Location", sites.url(GALLERY, "/works/episode-1.html"))
                    self.end_headers()
                    return
                own = {**PAGES.get(host, {}), **(sites.proofs if host == GALLERY else {})}
                body = own.get(self.path)
                self.send_response(200 if body is not None else 404)
                kind = (
                    "image/png"
                    if self.path.endswith(".png")
                    else "text/plain"
                    if self.path.endswith(".txt")
                    else "text/html"
                )
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(body or b"not found")

            def log_message(self, *_: object) -> None:
                """Keep the terminal for the table."""

        return Handler
