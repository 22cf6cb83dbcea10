# ruff: noqa: RUF001 - full-width letters are typed here
"""The whole way without JavaScript: sign in, declare, prove, publish, look up, withdraw, stop."""

import hashlib
import re

from tests.registry.web.person import OURS

DIGEST = hashlib.sha256(b"a drawing").hexdigest()


def answer_up_to_review(person, covers, lines, **uses):
    person.open("/declare").press("Start")
    person.press("Continue").fill(covers=covers).press("Continue").fill(lines=lines).press("Continue")
    person.fill(**uses).press("Continue").fill(
        policy="art.example.com/licence", contact="ask@art.example.com"
    ).press("Continue")
    return person


def declare_files(person, lines=DIGEST):
    answer_up_to_review(person, "files", lines).press("Accept and publish")
    return re.search(r"/d/(\w+)", person.path)[1]


def test_a_person_without_javascript_gets_from_the_start_page_to_a_published_proved_record_and_back(
    visitor, letterbox, files
):
    visitor.open("/").follow("Declare your works")
    assert visitor.path.startswith("/sign-in?next=")
    visitor.fill(address="Ａoi@Example.com ").press("Send the letter")
    assert "Check your mail" in visitor.title
    (to, _subject, text) = letterbox.letters[-1]
    assert to == "aoi@example.com"

    visitor.open(re.search(r"https://registry\.example(/sign-in/\S+)", text)[1]).press("Sign in")
    assert visitor.path == "/declare"

    visitor.press("Start")
    assert visitor.path.startswith("/account/parties/new")
    visitor.fill(name="アオイ", shown="yes", capacity="author").press("Save and continue")
    assert visitor.page.select_one("input[name=party][checked]") is not None
    visitor.press("Continue").fill(covers="host").press("Continue")
    visitor.fill(lines="http://ＡＲＴ.example.com/").press("Continue")
    visitor.press("Continue").fill(policy="art.example.com/licence").press("Continue")
    assert "Check your answers" in visitor.title
    for said in ("アオイ", "art.example.com", "AI training: reserved", "https://art.example.com/licence"):
        assert said in visitor.text

    visitor.press("Accept and go on to the proof")
    assert "Prove that it is yours" in visitor.title
    visitor.fill(method="http-file").press("Show me what to do")
    token, address = visitor.copies()
    assert address.startswith("http://art.example.com/.well-known/optout/")

    visitor.press("Check now", status=422)
    assert "answered 404" in visitor.text
    files[address.removeprefix("http://art.example.com")] = token
    visitor.press("Check now")
    assert "Published" in visitor.text
    record = visitor.path.partition("?")[0]

    visitor.open(record)
    for said in (
        "In force",
        "art.example.com",
        "AI training: reserved",
        "Proved",
        "アオイ",
        "Download the receipt",
    ):
        assert said in visitor.text

    visitor.follow("Withdraw it")
    assert "72 hours" in visitor.text
    visitor.press("Yes, withdraw it")
    assert "takes effect on" in visitor.text
    assert "Change this declaration" not in visitor.text
    stop = re.search(r"https://registry\.example(/stop/\S+)", letterbox.letters[-1][2])[1]
    visitor.open(stop).press("Yes, stop the change")
    assert "The change is stopped" in visitor.text
    assert "Announced change stopped" in visitor.text
    visitor.open(stop).press("Yes, stop the change", status=410)


def test_a_change_that_waits_is_stopped_from_its_page_by_its_owner_only(artist, sign_in):
    number = declare_files(artist)
    artist.open(f"/d/{number}/withdraw").press("Yes, withdraw it")
    stranger = sign_in("other@example.com")
    assert "Stop the announced change" not in stranger.open(f"/d/{number}").text
    assert stranger.client.post(f"/d/{number}/stop", base_url=stranger.origin, headers=OURS).status_code == 403
    artist.open(f"/d/{number}").press("Stop the announced change")
    assert "The change is stopped" in artist.text
    assert "Withdraw it" in artist.text


def test_the_page_about_verifying_names_the_receipt_as_it_is_downloaded(artist):
    number = declare_files(artist)
    receipt = artist.open(f"/d/{number}").page.select_one("a[download]")["download"]
    assert receipt == f"receipt-{number}.tlog-proof"
    assert "crawler-filter verify receipt-….tlog-proof" in artist.open("/verify").text


def test_files_need_no_proof_and_are_published_at_once(artist):
    number = declare_files(artist, f"{DIGEST}  picture.png\n{'d' * 32}")
    assert "Published" in artist.text
    assert number in artist.text
    for said in (DIGEST, "d" * 32, "Stated, not checked"):
        assert said in artist.text


def test_a_withdrawal_takes_effect_after_its_delay(artist, registry, clock):
    number = declare_files(artist)
    artist.open(f"/d/{number}/withdraw").press("Yes, withdraw it")
    clock.pass_(registry.config.loosening_delay + 1)
    registry.schedule.due(clock())
    assert "Withdrawn" in artist.open(f"/d/{number}").text


def test_a_declaration_is_changed_by_the_same_questions(artist):
    number = declare_files(artist)
    artist.open(f"/d/{number}").press("Change this declaration")
    assert "Check your answers" in artist.title
    artist.follow("Change the uses").fill(usage__search="disallowed").press("Continue")
    assert "Search: reserved" in artist.text
    artist.press("Accept and publish the change")
    assert artist.path.startswith(f"/d/{number}")
    assert "Search: reserved" in artist.open(f"/d/{number}").text


def test_a_change_that_lets_more_be_used_waits_and_its_page_says_until_when(artist):
    number = declare_files(artist, f"{DIGEST}\n{'d' * 32}")
    artist.open(f"/d/{number}").press("Change this declaration")
    artist.follow("Change where it is").fill(lines=DIGEST).press("Continue").press("Accept and publish the change")
    assert "A change was announced. It takes effect on" in artist.text
    assert "d" * 32 in artist.text


def test_a_draft_waits_in_the_list_until_it_is_taken_up_or_thrown_away(artist):
    artist.open("/declare").press("Start").press("Continue").fill(covers="site").press("Continue")
    artist.fill(lines="art.example.com\nnot a site").press("Continue", status=422)
    artist.open("/declarations").follow("art.example.com")
    assert artist.page.textarea.get_text() == "art.example.com\nnot a site"
    artist.open("/declare").press("Discard")
    assert "Go on where you stopped" not in artist.text


def test_a_pending_declaration_is_given_up_at_once_and_seen_by_nobody_else(artist, visitor):
    answer_up_to_review(artist, "site", "art.example.com").press("Accept and go on to the proof")
    number = re.search(r"/d/(\w+)/prove", artist.path)[1]
    visitor.open(f"/d/{number}", status=404)
    artist.follow("Discard this draft").press("Yes, discard it")
    assert "You have not declared anything yet" in artist.text


def test_a_whole_website_is_proved_by_the_exact_dns_record_that_is_shown(artist, zone):
    answer_up_to_review(artist, "site", "art.example.com").press("Accept and go on to the proof")
    artist.fill(method="dns-txt").press("Show me what to do")
    name, value = artist.copies()
    assert name == "_optout-challenge.art.example.com"
    assert re.fullmatch(r"token=[a-z2-7]{26} expiry=never", value)
    zone.txt(name, "another record")
    artist.press("Check now", status=422)
    assert "We found 1 TXT record at" in artist.text
    zone.txt(name, "another record", value)
    artist.press("Check now")
    assert "Published" in artist.text


def test_a_profile_is_proved_on_its_platform(artist):
    answer_up_to_review(artist, "folder", "www.pixiv.net/users/123").press("Accept and go on to the proof")
    offered = [choice["value"] for choice in artist.page.select("input[name=method]")]
    assert offered == ["profile-page"]


def test_the_names_in_a_work_are_entered_a_line_each_shown_and_added_to_later(artist, sign_in, registry):
    artist.open("/works/new").fill(titles="Re: 青い鳥\nfr: L'Oiseau bleu", kind="manga", creators="Aoi; 緑")
    artist.fill(
        series="童話\n\nFate/stay night", characters="うずまきナルト／Naruto Uzumaki、ナルト\n 青井そら ;\n/"
    )
    artist.fill(identifiers="ISBN 978-4-06-519981-7").press("Save the work")
    page = artist.path
    for said in ("童話 / Fate/stay night", "うずまきナルト / Naruto Uzumaki / ナルト", "青井そら"):
        assert said in artist.text
    before = registry.works.work(page.removeprefix("/w/"))
    assert before.titles == {"en": "Re: 青い鳥", "fr": "L'Oiseau bleu"}

    artist.follow("Change what is said about this work").press("Save the work")
    assert registry.works.work(before.id) == before
    artist.follow("Change what").fill(characters="ミチル", kind="anime", party="x").press("Save the work")
    assert artist.path == page
    assert "ミチル" in artist.text
    assert "ナルト" not in artist.text

    stranger = sign_in("other@example.com").open(page)
    assert "Change what is said" not in stranger.text
    stranger.open(f"{page}/change", status=404)


def test_names_that_cannot_be_looked_for_are_named_beside_their_field(artist):
    artist.open("/works/new").fill(titles="青い鳥\nThe Blue Bird\nL'Oiseau bleu", kind="manga")
    artist.fill(series="!", characters="青井そら\n鬼 / Oni").press("Save the work", status=422)
    rule = "a name has 2 to 100 letters. Write a first name of one letter together with the last name."
    assert artist.problems == {
        "titles": "“L'Oiseau bleu”: put the language of this title in front, one for each title.",
        "series": f"“!” cannot be looked for: {rule}",
        "characters": f"“鬼” cannot be looked for: {rule}",
    }
    assert artist.page.select_one("textarea[name=characters]").get_text().strip() == "青井そら\n鬼 / Oni"
    artist.fill(titles="青い鳥", series="", characters="\n".join(["Aoi Sora"] * 501)).press(
        "Save the work", status=422
    )
    assert artist.problems == {"characters": "Expected at most 500 characters of the story."}


def test_a_work_says_plainly_when_nothing_can_match_it(artist):
    artist.open("/works/new").fill(titles="ja: となりの山\nThe Next Mountain", kind="manga", creators="Aoi; 緑")
    artist.fill(identifiers="ISBN 978-4-06-519981-7").press("Save the work")
    assert "となりの山" in artist.title
    assert "Nothing can match this work yet" in artist.text
    work = artist.path.removeprefix("/w/")
    answer_up_to_review(artist, "files", DIGEST)
    artist.follow("Change where permission can be asked for").fill(works=[work]).press("Continue")
    artist.press("Accept and publish")
    assert "となりの山" in artist.text
    assert "Nothing can match" not in artist.open(f"/w/{work}").text
