"""Names are found in the cases of Russian, Polish and German sentences, and not in longer words."""

import pytest

from crawler_filter.formats.inflected_names import declined, goes_on


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("лукерья ветрова", {"лукерьи ветровой", "лукерью ветрову", "лукерьей ветровой"}),
        ("тимофей громов", {"тимофея громова", "тимофею громову", "тимофеем громовым", "тимофее громове"}),
        ("kazimierz wrzosek", {"kazimierza wrzoska", "kazimierzem wrzoskiem"}),
        ("bogna zielińska", {"bogny zielińskiej", "bognę zielińską"}),
    ],
)
def test_each_word_of_a_persons_name_has_its_case(name, forms):
    assert forms <= set(declined(name, is_person=True))


def test_of_a_title_the_first_word_alone_is_declined():
    assert "cienia bursztynowej wieży" in declined("cień bursztynowej wieży", is_person=False)


def test_a_finnish_family_name_loses_its_ending_before_that_of_a_case():
    assert {"aino kuusisen", "aino kuusiselle"} <= set(declined("aino kuusinen", is_person=True))
    assert declined("aino kuusinen", is_person=False) == []
    assert declined("matti meikä", is_person=True) == []


def test_an_adjective_in_a_german_title_is_declined():
    assert "gläsernen nebelwald" in declined("der gläserne nebelwald", is_person=False)
    assert "fliegenden schneehaus" in declined("das fliegende schneehaus", is_person=False)


@pytest.mark.parametrize("name", ["thessaly quillfeather", "水城ひより", "the clockwork heron", "yuki"])
def test_names_of_other_languages_have_no_cases(name):
    assert declined(name, is_person=True) == []


@pytest.mark.parametrize(
    ("text", "name", "goes"),
    [
        ("leonhard sturmvogels hut", "leonhard sturmvogel", True),
        ("leonhard sturmvogelstadt", "leonhard sturmvogel", False),
        ("aino lumikkoni", "aino lumikko", True),
        ("the onepiecees", "onepiece", False),
        ("xleonhard sturmvogels", "leonhard sturmvogel", False),
        ("leonhard sturmvogel", "leonhard sturmvogel", False),
        ("ana bell", "ana b", False),
    ],
)
def test_an_ending_of_up_to_three_letters_may_follow_a_long_name(text, name, goes):
    start = text.index(name)
    assert goes_on(text, start, start + len(name)) is goes
