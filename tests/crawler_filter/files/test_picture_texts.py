"""The words that a picture carries are read wherever programs of pictures leave them."""

import io
import struct
import zlib

import pytest

from crawler_filter.files.budget import Budget, Skipped
from crawler_filter.files.media_type import media_type
from crawler_filter.files.picture_texts import MOST, has_words, words
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import HAIKU, NOVEL, OTHER, encoded, opened

images = pytest.importorskip("PIL.Image")
PLAIN = encoded(OTHER, "JPEG")
RDF = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt><rdf:li xml:lang="en">'
    "{}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def in_segment(mark, body):
    return PLAIN[:2] + mark + struct.pack(">H", len(body) + 2) + body + PLAIN[2:]


def in_iptc(text):
    said = text.encode()
    dataset = b"\x1c\x02\x78" + struct.pack(">H", len(said)) + said
    return in_segment(
        b"\xff\xed", b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(dataset)) + dataset
    )


def in_exif(tag, value):
    def make(text):
        exif = images.Exif()
        exif.get_ifd(0x8769)[tag] = value(text)
        return encoded(OTHER, "JPEG", exif=exif)

    return make


def of_windows(text):
    exif = images.Exif()
    exif[0x9C9C] = text.encode("utf-16-le") + b"\0\0"
    return encoded(OTHER, "WEBP", exif=exif)


def in_png(kind):
    from PIL.PngImagePlugin import PngInfo

    def make(text):
        info = PngInfo()
        if kind == "iTXt":
            info.add_itxt("Comment", text, zip=True)
        else:
            info.add_text("parameters", text, zip=kind == "zTXt")
        return encoded(OTHER, "PNG", pnginfo=info)

    return make


def in_layer(text, key=b"TySh"):
    """Return a document of Photoshop whose section of layers has a block of a layer of text."""
    said = b"Txt TEXT" + struct.pack(">I", len(text) + 1) + text.encode("utf-16-be") + b"\0\0"
    block = b"8BIM" + key + struct.pack(">I", len(said)) + said
    pixels = OTHER[:48, :64]
    head = b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 48, 64, 8, 3) + bytes(8)
    section = struct.pack(">I", 0) + struct.pack(">I", 0) + block + bytes(-len(block) % 2)
    return head + struct.pack(">I", len(section)) + section + b"\0\0" + pixels.transpose(2, 0, 1).tobytes()


CARRIERS = {
    "a comment of a JPEG": lambda text: in_segment(b"\xff\xfe", text.encode()),
    "a caption of IPTC": in_iptc,
    "XMP in a JPEG": lambda text: in_segment(
        b"\xff\xe1", b"http://ns.adobe.com/xap/1.0/\0" + RDF.format(text).encode()
    ),
    "XMP in a WebP": lambda text: encoded(OTHER, "WEBP", xmp=RDF.format(text).encode()),
    "a comment of the user": in_exif(37510, lambda text: b"ASCII\0\0\0" + text.encode()),
    "a comment of the user in Unicode": in_exif(37510, lambda text: b"UNICODE\0" + text.encode("utf-16-be")),
    "a comment of Windows": of_windows,
    "the description of a TIFF": lambda text: encoded(OTHER, "TIFF", description=text),
    "a text of a PNG": in_png("tEXt"),
    "a packed text of a PNG": in_png("zTXt"),
    "an international text of a PNG": in_png("iTXt"),
    "a comment of a GIF": lambda text: encoded(OTHER, "GIF", comment=text.encode()),
    "a layer of text": in_layer,
}


@pytest.mark.parametrize("carrier", CARRIERS.values(), ids=CARRIERS)
def test_a_registered_text_is_found_in_it(carrier):
    novel = NOVEL[:3000]
    optout = opened(("text", text_scope(novel).encode()))
    assert not optout.check(content=carrier(novel)).keep
    assert optout.check(content=carrier(novel.replace("a", "o").replace("e", "i")[::-1])).keep


@pytest.mark.parametrize(
    "name", [name for name in CARRIERS if "Windows" in name or "layer" in name or "XMP" in name]
)
def test_a_short_one_is_found_as_a_whole(name):
    assert not opened(("text", text_scope(HAIKU).encode())).check(content=CARRIERS[name](HAIKU)).keep


@pytest.mark.parametrize("mark", ["Created with GIMP", "OLYMPUS DIGITAL CAMERA", "\u00a9 2019 Example Images"])
@pytest.mark.parametrize("name", ["an international text of a PNG", "XMP in a WebP", "a comment of the user"])
def test_a_mark_of_a_program_or_an_agency_is_nobodys_work_in_a_picture(name, mark):
    """Whoever registered it by itself would exclude every picture of that program."""
    optout = opened(("text", text_scope(mark).encode()))
    assert optout.check(content=CARRIERS[name](mark)).keep
    assert not optout.check(content=mark.encode()).keep


def test_a_song_of_which_each_line_is_a_text_of_its_own_is_found():
    lines = [line for line in NOVEL[:900].split(". ") if line]
    listed = "".join(f"<rdf:li>{line}</rdf:li>" for line in lines)
    packet = RDF.replace('<rdf:li xml:lang="en">{}</rdf:li>', listed).encode()
    assert (
        not opened(("text", text_scope(NOVEL[:900]).encode()))
        .check(content=in_segment(b"\xff\xe1", b"http://ns.adobe.com/xap/1.0/\0" + packet))
        .keep
    )


@pytest.mark.parametrize(
    "content",
    [PLAIN, encoded(OTHER, "GIF"), encoded(OTHER, "PNG"), in_segment(b"\xff\xfe", b"Lavc61.19.100"), in_layer("")],
)
def test_what_is_no_sentence_is_passed_over(content):
    assert not has_words(content, media_type(content))


def test_a_layer_of_text_that_cannot_be_read_is_said():
    content = in_layer(NOVEL[:99]).replace(b"Txt TEXT", b"Txt OTHR")
    decision = opened(("text", text_scope(NOVEL).encode())).check(content=content)
    assert not decision.keep
    assert "a layer of text" in decision.unavailable[0].reason


def test_more_texts_than_are_read_are_said():
    chunks = b""
    for number in range(MOST + 1):
        body = f"tEXtnote\0a text of its own {number}".encode()
        chunks += struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    plain = encoded(OTHER, "PNG")
    found = list(
        words(plain[:33] + chunks + plain[33:], "image/png", Budget.of_file(9, characters=0, pictures=True))
    )
    assert len(found) == MOST + 1
    assert isinstance(found[-1], Skipped)


def test_packets_that_never_end_cost_no_more_than_their_length():
    content = PLAIN + b"<x:RDF " * 200_000
    assert not has_words(content, "image/jpeg")


def test_the_words_beside_a_picture_are_not_declared_by_its_owner(tmp_path):
    from crawler_filter.fingerprints.of_file import likenesses_of

    file = tmp_path / "a.tiff"
    content = io.BytesIO()
    images.fromarray(OTHER).save(content, "TIFF", description=NOVEL)
    file.write_bytes(content.getvalue())
    assert [each.kind for each in likenesses_of(file)] == ["pdq"]


def of_document(resources=b"", behind=b""):
    return b"8BPS\0\1" + bytes(20) + bytes(4) + struct.pack(">I", len(resources)) + resources + behind


HOSTILE = {
    "captions": ("image/vnd.adobe.photoshop", of_document(b"\x1c\x02\x05\x80\x04\x7f\xff\xff\xff" * 100_000)),
    "very many captions": ("image/vnd.adobe.photoshop", of_document(b"\x1c\x02\x05\0\0" * 100_000)),
    "layers": ("image/vnd.adobe.photoshop", of_document(b"\0" * 4, b"Txt TEXT\xff\xff\xff\xff" * 100_000)),
    "fields": ("image/tiff", b"II*\0\x08\0\0\0" + struct.pack("<H", 4_000)
               + b"".join(struct.pack("<HHII", 270, 2, 200_000 - n, 50_000) for n in range(4_000))
               + bytes(4) + b"\xff\0\1" * 100_000),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "content"), HOSTILE.values(), ids=HOSTILE)
def test_strings_that_lie_in_one_another_are_read_within_a_limit_and_it_is_said(kind, content):
    budget = Budget.of_file(len(content), characters=1 << 20, pictures=True)
    assert any(isinstance(each, Skipped) for each in words(content, kind, budget))
