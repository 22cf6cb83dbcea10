"""Well-known characters in prompts: how many are found by name, by description and by five keywords.

    python -m benchmarks.characters [--captions FILE …]

The sheets and the prompts lie in `benchmarks/character_sheets`, written by the same hands, the prompts first: the
figures say what the method can do, not what strangers will write. Every other character was looked at while the
numbers were chosen; figures are given for all and for the rest. A second set was written later, without a look at
sheets or list of words. Of each the beginnings are asked too: half a description, three keywords. `others.txt` has
descriptions of characters without a sheet, and of nobody. `--captions` are files of ordinary captions, one a line,
of which none should be flagged.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from crawler_filter.characters.sheets import Characters, Signal
from crawler_filter.formats.characters import OwnedSheet, Sheet

FOLDER: Final = Path(__file__).parent / "character_sheets"
KINDS: Final = {
    "named": Signal.NAME,
    "described": Signal.DESCRIPTION,
    "keywords": Signal.DESCRIPTION,
    "japanese": Signal.DESCRIPTION,
}
"""The kinds of prompts, and the signal that should come of each."""

LATER: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {
    "described": ("described", str),
    "described in 30 words": ("described", lambda text: " ".join(text.split()[:30])),
    "described in 20 words": ("described", lambda text: " ".join(text.split()[:20])),
    "described in Japanese": ("japanese_described", str),
    "described in 60 Japanese characters": ("japanese_described", lambda text: text[:60]),
    "five keywords": ("keywords", str),
    "four keywords": ("keywords", lambda text: ", ".join(text.split(", ")[:4])),
    "three keywords": ("keywords", lambda text: ", ".join(text.split(", ")[:3])),
    "five keywords in Japanese": ("japanese", str),
}
"""What is asked of the later set: the kind of prompt, and how much of it."""

LOOKED_AT: Final = 50
"""Descriptions of others that were looked at while numbers were chosen; those behind them were only measured."""


def paragraphs(name: str) -> dict[str, Mapping[str, str]]:
    """Return the paragraphs of a file: by their first line, the others by what stands before the colon."""
    found = {}
    for paragraph in (FOLDER / name).read_text(encoding="utf-8").split("\n\n"):
        key, *lines = (line for line in paragraph.splitlines() if line and not line.startswith("#"))
        found[key] = dict(line.split(": ", 1) for line in lines)
    return found


def sheets() -> dict[str, Sheet]:
    """Return the sheets by their keys."""
    return {
        key: Sheet(
            names=_names(said["names"]),
            series=_names(said["series"]),
            others=tuple(map(_names, said["with"].split("; "))),
            attributes={language: tuple(said[language].split("; ")) for language in ("en", "ja")},
        )
        for key, said in paragraphs("sheets.txt").items()
    }


def indexed() -> Characters:
    """Return the sheets, ready to be found; a sheet's owner is its place."""
    return Characters([OwnedSheet(number, sheet) for number, sheet in enumerate(sheets().values())])


def found(
    kind: str,
    signal: Signal = Signal.DESCRIPTION,
    name: str = "prompts.txt",
    part: Callable[[str], str] = str,
) -> Iterator[tuple[str, bool, bool]]:
    """Yield for each character: its key, whether a prompt of a kind is recognised, whether another is besides."""
    characters, keys = indexed(), list(sheets())
    for key, prompts in paragraphs(name).items():
        signs = [sign for sign in characters.find(part(prompts[kind])) if sign.signal is signal]
        pointed = {keys[sign.sheet.owner] for sign in signs}
        yield key, key in pointed, bool(pointed - {key})


def mistaken() -> list[bool]:
    """Tell of each description of somebody else whether it is taken for one of the characters."""
    characters = indexed()
    return [any(True for _ in characters.find(line)) for line in _others()]


def _others() -> list[str]:
    lines = (FOLDER / "others.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captions", nargs="*", type=Path, default=[])
    options = parser.parse_args()
    for kind, signal in KINDS.items():
        results = list(found(kind, signal))
        rest = results[1::2]
        missed = ", ".join(key for key, hit, _ in results if not hit) or "none"
        print(
            f"{kind}: {sum(hit for _, hit, _ in results)} of {len(results)},"
            f" of those held out {sum(hit for _, hit, _ in rest)} of {len(rest)};"
            f" {sum(other for *_, other in results)} point to another too; missed: {missed}"
        )
    for said, (kind, part) in LATER.items():
        results = list(found(kind, name="prompts-later.txt", part=part))
        missed = ", ".join(key for key, hit, _ in results if not hit) or "none"
        print(
            f"later, {said}: {sum(hit for _, hit, _ in results)} of {len(results)};"
            f" {sum(other for *_, other in results)} point to another too; missed: {missed}"
        )
    for what, wrong in (("looked at", mistaken()[:LOOKED_AT]), ("held out", mistaken()[LOOKED_AT:])):
        print(f"others, {what}: {sum(wrong)} of {len(wrong)} are taken for somebody")
    if options.captions:
        _flag_ordinary(line for path in options.captions for line in path.read_text("utf-8").splitlines())


def _flag_ordinary(captions: Iterator[str]) -> None:
    characters = indexed()
    flagged = dict.fromkeys(Signal, 0)
    total = either = 0
    for caption in captions:
        signals = {sign.signal for sign in characters.find(caption)}
        total, either = total + 1, either + bool(signals)
        for signal in signals:
            flagged[signal] += 1
    by_signal = ", ".join(f"{signal} {count}" for signal, count in flagged.items() if count)
    print(f"ordinary captions: {either} of {total} flagged, {100 * either / total:.3f} % ({by_signal})")


def _names(written: str) -> tuple[str, ...]:
    return tuple(written.split(" / "))


if __name__ == "__main__":
    main()
