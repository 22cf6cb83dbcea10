"""Makes `registry/rules/shared_texts.bin`: fingerprints of texts that many publish, so that nobody reserves them.

    python -m tools.shared_texts FOLDER

Licences, a code of conduct, guides for contributors, terms and privacy notices are taken from packages of npm by
name, what documents of several projects share from packages of Debian, and what notices of licences share from a
package of PyPI: npm, apt-get and pip themselves download them into FOLDER. git brings the pages of sites
(`tools/site_pages.py`), and Japanese notes and terms (`tools/japanese_frames.py`). Besides, there are the frames
that generators of documentation write, and what everybody lists: numbers, alphabets, months, languages,
countries, the names of characters.
`registry/rules/shared_texts.py` says what the list is for.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from html.entities import name2codepoint
from pathlib import Path
from typing import Final

import numpy as np
from babel import Locale

from crawler_filter.fingerprints.nfkc import code_points
from crawler_filter.fingerprints.normal_text import normalise
from crawler_filter.fingerprints.winnowing import Hashes, winnow_page
from registry.rules.shared_texts import pack
from tools.chosen import chosen_of
from tools.common_passages import DEBIAN, of_several
from tools.documentation_frames import frames
from tools.entity_lists import LISTS, entity_lists
from tools.japanese_frames import of_japanese
from tools.licence_notices import RULES, of_notices
from tools.shared_files import fetch, members
from tools.site_pages import of_sites

LIST: Final = Path(__file__).parents[1] / "registry" / "rules" / "shared_texts.bin"
NPM: Final = ("spdx-license-list@6.12.0", "weallbehave@1.2.0", "express-legal@1.3.2")
_TEXTS: Final = frozenset({".md", ".html"})
_MARKER: Final = re.compile(r"^[ \t]*(?:\(?(?:[0-9]{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]|[*•o-])[ \t]+", re.MULTILINE)
_COUNTED: Final = 10_000
_PRINTABLE: Final = range(0xA0, 0x250)
_NAMED_IN_TABLES: Final = (range(0x370, 0x530), range(0x2000, 0x2070), range(0x2100, 0x2600))
"""Greek, Cyrillic, punctuation, arrows, signs of mathematics, boxes: each table of a character set names them."""


def texts(package: Path) -> Iterator[str]:
    """Yield the texts of a package: those of licences that stand in JSON, and those that sites publish."""
    for path, content in members(package):
        if "/licenses/" in path and path.endswith(".json"):
            licence = json.loads(content).get("licenseText") or ""
            yield from (licence, _MARKER.sub("", licence))  # a page numbers its lists without letters of its own
        elif Path(path).suffix in _TEXTS and "readme" not in path.lower():
            yield content.decode("utf-8")


def facts() -> Iterator[str]:
    """Yield what everybody lists in the same order: an index, a calendar, a table of characters has it."""
    yield " ".join(map(str, range(_COUNTED)))
    yield " ".join(f"{number:03}" for number in range(1_000))
    yield " ".join(f"{number:x}" for number in range(1_024))
    letters = "abcdefghijklmnopqrstuvwxyz"
    yield from (letters * 3, "".join(2 * letter for letter in letters), "".join(letters[at:] for at in range(26)))
    entities = sorted(name2codepoint.items(), key=lambda each: each[1])
    yield " ".join(f"{name} {chr(code)} {name} {code} {unicodedata.name(chr(code))}" for name, code in entities)
    yield " ".join(f"&{name}; {chr(code)} &#{code};" for name, code in entities)
    named = {code: unicodedata.name(chr(code)) for code in _PRINTABLE}
    yield from (" ".join(named.values()), " ".join(f"{name} U+{code:04X}" for code, name in named.items()))
    for language in ("en", "ja"):
        yield from _listed_in(Locale(language))


def _names_of_signs() -> Iterator[str]:
    """Yield the names of the characters that tables of character sets have, in order."""
    for codes in _NAMED_IN_TABLES:
        yield " ".join(unicodedata.name(chr(code), "") for code in codes)


def _listed_in(locale: Locale) -> Iterator[str]:
    for names in (locale.months, locale.days):
        yield from (" ".join([*of_width.values()] * 2) for each in names.values() for of_width in each.values())
    for named in (locale.languages, locale.territories, locale.scripts, locale.currencies):
        in_order = sorted(named.items(), key=lambda each: each[1])
        yield from (" ".join(name for _, name in in_order), " ".join(f"{name} {code}" for code, name in in_order))
        yield " ".join(f"{code} {name}" for code, name in sorted(named.items()))


def list_of(packages: Iterable[Path], others: Iterable[Path] = (), *more: Hashes) -> bytes:
    """Return the list of the texts of packages, of what several others share, of what all have, and of more."""
    written = (text for package in packages for text in texts(package))
    found = [winnow_page(code_points(normalise(text))).values for text in (*written, *facts())]
    framed = [chosen_of(text) for text in (*frames(), *_names_of_signs())]
    return pack(np.concatenate([*found, *framed, of_several(others), *more]))


def main() -> None:
    """Write the list."""
    folder = Path(sys.argv[1])
    packages = [fetch(folder / name, ("npm", "pack", "--silent", name)) for name in NPM]
    others = [fetch(folder / name, ("apt-get", "-q", "download", name)) for name in DEBIAN]
    rules = fetch(folder / RULES, ("pip", "download", "-q", "--no-deps", "-d", ".", RULES))
    entities = fetch(folder / LISTS, ("apt-get", "-q", "download", LISTS))
    listed = [winnow_page(code_points(normalise(text))).values for text in entity_lists(entities)]
    sites = folder / "sites"
    LIST.write_bytes(list_of(packages, others, of_notices(rules), of_sites(sites), of_japanese(sites), *listed))


if __name__ == "__main__":
    main()
