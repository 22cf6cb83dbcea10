# ruff: noqa: RUF001 - full-width marks are what is tested
"""One song and one novel in the layouts and notations that bug reports of subtitle, game and reading tools show."""

import json
import random
import re
from html import escape
from pathlib import Path

CASES = Path(__file__).parents[2] / "vectors" / "cases" / "content"
NOVEL = (CASES / "02-ruby-notations" / "ms-plain.txt").read_text("utf-8")[:6_000]
SONGS = {
    language: (CASES / "01-subtitles-lyrics" / f"lyrics-{language}.txt").read_text("utf-8").strip().split("\n")
    for language in ("ja", "en")
}
_SPEAKERS = ("ALICE", "BOB", "花子")
_KANJI = re.compile("[\u4e00-\u9fff々]+")
_KANA = "あいうえおかきくけこさしすせそたちつてとなにぬねの"


def _clock(second: int, comma: str = ",") -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}{comma}120"


def _cue(n: int, comma: str = ",") -> str:
    return f"{_clock(9 * n, comma)} --> {_clock(9 * n + 7, comma)}"


def _each(lines, form):
    return "".join(form(n, line) for n, line in enumerate(lines))


def _words(line: str) -> list[str]:
    return line.split(" ") if line.isascii() else list(line)


def _tokens(lines):
    return [word for line in lines for word in _words(line)]


def _said(form):
    return lambda lines: _each(lines, form)


def _srt(form):
    return _said(lambda n, line: f"{n + 1}\n{_cue(n)}\n{form(n, line)}\n\n")


LAYOUTS = {
    "a table of HTML in one line": lambda lines: (
        "<table>" + _each(lines, lambda n, line: f"<tr><td>{n}</td><td>{line}</td></tr>") + "</table>"
    ),
    "times in a page of one line": lambda lines: (
        "<!doctype html><body>"
        + _each(lines, lambda n, line: f"<div><span>0:{n:02}</span><span>{line}</span></div>")
    ),
    "numbered paragraphs in one line": _said(lambda n, line: f"<p>{n}. {line}</p>"),
    "numbers in circles": _said(lambda n, line: f"{chr(ord('①') + n % 20)}{line}\n"),
    "SRT with places": _srt(lambda n, line: f"{{\\an8}}<font color='#ff0'>{line}</font>"),
    "SRT with a dot and a code": _said(lambda n, line: f"{n}\n{_cue(n, '.')}\n{{\\an8}}{line}\n\n"),
    "SRT in halves": _srt(lambda n, line: f"{line[: len(line) // 2]}\n{line[len(line) // 2 :]}"),
    "SRT with names in brackets": _srt(lambda n, line: f"（{'花子' if n % 2 else '太郎'}）{line}"),
    "SRT with names": _srt(lambda n, line: f"{'ALICE' if n % 2 else 'BOB'}: {line}"),
    "SRT with notes": _srt(lambda n, line: f"♪ {line} ♪"),
    "SRT in two languages": _srt(lambda n, line: f"{line}\nUebersetzt {n * 31} wird {n * 17} hier"),
    "captions that roll": lambda lines: (
        "WEBVTT\n\n"
        + _each(
            lines,
            lambda n, line: (
                f"{_cue(n, '.')} align:start\n{lines[n - 1] if n else ' '}\n"
                + "".join(f"<{_clock(n, '.')}><c>{' ' * line.isascii()}{word}</c>" for word in _words(line))
                + f"\n\n{_cue(n, '.')}\n{line}\n\n"
            ),
        )
    ),
    "ASS karaoke": _said(
        lambda n, line: (
            "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,karaoke,"
            + "".join(f"{{\\k{20 + at}}}{letter}" for at, letter in enumerate(line))
            + "\n"
        )
    ),
    "SSA": _said(
        lambda n, line: f"Dialogue: Marked=0,0:00:{n:02d}.00,0:00:{n:02d}.90,Default,NTP,0,0,0,,{line}\n"
    ),
    "STL": _said(lambda n, line: f"00:00:{n:02d}:01 , 00:00:{n:02d}:20 , {line}\n"),
    "TMPlayer": _said(lambda n, line: f"00:00:{n:02d}:{line}\n"),
    "SAMI": _said(lambda n, line: f"<SYNC Start={n}000><P Class=JACC>{line}\n<SYNC Start={n}900><P>&nbsp;\n"),
    "LRC with a translation": _said(
        lambda n, line: f"[{n:02d}:00.00]{line}\n[{n:02d}:00.00]Another line {n * 13}\n"
    ),
    "LRC of two singers": _said(lambda n, line: f"[{n:02d}:00.00]{'F' if n % 2 else 'M'}: {line}\n"),
    "LRC of words": _said(
        lambda n, line: (
            f"[{n:02d}:00.00] "
            + " ".join(f"<{n:02d}:{at:02d}.10> {word}" for at, word in enumerate(_words(line)))
            + "\n"
        )
    ),
    "KRC": _said(
        lambda n, line: (
            f"[{n}000,900]" + "".join(f"<{at * 50},50,0>{letter}" for at, letter in enumerate(line)) + "\n"
        )
    ),
    "QRC": _said(
        lambda n, line: (
            f"[{n}000,900]" + "".join(f"{letter}({at * 50},50)" for at, letter in enumerate(line)) + "\n"
        )
    ),
    "LRC in JSON": lambda lines: json.dumps(
        {"lrc": {"lyric": _each(lines, lambda n, line: f"[00:{n:02d}.00]{line}\r\n")}}
    ),
    "words of a service": lambda lines: json.dumps(
        {
            "items": [
                {"type": "pronunciation", "alternatives": [{"content": w}], "at": "0.1"} for w in _tokens(lines)
            ]
        },
        ensure_ascii=False,
    ),
    "pieces of a video site": lambda lines: json.dumps(
        {"events": [{"segs": [{"utf8": f"{word} "} for word in _words(line)]} for line in lines]}
    ),
    "messages of a game": lambda lines: json.dumps([{"code": 401, "parameters": [line]} for line in lines]),
    "Ren'Py": _said(lambda n, line: f'    {"e" if n % 2 else "mc"} "{line}"\n'),
    "KiriKiri": _said(lambda n, line: f"【花子】\n{line}[l][r]\n[p]\n"),
    "gettext": _said(lambda n, line: f'#: x.c:{n}\nmsgid "{line}"\nmsgstr "Uebersetzung {n * 31}"\n\n'),
    "TextGrid": _said(
        lambda n, line: f'   intervals [{n}]:\n    xmin = {n}.1\n    xmax = {n}.9\n    text = "{line}"\n'
    ),
    "SQL": _said(lambda n, line: f"INSERT INTO `lines` VALUES ({n},'{line}','x');\n"),
    "SQL in one": lambda lines: "VALUES " + ",".join(f"({n},'{line}',{n * 3})" for n, line in enumerate(lines)),
    "a table of a page": _said(lambda n, line: f"<tr><td>{n}</td><td>{line}</td><td>edit</td></tr>\n"),
    "a log of a chat": _said(lambda n, line: f"nick — Today at 12:{n:02d} PM\n{line}\n"),
    "a transcript of speakers": _said(lambda n, line: f"Speaker {n % 2 + 1}  0:{n:02d}\n{line}\n\n"),
    "words with their parts of speech": lambda lines: " ".join(f"{word}/NN" for word in _tokens(lines)),
    "words in columns": lambda lines: "\n".join(f"{word}\t名詞,一般,*,*,{word},x" for word in _tokens(lines)),
    "a translation below each line": _said(lambda n, line: f"{line}\nTranslated line no {n * 17} of the song\n"),
    "the sound above each line": _said(lambda n, line: f"yoake no {n} sakamichi wo\n{line}\n\n"),
    "UltraStar": lambda lines: (
        "#TITLE:x\n#BPM:200\n"
        + _each(
            lines,
            lambda n, line: (
                "".join(
                    f": {20 * n + at} 3 {at % 7} {' ' * (line.isascii() and not part)}{piece}\n"
                    for at, word in enumerate(_words(line))
                    for part, piece in enumerate(filter(None, (word[:3], word[3:])))
                )
                + f"- {20 * n + 19}\n"
            ),
        )
        + "E\n"
    ),
    "notes of a singing program": lambda lines: (
        "<vsq4>"
        + "".join(f"<note><t>{n}</t><y><![CDATA[{x}]]></y></note>" for n, x in enumerate(_tokens(lines)))
        + "</vsq4>"
    ),
    "a table of semicolons": _said(lambda n, line: f"{n};{_SPEAKERS[n % 3]};{line};0.{n}\n"),
    "a list of recordings": _said(lambda n, line: f"LJ001-{n:04d}|{line}|{line}\n"),
    "a table of Markdown": _said(lambda n, line: f"| {n} | {_SPEAKERS[n % 3]} | {line} |\n"),
    "a table of LaTeX": lambda lines: (
        "\\begin{tabular}{lll}\n"
        + _each(lines, lambda n, line: f"{n} & \\textbf{{{_SPEAKERS[n % 3]}}} & {line} \\\\ \\hline\n")
        + "\\end{tabular}\n"
    ),
    "a table of a chat": _said(
        lambda n, line: f'"5","{_SPEAKERS[n % 3]}","2024-01-01T12:{n:02d}","{line}","",""\n'
    ),
    "a chat of WhatsApp": _said(lambda n, line: f"01/02/24, 9:{n:02d} PM - {_SPEAKERS[n % 3]} B.: {line}\n"),
    "a chat on a telephone": _said(
        lambda n, line: f"\u200e[01.02.24, 21:{n:02d}:11] {_SPEAKERS[n % 3]}: {line}\n"
    ),
    "Final Draft": lambda lines: (
        "<FinalDraft><Content>"
        + _each(
            lines,
            lambda n, line: (
                f'<Paragraph Type="Character"><Text>{_SPEAKERS[n % 3]}</Text></Paragraph>'
                f'<Paragraph Type="Dialogue"><Text>{line[:9]}</Text><Text Style="Italic">{line[9:]}</Text></Paragraph>'
            ),
        )
        + "</Content></FinalDraft>"
    ),
    "Ren'Py with pauses": _said(lambda n, line: f'    show e happy at left\n    {"em"[n % 2]} "{line}{{w}}"\n'),
    "KiriKiri with names in lines": _said(
        lambda n, line: f"[chara_mod name=a]\n#{_SPEAKERS[n % 3]}\n{line[:7]}[r]\n{line[7:]}[l][cm]\n"
    ),
    "messages of a game in colours": lambda lines: json.dumps(
        [
            each
            for n, line in enumerate(lines)
            for each in (
                {"code": 101, "parameters": ["Actor1", 0, _SPEAKERS[n % 3]]},
                {"code": 401, "parameters": [f"\\C[2]{line[:9]}\\C[0]"]},
                {"code": 401, "parameters": [line[9:]]},
            )
        ],
        ensure_ascii=False,
    ),
    "strings in back ticks": _said(lambda n, line: f"await say({_SPEAKERS[n % 3]!r}, `{line}`);\n"),
    "commands of a film tool": _said(
        lambda n, line: (
            f"drawtext=fontfile='/a.ttf':x=(w-text_w)/2:text='{line}':enable='between(t,{n}.00,{n}.90)'\n"
        )
    ),
    "turns of two roles": lambda lines: json.dumps(
        [
            turn
            for n, line in enumerate(lines)
            for turn in (
                {"from": "human", "value": f"Please continue {n * 31} with {n}"},
                {"from": "gpt", "value": line},
            )
        ],
        ensure_ascii=False,
    ),
    "messages of a model, one a line": _said(
        lambda n, line: (
            json.dumps(
                {"messages": [{"role": "user", "content": f"{n * 31}?"}, {"role": "assistant", "content": line}]}
            )
            + "\n"
        )
    ),
    "Mistral's template": _said(lambda n, line: f"<s>[INST] line {n * 31}? [/INST] {line} </s>"),
    "Llama's template": _said(
        lambda n, line: f"<|start_header_id|>{('user', 'assistant')[n % 2]}<|end_header_id|>\n\n{line}<|eot_id|>"
    ),
    "numbers of notes": lambda lines: f"<p>{_each(lines, lambda n, line: f'{line}<sup>{n + 1}</sup> ')}</p>",
    "LRC in one line": _said(lambda n, line: f"[{n:02}:11.00]{line}"),
    "MicroDVD with styles": _said(lambda n, line: f"{{{n * 75}}}{{{n * 75 + 60}}}{{y:i}}{line}\n"),
    "a play": _said(lambda n, line: f"{_SPEAKERS[n % 3]}「{line}」\n"),
    "SRT that grows word by word": lambda lines: "".join(
        f"{n}\n{_cue(n)}\n{' '.join(_words(line)[: at + 1])}\n\n"
        for n, line in enumerate(lines)
        for at in range(len(_words(line)))
    ),
    "SRT in one line": _said(lambda n, line: f"{n + 1} {_cue(n)} {line} "),
    "MicroDVD with bars and styles": _said(
        lambda n, line: f"{{{n * 75}}}{{{n * 75 + 60}}}{{y:i}}{line[:9]}|{{y:b}}{line[9:]}\n"
    ),
    "times said in words": _said(lambda n, line: f"0:{n:02d}0 minutes, {n} seconds{line}\n"),
    "two columns": lambda lines: "\n".join(
        one.ljust(24 if one.isascii() else 20, "\u3000") + "\u3000\u3000\u3000" + other
        for one, other in zip(lines[: len(lines) // 2], lines[len(lines) // 2 :], strict=True)
    ),
    "chords in round brackets": _said(
        lambda n, line: f"{line[:4]}({('Am', 'F', 'G7')[n % 3]}){line[4:9]}(Dm7){line[9:]}\n"
    ),
    "two verses under one melody": lambda lines: (
        '<?xml version="1.0"?><score-partwise>'
        + "".join(
            f'<note><lyric number="1"><syllabic>single</syllabic><text>{one}</text></lyric>'
            f'<lyric number="2"><syllabic>single</syllabic><text>x{n}</text></lyric></note>'
            for n, one in enumerate(_tokens(lines))
        )
        + "</score-partwise>"
    ),
    "words and their lines": lambda lines: (
        '<?xml version="1.0"?><PcGts>'
        + _each(
            lines,
            lambda n, line: (
                "".join(f"<Word><Unicode>{word}</Unicode></Word>" for word in _words(line))
                + f"<TextLine><Unicode>{line}</Unicode></TextLine>"
            ),
        )
        + "</PcGts>"
    ),
    "records in a string": lambda lines: json.dumps(
        {"body": json.dumps([{"text": line, "time": {"total": n}} for n, line in enumerate(lines)])}
    ),
    "names parted by wide blanks": _said(lambda n, line: f"{('花　子', '太　郎')[n % 2]}　　{line}\n"),
    "translations behind numbers in circles": _said(
        lambda n, line: f"○{n:06}○{line}\n●{n:06}●Line {n * 31} in another language\n\n"
    ),
    "sentences beside names of recordings": lambda lines: json.dumps(
        [[["花子", None], [0, line], [n, f"v{n}"]] for n, line in enumerate(lines)], ensure_ascii=False
    ),
    "translation units": lambda lines: (
        "<xliff><file><body>"
        + _each(
            lines,
            lambda n, line: (
                f'<trans-unit id="{n}"><source><g id="1">Line {n * 31}</g></source>'
                f'<target><mrk mid="{n}">{line}</mrk></target></trans-unit>'
            ),
        )
        + "</body></file></xliff>"
    ),
    "text that XML does not read": lambda lines: (
        "<resources><string-array>"
        + _each(lines, lambda n, line: f"<item><![CDATA[{line}]]></item>\n")
        + "</string-array></resources>"
    ),
    "tokens of a model": lambda lines: json.dumps(
        [f"\u0120{word}" for line in lines for word in _words(line)], ensure_ascii=False
    ),
    "a tree of sentences": lambda lines: "\n".join(
        f"(S {' '.join(f'(NP (NN {word}))' for word in _words(line))})" for line in lines
    ),
    "a table of single blanks": lambda lines: "\n".join(f"{word} {word} NN B-NP 0" for word in _tokens(lines)),
    "the template of a model with channels": _said(
        lambda n, line: (
            f"<|start|>user<|message|>{n * 31}?<|end|>"
            f"<|start|>assistant<|channel|>final<|message|>{line}<|return|>"
        )
    ),
    "a template in full-width bars": _said(
        lambda n, line: f"<｜User｜>{n * 31}?<｜Assistant｜>{line}<｜end▁of▁sentence｜>"
    ),
    "who wrote each line": _said(
        lambda n, line: f"{n * 7919 + 268435456:08x} (John 2020-01-{n % 28 + 1:02} {n + 1:3}) {line}\n"
    ),
    "numbered verses in one paragraph": _said(lambda n, line: f"{n + 1} {line} "),
    "links": lambda lines: "\n".join(
        " ".join(
            f"[{word}](https://example.org/{n}_x)" if n % 4 == 0 else word for n, word in enumerate(_words(line))
        )
        for line in lines
    ),
    "numbers of notes in brackets": lambda lines: "\n".join(re.sub(r"(\S{9})", r"\1[^1]", line) for line in lines),
    "Typst": _said(lambda n, line: f"#strong[{line}] \\\n"),
    "a board's log": _said(lambda n, line: f"sage<>x<>2020/01/{n % 28 + 1:02} ID:{n * 7919:08x}<> {line} <>\n"),
    "a table in a box": _said(lambda n, line: f"│ {n:03d} │ {line} │\n"),
    "SRT in escapes of HTML": lambda lines: escape(
        _each(lines, lambda n, line: f"{n}\n{_cue(n)}\n<b>{line}</b>\n\n")
    ),
    "a list of Python": lambda lines: repr([{"start": n, "text": line} for n, line in enumerate(lines)]),
    "posts with addresses": lambda lines: json.dumps(
        [{"id": n, "full_text": f"{line} https://t.example/a{n}b"} for n, line in enumerate(lines)],
        ensure_ascii=False,
    ),
    "feeds": lambda lines: (
        "<rss><channel>"
        + _each(
            lines,
            lambda n, line: (
                f"<item><title>{line}</title><guid>{n}</guid><link>https://x.example/{n}</link></item>"
            ),
        )
        + "</channel></rss>"
    ),
}

NOTATIONS = {
    "{word}({reading})": "half-width brackets",
    "{word}⟨{reading}⟩": "mathematical brackets",
    "{word}<{reading}>": "angles",
    "{word}<<{reading}>>": "double angles",
    "｛{word}｜{reading}｝": "full-width braces",
    "\ufff9{word}\ufffa{reading}\ufffb": "interlinear annotation",
    "\\ruby{{{word}}}{{{reading}}}": "LaTeX",
    "\\ruby[g]{{{word}}}{{{reading}}}": "LaTeX with an option",
    "\\kana{{{word}}}{{{reading}}}": "LaTeX, of another package",
    "{{{{ruby|{word}|{reading}}}}}": "MediaWiki",
    "{{{{読み仮名|{word}|{reading}}}}}": "the Japanese MediaWiki",
    '{{{{< ruby "{word}" "{reading}" >}}}}': "Hugo",
    "[ruby={reading}]{word}[/ruby]": "a forum",
    "[rb]{word}[/rb][rt]{reading}[/rt]": "another forum",
    "[ruby text={reading}]{word}": "a game engine",
    "\\r[{word},{reading}]": "another game engine",
    "[{word}]^({reading})": "Markdown",
    "[{word}]{{{reading}}}": "another Markdown",
    "[{word}]({reading})": "notes of a blog",
}
"""How a reading is written beside a word, and by whom."""

LOOKED_UP_NOTATIONS = {
    "{{rb}}{word}{{/rb}}{{rt}}{reading}{{/rt}}": "Ren'Py",
    "{{{word}}}({reading})": "BCCKS",
    "#ruby[{reading}][{word}]": "Typst",
    '<w:instrText>EQ \\* jc2 \\* "Font:x" \\* hps10 \\o\\ad(\\s\\up 9({reading}),{word})</w:instrText>': "a field of Word",
    "[[rb:{word} &gt; {reading}]]": "pixiv's, escaped",
    "&lt;ruby&gt;{word}&lt;rt&gt;{reading}&lt;/rt&gt;&lt;/ruby&gt;": "HTML, escaped",
    "#{word}__{reading}__#": "AlphaPolis",
    "&ruby({reading}){{{word}}};": "PukiWiki",
    "{word}^({reading})": "notes in Markdown",
    "{{{word}:{reading}}}": "Markdown with a colon",
    "||{word}||{reading}||": "bars",
    "{word}/{reading}/": "slashes",
    "[ruby text={reading} t={word}]": "TyranoScript",
    '<span class="ruby">{word}<span class="rt">{reading}</span></span>': "a site of lyrics",
    "{word}(kanji)": "Latin letters",
    "{word}\n（{reading}）": "a line of its own",
    "{word}<sup>{reading}</sup>": "a raised word",
    "<ruby>{word}<rtc>{reading}</rtc></ruby>": "HTML, without rt",
    "<r={reading}>{word}</r>": "an engine of games",
    "({word}/{reading})": "NScripter",
    "＜{word}／{reading}＞": "another engine of games",
    "%r{reading};{word}%;": "a third engine of games",
    "@<ruby>{{{word},{reading}}}": "Re:VIEW",
    "ruby:{word}[{reading}]": "AsciiDoc",
    ":ruby:`{word}|{reading}`": "reStructuredText",
    "{{% ruby {word} {reading} %}}": "Jekyll",
    "[[ruby]]{word}[[rt]]{reading}[[/rt]][[/ruby]]": "Wikidot",
    "[ruby]{word}[rt]{reading}[/rt][/ruby]": "a third forum",
    "$[ruby {word} {reading}]": "Misskey",
    '<span style="rubyBase">{word}</span><span style="rubyText">{reading}</span>': "styles of TTML",
    "<w:ruby><w:rt><w:t>{reading}</w:t></w:rt><w:rubyBase><w:t>{word}</w:t></w:rubyBase></w:ruby>": "Word",
    "{{{{lang|ja|{word}|{reading}}}}}": "another template of wikis",
    "{word}:{reading}:": "colons",
    "{{{{{word}|{reading}}}}}": "bars in two brackets",
}
"""What is taken off where a page is looked up, and not where a work is registered."""


def with_readings(notation: str) -> str:
    """Return the beginning of the novel with a made-up reading for each run of kanji."""
    source = random.Random(4)

    def written(word: re.Match[str]) -> str:
        reading = "".join(source.choices(_KANA, k=2 * len(word[0])))
        return notation.format(word=word[0], reading=reading)

    return _KANJI.sub(written, NOVEL)
