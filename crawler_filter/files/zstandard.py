"""Zstandard (RFC 8878), from Python 3.14's standard library or the package that brings it to older ones."""

from collections.abc import Callable
from typing import Any, Final

MAX_WINDOW_LOG: Final = 27
"""The largest window that is accepted, as a power of two of bytes: 128 MiB, as its own command line does."""


def decompressors() -> Callable[[], Any]:
    """Return what makes a decompressor for one frame. Raises ImportError without the extra `codings`."""
    zstd = _module()
    options = {zstd.DecompressionParameter.window_log_max: MAX_WINDOW_LOG}
    return lambda: zstd.ZstdDecompressor(options=options)


def broken_frame() -> type[Exception]:
    """Return what a decompressor raises for a broken frame. Raises ImportError without the extra `codings`."""
    error: type[Exception] = _module().ZstdError
    return error


def _module() -> Any:  # noqa: ANN401 - one of two modules with the same names
    try:
        from compression import zstd  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415 - Python 3.14
    except ImportError:
        from backports import zstd  # type: ignore[no-redef, unused-ignore]  # noqa: PLC0415 - an extra
    return zstd
