import io
import random
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.preference import Preference, Usage, combine, stated
from crawler_filter.signals.embedded import media
from crawler_filter.signals.signal import MAX_RULE, Family, Signal
from tests.costs import SECOND, cost
from tests.crawler_filter.signals.embedded import sample_files as files
from tests.profiles import examples

REFUSED, ALLOWED = Preference.DISALLOWED, Preference.ALLOWED
PACKET = files.data_mining()
RESERVED = files.xmp("<tdm:reservation>1</tdm:reservation>")
# {"entries": {"cawg.ai_training": {"use": "notAllowed"}}}
ENTRIES = b"\xa1\x67entries\xa1\x70cawg.ai_training\xa1\x63use\x6anotAllowed"
STORE = files.store(files.manifest(files.assertion(ENTRIES)))

RESTRICTED = {
    "JPEG": files.jpeg_xmp(PACKET),
    "PNG": files.png_xmp(PACKET),
    "PNG, compressed": files.png_xmp(PACKET, compressed=True),
    "GIF": files.gif_xmp(PACKET),
    "WebP": files.webp_xmp(PACKET),
    "TIFF": files.tiff_xmp(PACKET),
    "BigTIFF": files.tiff_xmp(PACKET, big=True),
    "MP4": files.mp4_xmp(PACKET),
    "QuickTime": files.mov_xmp(PACKET),
    "PDF": files.pdf_xmp(RESERVED),
    "PDF, compressed": files.pdf(files.metadata(RESERVED, compressed=True)),
    "EPUB": files.epub(files.opf('<meta property="tdm:reservation">1</meta>')),
    "XMP sidecar": PACKET,
    "PNG with C2PA": files.png_c2pa(STORE),
    "JPEG with C2PA": files.jpeg_c2pa(STORE, pieces=3),
    "C2PA sidecar": STORE,
}  # fmt: skip


def says(content, usage):
    return combine(stated(signal.preferences, usage) for signal in media.read(content))


@pytest.mark.parametrize("content", RESTRICTED.values(), ids=RESTRICTED)
def test_it_says_do_not_train(content):
    assert says(content, Usage.TRAIN_AI) is REFUSED


@pytest.mark.parametrize("name", ["C_with_CAWG_data.jpg", "sample_c2pa.png"])
def test_a_published_file_says_do_not_train(vectors, name):
    assert says((vectors / "c2pa" / name).read_bytes(), Usage.TRAIN_AI) is REFUSED


def test_a_manifest_kept_elsewhere_is_told_of_only_where_there_is_none_inside():
    remote = files.xmp(attributes='dcterms:provenance="https://cai.example/m"')
    text = files.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + remote)
    (signal,) = media.read(files.png(text))
    assert (signal.family, signal.preferences) == (Family.CAWG, {})
    (signal,) = media.read(files.png(text, files.chunk(b"caBX", STORE)))
    assert signal.preferences == {Usage.TRAIN_AI: REFUSED}


def archive(name):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as book:
        book.writestr(name, STORE)
    return content.getvalue()


def test_an_archive_speaks_by_its_own_manifest_and_not_by_those_of_the_files_in_it():
    assert says(archive("META-INF/content_credential.c2pa"), Usage.TRAIN_AI) is REFUSED
    assert media.read(archive("page.jpg")) == ()


def test_two_families_in_one_file_both_speak():
    content = files.png(files.chunk(b"caBX", STORE), files.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET))
    assert {signal.family for signal in media.read(content)} == {Family.CAWG, Family.PLUS}


EMPTY_XMP = b'<svg xmlns="http://www.w3.org/2000/svg"><x:xmpmeta xmlns:x="adobe:ns:meta/"/><rdf:RDF /></svg>'


@pytest.mark.parametrize("content", [b"", b"hello", b"<html><p>", b"\0\1\2", files.png(), EMPTY_XMP], ids=repr)
def test_a_file_that_says_nothing_is_silent(content):
    assert media.read(content) == ()


SAMPLES = st.sampled_from(list(RESTRICTED.values()))


@st.composite
def mutated(draw):
    """A real file with bytes changed, cut out, doubled, or its end lost."""
    content = bytearray(draw(SAMPLES))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.integers(0, 12))
        new = draw(st.sampled_from([b"", b"\xff\xff\xff\xff", b"\0\0\0\0"]) | st.binary(max_size=8))
        content[start : start + length] = new
    return bytes(content[: draw(st.integers(len(content) // 2, len(content)))] if draw(st.booleans()) else content)


def assert_sound(signals):
    assert isinstance(signals, tuple)
    for signal in signals:
        assert isinstance(signal, Signal)
        assert len(signal.rule) <= MAX_RULE
        assert signal.preferences or signal.warning or "UNSPECIFIED" in signal.rule or signal.family is Family.CAWG


@examples(150)
@given(mutated())
def test_no_change_to_a_restriction_raises_or_makes_a_permission(content):
    signals = media.read(content)
    assert_sound(signals)
    # One digit is all that parts the two values of a TDM reservation, so a changed digit may be one.
    assert all(
        ALLOWED not in signal.preferences.values() for signal in signals if signal.family is not Family.TDMREP
    )


MAGIC = [
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"II*\0", b"MM\0+", b"\0\0\0\x18ftypisom", b"%PDF-1.7\n",
    b"PK\x03\x04", b"ID3", b"<?xml?>", b"<svg>", b"\0\0\0\x40jumb", b"",
]  # fmt: skip


@examples(100)
@given(st.sampled_from(MAGIC), st.binary(max_size=400))
def test_any_bytes_are_read_or_told_of(magic, content):
    assert_sound(media.read(magic + content))


@pytest.mark.parametrize("content", RESTRICTED.values(), ids=RESTRICTED)
def test_a_file_cut_off_anywhere_is_told_of_or_refused_but_never_allows(content):
    for end in range(0, len(content), 7):
        assert all(ALLOWED not in signal.preferences.values() for signal in media.read(content[:end]))


SIZE = 1 << 20


def repeated(start, piece, end=b""):
    return start + piece * ((SIZE - len(start) - len(end)) // len(piece)) + end


HOSTILE = {
    "random bytes": random.Random(0).randbytes(SIZE),
    **{f"random bytes behind {magic!r}": magic + random.Random(1).randbytes(SIZE) for magic in MAGIC},
    "JPEG fill bytes": repeated(b"\xff\xd8", b"\xff"),
    "JPEG empty segments": repeated(b"\xff\xd8", b"\xff\xe1\0\2"),
    "JPEG extended XMP of very many packets": repeated(
        b"\xff\xd8", files.segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"B" * 32 + b"\0" * 8)
    ),
    "JPEG boxes in very many segments": repeated(b"\xff\xd8", files.segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x40jumb")),
    "PNG empty chunks": repeated(b"\x89PNG\r\n\x1a\n", files.chunk(b"tEXt", b"")),
    "PNG empty packets": repeated(b"\x89PNG\r\n\x1a\n", files.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0")),
    "PNG bombs": files.png(*[files.chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b" " * 8_000_000))] * 60),
    "RIFF empty chunks": repeated(b"RIFF\0\0\0\0WEBP", b"XMP \0\0\0\0"),
    "TIFF directories that overlap": b"II*\0\x08\0\0\0"
    + b"".join(b"\xff\x0f" + b"\0" * 2 + (8 + 8 * n).to_bytes(4, "little") for n in range(SIZE // 8)),
    "boxes in boxes": b"".join((SIZE - 8 * n).to_bytes(4) + b"moov" for n in range(SIZE // 8))[8:],
    "MP4 behind empty boxes": repeated(b"\0\0\0\x08ftyp", b"\0\0\0\x08moov"),
    "superboxes in superboxes": b"\0\0\0\0jumb" + STORE[8:38] + b"".join((SIZE - 8 * n).to_bytes(4) + b"jumb" for n in range(SIZE // 8)),
    "manifests without number": files.store(repeated(b"", files.manifest(files.assertion(ENTRIES)))),
    "signatures of stores": repeated(b"", STORE[8:38]),
    "packets that open": repeated(b"\0", b"<x:xmpmeta "),
    "packets that open and close": repeated(b"\0", b"<x:xmpmeta ></x:xmpmeta>"),
    "XML nested": repeated(b"<x:xmpmeta >", b"<a>"),
    "XML of very many attributes": repeated(b"<x:xmpmeta ", b'a="" ', b"/>"),
    "XML of different attributes": b"<x:xmpmeta " + b" ".join(b'a%d=""' % n for n in range(SIZE // 12)) + b"/>",
    "XML of different namespaces": b"<x:xmpmeta xmlns:x='x' "
    + b" ".join(b'xmlns:a%d="u%d"' % (n, n) for n in range(SIZE // 24))
    + b"></x:xmpmeta>",
    "XMP of empty elements": files.xmp("<rdf:a/>" * (SIZE // 8)),
    "XMP of very many values": files.xmp("<plus:DataMining>x</plus:DataMining>" * (SIZE // 36)),
    "XMP of nested values": files.xmp("<plus:DataMining>" * 200 + "<rdf:li/>" * (SIZE // 9) + "</plus:DataMining>" * 200),
    "GIF extensions": repeated(b"GIF89a", b"\x21\xff\x0bC2PA_GIF\1\0\0"),
    "GIF sub-blocks": repeated(b"GIF89a\x21\xff\x0bC2PA_GIF\1\0\0", b"\1j"),
    "SVG manifests": repeated(b"<svg>", b"<c2pa:manifest>"),
    "SVG base64": repeated(b"<svg><c2pa:manifest>", b"A"),
    "PDF streams": repeated(b"%PDF-", b">>stream\n"),
    "PDF objects": repeated(b"%PDF-", b"1 0 obj"),
    "PDF metadata without end": repeated(b"%PDF-", b"1 0 obj<</Subtype/XML>>stream\n"),
    "PDF metadata of very many objects": repeated(b"%PDF-", b"1 0 obj<</Subtype/XML>>stream\nendstream "),
    "PDF brackets": repeated(b"%PDF-1 0 obj<</Subtype/XML/Filter", b"[", b">>stream\n"),
    "ZIP directories": repeated(b"PK\x03\x04META-INF/container.xml", b"PK\x01\x02"),
    "EPUB of very many files": files.epub(files.opf(""))[:-22] + b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff" + b"\0" * 10,
    "HTML comments": repeated(b"", b"<!-- "),
}  # fmt: skip


@pytest.mark.whole
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_megabyte_made_to_hurt_takes_less_than_a_second(content):
    assert cost(lambda: assert_sound(media.read(content)), limit=SECOND) <= SECOND


TERMS = "https://a.example/terms"
NAMED = {
    "JSON-LD": '{"@context": "https://schema.org", "@type": "ImageObject", "license": "%s"}',
    "JSON-LD in a drawing": '<svg xmlns="http://www.w3.org/2000/svg"><script type="application/ld+json">'
    '{"@context": "https://schema.org", "usageInfo": "%s"}</script></svg>',
    "a drawing": '<svg xmlns="http://www.w3.org/2000/svg" xmlns:schema="http://schema.org/"><metadata>'
    "<schema:license>%s</schema:license></metadata></svg>",
    "RDF": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:schema="https://schema.org/">'
    '<rdf:Description><schema:usageInfo rdf:resource="%s"/></rdf:Description></rdf:RDF>',
    "a package": '<package xmlns="http://www.idpf.org/2007/opf"><metadata prefix="schema: http://schema.org/">'
    '<meta property="schema:license">%s</meta></metadata></package>',
}  # fmt: skip


@pytest.mark.parametrize("document", NAMED.values(), ids=NAMED)
def test_terms_of_schema_org_are_named_and_state_no_preference(document):
    (signal,) = media.read((document % TERMS).encode())
    assert (signal.family, signal.terms.policy, dict(signal.preferences)) == (Family.TERMS, TERMS, {})
