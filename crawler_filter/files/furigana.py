# ruff: noqa: RUF001, RUF002 - full-width marks are what is looked for
"""Readings of kanji, in every notation that novels, scripts of games and wikis are spread in.

`docs/formats/text.md` §1a is normative for `without_furigana`, which `registry/web/static/winnow.js` mirrors.
Nothing raises for content, and every pattern is linear in the text.
"""

import re
from typing import Final

_KANJI: Final = "\u3005-\u3007\u303b\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u30f6"
_ANY_KANJI: Final = re.compile(f"[{_KANJI}]")
_KANA: Final = "\u3041-\u30ff\uff66-\uff9f\u3000 "
_OPEN: Final = "(（《≪〈⟪⟨‹«<＜\\[［〔{｛【"
_CLOSE: Final = ")）》≫〉⟫⟩›»>＞\\]］〕}｝】"
_EMPHASIS: Final = re.compile("《《([^《》\n]{1,80})》》")
_PIXIV: Final = re.compile("\\[\\[rb:([^\\]>＞\n]{1,80})[>＞][^\\]\n]{0,80}\\]\\]")
_DENDEN: Final = re.compile(
    "(?<![{｛])[{｛](?![ \t\u3000])"
    f"(?=[^{{}}｛｝|｜\n]{{0,39}}[{_KANJI}]|[^{{}}｛｝|｜\n]{{1,40}}[|｜][\u3041-\u30ff][|｜{_KANA}]{{0,79}}[}}｝])"
    "([^{}｛｝|｜\n]{1,40})[|｜][^{}｛｝\n]{1,80}[}｝]"
)
"""Of kanji any reading, of other letters one in kana: `{Nihongo|Alice|…}` and `{{…|…}}` are templates of wikis."""

_BARRED: Final = re.compile(
    f"[|｜]([^|｜ \t\u3000\n{_OPEN}{_CLOSE}]{{1,40}})[{_OPEN}][^\n{_OPEN}{_CLOSE}]{{1,60}}[{_CLOSE}]"
)
_READING: Final = re.compile(f"([{_KANJI}])[ \u3000]?[{_OPEN}]{{1,2}}[{_KANA}]{{1,40}}[{_CLOSE}]{{1,2}}")
_ANNOTATION: Final = re.compile("\ufff9([^\ufff9-\ufffb\n]{1,80})\ufffa[^\ufff9-\ufffb\n]{0,80}\ufffb")
_COMMAND: Final = re.compile(
    r"\\(?:ruby|kana|furigana|kanji|rubi)\*?(?:\[[^\[\]\n]{0,20}\])?\{([^{}\n]{1,80})\}\{[^{}\n]{1,80}\}"
    r"|\{\{[<%]?[ \t]{0,3}(?:ruby|ruby-ja|r|読み仮名|ふりがな|ruby2)(?:\||[ \t]{1,3}\")([^{}|\"\n]{1,80})"
    r"(?:\||\"[ \t]{1,3}\")[^{}|\"\n]{0,80}\"?[ \t]{0,3}[>%]?\}\}"
    r"|\[ruby[= ][^\[\]\n]{1,80}\]([^\[\]\n]{1,80})\[/ruby\]"
    r"|\[rb\]([^\[\]\n]{1,80})\[/rb\]\[rt\][^\[\]\n]{0,80}\[/rt\]"
    r"|\\r[ub]?b?\[([^\[\],\n]{1,80}),[^\[\]\n]{1,80}\]"
    rf"|\[([^\[\]\n]{{1,40}})\](?:\^?[({{][{_KANA}]{{1,40}}[)}}])",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(r"\[ruby[= ](?:text=|char=[0-9][ \t])?[^\[\]\n]{1,80}\]", re.IGNORECASE)

_RARER_COMMANDS: Final = (
    rf"\{{rb\}}([^{{}}\n]{{1,80}})\{{/rb\}}\{{rt\}}[^{{}}\n]{{0,80}}\{{/rt\}}"
    rf"|\{{([^{{}}\n]{{1,40}})\}}[(（][{_KANA}]{{1,40}}[)）]"
    r"|#ruby\[[^\[\]\n]{1,80}\]\[([^\[\]\n]{1,80})\]"
    r"|#([^#_\n]{1,80})__[^_\n]{1,80}__#"
    r"|\|\|([^|\n]{1,40})\|\|[^|\n]{1,40}\|\|"
    rf"|\{{([^{{}}\n:]{{1,40}}):[{_KANA}]{{1,40}}\}}"
    r"|\[ruby text=[^\[\]\n]{1,40} t=([^\[\]\n]{1,40})\]"
    r"|&ruby\([^()\n]{1,80}\)\{([^{}\n]{1,80})\};"
    r"|\{\{?([^{}|\n]{1,40})\|[^{}|\n]{1,80}\}{1,2}"
)
"""Of Ren'Py, BCCKS, Typst, AlphaPolis, Discord, Markdown, TyranoScript, PukiWiki, and Denden's of words without a
kanji."""

_RARER_COMMAND: Final = re.compile(_RARER_COMMANDS, re.IGNORECASE)
_COMMAND_OR_FIELD: Final = re.compile(
    _RARER_COMMANDS + r"|EQ [^\n()]{0,80}\\o[^\n()]{0,20}\(\\s\\up ?[0-9]{1,2}\([^()\n]{1,40}\),([^()\n]{1,40})\)",
    re.IGNORECASE,
)
"""The same and those of fields of Word, which begin with a letter: these take ten times as long to look for."""

_ENTITY: Final = re.compile(r"&(?:amp;)?(lt|gt|quot|amp|#39|#0?60|#0?62|#x3[CEce]);")
_MEANT: Final = {"lt": "<", "gt": ">", "quot": '"', "amp": "&", "#39": "'"}
_RARER: Final = re.compile(
    rf"([{_KANJI}])(?:/[{_KANA}]{{1,40}}/|[ \u3000^]?[(（《\[【]"
    r"(?:[A-Za-zāīūēōâîûêô' \u2019-]{1,40}|[^()（）《》\[\]【】\n、。]{1,12})[)）》\]】]"
    rf"|[ \u3000\r]{{0,2}}\n[{_OPEN}][{_KANA}]{{1,40}}[{_CLOSE}]\n?)"
)
_SPAN: Final = re.compile("<span class=[\"']?(?:rt|ruby-text|furigana)[\"']?>[^<>\n]{0,40}</span>")
"""What sites of lyrics write for ruby."""


def without_furigana(text: str) -> str:
    """Return a text without the readings of its kanji, in any of the notations that novels are spread in.

    `漢字(かんじ)` and every other bracket, one kanji at a time too; `｜漢字《かんじ》` with any reading; pixiv's
    `[[rb:漢字 > かんじ]]`; `{漢字|かんじ}`, but no template of a wiki; the commands of LaTeX, wikis, forums and
    game engines. Of `《《word》》`, dots beside the word, the word stays.
    """
    if text.isascii():
        return text
    if "《" in text:
        text = _EMPHASIS.sub(r"\1", text)
    if "[[rb:" in text:
        text = _PIXIV.sub(r"\1", text)
    if "\\" in text or "{{" in text or "[" in text:
        text = _BEFORE.sub("", _COMMAND.sub(_base, text))
    if "|" in text or "｜" in text:
        text = _BARRED.sub(r"\1", _DENDEN.sub(r"\1", text))
    if "\ufff9" in text:
        text = _ANNOTATION.sub(r"\1", text)
    return _READING.sub(r"\1", text) if _ANY_KANJI.search(text) else text


def without_rarer_readings(text: str) -> str:
    """Return a text as `without_furigana` does, its escaped tags read, and any short words behind kanji left out.

    Only look-ups ask: of `世界保健機関(WHO)` an author wrote all, and of `強敵(親友)` one half is a reading.
    """
    if "&" in text:
        text = _ENTITY.sub(lambda found: _MEANT.get(found[1], "<" if found[1][-1] in "0Cc" else ">"), text)
    if text.isascii():
        return text
    if "<span class=" in text:
        text = _SPAN.sub("", text)
    commands = _COMMAND_OR_FIELD if "\\o" in text or "\\O" in text else _RARER_COMMAND
    text = commands.sub(_base, text)
    return without_furigana(_RARER.sub(r"\1", text) if _ANY_KANJI.search(text) else text)


def _base(found: re.Match[str]) -> str:
    base: str = next(filter(None, found.groups()))
    return base
