import pytest

from crawler_filter.files.containers import Damage
from crawler_filter.signals.embedded import pdf
from crawler_filter.signals.embedded.packet import Packet
from tests.crawler_filter.signals.embedded import sample_files as files

PACKET = files.xmp("<tdm:reservation>1</tdm:reservation>")
OTHER = files.xmp("<tdm:reservation>0</tdm:reservation>")
ENCRYPTED = b"<</Root 1 0 R/Encrypt 5 0 R>>"


def found(*streams, trailer=b"<<>>"):
    return list(pdf.packets(files.pdf(*streams, trailer=trailer)))


READABLE = {
    "plain": files.metadata(PACKET),
    "compressed": files.metadata(PACKET, compressed=True),
    "with a length that is too long": files.metadata(PACKET, length=10**9),
    "with a length that is too short": files.metadata(PACKET, length=3),
    "with its length in another object": files.metadata(PACKET).replace(b"/Length %d>>" % len(PACKET), b"/Length 11 0 R>>"),
    "with its filter in an array": files.metadata(PACKET, compressed=True).replace(b"/FlateDecode", b"[ /FlateDecode ]"),
    "with carriage returns": files.metadata(PACKET).replace(b">>\nstream\n", b">>\r\nstream\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("stream", READABLE.values(), ids=READABLE)
def test_a_metadata_stream_is_read(stream):
    (packet,) = found(stream)
    assert packet.content.strip() == PACKET
    assert not packet.is_scanned


def test_other_streams_are_not_metadata():
    assert found(b"3 0 obj\n<</Length 9>>\nstream\n/Subtype /XML\nendstream\nendobj\n") == []


def test_the_last_revision_of_an_object_speaks():
    (packet,) = found(files.metadata(PACKET), files.metadata(OTHER))
    assert packet.content == OTHER


def test_with_several_objects_none_is_taken_for_the_document():
    assert [packet.is_scanned for packet in found(files.metadata(PACKET), files.metadata(OTHER, number=11))] == [
        True,
        True,
    ]


def test_metadata_that_the_encryption_leaves_out_is_read():
    (packet,) = found(files.metadata(PACKET, compressed=True), trailer=ENCRYPTED)
    assert packet.content == PACKET


UNREADABLE = {
    "encrypted": (files.metadata(bytes(range(200))), ENCRYPTED, "encrypted"),
    "encrypted and compressed": (files.metadata(bytes(200), compressed=True).replace(b"x\x9c", b"\1\2"), ENCRYPTED, "encrypted"),
    "compressed and broken": (files.metadata(PACKET, compressed=True).replace(b"x\x9c", b"\1\2"), b"<<>>", "not zlib"),
    "with another filter": (
        files.metadata(PACKET, compressed=True).replace(b"/FlateDecode", b"/LZWDecode"), b"<<>>", "filter /LZWDecode",
    ),
    "with two filters": (
        files.metadata(PACKET, compressed=True).replace(b"/FlateDecode", b"[/ASCII85Decode /FlateDecode]"), b"<<>>", "ASCII85Decode",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("stream", "trailer", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_metadata_stream_cannot_be_read(stream, trailer, reason):
    (damage,) = found(stream, trailer=trailer)
    assert isinstance(damage, Damage)
    assert reason in damage.reason


def test_a_stream_without_an_end_is_read_to_the_end_of_the_file():
    content = files.pdf(files.metadata(PACKET))
    (packet,) = pdf.packets(content[: content.index(b"endstream")])
    assert isinstance(packet, Packet)
    assert packet.content.startswith(PACKET)
