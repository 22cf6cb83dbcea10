import pytest

from crawler_filter.files import containers
from crawler_filter.files.containers import (
    Block,
    Damage,
    boxes,
    jpeg_segments,
    png_chunks,
    riff_chunks,
    tiff_fields,
)
from tests.crawler_filter.signals.embedded import sample_files as files


def bodies(content, blocks):
    return [(block.type, content[block.start : block.end]) for block in blocks if isinstance(block, Block)]


def damages(blocks):
    return [block for block in blocks if isinstance(block, Damage)]


def test_jpeg_segments_are_walked_up_to_the_scan_past_fill_bytes_and_standalone_markers():
    content = b"\xff\xd8\xff\x01\xff\xff\xff\xfe\x00\x04hi\xff\xda\x00\x02\xff\xfe\x00\x04no"
    assert bodies(content, jpeg_segments(content)) == [(b"\xfe", b"hi")]
    assert not damages(jpeg_segments(content))


def test_riff_chunks_are_padded_to_an_even_length():
    content = files.riff(b"WEBP", (b"ODD ", b"abc"), (b"XMP ", b"x"))
    assert bodies(content, riff_chunks(content)) == [(b"ODD ", b"abc"), (b"XMP ", b"x")]


def test_what_is_appended_to_a_riff_file_is_no_part_of_it():
    content = files.riff(b"WEBP", (b"XMP ", b"ab"))
    stated = b"RIFF" + (len(content) - 8).to_bytes(4, "little") + content[8:]
    assert bodies(stated, riff_chunks(stated + b"junkjunkjunk")) == [(b"XMP ", b"ab")]
    assert not damages(riff_chunks(stated + b"junkjunkjunk"))
    assert damages(riff_chunks(stated[:-1]))


def test_a_box_may_have_a_64_bit_size_or_go_to_the_end():
    content = b"\0\0\0\1free" + (18).to_bytes(8) + b"ab" + b"\0\0\0\0mdatrest"
    assert bodies(content, boxes(content, 0, len(content))) == [(b"free", b"ab"), (b"mdat", b"rest")]


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("big", [False, True], ids=["TIFF", "BigTIFF"])
def test_a_tiff_field_is_found(order, big):
    content = files.tiff_xmp(b"packet of sixteen", order=order, big=big)
    assert [body for _, body in bodies(content, tiff_fields(content, 700))] == [b"packet of sixteen"]


def test_a_tiff_field_that_fits_lies_in_the_entry_itself():
    content = b"II*\0\x08\0\0\0\1\0" + b"\xbc\2\1\0\3\0\0\0abc\0" + b"\0" * 4
    assert [body for _, body in bodies(content, tiff_fields(content, 700))] == [b"abc"]


DAMAGED = {
    "a JPEG of fill bytes": (jpeg_segments, b"\xff\xd8" + b"\xff" * 20_000, 2 + containers.MAX_SEGMENTS),
    "a JPEG cut off in a segment": (jpeg_segments, b"\xff\xd8\xff\xe1\x40\x00abc", 2),
    "a JPEG cut off between segments": (jpeg_segments, b"\xff\xd8\xff\xfe\x00\x04hi", 8),
    "a JPEG segment shorter than its own length field": (jpeg_segments, b"\xff\xd8\xff\xe1\x00\x01abc", 2),
    "a JPEG with something else where a marker should be": (jpeg_segments, b"\xff\xd8junkjunk", 2),
    "a PNG chunk that goes past the end": (png_chunks, b"\x89PNG\r\n\x1a\n\x7f\xff\xff\xffiTXtabc", 8),
    "a PNG without an end": (png_chunks, b"\x89PNG\r\n\x1a\n", 8),
    "a RIFF chunk that goes past the end": (riff_chunks, b"RIFF\0\0\0\0WEBPXMP \xff\xff\xff\xffabc", 12),
    "a box that goes past the end": (lambda content: boxes(content, 0, len(content)), b"\0\0\1\0uuidabc", 0),
    "a box shorter than its header": (lambda content: boxes(content, 0, len(content)), b"\0\0\0\4uuidabc", 0),
    "half a box header": (lambda content: boxes(content, 0, len(content)), b"\0\0\0\x08freeuu", 8),
    "a TIFF whose directory is past the end": (lambda content: tiff_fields(content, 700), b"II*\0\xff\0\0\0", 8),
    "a TIFF directory that leads back to itself": (
        lambda content: tiff_fields(content, 700), b"II*\0\x08\0\0\0\0\0\x08\0\0\0", 8,
    ),
    "a TIFF directory of very many fields": (
        lambda content: tiff_fields(content, 700), b"II*\0\x08\0\0\0\xff\xff" + b"\0" * 12 * 65535 + b"\0" * 4, 8,
    ),
    "a TIFF field that goes past the end": (
        lambda content: tiff_fields(content, 700),
        b"II*\0\x08\0\0\0\1\0" + b"\xbc\x02\1\0\xff\xff\0\0\x08\0\0\0" + b"\0" * 4, 10,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("walk", "content", "offset"), DAMAGED.values(), ids=DAMAGED)
def test_damage_is_told_with_its_offset_after_what_could_be_read(walk, content, offset):
    assert [damage.offset for damage in damages(walk(content))] == [offset]


def test_blocks_without_number_end_at_the_limit(monkeypatch):
    monkeypatch.setattr(containers, "MAX_BLOCKS", 100)
    empty = b"\0\0\0\x08free" * 1000
    assert len(list(boxes(empty, 0, len(empty)))) == 101
