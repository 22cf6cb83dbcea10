"""Coverage-guided rounds on every parser of what sites and files say about themselves (see `fuzzing`)."""

import contextlib
import gzip
import importlib.util
import sys
import zlib

import pytest

from tests.crawler_filter.fuzzing import Target, assert_a_round_finds_nothing, fuzz


def targets() -> dict[str, Target]:
    """Each parser by name, with files to start from. Imported here, so that atheris can instrument what is."""
    return file_targets() | text_targets()


def file_targets() -> dict[str, Target]:
    """The readers of what is inside files."""
    from crawler_filter.files.containers import Damage
    from crawler_filter.files.media_type import media_type
    from crawler_filter.signals.embedded import c2pa, cbor, epub, media, pdf, xmp
    from crawler_filter.signals.embedded.packet import Packet
    from crawler_filter.signals.embedded.xmp_packets import packets
    from tests.crawler_filter.signals.embedded import sample_files as files
    from tests.crawler_filter.signals.embedded.test_media import ENTRIES, PACKET, RESTRICTED, STORE

    def decode_cbor(content: bytes) -> None:
        with contextlib.suppress(cbor.MalformedCborError):
            cbor.decode(content)

    def read_xmp(content: bytes) -> None:
        xmp.read(Packet(content, "fuzz"))

    def read_pdf(content: bytes) -> list[Packet | Damage]:
        return list(pdf.packets(content))

    def find_packets(content: bytes) -> list[Packet | Damage]:
        return list(packets(content, media_type(content)))

    text = files.chunk(b"iTXt", b"a\0\0\0\0\0" + LICENSE)
    everything = [
        *RESTRICTED.values(),
        files.png(text),
        files.mp4_xmp(LICENSE),
        files.jpeg_xmp(files.xmp(LICENSE.decode())),
    ]
    return {
        "media": (media.read, everything),
        "xmp_packets": (find_packets, everything),
        "xmp": (read_xmp, [PACKET, files.xmp("<tdm:reservation>1</tdm:reservation>")]),
        "pdf": (read_pdf, [RESTRICTED["PDF"], RESTRICTED["PDF, compressed"]]),
        "epub": (epub.read, [RESTRICTED["EPUB"], files.epub(files.opf(LICENSE.decode()))]),
        "c2pa": (c2pa.read, [STORE, RESTRICTED["JPEG with C2PA"]]),
        "c2pa_permissions": (lambda content: c2pa.read(content, trust_anchors=b""), _permissions()),
        "cbor": (decode_cbor, [ENTRIES]),
    }


def text_targets() -> dict[str, Target]:
    """The readers of what sites say, each as a check calls it for a URL."""
    from crawler_filter.files.content_coding import decode
    from crawler_filter.signals import headers, html, rsl, well_known
    from crawler_filter.signals.agents import default_agents, usages_by_token
    from crawler_filter.signals.embedded import rsl_embedded
    from crawler_filter.signals.robots.robots_txt import RobotsTxt

    url, speaking = "https://a.example/art/1.png?q=%41", usages_by_token(default_agents().agents)

    def read_robots(content: bytes) -> None:
        parsed = RobotsTxt.parse(content)
        parsed.may_crawl("a", url)
        list(parsed.findings("a", url, other_agents=speaking))

    def read_html(content: bytes) -> None:
        html.read(content, url, agent="a", user="commercial", other_agents=speaking)

    def read_headers(content: bytes) -> None:
        names = ("x-robots-tag", "link", "content-usage", "content-signal", "tdm-reservation", "tdm-policy")
        headers.read(dict.fromkeys(names, content), status=200, agent="a", other_agents=speaking)
        headers.read(content, status=200, agent="a", other_agents=speaking)

    def read_body(content: bytes) -> None:
        for names in ("gzip", "deflate", "br", "zstd", "gzip, chunked"):
            decode(content, [names], most=1 << 20)

    def read_well_known(content: bytes) -> None:
        for path in well_known.PATHS:
            list(well_known.read(path, content, url))

    def read_rsl(content: bytes) -> None:
        list(rsl.read_document(content, url, user="commercial", locator="fuzz"))

    def read_feed(content: bytes) -> None:
        list(rsl_embedded.read_feed(content, "commercial"))

    return {
        "robots": (read_robots, SAID["robots"]),
        "html": (read_html, SAID["html"]),
        "headers": (read_headers, SAID["headers"]),
        "bodies": (
            read_body,
            [gzip.compress(b"<p>text"), zlib.compress(b"<p>text"), b"7\r\n<p>text\r\n0\r\n\r\n"],
        ),
        "well_known": (read_well_known, SAID["well_known"]),
        "rsl": (read_rsl, SAID["rsl"]),
        "feed": (read_feed, SAID["feed"]),
    }


LICENSE = (
    b'<rsl xmlns="https://rslstandard.org/rsl"><content url="/art/" server="https://b.example/"><license>'
    b'<permits type="usage">ai-input</permits><permits type="user">commercial</permits>'
    b'<prohibits type="usage">ai-train</prohibits><payment type="free"/></license></content></rsl>'
)
SAID = {
    "robots": [
        b"User-agent: *\nUser-agent: GPTBot\nDisallow: /*.png$\nAllow: /art/\nContent-Usage: /art train-ai=n\n",
        b"\xef\xbb\xbfuseragent a\r\nContent-Signal: ai-train=no, use=immediate\r\nLicense: https://a.example/l\r\n",
    ],
    "html": [
        b'<meta name="robots" content="noai, GPTBot: noml"><meta name="tdm-reservation" content="1">',
        b'<script type="application/rsl+xml">' + LICENSE + b'</script><link rel="license" type="application/rsl+xml" href="/l">',
    ],
    "headers": [b"GPTBot: noai, unavailable_after: 1 Jan 2030 00:00:00 GMT", b'train-ai=n;a="b", search=y', b"1",
                b'<https://a.example/l>; rel="license"; type="application/rsl+xml"'],
    "well_known": [
        b'[{"location": "/art/*$", "tdm-reservation": 1, "tdm-policy": "https://a.example/p"}]',
        b"User-Agent: *\nDisallow: *.png\nAllow: /\n",
        b"datatrainingallowed=no\n",
    ],
    "rsl": [LICENSE],
    "feed": [b"<rss><channel><item>" + LICENSE + b"</item></channel></rss>",
             b'<?xml version="1.0"?><!-- a --><f:feed xmlns:f="a"><entry>' + LICENSE + b"</entry></f:feed>"],
}  # fmt: skip
"""What to start from: sound statements of each kind."""

NAMES = (
    "media", "xmp_packets", "xmp", "pdf", "epub", "c2pa", "c2pa_permissions", "cbor",
    "robots", "html", "headers", "bodies", "well_known", "rsl", "feed",
)  # fmt: skip


def _permissions() -> list[bytes]:
    if importlib.util.find_spec("c2pa") is None:
        return [b""]
    from tests.crawler_filter.signals.embedded import sample_files as files
    from tests.crawler_filter.signals.embedded.signing import Authority

    entries = {"cawg.ai_training": {"use": "allowed"}}
    return [Authority("fuzz").sign(files.png(), "image/png", entries, "cawg.training-mining")]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_round_finds_nothing(name, tmp_path):
    assert_a_round_finds_nothing(__name__, name, tmp_path)


def test_every_target_is_run():
    assert tuple(targets()) == NAMES


if __name__ == "__main__":
    fuzz(targets, *sys.argv[1:])
