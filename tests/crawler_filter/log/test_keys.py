import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import MalformedNoteError, SignatureError
from crawler_filter.log.encoding import decode_base64, decode_decimal, encode_base64
from crawler_filter.log.keys import COSIGNATURE, ED25519, Signature, Signer, Verifier

# golang.org/x/mod, sumdb/note/note_test.go
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
# c2sp.org/signed-note, "Verifier keys"
C2SP_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
# transparency-dev/formats, note/note_cosigv1_test.go
COSIGNATURE_VKEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

key_names = st.text(st.characters(codec="utf-8", exclude_characters="+"), min_size=1).filter(
    lambda name: not any(char.isspace() or char < " " for char in name)
)
signers = st.builds(Signer, key_names, st.binary(min_size=32, max_size=32))


@pytest.mark.parametrize(
    ("vkey", "algorithm"), [(GO_VKEY, ED25519), (C2SP_VKEY, ED25519), (COSIGNATURE_VKEY, COSIGNATURE)]
)
def test_published_verifier_keys_are_read_and_written(vkey, algorithm):
    verifier = Verifier.parse(vkey)
    assert verifier.algorithm == algorithm
    assert verifier.encode() == vkey


def test_the_published_private_key_belongs_to_the_published_verifier_key():
    signer = Signer.parse(GO_SKEY)
    assert signer.verifier.encode() == GO_VKEY
    assert signer.encode() == GO_SKEY


@pytest.mark.parametrize("text", [GO_VKEY, C2SP_VKEY, COSIGNATURE_VKEY])
def test_no_part_of_a_verifier_key_is_a_key(text):
    parts = {text[i:j] for i in range(len(text)) for j in range(i, len(text) + 1)} - {text}
    assert [part for part in parts if _is_vkey(part)] == []


@pytest.mark.parametrize("text", [GO_VKEY, C2SP_VKEY, COSIGNATURE_VKEY])
def test_no_changed_byte_of_a_verifier_key_goes_unseen(text):
    changed = [text[:i] + chr(ord(text[i]) + 1) + text[i + 1 :] for i in range(len(text))]
    assert [part for part in changed if _is_vkey(part)] == []


def _is_vkey(text):
    try:
        Verifier.parse(text)
    except MalformedNoteError:
        return False
    return True


@pytest.mark.parametrize(
    "vkey",
    [
        pytest.param("bananas.sigstore.dev+12344556", id="too few parts"),
        pytest.param("rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!", id="not base64"),
        pytest.param("rekor.sigstore.dev+12345678+AwEB", id="another signature type, too short"),
        pytest.param(GO_VKEY.replace("c74f20a3", "00000000"), id="another key id"),
        pytest.param(GO_VKEY.replace("c74f20a3", "C74F20A3"), id="key id in capitals"),
        pytest.param(GO_VKEY.replace("Peter", "Peter "), id="a space in the name"),
        pytest.param(GO_SKEY, id="a private key"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_not_a_verifier_key_is_refused(vkey):
    with pytest.raises(MalformedNoteError):
        Verifier.parse(vkey)


@pytest.mark.parametrize(
    "skey",
    [
        pytest.param(GO_VKEY, id="a verifier key"),
        pytest.param(GO_SKEY[:-4], id="cut short"),
        pytest.param(GO_SKEY.replace("c74f20a3", "c74f20a4"), id="the id of another key"),
        pytest.param(GO_SKEY.replace("+AY", "+BY"), id="another type"),
    ],
)
def test_what_is_not_a_private_key_is_refused(skey):
    with pytest.raises(MalformedNoteError):
        Signer.parse(skey)


def test_a_private_key_does_not_show_in_its_repr():
    signer = Signer.parse(GO_SKEY)
    assert repr(signer) == "Signer(name='PeterNeumann')"


def test_a_key_is_generated_from_the_entropy_given():
    signer = Signer.generate("registry.example/log", lambda size: bytes(range(size)))
    assert signer == Signer("registry.example/log", bytes(range(32)))
    with pytest.raises(MalformedNoteError, match="without spaces"):
        Signer.generate("two words", bytes)


@given(signers)
def test_keys_round_trip(signer):
    assert Signer.parse(signer.encode()) == signer
    for verifier in (signer.verifier, signer.cosignature_verifier):
        assert Verifier.parse(verifier.encode()) == verifier


@given(signers, st.text(), st.integers(0, 2**63 - 1))
def test_what_is_signed_verifies_and_states_its_time(signer, text, time):
    text = text.encode("utf-8", "replace").decode()
    signature, cosignature = signer.sign(text), signer.cosign(text, time)
    assert signer.verifier.verify(text, signature.value) is None
    assert signer.cosignature_verifier.verify(text, cosignature.value) == time
    assert signature.key_id != cosignature.key_id
    for wrong, verifier in [(signature, signer.cosignature_verifier), (cosignature, signer.verifier)]:
        with pytest.raises(SignatureError):
            verifier.verify(text, wrong.value)


@given(signers, st.integers(0, 2**63 - 2))
def test_a_cosignature_does_not_verify_at_another_time(signer, time):
    value = signer.cosign("log\n1\n", time).value
    with pytest.raises(SignatureError, match="is wrong"):
        signer.cosignature_verifier.verify("log\n1\n", (time + 1).to_bytes(8, "big") + value[8:])


def test_a_cosignature_time_beyond_the_range_is_refused():
    signer = Signer("w.example", bytes(32))
    value = signer.cosign("log\n1\n", 2**63).value
    with pytest.raises(SignatureError, match=r"below 2\*\*63"):
        signer.cosignature_verifier.verify("log\n1\n", value)


@given(st.builds(Signature, key_names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)))
def test_signature_lines_round_trip(signature):
    assert Signature.parse(signature.encode()) == signature


@given(st.text())
def test_any_text_is_a_key_of_one_spelling_or_refused(text):
    for parse in (Verifier.parse, Signer.parse):
        try:
            value = parse(text)
        except MalformedNoteError:
            continue
        assert value.encode() == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("AB==", id="stray bits after the last byte"),
        pytest.param("AA", id="no padding"),
        pytest.param("AA==\n", id="a newline"),
        pytest.param("A A=", id="a space"),
        pytest.param("-_8=", id="the URL alphabet"),
        pytest.param("ÄA==", id="not ASCII"),
    ],
)
def test_base64_has_one_spelling(text):
    with pytest.raises(MalformedNoteError, match=r"a field: expected (canonical )?base64"):
        decode_base64(text, "a field")


@given(st.binary())
def test_base64_round_trips(value):
    assert decode_base64(encode_base64(value), "a field") == value


@pytest.mark.parametrize("text", ["", "01", "-1", "+1", " 1", "1_0", "1.0", "\u0661", str(2**63), "9" * 5000])
def test_numbers_have_one_spelling(text):
    with pytest.raises(MalformedNoteError, match="a field: expected"):
        decode_decimal(text, "a field")


@given(st.integers(0, 2**63 - 1))
def test_numbers_round_trip(number):
    assert decode_decimal(str(number), "a field") == number
