"""Captions, tags and prompts as people write them: each line of `tests/vectors/captions.txt` names a work."""

from pathlib import Path

import pytest

from crawler_filter.formats.names import Name, NameIndex, NameKind

pytest.importorskip("ahocorasick_rs")

VECTORS = Path(__file__).parents[2] / "vectors"
CAPTIONS = (VECTORS / "captions.txt").read_text("utf-8").rstrip("\n").split("\n")
NAMES = [
    Name(0, NameKind.CHARACTER, ("水城ひより", "Mizuki Hiyori")),
    Name(0, NameKind.TITLE, ("夜明けの灯台守", "Beaconkeeper of Daybreak")),
    Name(1, NameKind.CHARACTER, ("ルナ・ヴァレンタイン", "Luna Valentine")),
    Name(2, NameKind.TITLE, ("魔法少女リリカ★スターズ", "Magical Girl Lyrica Stars")),
    Name(3, NameKind.CHARACTER, ("Jürgen Müller",)),
    Name(4, NameKind.CHARACTER, ("Anaïs Dubois",)),
    Name(5, NameKind.TITLE, ("The Clockwork Heron's Song",)),
    Name(6, NameKind.CHARACTER, ("佐々木 小次郎丸", "ささき こじろうまる")),
    Name(7, NameKind.SERIES, ("Kazehaya Chronicle",)),
    Name(8, NameKind.CHARACTER, ("Зоя Кравцова",)),
    Name(9, NameKind.CHARACTER, ("김하늘별",)),
    Name(10, NameKind.CHARACTER, ("Satō Yūki",)),
    Name(11, NameKind.CHARACTER, ("Shinji Tsukamoto",)),
    Name(12, NameKind.TITLE, ("Shimbashi Monogatari",)),
    Name(13, NameKind.TITLE, ("Wyvern\u00d7Lanternfish",)),
    Name(14, NameKind.TITLE, ("Tidewalkers & Lanternfish",)),
    Name(15, NameKind.TITLE, ("Re:Harbourlight Zeroth",)),
    Name(16, NameKind.TITLE, ("Lanternkeeper II",)),
    Name(17, NameKind.CHARACTER, ("エリザベート・ローゼンハイム",)),
]
OTHERS = [
    "Hiyori had a day at the Mizuki shop far away",
    "a beacon at daybreak",
    "stars over a magical lake",
    "夜明けの灯台",
    "水城の歴史",
    "a valentine for Luna",
    "水城、ひより",
    "the chronicles of a clockwork song",
    "Sato, who is called Yuki by friends",
    "Shinji and Mr. Tsukamoto",
    "a wyvern and a lanternfish",
    "the lanternkeeper of two towers",
    "tidewalkers near lanternfish",
    "100% sure, 5%20 off <b> sale",
]


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(NAMES)


@pytest.mark.parametrize("caption", CAPTIONS)
def test_a_name_is_found_as_it_is_written(index: NameIndex, caption: str) -> None:
    assert index.find(caption)


@pytest.mark.parametrize("caption", OTHERS)
def test_words_that_are_no_name_are_not_found(index: NameIndex, caption: str) -> None:
    assert index.find(caption) == []


def _spellings() -> list[tuple[Name, str]]:
    """Return the captions of `spellings.txt`, each with the name it spells: names stand at the margin."""
    found, name = [], None
    for number, line in enumerate((VECTORS / "spellings.txt").read_text("utf-8").rstrip("\n").split("\n")):
        if line.startswith("  "):
            assert name is not None
            found.append((name, line[2:].replace("\\n", "\n").replace("\\\\", "\\")))
        else:
            kind, *spellings = line.split("\t")
            name = Name(number, NameKind(kind), tuple(spellings))
    return found


@pytest.fixture(scope="module")
def spelled() -> NameIndex:
    return NameIndex({name for name, _ in _spellings()})


def test_a_name_is_found_in_every_spelling_of_the_list(spelled: NameIndex) -> None:
    missed = [
        caption for name, caption in _spellings() if name not in {match.name for match in spelled.find(caption)}
    ]
    assert missed == []


def test_ordinary_words_and_other_people_are_not_taken_for_a_name(spelled: NameIndex) -> None:
    captions = (VECTORS / "no-spellings.txt").read_text("utf-8").rstrip("\n").split("\n")
    assert [caption for caption in captions if spelled.find(caption)] == []
