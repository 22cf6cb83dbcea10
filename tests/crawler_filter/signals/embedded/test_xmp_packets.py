import zlib

import pytest

from crawler_filter.files.containers import Damage
from crawler_filter.files.media_type import media_type
from crawler_filter.signals.embedded.packet import MAX_PACKETS, Packet
from crawler_filter.signals.embedded.xmp_packets import packets
from crawler_filter.signals.safe_xml import MAX_XML
from tests.crawler_filter.signals.embedded import sample_files as files

PACKET = files.data_mining()


def found(content):
    return list(packets(content, media_type(content)))


IN_PLACE = {
    "JPEG": files.jpeg_xmp(PACKET),
    "PNG": files.png_xmp(PACKET),
    "PNG, compressed": files.png_xmp(PACKET, compressed=True),
    "WebP": files.webp_xmp(PACKET),
    "AVI": files.riff(b"AVI ", (b"_PMX", PACKET)),
    "TIFF": files.tiff_xmp(PACKET),
    "BigTIFF": files.tiff_xmp(PACKET, order=">", big=True),
    "MP4": files.mp4_xmp(PACKET),
    "QuickTime": files.mov_xmp(PACKET),
    "PDF": files.pdf_xmp(PACKET),
    "PDF, compressed": files.pdf(files.metadata(PACKET, compressed=True)),
    "a sidecar": PACKET,
    "a sidecar with a byte order mark": b"\xef\xbb\xbf" + PACKET,
}  # fmt: skip


@pytest.mark.parametrize("content", IN_PLACE.values(), ids=IN_PLACE)
def test_the_packet_is_cut_out_of(content):
    (packet,) = found(content)
    assert not packet.is_scanned
    assert packet.content.removeprefix(b"\xef\xbb\xbf") == PACKET


def jpeg_with(marker: bytes, body: bytes) -> bytes:
    """A JPEG with one more segment, which is not where XMP belongs."""
    plain = files.jpeg_xmp(PACKET.replace(b"DataMining", b"Another"))
    return plain[:2] + b"\xff" + marker + (len(body) + 2).to_bytes(2) + body + plain[2:]


ELSEWHERE = {
    "Exif's tag 700 in a JPEG": jpeg_with(b"\xe1", b"Exif\0\0" + files.tiff_xmp(PACKET)),
    "a Photoshop block in a JPEG": jpeg_with(b"\xed", b"Photoshop 3.0\x008BIM\x04\x24\0\0\0\0\x09\0" + PACKET),
    "a comment of a JPEG": jpeg_with(b"\xfe", PACKET),
    "an APP1 segment without its mark": jpeg_with(b"\xe1", PACKET),
    "behind the end of a JPEG": files.jpeg_xmp(b"<x/>") + PACKET,
    "Exif in a PNG": files.png(files.chunk(b"eXIf", files.tiff_xmp(PACKET))),
    "a text of another name in a PNG": files.png(files.chunk(b"tEXt", b"xmp\0" + PACKET)),
}


@pytest.mark.parametrize("content", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_reservation_that_stands_elsewhere_is_found_too(content):
    scanned = [piece for piece in found(content) if isinstance(piece, Packet) and piece.is_scanned]
    assert [packet.content in PACKET for packet in scanned if b"DataMining" in packet.content] == [True]


SCANNED = {
    "GIF": files.gif_xmp(PACKET),
    "AVIF": files.box(b"ftyp", b"avif\0\0\0\0") + files.box(b"mdat", PACKET),
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><metadata>' + PACKET + b"</metadata></svg>",
    "MP3": b"ID3\x04\0\0\0\0\x10\0PRIV" + b"XMP\0" + PACKET,
    "a kind that nobody knows": b"\0\1\2" + PACKET + b"\3",
    "a PNG cut off before its end": files.png(files.chunk(b"tEXt", b"x\0" + PACKET))[:-20],
}


@pytest.mark.parametrize("content", SCANNED.values(), ids=SCANNED)
def test_the_packet_is_found_by_scanning(content):
    (packet,) = [piece for piece in found(content) if isinstance(piece, Packet)]
    assert packet.is_scanned
    assert packet.content in PACKET


def test_an_example_in_plain_text_says_nothing_about_the_text():
    assert found(b"How XMP looks: " + PACKET) == []


def test_a_packet_read_in_a_damaged_file_is_not_found_again():
    cut = files.png_xmp(PACKET)[:-6]
    assert [type(piece) for piece in found(cut)] == [Packet, Damage]


LONG = PACKET + b" " * 70_000


def test_extended_xmp_is_joined_in_any_order():
    halves = [files.extension(LONG, 40_000, len(LONG)), files.extension(LONG, 0, 40_000)]
    (packet,) = found(files.jpeg(*halves))
    assert packet.content == LONG


BROKEN_EXTENSIONS = {
    "with a hole": [files.extension(LONG, 0, 30_000), files.extension(LONG, 40_000, len(LONG))],
    "with an overlap": [files.extension(LONG, 0, 40_000), files.extension(LONG, 30_000, len(LONG))],
    "without its end": [files.extension(LONG, 0, 40_000)],
    "with a length that lies": [files.extension(LONG, 0, 40_000, length=0xFFFFFFFF)],
    "without its own fields": [files.extension(LONG, 0, 10)[:60]],
}


@pytest.mark.parametrize("segments", BROKEN_EXTENSIONS.values(), ids=BROKEN_EXTENSIONS)
def test_extended_xmp_is_damaged(segments):
    assert isinstance(found(files.jpeg(*segments))[0], Damage)


def itxt(body):
    return files.png(files.chunk(b"iTXt", b"XML:com.adobe.xmp\0" + body))


DAMAGED = {
    "compressed XMP that unpacks without end": itxt(b"\1\0\0\0" + zlib.compress(b" " * (MAX_XML + 1))),
    "compressed XMP that is not compressed": itxt(b"\1\0\0\0nonsense"),
    "an iTXt chunk that ends in its language": itxt(b"\0\0en"),
    "an iTXt chunk with nothing in it": itxt(b""),
    "a TIFF field of another type": files.tiff_xmp(PACKET).replace(b"\xbc\x02\7\0", b"\xbc\x02\4\0"),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_damage_is_told_of(content):
    assert isinstance(found(content)[0], Damage)


def test_packets_without_number_end_at_the_limit():
    content = files.png(*[files.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET)] * 1000)
    pieces = found(content)
    assert isinstance(pieces[-1], Damage)
    assert len(pieces) <= 2 * MAX_PACKETS


def test_many_small_bombs_cost_no_more_than_one():
    bomb = files.chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b" " * (MAX_XML - 1)))
    pieces = found(files.png(*[bomb] * 40))
    assert sum(isinstance(piece, Packet) for piece in pieces) == 2
    assert isinstance(pieces[-1], Damage)
