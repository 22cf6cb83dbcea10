r"""What an author wrote in a file of a program for writing: novels, screenplays, scores, games, translations.

`readable(name)` tells by a file's name whether its text is a work; in a folder of works, source code and settings
are none. `words(name, text)` returns the works in it without what the program keeps beside them: commands of TeX
and of games, notes of a score. `registry/web/static/work_reader.js` knows the names.
"""

import re
from collections.abc import Callable
from html import unescape
from typing import Final

PLAIN: Final = (
    ".txt", ".text", ".md", ".markdown", ".mkd", ".html", ".htm", ".xhtml", ".org", ".rst", ".adoc", ".asciidoc",
    ".textile", ".wiki", ".mediawiki", ".fountain", ".ink", ".twee",
    ".srt", ".vtt", ".ass", ".ssa", ".sbv", ".ttml", ".dfxp", ".lrc", ".smi", ".sami",
)  # fmt: skip
"""Names of texts, pages, subtitles and lyrics that are registered as they are."""

_MARKED: Final = (".fdx", ".fodt", ".docbook", ".dbk")
"""Names of XML that has nothing but the work between its tags."""

_CASES: Final = re.IGNORECASE | re.DOTALL
_TEX_BODY: Final = re.compile(r"\\begin\{document\}(.*?)(?:\\end\{document\}|\Z)", re.DOTALL)
_TEX_REMARK: Final = re.compile(r"(?<!\\)%[^\n]*\n?")
_TEX_UNSEEN: Final = re.compile(
    r"\\(?:label|ref|eqref|pageref|cite[a-z]{0,8}|usepackage|input|include|includegraphics|bibliography|bibliographystyle"
    r"|vspace|hspace|setlength|index|hypersetup|documentclass|newcommand|begin|end)\*?"
    r"(?:\[[^\[\]]{0,200}\]){0,2}(?:\{[^{}]{0,400}\}){1,2}(?:\[[^\[\]]{0,200}\])?"
)
_TEX_READING: Final = re.compile(r"\\(?:ruby|kana|furigana)(?:\[[^\[\]]{0,20}\])?\{([^{}]{0,80})\}\{[^{}]{0,80}\}")
_TEX_COMMAND: Final = re.compile(r"\\(?:[A-Za-z@]{1,40}\*?(?:\[[^\[\]\n]{0,80}\])?|.)|[{}~]")
_FB2_AROUND: Final = re.compile(r"<(description|binary|stylesheet)\b.*?</\1>", _CASES)
_VERSE: Final = re.compile(r"<lyric\b([^>]{0,200})>(.{0,2000}?)</lyric>", _CASES)
_VERSE_NUMBER: Final = re.compile(r"number=\"([^\"]{0,20})\"")
_SUNG: Final = re.compile(r"<text\b[^>]{0,200}>([^<]{0,400})</text>")
_LYRIC_MODE: Final = re.compile(r"\\(?:lyricmode|lyrics|addlyrics)\s{0,20}\{")
_BRACE: Final = re.compile(r"[{}]")
_OF_LILYPOND: Final = re.compile(
    r"%\{.*?%\}|%[^\n]*|\\[A-Za-z]+|\"|\s--\s|\s__|(?<!\S)_(?!\S)|[{}]|#\([^()]{0,80}\)|(?<=[^\W\d])[0-9]+\.*(?=\s)",
    re.DOTALL,
)
_ABC_LINE: Final = re.compile(r"^[wW]:(.*)$", re.MULTILINE)
_ABC_MARK: Final = re.compile(r"[-_*|~\\]")
_UST_NOTE: Final = re.compile(r"^Lyric=(?![Rr]?\s*$)(.*?)\r?$", re.MULTILINE)
_SAID: Final = re.compile(
    r"^[ \t]*(?:(?!(?:define|default|image|play|queue|stop|show|scene|hide|with|voice|call|jump|label|init|python"
    r"|screen|style|transform|translate|old|if|elif|else|while|return|use|text"
    r"|textbutton|add)\b)[\w.@ -]{0,80}[ \t])?"
    r"(\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')[ \t]*(?:\([^()\n]*\)|with \w+|:)?[ \t]*\r?$",
    re.MULTILINE,
)
_OF_RENPY: Final = re.compile(r"\{[^{}\n]{0,80}\}|\[[^\[\]\n]{0,80}\]|\\(.)")
_KS_LINE: Final = re.compile(r"^[ \t]*[@*;#][^\n]*$|^[ \t]*(?:【[^【】\n]{0,40}】)[ \t]*", re.MULTILINE)
_KS_TAG: Final = re.compile(r"\[(?:[^\[\]\"\n]|\"[^\"\n]*\"){0,400}\]")
_PO_ENTRY: Final = re.compile(
    r"^(msgid|msgid_plural|msgstr(?:\[\d\])?)[ \t]+((?:\"(?:[^\"\\\n]|\\.)*\"[ \t]*\r?\n?[ \t]*)+)", re.MULTILINE
)
_PO_STRING: Final = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"")
_ESCAPE: Final = re.compile(r"\\(.)")
_MEANT: Final = {"n": "\n", "t": "\t", "r": ""}
_FRAMED: Final = re.compile(r"^(?:\{\d{1,9}\}\{\d{0,9}\}|\[\d{1,9}\]\[\d{0,9}\])", re.MULTILINE)
_NAMED: Final = re.compile(r"^[ \t]*[^\s:\"]{1,40}:[ \t]", re.MULTILINE)


def readable(name: str) -> bool:
    """Tell by its name whether a text is read as somebody's work."""
    return name.lower().endswith((*PLAIN, *_MARKED, *_READERS))


def words(name: str, text: str) -> list[str]:
    """Return the works in a text that is called so: one of most, the original and the translation of some."""
    lowered = name.lower()
    for ending, read in _READERS.items():
        if lowered.endswith(ending):
            return [each for each in read(text) if each.strip()]
    return [text]


def _of_tex(text: str) -> list[str]:
    text = _TEX_REMARK.sub("", text)
    body = _TEX_BODY.search(text)
    plain = _TEX_READING.sub(r"\1", body[1] if body else text)
    return [_TEX_COMMAND.sub("", _TEX_UNSEEN.sub("", plain))]


def _of_fb2(text: str) -> list[str]:
    return [_FB2_AROUND.sub("", text)]


def _of_score(text: str) -> list[str]:
    """Return the verses of a score in MusicXML, each by itself."""
    verses: dict[str, list[str]] = {}
    for lyric in _VERSE.finditer(text):
        number = _VERSE_NUMBER.search(lyric[1])
        verses.setdefault(number[1] if number else "1", []).append("".join(_SUNG.findall(lyric[2])))
    return ["\n".join(unescape(" ".join(each)) for each in verses.values())]


def _of_lilypond(text: str) -> list[str]:
    sung = []
    for mode in _LYRIC_MODE.finditer(text):
        depth, end = 1, len(text)
        for brace in _BRACE.finditer(text, mode.end()):
            depth += 1 if brace[0] == "{" else -1
            if not depth:
                end = brace.start()
                break
        sung.append(_OF_LILYPOND.sub("", text[mode.end() : end]))
    return ["\n".join(sung)]


def _of_abc(text: str) -> list[str]:
    return ["\n".join(_ABC_MARK.sub("", line) for line in _ABC_LINE.findall(text))]


def _of_utau(text: str) -> list[str]:
    return ["".join(_UST_NOTE.findall(text))]


def _of_renpy(text: str) -> list[str]:
    said = (string[1:-1] for string in _SAID.findall(text))
    return ["\n".join(_OF_RENPY.sub(lambda mark: _MEANT.get(mark[1] or "", mark[1] or ""), each) for each in said)]


def _of_kirikiri(text: str) -> list[str]:
    return [_KS_TAG.sub("", _KS_LINE.sub("", text))]


def _of_gettext(text: str) -> list[str]:
    """Return what was translated, and the translation."""
    original: list[str] = []
    translated: list[str] = []
    for name, strings in _PO_ENTRY.findall(text):
        whole = "".join(_PO_STRING.findall(strings))
        (original if name.startswith("msgid") else translated).append(whole)
    if original and not original[0]:
        del original[0], translated[:1]  # the heading of the file
    return [
        _ESCAPE.sub(lambda mark: _MEANT.get(mark[1], mark[1]), "\n".join(each)) for each in (original, translated)
    ]


def _of_microdvd(text: str) -> list[str]:
    return [_FRAMED.sub("", text).replace("|", "\n")]


def _of_yarn(text: str) -> list[str]:
    return [_NAMED.sub("", text)]


_READERS: Final[dict[str, Callable[[str], list[str]]]] = {
    ".tex": _of_tex,
    ".ltx": _of_tex,
    ".latex": _of_tex,
    ".fb2": _of_fb2,
    ".musicxml": _of_score,
    ".ly": _of_lilypond,
    ".ily": _of_lilypond,
    ".abc": _of_abc,
    ".ust": _of_utau,
    ".rpy": _of_renpy,
    ".ks": _of_kirikiri,
    ".po": _of_gettext,
    ".pot": _of_gettext,
    ".sub": _of_microdvd,
    ".yarn": _of_yarn,
}
"""What each kind of file is read by whose text is more than its words."""
