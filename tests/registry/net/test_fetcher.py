"""The fetcher against honest sites: what it follows, what it refuses, and that it connects where it looked."""

import ssl

import pytest

from registry.net import (
    BadAnswerError,
    Fetcher,
    FetchError,
    FetchLimits,
    ForbiddenTargetError,
    NameNotFoundError,
    Permit,
    Resolver,
    TooSlowError,
    UnreachableError,
    tls_context,
)
from registry.net.addresses import SPECIAL_IPV4, SPECIAL_IPV6
from tests.simulators.site import Site, page, redirect

SITE_V4 = "93.184.215.14"
SITE_V6 = "2606:2800:21f:cb07::1"
HOST = "www.example.com"
URL = f"http://{HOST}/"

# What reads as 127.0.0.1, ::1 or a metadata address to one parser or another.
DISGUISES = [
    "127.0.0.1", "127.1", "127.0.1", "0177.0.0.1", "0177.1", "00000177.0.0.01", "2130706433", "017700000001",
    "0x7f.0.0.1", "0x7f000001", "0x7f.1", "0X7F.1", "127.0.0.1.", "2130706433.", "0", "0.0.0.0", "169.254.169.254",
    "0xa9fea9fe", "2852039166", "168.63.129.16", "\uff11\uff12\uff17.\uff10.\uff10.\uff11", "①②⑦.⓪.⓪.①", "127。0。0。1", "127%2e0%2e0%2e1",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[fd00:ec2::254]", "[fec0::1]",
    "user@127.0.0.1", "www.example.com@127.0.0.1", "user:pw@www.example.com", "127.0.0.1#@www.example.com",
    "127.0.0.1\\@www.example.com", "localhost", "localhost.", "ip6-localhost", "metadata.google.internal",
    "www.example.com.", "example.localhost", "intranet", "router.local", "com", "co.uk", "github.io",
]  # fmt: skip

BAD_URLS = [
    "ftp://www.example.com/", "file:///etc/passwd", "gopher://www.example.com/", "javascript:alert(1)", "//host/",
    "http://www.example.com:8080/", "http://www.example.com:22/", "https://www.example.com:80/",
    "http://www.example.com:443/", "http://www.example.com:99999/", "http:///", "", "www.example.com",
]  # fmt: skip


@pytest.fixture
def site(zone, internet):
    with Site(lambda path: [page(f"you asked for {path}")]) as site:
        zone.addresses(HOST, SITE_V4)
        internet.place(SITE_V4, site)
        yield site


def serve(zone, internet, script, host=HOST, address=SITE_V4):
    site = Site(script)
    zone.addresses(host, address)
    internet.place(address, site)
    return site


def test_a_page_is_read_from_the_address_that_was_checked(fetcher, site, internet):
    response = fetcher.get(f"{URL}a?b=c#fragment")
    assert (response.status, response.body) == (200, b"you asked for /a?b=c")
    assert (response.address, response.url, response.truncated) == (SITE_V4, f"{URL}a?b=c", False)
    assert internet.dialled == [(SITE_V4, 80)]


def test_a_request_says_who_asks_and_wants_no_encoding_and_no_keep_alive(fetcher, site):
    fetcher.get(URL)
    [request] = site.requests
    assert request.startswith("GET / HTTP/1.1\r\n")
    for line in ("Host: www.example.com", "Accept-Encoding: identity", "Connection: close"):
        assert f"\r\n{line}\r\n" in request
    assert "User-Agent: test (+https://registry.example/)" in request


def test_a_status_is_an_answer(fetcher, zone, internet):
    with serve(zone, internet, lambda path: [page("gone", status=404)]):
        assert fetcher.get(URL).status == 404


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"])
def test_a_proxy_in_the_environment_is_not_used(fetcher, site, internet, monkeypatch, name):
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetcher.get(URL).status == 200
    assert internet.dialled == [(SITE_V4, 80)]


@pytest.mark.parametrize("host", DISGUISES)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_host_in_disguise_opens_no_connection(fetcher, internet, canary, zone, host, scheme):
    with pytest.raises(FetchError):
        fetcher.get(f"{scheme}://{host}/")
    assert (internet.dialled, canary.connections, zone.queries) == ([], 0, [])


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_url_that_is_not_a_plain_web_address_opens_no_connection(fetcher, site, internet, zone, url):
    with pytest.raises(ForbiddenTargetError):
        fetcher.get(url)
    assert (internet.dialled, zone.queries) == ([], [])


@pytest.mark.parametrize("host", DISGUISES)
def test_a_redirect_to_a_host_in_disguise_opens_no_connection(fetcher, zone, internet, canary, host):
    with serve(zone, internet, lambda path: [redirect(f"http://{host}/")]), pytest.raises(FetchError):
        fetcher.get(URL)
    assert (internet.dialled, canary.connections) == ([(SITE_V4, 80)], 0)


@pytest.mark.parametrize("block", [*SPECIAL_IPV4, *SPECIAL_IPV6], ids=lambda block: str(block.network))
def test_a_name_that_points_into_a_special_block_opens_no_connection(fetcher, zone, internet, canary, block):
    zone.addresses(HOST, str(block.network[0]), str(block.network[-1]))
    with pytest.raises(ForbiddenTargetError, match="is not on the public internet"):
        fetcher.get(URL)
    assert (internet.dialled, canary.connections) == ([], 0)


def test_a_public_address_beside_a_private_one_is_the_one_used(fetcher, site, zone, internet, canary):
    zone.addresses(HOST, "127.0.0.1", "::1", SITE_V4, "10.0.0.1")
    assert fetcher.get(URL).address == SITE_V4
    assert canary.connections == 0


def _rebinding_hits(fetcher, zone, internet, canary, rounds):
    zone.rebinding(HOST, SITE_V4, "127.0.0.1", "169.254.169.254")
    reached = refused = 0
    with Site(lambda path: [redirect("/again") if path == "/" else page("site")]) as site:
        internet.place(SITE_V4, site)
        for _ in range(rounds):
            try:
                fetcher.get(URL)
                reached += 1
            except ForbiddenTargetError:
                refused += 1
    assert reached + refused == rounds
    assert {address for address, _ in internet.dialled} == {SITE_V4}
    return canary.connections


def test_a_name_that_changes_its_address_between_questions_never_reaches_loopback(fetcher, zone, internet, canary):
    assert _rebinding_hits(fetcher, zone, internet, canary, rounds=60) == 0


@pytest.mark.slow
def test_a_thousand_rebinding_tries_never_reach_loopback(fetcher, zone, internet, canary):
    assert _rebinding_hits(fetcher, zone, internet, canary, rounds=1000) == 0


def test_ipv6_is_tried_first(fetcher, site, zone, internet):
    zone.addresses(HOST, SITE_V4, SITE_V6)
    internet.place(SITE_V6, site)
    assert fetcher.get(URL).address == SITE_V6
    assert internet.dialled == [(SITE_V6, 80)]


def test_ipv4_is_tried_once_when_ipv6_cannot_be_dialled(fetcher, site, zone, internet):
    zone.addresses(HOST, SITE_V4, "93.184.215.15", SITE_V6, "2606:2800:21f:cb07::2")
    internet.take_down(SITE_V6)
    assert fetcher.get(URL).address == SITE_V4
    assert internet.dialled == [(SITE_V6, 80), (SITE_V4, 80)]


def test_ipv4_is_not_tried_when_ipv6_answered_nonsense(fetcher, site, zone, internet):
    zone.addresses(HOST, SITE_V4, SITE_V6)
    with Site(lambda path: [b"SSH-2.0-hello\r\n"]) as nonsense:
        internet.place(SITE_V6, nonsense)
        with pytest.raises(BadAnswerError, match="in HTTP"):
            fetcher.get(URL)
    assert internet.dialled == [(SITE_V6, 80)]


def test_a_site_that_cannot_be_dialled_says_which_addresses_were_tried(fetcher, zone, internet):
    zone.addresses(HOST, SITE_V4, SITE_V6)
    internet.take_down(SITE_V4)
    internet.take_down(SITE_V6)
    with pytest.raises(UnreachableError, match=f"{SITE_V6} and {SITE_V4}: nobody listens"):
        fetcher.get(URL)


def test_a_name_without_an_address_is_said_to_have_none(fetcher):
    with pytest.raises(NameNotFoundError):
        fetcher.get(URL)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_inside_the_registrable_domain_is_followed(fetcher, zone, internet, status):
    with (
        serve(zone, internet, lambda path: [page(path)], "example.com", "93.184.215.20") as other,
        serve(zone, internet, lambda path: [redirect("http://example.com/there?x", status)]),
    ):
        response = fetcher.get(URL)
    assert (response.body, response.url) == (b"/there?x", "http://example.com/there?x")
    assert "\r\nHost: example.com\r\n" in other.requests[0]


@pytest.mark.parametrize("status", [300, 303, 304, 305, 399])
def test_another_kind_of_redirect_is_not_followed(fetcher, zone, internet, status):
    with serve(zone, internet, lambda path: [redirect("/there", status)]) as site:
        with pytest.raises(BadAnswerError, match=f"answered {status}"):
            fetcher.get(URL)
        assert site.connections == 1


def test_a_redirect_without_a_target_is_refused(fetcher, zone, internet):
    with serve(zone, internet, lambda path: [page("", status=302)]), pytest.raises(BadAnswerError, match="302"):
        fetcher.get(URL)


@pytest.mark.parametrize(
    "location",
    [
        "http://example.org/",
        "http://www.example.com.evil.net/",
        "http://notexample.com/",
        "//example.org/",
        "http://www.example.com:8080/",
        "ftp://www.example.com/",
        "http://user@www.example.com/",
    ],
)
def test_a_redirect_out_of_the_domain_or_off_the_web_is_refused(fetcher, zone, internet, location):
    zone.addresses("example.org", SITE_V4)
    with serve(zone, internet, lambda path: [redirect(location)]), pytest.raises(ForbiddenTargetError):
        fetcher.get(URL)
    assert len(internet.dialled) == 1


def test_a_redirect_between_two_tenants_of_a_shared_suffix_is_refused(fetcher, zone, internet):
    with serve(zone, internet, lambda path: [redirect("http://bob.github.io/")], host="alice.github.io") as site:
        with pytest.raises(ForbiddenTargetError, match=r"bob\.github\.io, which is outside alice\.github\.io"):
            fetcher.get("http://alice.github.io/")
        assert site.connections == 1


@pytest.mark.parametrize(("count", "works"), [(10, True), (11, False)])
def test_ten_redirects_are_followed_and_not_eleven(fetcher, zone, internet, count, works):
    def step(path):
        number = int(path.strip("/") or 0)
        return [redirect(f"/{number + 1}") if number < count else page("end")]

    with serve(zone, internet, step) as site:
        if works:
            assert fetcher.get(URL).body == b"end"
        else:
            with pytest.raises(BadAnswerError, match="more than 10 times"):
                fetcher.get(URL)
        assert site.connections == 11


def test_redirects_in_a_circle_are_refused(fetcher, zone, internet):
    with serve(zone, internet, lambda path: [redirect("/b" if path == "/a" else "/a")]) as site:
        with pytest.raises(BadAnswerError, match="circle"):
            fetcher.get(f"{URL}a")
        assert site.connections == 2


@pytest.mark.parametrize(("length", "works"), [(2000, True), (2001, False)])
def test_a_redirect_to_a_very_long_url_is_refused(fetcher, zone, internet, length, works):
    target = "/" + "x" * (length - 1)
    with serve(zone, internet, lambda path: [redirect(target) if path == "/" else page("end")]):
        if works:
            assert fetcher.get(URL).body == b"end"
        else:
            with pytest.raises(BadAnswerError, match="2001 bytes"):
                fetcher.get(URL)


def test_https_is_read_when_the_certificate_is_for_the_host(fetcher, zone, internet, authority):
    zone.addresses(HOST, SITE_V4)
    with Site(lambda path: [page("secret")], tls=authority.server(HOST)) as site:
        internet.place(SITE_V4, site)
        response = fetcher.get(f"https://{HOST}/")
    assert (response.body, internet.dialled) == (b"secret", [(SITE_V4, 443)])
    assert f"\r\nHost: {HOST}\r\n" in site.requests[0]


@pytest.mark.parametrize(
    ("served", "trusted"),
    [("other.example.com", True), (HOST, False)],
    ids=["another name", "an unknown authority"],
)
def test_https_with_a_certificate_that_does_not_hold_is_refused(
    make_fetcher, zone, internet, authority, served, trusted
):
    fetcher = make_fetcher(tls=authority.trust if trusted else tls_context())
    zone.addresses(HOST, SITE_V4)
    with Site(lambda path: [page("secret")], tls=authority.server(served)) as site:
        internet.place(SITE_V4, site)
        with pytest.raises(UnreachableError, match=f"certificate of {HOST} is not valid"):
            fetcher.get(f"https://{HOST}/")
    assert site.requests == []


def test_a_tls_handshake_that_never_ends_is_cut_off(zone, internet, make_fetcher):
    fetcher = make_fetcher(limits=FetchLimits(seconds=0.4))
    with serve(zone, internet, lambda path: []) as plain, pytest.raises((TooSlowError, UnreachableError)):
        fetcher.get(f"https://{HOST}/")
    assert plain.connections == 1


def test_the_default_trust_verifies_and_speaks_nothing_older_than_tls_1_2():
    context = tls_context()
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_permitted_host_is_read_at_its_loopback_address_and_no_other_is(make_fetcher, zone, internet, canary):
    permit = Permit("site.test", "127.0.0.1", 80)
    fetcher = make_fetcher(permit_loopback=frozenset({permit}))
    with Site(lambda path: [page("here")]) as site:
        internet.place("127.0.0.1", site)
        assert fetcher.get("http://site.test/").body == b"here"
        assert internet.dialled == [("127.0.0.1", 80)]
        for url in ("http://other.test/", "https://site.test/", "http://127.0.0.1/", "http://127.0.0.1:8081/"):
            with pytest.raises(FetchError):
                fetcher.get(url)
        zone.addresses(HOST, "127.0.0.1")
        with pytest.raises(ForbiddenTargetError, match="not on the public internet"):
            fetcher.get(URL)
    assert (len(internet.dialled), canary.connections) == (1, 0)


def test_a_permitted_host_is_read_over_a_real_connection_at_its_port(zone):
    with Site(lambda path: [page("here")]) as site:
        permit = Permit("site.test", "127.0.0.1", site.port)
        fetcher = Fetcher(Resolver([zone.endpoint]), agent="test", permit_loopback=frozenset({permit}))
        assert fetcher.get("http://site.test/").body == b"here"
    assert "\r\nHost: site.test\r\n" in site.requests[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://site.test=127.0.0.1:8081", Permit("site.test", "127.0.0.1", 8081)),
        ("https://www.site.test=::1:8443", Permit("www.site.test", "::1", 8443, "https")),
    ],
)
def test_a_permit_reads_from_text_and_back(text, expected):
    assert Permit.parse(text) == expected
    assert str(expected) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "site.test=127.0.0.1:80",
        "http://site.test",
        "http://site.test=127.0.0.1",
        "http://site.test=10.0.0.1:80",
        "http://site.test=169.254.169.254:80",
        "ftp://site.test=127.0.0.1:21",
        "http://127.0.0.1=127.0.0.1:80",
    ],
)
def test_a_permit_for_anything_but_loopback_is_refused(text):
    with pytest.raises(ValueError):
        Permit.parse(text)
