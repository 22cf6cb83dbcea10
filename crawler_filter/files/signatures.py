"""What files of each kind begin with: one table a place that is looked at.

Only kinds that this package treats differently are told apart, and those that it does not read, so that it can be
said by name. Where formats number themselves, a mark holds the numbers that exist.
"""

from typing import Final

BEGINNINGS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\xff\x0a", "image/jxl"),
    (b"8BPS\0\1", "image/vnd.adobe.photoshop"),
    (b"8BPS\0\2", "image/vnd.adobe.photoshop"),
    (b"DDS \x7c\0\0\0", "image/vnd-ms.dds"),
    (b"qoif\0", "image/x-qoi"),
    (b"icns\0", "image/x-icns"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"\0\0\x01\xba", "video/mpeg"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02", "video/mxf"),
    (b".RMF\0\0\0", "video/vnd.rn-realmedia"),
    (b"\x1f\x07\0\x3f", "video/x-dv"),
    (b"\x1f\x07\0\xbf", "video/x-dv"),
    (b"DKIF\0\0", "video/x-ivf"),
    (b"YUV4MPEG2 ", "video/x-yuv4mpeg"),
    (b"nut/multimedia container\0", "video/x-nut"),
    (b"\x12\0\x0a", "video/x-av1"),  # a temporal delimiter and a sequence header, AV1 section 5.3
    (b"SIMPLE  =                    T", "image/fits"),
    *((b"ID3" + bytes([version]), "audio/mpeg") for version in (2, 3, 4)),
    (b"fLaC", "audio/flac"),
    (b"MThd\0\0\0\6", "audio/midi"),
    (b"#!AMR", "audio/amr"),
    (b".snd\0", "audio/basic"),
    (b"caff\0\1", "audio/x-caf"),
    (b"MAC \x96\x0f", "audio/x-ape"),
    (b"wvpk", "audio/x-wavpack"),
    (b"MPCK", "audio/x-musepack"),
    (b"MP+", "audio/x-musepack"),
    (b"TTA1", "audio/x-tta"),
    (b"tBaK", "audio/x-tak"),
    (b"DSD \x1c\0\0\0", "audio/x-dsf"),
    (b".ra\xfd", "audio/vnd.rn-realaudio"),
    (b"\0\1\0\0\0", "font/ttf"),
    (b"OTTO\0", "font/otf"),
    (b"true\0", "font/ttf"),
    (b"ttcf\0", "font/collection"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"PK\x05\x06", "application/zip"),
    (b"PK\x07\x08PK\x03\x04", "application/zip"),
    (b"PK00PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"LZIP\1", "application/x-lzip"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    *((bytes([0x50 + skipped]) + b"\x2a\x4d\x18", "application/zstd") for skipped in range(16)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"AT&TFORM", "image/vnd.djvu"),
    (b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    (b"\x1f\x9d", "application/x-compress"),
    (b"\x5d\0\0", "application/x-lzma"),
    (b"\x04\x22\x4d\x18", "application/x-lz4"),
    (b"PAR1\x15", "application/vnd.apache.parquet"),
    (b"ARROW1\0\0", "application/vnd.apache.arrow.file"),
    (b"\x93NUMPY", "application/x-numpy"),
    (b"\x89HDF\r\n\x1a\n", "application/x-hdf5"),
    (b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"bplist0", "application/x-bplist"),
    (b"id=ImageMagick", "image/x-miff"),
    (b"#?RADIANCE\n", "image/vnd.radiance"),
    (b"#?RGBE\n", "image/vnd.radiance"),
    (b"LBLSIZE=", "image/x-vicar"),
    (b"\x59\xa6\x6a\x95\0", "image/x-sun-raster"),
    (b"ITSF\x03\0\0\0", "application/vnd.ms-htmlhelp"),
    (b"CSFCHUNK", "image/x-clip-studio"),
    (b"gimp xcf", "image/x-xcf"),
    (b"\x76\x2f\x31\x01", "image/x-exr"),
    (b"II\xbc\x01", "image/jxr"),
    (b"FLIF", "image/flif"),
    (b"BPG\xfb", "image/bpg"),
    (b"\xd7\xcd\xc6\x9a", "image/wmf"),
    (b"FWS", "application/x-shockwave-flash"),
    (b"CWS", "application/x-shockwave-flash"),
    (b"ZWS", "application/x-shockwave-flash"),
    (b"glTF\1\0\0\0", "model/gltf-binary"),
    (b"glTF\2\0\0\0", "model/gltf-binary"),
    (b"\xc5\xd0\xd3\xc6", "application/postscript"),  # EPS with a preview, for DOS
    (b"\x7fELF", "application/x-program"),
    (b"MZ", "application/x-program"),
    (b"\xca\xfe\xba\xbe", "application/x-program"),
    (b"\xcf\xfa\xed\xfe", "application/x-program"),
    (b"\xce\xfa\xed\xfe", "application/x-program"),
    (b"\0asm", "application/x-program"),
    (b"L\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0F", "application/x-ms-shortcut"),
    (b"\0\x05\x16\x07", "multipart/appledouble"),
    (b"\0\x05\x16\0", "multipart/appledouble"),
)
"""What stands first, and the kind of file it shows."""

WITHIN: Final = (
    (257, b"ustar", "application/x-tar"),
    (60, b"BOOKMOBI", "application/x-mobipocket-ebook"),
    (4, b"1AY&SY", "application/x-bzip2"),
    (4, b"\x17\x72\x45\x38\x50\x90", "application/x-bzip2"),  # of nothing
    *((2, b"-lh%d-" % method, "application/x-lzh") for method in range(8)),
    *((4, mark, "video/x-flic") for mark in (b"\x11\xaf", b"\x12\xaf")),
    (40, b" EMF\0\0\1\0", "image/emf"),
)
"""Marks that stand elsewhere: the place, the mark, and the kind."""

FORMS: Final = {
    b"WEBP": "image/webp",
    b"AVI ": "video/x-msvideo",
    b"WAVE": "audio/wav",
    b"sfbk": "audio/x-soundfont",
    b"RMID": "audio/midi",
    b"AIFF": "audio/aiff",
    b"AIFC": "audio/aiff",
    b"ILBM": "image/x-ilbm",
    b"PBM ": "image/x-ilbm",
}
"""Forms of RIFF and of IFF, which it comes from."""

_HEIF: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"miaf")
BRANDS: Final = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    **dict.fromkeys(_HEIF, "image/heif"),
    b"crx ": "image/x-canon-cr3",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"M4P ": "audio/mp4",
}
"""What the first brand of an ISO base media file says it is; of any other it is a film."""

# QuickTime files older than `ftyp` start with one of these boxes (QuickTime File Format, "Classic QuickTime").
OLD_QUICKTIME: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
