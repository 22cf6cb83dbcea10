# ruff: noqa: RUF001  # Japanese has its own parentheses
"""The order of the two languages of a letter: that of its reader comes first, as far as one is known.

A letter about something that others may read too is written in both. Its subject is `site: English / Japanese`.
"""

from typing import Final

from registry.store.queued_mail import QueuedMail

_BELOW: Final = "（日本語は下にあります）\n\n"


def in_language(letter: QueuedMail) -> tuple[str, str]:
    """Return subject and text of a letter as its reader finds them best."""
    if letter.language != "ja":
        return letter.subject, letter.text
    site, colon, words = letter.subject.rpartition(": ")
    english, slash, japanese = words.rpartition(" / ")
    subject = f"{site}{colon}{japanese}{slash}{english}" if slash else letter.subject
    return subject, _BELOW + letter.text if slash else letter.text
