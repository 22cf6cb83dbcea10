"""A signed lookup says who asks, once, in its time; whatever else comes is answered as anybody's lookup is.

Signatures here are made by hand from RFC 9421, by the library that many use, and by the authors of Web Bot Auth.
"""

import base64
import hashlib
import random
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, algorithms

from registry.model.operator import AgentCard, Operator, OperatorKey
from registry.permissions.signed_requests import (
    MAX_SKEW,
    MAX_VALIDITY,
    MOST_SEEN,
    SignedRequest,
    SignedRequests,
    _Verifier,
)
from tests.registry.instance import START, Clock
from tests.simulators.crawler import CLIENT_ID, make_key, print_of

URL = "https://registry.example/v1/lookup?url=https%3A%2F%2Fstudio-aoi.com%2F1.png"
COVERED = ("@method", "@authority", "@path", "@query")


def operator(number: int, client_id: str, *seeds: int) -> Operator:
    keys = tuple(
        OperatorKey(print_of(make_key(seed)), make_key(seed).public_key().public_bytes_raw(), START, START)
        for seed in seeds
    )
    return Operator(str(number), "party", client_id, START, AgentCard(client_id), START, proved=True, keys=keys)


KNOWN = [
    operator(1, CLIENT_ID, 1), operator(2, "https://two.example/card", 2, 3), operator(3, "https://three.example/card", 3)
]  # fmt: skip


def with_key(thumbprint: str):
    return [(each, key) for each in KNOWN for key in each.keys if key.thumbprint == thumbprint]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def signed_requests(clock):
    return SignedRequests(with_key, clock)


def signed(
    key=None, *, method="GET", url=URL, covered=COVERED, body=b"", label="sig1", tag="web-bot-auth", created=START,
    expires=START + 60, keyid=None, nonce="n1", fields=None, more="",
) -> SignedRequest:  # fmt: skip
    """A request that is signed by hand: the signature base of RFC 9421, section 2.5."""
    key = key or make_key(1)
    scheme, _, rest = url.partition("://")
    authority, _, target = rest.partition("/")
    path, mark, query = target.partition("?")
    fields = dict(fields or {})
    if body:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        fields["Content-Digest"] = f"sha-256=:{digest}:"
        covered = (*covered, "content-digest")
    values = {
        "@method": method, "@authority": authority, "@path": f"/{path}", "@query": f"?{query}" if mark else "?",
        "@scheme": scheme, **{name.lower(): value for name, value in fields.items()},
    }  # fmt: skip
    ids = " ".join(f'"{name}"' for name in covered)
    parameters = f'({ids});created={created};expires={expires};keyid="{keyid or print_of(key)}";alg="ed25519"'
    parameters += f';nonce="{nonce}";tag="{tag}"{more}'
    base = "\n".join(f'"{name}": {values[name]}' for name in covered) + f'\n"@signature-params": {parameters}'
    signature = base64.b64encode(key.sign(base.encode())).decode()
    return SignedRequest(
        method,
        url,
        {**fields, "Signature-Input": f"{label}={parameters}", "Signature": f"{label}=:{signature}:"},
        body,
    )


def test_a_signature_by_hand_says_who_asks(signed_requests):
    shown = signed_requests.identify(signed(), "JP")
    assert (shown.client_id, shown.thumbprint, shown.territory) == (CLIENT_ID, print_of(make_key(1)), "JP")


def test_a_signature_over_a_body_says_who_asks(signed_requests):
    request = signed(method="POST", url="https://registry.example/v1/lookups", body=b'{"items": []}')
    assert signed_requests.identify(request, None) is not None
    again = signed(method="POST", url="https://registry.example/v1/lookups", body=b'{"items": []}', nonce="n2")
    assert signed_requests.identify(replace(again, body=b'{"items": [1]}'), None) is None


def test_a_signature_of_the_library_says_who_asks(signed_requests):
    class Resolver:
        def resolve_private_key(self, key_id):
            return make_key(1)

    message = SignedRequest("GET", URL, {})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=Resolver())
    from datetime import UTC, datetime

    signer.sign(
        message, key_id=print_of(make_key(1)), created=datetime.fromtimestamp(START, UTC),
        expires=datetime.fromtimestamp(START + 60, UTC), tag="web-bot-auth", nonce="abc", label="sig1",
        covered_component_ids=COVERED,
    )  # fmt: skip
    assert signed_requests.identify(message, None).client_id == CLIENT_ID


VECTORS = {
    "dictionary": (
        {
            "Signature-Agent": 'agent2="https://signature-agent.test"',
            "Signature-Input": 'sig2=("@authority" "signature-agent";key="agent2");created=1735689600'
            ';keyid="poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U";alg="ed25519";expires=4889289600'
            ';nonce="n9p433xm+NJ3ph3upfBIGmsuwHw387YV7Q/F+6BSpGCVjYCqQw6rznNA8PVVLySrAWsv0hQtFioQb6E1YsauiA=="'
            ';tag="web-bot-auth"',
            "Signature": "sig2=:RdNFx5Bj6au3YgAMQL/RzmUlZE8QZLIaXGRpw985hWnwPfMxT228NMk6ehRS1PSl4e8PhbNZACSanGdhEwYCCg==:",
        }
    ),
    "string": (
        {
            "Signature-Agent": '"https://signature-agent.test"',
            "Signature-Input": 'sig2=("@authority" "signature-agent");created=1735689600'
            ';keyid="poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U";alg="ed25519";expires=1735693200'
            ';nonce="e8N7S2MFd/qrd6T2R3tdfAuuANngKI7LFtKYI/vowzk4lAZYadIX6wW25MwG7DCT9RUKAJ0qVkU0mEeLElW1qg=="'
            ';tag="web-bot-auth"',
            "Signature": "sig2=:jdq0SqOwHdyHr9+r5jw3iYZH6aNGKijYp/EstF4RQTQdi5N5YYKrD+mCT1HA1nZDsi6nJKuHxUi/5Syp3rLWBA==:",
        }
    ),
}
"""The Ed25519 vectors of draft-meunier-webbotauth-httpsig-protocol, with the key of RFC 9421, B.1.4."""
VECTOR_KEY = base64.urlsafe_b64decode("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs=")


@pytest.mark.parametrize("headers", VECTORS.values(), ids=VECTORS)
def test_the_vectors_of_web_bot_auth_verify_and_cover_too_little_to_say_who_asks(headers):
    key = OperatorKey("poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U", VECTOR_KEY, 0, 0)
    agent = Operator("9", "party", "https://signature-agent.test/card", 0, keys=(key,))
    request = SignedRequest("GET", "https://example.com/path/to/resource", headers)

    class Resolver:
        def resolve_public_key(self, key_id):
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

            assert key_id == key.thumbprint
            return Ed25519PublicKey.from_public_bytes(VECTOR_KEY)

    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=Resolver())
    assert len(verifier.verify(request, max_age=None, expect_tag="web-bot-auth")) == 1
    ours = SignedRequests(lambda thumbprint: [(agent, key)], lambda: 1_735_689_600)
    assert ours.identify(request, None) is None, "it could be sent again, for any address"


WRONG = {
    "not signed": lambda: SignedRequest("GET", URL, {}),
    "a key of nobody": lambda: signed(make_key(9)),
    "another's key id": lambda: signed(make_key(9), keyid=print_of(make_key(1))),
    "a key id that is none": lambda: signed(keyid="key1"),
    "another address": lambda: replace(signed(), url=URL.replace("1.png", "2.png")),
    "another registry": lambda: replace(signed(), url=URL.replace("registry.example", "other.example")),
    "another method": lambda: replace(signed(), method="POST"),
    "no query covered": lambda: signed(covered=("@method", "@authority", "@path")),
    "no method covered": lambda: signed(covered=("@authority", "@path", "@query")),
    "no authority covered": lambda: signed(covered=("@method", "@path", "@query")),
    "no path covered": lambda: signed(covered=("@method", "@authority", "@query")),
    "another tag": lambda: signed(tag="something-else"),
    "too early": lambda: signed(created=START + MAX_SKEW + 1, expires=START + MAX_SKEW + 60),
    "too late": lambda: signed(created=START - MAX_SKEW - 1),
    "over": lambda: signed(created=START - 100, expires=START - 1),
    "valid for too long": lambda: signed(expires=START + MAX_VALIDITY + 1),
    "off by ten minutes, ahead": lambda: signed(created=START + 600, expires=START + 660),
    "off by ten minutes, behind": lambda: signed(created=START - 600, expires=START - 540),
    "a key of several, and no agent named": lambda: signed(make_key(3)),
    "a key of several, and an agent that is not signed": lambda: replace(
        signed(make_key(3)),
        headers={**signed(make_key(3)).headers, "Signature-Agent": '"https://two.example/card"'},
    ),
    "a key of several, and another agent named": lambda: signed(
        make_key(3), covered=(*COVERED, "signature-agent"), fields={"Signature-Agent": '"https://bots.example"'}
    ),
    "a field twice": lambda: replace(signed(), headers={**signed().headers, "signature": "sig1=:AAAA:"}),
    "a signature of nothing": lambda: replace(signed(), headers={**signed().headers, "Signature": "sig1=::"}),
    "no structured field": lambda: replace(signed(), headers={**signed().headers, "Signature-Input": "(((("}),
    "an unknown parameter": lambda: signed(more=";only=mondays"),
    "a body that is not covered": lambda: replace(signed(), body=b"{}"),
    "two signatures": lambda: replace(
        signed(),
        headers={
            name: f"{signed().headers[name]}, {signed(label='sig2', nonce='n2').headers[name]}"
            for name in ("Signature-Input", "Signature")
        },
    ),
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_what_does_not_show_who_asks_shows_nobody(signed_requests, make):
    assert signed_requests.identify(make(), None) is None


def test_a_key_of_several_operators_is_the_one_that_the_signature_names(signed_requests):
    for client_id, agent in (
        (KNOWN[1].client_id, "https://two.example"),
        (KNOWN[2].client_id, KNOWN[2].client_id),
    ):
        request = signed(
            make_key(3), covered=(*COVERED, "signature-agent"), fields={"Signature-Agent": f'"{agent}"'}
        )
        assert signed_requests.identify(request, None).client_id == client_id


def test_a_signature_counts_once_under_whatever_label(signed_requests, clock):
    request = signed()
    assert signed_requests.identify(request, None) is not None
    assert signed_requests.identify(request, None) is None
    renamed = replace(
        request, headers={name: value.replace("sig1=", "other=") for name, value in request.headers.items()}
    )
    assert signed_requests.identify(renamed, None) is None
    spaced = replace(request, headers={name: value.replace(";", "; ") for name, value in request.headers.items()})
    assert signed_requests.identify(spaced, None) is None
    assert signed_requests.identify(signed(nonce="n2"), None) is not None


def test_while_too_many_are_remembered_none_counts(signed_requests, clock):
    signed_requests._seen.seen = {number.to_bytes(32): START + 10 for number in range(MOST_SEEN)}
    assert signed_requests.identify(signed(), None) is None
    clock.pass_(11)
    assert signed_requests.identify(signed(nonce="n3"), None) is not None


@pytest.mark.whole
def test_of_ten_thousand_forged_and_mangled_requests_none_shows_anybody(signed_requests):
    """Each is a right request with one thing changed: a byte of the signature or of what it covers, key, time, place."""
    seed = random.Random(15)
    right = signed(nonce="right")
    stranger = Ed25519PrivateKey.from_private_bytes(bytes([77]) * 32)
    shown = 0
    for number in range(10_000):
        kind = number % 10
        if kind < 4:
            name = ("Signature", "Signature-Input")[kind % 2]
            value = right.headers[name]
            place = seed.randrange(value.index("=") + 1, len(value) - 4)  # the end has bits that say nothing
            new = seed.choice([char for char in 'AZaz09+/;="()' if char != value[place]])
            request = replace(right, headers=right.headers | {name: value[:place] + new + value[place + 1 :]})
        elif kind == 4:
            request = replace(right, url=f"{URL}{number}")
        elif kind == 5:
            request = signed(stranger, keyid=print_of(make_key(1)), nonce=str(number))
        elif kind == 6:
            created = START + seed.choice([-1, 1]) * seed.randrange(MAX_SKEW + 1, 10**7)
            request = signed(created=created, expires=created + 60, nonce=str(number))
        elif kind == 7:
            request = signed(covered=tuple(seed.sample(COVERED, 3)), nonce=str(number))
        elif kind == 8:
            request = signed(make_key(seed.randrange(4, 70)), nonce=str(number))
        else:
            request = replace(signed(nonce=str(number)), url=URL.replace("registry", f"r{number}"))
        shown += signed_requests.identify(request, None) is not None
    assert shown == 0
    assert signed_requests.identify(right, None) is not None
