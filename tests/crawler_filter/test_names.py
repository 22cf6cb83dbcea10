import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("ahocorasick_rs")

from crawler_filter.errors import InvalidScopeError, MalformedSegmentError
from crawler_filter.names import MAX_CAPTION, MAX_NAME, Name, NameIndex, NameKind, canonical_name

NAMES = [
    Name(1, NameKind.TITLE, "NARUTO"),
    Name(1, NameKind.CHARACTER, "うずまき・ナルト"),
    Name(1, NameKind.CHARACTER, "Uzumaki Naruto"),
    Name(2, NameKind.TITLE, "BLEACH"),
    Name(2, NameKind.CHARACTER, "Kurosaki Ichigo"),
    Name(2, NameKind.CHARACTER, "Rukia"),
    Name(3, NameKind.SERIES, "機動戦士ガンダム"),
    Name(3, NameKind.SERIES, "ガンダム"),
    Name(4, NameKind.TITLE, "鬼滅の刃"),
    Name(4, NameKind.SERIES, "鬼滅"),
    Name(5, NameKind.TITLE, "ヴァイオレット・エヴァーガーデン"),
    Name(6, NameKind.TITLE, "One Piece"),
    Name(6, NameKind.CHARACTER, "Nami"),
]
CAPTIONS = {
    "a title": ("a poster of Naruto, by a fan", ["NARUTO"]),
    "half-width katakana and a blank": ("ｳｽﾞﾏｷ ﾅﾙﾄ のイラスト", ["うずまき・ナルト"]),
    "tags": ("1boy, uzumaki_naruto, smile", ["NARUTO", "Uzumaki Naruto"]),
    "tags in the other order": ("1boy, naruto_uzumaki, smile", ["NARUTO", "Uzumaki Naruto"]),
    "without its separators": ("バイオレットエバーガーデン 劇場版", ["ヴァイオレット・エヴァーガーデン"]),
    "a longer name and the one within": ("機動戦士ガンダムのポスター", ["機動戦士ガンダム", "ガンダム"]),
    "a part of another word": ("ガンダムエース and narutopedia", []),
    "an English word that is a title": ("how to bleach your hair", []),
    "the same beside a character": ("bleach, kurosaki ichigo", ["BLEACH", "Kurosaki Ichigo"]),
    "two that say little, together": ("rukia from bleach", ["BLEACH", "Rukia"]),
    "two that say little, of two works": ("nami with bleached hair, bleach", []),
    "one that says little, twice": ("bleach bleach BLEACH", []),
    "a swimsuit": ("girl in a one-piece swimsuit", []),
    "two kanji": ("鬼滅", []),
    "the same within the title": ("鬼滅の刃", ["鬼滅の刃"]),
    "the same beside the title": ("鬼滅の刃、鬼滅", ["鬼滅の刃", "鬼滅"]),
    "nothing": ("", []),
    "no letters": ("!!! 🎨", []),
}


@pytest.fixture(scope="module")
def index():
    return NameIndex(NAMES)


@pytest.mark.parametrize(("caption", "names"), CAPTIONS.values(), ids=CAPTIONS)
def test_a_caption_names(index, caption, names):
    found = [match.name.text for match in index.find(caption)]
    assert sorted(found) == sorted(names)


def test_a_match_says_what_was_found_where_and_whether_it_counts_alone(index):
    first, second = index.find("Rukia, from BLEACH")
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
    content = NameIndex([*names, names[0]]).encode()
    assert content == NameIndex(NAMES).encode()
    assert NameIndex.decode(content).names == sorted(NAMES)


GOOD = "optout-names v1 2\n1\ttitle\tA b\n2\ttitle\tC d\n"
BAD = {
    "nothing": "",
    "another format": GOOD.replace("v1", "v2"),
    "cut off at a line": GOOD[:-12],
    "cut off within a line": GOOD[:-3],
    "not in order": "optout-names v1 2\n2\ttitle\tA b\n1\ttitle\tC d\n",
    "one twice": "optout-names v1 2\n1\ttitle\tA b\n1\ttitle\tA b\n",
    "an unknown kind": GOOD.replace("title", "slogan"),
    "an owner that is no number": GOOD.replace("1\t", "x\t"),
    "an owner in another spelling": GOOD.replace("1\t", "+1\t"),
    "line ends of another system": GOOD.replace("\n", "\r\n"),
    "a name of no letters": GOOD.replace("A b", "!!"),
    "a name with two blanks": GOOD.replace("A b", "A  b"),
    "a field too many": GOOD.replace("A b", "A\tb"),
}


def test_a_well_formed_file_is_read():
    assert len(NameIndex.decode(GOOD.encode()).names) == 2


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_malformed_file_is_refused(content):
    with pytest.raises(MalformedSegmentError):
        NameIndex.decode(content.encode())


def test_bytes_that_are_not_text_are_refused():
    with pytest.raises(MalformedSegmentError):
        NameIndex.decode(b"\xff\xfe")


def test_names_are_registered_in_one_spelling():
    assert canonical_name("  Poke\u0301mon\n the  Movie ") == "Pokémon the Movie"


@pytest.mark.parametrize("text", ["", "L", "鬼", "・・・", "a" * (MAX_NAME + 1), "a\x00b", "a\u202eb"])
def test_a_name_that_could_not_be_found_or_shown_is_refused(text):
    with pytest.raises(InvalidScopeError):
        canonical_name(text)


@given(st.text(st.sampled_from("ーア〜aō' 鬼"), max_size=5))
def test_every_name_that_can_be_registered_is_found_beside_another(text):
    try:
        name = Name(1, NameKind.TITLE, canonical_name(text))
    except InvalidScopeError:
        return
    other = Name(1, NameKind.CHARACTER, "Kurosaki Ichigo")
    assert name in [match.name for match in NameIndex([name, other]).find(f"{text} / kurosaki_ichigo")]


def test_an_index_without_names_finds_nothing():
    assert NameIndex([]).find("naruto") == []


@given(st.text(max_size=50))
def test_no_caption_is_refused(text):
    NameIndex(NAMES[:2]).find(text)


@pytest.mark.parametrize("bomb", ["a", "鬼", "rukia bleach ", "\u0301\u0323", "ガンダム "])
def test_a_caption_of_any_length_takes_bounded_time(bomb):
    hostile = NameIndex([*NAMES, *(Name(9, NameKind.TITLE, "鬼" * length) for length in range(2, MAX_NAME))])
    start = time.process_time()
    hostile.find(bomb * (100 * MAX_CAPTION // len(bomb)))
    assert time.process_time() - start < 5
