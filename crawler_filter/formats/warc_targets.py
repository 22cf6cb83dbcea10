"""The target of a WARC record: the address of something, or the name of what a crawler says of itself.

wget and wpull keep their arguments and logs as records. Browsertrix keeps what it made of a page, such as its text
or a picture of it, under a name that holds the page's address.
"""

import re
from typing import Final

_MADE_OF_A_PAGE: Final = re.compile(r"urn:[a-z-]+:(https?://.+)", re.IGNORECASE)
_OF_THE_CRAWLER: Final = ("dns:", "whois:", "metadata:", "urn:x-wpull:")


def address_of(target: str) -> str:
    """Return the address that a record's target names: without brackets, and of what was made of a page the
    page's.
    """
    bare = target.strip("<> \t")
    made = _MADE_OF_A_PAGE.fullmatch(bare)
    return made[1] if made else bare


def is_of_the_crawler(address: str) -> bool:
    """Tell whether an address is the name of what a crawler says of itself, such as its log."""
    return address.lower().startswith(_OF_THE_CRAWLER)
