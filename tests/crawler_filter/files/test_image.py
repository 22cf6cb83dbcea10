"""Pictures as anybody may have made them: seen as people see them, or refused with a reason, soon and in little memory."""

import io
import struct
import subprocess
import sys

import numpy as np
import pytest

from crawler_filter.errors import MalformedMediaError, OversizedError
from tests.costs import SECOND, cost
from tests.crawler_filter.fingerprints.generated import pixels, png

Image = pytest.importorskip("PIL.Image", reason="the media extra is not installed")
ImageOps = pytest.importorskip("PIL.ImageOps")
image = pytest.importorskip("crawler_filter.files.image")

WORK = pixels(200, 150, 25, 1)
KINDS = ["AVIF", "BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP"]


def saved(picture, kind="PNG", **options):
    file = io.BytesIO()
    (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(file, kind, **options)
    return file.getvalue()


def looks_like_the_work(found):
    return found.shape == WORK.shape and np.abs(found - WORK.astype(int)).mean() < 20


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_and_looks_the_same(kind):
    content = saved(WORK, kind)
    assert looks_like_the_work(image.decode(content))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_exif_says(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(WORK, exif=exif.tobytes())
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    assert np.array_equal(image.decode(content), np.asarray(upright))


@pytest.mark.parametrize("orientation", [0, 9, 40_000])
def test_an_orientation_that_means_nothing_is_ignored(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert np.array_equal(image.decode(saved(WORK, exif=exif.tobytes())), WORK)


def test_broken_exif_is_ignored():
    assert np.array_equal(image.decode(saved(WORK, exif=b"Exif\0\0MM\0*\0\0\0\x08\0")), WORK)


def palette_with_a_clear_colour():
    drawn = Image.fromarray(np.zeros((9, 9), dtype=np.uint8), "L").convert("P")
    return saved(drawn, "GIF", transparency=0)


SEEN = {
    "transparent": (saved(np.full((9, 9, 4), [10, 20, 30, 0], dtype=np.uint8)), [255, 255, 255]),
    "half transparent": (saved(np.full((9, 9, 4), [0, 100, 255, 128], dtype=np.uint8)), [127, 177, 255]),
    "grey and transparent": (saved(np.full((9, 9, 2), [0, 51], dtype=np.uint8)), [204, 204, 204]),
    "a clear palette colour": (palette_with_a_clear_colour(), [255, 255, 255]),
    "grey": (saved(np.full((9, 9), 77, dtype=np.uint8)), [77, 77, 77]),
    "black and white": (saved(Image.new("1", (9, 9), 1)), [255, 255, 255]),
    "16 bits a pixel": (saved(np.full((9, 9), 77 * 256 + 99, dtype=np.uint16)), [77, 77, 77]),
    "cyan, magenta, yellow, black": (saved(Image.new("CMYK", (9, 9), (255, 0, 0, 0)), "TIFF"), [0, 255, 255]),
}


@pytest.mark.parametrize(("content", "colour"), SEEN.values(), ids=SEEN)
def test_colours_are_what_is_seen_on_a_white_page(content, colour):
    assert np.array_equal(image.decode(content), np.full((9, 9, 3), colour))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_several_frames_the_first_one_is_read(kind):
    second = Image.new("RGB", (200, 150), "red")
    content = saved(WORK, kind, save_all=True, append_images=[second])
    assert looks_like_the_work(image.decode(content))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9], ids=lambda share: f"{share:.0%} of the file")
def test_a_picture_that_is_cut_short_is_refused(kind, share):
    content = saved(WORK, kind)
    with pytest.raises(MalformedMediaError):
        image.decode(content[: int(len(content) * share)])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("BMP", "TIFF")])
def test_a_picture_with_wrong_bytes_is_refused_and_never_seen_as_an_empty_one(kind):
    content = bytearray(saved(WORK, kind))
    for place in range(100, len(content), 50):
        content[place] ^= 0xFF
    with pytest.raises(MalformedMediaError):
        image.decode(bytes(content))


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff", b"MM\0*" + bytes(99)]
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(MalformedMediaError):
        image.decode(content)


LARGE = {
    "a PNG of 50,000 by 50,000": png(50_000, 50_000, bytes(10_000)),
    "a PNG of 2 billion by 1": png(0x7FFF_FFFF, 1),
    "a PNG of 5 by 65,536": png(5, 65_536),
    "a GIF of 65,535 by 65,535": b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\2\2L\1\0;",
}


@pytest.mark.parametrize("content", LARGE.values(), ids=LARGE)
def test_a_picture_that_would_unpack_to_more_than_the_limit_is_refused_unread(content):
    with pytest.raises(OversizedError, match="pixels is not decoded"):
        image.decode(content)


def test_a_canvas_larger_than_its_format_allows_is_refused():
    canvas = struct.pack("<I", 10) + bytes(4) + b"\xff\xff\0" + b"\xff\xff\0"
    with pytest.raises((OversizedError, MalformedMediaError)):
        image.decode(b"RIFF" + struct.pack("<I", 100) + b"WEBPVP8X" + canvas + b"ANIM" + bytes(60))


def test_a_file_of_too_many_bytes_is_refused(monkeypatch):
    monkeypatch.setattr(image, "MAX_BYTES", 100)
    with pytest.raises(OversizedError, match="bytes is not decoded"):
        image.decode(saved(WORK))


def test_a_bomb_is_refused_within_a_quarter_of_a_gigabyte(tmp_path):
    script = (
        "import sys\n"
        "from crawler_filter.errors import DataError\n"
        "from crawler_filter.files.image import decode\n"
        "content = open(sys.argv[1], 'rb').read()\n"
        "try: decode(content)\n"
        "except DataError: print('refused')\n"
        "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png(50_000, 50_000, bytes(10_000_000)))
    ran = subprocess.run([sys.executable, "-c", script, bomb], capture_output=True, text=True, check=True)
    said, kilobytes = ran.stdout.split()
    assert (said, int(kilobytes) < 256 * 1024) == ("refused", True)


def test_a_bomb_is_refused_within_a_second():
    bomb = png(50_000, 50_000, bytes(10_000_000))

    def refused():
        with pytest.raises(OversizedError):
            image.decode(bomb)

    assert cost(refused, limit=SECOND) <= SECOND


def tiff_of(numbers: np.ndarray) -> bytes:
    """A TIFF of one strip of grey numbers, unsigned or of floating point."""
    height, width = numbers.shape
    bits, kind = numbers.dtype.itemsize * 8, 3 if numbers.dtype.kind == "f" else 1
    fields = [
        (256, width),
        (257, height),
        (258, bits),
        (259, 1),
        (262, 1),
        (273, 122),
        (277, 1),
        (279, numbers.nbytes),
        (339, kind),
    ]
    table = b"".join(
        tag.to_bytes(2, "little") + b"\4\0\1\0\0\0" + value.to_bytes(4, "little") for tag, value in fields
    )
    head = b"II*\0\x08\0\0\0" + len(fields).to_bytes(2, "little") + table + bytes(4)
    return head + numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()


SHADES = np.tile(np.arange(256, dtype=np.uint8), (64, 1))
NUMBERS = {
    "32 bits without a sign": SHADES.astype("u4") * 16_843_009,
    "twelve bits of sixteen": SHADES.astype("u2") * 16,
    "ten bits of sixteen": SHADES.astype("u2") * 4,
    "floating point with a lamp": np.where(np.arange(64 * 256).reshape(64, 256) == 9, 60_000, SHADES / 255).astype("f4"),
}  # fmt: skip


@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_a_picture_of_numbers_is_seen_as_bright_as_it_was_meant(numbers):
    seen = image.decode(tiff_of(numbers))[:, :, 0].astype(int)
    assert np.abs(seen - SHADES)[1:].max() <= 2


def test_white_lines_on_nothing_are_seen_on_a_dark_page_too():
    drawing = Image.new("RGBA", (64, 64), (255, 255, 255, 0))
    drawing.paste((255, 255, 255, 255), (10, 10, 40, 20))
    file = io.BytesIO()
    drawing.save(file, "PNG")
    on_white, *others = image.readings(file.getvalue())
    assert on_white.min() == 255
    assert any(each.min() == 0 and each.max() == 255 for each in others)
