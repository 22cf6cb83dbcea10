"""Characters are found by what says enough, and by nothing that ordinary texts say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.characters.describing import Descriptions
from crawler_filter.characters.sheets import Characters, Signal
from crawler_filter.formats.characters import OwnedSheet, Sheet

pytest.importorskip("ahocorasick_rs")

SORA = Sheet(
    names=("青井そら", "Sora Aoi"),
    series=("青い鳥の塔", "Blue Bird Tower"),
    others=(("水城ひより", "Hiyori Mizuki"),),
    attributes={
        "en": (
            "silver braid",
            "green eyes",
            "scar over the nose",
            "red aviator goggles",
            "brass wing on the back",
        ),
        "ja": ("銀髪の三つ編み", "緑の目", "鼻の傷", "背中の真鍮の翼"),
    },
)
CLOUDY = Sheet(names=("Cloud",), series=("Skyfall Saga",), attributes={"en": ("huge sword", "blue cloak")})
SHEETS = [OwnedSheet(0, SORA), OwnedSheet(1, CLOUDY)]
CHARACTERS = Characters(SHEETS)


def found(text: str) -> list[tuple[int, str]]:
    return [(sign.sheet.owner, sign.signal.value) for sign in CHARACTERS.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "a portrait of Sora Aoi",
        "青井そらの絵",
        "1girl, sora_aoi, smile",
        "aoi sora standing in rain",
    ],
)
def test_a_name_is_found_in_every_spelling(text: str) -> None:
    assert (0, "name") in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "a drawing of Cloud with his back to us",
        "cloud cosplay",
        "cloud, skyfall saga",
        "in the style of cloud",
        "cloud lifts his huge sword",
    ],
)
def test_a_common_word_is_a_name_in_a_context(text: str) -> None:
    assert (1, "name") in found(text)


@pytest.mark.parametrize(
    "text",
    ["a cloud over the sea", "Cloud over the sea", "One Grey Cloud Over The Sea", "a portrait of Sora Tanaka"],
)
def test_and_is_none_without(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "A pilot whose silver hair hangs in a plait, with red goggles and a scar across her nose.",
        "girl, green eyes, silver braid, red goggles, brass wings",
        "緑の瞳に銀髪の三つ編み、鼻に傷のある少女",
    ],
)
def test_a_description_is_found_in_other_words_and_both_languages(text: str) -> None:
    assert found(text) == [(0, "description")]


@pytest.mark.parametrize(
    "text",
    [
        "a girl with green eyes",
        "a woman in a red coat with green eyes and long hair in a braid",
        "A man with a sword in a blue room.",
        "",
    ],
)
def test_what_many_look_like_is_nobody(text: str) -> None:
    assert found(text) == []


def test_another_colour_of_hair_and_eyes_speaks_against_it() -> None:
    text = "girl with {} hair in a braid, {} eyes, and red goggles, a scar over the nose"
    bits = [
        CHARACTERS.read(text.format(*colours)).of(0).bits for colours in (("silver", "green"), ("red", "brown"))
    ]
    assert bits[0] - bits[1] > 12


def test_another_colour_of_clothes_speaks_against_it() -> None:
    descriptions = Descriptions([("brown moustache", "red cap", "red shirt", "blue overalls", "plumber")])
    right = "a plumber with a moustache, a red cap and shirt, blue overalls"
    brother = "a plumber with a moustache, a green cap and a green shirt, blue overalls"
    told, other = (descriptions.read(text).of(0).bits for text in (right, brother))
    assert told - other > 12


def test_colours_and_sizes_say_little_without_the_thing_that_has_them() -> None:
    descriptions = Descriptions([("long round nose", "red bow")])
    with_it, without = (descriptions.read(f"a long round {thing}").of(0).best for thing in ("nose", "table"))
    assert 0 < without < with_it / 2


def test_a_text_is_judged_alike_in_every_process() -> None:
    program = (
        "from benchmarks.characters import indexed, paragraphs; c = indexed();"
        "print([c.read(said['keywords']).of(n) for n, said in enumerate(paragraphs('prompts.txt').values())])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True,
            check=True, cwd=Path(__file__).parents[3],
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(told) == 1


def test_words_count_once_however_many_attributes_have_them() -> None:
    repeated = Sheet(names=("Momo Red",), attributes={"en": tuple(f"purple scarf {n}" for n in "abcdefgh")})
    assert [*Characters([OwnedSheet(0, repeated)]).find("a purple scarf")] == []


def test_more_characters_and_longer_texts_need_more() -> None:
    text = "silver braid, green eyes"
    alone = Characters(SHEETS[:1]).read(text).of(0).needed
    others = [OwnedSheet(n, Sheet(names=(f"Name {n:03}",))) for n in range(1, 32)]
    assert Characters([SHEETS[0], *others]).read(text).of(0).needed == alone + 5
    assert Characters(SHEETS[:1]).read(f"{text} {'lorem ' * 200}").of(0).needed > alone


def test_a_reader_that_the_operator_brings_is_asked_too() -> None:
    class Reader:
        id = "riddles"
        kinds = frozenset({"text"})

        def describes(self, text, sheets):
            return [0] if "pilot nobody remembers" in text else []

    (sign,) = CHARACTERS.find("the pilot nobody remembers", [Reader()])
    assert (sign.sheet, sign.signal, sign.found) == (SHEETS[0], Signal.DESCRIPTION, "read by riddles")


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    assert all(sign.sheet in SHEETS for sign in CHARACTERS.find(text))


def test_of_many_sheets_only_those_are_judged_that_share_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [
        OwnedSheet(
            n, Sheet(names=(f"Name {n:03}",), attributes={"en": ("blue eyes", "long hair", f"mark of {n} suns")})
        )
        for n in range(1, 200)
    ]
    characters, judged = Characters([SHEETS[0], *others]), []
    judge = Descriptions.judge
    monkeypatch.setattr(Descriptions, "judge", lambda self, n, found: judged.append(n) or judge(self, n, found))
    text = "a girl with blue eyes, long hair in a silver braid, a scar over the nose and red goggles"
    assert [sign.sheet for sign in characters.find(text)] == [SHEETS[0]]
    assert judged == [0]
