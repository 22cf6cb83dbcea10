"""The small picture in the metadata of another is looked up."""

import io
import struct
import sys
import zlib

import numpy as np
import pytest

from crawler_filter.files.budget import Budget, Skipped
from crawler_filter.files.thumbnails import has_thumbnail, thumbnails
from crawler_filter.reason import Reason
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, opened, pictured

Image = pytest.importorskip("PIL.Image", reason="the media extra is not installed")


def small(pixels):
    content = io.BytesIO()
    Image.fromarray(np.asarray(pixels)).resize((160, 160)).save(content, "JPEG", quality=90)
    return content.getvalue()


def exif(thumbnail):
    first = struct.pack("<HHII", 0x201, 4, 1, 44) + struct.pack("<HHII", 0x202, 4, 1, len(thumbnail))
    return b"II*\0\x08\0\0\0\0\0\x0e\0\0\0\x02\0" + first + bytes(4) + thumbnail


def in_jpeg(thumbnail, mark=b"\xe1", name=b"Exif\0\0"):
    photo, body = encoded(OTHER, "JPEG"), name + exif(thumbnail)
    return photo[:2] + b"\xff" + mark + struct.pack(">H", len(body) + 2) + body + photo[2:]


def in_png(thumbnail):
    photo, body = encoded(OTHER, "PNG"), b"eXIf" + exif(thumbnail)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return photo[:33] + chunk + photo[33:]


def in_webp(thumbnail):
    photo, body = encoded(OTHER, "WEBP"), exif(thumbnail)
    body += bytes(len(body) % 2)
    whole = photo[8:] + b"EXIF" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def in_psd(thumbnail):
    resource = bytes(28) + thumbnail
    block = b"8BIM" + struct.pack(">HHI", 1036, 0, len(resource)) + resource + bytes(len(resource) % 2)
    height, width, _ = OTHER.shape
    sections = struct.pack(">I", 0) + struct.pack(">I", len(block)) + block + struct.pack(">I", 0)
    planes = b"".join(OTHER[:, :, channel].tobytes() for channel in range(3))
    return b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, height, width, 8, 3) + sections + b"\0\0" + planes


def in_boxes(form, thumbnail):
    return encoded(OTHER, form, exif=b"Exif\0\0" + exif(thumbnail))


def in_heic(thumbnail):
    heif = pytest.importorskip("pillow_heif", reason="the heif extra is not installed")
    content = io.BytesIO()
    heif.from_pillow(Image.fromarray(OTHER)).save(content, exif=b"Exif\0\0" + exif(thumbnail))
    return content.getvalue()


def in_jxl(thumbnail):
    jxl = pytest.importorskip("pillow_jxl", reason="the jxl extra is not installed")
    assert jxl
    return in_boxes("JXL", thumbnail)


PLACES = {
    "Exif of a JPEG": in_jpeg,
    "Photoshop's block of a JPEG": lambda small: in_jpeg(small, b"\xed", b"Photoshop 3.0\0"),
    "a resource of a PSD": in_psd,
    "Exif of a PNG": in_png,
    "Exif of a WebP": in_webp,
    "Exif of an AVIF": lambda small: in_boxes("AVIF", small),
    "Exif of a HEIC": in_heic,
    "Exif of a JPEG XL": in_jxl,
}


@pytest.mark.parametrize("put", PLACES.values(), ids=PLACES)
def test_a_reserved_picture_is_found_as_the_thumbnail_of_another(put):
    decision = opened(pictured()).check(content=put(small(PIXELS)))
    assert not decision.keep
    assert decision.findings[0].evidence.member == "thumbnail 1"


@pytest.mark.parametrize("put", PLACES.values(), ids=PLACES)
def test_a_free_picture_with_its_own_thumbnail_is_kept(put):
    assert opened(pictured()).check(content=put(small(OTHER))).keep


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_without_a_thumbnail_has_none_however_it_is_cut(form):
    content = encoded(OTHER, form)
    for end in range(0, len(content), len(content) // 40):
        assert not has_thumbnail(content[:end], f"image/{form.lower()}")


def test_that_a_picture_has_more_exif_blocks_than_are_looked_at_is_said():
    many = encoded(OTHER, "AVIF") + b"\0\0\4\0free" + b"MM\0*" * 254
    budget = Budget.of_file(len(many), characters=0, pictures=True)
    assert any(isinstance(each, Skipped) for each in thumbnails(many, "image/avif", budget))


def packed_in_jxl(block):
    body = b"brobExif" + block
    return b"\0\0\0\x0cJXL \r\n\x87\n" + struct.pack(">I", 4 + len(body)) + body


def test_a_small_picture_in_a_packed_block_of_jpeg_xl_is_found():
    brotli = pytest.importorskip("brotli", reason="the codings extra is not installed")
    content = packed_in_jxl(brotli.compress(bytes(4) + exif(small(PIXELS))))
    (found,) = thumbnails(content, "image/jxl", Budget.of_file(len(content), characters=0, pictures=True))
    assert found.content == small(PIXELS)
    assert not has_thumbnail(
        packed_in_jxl(brotli.compress(bytes(4) + b"II*\0\x08\0\0\0\0\0\0\0\0\0")), "image/jxl"
    )


def test_a_packed_block_that_cannot_be_unpacked_is_said(monkeypatch):
    content = packed_in_jxl(b"\xff" * 99)
    budget = Budget.of_file(len(content), characters=0, pictures=True)
    (broken,) = thumbnails(content, "image/jxl", budget)
    assert "cannot be unpacked" in broken.reason or "install" in broken.reason
    monkeypatch.setitem(sys.modules, "brotli", None)
    (missing,) = thumbnails(content, "image/jxl", budget)
    assert "install" in missing.reason
    assert missing.cause is Reason.UNCHECKED_EXTRA
