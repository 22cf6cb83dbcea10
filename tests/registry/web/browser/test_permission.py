"""Permission in a real browser: an operator proves itself and asks, the artist answers on her phone, and ends it."""

import re
from dataclasses import replace

import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.grants.operator import Operator
from crawler_filter.log import Trust
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from registry.web.i18n import catalogue
from tests.registry.publishing.mirror import FolderTransport
from tests.registry.web.browser.test_journey import press
from tests.simulators.crawler import CLIENT_ID, make_key

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def kept_by(registry, clock):
    """Publishes and syncs, and returns what an operator's filter decides about a page of the artist's."""
    folder = registry.config.instance

    def kept_by(operator):
        registry.publisher.publish()
        source = FolderSource(
            SnapshotDirectory(folder / "filter"),
            Trust.parse((folder / "registry.policy").read_bytes()),
            url=FolderTransport.URL,
            transport=lambda: FolderTransport(folder / "public"),
            clock=clock,
            look_every=0,
        )
        source.sync()
        policy = replace(Policy.opt_out(Usage.TRAIN_AI), operator=operator)
        return Filter(source, policy, clock=clock).check("https://studio-aoi.com/1.png")

    return kept_by


OWN, OTHER = Operator(CLIENT_ID, make_key(1)), Operator("https://other.example/card", make_key(2))


@pytest.fixture(params=["en", pytest.param("ja", marks=pytest.mark.slow)])
def say(request):
    """Says what a page says in the language of the browser, which `say.language` names."""
    words = catalogue(request.param)

    def say(english: str) -> str:
        message = words.get(english)
        return message.string if message and message.string else english

    say.language = request.param
    return say


class Tour:
    """What people do in browsers of one language."""

    def __init__(self, say, visit, letterbox, inspect):
        self.say, self._visit, self._letterbox, self._inspect = say, visit, letterbox, inspect

    def browse(self, **settings):
        """Opens a browser of its own."""
        return self._visit(locale={"en": "en-GB", "ja": "ja-JP"}[self.say.language], **settings)

    def enter(self, page, email):
        """Signs a browser in through its letter."""
        page.goto("/sign-in")
        page.get_by_label(self.say("What is your email address?")).fill(email)
        press(page, self.say("Send the letter"))
        page.get_by_role("heading", name=self.say("Check your mail")).wait_for()
        page.goto(re.search(r"/sign-in/\S+", self._letterbox.letters[-1][2])[0])
        press(page, self.say("Sign in"))

    def look(self, page, name):
        """Looks at a page closely, and at its language."""
        assert page.locator("html").get_attribute("lang") == self.say.language
        self._inspect(page, f"{self.say.language}-{name}")


@pytest.fixture
def tour(say, visit, letterbox, inspect):
    return Tour(say, visit, letterbox, inspect)


def become_operator(page, zone, look, say=lambda english: english):
    page.goto("/account/parties/new")
    page.get_by_label(say("Name of the person or organisation")).fill("Example Lab")
    page.get_by_role("radio", name=say("Yes, show it")).check()
    page.get_by_role("radio", name=say("Rights holder"), exact=True).check()
    press(page, say("Save and continue"))
    page.goto("/operators/new")
    page.get_by_label(say("Address of the card")).fill("http://not.secure/card")
    press(page, say("Continue"))
    look(page, "operator-problems")
    page.get_by_label(say("Address of the card")).fill(CLIENT_ID)
    press(page, say("Continue"))
    look(page, "operator-pending")
    page.get_by_role("radio", name=say("A DNS record, once")).first.check()
    press(page, say("Show me what to do"))
    look(page, "operator-proof")
    at, value = (page.locator("[data-copy]").nth(each).inner_text() for each in (0, 1))
    zone.txt(at, value)
    press(page, say("Check now"))
    page.get_by_role("heading", name="Example Crawler").wait_for()
    look(page, "operator")


def test_an_operator_asks_and_the_artist_grants_on_her_phone_and_ends_it(
    tour, zone, crawler, declared, letterbox, kept_by
):
    """The whole of it, in both languages: proved, asked, granted, honoured by one filter alone, and ended."""
    say, look = tour.say, tour.look
    lab = tour.browse()
    tour.enter(lab, "lab@crawler.example")
    become_operator(lab, zone, look, say)
    lab.goto(f"/d/{declared.id}")
    lab.get_by_role("link", name=say("Ask for permission, as an AI operator")).click()
    look(lab, "ask")
    press(lab, say("Send the request"))
    look(lab, "ask-problems")
    lab.get_by_role("checkbox", name=say("AI training")).check()
    lab.get_by_label(say("What do you want to make of it?")).fill("画像生成モデルの学習")
    lab.get_by_label(say("What do you offer for it?")).fill("100 yen a picture / 1枚100円")
    press(lab, say("Send the request"))
    lab.get_by_text("100 yen a picture").wait_for()
    look(lab, "enquiry-operator")

    letter = next(text for to, _, text in reversed(letterbox.letters) if to == "aoi@example.com")
    phone = tour.browse(**PHONE)
    tour.enter(phone, "aoi@example.com")
    phone.goto(re.search(r"/enquiries/\w+", letter)[0])
    look(phone, "enquiry-artist")
    phone.get_by_label(say("Message")).fill("Gladly. / どうぞ。")
    press(phone, say("Grant what they ask for"))
    granted = say("Granted to this AI operator alone. It is in the public log, and in the next snapshot.")
    phone.get_by_text(granted).wait_for()
    look(phone, "enquiry-granted")
    decisions = {operator: kept_by(operator) for operator in (OWN, OTHER)}
    assert {operator: decision.keep for operator, decision in decisions.items()} == {OWN: True, OTHER: False}
    number = decisions[OWN].grants[0]
    assert number in decisions[OWN].explain(say.language), "the filter says why it keeps the work"
    phone.goto("/enquiries")
    look(phone, "enquiries")
    phone.goto(f"/grants/{number}")
    phone.get_by_role("heading", name="Example Crawler").wait_for()
    look(phone, "grant")
    phone.goto(f"/d/{declared.id}")
    look(phone, "record-granted")
    press(phone, say("End it now"))
    phone.get_by_text(say("Ended"), exact=True).wait_for()
    assert [kept_by(operator).keep for operator in (OWN, OTHER)] == [False, False]


@pytest.mark.slow
def test_a_rights_holder_asks_an_operator_in_japanese(visit, inspect, sign_in, zone, crawler, declared):
    lab = visit()
    sign_in(lab, "lab@crawler.example")
    become_operator(lab, zone, lambda *_: None)
    page = visit()
    sign_in(page)
    page.goto("/operators")
    page.locator("header .languages").get_by_text("日本語").click()
    inspect(page, "ja-operators")
    page.get_by_role("link", name="Example Crawler").click()
    inspect(page, "ja-operator")
    page.get_by_role("link", name="このAI事業者に質問する").click()
    press(page, "質問を送る")
    inspect(page, "ja-question-problems")
    page.get_by_label("ご自身の宣言の番号").fill(declared.id)
    page.get_by_role("radio", name="これらの作品は学習データに含まれていましたか。").check()
    press(page, "質問を送る")
    page.get_by_text("返事がないことは許可ではありません").wait_for()
    inspect(page, "ja-question")
    page.goto("/enquiries")
    inspect(page, "ja-enquiries")
    page.goto("/operators")
    page.get_by_role("link", name="Example Crawler").click()
    page.get_by_role("link", name="開示シート").click()
    page.get_by_role("heading", name="開示シート").wait_for()
    inspect(page, "ja-disclosure")
    page.locator("header .languages").get_by_text("English").click()
    page.get_by_role("heading", name="Disclosure sheet").wait_for()
    inspect(page, "disclosure")
