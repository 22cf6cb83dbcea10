"""Nothing typed is lost: by an ended session, a limit, another language, or going back."""

import re

import pytest

from registry.background.clock import ClockInDoubtError
from registry.errors import UnavailableError
from registry.model.durations import DAY
from registry.web import i18n
from tests.registry.web.person import OURS
from tests.registry.web.test_journey import DIGEST


@pytest.fixture
def at_files(artist):
    return artist.open("/declare").press("Start").press("Continue").fill(covers="files").press("Continue")


def test_what_is_typed_after_the_session_has_ended_is_sent_again_once_signed_in(at_files, app, sign_in, artist):
    artist.client.delete_cookie("__Host-session", domain="registry.example")
    artist.fill(lines=DIGEST).press("Continue", status=401)
    assert "What you typed is kept on this page" in artist.text
    assert artist.page.select_one("textarea[name=lines]").get_text().strip() == DIGEST
    kept = artist.page
    again = sign_in("artist@example.com")
    cookie = again.client.get_cookie("__Host-session", domain="registry.example").value
    artist.client.set_cookie("__Host-session", cookie, domain="registry.example", secure=True)
    artist.page = kept
    artist.press("Send it again")
    assert "Which uses do you reserve?" in artist.text


def test_what_is_refused_for_a_while_is_kept_on_the_page(at_files, artist, registry, monkeypatch):
    def unavailable(*_, **__):
        raise UnavailableError("not now", retry_after=60)

    with monkeypatch.context() as patch:
        patch.setattr(type(registry.drafts), "save_draft", unavailable)
        artist.fill(lines=DIGEST).press("Continue", status=503)
    assert artist.page.select_one("textarea[name=lines]").get_text().strip() == DIGEST
    artist.press("Send it again")
    assert "Which uses do you reserve?" in artist.text


def test_a_clock_in_doubt_is_said_to_be_nobodys_fault_in_either_language_and_keeps_what_was_typed(
    at_files, artist, registry
):
    registry.trusted_clock.compare_with_signed(registry.clock() - 4 * DAY)
    artist.fill(lines=DIGEST).press("Continue", status=503)
    assert "Not available right now" in artist.text
    assert artist.page.select_one("textarea[name=lines]").get_text().strip() == DIGEST
    artist.client.set_cookie("language", "ja", domain="registry.example")
    artist.press("Send it again", status=503)
    assert "お客様の操作に問題はありません" in artist.text
    assert "clock" not in artist.text
    with pytest.raises(ClockInDoubtError) as refused:
        registry.trusted_clock.now()
    with artist.client.application.test_request_context("/?lang=ja"):
        assert re.fullmatch(r"[^a-zA-Z]+4\.0日[^a-zA-Z]+", i18n.sentence(refused.value.detail))
    registry.trusted_clock.confirm()
    artist.press("もう一度送信する")
    assert artist.page.html["lang"] == "ja"


def test_what_another_site_sent_is_never_offered_to_be_sent_again(artist):
    headers = OURS | {"Sec-Fetch-Site": "cross-site"}
    answer = artist.client.post("/account/tokens", data={"label": "x"}, base_url=artist.origin, headers=headers)
    assert answer.status_code == 403
    assert "Send it again" not in answer.text


def test_another_language_keeps_what_was_typed(at_files, artist):
    artist.fill(lines=DIGEST).press("日本語")
    assert artist.page.html["lang"] == "ja"
    assert artist.page.textarea.get_text().strip() == DIGEST
    artist.open("/account/parties/new").fill(name="Midori").press("English")
    assert artist.page.html["lang"] == "en"
    assert artist.page.select_one("input[name=name]")["value"] == "Midori"
    assert not artist.problems


def test_going_back_keeps_what_was_typed(at_files, artist):
    artist.fill(lines="half a li").press("Back")
    assert "What do you want to exclude?" in artist.text
    assert artist.press("Continue").page.textarea.get_text().strip() == "half a li"


def test_the_limit_is_said_before_the_first_file_with_what_raises_it(at_files, artist):
    assert "One declaration holds 100 works" in artist.text
    assert "Once you have proved control of a website it holds 500" in artist.text


def test_a_long_text_is_kept_whole(at_files, artist):
    lines = "\n".join(f"{n:064x}" for n in range(1, 1900)) + "\n" + "あ" * 30_000 + "\n" + "f" * 63
    artist.fill(lines=lines).press("Continue", status=422)
    assert artist.page.textarea.get_text().strip() == lines
