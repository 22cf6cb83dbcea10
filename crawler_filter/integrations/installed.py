"""Says which extra to install where a tool is not there: one sentence for every integration."""

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["installed"]


@contextmanager
def installed(extra: str, of: str = "") -> Iterator[None]:
    """Import inside this what an extra brings. Raises ImportError that says what to install.

    `of` names a tool that no extra brings. A tool that is there but too old, or broken, is told in its own words.
    """
    try:
        yield
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError)
        why = f"No module named {error.name!r}" if missing else f"{error}"
        ask = f"{why}: pip install 'training-optout[{extra}]'" + (f" into the environment of {of}" if of else "")
        raise type(error)(ask, name=error.name, path=error.path) from error
