"""What a page costs Scrapy with the add-on and without: crawls of a loopback server, each a process of its own.

`python -m benchmarks.crawl serve` answers on a free port, which it prints; `python -m benchmarks.crawl crawl PORT
PAGES SETTINGS` prints the CPU seconds that a page took.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from crawler_filter import Filter, Policy, Usage

_PAGES: Final = 1_000
_LINKS: Final = b"".join(
    b"<p><a href='/p/%d'>link</a> some words of a page that goes on and on</p>\n" % i for i in range(900)
)
_PAGE: Final = (b"<html><head><title>page</title></head><body>" + _LINKS)[:60_000]
_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nServer: bench\r\nContent-Length: %d\r\n\r\n"


def cpu_seconds_a_page(folder: Path, *, passes: int) -> dict[str, float]:
    """Return the least CPU seconds a page: Scrapy alone, with headers and addresses, and with all checks."""
    _ = filter_on_disk(folder)
    addon = {
        "ADDONS": {"crawler_filter.integrations.scrapy.OptOutAddon": 90},
        "OPTOUT_SNAPSHOT": str(folder / "snapshot"),
        "OPTOUT_TRUST": str(folder / "trust"),
    }
    cheap = {"OPTOUT_CHECK_CONTENT": False, "OPTOUT_READ_SIGNALS": ["headers", "robots.txt"]}
    kinds: dict[str, dict[str, Any]] = {"alone": {}, "headers": addon | cheap, "all": addon}
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    with subprocess.Popen([sys.executable, "-m", __name__, "serve"], stdout=subprocess.PIPE, text=True) as server:
        try:
            port = (server.stdout.readline() if server.stdout else "").strip()
            for _ in range(passes):
                for name, settings in kinds.items():
                    command = [sys.executable, "-m", __name__, "crawl", port, str(_PAGES), json.dumps(settings)]
                    done = subprocess.run(command, check=True, capture_output=True, text=True)
                    taken[name].append(float(done.stdout))
        finally:
            server.terminate()
    return {name: min(seconds) for name, seconds in taken.items()}


def filter_on_disk(folder: Path) -> Filter:
    """Return a filter of a small registry that is synced into a folder, once."""
    from crawler_filter.sync.update import sync
    from tests.simulators.published import URL, PublishedRegistry, scope

    if not (folder / "trust").exists():
        published = PublishedRegistry(now=int(time.time()))
        for number in range(1_000):
            published.declare(scope("domain", f"h{number}.example"))
        published.publish()
        sync(folder / "snapshot", URL, published.trust, transport=published, now=time.time())
        (folder / "trust").write_bytes(published.trust.encode())
    return Filter.open(folder / "snapshot", trust=folder / "trust", policy=Policy.opt_out(Usage.TRAIN_AI))


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            asked = await reader.readuntil(b"\r\n\r\n")
            is_robots = asked.startswith(b"GET /robots.txt")
            kind, body = (b"text/plain", b"User-agent: *\nAllow: /\n") if is_robots else (b"text/html", _PAGE)
            writer.write(_HEAD % (kind, len(body)) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _crawl(port: str, pages: int, settings: dict[str, Any]) -> None:
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess

    class Visitor(Spider):
        name = "visitor"
        arrived = 0
        begun = 0.0

        async def start(self) -> AsyncIterator[Any]:
            for number in range(pages + 1):
                yield Request(f"http://127.0.0.1:{port}/p/{number}", dont_filter=True)

        def parse(self, response: Any) -> None:  # noqa: ARG002 - Scrapy's signature
            self.arrived += 1
            if self.arrived == 1:
                self.begun = time.process_time()
            if self.arrived == pages + 1:
                print((time.process_time() - self.begun) / pages)

    process = CrawlerProcess(
        {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False, **settings}
    )
    process.crawl(Visitor)
    process.start()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(_serve())
    else:
        _crawl(sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4]))
