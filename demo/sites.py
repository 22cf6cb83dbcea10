"""Two small web sites on loopback: an artist's own gallery, and a fan site that copies from it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Thread
from typing import Final, Self

import numpy as np

GALLERY: Final = "gallery.example.com"
FANS: Final = "fans.example.net"


def picture(seed: int, side: int = 256) -> bytes:
    """Return a PNG that shows another scene for each seed, and the same one in every size."""
    across = (np.arange(side) + 0.5) / side
    ink = sum(
        dark / (1 + ((across - x) ** 2 + (across[:, np.newaxis] - y) ** 2) / size**2) ** 2
        for x, y, size, dark in _blots(seed)
    )
    grey = np.round(127.5 + 127 * np.tanh(ink)).astype(np.uint8)
    rows = b"".join(b"\x00" + row.tobytes() for row in grey)
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    body = (
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        for kind, part in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def _blots(seed: int) -> list[tuple[float, ...]]:
    """Return blots of ink: across, down, size, darkness."""
    chance = Random(seed)
    return [
        (chance.random(), chance.random(), chance.uniform(0.02, 0.2), chance.choice((-1, 1))) for _ in range(24)
    ]


KEY_VISUAL: Final = picture(7)
"""The picture that the artist declares, by its digest and its likeness, wherever it is copied to."""

SMALLER_COPY: Final = picture(7, side=128)
"""The same picture, half as large: no digest of it is declared."""

DRAWING: Final = picture(11)
"""Somebody's own."""


def _archive(**pages: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, page in pages.items():
            file.writestr(f"{name}.png", page)
    return archive.getvalue()


SCANS: Final = _archive(page1=DRAWING, page2=SMALLER_COPY)
"""A comic archive with the smaller copy as one of its pages."""

NO_AI: Final = {"/not-for-ai.html": ("X-Robots-Tag", "noai")}
"""What the fan site itself says by a header."""


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
        "/": _page(
            "Fans",
            "/about.html",
            "/copied-key-visual.png",
            "/smaller-key-visual.png",
            "/my-own-drawing.png",
            "/scans.cbz",
            "/not-for-ai.html",
            "/go-to-episode-1",
        ),
        "/about.html": _page("About us"),
        "/copied-key-visual.png": KEY_VISUAL,
        "/smaller-key-visual.png": SMALLER_COPY,
        "/not-for-ai.html": _page("My diary"),
        "/my-own-drawing.png": DRAWING,
        "/scans.cbz": SCANS,
    },
}


_MEDIA_TYPES: Final = {".png": "image/png", ".txt": "text/plain", ".cbz": "application/vnd.comicbook+zip"}


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
                self.send_header("Content-Type", _MEDIA_TYPES.get(self.path[-4:], "text/html"))
                if host == FANS and self.path in NO_AI:
                    self.send_header(*NO_AI[self.path])
                self.end_headers()
                self.wfile.write(body or b"not found")

            def log_message(self, *_: object) -> None:
                """Keep the terminal for the table."""

        return Handler
