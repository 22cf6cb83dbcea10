import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.files.media_type import UNKNOWN, looked_up_as, media_type
from tests.crawler_filter.files.sample_archives import old_tar, tarred
from tests.crawler_filter.signals.embedded import sample_files as files

SHOWN = {
    "JPEG": (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
    "PNG": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "GIF, both versions": (b"GIF87a\1\0\1\0", "image/gif"),
    "WebP": (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    "WAV": (b"RIFF\x10\0\0\0WAVEfmt ", "audio/wav"),
    "AVI": (b"RIFF\x10\0\0\0AVI LIST", "video/x-msvideo"),
    "a RIFF file of another form": (b"RIFF\x10\0\0\0ACON", None),
    "TIFF, little-endian": (b"II*\0\x08\0\0\0", "image/tiff"),
    "TIFF, big-endian": (b"MM\0*\0\0\0\x08", "image/tiff"),
    "BigTIFF": (b"II+\0\x08\0\0\0", "image/tiff"),
    "AVIF": (b"\0\0\0\x1cftypavif\0\0\0\0", "image/avif"),
    "HEIF": (b"\0\0\0\x1cftypmif1\0\0\0\0", "image/heif"),
    "MP4": (b"\0\0\0\x1cftypisom\0\0\0\0", "video/mp4"),
    "MOV": (b"\0\0\0\x1cftypqt  \0\0\0\0", "video/quicktime"),
    "MOV without ftyp": (b"\0\0\0\x08wide\0\0\0\0mdat", "video/quicktime"),
    "WebM and Matroska": (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01", "video/x-matroska"),
    "BMP": (b"BM\x36\x10\x0e\0\0\0\0\0\x36\0\0\0", "image/bmp"),
    "text that starts as a BMP does": (b"BMW builds cars", "text/plain"),
    "JPEG 2000": (b"\0\0\0\x0cjP  \r\n\x87\n\0\0", "image/jp2"),
    "a bare JPEG 2000 stream": (b"\xff\x4f\xff\x51\0\x2f", "image/jp2"),
    "JPEG XL": (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    "a bare JPEG XL stream": (b"\xff\x0a\xfa\x1f", "image/jxl"),
    "Photoshop": (b"8BPS\0\x01", "image/vnd.adobe.photoshop"),
    "Flash video": (b"FLV\x01\x05\0\0\0\x09", "video/x-flv"),
    "Windows Media": (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c", "video/x-ms-asf"),
    "an MPEG program stream": (b"\0\0\x01\xba\x44\0", "video/mpeg"),
    "an MPEG transport stream": (b"G" + bytes(187) + b"G" + bytes(187) + b"G" + bytes(187), "video/mp2t"),
    "Theora in Ogg": (b"OggS\0\x02" + bytes(22) + b"\x80theora\x03", "video/ogg"),
    "sound in Ogg": (b"OggS\0\x02" + bytes(22) + b"\x01vorbis\0", "audio/ogg"),
    "sound in MP4": (b"\0\0\0\x1cftypM4A \0\0\0\0", "audio/mp4"),
    "MP3 with tags": (b"ID3\x04\0\0\0\0\0\0", "audio/mpeg"),
    "MP3 that starts with a frame": (b"\xff\xfb\x90\x64\0\0", "audio/mpeg"),
    "PDF": (b"%PDF-1.7\n", "application/pdf"),
    "PDF behind junk": (b"junk\n%PDF-1.7\n", "application/pdf"),
    "EPUB": (files.epub(files.opf("")), "application/epub+zip"),
    "ZIP": (b"PK\x03\x04" + b"\0" * 26 + b"a.txt", "application/zip"),
    "an empty ZIP": (b"PK\x05\x06" + bytes(18), "application/zip"),
    "gzip": (b"\x1f\x8b\x08\0", "application/gzip"),
    "tar": (tarred({"a.txt": b"1"}), "application/x-tar"),
    "RAR": (b"Rar!\x1a\x07\x01\0", "application/vnd.rar"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4", "application/x-7z-compressed"),
    "LZH": (b"\x22\x0a-lh5-\0", "application/x-lzh"),
    "bzip2": (b"BZh91AY&SY\x17", "application/x-bzip2"),
    "xz": (b"\xfd7zXZ\0\0", "application/x-xz"),
    "Zstandard": (b"\x28\xb5\x2f\xfd", "application/zstd"),
    "an old Word document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    "a Kindle book": (b"A_Novel" + bytes(53) + b"BOOKMOBI", "application/x-mobipocket-ebook"),
    "RTF": (b"{\\rtf1\\ansi", "application/rtf"),
    "DjVu": (b"AT&TFORM\0\0\0\0DJVM", "image/vnd.djvu"),
    "a cabinet": (b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    "compress": (b"\x1f\x9d\x90", "application/x-compress"),
    "LZMA": (b"\x5d\0\0\x80\0", "application/x-lzma"),
    "LZ4": (b"\x04\x22\x4d\x18", "application/x-lz4"),
    "Parquet": (b"PAR1\x15\4", "application/vnd.apache.parquet"),
    "CHM": (b"ITSF\3\0\0\0", "application/vnd.ms-htmlhelp"),
    "Clip Studio": (b"CSFCHUNK\0", "image/x-clip-studio"),
    "GIMP": (b"gimp xcf v011\0", "image/x-xcf"),
    "a tar older than its mark": (old_tar("a.txt", b"1"), "application/x-tar"),
    "the same with another checksum": (old_tar("a.txt", b"1").replace(b"a.txt", b"b.txt"), None),
    "text that starts as QuickTime did": (b"The free people of the city", "text/plain"),
    "text about a kind of file": (b"GIF89a is a format, and ID3 one of tags", "text/plain"),
    "HTML with a doctype": (b"\n<!DOCTYPE html><p>", "text/html"),
    "HTML without one, behind a comment and a byte order mark": (
        b"\xef\xbb\xbf<!-- <svg > --> <Body class=x>",
        "text/html",
    ),
    "XML": (b'<?xml version="1.0"?><package>', "text/xml"),
    "SVG": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">', "image/svg+xml"),
    "text": ("こんにちは".encode(), "text/plain"),
    "text that starts with a less-than sign": (b"< 3", "text/plain"),
    "UTF-16 text": (b"\xff\xfeh\0i\0", "text/plain"),
    "English in UTF-16 without a mark": ("Call me Ishmael.".encode("utf-16-le"), "text/plain"),
    "Japanese in UTF-16 without a mark": ("吾輩は猫である。".encode("utf-16-be"), "text/plain"),
    "a table of numbers": (struct.pack("<200H", *range(200)), None),
    "compressed bytes": (zlib.compress(bytes(range(256)) * 9)[2:], None),
    "bytes of no known kind": (b"\0\1\2\3", None),
    "nothing": (b"", None),
    "BMP with bytes that are reserved": (b"BM\x36\x10\x0e\0abcd\x36\0\0\0\x28\0\0\0", "image/bmp"),
    "an icon": (b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0", "image/x-icon"),
    "Truevision": (b"\0\0\2" + bytes(9) + b"\x40\0\x30\0\x18\0\xff", "image/x-tga"),
    "Truevision whose grey is Hangul in UTF-16": (
        b"\0\0\2" + bytes(9) + b"\x40\0\x30\0\x18\0" + b"\xc5" * 900 + b"\x20\0" * 9,
        "image/x-tga",
    ),
    "a portable map": (b"P6\n# a picture\n64 48 255\n\xff\xfe", "image/x-portable-anymap"),
    "text that starts as a portable map does": (b"P6 is a kind of picture", "text/plain"),
    "HEIF whose brands say AVIF": (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "image/avif"),
    "a raw picture of Canon": (b"\0\0\0\x18ftypcrx \0\0\0\1", "image/x-canon-cr3"),
    "MXF": (b"\x06\x0e\x2b\x34\2\5\1\1\x0d\1\2\1\1\2\4\0", "video/mxf"),
    "RealMedia": (b".RMF\0\0\0\x12", "video/vnd.rn-realmedia"),
    "DV": (b"\x1f\7\0\xbf\x78", "video/x-dv"),
    "IVF": (b"DKIF\0\0\x20\0AV01", "video/x-ivf"),
    "YUV4MPEG": (b"YUV4MPEG2 W64 H48 F25:1\nFRAME\nzzzz", "video/x-yuv4mpeg"),
    "M2TS": ((b"abcdG" + bytes(187)) * 4, "video/mp2t"),
    "a transport stream that was cut": (bytes(70) + (b"G" + bytes(187)) * 9, "video/mp2t"),
    "MPEG-2 without a container": (b"\0\0\1\xb3\x16\0\xf0\x15", "video/x-mpeg-es"),
    "H.264 without a container": (b"\0\0\0\1\x09\xf0\0\0\0\1\x67\x64\0\x1f\xac", "video/h264"),
    "H.265 without a container": (b"\0\0\0\1\x40\1\x0c\1\xff\xff\0\0\0\1\x42\1\1", "video/h265"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "application/postscript"),
    "a font": (b"\0\1\0\0\0\x11\1\0", "font/ttf"),
    "a binary property list": (b"bplist00\xa1\x01\x6a\x30\x42", "application/x-bplist"),
    "FITS with a head of nothing but letters": (b"SIMPLE  =" + b" " * 20 + b"T" + b" " * 9000, "image/fits"),
    "Radiance": (b"#?RADIANCE\nGAMMA=1\n" + b"# remark\n" * 999, "image/vnd.radiance"),
    "VICAR": (b"LBLSIZE=4096 FORMAT='BYTE' " + b" " * 9000, "image/x-vicar"),
    "a shortcut of Windows": (
        b"L\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0F\x9b\0\x08\0",
        "application/x-ms-shortcut",
    ),
    "MIFF": (b"id=ImageMagick  version=1.0\nclass=DirectClass", "image/x-miff"),
    "a Sun raster": (b"\x59\xa6\x6a\x95\0\0\1\x90", "image/x-sun-raster"),
    "Sixel": (b'\x1bP0;0;0q"1;1;400;560#0;2;0;0;0', "image/x-sixel"),
    "tags of no version": (b"ID3\xff\0\0\0\0\0\0", None),
    "a program": (b"\x7fELF\2\1\1\0", "application/x-program"),
}


@pytest.mark.parametrize(("content", "expected"), SHOWN.values(), ids=SHOWN)
def test_the_first_bytes_show(content, expected):
    assert media_type(content) == expected


@given(st.binary(max_size=64))
def test_any_bytes_have_a_type_or_none(content):
    kind = media_type(content)
    assert kind is None or kind.count("/") == 1


def test_only_the_beginning_is_looked_at():
    assert media_type(b" " * 1024 + b"%PDF-") == "text/plain"


def test_a_text_with_a_few_bytes_that_are_none_is_looked_up_as_a_text():
    content = b"Call me Ishmael.\0 Some years ago - never mind how long"
    assert (media_type(content), looked_up_as(content)) == (None, "text/plain")


def test_what_begins_as_a_text_and_goes_on_as_something_else_is_of_no_kind():
    head = b"HTTP/1.1 200 OK\r\n" + b"X-Padding: " + b"x" * 1024 + b"\r\n\r\n"
    assert looked_up_as(head + bytes(range(256)) * 9) == UNKNOWN
    assert looked_up_as(head + "こんにちは".encode() * 999) == "text/plain"
    assert looked_up_as(("こんにちは" * 999).encode("utf-16")) == "text/plain"


@pytest.mark.parametrize(("content", "expected"), SHOWN.values(), ids=SHOWN)
def test_what_has_a_type_is_looked_up_as_that(content, expected):
    assert looked_up_as(content) == (expected or (UNKNOWN if content else ""))
