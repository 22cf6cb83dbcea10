from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.net.addresses import SPECIAL_IPV4, SPECIAL_IPV6, is_host_name, is_public, special_block

BLOCKS = [*SPECIAL_IPV4, *SPECIAL_IPV6]
NETWORKS = [block.network for block in BLOCKS]

# One past the block, where that is an ordinary public address; elsewhere another block goes on.
PUBLIC_NEIGHBOURS = [
    "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
    "191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0", "192.31.195.255", "192.31.197.0", "192.52.192.255",
    "192.52.194.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "192.175.47.255",
    "192.175.49.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0",
    "223.255.255.255",
    "2001:200::", "2001:db7:ffff::", "2001:db9::", "2001:ffff:ffff::", "2003::", "2620:4f:7fff:ffff::",
    "2620:4f:8001::", "3ffe:ffff:ffff::", "3fff:1000::",
]  # fmt: skip

CARRIERS_OF_IPV4 = {
    "mapped": "::ffff:{}",
    "compatible": "::{}",
    "NAT64": "64:ff9b::{}",
    "local NAT64": "64:ff9b:1::{}",
}


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_the_first_and_the_last_address_of_a_special_block_are_not_public(network):
    assert not is_public(network[0])
    assert not is_public(network[-1])


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_one_past_a_block_is_public_unless_another_block_goes_on(network):
    for number in (int(network[0]) - 1, int(network[-1]) + 1):
        if 0 <= number < 2**network.max_prefixlen:
            beside = type(network[0])(number)
            elsewhere = any(beside in other for other in NETWORKS if other.version == network.version)
            assert is_public(beside) is not elsewhere


@pytest.mark.parametrize("text", PUBLIC_NEIGHBOURS)
def test_the_public_neighbours_of_special_blocks_stay_public(text):
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    ["169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"],
)
def test_cloud_metadata_addresses_are_not_public(text):
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("form", CARRIERS_OF_IPV4.values(), ids=CARRIERS_OF_IPV4.keys())
@given(carried=st.ip_addresses(v=4))
def test_no_address_that_carries_an_ipv4_one_is_public(form, carried):
    assert not is_public(IPv6Address(form.format(carried)))


@given(carried=st.ip_addresses(v=4), rest=st.integers(0, 2**64 - 1))
def test_6to4_and_teredo_are_not_public_whatever_they_carry(carried, rest):
    number = int(carried)
    assert not is_public(IPv6Address((0x2002 << 112) | (number << 80) | rest))
    assert not is_public(IPv6Address((0x2001_0000 << 96) | (rest << 32) | (number ^ 0xFFFFFFFF)))


def test_an_address_with_a_zone_is_not_public():
    assert is_public(IPv6Address("2a00::1"))
    assert not is_public(IPv6Address("2a00::1%eth0"))


@given(address=st.ip_addresses(v=6))
def test_only_global_unicast_is_public(address):
    assert not is_public(address) or address in ip_network("2000::/3")


@given(address=st.ip_addresses())
def test_what_the_standard_library_calls_private_is_never_public(address):
    assert not is_public(address) or address.is_global


def test_the_most_specific_block_names_an_address():
    assert special_block(IPv4Address("192.0.0.9")).name == "Port Control Protocol Anycast"
    assert special_block(IPv6Address("::1")).name == "Loopback Address"
    assert special_block(IPv4Address("8.8.8.8")) is None


def test_no_block_stands_in_the_tables_twice():
    assert len(set(NETWORKS)) == len(NETWORKS)
    assert all(isinstance(block.network, IPv4Network) for block in SPECIAL_IPV4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example.com", True),
        ("www.example.co.jp", True),
        ("xn--wgv71a119e.jp", True),
        ("localhost", False),
        ("example.com.", False),
        ("EXAMPLE.com", False),
        ("127.0.0.1", False),
        ("127.1", False),
        ("0x7f.1", False),
        ("example.0x7f", False),
        ("[::1]", False),
        ("a b.example.com", False),
        ("", False),
        (".".join(["a" * 63] * 4), False),
    ],
)
def test_a_host_name_has_one_form_and_is_never_an_address(text, expected):
    assert is_host_name(text) is expected
