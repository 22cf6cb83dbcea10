"""Permission in a real browser: an operator proves itself and asks, the artist answers on her phone, and ends it."""

import re
from dataclasses import replace

import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.grants.operator import Operator
from crawler_filter.log import Trust
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from tests.registry.publishing.mirror import FolderTransport
from tests.registry.web.browser.test_journey import press
from tests.simulators.crawler import CLIENT_ID, CrawlerSite, make_key, serve

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def fetcher(make_fetcher, authority):
    return make_fetcher(tls=authority.trust)


@pytest.fixture
def crawler(authority, internet, zone):
    site = CrawlerSite()
    with serve(site, authority, internet, zone):
        yield site


@pytest.fixture
def declared(studio, zone):
    made = studio.declare(("domain", "studio-aoi.com"))
    studio.prove(zone, made)
    return made


@pytest.fixture
def kept_by(registry, clock):
    """Publishes and syncs, and tells whether an operator's filter keeps a page of the artist's."""
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
        return Filter(source, policy, clock=clock).check("https://studio-aoi.com/1.png").keep

    return kept_by


OWN, OTHER = Operator(CLIENT_ID, make_key(1)), Operator("https://other.example/card", make_key(2))


def become_operator(page, zone, inspect):
    page.goto("/account/parties/new")
    page.get_by_label("Name of the person").fill("Example Lab")
    page.get_by_role("radio", name="Yes, show it").check()
    page.get_by_role("radio", name="Rights holder", exact=True).check()
    press(page, "Save and continue")
    page.goto("/operators/new")
    page.get_by_label("Address of the card").fill("http://not.secure/card")
    press(page, "Continue")
    inspect(page, "operator-problems")
    page.get_by_label("Address of the card").fill(CLIENT_ID)
    press(page, "Continue")
    inspect(page, "operator-pending")
    page.get_by_role("radio", name="DNS").first.check()
    press(page, "Show me what to do")
    inspect(page, "operator-proof")
    at, value = (page.locator("[data-copy]").nth(each).inner_text() for each in (0, 1))
    zone.txt(at, value)
    press(page, "Check now")
    page.get_by_role("heading", name="Example Crawler").wait_for()
    inspect(page, "operator")


def test_an_operator_asks_and_the_artist_grants_on_her_phone_and_ends_it(
    visit, inspect, sign_in, zone, crawler, declared, letterbox, kept_by
):
    lab = visit()
    sign_in(lab, "lab@crawler.example")
    become_operator(lab, zone, inspect)
    lab.goto(f"/d/{declared.id}")
    lab.get_by_role("link", name="Ask for permission, as an AI operator").click()
    inspect(lab, "ask")
    press(lab, "Send the request")
    inspect(lab, "ask-problems")
    lab.get_by_role("checkbox", name="AI training").check()
    lab.get_by_label("What do you want to make of it?").fill("Training of a picture model")
    lab.get_by_label("What do you offer for it?").fill("100 yen a picture")
    press(lab, "Send the request")
    lab.get_by_text("Silence permits nothing").wait_for()
    inspect(lab, "enquiry-operator")

    letter = next(text for to, _, text in reversed(letterbox.letters) if to == "aoi@example.com")
    phone = visit(**PHONE)
    sign_in(phone)
    phone.goto(re.search(r"/enquiries/\w+", letter)[0])
    inspect(phone, "enquiry-artist")
    phone.get_by_label("Message").fill("Gladly.")
    press(phone, "Grant what they ask for")
    phone.get_by_text("Granted to this AI operator alone").wait_for()
    inspect(phone, "enquiry-granted")
    assert (kept_by(OWN), kept_by(OTHER)) == (True, False)
    phone.goto("/enquiries")
    inspect(phone, "enquiries")
    phone.goto(f"/d/{declared.id}")
    inspect(phone, "record-granted")
    press(phone, "End it now")
    phone.get_by_text("Ended", exact=True).wait_for()
    assert (kept_by(OWN), kept_by(OTHER)) == (False, False)


@pytest.mark.slow
def test_a_rights_holder_asks_an_operator_in_japanese(visit, inspect, sign_in, zone, crawler, declared):
    lab = visit()
    sign_in(lab, "lab@crawler.example")
    become_operator(lab, zone, lambda *_: None)
    page = visit()
    sign_in(page)
    page.goto("/operators")
    page.get_by_role("link", name="日本語").click()
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
