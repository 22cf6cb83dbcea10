"""What holds for every page: its headers, its policy, who may see it, and what it says when something is wrong."""

import hashlib
import re
from pathlib import Path

import pytest

import registry.web
from registry import rate_limits
from registry.web.sign_in_pages import browser_label
from tests.registry.bad_scopes import BAD_SCOPES
from tests.registry.web.person import OURS, Person
from tests.registry.web.test_journey import declare_files

DIGEST = hashlib.sha256(b"a drawing").hexdigest()
TEMPLATES = sorted((Path(registry.web.__file__).parent / "templates").rglob("*.html"))
PUBLIC = [
    "/",
    "/check",
    "/check-site",
    "/verify",
    "/privacy",
    "/accessibility",
    "/authority",
    "/sign-in",
    "/account-deleted",
    "/problems/gone",
]
SIGNED_IN = [
    "/declare",
    "/declarations",
    "/account",
    "/account/delete",
    "/account/parties/new",
    "/works",
    "/works/new",
]
UNKNOWN_ID = "a" * 26
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@pytest.mark.parametrize("path", [*PUBLIC, "/nothing-here", "/static/site.css", f"/d/{UNKNOWN_ID}"])
def test_every_page_carries_the_security_headers(visitor, path):
    with visitor.client.get(path, base_url=visitor.origin) as answer:
        headers = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_pages_are_not_kept_and_static_files_are_kept_for_ever(visitor):
    assert visitor.open("/").response.headers["Cache-Control"] == "no-store"
    sheet = visitor.page.select_one("link[rel=stylesheet]")["href"]
    with visitor.client.get(sheet, base_url=visitor.origin) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_static_file_that_is_not_there_is_kept_by_nobody(artist):
    """A shared cache would give it to all, and keep it when a release has the file: it is a page, with who reads it."""
    for path in ("/static/none.css", "/static/none.css?v=1", "/static//none.css", "/static/"):
        assert artist.client.get(path, base_url=artist.origin).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [*PUBLIC, *SIGNED_IN])
def test_every_page_has_one_heading_a_language_a_title_and_labelled_fields(artist, visitor, path):
    reader = visitor if path in PUBLIC else artist
    reader.open(path)
    assert reader.page.html["lang"] == "en"
    assert len(reader.page.select("h1")) == 1
    assert reader.title.endswith(" Opt-out registry")
    labelled = {label["for"] for label in reader.page.select("label[for]")}
    shown = reader.page.select("input:not([type=hidden]), textarea, select")
    assert {field["id"] for field in shown} <= labelled


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_script_or_style_or_loads_from_elsewhere(template):
    source = template.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", source)
    assert not re.search(r"""(?:src|href|action)=["']https?:""", source)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(visitor, path):
    visitor.open(path)
    assert visitor.path.startswith(f"/sign-in?next={path}")


def test_the_sign_in_page_leads_nowhere_else(app, letterbox):
    person = Person(app)
    person.open("/sign-in?next=//evil.example/").fill(address="a@example.com").press("Send the letter")
    link = re.search(r"/sign-in/\S+", letterbox.letters[-1][2])[0]
    assert person.open(link).press("Sign in").path == "/declare"


def test_a_link_does_nothing_until_its_button_is_pressed_and_then_works_once(app, letterbox):
    person = Person(app)
    person.open("/sign-in").fill(address="a@example.com").press("Send the letter")
    link = re.search(r"/sign-in/\S+", letterbox.letters[-1][2])[0]
    person.open(link).open(link).press("Sign in")
    person.open(link, status=410)
    assert "This link no longer works" in person.text


def test_a_link_opened_in_another_browser_signs_nobody_in(app, letterbox, visitor):
    person = Person(app)
    person.open("/sign-in").fill(address="a@example.com").press("Send the letter")
    visitor.open(re.search(r"/sign-in/\S+", letterbox.letters[-1][2])[0], status=403)
    assert "Open the link in the other browser" in visitor.text


def test_signing_out_ends_the_session_on_the_server(artist):
    cookie = artist.client.get_cookie("__Host-session", domain="registry.example").value
    artist.open("/account").press("Sign out")
    artist.client.set_cookie("__Host-session", cookie, domain="registry.example", secure=True)
    assert artist.open("/account").path.startswith("/sign-in")


def test_another_browser_can_be_signed_out_from_here(sign_in):
    here, there = sign_in("a@example.com"), sign_in("a@example.com")
    here.open("/account").press("Sign out there")
    states = sorted(person.open("/account").path.startswith("/sign-in") for person in (here, there))
    assert states == [False, True]


def test_session_cookies_are_bound_to_the_host_and_hidden_from_scripts(app, letterbox):
    person = Person(app)
    person.open("/sign-in").fill(address="a@example.com").press("Send the letter")
    (cookie,) = person.response.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-sign-in=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_no_form_accepts_what_another_site_sends(visitor):
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    rules = visitor.client.application.url_map.iter_rules()
    forms = [rule.rule for rule in rules if rule.endpoint.startswith("web.") and "POST" in rule.methods]
    assert {"/sign-in", "/declare", "/d/<number>/withdraw"} <= set(forms)
    for form in forms:
        path = re.sub("<.*?>", UNKNOWN_ID, re.sub(r"<any\((\w+).*?>", r"\1", form))
        answer = visitor.client.post(path, base_url=visitor.origin, headers=headers)
        assert answer.status_code == 403, form
        assert "did not come from one of our pages" in answer.text


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}], ids=str)
def test_a_session_alone_sends_no_form(artist, headers):
    answer = artist.client.post("/declare", base_url=artist.origin, headers=headers)
    assert answer.status_code == 403
    assert "Go on where you stopped" not in artist.open("/declare").text


def test_an_older_browser_that_sends_only_its_origin_is_served(artist):
    answer = artist.client.post("/declare", base_url=artist.origin, headers={"Origin": artist.origin})
    assert answer.status_code == 303


def test_too_many_forms_at_once_are_told_to_wait(artist, monkeypatch):
    monkeypatch.setattr(rate_limits, "WRITES", rate_limits.Rate("write", rate_limits.PAGE, 60))
    artist.client.post("/declare", base_url=artist.origin, headers=OURS)
    answer = artist.client.post("/declare", base_url=artist.origin, headers=OURS)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Nothing you typed is lost" in answer.text


def test_a_page_that_fails_says_so_with_a_number_and_nothing_else(artist, registry, monkeypatch):
    def fail(*_):
        raise RuntimeError("the disk said: /secret/path")

    monkeypatch.setattr(type(registry.drafts), "drafts", fail)
    artist.open("/declare", status=500)
    number = artist.response.headers["X-Request-Id"]
    assert number in artist.text
    assert "secret" not in artist.text


@pytest.mark.parametrize(
    "path", ["/nothing", f"/d/{UNKNOWN_ID}", f"/w/{UNKNOWN_ID}", f"/@{UNKNOWN_ID}", "/d/x", "/stop/x"]
)
def test_what_is_not_there_is_not_found(visitor, path):
    assert "Page not found" in visitor.open(path, status=404).text


def test_an_erased_declaration_says_that_it_is_gone(artist, visitor, registry):
    number = declare_files(artist)
    registry.erasure.erase(number)
    assert "no longer" in visitor.open(f"/d/{number}", status=410).text


@pytest.mark.parametrize("page", ["", "/prove", "/withdraw"])
def test_what_is_somebody_elses_cannot_be_touched(artist, sign_in, page):
    number = declare_files(artist)
    other = sign_in("other@example.com")
    if page == "":
        assert "Change this declaration" not in other.open(f"/d/{number}").text
    else:
        other.open(f"/d/{number}{page}", status=404)
    answer = other.client.post(f"/d/{number}/withdraw", base_url=other.origin, headers=OURS)
    assert answer.status_code == 403


def test_a_draft_is_seen_by_its_own_account_only(artist, sign_in):
    artist.open("/declare").press("Start")
    sign_in("other@example.com").open(artist.path, status=404)


def test_an_unnamed_rights_holder_is_not_named_and_not_indexed(sign_in, visitor):
    person = sign_in("quiet@example.com")
    person.open("/account/parties/new").fill(name="Secret Name", shown="no", capacity="author")
    person.press("Save and continue")
    number = declare_files(person)
    visitor.open(f"/d/{number}")
    assert "Secret Name" not in visitor.page.get_text()
    assert "quiet@example.com" not in visitor.page.get_text()
    assert visitor.page.select_one("meta[name=robots]")["content"] == "noindex"


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        pytest.param({}, {"name", "shown", "capacity"}, id="nothing"),
        pytest.param({"name": "A", "shown": "yes", "capacity": "agent"}, {"principal"}, id="an agent for nobody"),
        pytest.param(
            {"name": "A", "shown": "no", "capacity": "author", "principal": "B"},
            {"principal"},
            id="an author for B",
        ),
    ],
)
def test_a_party_form_names_each_field_and_keeps_what_was_typed(sign_in, typed, fields):
    person = sign_in("a@example.com").open("/account/parties/new")
    person.fill(**typed).press("Save and continue", status=422)
    assert set(person.problems) == fields
    assert person.title.startswith("Error:")
    assert person.page.select_one("#name")["value"] == typed.get("name", "")
    assert person.page.select_one(".problems")["role"] == "alert"


@pytest.mark.parametrize(
    ("question", "typed", "field"),
    [
        pytest.param("what", {"covers": ""}, "covers", id="nothing chosen"),
        pytest.param("where", {"lines": "not a site"}, "lines", id="not a site"),
        pytest.param("uses", {"usage__train__ai": ""}, "usage-train-ai", id="nothing said"),
        pytest.param(
            "uses",
            {"usage__train__ai": "allowed", "usage__tdm": "disallowed"},
            "usage-train-ai",
            id="training allowed inside reserved mining",
        ),
        pytest.param("terms", {"policy": "no page"}, "policy", id="not a page"),
        pytest.param("terms", {"contact": "somebody"}, "contact", id="not a contact"),
        pytest.param("terms", {"territory": "Atlantis"}, "territory", id="not a country"),
    ],
)
def test_a_question_answered_wrongly_says_how_beside_its_field_and_keeps_the_answer(
    artist, question, typed, field
):
    artist.open("/declare").press("Start").press("Continue").fill(covers="site").press("Continue")
    artist.fill(lines="example.com").press("Continue")
    artist.open(re.sub(r"\w+$", question, artist.path)).fill(**typed).press("Continue", status=422)
    assert set(artist.problems) == {field}
    assert artist.page.find(id=field) is not None
    again = artist.open(artist.path.partition("?")[0])
    wanted = next(iter(typed.values()))
    assert not wanted or wanted.casefold() in str(again.page.main.form).casefold()


def test_a_use_is_allowed_only_where_control_can_be_proved(artist):
    artist.open("/declare").press("Start").press("Continue").fill(covers="files").press("Continue")
    artist.fill(lines=DIGEST).press("Continue")
    assert artist.page.select("input[value=allowed]") == []
    forged = {"usage__train__ai": "allowed"}
    assert set(artist.fill(**forged).press("Continue", status=422).problems) == {"usage-train-ai"}


CHOICE = {"domain": "site", "host": "host", "prefix": "folder", "url": "page"}
PUT_RIGHT = {"a fragment", "a fragment behind a name", "a line feed", "a folder without its slash", "a script"}
"""What a person plainly means all the same, and what only a program can send as one line."""


def test_what_cannot_be_declared_is_refused_beside_its_line_and_nothing_is_stored(artist, registry):
    artist.open("/declare").press("Start").press("Continue")
    question = artist.path
    for case in (each for each in BAD_SCOPES if each.id not in PUT_RIGHT):
        kind, typed, _ = case.values
        covers = CHOICE.get(kind, "numbers" if kind == "isbn" else "files")
        artist.open(question).fill(covers=covers).press("Continue")
        marked = f"{kind}:{typed}" if covers == "files" else typed
        artist.fill(lines=marked).press("Continue", status=422)
        assert set(artist.problems) == {"lines"}, case.id
        assert "Line 1" in artist.problems["lines"]
        assert artist.page.textarea.get_text().strip() == marked.replace("\x00", "\ufffd")
        artist.open(re.sub(r"\w+$", "review", artist.path))
        assert "Accept" not in artist.text
    with registry.store.read() as database:
        for table in ("declarations", "leaves", "idempotency"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_the_same_declaration_twice_is_refused_with_the_number_of_the_first(artist):
    number = declare_files(artist)
    artist.open("/declare").press("Start").press("Continue").fill(covers="files").press("Continue")
    artist.fill(lines=DIGEST).press("Continue").press("Continue").press("Continue")
    artist.press("Accept and publish", status=422)
    assert number in artist.text


def test_a_token_is_shown_once_works_and_can_be_revoked(artist):
    artist.open("/account").fill(label="upload script", scope="declare").press("Make a token")
    (token,) = artist.copies()
    bearer = {"Authorization": f"Bearer {token}"}
    assert artist.client.get("/v1/parties", headers=bearer).status_code == 200
    assert token not in artist.open("/account").response.text
    artist.press("Revoke")
    assert artist.client.get("/v1/parties", headers=bearer).status_code == 401


def test_a_token_without_a_name_is_refused(artist):
    assert set(artist.open("/account").fill(scope="read").press("Make a token", status=422).problems) == {"label"}


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8.0", ""),
    ],
)
def test_browsers_are_called_what_people_call_them(user_agent, label):
    assert browser_label(user_agent) == label


class TestCheck:
    """Looking something up, in words."""

    @pytest.fixture
    def published(self, artist, registry):
        number = declare_files(artist, f"{DIGEST}\n{'d' * 40}")
        registry.publisher.publish()
        return number

    def test_a_declared_digest_is_reserved_and_its_record_is_linked(self, visitor, published):
        visitor.open("/check").fill(asset=DIGEST.upper()).press("Check")
        assert "Reserved: AI training" in visitor.text
        assert "leave it out" in visitor.text
        assert "Stated without proof" in visitor.text
        assert "Answered from snapshot" in visitor.text
        assert visitor.follow(DIGEST).path == f"/d/{published}"

    def test_a_use_that_nobody_spoke_of_is_silence_not_permission(self, visitor, published):
        visitor.open(f"/check?asset={DIGEST}&usage=search")
        assert "Nothing is declared here" in visitor.text
        assert "That is silence, not a permission" in visitor.text

    def test_an_address_is_answered_by_the_published_snapshot(self, visitor, registry):
        visitor.open("/check?url=https://example.com/a")
        assert "Nothing is declared here" in visitor.text

    @pytest.mark.parametrize("asset", ["isbn:9784065199817", "10.1000/182", "doi:10.1000/182", "d" * 32])
    def test_numbers_and_other_digests_are_understood(self, visitor, asset):
        assert "Nothing is declared here" in visitor.open("/check", 200).fill(asset=asset).press("Check").text

    @pytest.mark.parametrize("asset", ["", "no address", "isbn:9784065199818", "sha256:12"])
    def test_what_cannot_be_looked_up_says_what_can(self, visitor, asset):
        visitor.open("/check").fill(asset=asset).press("Check", status=422)
        assert set(visitor.problems) == {"asset"}
