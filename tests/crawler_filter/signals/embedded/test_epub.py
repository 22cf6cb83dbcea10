import io
import warnings
import zipfile

import pytest

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.embedded import epub, media
from crawler_filter.signals.signal import Family
from tests.crawler_filter.signals.embedded import sample_files as files

RESERVED = {Usage.TDM: Preference.DISALLOWED}
FREE = {Usage.TDM: Preference.ALLOWED}

STATEMENTS = {
    "TDMRep, its EPUB 3 example": (
        files.opf('<meta property="tdm:reservation">1</meta><meta property="tdm:policy">https://provider.com/policy.json</meta>'),
        RESERVED, "https://provider.com/policy.json",
    ),
    "TDMRep, its EPUB 2 example": (
        files.opf('<meta name="tdm:reservation" content="1"/><meta name="tdm:policy" content="https://provider.com/p"/>', 'version="2.0"'),
        RESERVED, "https://provider.com/p",
    ),
    "EPUB 3.3 D.1.4, a prefix of the publisher's choice": (
        files.opf('<meta property="mining:reservation">1</meta>', 'prefix="a: urn:a mining: http://www.w3.org/ns/tdmrep/"'), RESERVED, None,
    ),
    "TDMRep, EPUB 3, departure: the usual prefix without a declaration": (files.opf('<meta property="tdm:reservation"> 1 </meta>', ""), RESERVED, None),
    "TDMRep, EPUB 2, departure: the namespace of another time": (
        files.opf('<meta name="tdm:reservation" content="1"/>').replace("http://www.idpf.org/2007/opf", "urn:old"), RESERVED, None,
    ),
    "TDMRep, tdm-reservation: 0 is not reserved": (files.opf('<meta property="tdm:reservation">0</meta>'), FREE, None),
    "EPUB 3.3 5.3.6: a permission about a part of the book": (files.opf('<meta property="tdm:reservation" refines="#page-1">0</meta>'), {}, None),
    "EPUB 3.3 5.3.6: a reservation about a part of the book": (files.opf('<meta property="tdm:reservation" refines="#page-1">1</meta>'), RESERVED, None),
    "TDMRep, tdm-reservation: another value leaves it unset": (files.opf('<meta property="tdm:reservation">no</meta>'), {}, None),
    "TDMRep, tdm-reservation, departure: a full-width 1 is meant for 1": (files.opf('<meta property="tdm:reservation">\uff11</meta>'), RESERVED, None),
}  # fmt: skip


@pytest.mark.parametrize(("package", "preferences", "policy"), STATEMENTS.values(), ids=STATEMENTS)
def test_a_package_says(package, preferences, policy):
    (signal,) = epub.read(files.epub(package))
    assert (signal.family, signal.preferences, signal.terms.policy) == (Family.TDMREP, preferences, policy)
    assert signal.locator == "OEBPS/book.opf line 2"


def test_a_package_that_says_nothing_about_mining_is_silent():
    assert epub.read(files.epub(files.opf('<meta property="dcterms:modified">2026</meta>'))) == ()


def test_an_archive_that_is_no_epub_is_silent():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("page.txt", "hello")
    assert epub.read(content.getvalue()) == ()


def with_member(name, body, compression=zipfile.ZIP_DEFLATED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        archive.writestr("META-INF/container.xml", files.CONTAINER.format(path="book.opf"))
        archive.writestr(name, body)
    return content.getvalue()


SOUND = files.epub(files.opf('<meta property="tdm:reservation">0</meta>'))


def with_its_first_byte_changed(archive, name):
    at = archive.index(name) + len(name)
    return archive[:at] + b"\xff" + archive[at + 1 :]


UNREAD = {
    "is cut off": SOUND[:-30],
    "has a broken member": with_its_first_byte_changed(SOUND, b"META-INF/container.xml"),
    "has a path that is absolute": files.epub(files.opf(""), path="/etc/book.opf"),
    "has a path that leads out": files.epub(files.opf(""), path="OEBPS/../../book.opf"),
    "has a path with a backslash": files.epub(files.opf(""), path="OEBPS\\book.opf"),
    "names a package that is not there": with_member("other.opf", ""),
    "names no package": files.epub(files.opf(""), container="<container/><!-- {path} -->"),
    "has a container that is no XML": files.epub(files.opf(""), container="{path}"),
    "has a container with a DOCTYPE": files.epub(files.opf(""), container="<!DOCTYPE c><c>{path}</c>"),
    "has a package that is no XML": files.epub("<package>"),
    "has a package with entities": files.epub('<!DOCTYPE p [<!ENTITY a "b">]><package/>'),
    "has a package that unpacks without end": files.epub(
        "<package>" + " " * (epub.MAX_PACKAGE + 1) + "</package>"
    ),
    "has a container that unpacks without end": files.epub(
        "", container="{path}" + " " * (epub.MAX_CONTAINER + 1)
    ),
    "is packed as nothing is": with_member("book.opf", files.opf(""), zipfile.ZIP_LZMA).replace(
        b"\x02\0\x0e\0", b"\x02\0\x63\0"
    ),
}


@pytest.mark.parametrize("content", UNREAD.values(), ids=UNREAD)
def test_it_is_said_that_a_book_could_not_be_read_when_it(content):
    (signal,) = epub.read(content)
    assert not signal.preferences
    assert signal.warning.startswith("could not be read")


def test_an_encrypted_package_is_not_taken_for_silence():
    content = bytearray(SOUND)
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = -1
        while (position := content.find(header, position + 1)) >= 0:
            content[position + flags] |= 1
    (signal,) = epub.read(bytes(content))
    assert "encrypted" in signal.warning


def test_renditions_and_reservations_are_limited():
    roots = '<rootfile full-path="{path}"/>' * 50
    container = f'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">{roots}</container>'
    metas = '<meta property="tdm:reservation">1</meta>' * 50
    signals = epub.read(files.epub(files.opf(metas), container=container))
    assert len(signals) == epub.MAX_RENDITIONS * (epub.MAX_RESERVATIONS + 1) + 1
    assert "more than 8 package documents" in signals[-1].warning


def test_of_two_members_with_one_name_the_one_in_force_for_reading_systems_is_read():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        archive.writestr("META-INF/container.xml", files.CONTAINER.format(path="book.opf"))
        archive.writestr("book.opf", files.opf('<meta property="tdm:reservation">0</meta>'))
        archive.writestr("book.opf", files.opf('<meta property="tdm:reservation">1</meta>'))
    assert [signal.preferences for signal in epub.read(content.getvalue())] == [RESERVED]


def test_an_archive_of_very_many_files_is_not_opened(monkeypatch):
    monkeypatch.setattr("crawler_filter.signals.embedded.epub.MAX_MEMBERS", 2)
    (signal,) = epub.read(SOUND)
    assert "more than 2 files" in signal.warning


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("t: https://www.w3.org/ns/tdmrep#", "t:reservation"),
        ("t: http://www.w3.org/ns/tdmrep", "t:Reservation"),
        ("tdm: http://www.w3.org/ns/tdmrep#", "TDM:Reservation"),
        ("a: http://a.example/", "http://www.w3.org/ns/tdmrep#reservation"),
    ],
)
def test_a_misspelt_reservation_reserves_and_never_permits(prefix, name):
    for value, said in (("1", {Usage.TDM: Preference.DISALLOWED}), ("0", {})):
        package = files.opf(f'<meta property="{name}">{value}</meta>', f'prefix="{prefix}" version="3.0"')
        signals = media.read(files.epub(package), "")
        assert [signal.preferences for signal in signals if signal.family is Family.TDMREP] == [said]
