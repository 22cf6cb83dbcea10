"""Pictures of rarer kinds are seen as they are, and a hostile one is judged by its header before it is unpacked."""

import io
import struct

import numpy as np
import pytest

from crawler_filter.errors import DataError, OversizedError
from crawler_filter.files.media_type import media_type
from tests.crawler_filter.fingerprints.generated import pixels

images = pytest.importorskip("PIL.Image")
image = pytest.importorskip("crawler_filter.files.image")
rarer = pytest.importorskip("crawler_filter.files.rarer_pictures")

SHOWN = pixels(96, 64, 12, 1)


def saved(form, shown=SHOWN, **options):
    content = io.BytesIO()
    images.fromarray(shown).save(content, form, **options)
    return content.getvalue()


@pytest.mark.parametrize("form", ["JPEG2000", "TGA", "PCX", "PPM", "BMP", "DDS", "SGI"])
def test_it_is_seen_as_it_is(form):
    options = {"irreversible": False} if form == "JPEG2000" else {}
    assert np.array_equal(image.decode(saved(form, **options)), SHOWN)


@pytest.mark.parametrize("white", [1, 255, 65_535])
@pytest.mark.parametrize("depth", [1, 3])
def test_a_portable_arbitrary_map_is_seen_as_it_is(depth, white):
    samples = (SHOWN[:, :, :depth] // 255 if white == 1 else SHOWN[:, :, :depth] * np.uint64(white // 255)).astype(
        ">u2" if white > 255 else "u1"
    )
    head = f"P7\n# by hand\nWIDTH 96\nHEIGHT 64\nDEPTH {depth}\nMAXVAL {white}\nTUPLTYPE RGB\nENDHDR\n".encode()
    seen = SHOWN[:, :, :depth] // 255 * 255 if white == 1 else SHOWN[:, :, :depth]
    assert media_type(head) == "image/x-portable-anymap"
    assert np.array_equal(image.decode(head + samples.tobytes()), np.broadcast_to(seen, SHOWN.shape))


def test_a_portable_arbitrary_map_of_another_depth_is_refused_in_words():
    head = b"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 7\nMAXVAL 255\nENDHDR\n"
    with pytest.raises(DataError, match="not read"):
        image.decode(head + bytes(28))


def test_a_sun_raster_is_seen_as_it_is():
    head = struct.pack(">8I", 0x59A66A95, 96, 64, 24, SHOWN.size, 3, 0, 0)
    assert np.array_equal(image.decode(head + SHOWN.tobytes()), SHOWN)


def test_the_largest_icon_for_macos_is_seen_and_a_huge_one_refused():
    square = pixels(128, 128, 12, 1)
    icon = saved("PNG", square)
    content = b"icns" + struct.pack(">I", 16 + len(icon)) + b"ic07" + struct.pack(">I", 8 + len(icon)) + icon
    assert np.array_equal(image.decode(content), square)
    with pytest.raises(OversizedError):
        image.decode(content.replace(struct.pack(">II", 128, 128), struct.pack(">II", 60_000, 60_000)))


def test_drawings_that_are_programs_are_seen():
    bits = (SHOWN[:, :, :1] > 128).repeat(3, axis=2).astype(np.uint8) * 255
    content = io.BytesIO()
    images.fromarray(bits).convert("1").save(content, "XBM")
    assert any(np.array_equal(each, bits) for each in image.readings(content.getvalue()))
    xpm = b'/* XPM */\nstatic char *a[] = {\n"2 1 2 1",\n"a c #ff0000",\n"b c #0000ff",\n"ab"};\n'
    assert image.decode(xpm).tolist() == [[[255, 0, 0], [0, 0, 255]]]


def test_the_largest_picture_of_an_icon_is_seen():
    square = pixels(64, 64, 12, 1)
    for bitmap_format in ("png", "bmp"):
        content = saved("ICO", square, sizes=[(16, 16), (64, 64)], bitmap_format=bitmap_format)
        assert np.array_equal(image.decode(content), square)


def test_bytes_that_are_reserved_in_a_bitmap_may_be_odd():
    content = saved("BMP")
    assert np.array_equal(image.decode(content[:6] + b"abcd" + content[10:]), SHOWN)


def test_heic_is_seen_nearly_as_it_is():
    heif = pytest.importorskip("pillow_heif", reason="the heif extra is not installed")
    content = io.BytesIO()
    heif.from_pillow(images.fromarray(SHOWN)).save(content, quality=95)
    assert np.abs(image.decode(content.getvalue()).astype(int) - SHOWN).mean() < 8


def test_jpeg_xl_is_seen_as_it_is():
    pytest.importorskip("pillow_jxl", reason="the jxl extra is not installed")
    content = saved("JXL", lossless=True)
    assert rarer.jxl_header(content) == rarer.JxlHeader(96, 64, is_animated=False)
    assert np.array_equal(image.decode(content), SHOWN)


LARGE = {
    "an icon": b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0" + struct.pack("<Iii", 40, 60_000, 60_000) + bytes(99),
    "an icon with a PNG": b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0"
     b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 60_000, 60_000) + bytes(99),
    "JPEG XL": b"\xff\x0a" + (0b0 | 0b11 << 1 | 59_999 << 3 | 0b000 << 33 | 0b11 << 36 | 59_999 << 38).to_bytes(12, "little"),
    "Photoshop": b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 29_000, 29_000, 8, 3) + bytes(99),
    "a TGA": b"\0\0\x0a" + bytes(9) + struct.pack("<HHBB", 60_000, 60_000, 24, 0) + bytes(99),
    "a portable map": b"P6\n60000 60000 255\n" + bytes(range(1, 99)),
    "a portable map that Python reads": b"P6\n3000 3000 77\n" + bytes(range(1, 99)),
    "QOI": b"qoif" + struct.pack(">IIBB", 3_000, 3_000, 3, 0) + bytes(99),
}  # fmt: skip


@pytest.mark.parametrize("content", LARGE.values(), ids=LARGE)
def test_one_that_would_cost_much_is_refused_before_it_is_unpacked(content):
    with pytest.raises(OversizedError):
        image.decode(content)


BEGINNINGS = (
    b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51", b"8BPS\0\1", b"DDS \x7c\0\0\0", b"qoif\0", b"\xff\x0a", b"P6\n9 9 255\n\xff",
    b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0", b"\0\0\0\x1cftypheic", b"\0\0\2" + bytes(9) + b"\x40\0\x30\0\x18\0", b"\x0a\5\1\x08",
)  # fmt: skip


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=lambda beginning: repr(beginning[:8]))
@pytest.mark.parametrize(
    "rest", [b"", b"\xff" * 50, bytes(5_000), bytes(range(256)) * 20], ids=["none", "ones", "zeros", "all"]
)
def test_bytes_that_only_begin_as_a_picture_are_refused(beginning, rest):
    with pytest.raises(DataError):
        if image.decode(beginning + rest).size:
            raise DataError("what is missing may be seen as blank")


def numbers(values, mode):
    content = io.BytesIO()
    images.fromarray(values.astype(np.float32 if mode == "F" else np.int32)).save(content, "TIFF")
    return content.getvalue()


GREY = SHOWN[:, :, 0].astype(float)


@pytest.mark.parametrize(
    ("mode", "values"),
    [("F", GREY / 255), ("F", GREY), ("F", GREY * 257), ("I", GREY), ("I", GREY * 257)],
    ids=["to one", "to 255", "to 65,535", "whole to 255", "whole to 65,535"],
)
def test_a_tiff_of_numbers_is_seen_as_dark_as_it_is(mode, values):
    seen = image.decode(numbers(values, mode))[:, :, 0].astype(int)
    assert np.abs(seen - GREY).max() <= 1


def test_a_tiff_of_numbers_beyond_all_is_stretched():
    values = GREY * 1e9 - 1e10
    values[0, 0] = np.nan
    seen = image.decode(numbers(values, "F"))[:, :, 0]
    assert (seen.min(), seen.max()) == (0, 255)


def test_ones_of_an_x_bitmap_are_black():
    bitmap = b"#define a_width 16\n#define a_height 2\nstatic char a_bits[] = {\n0xff, 0x00, 0xff, 0x00 };\n"
    assert image.decode(bitmap)[0, :, 0].tolist() == [0] * 8 + [255] * 8


def test_a_photograph_of_a_telephone_in_heic_is_within_the_limits():
    cost = pytest.importorskip("crawler_filter.files.decoding_cost")
    photograph = images.new("RGB", (5712, 4284))
    photograph.format = "HEIF"
    cost.refuse_costly(photograph, bytes(3 << 20), cost.LIMITS_FOR_CRAWLED)
    photograph.info["bit_depth"] = 10
    with pytest.raises(OversizedError):
        cost.refuse_costly(photograph, bytes(3 << 20), cost.LIMITS_FOR_CRAWLED)
