"""Files that may hold a text or a picture and are not read here: what they are called, and that it must be said.

A file of no known kind is one of them: what nobody can name is not harmless.
"""

from typing import Final

from crawler_filter.files.media_type import UNKNOWN

_ARCHIVES: Final = {
    "application/x-lz4": "an LZ4 file",
    "application/x-lzip": "an lzip file",
    "application/x-compress": "a file of compress",
}
_DOCUMENTS: Final = {
    "application/x-ole-storage": "a file of an old Office program",
    "application/x-mobipocket-ebook": "a Kindle book",
    "application/postscript": "a PostScript document",
    "application/vnd.ms-htmlhelp": "a CHM book",
    "application/x-shockwave-flash": "a Flash file",
    "application/vnd.ms-tnef": "a winmail.dat of Outlook",
    "image/vnd.djvu": "a DjVu document",
}
_TABLES: Final = {
    "application/vnd.apache.parquet": "a Parquet file",
    "application/vnd.apache.arrow.file": "an Arrow file",
    "application/vnd.sqlite3": "an SQLite database",
    "application/x-numpy": "an array of NumPy",
    "application/x-hdf5": "an HDF5 file",
}
_PICTURES: Final = {
    "image/x-clip-studio": "a file of Clip Studio Paint, but for its preview,",
    "image/x-xcf": "a file of GIMP",
    "image/fits": "a FITS picture",
    "image/vnd.radiance": "a Radiance picture",
    "image/x-vicar": "a VICAR picture",
    "image/x-miff": "a MIFF picture of ImageMagick",
    "image/x-sixel": "a Sixel picture",
    "image/x-canon-cr3": "a raw picture of a camera",
    "image/x-exr": "an OpenEXR picture",
    "image/jxr": "a JPEG XR picture",
    "image/flif": "a FLIF picture",
    "image/bpg": "a BPG picture",
    "image/wmf": "a Windows metafile",
    "image/emf": "an enhanced metafile",
    "image/x-ilbm": "an ILBM picture",
}
_OTHERS: Final = {
    "application/x-program": "a program",
    "application/x-ms-shortcut": "a shortcut of Windows",
    "application/x-par2": "what files can be repaired with (PAR2)",
    "multipart/appledouble": "what macOS keeps beside a file",
}
UNREAD: Final = _ARCHIVES | _DOCUMENTS | _TABLES | _PICTURES | _OTHERS
"""What each kind is called."""

_SILENT: Final = ("audio/", "font/")


def holds_no_work(kind: str) -> bool:
    """Tell whether files of a kind show and say nothing that could be registered: sound has its digests alone."""
    return kind.startswith(_SILENT)


def why_unread(kind: str) -> str | None:
    """Return why a file of a kind is not read, None for one that is read or holds no work."""
    if kind == UNKNOWN:
        return "its kind is not known by its bytes: what it holds could not be looked up"
    if kind in UNREAD:
        return f"{UNREAD[kind]} is not read: unpack or convert it, and check what it holds"
    return None
