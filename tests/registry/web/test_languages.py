# ruff: noqa: RUF001 - Japanese punctuation and full-width letters are read here
"""Which language a page is in, what it says about that, and the pages in Japanese."""

import re

import pytest
from bs4 import BeautifulSoup

from registry import rate_limits
from registry.web import page as site
from tests.registry.web.person import OURS, Person, by_letter, path_of
from tests.registry.web.test_journey import DIGEST
from tests.registry.web.test_pages import PUBLIC, SIGNED_IN

ENGLISH = re.compile(r"(?:\b[A-Za-z]{2,} ){3,}")
"""Three words on end: a sentence that was left behind. Names of things are shorter."""

NOT_SENTENCES = "code, pre, .meta code, [lang=en], .languages, script, style"


def japanese(person: Person) -> Person:
    return person.open("/language/ja?next=/")


def left_in_english(person: Person) -> list[str]:
    page = BeautifulSoup(str(person.page), "lxml")
    for each in page.select(NOT_SENTENCES):
        each.replace_with("*")
    attributes = [value for tag in page.find_all(True) for value in tag.attrs.values() if isinstance(value, str)]
    shown = [page.get_text("\n"), *(each for each in attributes if " " in each and "://" not in each)]
    return [found[0] for text in shown for found in ENGLISH.finditer(text.replace("\n", " | "))]


GAP = re.compile(r".*[。：）][ \n]+[ぁ-ヿ一-龯].*")
"""A space between two sentences, as English has it."""


def spaced_as_in_english(person: Person) -> list[str]:
    page = BeautifulSoup(str(person.page), "lxml")
    texts = [each for each in page.find_all(string=GAP) if not each.find_parent(["script", "textarea", "pre"])]
    return [" ".join(each.split()) for each in texts]


ASKED = {
    "ja": "ja",
    "ja-JP,ja;q=0.9,en-US;q=0.8,en;q=0.7": "ja",
    "en-US,en;q=0.9,ja;q=0.8": "en",
    "fr,ja;q=0.5": "ja",
    "fr": "en",
    "ja;q=0, en": "en",
    "*": "en",
    "": "en",
    "ja" * 5000: "en",
}


def test_a_first_visit_gets_the_language_that_the_browser_asks_for(visitor):
    for asked, language in ASKED.items():
        page = visitor.open("/", **{"Accept-Language": asked})
        assert page.page.html["lang"] == language, asked[:40]
        assert page.response.headers["Content-Language"] == language
        assert {"Cookie", "Accept-Language"} <= set(page.response.headers["Vary"].split(", "))
        assert page.response.headers["Cache-Control"] == "no-store"


def test_the_language_that_was_chosen_stays_and_the_address_of_a_page_beats_it(visitor):
    asked = {"Accept-Language": "en"}
    assert japanese(visitor).open("/privacy", **asked).page.html["lang"] == "ja"
    assert visitor.open("/privacy?lang=en", **asked).page.html["lang"] == "en"
    assert visitor.open("/privacy", **asked).page.html["lang"] == "ja"
    assert visitor.open("/privacy?lang=tlh", **asked).page.html["lang"] == "ja"
    assert visitor.open("/language/tlh?next=/privacy", **asked).page.html["lang"] == "ja"


def test_the_choice_is_kept_in_a_cookie_of_ours_that_holds_nothing_else(visitor):
    for elsewhere in (
        "//evil.example/",
        "/%5Cevil.example",
        "https://evil.example/",
        "/%0A/evil.example",
        "evil.example",
    ):
        answer = visitor.client.get(f"/language/ja?next={elsewhere}", base_url=visitor.origin)
        assert answer.headers["Location"] == "/"
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("language=ja;")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"))


def test_an_account_keeps_its_language_for_other_browsers_and_for_letters(app, letterbox):
    letters, email = letterbox.letters, "aoi@example.com"
    person = by_letter(app, letters, email).open("/declarations").press("日本語").open("/account/parties/new")
    person.fill(name="Aoi", shown="yes", capacity="author").press("保存して次へ")
    other = by_letter(app, letters, email)
    assert other.open("/account").page.html["lang"] == "ja"
    other.open("/language/en?next=/account")
    again = by_letter(app, letters, email)
    assert again.open("/account").page.html["lang"] == "ja"  # a link changes its own browser alone
    other.open("/declarations").press("English")
    assert (other.path, other.page.html["lang"]) == ("/declarations", "en")
    third = by_letter(app, letters, email)
    assert third.open("/account", **{"Accept-Language": "ja"}).page.html["lang"] == "en"


def test_a_language_that_was_chosen_before_signing_in_becomes_the_accounts(app, registry, letterbox):
    person = japanese(Person(app)).open("/sign-in").fill(address="aoi@example.com").press("メールを送信")
    link = next(word for word in letterbox.letters[-1][2].split() if "/sign-in/" in word)
    person.open(path_of(link)).press("サインイン")
    with registry.store.read() as database:
        assert database.execute("SELECT language FROM accounts").fetchall() == [("ja",)]


def test_every_page_offers_both_languages_without_losing_its_place(visitor):
    for path in (*PUBLIC, "/check?asset=example.com&usage=search", "/nothing-here"):
        visitor.open(path, 404 if path == "/nothing-here" else 200)
        offered = visitor.page.select("header .languages a, header .languages button")
        assert [each.get_text() for each in offered] == ["English", "日本語"]
        assert visitor.page.select_one(".languages [aria-current]")["lang"] == "en"
        if offered[0].name == "button":
            continue  # a form is sent to be shown again as it was filled in; `test_kept_input` presses it
        link = visitor.page.select_one(".languages [hreflang=ja]")
        assert link["lang"] == "ja"
        assert visitor.client.get(link["href"], base_url=visitor.origin).headers["Location"] == path
        visitor.client.delete_cookie("language", domain="registry.example")


def test_alternatives_of_a_page_are_named_for_those_who_index_it(visitor):
    visitor.open("/check?asset=example.com&lang=ja")
    links = {link["hreflang"]: link["href"] for link in visitor.page.select("link[rel=alternate][hreflang]")}
    page = "https://registry.example/check?asset=example.com"
    assert links == {"en": f"{page}&lang=en", "ja": f"{page}&lang=ja", "x-default": page}


def test_a_page_that_only_a_form_leads_to_offers_its_languages_where_the_form_was(artist):
    headers = OURS | {"Referer": f"{artist.origin}/account?lang=en"}
    answer = artist.client.post("/account/tokens/nothing/revoke", base_url=artist.origin, headers=headers)
    assert answer.status_code == 404
    assert 'action="/language?next=/account"' in answer.text
    headers = OURS | {"Referer": "https://evil.example/account"}
    answer = artist.client.post("/account/tokens/nothing/revoke", base_url=artist.origin, headers=headers)
    assert 'action="/language?next=/"' in answer.text


def test_the_choice_of_whoever_is_signed_in_is_a_post_of_ours_and_leads_nowhere_else(artist, registry):
    def chosen():
        with registry.store.read() as database:
            return database.execute("SELECT language FROM accounts").fetchall()

    artist.open("/language/ja?next=/account")
    assert chosen() == [(None,)]
    path, data = "/language?next=//evil.example/", {"_language": "ja"}
    for sent, status in (({"Sec-Fetch-Site": "cross-site"}, 403), ({}, 403), (OURS, 303)):
        answer = artist.client.post(path, data=data, base_url=artist.origin, headers=sent)
        assert (answer.status_code, chosen()) == (status, [("ja" if status == 303 else None,)])
    assert answer.headers["Location"] == "/"


def test_a_form_that_cannot_be_shown_again_gives_back_what_was_typed(artist, visitor, registry):
    """Its page is gone, it has no such form, it needs somebody who is signed in, or there was too much at once."""
    typed = {"_language": "ja", "label": "Shelf 12 of the second studio, upper row"}

    def sent(person, target):
        return person.client.post(f"/language?next={target}", data=typed, base_url=person.origin, headers=OURS)

    asked = [(artist, "/nothing-here", 404), (artist, "/privacy&form=x", 404), (visitor, "/account", 401)]
    answers = [(sent(person, target), status) for person, target, status in asked]
    registry.limiter.owe(rate_limits.READS, "127.0.0.1", 10 * rate_limits.READS.quota)
    answers.append((sent(visitor, "/check&form=check"), 503))
    for answer, status in answers:
        assert answer.status_code == status
        page = BeautifulSoup(answer.data, "lxml")
        assert page.html["lang"] == "ja"
        assert typed["label"] in [each.get_text().strip() for each in page.select("textarea[name=label]")]


def test_no_address_makes_a_page_fail_to_offer_its_languages(visitor):
    for path in ("//[", "//evil.example/", "/\xff", "/" + "x" * 3000):
        answer = visitor.client.get("/", base_url=visitor.origin, environ_overrides={"PATH_INFO": path})
        assert answer.status_code == 404, path
        assert "next=//" not in answer.text
    for query in ("%ff", "lang=ja&lang=en", "&" * 3000, "lang=%00"):
        assert visitor.client.get(f"/?{query}", base_url=visitor.origin).status_code == 200, query


def test_pages_that_anybody_reads_are_in_japanese_whole(visitor):
    japanese(visitor)
    for path in (path for path in PUBLIC if not path.startswith("/problems/")):
        visitor.open(path)
        assert visitor.page.html["lang"] == "ja"
        assert visitor.title.endswith("AI学習オプトアウト登録簿")
        assert left_in_english(visitor) == [], path
        assert spaced_as_in_english(visitor) == [], path


def test_pages_of_an_account_are_in_japanese_whole(artist):
    japanese(artist)
    for path in SIGNED_IN:
        assert left_in_english(artist.open(path)) == [], path
        assert spaced_as_in_english(artist) == [], path


def test_a_person_declares_and_withdraws_in_japanese(app, letterbox, registry):
    person = japanese(Person(app))
    person.open("/sign-in").fill(address="ａｏｉ＠例え。ｊｐ").press("メールを送信")
    to, subject, text = letterbox.letters[-1]
    assert (to, subject) == ("aoi@xn--r8jz45g.jp", "AI学習オプトアウト登録簿（registry.example）へのサインイン")
    assert "同じブラウザー" in text
    person.open(path_of(next(word for word in text.split() if "/sign-in/" in word))).press("サインイン")
    person.open("/account/parties/new").fill(name="アオイ", shown="yes", capacity="author").press("保存して次へ")
    person.open("/declare").press("始める").press("次へ", 200).fill(covers="files").press("次へ")
    person.fill(lines="picture.png").press("次へ", 422)
    assert person.problems["lines"] == (
        "1行目「picture.png」は使用できません。ファイルを選択するか、SHA-256ハッシュ値を貼り付けてください。"
        "理由：sha256のハッシュ値は16進数で64桁です（入力値：'picture.png'）"
    )
    person.fill(lines=DIGEST).press("次へ").press("次へ").press("次へ")
    assert "AI学習：権利留保（要許諾）" in person.page.main.get_text()
    person.press("同意して公開")
    assert "公開済み" in person.text
    assert left_in_english(person) == []
    record = path_of(person.path).partition("?")[0]
    registry.publisher.publish()
    person.open(f"/check?asset={DIGEST}")
    assert "権利留保（要許諾）：AI学習" in person.text
    assert left_in_english(person) == []
    assert "72時間後に発効します" in person.open(f"{record}/withdraw").text
    assert left_in_english(person) == []
    person.press("はい、取り下げます")
    assert re.search(r"停止しない限り、20\d\d年\d+月\d+日 [\d:]+ JSTに発効します", person.text)
    assert left_in_english(person) == []


def test_a_site_that_was_checked_is_told_in_japanese(visitor, files):
    robots = "Content-Signal: ai-train=no\nUser-agent: GPTBot\nDisallow: /\n\nContent-Usage: train-genai=n\nFoo: 1"
    files |= {"/robots.txt": robots, "/": "<!doctype html><meta name=robots content=noai>"}
    japanese(visitor).open("/check-site").fill(site="ｈｔｔｐ：／／ａｒｔ．ｅｘａｍｐｌｅ。ｃｏｍ／").press(
        "サイトを確認"
    )
    assert "robots.txt 1行目" in visitor.text
    assert "User-agent行よりも前" in visitor.text
    assert left_in_english(visitor) == []


def test_what_is_not_found_is_said_in_japanese(visitor):
    japanese(visitor)
    for path in ("/nothing-here", f"/d/{'a' * 26}", "/stop/x"):
        assert "ページが見つかりません" in visitor.open(path, 404).text
        assert visitor.response.headers["Content-Language"] == "ja"


def test_waiting_is_told_in_singular_and_plural(artist, monkeypatch):
    monkeypatch.setattr(rate_limits, "WRITES", rate_limits.Rate("write", rate_limits.PAGE, 60))
    artist.client.post("/declare", base_url=artist.origin, headers=OURS)
    answer = artist.client.post("/declare", base_url=artist.origin, headers=OURS)
    seconds = answer.headers["Retry-After"]
    assert f"Try again in {seconds} second" in answer.text
    japanese(artist)
    answer = artist.client.post("/declare", base_url=artist.origin, headers=OURS)
    assert f"{answer.headers['Retry-After']}秒後に再度お試しください" in answer.text


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "November 25, 2026, 9:05:07\u202fAM UTC"), ("ja", "2026年11月25日 18:05:07 JST")],
)
def test_a_time_is_written_as_the_language_does(app, language, told):
    with app.test_request_context(f"/?lang={language}"):
        assert site.in_words(1_795_597_507) == told


def test_what_the_domain_refuses_is_told_in_japanese(artist):
    japanese(artist).open("/works/new").fill(titles="題", kind="manga", identifiers="978-4-06-519981-8")
    artist.press("作品を保存", 422)
    assert artist.problems["identifiers"] == (
        "「978-4-06-519981-8」：ISBN '978-4-06-519981-8'のチェックディジットが一致しません。書籍の表示と見比べてください"
    )
