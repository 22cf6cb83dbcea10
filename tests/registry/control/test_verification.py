"""The five methods against name servers and sites on loopback, and the table of what each may back."""

import hashlib
import os
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.formats.record import ScopeKind
from registry.control.challenges import instructions, new_challenge
from registry.control.verification import Method, check, check_again, covers
from registry.errors import ProofMissingError
from registry.net import FetchError, ResolverError, UnreachableError
from tests.simulators.site import Site, page, redirect

NOW = 1_800_000_000
DAY = 86_400
ORIGIN = "registry.example"
PARTY = "p" * 26
ADDRESS = "93.184.215.14"
OTHER_TOKEN = "a" * 26


def made(method, target="example.com", party=PARTY):
    return new_challenge(party, method, target, now=NOW, entropy=os.urandom)


@pytest.fixture
def publish(zone, internet, authority):
    """Serves paths of one host: `publish(host, {path: answer})`, over https when `tls`."""
    sites = []

    def put(host, pages, *, tls=False):
        def script(path):
            return [pages.get(path, page("nothing here", status=404))]

        site = Site(script, tls=authority.server(host) if tls else None).__enter__()
        sites.append(site)
        address = f"93.184.216.{len(sites)}"
        zone.addresses(host, address)
        internet.place(address, site)
        return address

    yield put
    for site in sites:
        site.__exit__()


def look(challenge, fetcher, now=NOW):
    return check(challenge, fetcher, ORIGIN, now=now)


# dns-txt


def test_the_record_the_instructions_show_is_found(zone, fetcher):
    challenge = made(Method.DNS_TXT)
    shown = instructions(challenge, ORIGIN)
    zone.authenticated = True
    zone.txt(shown.at, "v=spf1 -all", f"token={OTHER_TOKEN} expiry=never", shown.value)
    evidence = look(challenge, fetcher)
    assert (evidence.method, evidence.target, evidence.time) == (Method.DNS_TXT, "example.com", NOW)
    assert (evidence.subtree, evidence.authenticated, evidence.address) == (True, True, None)
    assert evidence.resolver == str(zone.endpoint)
    assert evidence.digest == fetcher.txt(shown.at).digest
    assert evidence.until is None


@pytest.mark.parametrize("name", ["example.com", "optout-challenge.example.com"])
def test_a_record_under_another_name_gets_the_name_it_needs(zone, fetcher, name):
    challenge = made(Method.DNS_TXT)
    zone.txt(name, "v=spf1 -all", f"token={challenge.token} expiry=never")
    with pytest.raises(ProofMissingError, match="Enter _optout-challenge as its name"):
        look(challenge, fetcher)


def test_a_record_that_never_expires_proves_without_an_end(zone, fetcher):
    challenge = made(Method.DNS_TXT)
    zone.txt("_optout-challenge.example.com", f"token={challenge.token} expiry=never")
    assert look(challenge, fetcher).until is None


@pytest.mark.parametrize(("days", "found"), [(0, True), (1, True), (-1, False)])
def test_a_record_counts_until_the_end_of_its_expiry_date(zone, fetcher, days, found):
    challenge = made(Method.DNS_TXT)
    last_day = datetime.fromtimestamp(NOW + days * DAY, UTC).date()
    zone.txt("_optout-challenge.example.com", f"token={challenge.token} expiry={last_day}")
    if found:
        assert look(challenge, fetcher).subtree
    else:
        with pytest.raises(ProofMissingError, match="its expiry date has passed"):
            look(challenge, fetcher)


def test_no_record_says_where_we_looked(fetcher):
    with pytest.raises(ProofMissingError, match=r"found no TXT record at _optout-challenge\.example\.com"):
        look(made(Method.DNS_TXT), fetcher)


def test_other_records_are_counted_and_shown(zone, fetcher):
    zone.txt("_optout-challenge.example.com", "hel\blo", f"token={OTHER_TOKEN}")
    with pytest.raises(ProofMissingError) as missing:
        look(made(Method.DNS_TXT), fetcher)
    assert (
        "We found 2 TXT records at _optout-challenge.example.com, and neither is yours: " in missing.value.detail
    )
    assert "hel\N{REPLACEMENT CHARACTER}lo (expected token=" in missing.value.detail
    assert "(it holds another token)" in missing.value.detail


def test_the_token_of_another_challenge_proves_nothing(zone, fetcher):
    mine, theirs = made(Method.DNS_TXT), made(Method.DNS_TXT, party="q" * 26)
    zone.txt("_optout-challenge.example.com", f"token={theirs.token}")
    with pytest.raises(ProofMissingError, match="We found 1 TXT record at"):
        look(mine, fetcher)


def test_a_failing_zone_is_no_missing_proof(zone, fetcher):
    zone.failing("_optout-challenge.example.com")
    with pytest.raises(ResolverError):
        look(made(Method.DNS_TXT), fetcher)


def test_a_challenge_that_expired_takes_no_first_proof_and_still_stands_when_found_before(zone, fetcher):
    challenge = made(Method.DNS_TXT)
    zone.txt("_optout-challenge.example.com", f"token={challenge.token} expiry=never")
    with pytest.raises(ProofMissingError, match="has expired"):
        look(challenge, fetcher, now=NOW + 7 * DAY)
    assert zone.queries == []
    assert check_again(challenge, fetcher, ORIGIN, now=NOW + 70 * DAY).time == NOW + 70 * DAY


# dns-persist


def persist(zone, *records):
    zone.txt("_optout-persist.example.com", *records)


def test_the_lasting_record_the_instructions_show_is_found(zone, fetcher):
    challenge = made(Method.DNS_PERSIST)
    persist(zone, "other.example; accounturi=https://other.example/acct/1", instructions(challenge, ORIGIN).value)
    evidence = look(challenge, fetcher)
    assert (evidence.subtree, evidence.until, evidence.authenticated) == (True, None, False)


def test_a_lasting_record_without_the_policy_proves_one_host_until_its_end(zone, fetcher):
    account = f"https://{ORIGIN}/acct/{PARTY}"
    persist(zone, ["registry.example; accounturi=", account, f"; persistUntil={NOW}"])
    evidence = look(made(Method.DNS_PERSIST), fetcher)
    assert (evidence.subtree, evidence.until) == (False, NOW)


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (f"other.example; accounturi=https://{ORIGIN}/acct/{PARTY}", r"it is for other\.example"),
        (f"{ORIGIN}; accounturi=https://{ORIGIN}/acct/{'q' * 26}", "it names another account"),
        (f"{ORIGIN}; accounturi=https://{ORIGIN}/acct/{PARTY}/", "it names another account"),
        (f"{ORIGIN}; accounturi=HTTPS://{ORIGIN}/acct/{PARTY}", "it names another account"),
        (f"{ORIGIN}; accounturi=https://{ORIGIN}/acct/{PARTY}; persistUntil={NOW - 1}", "persistUntil has passed"),
        (f"{ORIGIN}; accounturi=https://{ORIGIN}/acct/{PARTY}; persistUntil=-1", "persistUntil has passed"),
        (f"{ORIGIN}; accounturi=https://{ORIGIN}/acct/{PARTY}; accounturi=x", "accounturi stands in it twice"),
        (f"{ORIGIN}; policy=subtree", "expected accounturi="),
    ],
)
def test_a_lasting_record_that_is_not_ours_says_why(zone, fetcher, record, problem):
    persist(zone, record)
    with pytest.raises(ProofMissingError, match=problem):
        look(made(Method.DNS_PERSIST), fetcher)


# http-file


def file_path(challenge):
    return f"/.well-known/optout/{challenge.id}.txt"


@pytest.mark.parametrize("around", ["{}", "{}\n", "\r\n {} \n"])
def test_the_file_is_found(publish, fetcher, around):
    challenge = made(Method.HTTP_FILE, "www.example.com")
    body = around.format(challenge.token)
    address = publish("www.example.com", {file_path(challenge): page(body)})
    evidence = look(challenge, fetcher)
    assert (evidence.address, evidence.subtree, evidence.until) == (address, False, None)
    assert (evidence.resolver, evidence.authenticated) == (None, None)
    assert evidence.digest == hashlib.sha256(body.encode()).hexdigest()


def test_a_file_of_a_word_processor_is_found_whose_marks_are_longer_than_the_token(publish, fetcher):
    challenge = made(Method.HTTP_FILE, "www.example.com")
    marks = r"{\rtf1\ansi\cocoartf2639{\fonttbl\f0\fswiss Helvetica;}{\colortbl;\red255;}\pard" + r"\tx720" * 30
    publish("www.example.com", {file_path(challenge): page(f"{marks}\\f0 {challenge.token}}}")})
    assert look(challenge, fetcher).target == "www.example.com"


def test_a_file_whose_ending_stands_twice_gets_the_name_it_needs(publish, fetcher):
    challenge = made(Method.HTTP_FILE, "www.example.com")
    publish("www.example.com", {f"{file_path(challenge)}.txt": page(challenge.token)})
    with pytest.raises(ProofMissingError, match=r"has \.txt twice"):
        look(challenge, fetcher)


def test_the_file_is_found_behind_a_redirect_to_https_on_the_same_domain(publish, fetcher):
    challenge = made(Method.HTTP_FILE, "example.com")
    publish("example.com", {file_path(challenge): redirect(f"https://www.example.com{file_path(challenge)}", 301)})
    publish("www.example.com", {file_path(challenge): page(challenge.token)}, tls=True)
    assert look(challenge, fetcher).target == "example.com"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (page("", status=404), "answered 404"),
        (page("{token}", status=403), "answered 403"),
        (page("{token}", status=206), "answered 206"),
        (page("<html>not found</html>"), "holds something else: '<html>"),
        (page(OTHER_TOKEN), "holds something else"),
        (page(""), "holds something else: ''"),
        (page("{token} and more" + " " * 200), "holds something else"),
        (page("x" * 1_000_000), "holds something else"),
        (page(b"\xff\xfe"), "holds something else"),
    ],
)
def test_a_file_that_is_absent_or_another_says_what_was_there(publish, fetcher, answer, problem):
    challenge = made(Method.HTTP_FILE, "www.example.com")
    answer = answer.replace(b"{token}", challenge.token.encode())
    answer = answer.replace(b"Content-Length: 7\r\n", b"Content-Length: 26\r\n")
    answer = answer.replace(b"Content-Length: 216\r\n", b"Content-Length: 235\r\n")
    publish("www.example.com", {file_path(challenge): answer})
    with pytest.raises(ProofMissingError, match=problem):
        look(challenge, fetcher)


def test_an_unreachable_site_is_no_missing_proof(zone, internet, fetcher):
    zone.addresses("www.example.com", ADDRESS)
    internet.take_down(ADDRESS)
    with pytest.raises(UnreachableError):
        look(made(Method.HTTP_FILE, "www.example.com"), fetcher)


# html-meta


def test_the_tag_is_found_in_the_head_of_the_home_page(publish, fetcher):
    challenge = made(Method.HTML_META, "www.example.com")
    tag = instructions(challenge, ORIGIN).value
    publish("www.example.com", {"/": page(f"<!doctype html><head><title>Studio</title>{tag}</head><body>")})
    assert look(challenge, fetcher).subtree is False


def test_a_tag_in_the_head_of_a_page_of_a_megabyte_is_found(publish, fetcher):
    challenge = made(Method.HTML_META, "www.example.com")
    tag = instructions(challenge, ORIGIN).value
    publish("www.example.com", {"/": page(f"<head>{tag}</head><body>{'x' * 1_000_000}")})
    assert look(challenge, fetcher).target == "www.example.com"


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<head></head><body>{tag}</body>", "We found no optout-verification tag in"),
        ("<p>a comment {tag}</p>", "We found no optout-verification tag in"),
        ("<head><!-- {filler} -->{tag}</head>", "We found no optout-verification tag in"),
        (
            f'<meta name="optout-verification" content="{OTHER_TOKEN}">',
            f"We found 1 optout-verification tag .* not yours: {OTHER_TOKEN}",
        ),
    ],
    ids=["in the body", "in a comment of a visitor", "beyond the first 512 KiB", "another token"],
)
def test_a_tag_anywhere_else_is_not_found(publish, fetcher, html, problem):
    challenge = made(Method.HTML_META, "www.example.com")
    html = html.replace("{tag}", instructions(challenge, ORIGIN).value).replace("{filler}", "x" * 600_000)
    publish("www.example.com", {"/": page(html)})
    with pytest.raises(ProofMissingError, match=problem):
        look(challenge, fetcher)


# profile-page


@pytest.mark.parametrize(
    ("prefix", "host", "path", "body"),
    [
        (
            "www.pixiv.net/users/11/",
            "www.pixiv.net",
            "/ajax/user/11?full=1",
            '{{"body":{{"comment":"絵 {value}"}}}}',
        ),
        ("github.com/bob/", "api.github.com", "/users/bob", '{{"bio":"I draw. {value}"}}'),
        ("www.tumblr.com/bob/", "www.tumblr.com", "/bob", '<meta property="og:description" content="{value}">'),
        ("gitlab.com/bob/", "gitlab.com", "/bob", '<p><a rel="me" itemprop="url" href="{value}">site</a>'),
    ],
)
def test_a_proof_in_the_place_a_platform_has_for_it_is_found(publish, fetcher, prefix, host, path, body):
    challenge = made(Method.PROFILE_PAGE, prefix)
    publish(host, {path: page(body.format(value=instructions(challenge, ORIGIN).value))}, tls=True)
    assert look(challenge, fetcher).target == prefix


@pytest.mark.parametrize(
    ("prefix", "host", "path", "body"),
    [
        ("www.pixiv.net/users/11/", "www.pixiv.net", "/ajax/user/11?full=1", '{{"body":{{"name":"{value}"}}}}'),
        ("github.com/bob/", "api.github.com", "/users/bob", '{{"bio":null,"company":"{value}"}}'),
        ("www.tumblr.com/bob/", "www.tumblr.com", "/bob", '<p><meta property="og:description" content="{value}">'),
        ("gitlab.com/bob/", "gitlab.com", "/bob", '<p><a rel="me" href="{value}">a visitor</a>'),
        ("gitlab.com/bob/", "gitlab.com", "/bob", '<p><a itemprop="url" href="{value}">not me</a>'),
        ("gitlab.com/bob/", "gitlab.com", "/bob", '<a rel="me" itemprop="url" href="{value}x">someone else</a>'),
    ],
)
def test_a_proof_elsewhere_on_the_page_is_not_found(publish, fetcher, prefix, host, path, body):
    challenge = made(Method.PROFILE_PAGE, prefix)
    publish(host, {path: page(body.format(value=instructions(challenge, ORIGIN).value))}, tls=True)
    with pytest.raises(ProofMissingError, match="does not hold what was asked for"):
        look(challenge, fetcher)


def test_a_profile_that_leads_to_another_profile_proves_nothing(publish, fetcher):
    challenge = made(Method.PROFILE_PAGE, "www.tumblr.com/bob/")
    mine = page(f'<meta property="og:description" content="{challenge.token}">')
    publish("www.tumblr.com", {"/bob": redirect("/mallory"), "/mallory": mine}, tls=True)
    with pytest.raises(ProofMissingError, match="led to another page"):
        look(challenge, fetcher)


def test_a_profile_that_leads_to_its_own_name_in_other_letters_is_read(publish, fetcher):
    challenge = made(Method.PROFILE_PAGE, "www.tumblr.com/Bob/")
    mine = page(f'<meta property="og:description" content="{challenge.token}">')
    publish("www.tumblr.com", {"/bob": redirect("/Bob/"), "/Bob/": mine}, tls=True)
    assert look(challenge, fetcher).target == "www.tumblr.com/bob/"


@pytest.mark.parametrize("method", [Method.HTTP_FILE, Method.HTML_META])
def test_a_target_that_points_inwards_reaches_nothing(zone, fetcher, canary, method):
    zone.addresses("www.example.com", "127.0.0.1", "169.254.169.254", "::1")
    with pytest.raises(FetchError):
        look(made(method, "www.example.com"), fetcher)
    assert canary.connections == 0


# what a proof may back

DNS, PERSIST, FILE, META, PROFILE = Method
DOMAIN, HOST, PREFIX, URL = ScopeKind.DOMAIN, ScopeKind.HOST, ScopeKind.PREFIX, ScopeKind.URL

COVERED = [
    (DNS, "example.com", DOMAIN, "example.com"),
    (DNS, "example.com", DOMAIN, "art.example.com"),
    (DNS, "example.com", HOST, "example.com"),
    (DNS, "example.com", HOST, "a.b.example.com"),
    (DNS, "example.com", PREFIX, "www.example.com/art/"),
    (DNS, "example.com", URL, "www.example.com/art/1.png?x=1"),
    (PERSIST, "example.com", DOMAIN, "example.com"),
    (FILE, "www.example.com", HOST, "www.example.com"),
    (FILE, "www.example.com", PREFIX, "www.example.com/art/"),
    (FILE, "www.example.com", URL, "www.example.com/"),
    (META, "www.example.com", HOST, "www.example.com"),
    (META, "www.example.com", URL, "www.example.com/?q"),
    (FILE, "bob.github.io", PREFIX, "bob.github.io/art/"),
    (META, "bob.tumblr.com", PREFIX, "www.tumblr.com/bob/"),
    (META, "bob.tumblr.com", URL, "www.tumblr.com/bob/1"),
    (PROFILE, "www.deviantart.com/bob/", PREFIX, "www.deviantart.com/bob/"),
    (PROFILE, "www.deviantart.com/bob/", PREFIX, "www.deviantart.com/bob/art/"),
    (PROFILE, "www.deviantart.com/bob/", URL, "www.deviantart.com/bob/art/1"),
]

NOT_COVERED = [
    (DNS, "example.com", DOMAIN, "com"),
    (DNS, "example.com", HOST, "notexample.com"),
    (DNS, "www.example.com", DOMAIN, "example.com"),
    (DNS, "example.com", HOST, "example.com.evil.net"),
    (DNS, "example.com", URL, "evil.net/example.com"),
    (DNS, "example.com", URL, "evil.net/?x=.example.com/"),
    (DNS, "github.io", HOST, "bob.github.io"),
    (DNS, "fastly.net", HOST, "global.ssl.fastly.net"),
    (DNS, "fastly.net", PREFIX, "bob.global.ssl.fastly.net/art/"),
    (DNS, "hedmark.no", DOMAIN, "studio.os.hedmark.no"),
    (FILE, "www.example.com", DOMAIN, "www.example.com"),
    (FILE, "www.example.com", HOST, "example.com"),
    (FILE, "example.com", HOST, "www.example.com"),
    (FILE, "example.com", URL, "www.example.com/"),
    (META, "example.com", DOMAIN, "example.com"),
    (META, "example.com", PREFIX, "www.example.com/art/"),
    (FILE, "bob.github.io", PREFIX, "github.com/bob/art/"),
    (FILE, "bob.github.io", HOST, "github.com"),
    (PROFILE, "www.deviantart.com/bob/", HOST, "www.deviantart.com"),
    (PROFILE, "www.deviantart.com/bob/", DOMAIN, "deviantart.com"),
    (PROFILE, "www.deviantart.com/bob/", PREFIX, "www.deviantart.com/bobby/"),
    (PROFILE, "www.deviantart.com/bob/", URL, "www.deviantart.com/bobby"),
    (PROFILE, "www.deviantart.com/bob/", URL, "www.deviantart.com/mallory/bob/"),
    *((method, "example.com", kind, "0" * 32) for method in Method for kind in ScopeKind if not kind.is_location),
]

MULTI_AUTHOR_HOSTS = [
    "tumblr.com", "wordpress.com", "substack.com", "deviantart.com", "pixiv.net", "artstation.com", "medium.com",
    "itch.io", "neocities.org", "bandcamp.com", "livejournal.com", "behance.net", "flickr.com", "weebly.com",
    "squarespace.com", "ghost.io", "bsky.social", "fc2.com", "fanbox.cc", "booth.pm", "skeb.jp", "note.com",
    "ameblo.jp", "livedoor.jp", "github.io", "blogspot.com", "wixsite.com", "carrd.co", "netlify.app", "vercel.app",
    "pages.dev", "gitlab.io", "web.app", "readthedocs.io", "hatenablog.com", "myshopify.com", "tistory.com",
    "naver.com", "weibo.com", "patreon.com",
]  # fmt: skip

labels = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)


@pytest.mark.parametrize(("method", "target", "kind", "value"), COVERED)
def test_a_proof_backs_what_lies_in_its_reach(method, target, kind, value):
    assert covers(method, target, kind, value, subtree=method in (DNS, PERSIST))


@pytest.mark.parametrize(("method", "target", "kind", "value"), NOT_COVERED)
@pytest.mark.parametrize("subtree", [True, False])
def test_a_proof_never_backs_more(method, target, kind, value, subtree):
    assert not covers(method, target, kind, value, subtree=subtree)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (HOST, "example.com", True),
        (URL, "example.com/a", True),
        (PREFIX, "example.com/a/", True),
        (DOMAIN, "example.com", False),
        (HOST, "www.example.com", False),
    ],
)
def test_a_lasting_record_without_the_policy_backs_exactly_its_host(kind, value, expected):
    assert covers(PERSIST, "example.com", kind, value, subtree=False) is expected


@pytest.mark.parametrize("host", MULTI_AUTHOR_HOSTS)
@pytest.mark.parametrize("method", [FILE, META])
@pytest.mark.parametrize("subtree", [True, False])
def test_a_tenant_of_a_platform_proves_no_other_tenant_and_not_the_platform(host, method, subtree):
    beyond = [
        (DOMAIN, host),
        (HOST, host),
        (DOMAIN, f"alice.{host}"),
        (HOST, f"bob.{host}"),
        (HOST, f"www.alice.{host}"),
        (PREFIX, f"{host}/bob/"),
        (URL, f"bob.{host}/alice.{host}/"),
    ]
    assert not any(covers(method, f"alice.{host}", kind, value, subtree=subtree) for kind, value in beyond)


@given(target=st.lists(labels, min_size=1, max_size=2), below=st.lists(labels, max_size=2), other=labels)
def test_only_names_below_the_target_are_backed(target, below, other):
    domain = ".".join([*target, "example", "com"])
    host = ".".join([*below, domain])
    assert covers(DNS, domain, HOST, host, subtree=True)
    assert not covers(DNS, domain, HOST, f"{other}{domain}", subtree=True)
    assert covers(FILE, domain, HOST, host, subtree=True) is (host == domain)


@pytest.mark.parametrize("method", [Method.DNS_TXT, Method.DNS_PERSIST])
def test_a_record_whose_name_was_completed_by_the_provider_gets_a_hint(method, zone, fetcher):
    challenge = made(method)
    shown = instructions(challenge, ORIGIN)
    zone.txt(f"{shown.at}.example.com", shown.value)
    short = shown.at.removesuffix(".example.com")
    with pytest.raises(ProofMissingError, match=rf"one at {shown.at}\.example\.com.*enter only {short} as"):
        check(challenge, fetcher, ORIGIN, now=NOW)
