"""A prohibition is read where converters, packers and records leave it, and hostile carriers cost little."""

import gzip
import io
import struct
import zipfile
import zlib

import pytest

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.embedded import media
from crawler_filter.signals.safe_xml import MAX_XML
from tests.crawler_filter.signals.embedded.sample_files import chunk

FORBIDDEN = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/">'
    b"<plus:DataMining>http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING</plus:DataMining>"
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)
ALLOWED = FORBIDDEN.replace(b"DMI-PROHIBITED-AIMLTRAINING", b"DMI-ALLOWED")


def png(*chunks):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + b"".join(chunks)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def profile(packet, name=b"xmp"):
    return b"\n%s\n%8d\n%s\n" % (name, len(packet), packet.hex().encode())


def box(kind, body):
    return struct.pack(">I", 8 + len(body)) + kind + body


def jxl(*boxes):
    return (
        b"\0\0\0\x0cJXL \r\n\x87\n"
        + box(b"ftyp", b"jxl \0\0\0\0jxl ")
        + b"".join(boxes)
        + box(b"jxlc", b"\xff\x0a\0\0")
    )


def deflated(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def varint(value):
    return bytes([0x80 | value >> 7, value & 0x7F]) if value > 127 else bytes([value])


def flif(packet, begin=b"FLIF31\0\0"):
    packed = deflated(packet)
    return begin + b"eXmp" + varint(len(packed)) + packed + b"\0"


def svg(packet):
    return b"<svg xmlns='http://www.w3.org/2000/svg'><metadata>" + packet + b"</metadata></svg>"


def zipped(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return content.getvalue()


def newsml(term):
    return (
        '<?xml version="1.0"?><newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"><rightsInfo>'
        "<usageTerms>Ask the desk.</usageTerms>"
        f'<dataMining uri="http://ns.useplus.org/ldf/vocab/{term}"/></rightsInfo></newsItem>'
    ).encode()


def onix(status, names=("EpubUsageConstraint", "EpubUsageType", "EpubUsageStatus")):
    outer, kind, state = names
    return (
        '<?xml version="1.0"?><ONIXMessage release="3.1"><Product><DescriptiveDetail>'
        f"<{outer}><{kind}>11</{kind}><{state}>{status}</{state}></{outer}>"
        "</DescriptiveDetail></Product></ONIXMessage>"
    ).encode()


def brotlied(packet):
    return pytest.importorskip("brotli").compress(packet)


CARRIERS = {
    "PNG iTXt": lambda packet: png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)),
    "PNG zTXt, as of sharp": lambda packet: png(chunk(b"zTXt", b"XML:com.adobe.xmp\0\0" + zlib.compress(packet))),
    "PNG tEXt": lambda packet: png(chunk(b"tEXt", b"XML:com.adobe.xmp\0" + packet)),
    "PNG zTXt, as of ImageMagick": lambda packet: png(chunk(b"zTXt", b"Raw profile type xmp\0\0" + zlib.compress(profile(packet)))),
    "PNG tEXt, as of ImageMagick": lambda packet: png(chunk(b"tEXt", b"Raw profile type xmp\0" + profile(packet))),
    "PNG tEXt, as of an old ImageMagick": lambda packet: png(
        chunk(b"tEXt", b"Raw profile type APP1\0" + profile(b"http://ns.adobe.com/xap/1.0/\0" + packet, b"generic profile"))
    ),
    "JPEG XL": lambda packet: jxl(box(b"xml ", packet)),
    "JPEG XL, packed": lambda packet: jxl(box(b"brob", b"xml " + brotlied(packet))),
    "FLIF": flif,
    "FLIF, interlaced": lambda packet: flif(packet, b"FLIFD1\0\0"),
    "FLIF, animated": lambda packet: flif(packet, b"FLIFS1\0\0\1"),
    "FLIF, animated and interlaced": lambda packet: flif(packet, b"FLIFd1\0\0\1"),
    "SVGZ": lambda packet: gzip.compress(svg(packet)),
    "EPS": lambda packet: b"%!PS-Adobe-3.0 EPSF-3.0\n" + packet + b"\nshowpage",
}  # fmt: skip


@pytest.mark.parametrize("carrier", CARRIERS.values(), ids=CARRIERS)
def test_a_prohibition_is_read_in(carrier):
    (signal,) = media.read(carrier(FORBIDDEN))
    assert signal.preferences[Usage.TRAIN_AI] is Preference.DISALLOWED


@pytest.mark.parametrize(
    "member", [png(chunk(b"tEXt", b"XML:com.adobe.xmp\0" + FORBIDDEN)), newsml("DMI-PROHIBITED"), onix("03")]
)
def test_what_a_member_of_an_archive_forbids_counts_for_all_of_it(member):
    (signal,) = media.read(zipped(**{"1.txt": b"1", "page2": member}))
    assert Preference.DISALLOWED in signal.preferences.values()
    assert signal.locator.startswith("page2: ")


def test_what_a_member_allows_does_not():
    member = png(chunk(b"tEXt", b"XML:com.adobe.xmp\0" + ALLOWED))
    assert media.read(member)[0].preferences
    assert media.read(zipped(page=member)) == ()


def test_a_page_of_a_book_that_shows_a_packet_says_nothing():
    assert media.read(zipped(**{"a.xhtml": b"<html><body><pre>" + FORBIDDEN + b"</pre></body></html>"})) == ()


@pytest.mark.parametrize(
    ("document", "usage"),
    [
        (newsml("DMI-PROHIBITED-AIMLTRAINING"), Usage.TRAIN_AI),
        (onix("03"), Usage.TDM),
        (onix("02"), Usage.TDM),
        (onix("03", ("epubusageconstraint", "x318", "x319")), Usage.TDM),
    ],
)
def test_a_record_forbids(document, usage):
    (signal,) = media.read(document)
    assert signal.preferences[usage] is Preference.DISALLOWED


@pytest.mark.parametrize("document", [onix("01"), newsml("DMI-ALLOWED"), onix("03").replace(b">11<", b">01<")])
def test_a_record_never_allows(document):
    assert not any(signal.preferences for signal in media.read(document))


HOSTILE = {
    "a profile that is no hexadecimal": png(chunk(b"tEXt", b"Raw profile type xmp\0{not}")),
    "a text that is not packed": png(chunk(b"zTXt", b"XML:com.adobe.xmp\0\0nonsense")),
    "a text that unpacks without end": png(chunk(b"zTXt", b"XML:com.adobe.xmp\0\0" + zlib.compress(bytes(MAX_XML + 9), 9))),
    "a profile that unpacks without end": png(chunk(b"zTXt", b"Raw profile type xmp\0\0" + zlib.compress(b"0" * (3 * MAX_XML), 9))),
    "a chunk of FLIF that unpacks without end": b"FLIF31\0\0eXmp" + varint(9000) + deflated(bytes(2 * MAX_XML)),
    "a chunk of FLIF that is none": flif(FORBIDDEN).replace(b"eXmp", b"eXmp\x05", 1),
    "an ONIX message that is no XML": onix("03")[:-9],
}  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_carrier_is_said_to_be_unread(content):
    signals = media.read(content)
    assert signals
    assert all(signal.unchecked for signal in signals)


def test_packed_metadata_of_jpeg_xl_ends_at_its_limit():
    for packed in (brotlied(bytes(MAX_XML + 9)), brotlied(FORBIDDEN)[:-9], b"nonsense"):
        assert all(signal.unchecked for signal in media.read(jxl(box(b"brob", b"xml " + packed))))


def test_very_many_members_that_speak_are_told_of_some():
    speaking = png(chunk(b"tEXt", b"XML:com.adobe.xmp\0" + FORBIDDEN))
    signals = media.read(zipped(**{f"{number}.png": speaking for number in range(200)}))
    assert len(signals) < 100
    assert signals[-1].unchecked
