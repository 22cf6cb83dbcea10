"""What lies in archives and is no part of a work: what systems and programs leave behind, and no reader shows.

A file of a kind that is known by its bytes is never one, whatever it is called: only what nobody can read is left
out by its name.
"""

from typing import Final

from crawler_filter.files.media_type import UNKNOWN

_SYSTEMS_OWN: Final = frozenset(
    {
        "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", ".ds_store", "icon\r", "zbthumbnail.info",
        "itunesmetadata.plist", "sync.ffs_db", "pspbrwse.jbf", "layout-cache", ".bridgesort",
        ".bridgecache", ".bridgecachet", ".trashes", ".volumeicon.icns", ".dropbox", ".dropbox.attr",
    }
)  # fmt: skip
_SYSTEMS_FOLDERS: Final = (
    "__macosx/", ".appledouble/", ".appledb/", ".spotlight-v100/", ".fseventsd/", "system volume information/",
    "$recycle.bin/", "@eadir/", ".xvpics/",
)  # fmt: skip
"""Folders that systems make anywhere in a tree."""

_LOCK: Final = "~$"
_LONGEST_LOCK: Final = 165
"""Bytes of what Office leaves beside an open document: the name of who opened it."""
_OLE: Final = "application/x-ole-storage"
_APPLE_DOUBLE: Final = "multipart/appledouble"
_PROGRAM: Final = "application/x-program"
_PAR2: Final = "application/x-par2"
_SHORTCUT: Final = "application/x-ms-shortcut"
_NEVER_SHOWN: Final = (
    ".ttf", ".otf", ".ttc", ".woff", ".woff2", ".eot", ".odttf", ".fntdata", ".pfb", ".pfm",
    ".pyc", ".class", ".dex", ".so", ".dll", ".dylib", ".exe", ".o", ".a", ".lib", ".pyd", ".mo", ".gmo",
    ".rels", ".icc", ".icm", ".sig", ".asc", ".p7s", ".rsa", ".dsa", ".idx", ".pack",
    ".db-journal", "-journal", "-shm",
)  # fmt: skip
"""Names of fonts, programs, colour profiles and signatures, which may be encrypted or hidden as EPUB allows."""

_OF_OFFICE: Final = ("printersettings", "docprops/thumbnail", "vbaproject.bin", "vbadata.xml")


def is_leftover(name: str, kind: str, content: bytes) -> bool:
    """Tell whether a file in an archive is shown by no reader, by its name and the kind its bytes show."""
    lowered = name.lower().rstrip()
    base = lowered.rpartition("/")[2]
    if not content or kind in (_APPLE_DOUBLE, _PROGRAM, _SHORTCUT, _PAR2):
        return True
    if kind not in (UNKNOWN, _OLE) and not (kind.endswith("mf") and "docprops/thumbnail" in lowered):
        return False
    return (
        base in _SYSTEMS_OWN
        or base.endswith(_NEVER_SHOWN)
        or any(f"/{folder}" in f"/{lowered}" for folder in _SYSTEMS_FOLDERS)
        or (base.startswith(_LOCK) and len(content) <= _LONGEST_LOCK)
        or any(part in lowered for part in _OF_OFFICE)
    )
