"""Names in captions, beside the usual automaton: half Latin, half Japanese, and one in every tenth caption."""

import random

from benchmarks.bench import Bench
from benchmarks.measure import over, side_by_side
from benchmarks.peers import MissingPeerError, pyahocorasick
from benchmarks.report import Report, at_least_times, at_most
from crawler_filter.formats.name_folding import aliases, fold, says_enough
from crawler_filter.formats.names import Name, NameIndex, NameKind

SECTION = "names"
_LENGTH = 25
_SYLLABLES = [consonant + vowel for consonant in "kstnhmr" for vowel in "aiueo"]
_KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロン"
_KANJI = "天地海山川風火水木金月日星空花鳥竜虎姫剣魔法王国戦士物語伝説夜光影夢森氷雷雪桜銀黒白赤青"
_WORDS = [
    "a",
    "the",
    "girl",
    "boy",
    "in",
    "on",
    "with",
    "standing",
    "smiling",
    "blue",
    "red",
    "long",
    "hair",
    "sky",
]
_PHRASES = [
    "の",
    "を",
    "が",
    "は",
    "に",
    "と",
    "少女",
    "少年",
    "空",
    "夜",
    "青い",
    "長い",
    "髪",
    "笑顔",
    "のイラストで",
]


def run(bench: Bench, report: Report) -> None:
    """Measure how many captions are read in a second, and hold what is found to what was put in."""
    source = random.Random(3)
    names = [_name(source, number) for number in range(min(bench.scale.rules, 100_000))]
    captions, planted = _captions(source, names, bench.scale.urls)
    seconds = side_by_side({"build": lambda: NameIndex(names)}, passes=1)
    report.add(SECTION, f"build for {len(names):,} names", seconds["build"], "s", at_most(10))
    index = NameIndex(names)
    runs = {"ours": over(index.find, captions)}
    try:
        spelled = {alias for name in names for alias in aliases(*name.spellings, is_person=False)}
        runs["peer"] = over(pyahocorasick(spelled, fold), captions)
    except MissingPeerError as error:
        report.missing.append(f"names: pyahocorasick: {error}")
    seconds = side_by_side(runs, passes=bench.scale.passes)
    speed = len(captions) / seconds["ours"] / 1e3
    ratio = seconds["peer"] / seconds["ours"] if "peer" in seconds else None
    note = (
        f"{sum(map(len, captions)) / len(captions):.0f} characters each; the peer folds too, and has raw hits only"
    )
    report.add(SECTION, "captions", speed, "thousand/s", at_least_times(1), ratio, "pyahocorasick", note)
    _judge(report, index, captions, planted)


def _judge(report: Report, index: NameIndex, captions: list[str], planted: dict[int, Name]) -> None:
    found = [{match.name for match in index.find(caption)} for caption in captions]
    missed = sum(name not in found[number] for number, name in planted.items())
    extra = sum(len(of_caption) for of_caption in found) - len(planted) + missed
    report.require(SECTION, "planted names that stand alone and were not found", missed)
    report.add(
        SECTION, "names nobody put there", 100 * extra / max(len(captions), 1), "% of captions", note="they flag"
    )


def _name(source: random.Random, number: int) -> Name:
    if number % 2:
        text = "".join(source.choices(_SYLLABLES, k=source.randint(3, 5))).title()
    else:
        text = "".join(source.choices(_KATAKANA if number % 4 else _KANJI, k=source.randint(4, 7)))
    return Name(number, NameKind.TITLE, (text,))


def _captions(source: random.Random, names: list[Name], count: int) -> tuple[list[str], dict[int, Name]]:
    captions, planted = [], {}
    for number in range(count):
        name = source.choice(names)
        (text,) = name.spellings
        words = source.choices(_WORDS if text.isascii() else _PHRASES, k=_LENGTH)
        if number % 10 == 0:
            words[source.randrange(_LENGTH)] = text
            if says_enough(fold(text)):
                planted[number] = name
        captions.append(" ".join(words) if text.isascii() else "".join(words))
    return captions, planted
