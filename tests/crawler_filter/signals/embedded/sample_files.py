"""Small real files of each kind, built by hand: what a reader is shown, and nothing else."""

import io
import struct
import zipfile
import zlib

from crawler_filter.signals.embedded import plus

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DMI = plus.VOCABULARY
NO_TRAINING = DMI + "DMI-PROHIBITED-AIMLTRAINING"
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def xmp(properties: str = "", attributes: str = "") -> bytes:
    """A packet with `properties` as elements and `attributes` on its description."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""'
        f' xmlns:plus="{plus.NAMESPACE}" xmlns:tdm="http://www.w3.org/ns/tdmrep/"'
        f' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        f' xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:dcterms="http://purl.org/dc/terms/"'
        f" {attributes}>{properties}</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()


def data_mining(value: str = NO_TRAINING) -> bytes:
    return xmp(f"<plus:DataMining>{value}</plus:DataMining>")


def jpeg(*app1: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(segment(0xE1, body) for body in app1) + b"\xff\xda\x00\x02\x00\xff\xd9"


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg_xmp(packet: bytes) -> bytes:
    return jpeg(b"http://ns.adobe.com/xap/1.0/\0" + packet)


def extension(packet: bytes, start: int, end: int, *, length: int | None = None) -> bytes:
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32
    return head + struct.pack(">II", len(packet) if length is None else length, start) + packet[start:end]


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*chunks: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    image = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + image + chunk(b"IEND", b"")


def png_xmp(packet: bytes, *, compressed: bool = False) -> bytes:
    text = zlib.compress(packet) if compressed else packet
    return png(chunk(b"iTXt", b"XML:com.adobe.xmp\0" + bytes((compressed, 0)) + b"\0\0" + text))


def riff(form: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    body = form + b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2) for name, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_xmp(packet: bytes) -> bytes:
    return riff(b"WEBP", (b"VP8X", b"\x04" + b"\0" * 9), (b"VP8 ", b"\0" * 11), (b"XMP ", packet))


def tiff_xmp(packet: bytes, *, order: str = "<", big: bool = False) -> bytes:
    mark = b"II" if order == "<" else b"MM"
    if big:
        start = mark + struct.pack(order + "HHHQ", 43, 8, 0, 16)
        field = struct.pack(order + "HHQQ", 700, 1, len(packet), 16 + 8 + 20 + 8)
        return start + struct.pack(order + "Q", 1) + field + struct.pack(order + "Q", 0) + packet
    start = mark + struct.pack(order + "HI", 42, 8)
    field = struct.pack(order + "HHII", 700, 7, len(packet), 8 + 2 + 12 + 4)
    return start + struct.pack(order + "H", 1) + field + struct.pack(order + "I", 0) + packet


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name + body


def mp4_xmp(packet: bytes) -> bytes:
    return box(b"ftyp", b"isom\0\0\0\0") + box(b"uuid", XMP_UUID + packet) + box(b"mdat", b"\0" * 8)


def mov_xmp(packet: bytes) -> bytes:
    return box(b"ftyp", b"qt  \0\0\0\0") + box(b"moov", box(b"mvhd", b"\0") + box(b"udta", box(b"XMP_", packet)))


def gif_xmp(packet: bytes) -> bytes:
    """XMP part 3 section 1.1.2: the packet, then a "magic trailer" that leads any decoder out of it."""
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    return b"GIF89a\x01\0\x01\0\0\0\0" + b"\x21\xff\x0bXMP DataXMP" + packet + trailer + b";"


def pdf(*streams: bytes, trailer: bytes = b"<</Root 1 0 R>>") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Metadata 10 0 R>>\nendobj\n"
        + b"".join(streams)
        + b"trailer\n"
        + trailer
        + b"\nstartxref\n0\n%%EOF\n"
    )


def metadata(packet: bytes, *, number: int = 10, compressed: bool = False, length: int | None = None) -> bytes:
    body = zlib.compress(packet) if compressed else packet
    filtered = b"/Filter/FlateDecode" if compressed else b""
    size = len(body) if length is None else length
    header = b"%d 0 obj\n<</Type /Metadata /Subtype /XML %s/Length %d>>\nstream\n" % (number, filtered, size)
    return header + body + b"\nendstream\nendobj\n"


def pdf_xmp(packet: bytes) -> bytes:
    return pdf(metadata(packet))


CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="{path}" media-type="application/oebps-package+xml"/></rootfiles></container>"""


def opf(meta: str, attributes: str = 'prefix="tdm: http://www.w3.org/ns/tdmrep#" version="3.0"') -> str:
    return f'<package xmlns="http://www.idpf.org/2007/opf" {attributes}>\n<metadata>{meta}</metadata></package>'


def epub(package: str | bytes, *, path: str = "OEBPS/book.opf", container: str = CONTAINER) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", container.format(path=path))
        archive.writestr(path, package)
    return file.getvalue()


def cbor(value: object) -> bytes:
    """Encode what assertions hold: texts, maps, lists and truth values, nothing of 64 KiB or more."""
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, str):
        return b"\x79" + struct.pack(">H", len(value.encode())) + value.encode()
    if isinstance(value, list):
        return b"\x99" + struct.pack(">H", len(value)) + b"".join(map(cbor, value))
    assert isinstance(value, dict)
    pairs = b"".join(cbor(key) + cbor(inner) for key, inner in value.items())
    return b"\xb9" + struct.pack(">H", len(value)) + pairs


def superbox(kind: str, label: str, *children: bytes) -> bytes:
    """A JUMBF superbox whose content type starts with the four letters `kind`."""
    uuid = kind.encode() + bytes.fromhex("00110010800000aa00389b71")
    return box(b"jumb", box(b"jumd", uuid + b"\x03" + label.encode() + b"\0") + b"".join(children))


def manifest(*assertions: bytes, label: str = "urn:c2pa:1", kind: str = "c2ma") -> bytes:
    return superbox(kind, label, superbox("c2as", "c2pa.assertions", *assertions))


def assertion(cbor: bytes, label: str = "cawg.training-mining") -> bytes:
    return superbox("cbor", label, box(b"cbor", cbor))


def store(*manifests: bytes) -> bytes:
    return superbox("c2pa", "c2pa", *manifests)


def png_c2pa(manifests: bytes) -> bytes:
    return png(chunk(b"caBX", manifests))


def jpeg_c2pa(manifests: bytes, *, pieces: int = 1) -> bytes:
    """A store in APP11 segments, the first eight bytes of the box repeated in each."""
    head, body = manifests[:8], manifests[8:]
    size = -(-len(body) // pieces)
    cut = [body[start : start + size] for start in range(0, len(body), size)]
    segments = [
        segment(0xEB, b"JP" + struct.pack(">HI", 1, number) + head + piece) for number, piece in enumerate(cut, 1)
    ]
    return b"\xff\xd8" + b"".join(segments) + b"\xff\xda\x00\x02\x00\xff\xd9"
