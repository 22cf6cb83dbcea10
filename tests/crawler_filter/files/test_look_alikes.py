# ruff: noqa: RUF001 - letters that look like others are what is tested
"""A text is found under letters that look like its own."""

import pytest

from crawler_filter.files.look_alikes import in_one_alphabet
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import NOVEL, opened

RUSSIAN = "".join(
    f"В главе {n} смотритель маяка насчитал {n * 7919 % 1000} кораблей до рассвета. " for n in range(60)
)
SMALL = str.maketrans("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")
SQUARED = {65 + n: 0x1F170 + n for n in range(26)}

KANA = "".join(
    f"むかし{number}のおか{number}のうえにちいさなとうだいがありました。" for number in "ひふみよいむなやここと"
)
HALF = (
    dict(zip(range(0x3042, 0x304C, 2), "ｱｲｳｴｵ", strict=True))
    | dict(zip((0x304B, 0x304D, 0x304F, 0x3051, 0x3053), "ｶｷｸｹｺ", strict=True))
    | {code: code + 0x60 for code in range(0x304C, 0x3097) if code not in (0x304D, 0x304F, 0x3051, 0x3053)}
)
TURKISH = (
    "Sabahın ışığında ıslak kaldırımlarda yürürken rüzgâr kıyıları anlatıyordu. İzmir'e giden son treni kaçırdım, "
    "istasyonda yalnız kaldım ve ilk kez denizin sesini duydum. İnsanlar çekip gitti, ışıklar söndü."
)

LOOKS = {
    "a few letters": (NOVEL, NOVEL.translate(str.maketrans("aeo", "аео"))),
    "many letters": (NOVEL, NOVEL.translate(str.maketrans("aceopxyABCEHKMOPT", "асеорхуАВСЕНКМОРТ"))),
    "Greek": (NOVEL, NOVEL.translate(str.maketrans("oivu", "οινυ"))),
    "Latin in Russian": (RUSSIAN, RUSSIAN.translate(str.maketrans("аеос", "aeoc"))),
    "small capitals": (NOVEL, NOVEL.lower().translate(SMALL)),
    "squares": (NOVEL, NOVEL.upper().translate(SQUARED)),
    "full width": (NOVEL, NOVEL.translate({code: code + 0xFEE0 for code in range(33, 127)})),
    "katakana": (KANA, KANA.translate({code: code + 0x60 for code in range(0x3041, 0x3097)})),
    "katakana of half width": (KANA, KANA.translate(HALF)),
    "capitals of Turkish": (TURKISH, TURKISH.replace("i", "İ").replace("ı", "I").upper()),
    "bold": (NOVEL, NOVEL.translate({97 + n: 0x1D41A + n for n in range(26)})),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_text_is_found_in_letters_that_look_like_its_own(look):
    registered, copy = LOOKS[look]
    assert not opened(("text", text_scope(registered).encode())).check(content=copy.encode()).keep


def test_a_text_of_one_alphabet_has_no_other_reading():
    assert list(in_one_alphabet(RUSSIAN)) == []
    assert list(in_one_alphabet("ゲームのセーブデータをロードするには、スタートボタンを押してください。")) == []
    assert list(in_one_alphabet("The angle α is not β, and H₂O is not АНО.")) == []
