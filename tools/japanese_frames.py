# ruff: noqa: RUF001 - full-width marks are what is looked for
"""What Japanese files and sites have around an author's words, or in their place: notes, terms, notices.

Aozora Bunko's files say at the top which signs stand in them, and at the end whose edition was typed by whom under
which licence. Sites and shops publish terms, privacy policies and the notice that the act on commercial
transactions asks for, most of them from a few templates. git itself brings the repositories, each at one commit.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np

from crawler_filter.files.charset import likely_reading
from crawler_filter.fingerprints.winnowing import Hashes
from tools.chosen import chosen_of
from tools.common_passages import SEVERAL, shared_by
from tools.repositories import files_of

LIBRARY: Final = ("aozorahack/aozorabunko_text", "0984f7dc18a2270bdfd2ff99bf14fd1b3ebb4f65")
"""Files of Aozora Bunko: an eighth of them is read, and of a third of the authors none."""

SITES: Final = {
    "kouki920/Newsmemo": ("495ad08a5b4ee254cfb543ebfe69be2d711eecd7", r"/agreement_form\."),
    "nagokos/famo_front": ("4e9098114fa74c476778e336055e7fd7aabef1a6", r"/(?:PrivacyPolicy|Terms)\.vue"),
    "Omori0219/nekonone-for-bolt": ("ed55de0001c7544317769b1f4ccbf9fbce7bfaff", r"\Apages/(?:privacy|terms)\."),
    "Y-Kenn/dreamon": ("f6553f4376caa840dac613ace69ee487837b83db", r"/pages/(?:privacy-policy|terms)\."),
    "enki14/shop_site": ("6cfa239a640e70c7aed6508b3bd2cb59d5a643b6", r"/policy\."),
    "A-Wat/personal_site": ("e4c5be72bb7b4433898a943917278d6be993f175", r"/policy\."),
    "70-10/blog": ("c535bffaac8498fcf445070b48ac6200c3f94d3a", r"/privacy-policy\."),
    "konanOC/docs": ("b9b118f7fca18e91dc09b0e29c1890d47cd39130", r"\Acontent/pp/"),
    "HidegonSan/blog": ("ed66d7e36939b81639bbf7a94b4f15ae59cd07f2", r"/(?:privacy-policy|terms)/"),
    "AK-MxT/vue-base-blog": ("9d0450c7fc3575374acf0aa8e029e278a2355516", r"/privacy-policy\."),
    "mame/iol-ja-walkthrough": ("adaf7d9fb7b24938baa8add555ffd177fbfd204a", r"/privacy\.md"),
    "kotet/blog.kotet.jp": ("660c43fae663ba35b23fceb0ea0394f00ddedd95", r"/privacy-policy\."),
    "K-Sato24/codeups-diving": ("1f55e4c8b47d0bd2355bba30cdd15e3c56cd087c", r"\Asrc/page-(?:privacy|terms)"),
    "umako-osone/UMAKO_codeups": ("6fe8dff39a2d1334ce2919b8f679964b66210da0", r"\Asrc/page-(?:privacy|terms)"),
    "YUYA-SAKATA-WebS-Partner/CodeUps_WordPress": (
        "85e586b77086c8cf9d230ee3cfe1ca7662081f03", r"\Asrc/page-(?:privacy|terms)",
    ),
    "keima-matsui/sugukuru": ("fa6f7e330a542b4fb144e367171cbece261bb9e6", r"/(?:privacy|tokusho)\.jsp"),
    "saruwatari-shunsuke/parel": ("61b6b8fe3deea5a8a19e91cc1f548a382c66db67", r"/ViewUser(?:Terms|Privacy)\."),
}  # fmt: skip
"""Repositories of GitHub with terms and privacy policies of sites, each with a commit and the names of files."""

SHOPS: Final = (
    "EC-CUBE/ec-cube",
    "778652134dab71f601a0f6b0031a356306ef3d6d",
    r"\Asrc/Eccube/Resource/(?:template/default/(?:Help|Mail)/.*\.twig|locale/messages\.ja\.yaml)\Z",
)
"""A system for shops, whose terms and sentences every shop made with it shows."""

_BEHIND: Final = re.compile(r"\n(?:［＃本文終わり］|(?:翻訳の)?底本|定本|入力者注)")
_LONGEST: Final = 8_000
_BEFORE: Final = 4_000
_MEASURED: Final = 3
_READ: Final = 8
_TERMS: Final = 2
"""Sites that have a passage of their terms from which on it is of a template: nobody quotes terms."""
_GAP: Final = re.compile(r"\{[{%#][^{}]{0,200}[}%#]\}|%[a-z_]+%|^[ \t]*[a-z_.0-9]+:", re.MULTILINE)


def notes(text: str) -> str:
    """Return what a file of Aozora Bunko says about itself: its list of signs, and all behind the work."""
    head = text[:_BEFORE].split("-" * 20)
    signs = "".join(part for part in head[1:-1] if "記号について" in part)
    behind = _BEHIND.search(text, max(0, len(text) - _LONGEST))
    return signs + (text[behind.start() :] if behind else "")


def of_japanese(folder: Path) -> Hashes:
    """Return the fingerprints of what several authors' files, several sites, or all shops of a system have."""
    by_author: dict[str, list[str]] = {}
    for name, content in files_of(folder, *LIBRARY, _is_read):
        by_author.setdefault(name.split("/")[1], []).append(notes(content.decode("cp932", "replace")))
    terms = (_chosen(_texts(folder, name, *where)) for name, where in SITES.items())
    shops = _chosen(piece for text in _texts(folder, *SHOPS) for piece in _GAP.split(text))
    return np.unique(
        np.concatenate([shared_by(SEVERAL, map(_chosen, by_author.values())), shared_by(_TERMS, terms), shops])
    )


def _chosen(texts: Iterable[str]) -> Hashes:
    return np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *map(chosen_of, texts)]))


def _texts(folder: Path, repository: str, commit: str, names: str) -> Iterator[str]:
    for _, content in files_of(folder, repository, commit, re.compile(names).search):
        yield likely_reading(content) or ""


def is_measured(author: str) -> bool:
    """Tell whether an author's files are among those that are measured with, and not read."""
    return sha256(author.encode()).digest()[0] % _MEASURED == 0


def _is_read(name: str) -> bool:
    is_text = name.startswith("cards/") and name.endswith(".txt")
    return is_text and not is_measured(name.split("/")[1]) and sha256(name.encode()).digest()[0] % _READ == 0
