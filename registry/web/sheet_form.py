"""Character sheets as they are typed: a paragraph for each, its names first, then what it looks like.

青井そら / Sora Aoi
en: silver braid; facial scar
ja: 銀髪の三つ編み; 鼻の傷
permission: licensed: lab.example
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from flask_babel import gettext as _

from crawler_filter.formats.characters import LANGUAGES, Permission, Sheet
from registry.model.declaration import SheetRequest
from registry.rules.work_validation import BETWEEN_SPELLINGS
from registry.web.form_input import MAX_PROBLEMS, FieldProblem

_BETWEEN_NAMES: Final = re.compile(f"[{re.escape(''.join(sorted(BETWEEN_SPELLINGS)))}]")
_BETWEEN: Final = re.compile(r"[;\uff1b\u3001]")
_LINE: Final = re.compile(r"([A-Za-z][A-Za-z-]*|\u8a31\u8afe|\u8aac\u660e)\s*[:\uff1a]\s*(.*)")
_ABOUT: Final = "about-"
_PERMISSIONS: Final = {
    "\u4e0d\u53ef": Permission.NONE,
    "\u8981\u8a31\u8afe": Permission.ASK,
    "\u8a31\u8afe\u6e08\u307f": Permission.LICENSED,
    **{permission.value: permission for permission in Permission},
}


def written(sheets: Iterable[Sheet]) -> str:
    """Return sheets as one would type them."""
    return "\n\n".join("\n".join(_lines(sheet)) for sheet in sheets)


def read_sheets(text: str) -> tuple[tuple[SheetRequest, ...], Sequence[FieldProblem]]:
    """Return the sheets that were typed, and a problem for each line that says nothing known."""
    sheets, problems = [], list[FieldProblem]()
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        if lines:
            sheet, unclear = _read(lines)
            sheets.append(sheet)
            problems += unclear
    return tuple(sheets), problems[:MAX_PROBLEMS]


def _read(lines: Sequence[str]) -> tuple[SheetRequest, list[FieldProblem]]:
    names = tuple(filter(None, map(str.strip, _BETWEEN_NAMES.split(lines[0]))))
    attributes: dict[str, tuple[str, ...]] = {}
    about: dict[str, str] = {}
    permission, licensed = Permission.ASK.value, tuple[str, ...]()
    problems = []
    for line in lines[1:]:
        found = _LINE.fullmatch(line)
        name, value = (found[1].lower(), found[2].strip()) if found else ("", "")
        if name in LANGUAGES:
            attributes[name] = (*attributes.get(name, ()), *_split(value))
        elif name.removeprefix(_ABOUT) in LANGUAGES:
            about[name.removeprefix(_ABOUT)] = value
        elif name in ("permission", "\u8a31\u8afe"):
            word, _colon, domains = value.replace("\uff1a", ":").partition(":")
            permission = _PERMISSIONS.get(word.strip().lower(), word.strip())
            licensed = tuple(_split(domains.replace(",", ";")))
        else:
            problems.append(
                FieldProblem("sheets", _("“%(typed)s”: begin the line with en: or ja:", typed=line[:60]))
            )
    return SheetRequest(names, attributes, about, permission, licensed), problems


def _split(value: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(value) if part.strip()]


def _lines(sheet: Sheet) -> Iterable[str]:
    yield " / ".join(sheet.names)
    for language, attributes in sheet.attributes.items():
        yield f"{language}: {'; '.join(attributes)}"
    for language, words in sheet.description.items():
        yield f"{_ABOUT}{language}: {' '.join(words.split())}"
    licensed = f": {'; '.join(sheet.licensed_to)}" if sheet.licensed_to else ""
    yield f"permission: {sheet.permission}{licensed}"
