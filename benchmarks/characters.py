"""Well-known characters in prompts: how many are found by name, by description and by five keywords.

    python -m benchmarks.characters [--captions FILE …]

The sheets and the prompts lie in `benchmarks/character_sheets`, written by the same hands, the prompts first: the
figures say what the method can do, not what strangers will write. Every other character was looked at while the
numbers were chosen; figures are given for all and for the rest. A second set was written later, without a look at
sheets or list of words. Of each the beginnings are asked too: half a description, three keywords. A third set has
52 other characters, from other countries too, its prompts written before its sheets and before any was tried; what
the first run missed was mended then. `spellings.txt` misspells names of the first fifty: 20 of its 47 were found
before, 32 with what had been mended by the third set, before it was looked at. `others.txt` has descriptions of
characters without a sheet, and of nobody. `--captions` are files of ordinary captions, one a line, of which none
should be flagged.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
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

THIRD: Final[Mapping[str, Signal]] = {
    **dict.fromkeys(("named", "tags", "ja", "other"), Signal.NAME),
    **dict.fromkeys(("described", "keywords", "japanese"), Signal.DESCRIPTION),
}
"""The kinds of prompts of the third set: names in a sentence, as tags, in Japanese, in other spellings; looks."""

SHEETS: Final = "sheets.txt"
THIRD_SHEETS: Final = "sheets-third.txt"

LOOKED_AT: Final = 50
"""Descriptions of others that were looked at while numbers were chosen; those behind them were only measured."""


def paragraphs(name: str) -> dict[str, Mapping[str, str]]:
    """Return the paragraphs of a file: by their first line, the others by what stands before the colon."""
    found = {}
    for paragraph in (FOLDER / name).read_text(encoding="utf-8").split("\n\n"):
        key, *lines = (line for line in paragraph.splitlines() if line and not line.startswith("#"))
        found[key] = dict(line.split(": ", 1) for line in lines)
    return found


def sheets(name: str = SHEETS) -> dict[str, Sheet]:
    """Return the sheets of a file by their keys."""
    return {
        key: Sheet(
            names=_names(said["names"]),
            series=_names(said["series"]),
            others=tuple(map(_names, said["with"].split("; "))),
            attributes={language: tuple(said[language].split("; ")) for language in ("en", "ja")},
        )
        for key, said in paragraphs(name).items()
    }


def indexed(name: str = SHEETS) -> Characters:
    """Return the sheets of a file, ready to be found; a sheet's owner is its place."""
    return Characters([OwnedSheet(number, sheet) for number, sheet in enumerate(sheets(name).values())])


def found(
    kind: str,
    signal: Signal = Signal.DESCRIPTION,
    name: str = "prompts.txt",
    part: Callable[[str], str] = str,
    of: str = SHEETS,
) -> Iterator[tuple[str, bool, bool]]:
    """Yield for each character: its key, whether a prompt of a kind is recognised, whether another is besides."""
    return _recognised(((key, part(said[kind])) for key, said in paragraphs(name).items()), signal, of)


def misspelt() -> Iterator[tuple[str, bool, bool]]:
    """Yield what `found` does, of prompts with a misspelt name of the first fifty."""
    lines = (FOLDER / "spellings.txt").read_text(encoding="utf-8").splitlines()
    written = (line.partition(": ") for line in lines if not line.startswith("#"))
    return _recognised(((key, prompt) for key, _, prompt in written), Signal.NAME, SHEETS)


def _recognised(prompts: Iterable[tuple[str, str]], signal: Signal, of: str) -> Iterator[tuple[str, bool, bool]]:
    characters, keys = indexed(of), list(sheets(of))
    for key, prompt in prompts:
        signs = [sign for sign in characters.find(prompt) if sign.signal is signal]
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
        _print(f"later, {said}", list(found(kind, name="prompts-later.txt", part=part)))
    for kind, signal in THIRD.items():
        _print(f"third, {kind}", list(found(kind, signal, name="prompts-third.txt", of=THIRD_SHEETS)))
    _print("misspelt names", list(misspelt()))
    for what, wrong in (("looked at", mistaken()[:LOOKED_AT]), ("held out", mistaken()[LOOKED_AT:])):
        print(f"others, {what}: {sum(wrong)} of {len(wrong)} are taken for somebody")
    if options.captions:
        _flag_ordinary(line for path in options.captions for line in path.read_text("utf-8").splitlines())


def _print(what: str, results: list[tuple[str, bool, bool]]) -> None:
    missed = ", ".join(key for key, hit, _ in results if not hit) or "none"
    print(
        f"{what}: {sum(hit for _, hit, _ in results)} of {len(results)};"
        f" {sum(other for *_, other in results)} point to another too; missed: {missed}"
    )


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
