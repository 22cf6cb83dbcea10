"""Writes the table of variant kanji from the dictionaries of OpenCC: `python -m tools.variant_kanji FOLDER`.

FOLDER holds `JPShinjitaiCharacters.txt`, `STCharacters.txt`, `TWVariants.txt` and `HKVariants.txt` (Apache-2.0).
Each variant stands for one form: that of Japan today where there is one, else the traditional one. Left out are
characters in use beside those that they also simplify (`里` for `裏`), and pairs of which Japan uses both.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parents[1] / "crawler_filter" / "formats" / "variant-kanji-1.txt"
_HEAD: Final = "# Each line: a form, and its variants. Derived from the dictionaries of OpenCC (Apache-2.0)."


def table(folder: Path) -> dict[str, str]:
    """Return each variant with the form that it stands for."""
    forms: dict[str, str] = {}
    for today, earlier in _rows(folder / "JPShinjitaiCharacters.txt"):
        for old in earlier:
            forms.setdefault(old, today)
    for simplified, traditional in _rows(folder / "STCharacters.txt"):
        if simplified not in traditional and simplified not in forms.values():
            forms.setdefault(simplified, forms.get(traditional[0], traditional[0]))
    for name in ("TWVariants.txt", "HKVariants.txt"):
        for standard, variants in _rows(folder / name):
            form = forms.get(standard, standard)
            for other in variants:
                if not (_is_japanese(other) and _is_japanese(form)) and other not in forms.values():
                    forms.setdefault(other, form)
    return {variant: form for variant, form in forms.items() if form not in forms and variant != form}


def _rows(file: Path) -> Iterator[tuple[str, list[str]]]:
    for line in file.read_text("utf-8").splitlines():
        key, tab, values = line.partition("\t")
        if tab and len(key) == 1 and (found := [value for value in values.split() if len(value) == 1]):
            yield key, found


def _is_japanese(character: str) -> bool:
    try:
        character.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    """Write the table."""
    by_form: dict[str, list[str]] = {}
    for variant, form in table(Path(sys.argv[1])).items():
        by_form.setdefault(form, []).append(variant)
    lines = [form + "".join(sorted(variants)) for form, variants in sorted(by_form.items())]
    TABLE.write_text("\n".join([_HEAD, *lines]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
