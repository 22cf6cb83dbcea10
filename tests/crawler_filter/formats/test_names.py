from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("ahocorasick_rs")

from crawler_filter.errors import InvalidScopeError, MalformedSegmentError
from crawler_filter.formats.name_folding import closed_up, stands_apart
from crawler_filter.formats.names import (
    MAX_CAPTION,
    MAX_NAME,
    Name,
    NameIndex,
    NameKind,
    canonical_name,
    decode_names,
    distinct_names,
    encode_names,
)
from tests.costs import SECOND, cost


def name(owner: int, kind: str, *spellings: str) -> Name:
    return Name(owner, NameKind(kind), spellings)


NAMES = [
    name(1, "title", "NARUTO", "ナルト疾風伝"),
    name(1, "character", "うずまき・ナルト", "Uzumaki Naruto"),
    name(2, "title", "BLEACH", "ブリーチ"),
    name(2, "series", "Bleach"),
    name(2, "character", "Kurosaki Ichigo"),
    name(2, "character", "Rukia", "朽木ルキア", "ルキア"),
    name(3, "series", "機動戦士ガンダム", "ガンダム"),
    name(4, "title", "鬼滅の刃", "鬼滅"),
    name(4, "character", "禰豆子", "ねずこ"),
    name(5, "title", "ヴァイオレット・エヴァーガーデン"),
    name(6, "title", "One Piece"),
    name(6, "character", "Nami"),
]
CAPTIONS = {
    "a title": ("a poster of Naruto, by a fan", ["NARUTO"]),
    "half-width katakana and a blank": ("ｳｽﾞﾏｷ ﾅﾙﾄ のイラスト", ["うずまき・ナルト"]),
    "tags": ("1boy, uzumaki_naruto, smile", ["NARUTO", "Uzumaki Naruto"]),
    "tags in the other order": ("1boy, naruto_uzumaki, smile", ["NARUTO", "Uzumaki Naruto"]),
    "without its separators": ("バイオレットエバーガーデン 劇場版", ["ヴァイオレット・エヴァーガーデン"]),
    "a longer spelling and the one within": ("機動戦士ガンダムのポスター", ["機動戦士ガンダム"]),
    "a part of another word": ("ガンダムエース and narutopedia", []),
    "an English word that is a title": ("how to bleach your hair", []),
    "the same beside a character": ("bleach, kurosaki ichigo", ["BLEACH", "Bleach", "Kurosaki Ichigo"]),
    "two that say little, together": ("rukia from bleach", ["BLEACH", "Bleach", "Rukia"]),
    "two that say little, of two works": ("nami with bleached hair, bleach", []),
    "one that says little, twice": ("bleach bleach BLEACH", []),
    "two spellings of one character": ("rukia ルキア", []),
    "two spellings of one character, one of which says enough": ("rukia 朽木ルキア", ["朽木ルキア"]),
    "a title that says enough beside a series": ("bleach ブリーチ", ["ブリーチ", "Bleach"]),
    "a swimsuit": ("girl in a one-piece swimsuit", []),
    "two kanji": ("鬼滅", []),
    "the same within the title": ("鬼滅の刃", ["鬼滅の刃"]),
    "the same with a character": ("鬼滅のねずこ", ["鬼滅", "ねずこ"]),
    "nothing": ("", []),
    "no letters": ("!!! 🎨", []),
}


@pytest.fixture(scope="module")
def index():
    return NameIndex(NAMES)


@pytest.mark.parametrize(("caption", "names"), CAPTIONS.values(), ids=CAPTIONS)
def test_a_caption_names(index, caption, names):
    found = [match.registered for match in index.find(caption)]
    assert sorted(found) == sorted(names)


def test_a_match_says_what_was_found_where_and_whether_it_counts_alone(index):
    first, second, _series = index.find("Rukia, from BLEACH")
    assert first.to_dict() == {
        "kind": "character",
        "name": "Rukia",
        "spelling": "rukia",
        "start": 0,
        "alone": False,
    }
    assert (second.spelling, second.start, second.alone) == ("bleach", 11, False)
    assert index.find("the gundam ガンダム")[0].alone


def test_a_match_carries_no_preference_that_could_decide(index):
    (match,) = index.find("ガンダム")
    assert set(match.to_dict()) == {"kind", "name", "spelling", "start", "alone"}


@given(st.permutations(NAMES))
def test_the_file_does_not_depend_on_the_order_and_is_read_back(names):
    content = encode_names([*names, names[0]])
    assert content == encode_names(NAMES)
    assert decode_names(content) == sorted(NAMES)


def test_a_line_of_the_file_is_one_bearer_with_its_spellings():
    lines = encode_names(NAMES[:2]).decode().splitlines()
    assert lines == [
        "optout-names v2 2",
        "1\tcharacter\tうずまき・ナルト\tUzumaki Naruto",
        "1\ttitle\tNARUTO\tナルト疾風伝",
    ]


GOOD = "optout-names v2 2\n1\ttitle\tA b\tA c\n2\ttitle\tC d\n"
BAD = {
    "nothing": "",
    "another format": GOOD.replace("v2", "v1"),
    "cut off at a line": GOOD[:-12],
    "cut off within a line": GOOD[:-3],
    "not in order": "optout-names v2 2\n2\ttitle\tA b\n1\ttitle\tC d\n",
    "one twice": "optout-names v2 2\n1\ttitle\tA b\n1\ttitle\tA b\n",
    "an unknown kind": GOOD.replace("title", "slogan"),
    "an owner that is no number": GOOD.replace("1\t", "x\t"),
    "an owner in another spelling": GOOD.replace("1\t", "+1\t"),
    "an owner of 5,000 digits": GOOD.replace("2\t", "2" * 5000 + "\t"),
    "line ends of another system": GOOD.replace("\n", "\r\n"),
    "a name of no letters": GOOD.replace("A b", "!!"),
    "a name with two blanks": GOOD.replace("A b", "A  b"),
    "a spelling twice": GOOD.replace("A c", "A b"),
    "an empty spelling": GOOD.replace("A c", ""),
    "a bearer without a name": GOOD.replace("\tA b\tA c", ""),
}


def test_a_well_formed_file_is_read():
    assert decode_names(GOOD.encode()) == [name(1, "title", "A b", "A c"), name(2, "title", "C d")]


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_malformed_file_is_refused(content):
    with pytest.raises(MalformedSegmentError):
        decode_names(content.encode())


def test_bytes_that_are_not_text_are_refused():
    with pytest.raises(MalformedSegmentError):
        decode_names(b"\xff\xfe")


def test_an_owner_beyond_every_log_is_no_leaf_of_it():
    assert decode_names(b"optout-names v2 1\n99999999999999999999999\ttitle\tA b\n")


def test_names_are_registered_in_one_spelling():
    assert canonical_name("  Poke\u0301mon\n the  Movie ") == "Pokémon the Movie"


@pytest.mark.parametrize("text", ["", "L", "鬼", "・・・", "a" * (MAX_NAME + 1), "a\x00b", "a\u202eb"])
def test_a_name_that_could_not_be_found_or_shown_is_refused(text):
    with pytest.raises(InvalidScopeError):
        canonical_name(text)


def test_spellings_of_one_bearer_are_kept_once_in_their_order():
    assert distinct_names([" Aoi\n", "青井", "Aoi"]) == ("Aoi", "青井")


@given(st.text(st.sampled_from("ーア〜aō' 鬼"), max_size=5))
def test_every_name_that_can_be_registered_is_found_beside_another(text):
    try:
        given_name = name(1, "title", canonical_name(text))
    except InvalidScopeError:
        return
    other = name(1, "character", "Kurosaki Ichigo")
    found = NameIndex([given_name, other]).find(f"{text} / kurosaki_ichigo")
    assert given_name in [match.name for match in found]


SHORT = ["aoi", "beni", "鬼", "鬼滅", "滅", "ao"]


@given(
    st.lists(st.lists(st.sampled_from(SHORT), min_size=1, max_size=3, unique=True), min_size=1, max_size=4),
    st.lists(st.sampled_from([*SHORT, "a"]), max_size=6),
)
def test_what_keeps_company_is_what_a_comparison_of_all_pairs_says(bearers, words):
    """The law that the linear search for company is held to: places of both, apart, and not of the name itself.

    A caption is read as it stands, and without the blanks between kanji.
    """
    names = {name(1, "series", *spellings) for spellings in bearers}
    all_of_owner = {spelling for each in names for spelling in each.spellings}
    text = " ".join(words)

    def counts(bearer, read):
        places = {
            (spelling, at, at + len(spelling))
            for spelling in {*SHORT}
            for at in range(len(read))
            if read.startswith(spelling, at) and stands_apart(read, at, at + len(spelling))
        }
        own = [place for place in places if place[0] in bearer.spellings]
        others = [place for place in places if place[0] in all_of_owner - set(bearer.spellings)]
        return any(end <= start2 or end2 <= start for _, start, end in own for _, start2, end2 in others)

    expected = {each for each in names for read in (text, closed_up(text)) if counts(each, read)}
    assert {match.name for match in NameIndex(names).find(text)} == expected


def test_an_index_without_names_finds_nothing():
    assert NameIndex([]).find("naruto") == []


@given(st.text(st.characters(), max_size=50))
def test_no_caption_is_refused(text):
    NameIndex(NAMES[:2]).find(text)


@pytest.fixture(scope="module")
def hostile():
    """Names within names, and 5,000 characters of one owner that are all called alike."""
    long = [name(9, "title", "鬼" * length) for length in range(2, MAX_NAME)]
    alike = [name(10, "character", "鬼鬼", f"雪{number:04}") for number in range(5_000)]
    return NameIndex([*NAMES, *long, *alike])


@pytest.mark.parametrize("bomb", ["a", "鬼", "rukia bleach ", "\u0301\u0323", "ガンダム "])
def test_a_caption_of_any_length_takes_bounded_time(hostile, bomb):
    caption = bomb * (100 * MAX_CAPTION // len(bomb))
    assert cost(lambda: hostile.find(caption), limit=5 * SECOND) <= 5 * SECOND


CAPTIONS = (Path(__file__).parents[2] / "vectors" / "cases" / "content" / "14-captions.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "caption",
    [
        *CAPTIONS.splitlines()[1:],
        "水城ひよりさんと海",
        "水城 ひより先生",
        "水城_ひより",
        "Mizuki Hiyori-san",
        "the Mizuki Hiyori\u2019s house",
        "Mizuki&nbsp;Hiyori",
        "mizuki%20hiyori",
        "水城☆ひより",
        "水城\U000e0100ひより",
    ],
)
def test_a_name_is_found_as_captions_write_it(caption):
    names = [
        Name(0, NameKind.CHARACTER, ("水城ひより", "Mizuki Hiyori")),
        Name(0, NameKind.TITLE, ("夜明けの灯台守", "Beaconkeeper of Daybreak")),
    ]
    assert NameIndex(names).find(caption)


@pytest.mark.parametrize("caption", ["水城, ひより", "水城、ひより", "水城\nひより", "水城/ひより"])
def test_what_a_comma_or_a_line_parts_is_not_joined(caption):
    assert not NameIndex([Name(0, NameKind.CHARACTER, ("水城ひより",))]).find(caption)


@pytest.mark.parametrize(
    ("registered", "caption"),
    [
        ("風間ミク", "風間ﾐｸﾁｬﾝ"),
        ("Soryu Asuka Langley", "Asuka Langley Soryu"),
        ("灯台の守", "灯台ノ守"),
        ("Luna Valentine", "art of Lúna Valentíne"),
        ("Lúna Sörensen", "Luna Sorensen by the sea"),
        ("臺北物語", "台北物语 poster"),
        ("機動戰士ガンダム", "机动战士ガンダム"),
        ("渡邉桜子", "渡辺櫻子のイラスト"),
    ],
)
def test_a_name_is_found_with_other_accents_and_other_forms_of_its_kanji(registered, caption):
    assert NameIndex([Name(0, NameKind.CHARACTER, (registered,))]).find(caption)


@given(
    st.lists(
        st.sampled_from(["naruto", "uzumaki naruto", "BLEACH", "ルキア", "朽木ルキア", "鬼滅の刃", "one piece", "nami", "ガンダム",
                         ", ", " ", "の", "x", "1"]),
        max_size=5,
    ),
    st.booleans(),
)  # fmt: skip
def test_one_name_by_itself_is_found_as_among_several(pieces: list[str], also: bool) -> None:
    index = NameIndex(NAMES)
    text = "".join(pieces)
    quickly = index.find(text, lambda _, __: also)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(NameIndex, "_only", lambda *_: None)
        assert index.find(text, lambda _, __: also) == quickly
