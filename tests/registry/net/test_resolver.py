import hashlib

import pytest

from registry.net import Endpoint, ForbiddenTargetError, NameNotFoundError, Resolver, ResolverError
from tests.simulators.zone import Zone

NAME = "_optout-challenge.example.com"


@pytest.fixture
def resolver(zone):
    return zone.resolver()


def test_the_character_strings_of_a_record_are_joined(zone, resolver):
    zone.txt(NAME, ["token=", "abc"], "second")
    assert resolver.txt(NAME).strings == ("second", "token=abc")


def test_an_alias_is_followed(zone, resolver):
    zone.alias(NAME, "proofs.example.net")
    zone.txt("proofs.example.net", "there")
    assert resolver.txt(NAME).strings == ("there",)


@pytest.mark.parametrize("exists", [True, False], ids=["NOERROR without records", "NXDOMAIN"])
def test_a_name_without_records_is_an_empty_answer_and_no_failure(zone, resolver, exists):
    if exists:
        zone.txt(NAME)
    assert resolver.txt(NAME).strings == ()


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "NOTIMP", "FORMERR"])
def test_a_failing_zone_is_a_failure_and_never_no_record(zone, resolver, rcode):
    zone.txt(NAME, "there")
    zone.failing(NAME, rcode)
    with pytest.raises(ResolverError, match=rf"TXT records of {NAME} .*{rcode}"):
        resolver.txt(NAME)
    assert len(zone.queries) == 3


def test_silence_ends_as_a_failure_after_three_tries(zone):
    zone.silent(NAME)
    with pytest.raises(ResolverError, match="no answer in time"):
        Resolver([zone.endpoint], timeout=0.05, lifetime=60).txt(NAME)
    assert len(zone.queries) == 3


def test_the_lifetime_ends_the_tries(zone):
    zone.silent(NAME)
    with pytest.raises(ResolverError):
        Resolver([zone.endpoint], timeout=0.1, lifetime=0.15).txt(NAME)
    assert len(zone.queries) <= 2


def test_an_answer_too_long_for_udp_is_read_over_tcp(zone, resolver):
    zone.txt(NAME, *[["x" * 250] * 4 + [str(number)] for number in range(20)])
    zone.truncated(NAME)
    assert len(resolver.txt(NAME).strings) == 20
    assert [transport for transport, _, _ in zone.queries] == ["udp", "tcp"]


def test_the_digest_does_not_depend_on_the_order_of_records(zone, resolver):
    zone.txt(NAME, "b", "a")
    first = resolver.txt(NAME).digest
    zone.txt(NAME, "a", "b")
    assert resolver.txt(NAME).digest == first == hashlib.sha256(b"\0\0\0\1a\0\0\0\1b").hexdigest()


@pytest.mark.parametrize("bit", [True, False])
def test_the_ad_bit_of_a_resolver_on_loopback_is_believed(zone, resolver, bit):
    zone.authenticated = bit
    zone.txt(NAME, "there")
    assert resolver.txt(NAME).authenticated is bit


def test_only_loopback_is_so_near_that_the_ad_bit_is_believed():
    assert Endpoint("127.0.0.53").is_loopback
    assert Endpoint("::1").is_loopback
    assert not Endpoint("192.0.2.53").is_loopback


def test_resolvers_that_agree_are_one_answer(zone):
    with Zone() as other:
        zone.txt(NAME, "a", "b")
        other.txt(NAME, "b", "a")
        answer = zone.resolver(other).txt(NAME)
    assert answer.strings == ("a", "b")
    assert answer.resolver == f"{zone.endpoint}, {other.endpoint}"


def test_resolvers_that_contradict_each_other_are_a_failure(zone):
    with Zone() as other:
        zone.txt(NAME, "there")
        with pytest.raises(ResolverError, match=r"see different TXT records .* \(1, 0\)"):
            zone.resolver(other).txt(NAME)


def test_a_second_opinion_that_fails_is_a_failure(zone):
    with Zone() as other:
        zone.txt(NAME, "there")
        other.failing(NAME)
        with pytest.raises(ResolverError, match="SERVFAIL"):
            zone.resolver(other).txt(NAME)


def test_addresses_come_ipv6_first(zone, resolver):
    zone.addresses("example.com", "93.184.215.14", "2606:2800:21f::1", "93.184.215.15")
    found = [str(address) for address in resolver.addresses("example.com", seconds=60)]
    assert found == ["2606:2800:21f::1", "93.184.215.14", "93.184.215.15"]


def test_a_host_without_addresses_is_said_to_have_none(resolver):
    with pytest.raises(NameNotFoundError, match=r"nowhere\.example\.com has no address"):
        resolver.addresses("nowhere.example.com", seconds=60)


def test_an_address_question_goes_to_the_next_resolver_when_one_fails(zone):
    with Zone() as other:
        zone.failing("example.com")
        other.addresses("example.com", "93.184.215.14")
        found = zone.resolver(other).addresses("example.com", seconds=60)
    assert [str(address) for address in found] == ["93.184.215.14"]


def test_a_failing_zone_is_not_a_host_without_addresses(zone, resolver):
    zone.failing("example.com")
    with pytest.raises(ResolverError, match="SERVFAIL"):
        resolver.addresses("example.com", seconds=60)


@pytest.mark.parametrize("name", ["a" * 64 + ".example.com", "a..example.com", ".".join(["a" * 60] * 5)])
def test_what_is_no_dns_name_is_refused_without_a_question(zone, resolver, name):
    with pytest.raises(ForbiddenTargetError, match="is not a DNS name"):
        resolver.txt(name)
    assert zone.queries == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9.9.9.9", Endpoint("9.9.9.9")),
        ("127.0.0.1:5353", Endpoint("127.0.0.1", 5353)),
        ("2620:fe::fe", Endpoint("2620:fe::fe")),
        ("[2620:fe::fe]", Endpoint("2620:fe::fe")),
        ("[::1]:5353", Endpoint("::1", 5353)),
    ],
)
def test_an_endpoint_reads_from_text_and_back(text, expected):
    assert Endpoint.parse(text) == expected
    assert Endpoint.parse(str(expected)) == expected


@pytest.mark.parametrize("text", ["", "dns.example", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:", "[::1]:x"])
def test_what_is_no_endpoint_is_refused(text):
    with pytest.raises(ValueError):
        Endpoint.parse(text)


def test_a_resolver_needs_someone_to_ask():
    with pytest.raises(ValueError, match="at least one resolver"):
        Resolver([])
