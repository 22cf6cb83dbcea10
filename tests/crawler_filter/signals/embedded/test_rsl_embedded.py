"""RSL inside works: EPUB packages and other files (RSL 1.0 section 4.8), feeds (section 4.7), and their copies."""

import zlib

import pytest

from crawler_filter import Policy, Preference, Usage
from crawler_filter.signals.embedded import media
from crawler_filter.signals.embedded.rsl_embedded import MAX_ITEMS, read_feed
from crawler_filter.signals.signal import Family
from tests.crawler_filter.signals.embedded import sample_files as files
from tests.crawler_filter.signals.test_evaluation import opened

ALLOWED, DISALLOWED = Preference.ALLOWED, Preference.DISALLOWED
REFUSED = {Usage.TRAIN_AI: DISALLOWED}
OWN, COPY = "https://studio.example/art/1", "https://mirror.example/1"
NAMESPACE = 'xmlns:rsl="https://rslstandard.org/rsl"'
PROHIBITS = '<rsl:prohibits type="usage">ai-train</rsl:prohibits>'
PERMITS = '<rsl:permits type="usage">all</rsl:permits>'


def content(terms: str = PROHIBITS, url: str = OWN) -> str:
    return f'<rsl:content url="{url}"><rsl:license>{terms}</rsl:license></rsl:content>'


def licence(terms: str = PROHIBITS, url: str = OWN) -> str:
    return f"<rsl:rsl {NAMESPACE}>{content(terms, url)}</rsl:rsl>"


def itxt(text: str, *, compressed: bool = False) -> bytes:
    octets = zlib.compress(text.encode()) if compressed else text.encode()
    return files.chunk(b"iTXt", b"License\0" + bytes((compressed, 0)) + b"\0\0" + octets)


def id3(text: str) -> bytes:
    body = b"\x03rsl\0" + text.encode()
    frame = b"TXXX" + len(body).to_bytes(4) + b"\0\0" + body
    return (
        b"ID3\x04\0\0"
        + bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
        + frame
        + b"\xff\xfb\x90\0"
    )


def atom(text: str) -> bytes:
    name = files.box(b"----", files.box(b"data", b"\0" * 8 + text.encode()))
    return files.box(b"ftyp", b"M4A \0\0\0\0") + files.box(b"moov", files.box(b"udta", name))


def mp4_atom(text: str) -> bytes:
    return atom(text).replace(b"M4A ", b"isom", 1)


CARRIERS = {
    "EPUB 3": lambda text: files.epub(files.opf(text)),
    "EPUB 2": lambda text: files.epub(files.opf(text, 'version="2.0"')),
    "XMP": lambda text: files.jpeg_xmp(files.xmp(text)),
    "PNG iTXt": lambda text: files.png(itxt(text)),
    "PNG iTXt, compressed": lambda text: files.png(itxt(text, compressed=True)),
    "ID3": id3,
    "atoms of M4A": atom,
    "atoms of MP4": mp4_atom,
}


def said(data: bytes, url: str = OWN) -> dict[Usage, Preference]:
    merged: dict[Usage, Preference] = {}
    for signal in media.read(data, url):
        assert signal.family is Family.RSL
        merged |= signal.preferences
    return merged


@pytest.mark.parametrize("carrier", CARRIERS.values(), ids=[f"RSL 4.8: {name}" for name in CARRIERS])
@pytest.mark.parametrize(
    "url", [OWN, COPY, ""], ids=["at its address", "a copy elsewhere", "a file without an address"]
)
def test_what_a_licence_inside_a_file_refuses_is_refused_wherever_the_file_is(carrier, url: str) -> None:
    assert said(carrier(licence()), url) == REFUSED


@pytest.mark.parametrize("name", ["EPUB 3", "EPUB 2", "XMP"])
def test_rsl_4_8_a_permission_is_for_the_file_at_its_address(name: str) -> None:
    file = CARRIERS[name](licence(PERMITS))
    assert said(file, OWN) == dict.fromkeys(Usage, ALLOWED)
    assert said(file, COPY) == {}
    (signal,) = media.read(file, COPY)
    assert "not believed" in signal.warning


def test_rsl_4_8_what_is_said_of_the_file_at_its_address_stands_before_what_is_said_of_others() -> None:
    text = f"<rsl:rsl {NAMESPACE}>{content(PERMITS)}{content(PROHIBITS, 'https://studio.example/other')}</rsl:rsl>"
    assert said(CARRIERS["XMP"](text), OWN) == dict.fromkeys(Usage, ALLOWED)
    assert said(CARRIERS["XMP"](text), COPY) == REFUSED


@pytest.mark.parametrize(
    "url", [OWN + "?", OWN + "0", "http://other.studio.example/art/1", "https://studio.example/art/"]
)
def test_rsl_4_8_a_permission_goes_no_further_than_the_pattern_and_host_it_names(url: str) -> None:
    exact = licence(PERMITS, OWN + "$")
    assert said(CARRIERS["XMP"](exact), OWN) == dict.fromkeys(Usage, ALLOWED)
    assert said(CARRIERS["XMP"](exact), url) == {}


def test_rsl_4_8_a_packet_that_was_found_by_scanning_permits_nothing() -> None:
    header = b"GIF89a" + bytes(7)
    assert said(header + files.xmp(licence(PERMITS)), OWN) == {}
    assert said(header + files.xmp(licence()), OWN) == REFUSED


@pytest.mark.parametrize("name", ["PNG iTXt", "ID3", "atoms of MP4"])
def test_rsl_4_8_what_was_found_without_following_the_file_permits_nothing(name: str) -> None:
    assert said(CARRIERS[name](licence(PERMITS)), OWN) == {}


def test_rsl_4_8_the_epub_example_of_the_guide_names_a_use_of_the_draft_and_permits_nothing() -> None:
    text = (
        f'<rsl:rsl {NAMESPACE}><rsl:content url="https://press.example/book.aes" server="https://rslcollective.org/api">'
        '<rsl:license><rsl:permits type="usage">train-ai</rsl:permits><rsl:payment type="royalty"><rsl:standard>'
        "https://rslcollective.org/license</rsl:standard></rsl:payment></rsl:license></rsl:content></rsl:rsl>"
    )
    (signal,) = media.read(files.epub(files.opf(text)), "https://press.example/book.epub")
    assert signal.preferences == dict.fromkeys(Usage, DISALLOWED)
    assert signal.terms.policy == "https://rslcollective.org/license"


def test_an_epub_says_what_both_of_its_families_say() -> None:
    book = files.epub(files.opf('<meta property="tdm:reservation">1</meta>' + licence()))
    assert [(signal.family, signal.preferences) for signal in media.read(book)] == [
        (Family.TDMREP, {Usage.TDM: DISALLOWED}),
        (Family.RSL, REFUSED),
    ]


@pytest.mark.parametrize(
    "text",
    [licence("<rsl:unknown/>" + PROHIBITS), f"<rsl:rsl {NAMESPACE}/>", licence() + licence(), licence("")],
    ids=["appendix A: an unknown element", "3.2: no scope", "4.8: more than one", "3.4: no terms"],
)
def test_a_licence_inside_a_book_that_leaves_something_open_is_not_silence(text: str) -> None:
    assert any(signal.unchecked for signal in media.read(files.epub(files.opf(text)), OWN))


def test_a_licence_in_pieces_is_not_silence() -> None:
    (signal,) = (signal for signal in media.read(id3(licence()[:-20]), OWN) if signal.family is Family.RSL)
    assert signal.unchecked


def test_texts_of_a_png_that_unpack_without_end_are_limited() -> None:
    bombs = [itxt("x" * 4_000_000, compressed=True)] * 200
    assert all(signal.unchecked for signal in media.read(files.png(*bombs)))
    assert media.read(files.png(*bombs[:20])) == ()


RSS = '<?xml version="1.0"?>\n<rss version="2.0" {namespace}><channel><link>https://studio.example/</link>\n{items}</channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" {namespace}>\n{items}</feed>'
RDF = (
    '<!-- x --><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    " {namespace}>\n{items}</rdf:RDF>"
)
FEEDS = {"RSS 2.0": (RSS, "item"), "RSS 1.0": (RDF, "item"), "Atom": (ATOM, "entry")}


def feed(*contents: str, form: str = "RSS 2.0") -> str:
    text, item = FEEDS[form]
    items = "".join(f"<{item}><title>a</title>{each}</{item}>\n" for each in contents)
    return text.format(namespace=NAMESPACE, items=items)


@pytest.mark.parametrize("form", FEEDS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_rsl_4_7_what_an_item_refuses_is_refused_in_the_feed(form: str, encoding: str) -> None:
    text = feed("", content(), form=form)
    for data in (text, text.encode(encoding)):
        (signal,) = read_feed(data, None)
        assert signal.preferences == REFUSED
        assert signal.locator.startswith("feed line ")


def test_rsl_4_7_what_an_item_permits_is_permitted_for_the_item_alone() -> None:
    assert [signal.preferences for signal in read_feed(feed(content(PERMITS), content(PERMITS, "/")), None)] == [
        {},
        {},
    ]


def test_rsl_4_7_a_feed_counts_as_content_and_as_html() -> None:
    optout = opened(Policy.opt_out(Usage.TRAIN_AI))
    for given in (
        {"content": feed(content()).encode()},
        {"html": feed(content())},
        {"html": feed(content()).encode()},
    ):
        assert optout.check("https://studio.example/feed", **given).preference is DISALLOWED


@pytest.mark.parametrize(
    "data",
    [
        "", feed(""), "<rss>", f"<html><script>{licence()}</script>", licence(), f"<p>{feed(content())}",
        files.xmp(licence()), f"<!-- <rss> --><x {NAMESPACE}>{content()}</x>",
    ],
    ids=["nothing", "a feed without RSL", "a feed in pieces without RSL", "a page", "a licence", "a page about feeds", "XMP", "other XML"],
)  # fmt: skip
def test_what_is_no_feed_with_rsl_is_silent(data: str | bytes) -> None:
    assert list(read_feed(data, None)) == []


@pytest.mark.parametrize(
    "data",
    [feed(content())[:-9], "<!DOCTYPE rss>" + feed(content()), feed(content("<rsl:x/>")), feed(*[content()] * (MAX_ITEMS + 1))],
    ids=["cut off", "a DOCTYPE", "an unknown element", "more items than are read"],
)  # fmt: skip
def test_a_feed_whose_licences_cannot_be_read_is_not_silent(data: str) -> None:
    assert any(signal.unchecked for signal in read_feed(data, None))
