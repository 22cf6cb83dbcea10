"""A prohibition is read wherever converters, archives and pages carry the packet that makes it, in whatever UTF."""

import base64
import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable

import pytest

from crawler_filter.preference import Preference, Usage, combine, stated
from crawler_filter.signals.embedded import media
from tests.costs import SECOND, cost
from tests.crawler_filter.signals.embedded import sample_files as files

PACKET = files.data_mining()
MARKED = files.jpeg_xmp(PACKET)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><metadata>%b</metadata></svg>'
UTFS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


def says(content: bytes) -> Preference:
    return combine(stated(signal.preferences, Usage.TRAIN_AI) for signal in media.read(content))


def in_utf(packet: bytes, encoding: str) -> bytes:
    return packet.decode().encode(encoding)


def profile(name: bytes, octets: bytes) -> bytes:
    """A profile as ImageMagick writes it into a PNG."""
    digits = octets.hex().encode()
    lines = b"\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    return b"\n%b\n%8d\n%b\n" % (name, len(octets), lines)


def png_profile(keyword: bytes, octets: bytes, *, packed: bool = True) -> bytes:
    text = profile(keyword.split()[-1], octets)
    chunk = (
        files.chunk(b"zTXt", keyword + b"\0\0" + zlib.compress(text))
        if packed
        else files.chunk(b"tEXt", keyword + b"\0" + text)
    )
    return files.png(chunk)


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        about = tarfile.TarInfo(name)
        about.size = len(content)
        archive.addfile(about, io.BytesIO(content))
    return packed.getvalue()


EXIF = b"Exif\0\0II*\0\x08\0\0\0\0\0" + PACKET
RESOURCES = b"8BIM\x04\x24\0\0" + len(PACKET).to_bytes(4) + PACKET
APP1 = b"http://ns.adobe.com/xap/1.0/\0" + PACKET
IN_WIDE = {
    "alone": lambda packet: packet,
    "in a JPEG": files.jpeg_xmp,
    "in a PNG": files.png_xmp,
    "in a TIFF": files.tiff_xmp,
    "in a WebP": files.webp_xmp,
    "in a GIF": files.gif_xmp,
    "in a PDF": files.pdf_xmp,
    "behind a JPEG": lambda packet: files.jpeg() + packet,
    "beside a picture": lambda packet: zipped(("a.jpg", files.jpeg()), ("a.xmp", packet)),
}
CARRIERS = {
    "a profile of XMP": png_profile(b"Raw profile type xmp", PACKET),
    "a profile in other letters": png_profile(b"Raw profile type XMP", PACKET),
    "a profile of APP1": png_profile(b"Raw profile type APP1", APP1),
    "a profile of Exif": png_profile(b"Raw profile type exif", EXIF),
    "a profile of Exif, unpacked": png_profile(b"Raw profile type exif", EXIF, packed=False),
    "a profile of Exif that is XMP": png_profile(b"Raw profile type exif", APP1),
    "a profile of Exif as APP1": png_profile(b"Raw profile type APP1", EXIF),
    "a profile of Photoshop": png_profile(b"Raw profile type 8bim", RESOURCES),
    "a profile of IPTC": png_profile(b"Raw profile type iptc", RESOURCES),
    "a page": b"<!doctype html><html><body><!-- " + PACKET + b" --></body></html>",
    "a script of a page": b'<html><script type="application/rdf+xml">' + PACKET + b"</script></html>",
    "a picture in a drawing": SVG % (b'<image href="data:image/png;base64,' + base64.b64encode(files.png_xmp(PACKET)) + b'"/>'),
    "a picture in a page": b'<html><img src="data:image/jpeg;base64,' + base64.b64encode(MARKED) + b'"></html>',
    "a picture in a dump": b"INSERT INTO a VALUES (1, 0x" + MARKED.hex().encode() + b");",
    "a picture in a packed archive": zipped(("volume.cbz", zipped(("1.jpg", MARKED)))),
    "a packed picture": gzip.compress(MARKED),
    "a picture in a packed tar": gzip.compress(tarred("1.jpg", MARKED)),
    "a picture in a tar": tarred("1.jpg", MARKED),
    "a picture in bzip2": bz2.compress(MARKED),
    "a drawing in xz": lzma.compress(SVG % PACKET),
    "a packed picture in an archive": zipped(("1.jpg.gz", gzip.compress(MARKED))),
}  # fmt: skip


URI = b"http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"
SAYING_NOTHING = b"DMI-UNSPECIFIED", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"


def frame(name: bytes, octets: bytes) -> bytes:
    """A file of sound whose tag (ID3v2.3) has one frame."""
    body = name + len(octets).to_bytes(4) + b"\0\0" + octets
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + body + (b"\xff\xfb\x90\0" + bytes(413)) * 4


def packed_text(keyword: bytes, text: bytes, *, name: bytes = b"zTXt") -> bytes:
    before = b"\0\0" if name == b"zTXt" else b"\0\1\0en\0\0"
    return files.png(files.chunk(name, keyword + before + zlib.compress(text)))


ODD_CARRIERS = {
    "a packed text of another name": lambda uri, packet: packed_text(b"xmp", packet),
    "a packed text in iTXt": lambda uri, packet: packed_text(b"XMP", packet, name=b"iTXt"),
    "a packed comment": lambda uri, packet: packed_text(b"Data Mining", uri),
    "a packed comment in iTXt": lambda uri, packet: packed_text(b"Comment", uri, name=b"iTXt"),
    "a comment of sound in UTF-16": lambda uri, packet: frame(
        b"COMM", b"\1eng\xff\xfe\0\0\xff\xfe" + uri.decode().encode("utf-16-le")
    ),
    "a comment of sound in the other UTF-16": lambda uri, packet: frame(
        b"COMM", b"\2eng\0\0" + uri.decode().encode("utf-16-be")
    ),
    "the cover of a song": lambda uri, packet: frame(
        b"APIC", b"\0image/png\0\3\0" + packed_text(b"XML:com.adobe.xmp", packet)
    ),
    "a drawing's own element": lambda uri, packet: (
        SVG % (b'<plus:DataMining xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/">' + uri + b"</plus:DataMining>")
    ),
    "a package of news": lambda uri, packet: (
        b'<packageItem xmlns="http://iptc.org/std/nar/2006-10-01/"><rightsInfo><dataMining literal="'
        + uri
        + b'"/></rightsInfo></packageItem>'
    ),
    "PostScript in an archive": lambda uri, packet: zipped(
        ("1.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n" + packet + b"\n%%EOF")
    ),
    "a picture in a page in an archive": lambda uri, packet: zipped(
        (
            "1.html",
            b'<html><img src="data:image/png;base64,' + base64.b64encode(files.png_xmp(packet)) + b'"></html>',
        )
    ),
    "a picture in RTF": lambda uri, packet: (
        b"{\\rtf1{\\pict\\pngblip " + files.png_xmp(packet).hex().encode() + b"}}"
    ),
    "a picture in RTF in an archive": lambda uri, packet: zipped(
        ("1.rtf", b"{\\rtf1{\\pict\\pngblip " + files.png_xmp(packet).hex().encode() + b"}}")
    ),
    "the cover of a song in an archive": lambda uri, packet: zipped(
        ("1.mp3", frame(b"APIC", b"\0image/png\0\3\0" + packed_text(b"XML:com.adobe.xmp", packet)))
    ),
}


@pytest.mark.parametrize("carrier", ODD_CARRIERS.values(), ids=ODD_CARRIERS)
def test_a_prohibition_is_read_where_few_look_and_nothing_is_heard_without_one(
    carrier: Callable[[bytes, bytes], bytes],
) -> None:
    assert says(carrier(URI, PACKET)) is Preference.DISALLOWED
    silent = media.read(carrier(*SAYING_NOTHING))
    assert not any(signal.unchecked or Preference.DISALLOWED in signal.preferences.values() for signal in silent)


@pytest.mark.parametrize("encoding", UTFS)
@pytest.mark.parametrize("carrier", IN_WIDE)
def test_a_packet_is_read_in_every_utf(carrier: str, encoding: str) -> None:
    assert says(IN_WIDE[carrier](in_utf(PACKET, encoding))) is Preference.DISALLOWED


@pytest.mark.parametrize("content", CARRIERS.values(), ids=CARRIERS)
def test_a_prohibition_is_read_in(content: bytes) -> None:
    assert says(content) is Preference.DISALLOWED


@pytest.mark.parametrize("allowed", ["http://ns.useplus.org/ldf/vocab/DMI-ALLOWED"])
def test_a_permission_of_one_file_in_others_says_nothing_of_all(allowed: str) -> None:
    free = files.jpeg_xmp(files.data_mining(allowed))
    for content in (zipped(("a.zip", zipped(("1.jpg", free)))), gzip.compress(free), tarred("1.jpg", free)):
        assert says(content) is Preference.UNKNOWN


def test_a_profile_without_a_statement_is_silent() -> None:
    assert media.read(png_profile(b"Raw profile type exif", b"Exif\0\0II*\0\x08\0\0\0\0\0")) == ()


def test_an_example_in_a_plain_text_says_nothing_of_it() -> None:
    assert says(b"You write this:\n\n" + PACKET) is Preference.UNKNOWN


@pytest.mark.parametrize("unit", ["ataMining", "<x:xmpmeta>ataMining", "<rdf:RDF ataMining"])
def test_hostile_words_cost_no_more_than_their_length(unit: str) -> None:
    content = b"\x89PNG\r\n\x1a\n" + (unit * 20_000).encode("utf-16-le")
    assert cost(lambda: media.read(content), limit=2 * SECOND) <= 2 * SECOND


SAVED = (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n'
    b'Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><meta name=3D"robots" content=3D"%b"></html>\r\n--b--\r\n'
)
LONG = b"<html><head><style>" + b"p {} " * 4_000 + b'</style><meta name="robots" content="%b"></head></html>'
ANSWER = b"HTTP/1.1 200 OK\r\nX-Robots-Tag: %b\r\nContent-Type: text/html\r\n\r\n<html></html>"


@pytest.mark.parametrize("page", [SAVED, LONG, ANSWER], ids=["MHTML", "behind long styles", "with its answer"])
def test_a_page_in_an_archive_speaks_however_it_was_saved(page):
    refused = media.read(zipped(("a", page % b"noai")))
    assert any(Preference.DISALLOWED in signal.preferences.values() for signal in refused)
    allowed = media.read(zipped(("a", page % b"all")))
    assert not any(signal.preferences for signal in allowed)
