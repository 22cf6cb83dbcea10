"""Which pictures of packages a round takes: each once, and none that shows nothing."""

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from benchmarks.edits import drawing
from benchmarks.pictures_of_others import distinct, redrawn_from, spread


@given(st.lists(st.integers(), unique=True), st.integers(0, 60))
def test_items_are_spread_in_order_and_each_at_most_once(items: list[int], count: int) -> None:
    taken = spread(items, count)
    assert len(taken) == min(count, len(items))
    assert [item for item in items if item in set(taken)] == taken


def test_all_items_are_taken_where_more_are_asked_for() -> None:
    assert spread(list("abcdefghijklmnop"), 18) == list("abcdefghijklmnop")


def test_a_picture_in_two_sizes_counts_once() -> None:
    large = Image.fromarray(drawing(1, 800, 600))
    other = Image.fromarray(drawing(2, 800, 600))
    assert distinct([large, other, large.resize((400, 300))]) == [large, other]


def test_a_picture_in_duller_colours_and_darker_counts_once() -> None:
    picture = Image.fromarray(drawing(1, 400, 300))
    darker = ImageEnhance.Brightness(ImageEnhance.Color(picture).enhance(0.3)).enhance(0.7)
    assert distinct([picture, darker]) == [picture]


def test_drawings_that_are_alike_in_nothing_are_all_kept() -> None:
    pictures = [Image.fromarray(drawing(seed, 400, 300)) for seed in range(8)]
    assert distinct(pictures) == pictures


def test_what_shows_nothing_is_left_out() -> None:
    assert distinct([Image.new("RGB", (400, 300), "white"), Image.new("L", (400, 300), 7)]) == []


def test_what_is_another_one_in_other_colours_counts_as_that_one() -> None:
    names = [
        "direwolver",
        "woodland_boar",
        "zombie-boar",
        "zombie-wose",
        "gryphon",
        "gryphon-rider",
        "zombie-gryphon",
    ]
    assert redrawn_from(names) == [0, 1, 1, 3, 4, 5, 4]
