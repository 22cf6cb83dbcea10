"""Disputes, the desk, search and the public pages in Chromium: both sides, two people, a picture, two languages."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from crawler_filter.fingerprints.of_file import likenesses_of
from registry.model.role import Role
from tests.registry.studio import SHA, Studio

pytestmark = pytest.mark.browser


def draw(path: Path, size: int = 256) -> Path:
    """A picture with enough to see."""
    picture = Image.new("RGB", (512, 512), "white")
    pen = ImageDraw.Draw(picture)
    for step in range(0, 512, 37):
        pen.rectangle((step, step // 2, step + 90, step + 60), fill=(step % 255, 255 - step % 200, 90))
        pen.ellipse((500 - step, step, 560 - step, step + 80), outline="black", width=5)
    picture.resize((size, size)).save(path)
    return path


@pytest.fixture
def studio(registry, letterbox):
    return Studio(registry, letterbox)


def send_dispute(victim, number, inspect) -> None:
    """Dispute a declaration without an account, after a first try with everything missing."""
    victim.goto(f"/d/{number}")
    victim.get_by_role("link", name="Dispute this declaration").click()
    victim.get_by_role("button", name="Send the dispute").click()
    victim.get_by_role("alert").wait_for()
    inspect()
    victim.get_by_label("It is mine").check()
    victim.get_by_label("Say in your own words").fill("I drew it in 2019.\nHere is my sketch.")
    victim.get_by_label("Addresses on the web").fill("https://victim.example.net/2019.png")
    victim.get_by_label("Your email address").fill("victim@example.net")
    victim.get_by_role("button", name="Send the dispute").click()
    victim.get_by_role("heading", name="Your dispute").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_dispute_from_both_sides_and_two_people_at_the_desk(
    visit, sign_in, studio, registry, letterbox, inspect, origin, language
):
    made = studio.declare(("sha256", SHA))
    number = made.id

    def look(page, name):
        page.goto(f"/language/{language}?next={page.url.removeprefix(origin).partition('#')[0]}")
        inspect(page, f"institution-{name}-{language}")

    victim = visit()
    send_dispute(victim, number, lambda: inspect(victim, f"institution-dispute-problems-{language}"))
    own = victim.url.removeprefix(origin)
    look(victim, "dispute-received")

    moderator, operator = visit(), visit()
    for page, email, role in (
        (moderator, "mia@registry.example", Role.MODERATOR),
        (operator, "olga@registry.example", Role.OPERATOR),
    ):
        sign_in(page, email)
        registry.roles.grant(email, role)
    moderator.goto("/desk")
    look(moderator, "desk")
    moderator.goto("/language/en?next=/desk")
    moderator.get_by_role("link", name="It is mine").click()
    look(moderator, "desk-dispute")
    desk = moderator.url.removeprefix(origin)
    moderator.goto(f"/language/en?next={desk}")
    moderator.get_by_role("button", name="Open the dispute").click()

    artist = visit()
    sign_in(artist)
    artist.goto(f"/d/{number}")
    look(artist, "declarant")
    artist.goto(f"/language/en?next=/d/{number}")
    artist.get_by_role("link", name="Answer this dispute").click()
    answering = artist.url.removeprefix(origin)
    look(artist, "dispute-answer")
    artist.goto(f"/language/en?next={answering}")
    artist.get_by_label("Your answer").fill("I drew it in 2018.")
    artist.get_by_role("button", name="Send the answer").click()
    victim.goto(own)
    look(victim, "dispute-answered")

    moderator.goto(desk)
    look(moderator, "desk-dispute-answered")
    moderator.goto(f"/language/en?next=/desk/d/{number}")
    moderator.get_by_role("button", name="Ask to erase it").click()
    inspect(moderator, f"institution-desk-problems-{language}")
    moderator.get_by_label("Why?").fill("It names a child.")
    moderator.get_by_role("button", name="Ask to erase it").click()
    operator.goto(f"/desk/d/{number}")
    look(operator, "desk-declaration")
    operator.goto(f"/language/en?next=/desk/d/{number}")
    operator.get_by_role("button", name="Erase it for good").click()
    operator.get_by_role("heading", name="This declaration was erased").wait_for()
    look(operator, "desk-erased")
    victim.goto(f"/d/{number}")
    look(victim, "erased")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_public_page_and_search_pass_in_both_looks(visit, studio, registry, zone, inspect, language):
    made = studio.prove(zone, studio.declare(("domain", "example.com"), ("sha256", SHA)))
    registry.moderation.hold(made.id)
    registry.publisher.publish()
    page = visit()
    page.goto(f"/language/{language}?next=/")
    for name in ("stats", "status", "about", "governance", "terms", "developers", "ai-companies", "search"):
        page.goto(f"/{name}")
        inspect(page, f"institution-{name}-{language}")
    page.goto("/search?q=example.com")
    inspect(page, f"institution-search-found-{language}")
    page.goto("/search?q=nothing-like-it")
    inspect(page, f"institution-search-nothing-{language}")
    page.goto(f"/d/{made.id}")
    inspect(page, f"institution-held-{language}")
    page.goto(f"/d/{made.id}/site")
    inspect(page, f"institution-snippets-{language}")


def test_a_picture_is_searched_by_its_likeness_and_never_sent(visit, studio, registry, tmp_path, inspect):
    sent = []
    original, copy = draw(tmp_path / "original.png", 512), draw(tmp_path / "copy.jpg", 300)
    studio.declare(*((each.kind, each.value) for each in likenesses_of(original)))
    registry.publisher.publish()
    page = visit()
    page.on("request", lambda request: sent.append((request.method, request.url, request.post_data)))
    page.goto("/search")
    page.get_by_label("Or choose a picture").set_input_files(copy)
    page.get_by_role("heading", name="Reserved: AI training").wait_for()
    inspect(page, "institution-picture-found")
    assert all(method == "GET" and body is None for method, _, body in sent)
    assert any("asset=pdq" in url and "sha256=" in url for _, url, _ in sent)
