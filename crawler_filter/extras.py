"""Which extra of this package brings a module that is not installed."""

from typing import Final

_EXTRAS: Final = {"PIL": "media", "av": "video", "iscc_lib": "iscc", "ahocorasick_rs": "names"}


def extra_of(error: ImportError) -> str:
    """Return the extra to install for the module that could not be imported, as pip is told of it."""
    module = (error.name or "").partition(".")[0]
    return f"training-optout[{_EXTRAS[module]}]" if module in _EXTRAS else module
