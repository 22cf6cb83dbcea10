"""Links that strangers wrote, as far as a person can safely be sent there."""

from typing import Final

MAX_LINK: Final = 2048
"""Characters of a link; longer ones are no help to a person."""


def web_link(text: str | None) -> str | None:
    """Return `text` if it is an http or https URL of sane length."""
    is_link = text is not None and text.startswith(("http://", "https://")) and len(text) <= MAX_LINK
    return text if is_link else None
