"""Character sheets are taken in one spelling, and everything that is wrong with them is named."""

from dataclasses import replace

import pytest

from crawler_filter.formats.characters import MAX_ATTRIBUTES, Permission
from registry.model.declaration import SheetRequest
from registry.rules.sheet_validation import MAX_SHEETS, build_sheets

SORA = SheetRequest(
    ("青井そら", "Sora  Aoi", "Sora Aoi"),
    {"en": (" silver braid", "silver braid", "scar over the nose"), "ja": ()},
    {"ja": "過去のないパイロット。", "en": " "},
    "licensed",
    ("Lab.Example.", "lab.example"),
)


def test_a_sheet_is_kept_in_one_spelling() -> None:
    (sheet,), errors = build_sheets([SORA])
    assert errors == []
    assert sheet.names == ("青井そら", "Sora Aoi")
    assert sheet.attributes == {"en": ("silver braid", "scar over the nose")}
    assert sheet.description == {"ja": "過去のないパイロット。"}
    assert (sheet.permission, sheet.licensed_to) == (Permission.LICENSED, ("lab.example",))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"names": ()}, "/sheets/0/names"),
        ({"names": ("x",)}, "/sheets/0/names/0"),
        ({"attributes": {}}, "/sheets/0/attributes"),
        ({"attributes": {"en": ("a\nb",)}}, "/sheets/0/attributes/en/0"),
        ({"attributes": {"en": ("a",) * (MAX_ATTRIBUTES + 1)}}, "/sheets/0/attributes/en"),
        ({"attributes": {"en": ("a",), "fr": ("b",)}}, "/sheets/0/attributes"),
        ({"description": {"en": "x" * 1001}}, "/sheets/0/description/en"),
        ({"permission": "sure"}, "/sheets/0/permission"),
        ({"permission": "ask"}, "/sheets/0/licensed_to"),
        ({"licensed_to": ()}, "/sheets/0/licensed_to"),
        ({"licensed_to": ("not a domain",)}, "/sheets/0/licensed_to/0"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], pointer: str) -> None:
    sheets, errors = build_sheets([replace(SORA, **change)])
    assert sheets == ()
    assert pointer in [error.pointer for error in errors]


def test_a_work_has_so_many_sheets_and_no_more() -> None:
    sheets, errors = build_sheets([SORA] * (MAX_SHEETS + 1))
    assert (sheets, [error.pointer for error in errors]) == ((), ["/sheets"])
