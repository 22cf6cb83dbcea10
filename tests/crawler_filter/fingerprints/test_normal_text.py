# ruff: noqa: RUF001 - full-width letters are what is tested

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.fingerprints.normal_text import MAX_TEXT, main_content, normalise, without_markup
from crawler_filter.fingerprints.text import text_scope
from tests.costs import SECOND, cost

SAME = {
    "case": ("The WHALE", "the whale"),
    "full case folding": ("STRASSE", "straße"),
    "final sigma": ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
    "width": ("ＮＡＲＵＴＯ ﾅﾙﾄ", "naruto ナルト"),
    "half-width sound marks": ("ｶﾞﾝﾀﾞﾑ", "ガンダム"),
    "composed and decomposed": ("Pokémon が", "Poke\u0301mon か\u3099"),
    "line breaks and hyphens at their ends": ("Moby-\n Dick", "moby dick"),
    "punctuation, quotes and spaces": ("「鬼」 — said he…", "鬼 said, he!"),
    "tags": ('<p class="a">漢<b>字</b></p><br/>', "漢字"),
    "ruby": ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>を", "漢字を"),
    "ruby without end tags": ("<ruby>漢<rt>かん<rb>字<rt>じ</ruby>を", "漢字を"),
    "ruby in capitals with attributes": ('<RUBY>鬼<RT CLASS="r">おに</RT ></RUBY>', "鬼"),
    "ruby of Aozora": ("｜五つ辻《ピャーチ・ウグロフ》と臆病《おくびょう》", "五つ辻と臆病"),
    "notes of Aozora": ("※［＃「木＋吶のつくり」、第3水準1-85-54］終わり［＃改ページ］", "終わり"),
    "scripts, styles and comments": ("a<script>var b = '<i>';</script><style>c{}</style><!-- d -->e", "ae"),
    "references by number": ("caf&#233; &#x5B57;&#8217;", "café 字"),
    "references by name": ("&Eacute;t&eacute; &amp; &nbsp;&hellip;", "Été"),
    "ligatures and circled numbers": ("ﬁn ① ㍿", "fin 1 株式会社"),
    "a variation selector and a joiner": ("葛\U000e0100\u200d城", "葛城"),
}
DIFFERENT = {
    "voiced and not": ("か", "が"),
    "with and without an accent": ("cafe", "café"),
    "hiragana and katakana": ("なると", "ナルト"),
    "a title between the same marks as ruby": ("《红楼梦》", ""),
    "an element that is never closed": ("a<script>b", "a"),
    "less than": ("1 < 2 and 3 > 2", "1 2"),
    "elements whose names begin like hidden ones": ("<rtc>a</rtc>", ""),
    "elements of a namespace that is called like hidden ones": ("<style:header>a</style:header>", ""),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_what_copies_differ_in_is_gone(one, other):
    assert normalise(one) == normalise(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_makes_another_text_stays(one, other):
    assert normalise(one) != normalise(other)


@given(st.text(st.characters(blacklist_characters="<&《［")))
def test_only_letters_and_digits_are_left_and_normalising_again_changes_at_most_their_form(text):
    normal = normalise(text)
    assert all(unicodedata.category(character)[0] in "LN" for character in normal)
    assert normal == normalise(normal) or not normal.isascii()


@given(
    st.text(max_size=30),
    st.sampled_from(["<b>", "</P>", "<!-- x -->", "<script>x</script>", "［＃x］", "&#8217;", "—"]),
)
def test_markup_between_words_changes_nothing(text, markup):
    plain = text.replace("<", " ").replace("&", " ").replace("《", " ").replace("［", " ")
    assert normalise(f"{plain}.{markup} {plain}") == normalise(f"{plain}. {plain}")


@given(st.text(st.sampled_from("<>/!-&#;x1rtpb \ud800《》［］＃かﾞ\u0301ﷺ"), max_size=60))
def test_no_text_is_refused(text):
    normalise(text)


BOMBS = [
    "a",
    "あ",
    "<rt>",
    "<script>",
    "<!--",
    "<!---->",
    "<a ",
    "&#",
    "《",
    "［＃",
    "ﾞ\u0301",
    "\u0301\u0323",
    "ﷺ",
    "ｶﾞ",
]


@pytest.mark.parametrize("bomb", BOMBS)
def test_time_is_linear_in_any_text(bomb):
    short, long = (bomb * (size // len(bomb)) for size in (1 << 15, 1 << 18))
    least = cost(lambda: normalise(short), limit=0)
    limit = 100 * least + SECOND / 20
    assert cost(lambda: normalise(long), limit=limit) <= limit


def test_of_a_longer_text_the_beginning_is_read():
    assert len(normalise("a" * MAX_TEXT + "b")) == MAX_TEXT


def test_a_long_run_of_marks_is_cut_and_the_letters_around_it_stay():
    assert normalise("x" + "\u0301\u0323" * 50_000 + "y") == normalise("x\u0323\u0301y")
    assert without_markup("a" * 3) == "aaa"


def test_what_stands_around_every_page_of_a_site_is_no_part_of_a_work():
    page = "<NAV class=m>Home</NAV><header>Site</header><p>words</p><form>Name<select>a</select></form><footer>©</footer>"
    assert main_content(page) == "<p>words</p>"
    sphinx = '<div role="navigation">x</div><div class="body" role="main"><div>words</div></div><div>y</div>'
    assert main_content(sphinx) == '<div class="body" role="main"><div>words</div></div>'
    old = '<div class="site-nav"><div>a</div>b</div>words<div id="comments" class="c">d</div><div class="navigator">e</div>'
    assert main_content(old) == 'words<div class="navigator">e</div>'
    assert main_content("<main>a<main>b</main>c</main><p>d</p>") == "<main>a<main>b</main>c</main>"
    assert main_content("<navigation>a</navigation><nav>b") == "<navigation>a</navigation><nav>b"
    assert main_content("no markup </ at all") == "no markup </ at all"


@pytest.mark.parametrize(
    "register",
    [
        '<dl class="toc"><dt>1. Words</dt></dl>',
        '<div class="navfooter"><hr>Next</div>',
        '<table border="0" class="index-cp"><tr><td>words, 12</td></tr></table>',
        '<div id="bibliography"><p>Words. London 1818</p></div>',
        '<ol class="reflist columns"><li>Words. London 1818</ol>',
        '<section role="doc-bibliography"><p>文献</p></section>',
        "<section epub:type='backmatter index'><p>索引</p></section>",
    ],
)
def test_registers_that_are_marked_as_such_are_no_part_of_a_work(register):
    assert main_content(f"<p>words</p>{register}<p>more</p>") == "<p>words</p><p>more</p>"


@pytest.mark.parametrize(
    "around",
    [
        '<svg><symbol id="icon"><title>Facebook</title></symbol></svg>',
        '<div class="cky-consent-bar">We use cookies.</div>',
        '<p class="affiliate-disclosure">As an associate I earn from purchases.</p>',
        '<div class="bibliographical_information">入力：林幸雄<br />2002年5月7日作成</div>',
        '<div class="notation_notes">このファイルは W3C 勧告 XHTML1.1 にそった形式で作成されています。</div>',
        '<div id="archives-2" class="widget widget_archive"><h3>Archives</h3></div>',
        '<ul><li><a href="/1">March 2014</a><li><a href="/2">May 2014</a>, <li><a href="/3">July 2014</a></ul>',
    ],
)
def test_what_systems_of_sites_write_around_a_work_is_no_part_of_it(around):
    assert main_content(f"<p>words</p>{around}<p>more</p>") in (
        "<p>words</p><p>more</p>",
        "<p>words</p><svg></svg><p>more</p>",
    )


def test_what_has_most_paragraphs_is_the_work_whatever_its_layout_is_named_after():
    article = "<p>one</p><p>two</p><p>three</p>"
    page = (
        f'<div class="layout sidebar-right"><nav>Home</nav>{article}<div class="share">Mail</div></div><p>end</p>'
    )
    assert main_content(page) == f"{article}</div><p>end</p>"
    assert main_content('<div class="sidebar"><p>a</p><p>b</p></div><p>c</p>') == "<p>c</p>"
    assert main_content('<div class="comments"><p>a</p><p>b</p><p>c</p></div>' + article) == article


def test_a_work_in_more_layouts_than_are_looked_into_is_registered_with_them():
    words = "".join(f"<p>{number} words that nobody else has written down</p>" for number in range(9))
    nested = '<div class="sidebar">' * 20_000 + words + "</div>" * 20_000
    assert text_scope(nested) == text_scope(words)


def test_a_list_of_words_with_links_among_them_is_part_of_a_work():
    own = '<ul><li>Whip the <a href="#">cream</a> with <a href="#">sugar</a>, then add <a href="#">salt</a>.</li></ul>'
    assert main_content(own) == own


@pytest.mark.parametrize(
    "own",
    [
        '<div class="contents"><p>words</p></div>',
        '<div id="index-ja"><p>words</p></div>',
        '<section epub:type="bodymatter chapter"><p>words</p></section>',
        '<dl class="glossary"><dt>word</dt><dd>what it means</dd></dl>',
        '<div class="protocol"><p>words</p></div>',
    ],
)
def test_what_is_named_alike_is_part_of_a_work(own):
    assert main_content(own) == own
