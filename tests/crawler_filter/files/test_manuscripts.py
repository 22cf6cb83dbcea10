"""What writers' programs keep is registered as the work it is, so that a plain copy is found."""

import re
from pathlib import Path

import pytest

from crawler_filter.files.manuscripts import PLAIN, readable, words
from crawler_filter.fingerprints.of_file import likenesses_of
from crawler_filter.fingerprints.text import text_scope
from tests.costs import SECOND, cost
from tests.crawler_filter.checks.test_content import opened

LINES = [f"line {number * number} of a long song that somebody wrote" for number in range(40)]
WORK = "\n".join(LINES)
READER = Path(__file__).resolve().parents[3] / "registry" / "web" / "static" / "work_reader.js"


def each(form: str, joint: str = "\n") -> str:
    return joint.join(form.format(line) for line in LINES)


def score(line: str) -> str:
    note = '<note><pitch><step>C</step></pitch><lyric number="1"><syllabic>single</syllabic><text>{}</text></lyric></note>'
    return "".join(note.format(word) for word in line.split())


WRITTEN = {
    "a.fb2": "<FictionBook><description><p>About it and its author</p></description><body>"
    + each("<p>{}</p>") + "</body><binary id='a'>aGVsbG8=</binary></FictionBook>",
    "a.tex": "\\documentclass[a4paper]{book}\n\\usepackage{babel} % nothing\n\\begin{document}\n\\chapter{}\n"
    + each("\\emph{{{}}}\\label{{x}} % a remark", "\n\n") + "\n\\end{document}\nafter it",
    "a.fdx": "<FinalDraft><Content>" + each("<Paragraph Type='Action'><Text>{}</Text></Paragraph>") + "</Content></FinalDraft>",
    "a.fodt": "<office:document><office:text>" + each("<text:p>{}</text:p>") + "</office:text></office:document>",
    "a.musicxml": f"<score-partwise>{''.join(map(score, LINES))}</score-partwise>",
    "a.xml": f"<?xml version='1.0'?><score-partwise>{''.join(map(score, LINES))}</score-partwise>",
    "a.ly": 'melody = { c4 d e }\nverse = \\lyricmode {\n' + each("{} \\break") + "\n}\n\\score { \\melody }",
    "a.abc": "X:1\nK:C\n" + each("CDEF GABc|\nw:{}"),
    "a.ust": "[#SETTING]\nTempo=120\n" + "".join(f"[#0]\nLength=480\nLyric={word}\n[#1]\nLyric=R\n" for word in WORK.split()),
    "a.rpy": "define k = Character('Keeper')\nlabel start:\n    scene bg room\n" + each('    k happy "{}{{w}}"') + "\n    return",
    "a.ks": "*start|\n@bg storage=room.jpg\n; a remark\n" + each("#keeper\n{}[l][r]\n【桜】"),
    "a.sub": "\n".join(f"{{{n}}}{{{n + 9}}}{line}" for n, line in enumerate(LINES)),
    "a.yarn": each("Keeper: {}"),
    "a.org": each("{}", "\n\n"),
    "a.dfxp": "<tt><body>" + each("<p begin='1s' end='2s'>{}</p>") + "</body></tt>",
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_a_work_is_registered_from_a_file_of_its_program(name, tmp_path):
    (tmp_path / name).write_text(WRITTEN[name], "utf-8")
    (declared,) = likenesses_of(tmp_path / name)
    assert declared.value == text_scope(WORK).encode()


def test_of_a_translation_both_works_are_registered(tmp_path):
    (tmp_path / "a.po").write_text(
        'msgid ""\nmsgstr "Language: fr\\n"\n\n'
        + "\n\n".join(f'#: a.rpy:1\nmsgid ""\n"{line}"\nmsgstr "{line[::-1]}"' for line in LINES)
    )
    original, translated = likenesses_of(tmp_path / "a.po")
    assert original.value == text_scope(WORK).encode()
    assert (
        not opened((translated.kind, translated.value))
        .check(content="\n".join(line[::-1] for line in LINES).encode())
        .keep
    )


def test_each_verse_of_a_score_is_read_by_itself():
    lyric = '<lyric number="{}"><text>{}</text></lyric>'
    notes = "".join(lyric.format(1, f"a{n}") + lyric.format(2, f"b{n}") for n in range(3))
    assert words("x.musicxml", notes) == ["a0 a1 a2\nb0 b1 b2"]


def test_readings_of_kanji_are_no_part_of_a_work_in_latex():
    assert words("x.tex", "\\ruby{漢字}{かんじ}を読む") == ["漢字を読む"]


def test_the_browser_reads_the_same_names():
    (pattern,) = re.findall(r"^const TEXT = /(.*)/i;$", READER.read_text("utf-8"), re.MULTILINE)
    (structured,) = re.findall(r"^const WRITTEN = /(.*)/i;$", READER.read_text("utf-8"), re.MULTILINE)
    assert all(re.search(pattern, f"a{name}") for name in PLAIN)
    for name in WRITTEN:
        assert bool(re.search(pattern, name)) == name.endswith(PLAIN)
        assert name.endswith((*PLAIN, ".xml")) or re.search(structured, name)


@pytest.mark.parametrize("name", ["a.py", "a.json", "settings.xml", "README", "a.css"])
def test_source_code_and_settings_are_no_works(name):
    assert not readable(name)


@pytest.mark.parametrize(
    "unit", ["\\begin{", "{", '"', "[", "<lyric", "\\lyricmode {", 'msgid "', "【", "%{", "\\"]
)
@pytest.mark.parametrize("name", ["a.tex", "a.fb2", "a.musicxml", "a.ly", "a.rpy", "a.ks", "a.po"])
def test_a_long_text_costs_no_more_than_its_length(name, unit):
    text = unit * (20_000 // len(unit))
    assert cost(lambda: words(name, text), limit=SECOND) <= SECOND
