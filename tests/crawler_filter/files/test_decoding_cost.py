"""What a picture may cost is known before it is spent, and what is let through stays within it."""

import io
import struct
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from crawler_filter.errors import MalformedMediaError, OversizedError
from tests.crawler_filter.signals.embedded.sample_files import chunk

Image = pytest.importorskip("PIL.Image", reason="the media extra is not installed")
image = pytest.importorskip("crawler_filter.files.image")
cost = pytest.importorskip("crawler_filter.files.decoding_cost")

MAX_KILOBYTES = 256 * 1024


def saved(mode, megapixels, kind, **options):
    width = int((megapixels * 1.2e6) ** 0.5)
    file = io.BytesIO()
    Image.new(mode, (width, int(megapixels * 1e6 / width)), 100).save(file, kind, **options)
    return file.getvalue()


# What is just let through: a mode of Pillow, megapixels, a kind of file, how it is saved.
LARGEST = {
    "WebP": ("RGB", 12.3, "WEBP", {"method": 0}),
    "progressive JPEG of full colour": ("RGB", 19.8, "JPEG", {"progressive": True, "subsampling": 0}),
    "WebP with transparency": ("RGBA", 12.3, "WEBP", {"method": 0}),
    "lossless WebP": ("RGB", 11.6, "WEBP", {"method": 0, "lossless": True}),
    "AVIF": ("RGB", 12.3, "AVIF", {"speed": 10}),
    "AVIF with transparency": ("RGBA", 12.3, "AVIF", {"speed": 10, "subsampling": "4:4:4"}),
    "JPEG": ("RGB", 28.1, "JPEG", {}),
    "progressive JPEG": ("RGB", 28.1, "JPEG", {"progressive": True}),
    "grey JPEG": ("L", 54.0, "JPEG", {"progressive": True}),
    "JPEG for print": ("CMYK", 16.4, "JPEG", {"progressive": True}),
    "PNG": ("RGB", 28.1, "PNG", {}),
    "PNG with transparency": ("RGBA", 22.3, "PNG", {}),
    "PNG of 16 bits": ("I;16", 44.0, "PNG", {}),
    "PNG with a palette": ("P", 29.9, "PNG", {}),
    "PNG in black and white": ("1", 54.0, "PNG", {}),
    "GIF": ("P", 29.9, "GIF", {}),
    "TIFF": ("RGB", 19.8, "TIFF", {}),
    "packed TIFF": ("RGB", 28.1, "TIFF", {"compression": "tiff_lzw"}),
    "TIFF for print": ("CMYK", 18.0, "TIFF", {}),
    "BMP": ("RGB", 19.8, "BMP", {}),
}

MEASURE = """
import sys
from crawler_filter.files.image import decode
from crawler_filter.fingerprints.variants import for_lookup
for_lookup(decode(sys.stdin.buffer.read()))
print(*(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def stays_within_memory(mode, megapixels, kind, options):
    content = saved(mode, megapixels, kind, **options)
    ran = subprocess.run([sys.executable, "-c", MEASURE], input=content, capture_output=True, check=True)
    return int(ran.stdout) < MAX_KILOBYTES


@pytest.mark.slow
def test_the_largest_picture_is_hashed_in_a_quarter_of_a_gigabyte():
    assert stays_within_memory(*LARGEST["WebP"])


@pytest.mark.slow
@pytest.mark.parametrize("largest", LARGEST.values(), ids=LARGEST)
def test_the_largest_picture_of_every_kind_is_hashed_in_a_quarter_of_a_gigabyte(largest):
    assert stays_within_memory(*largest)


@pytest.mark.slow
@pytest.mark.parametrize("largest", LARGEST.values(), ids=LARGEST)
def test_pictures_a_tenth_larger_than_the_largest_are_refused(largest):
    mode, megapixels, kind, options = largest
    with pytest.raises(OversizedError, match="is not decoded"):
        image.decode(saved(mode, 1.1 * megapixels, kind, **options))


def tiff(**changed):
    """A TIFF of 100 x 100 pixels of three bytes, whose directory says what is `changed`."""
    entries = {
        "width": (256, 3, 1, 100),
        "height": (257, 3, 1, 100),
        "bits": (258, 3, 1, 8),
        "compression": (259, 3, 1, 8),
        "colours": (262, 3, 1, 1),
        "offsets": (273, 4, 1, 200),
        "samples": (277, 3, 1, 1),
        "sizes": (279, 4, 1, 100),
    } | changed
    directory = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries.values()))
    return struct.pack("<4sIH", b"II*\0", 8, len(entries)) + directory + bytes(400_000)


def tiles(width, height):
    """What a TIFF says of tiles of this size instead of its strips."""
    return {
        "wide": (322, 3, 1, width),
        "high": (323, 3, 1, height),
        "offsets": (324, 4, 1, 200),
        "sizes": (325, 4, 1, 100),
    }


def jpeg_of_scans(count):
    content = saved("RGB", 4, "JPEG", progressive=True)
    last = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last * count + content[-2:]


def bmp_of_runs(side):
    header = struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 2000, 0, 0, 1078, 40, side, side, 1, 8, 1, 0, 0, 0, 256, 0)
    return header + bytes(2000)


PNG_HEADER = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, 0))
DEEP_PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 5000, 5000, 16, 6, 0, 0, 0))
BOMBS = {
    "a JPEG of 300 scans": jpeg_of_scans(300),
    "a TIFF of one tile of 20,000 by 20,000": tiff(**tiles(20_000, 20_000)),
    "a TIFF of a column of long tiles": tiff(height=(257, 3, 1, 60_000), **tiles(8_192, 16)),
    "a TIFF of 70,000 strips": tiff(offsets=(273, 4, 70_000, 200)),
    "a large BMP of run lengths": bmp_of_runs(2000),
    "a PNG of empty chunks": PNG_HEADER
    + chunk(b"abCd", b"") * 100_000
    + chunk(b"IDAT", b"")
    + chunk(b"IEND", b""),
    "a JPEG that begins with zeros": b"\xff\xd8\xff\xe0\0\4\0\0" + bytes(300_000),
    "a GIF of a comment in pieces": b"GIF89a\x64\0\x64\0\0\0\0!\xfe" + b"\1a" * 200_000,
    "a PNG of 64 bits a pixel": DEEP_PNG + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
def test_what_unpacks_to_more_work_than_it_shows_is_refused(content):
    with pytest.raises(OversizedError, match="is not decoded"):
        image.decode(content)


@pytest.mark.parametrize(
    "content",
    [b"II*\0", b"MM\0*\xff\xff\xff\xff", b"II+\0\x08\0\0\0" + b"\xff" * 8, b"MM\0*\0\0\0\x08\0\1\1\0"],
    ids=["no offset", "an offset outside", "a large offset outside", "half an entry"],
)
def test_a_tiff_whose_directory_is_not_there_is_refused(content):
    with pytest.raises(MalformedMediaError):
        image.decode(content)


@pytest.mark.parametrize("options", [{}, {"big_tiff": True}, {"tile": 1}], ids=["plain", "BigTIFF", "packed"])
def test_an_ordinary_tiff_is_read(options):
    options = {"compression": "tiff_lzw"} if "tile" in options else options
    assert image.decode(saved("RGB", 0.01, "TIFF", **options)).shape[2] == 3


def test_a_photograph_with_a_preview_before_its_scan_is_read():
    preview = Image.Exif()
    preview[0x010E] = "\xff\xda" * 100
    content = saved("RGB", 0.01, "JPEG", exif=preview.tobytes())
    assert image.decode(content).size


def test_the_limits_can_be_moved():
    content = saved("RGB", 0.01, "PNG")
    height, width, _ = image.decode(content).shape
    assert image.decode(content, replace(cost.LIMITS_FOR_CRAWLED, pixels=width * height)).shape == (
        height,
        width,
        3,
    )
    with pytest.raises(OversizedError):
        image.decode(content, replace(cost.LIMITS_FOR_CRAWLED, pixels=width * height - 1))
    with pytest.raises(OversizedError):
        image.decode(content, replace(cost.LIMITS_FOR_CRAWLED, memory=7 * width * height))


def test_of_more_than_a_megabyte_of_exif_the_orientation_alone_is_read(monkeypatch):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a" * 2_000_000
    content = saved("RGB", 0.01, "PNG", exif=exif.tobytes())
    asked = []
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.getexif", lambda _: asked.append(1) or {})
    upright = image.decode(content)
    assert np.shape(upright)[0] > np.shape(upright)[1]
    assert asked == []
