"""What licence notices have in common: "one line to give the program's name", copyright lines with others' years.

ScanCode's rules are notices and licences as projects wrote them, each with its own name in the middle. What five
of them have is the notice. A name is in fewer, or its holder is one whose notices many copy.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from crawler_filter.fingerprints.winnowing import Hashes
from tools.chosen import chosen_of
from tools.common_passages import shared_by

RULES: Final = "licensedcode-data==32.1.0"
"""A package of PyPI with the rules."""

SEVERAL: Final = 5
"""Rules that have a passage from which on it is everybody's: one project may have a few to itself."""

_KINDS: Final = ("is_license_notice: yes", "is_license_text: yes")


def of_notices(package: Path) -> Hashes:
    """Return the fingerprints that several of the package's notices and licences have."""
    return shared_by(SEVERAL, (chosen_of(text) for text in notices(package)))


def notices(package: Path) -> Iterator[str]:
    """Yield the notices and licences of the package; what is wrongly taken for one is none."""
    with zipfile.ZipFile(package) as wheel:
        for name in wheel.namelist():
            if name.endswith(".RULE"):
                _, head, text = wheel.read(name).decode("utf-8", "replace").split("---", 2)
                if any(kind in head for kind in _KINDS) and "is_false_positive" not in head:
                    yield text
