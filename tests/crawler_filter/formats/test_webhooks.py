"""A webhook is the registry's own, for this address, of now and unchanged, or it is refused."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import FilterError, MalformedRecordError, SignatureError
from crawler_filter.formats.events import Event, EventKind
from crawler_filter.formats.jwk import thumbprint
from crawler_filter.formats.message_signature import MAX_SKEW, Post, sign_post
from crawler_filter.formats.webhooks import CHALLENGE_TAG, CHALLENGE_TYPE, EVENT_TAG, verify_webhook
from tests.simulators.crawler import make_key

NOW = 1_800_000_000
URL = "https://hooks.example/optout?key=1"
EVENT = Event("p" * 26, 7, EventKind.GRANT_MADE, "2027-01-15T08:00:00Z", "g" * 26, "/v1/grants/" + "g" * 26)


class Key:
    """A key of `cryptography` as what signs."""

    def __init__(self, seed: int) -> None:
        self._key = make_key(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


def sent(body=None, *, seed=1, url=URL, now=NOW, tag=EVENT_TAG, content_type="application/json"):
    body = EVENT.encode() if body is None else body
    return sign_post(Post(url, body, content_type), Key(seed), tag=tag, now=now), body


def verify(headers, body, *, url=URL, now=NOW, keys=None):
    return verify_webhook(headers, body, url=url, keys=keys or [Key(1).public], now=now)


def test_an_event_is_read_from_what_was_signed_whatever_the_case_of_the_names():
    headers, body = sent()
    assert verify(headers, body) == EVENT
    assert verify({name.upper(): value for name, value in headers.items()}, body) == EVENT
    assert Event.decode(EVENT.encode()) == EVENT


def test_a_challenge_gives_the_text_to_answer_with():
    headers, body = sent(b"challenge=abc", tag=CHALLENGE_TAG, content_type=CHALLENGE_TYPE)
    assert verify(headers, body) == "abc"


def test_another_implementation_of_the_standard_agrees():
    headers, body = sent()

    class Message:
        method, url = "POST", URL

    signatures = pytest.importorskip("http_message_signatures", reason="the registry's library is not installed")

    class Keys(signatures.HTTPSignatureKeyResolver):
        def resolve_public_key(self, key_id):
            assert key_id == thumbprint(Key(1).public)
            return Ed25519PublicKey.from_public_bytes(Key(1).public)

        def resolve_private_key(self, key_id):
            raise KeyError(key_id)

    class AtThatTime(signatures.HTTPMessageVerifier):
        def validate_created_and_expires(self, sig_input, max_age=None):
            assert sig_input.params["created"] == NOW

    Message.headers = headers
    verifier = AtThatTime(signature_algorithm=signatures.algorithms.ED25519, key_resolver=Keys())
    (result,) = verifier.verify(Message(), max_age=None, expect_tag=EVENT_TAG, body=body)
    assert '"content-digest"' in result.covered_components


HARMS = {
    "another body": lambda headers, body: (headers, body.replace(b"grant.made", b"grant.ende")),
    "another digest": lambda headers, body: (headers | {"Content-Digest": "sha-256=:AAAA:"}, body),
    "no digest": lambda headers, body: ({k: v for k, v in headers.items() if k != "Content-Digest"}, body),
    "no signature": lambda headers, body: ({k: v for k, v in headers.items() if k != "Signature"}, body),
    "no input": lambda headers, body: ({k: v for k, v in headers.items() if k != "Signature-Input"}, body),
    "another type": lambda headers, body: (headers | {"Content-Type": "application/xml"}, body),
    "a challenge": lambda headers, body: (headers | {"Content-Type": CHALLENGE_TYPE}, body),
    "fewer components": lambda headers, body: (
        headers | {"Signature-Input": headers["Signature-Input"].replace('"@query" ', "")},
        body,
    ),
    "another tag": lambda headers, body: (
        headers | {"Signature-Input": headers["Signature-Input"].replace(EVENT_TAG, CHALLENGE_TAG)},
        body,
    ),
    "a later end": lambda headers, body: (
        headers
        | {"Signature-Input": headers["Signature-Input"].replace(str(NOW + MAX_SKEW), str(NOW + 10 * MAX_SKEW))},
        body,
    ),
    "another algorithm": lambda headers, body: (
        headers | {"Signature-Input": headers["Signature-Input"].replace('"ed25519"', '"hmac-sha256"')},
        body,
    ),
    "half a signature": lambda headers, body: (
        headers | {"Signature": f"registry=:{base64.b64encode(bytes(32)).decode()}:"},
        body,
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_changed_is_refused(harm):
    with pytest.raises(SignatureError):
        verify(*HARMS[harm](*sent()))


def test_what_is_anothers_or_another_times_is_refused():
    for headers, body in (sent(seed=2), sent(url="https://hooks.example/else"), sent(url="https://evil.example/")):
        with pytest.raises(SignatureError):
            verify(headers, body)
    headers, body = sent()
    for wrong in (NOW - MAX_SKEW - 1, NOW + MAX_SKEW + 1, NOW + 10**6):
        with pytest.raises(SignatureError):
            verify(headers, body, now=wrong)
    for right in (NOW - MAX_SKEW, NOW + MAX_SKEW):
        assert verify(headers, body, now=right) == EVENT


def test_either_of_two_keys_counts_while_one_replaces_the_other():
    headers, body = sent(seed=2)
    assert verify(headers, body, keys=[Key(1).public, Key(2).public]) == EVENT


@pytest.mark.parametrize(
    "change",
    [{"sequence": 0}, {"sequence": "7"}, {"sequence": True}, {"kind": 4}, {"party": None}, {"time": []}],
)
def test_an_event_that_is_signed_and_none_is_refused(change):
    body = json.dumps(json.loads(EVENT.encode()) | change, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(MalformedRecordError):
        verify(*sent(body))


def test_kinds_and_fields_of_later_releases_are_read():
    value = json.loads(EVENT.encode()) | {"kind": "planet.eaten", "zz_new": 1}
    body = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    assert verify(*sent(body)).kind == "planet.eaten"


def test_too_much_is_not_read():
    for body, how in ((b"x" * 5_000, {}), (b"challenge=" + b"x" * 300, {"content_type": CHALLENGE_TYPE})):
        with pytest.raises(MalformedRecordError):
            verify(*sent(body, tag=CHALLENGE_TAG if how else EVENT_TAG, **how))


@given(
    st.dictionaries(
        st.sampled_from(["Signature", "Signature-Input", "Content-Digest", "Content-Type"]),
        st.one_of(st.text(max_size=200), st.from_regex(r'[a-z]+=\("@?[a-z-]+".*\);[a-z]+=.*', fullmatch=True)),
    ),
    st.binary(max_size=100),
)
def test_whatever_comes_is_refused_with_an_error_of_ours(headers, body):
    with pytest.raises(FilterError):
        verify(headers, body)
