# ruff: noqa: RUF001 - full-width marks are what is tested
"""Words without what a layout adds: every notation that lyrics, subtitles and novels are spread in."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.files import line_marks
from crawler_filter.files.charset import readings, unescaped
from crawler_filter.files.text_layout import (
    MOST_CHARACTERS,
    Reading,
    authored,
    further_readings,
    pieces,
    without_furigana,
    without_times,
)
from crawler_filter.fingerprints.text import TextQuery, parse_text_scope, text_scope

CASES = Path(__file__).parents[2] / "vectors" / "cases" / "content"
LYRICS = CASES / "01-subtitles-lyrics"
NOVEL = CASES / "02-ruby-notations"
JAPANESE = (LYRICS / "lyrics-ja.txt").read_text("utf-8").split("\n")
ENGLISH = (LYRICS / "lyrics-en.txt").read_text("utf-8").strip().split("\n")


def each(form, lines=JAPANESE):
    """A text of one spelling a line; `form` is given the number and the line."""
    return "\n".join(form(number, line) for number, line in enumerate(lines))


def share_found(work: str, page: str) -> float:
    registered = parse_text_scope(text_scope(work).encode()).values
    return float(np.isin(registered, TextQuery.of(page).excerpts.values).mean())


LAYOUTS = {
    "SRT": each(lambda n, line: f"{n + 1}\n00:00:{n:02d},000 --> 00:00:{n:02d},900\n{line}\n"),
    "SRT in CRLF without empty lines": each(
        lambda n, line: f"{n + 1}\r\n00:00:{n:02d},000 --> 00:00:{n:02d},900\r\n{line}\r"
    ),
    "WebVTT": "WEBVTT\nKind: captions\n\n"
    + each(
        lambda n, line: (
            f"cue-{n}\n00:{n:02d}.000 --> 00:{n:02d}.900 align:start\n<v Bo>{line[:4]}<00:01.200>{line[4:]}\n"
        )
    ),
    "ASS": "[Script Info]\nTitle: x\n[Events]\nFormat: Layer, Start\n"
    + each(
        lambda n, line: (
            f"Dialogue: 0,0:00:{n:02d}.00,0:00:{n:02d}.90,Default,,0,0,0,,{{\\an8}}{line[:5]}\\N{line[5:]}"
        )
    ),
    "SBV": each(lambda n, line: f"0:00:{n:02d}.000,0:00:{n:02d}.900\n{line}\n"),
    "LRC": "[ar:Someone]\n[ti:Slope]\n" + each(lambda n, line: f"[00:{n:02d}.00]{line}"),
    "MicroDVD": each(lambda n, line: f"{{{n * 25}}}{{{n * 25 + 20}}}{line[:5]}|{line[5:]}"),
    "MPL2": each(lambda n, line: f"[{n * 25}][{n * 25 + 20}]{line}"),
    "TTML": each(lambda n, line: f'<p begin="00:00:{n:02d}.000" end="00:00:{n:02d}.900">{line}</p>'),
    "a transcript with times in brackets": each(lambda n, line: f"[00:{n:02d}.000 --> 00:{n:02d}.900]  {line}"),
    "a transcript with a time on its own line": each(lambda n, line: f"0:{n:02d}\n{line}"),
    "a transcript with a time before each line": each(lambda n, line: f"{n // 6}:{n:02d} {line}"),
    "columns": each(lambda n, line: f"{n * 7.5:.2f}\t{n * 7.5 + 7:.2f}\t{line}"),
    "CSV": each(lambda n, line: f'{n},{n * 7500},{n * 7500 + 7000},"{line}"'),
    "numbers": each(lambda n, line: f"{n + 1}. {line}"),
    "numbers without a space": each(lambda n, line: f"{n:03d}:{line}"),
    "full-width numbers in brackets": each(lambda n, line: f"（{n}）{line}"),
    "a table": each(lambda n, line: f"| {n} | {line} |"),
    "speakers": each(lambda n, line: f"{'太郎' if n % 2 else '花子'}：{line}"),
    "speakers before quotes": each(lambda n, line: f"{'太郎' if n % 2 else '花子'}「{line}」"),
    "a site's name after each line": each(lambda n, line: f"{line} ©lyrics.example"),
    "captions that roll": "\n".join(f"{one}\n{two}" for one, two in pairwise(JAPANESE)),
    "a letter a line": "\n".join("".join(JAPANESE)),
    "JSON Lines": each(lambda n, line: json.dumps({"start": n, "text": line}, ensure_ascii=False)),
    "JSON of letters": json.dumps(
        [{"word": word, "at": n} for n, word in enumerate("".join(JAPANESE))], ensure_ascii=False
    ),
}
SHEETS = {
    "chords above": each(lambda n, line: f"Am7   F/A  Csus4 | G#m\n{line}", ENGLISH),
    "chords within": each(lambda n, line: "[Am]" + line.replace("the ", "[G]the "), ENGLISH),
    "chords and parts": "[Verse 1]\n" + each(lambda n, line: f"C  G\n{line}", ENGLISH),
    "a word a line": "\n".join(" ".join(ENGLISH).split()),
    "a number and a word a line": "\n".join(f"{n}\t{word}" for n, word in enumerate(" ".join(ENGLISH).split())),
    "one speaker": each(lambda n, line: f"SINGER: {line}", ENGLISH),
}
READINGS = {
    "漢字(かんじ)を": "漢字を",
    "漢字（かんじ）を": "漢字を",
    "漢字 (かんじ)を": "漢字を",
    "漢(かん)字(じ)を": "漢字を",
    "漢字≪カンジ≫を": "漢字を",
    "漢字〔かんじ〕を": "漢字を",
    "漢字【かんじ】を": "漢字を",
    "漢字｛ｶﾝｼﾞ｝を": "漢字を",
    "人々(ひとびと)": "人々",
    "｜異能《スキル》を": "異能を",
    "|異能(skill)を": "異能を",
    "[[rb:山路 > やまみち]]を": "山路 を",
    "{考|かんが}えた": "考えた",
    "{電子出版|でん|し|しゅっ|ぱん}を": "電子出版を",
    "{超電磁砲|railgun}と{Ruby|ルビ}": "超電磁砲とRuby",
    "{{Nihongo|Alice|アリス|arisu}}は": "{{Nihongo|Alice|アリス|arisu}}は",
    "{{仮リンク|坂道|en|Slope}}の": "{{仮リンク|坂道|en|Slope}}の",
    "{Nihongo|text|日本}は": "{Nihongo|text|日本}は",
    "{ 日本 | x }の表": "{ 日本 | x }の表",
    "《《流される》》": "流される",
    "第一章（上）": "第一章（上）",
    "彼は(笑)と": "彼は(笑)と",
    "a | b (c)": "a | b (c)",
}


@pytest.mark.parametrize("page", LAYOUTS.values(), ids=LAYOUTS)
def test_lyrics_are_found_whole_in_every_layout(page):
    assert share_found("\n".join(JAPANESE), page) == 1


@pytest.mark.parametrize("page", SHEETS.values(), ids=SHEETS)
def test_lyrics_are_found_whole_in_every_sheet(page):
    assert share_found("\n".join(ENGLISH), page) == 1


@pytest.mark.parametrize(("written", "plain"), READINGS.items(), ids=READINGS)
def test_readings_of_kanji_are_no_part_of_a_text(written, plain):
    assert without_furigana(written) == plain


@pytest.mark.parametrize("path", sorted(LYRICS.iterdir()), ids=lambda path: path.name)
def test_every_file_of_lyrics_is_found(path):
    work = "\n".join(JAPANESE if "-ja" in path.name else ENGLISH)
    assert share_found(work, unescaped(readings(path.read_bytes())[0])) == 1


@pytest.mark.parametrize("path", sorted(NOVEL.iterdir()), ids=lambda path: path.name)
def test_every_notation_of_readings_is_found(path):
    work = (NOVEL / "ms-plain.txt").read_text("utf-8")
    page = path.read_text("utf-8")
    found = share_found(work, page)
    assert found == 1 or found * len(parse_text_scope(text_scope(work).encode()).values) > 40


@pytest.mark.parametrize("name", ["SRT", "WebVTT", "ASS", "LRC", "SBV"])
def test_who_registers_subtitles_registers_what_is_said(name):
    assert text_scope(LAYOUTS[name]) == text_scope("\n".join(JAPANESE))


def test_words_in_columns_are_read_from_right_to_left_and_in_two_columns_one_by_one():
    assert "あいうえおかきくけこさしすせそた" in {
        each.text.replace("\n", "")
        for each in further_readings(
            "\n".join(map("".join, zip("けこさしすせそた", "あいうえおかきく", strict=True)))
        ).readings
    }
    table = "\n".join(f"left {word}      right {word}" for word in "abcdef")
    assert (
        Reading("right a\nright b\nright c\nright d\nright e\nright f", is_joined=True)
        in further_readings(table).readings
    )


def test_templates_of_karaoke_keep_their_words():
    lines = "\n".join(f"Comment: 0,0:00:0{n}.00,0:00:0{n}.90,D,,0,0,0,,word{n}" for n in range(9))
    assert "\n".join(f"word{n}" for n in range(9)) in {each.text for each in further_readings(lines).readings}


def test_a_reading_says_whether_it_puts_together_what_stands_apart():
    timed = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{word}\n\n" for n, word in enumerate(WORDS))
    assert not next(each for each in further_readings(timed).readings if each.text.split() == WORDS).is_joined
    told = "\n".join(f"INFO {n}: {word}" for n, word in enumerate(WORDS))
    assert [each.is_joined for each in further_readings(told).readings if each.text.split() == WORDS] == [True]
    assert further_readings("漢字(かんじ)の読み方を書いた").readings == (
        Reading("漢字の読み方を書いた", is_joined=False),
    )


def test_prose_is_read_as_it_is():
    prose = "It was 12:30 when the train left.\nNobody spoke: the rain did.\n" * 3
    assert without_times(prose) == authored(prose) == prose


@given(st.text())
def test_nothing_raises_and_readings_are_few_and_no_longer_than_the_text(text):
    found = further_readings(text).readings
    assert len(found) <= 4
    assert all(len(reading.text) <= len(text) for reading in found)


def test_a_long_text_is_read_in_pieces_that_end_with_a_line_where_there_are_lines():
    lines = "a line of nobody's\n" * 120_000
    found = list(pieces(lines))
    assert ("".join(found), len(found)) == (lines, 3)
    assert all(each.endswith("\n") and len(each) <= MOST_CHARACTERS for each in found)
    assert [len(each) for each in pieces("x" * (MOST_CHARACTERS + 1))] == [MOST_CHARACTERS, 1]
    assert list(pieces("")) == [""]


WORDS = [
    "灯台の灯が",
    "海を渡る風に",
    "揺れていた夜",
    "彼女は手紙を",
    "読み返しては",
    "窓辺に立って",
    "船を数えて",
    "夜明けを待った",
]
NUMERALS = {
    "kanji": "一、 二、 三、 四、 五、 六、 七、 八、",
    "in brackets": "（一） （二） （三） （四） （五） （六） （七） （八）",
    "articles": "第一条　 第二条　 第三条　 第四条　 第五条　 第六条　 第七条　 第八条　",
    "verses": "1番: 2番: 3番: 4番: 5番: 6番: 7番: 8番:",
    "Roman": "I. II. III. IV. V. VI. VII. VIII.",
    "the kana order": "ア、 イ、 ウ、 エ、 オ、 カ、 キ、 ク、",
    "letters": "a) b) c) d) e) f) g) h)",
}


@pytest.mark.parametrize("marks", NUMERALS.values(), ids=NUMERALS)
def test_lines_are_read_without_what_counts_them(marks):
    marks = [mark + " " * (mark[-1] in ".:)") for mark in marks.split(" ")]
    numbered = "\n".join(mark + line for mark, line in zip(marks, WORDS, strict=True))
    assert line_marks.without_line_marks(numbered).split("\n") == WORDS


def test_letters_of_words_that_are_sung_are_no_numerals():
    spread = [" ".join(line) for line in ("over the sea", "a light went out", "i wrote to you", "on the window")]
    assert line_marks.without_line_marks("\n".join(spread)).split("\n") == spread


def test_base64_of_a_mail_is_not_read_line_by_line():
    body = "\n".join("QUJD" * 19 for _ in range(400))
    mail = f"Subject: =E3=81\nContent-Transfer-Encoding: base64\n\n{body}\n" + "=E3=81=82=E3=81=84\n" * 30
    assert further_readings(mail).readings
    assert sum(len(each.text) for each in further_readings(mail).readings) < len(mail) // 10


@pytest.mark.parametrize("preface", [0, 130])
def test_what_lines_begin_with_is_judged_by_lines_from_all_over_a_text(preface):
    said = [f"The keeper counted {n * 7919 % 1000} ships before the dawn" for n in range(400)]
    chat = [f"{'Bob' if n < 200 else 'Ann'} > {line}" for n, line in enumerate(said)]
    before = [f"line {n} of what nobody said" for n in range(preface)]
    read = line_marks.without_line_marks("\n".join(before + chat))
    assert "Bob" not in read
    assert "Ann" not in read
