import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import DataError, MalformedNoteError, OversizedError, SignatureError
from crawler_filter.log.keys import Signature, Signer, Verifier
from crawler_filter.log.note import MAX_NOTE_BYTES, MAX_SIGNATURES, Note, sign_note

from .log_simulator import key
from .test_keys import C2SP_VKEY, GO_SKEY, GO_VKEY, key_names

# golang.org/x/mod, sumdb/note/note_test.go
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER = "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCH = "\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
PETER_KEY = Verifier.parse(GO_VKEY)
ENOCH_KEY = Verifier.parse("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")

# c2sp.org/signed-note, the example
C2SP_NOTE = """This is an example message.

\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n")).map(
    "{}\n".format
)
signatures = st.builds(Signature, key_names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))
notes = st.builds(Note, texts, st.lists(signatures, min_size=1, max_size=20).map(tuple))


def go_note(*lines):
    return f"{TEXT}\n{''.join(lines)}".encode()


def test_signing_gives_the_published_bytes():
    assert sign_note(TEXT, Signer.parse(GO_SKEY)).encode() == go_note(PETER)


def test_the_example_of_the_specification_verifies():
    note = Note.parse(C2SP_NOTE.encode())
    verifier = Verifier.parse(C2SP_VKEY)
    assert note.verify([verifier]) == {verifier: None}
    assert note.text == "This is an example message.\n"


def test_a_signature_by_an_unknown_key_is_ignored():
    assert Note.parse(go_note(PETER, ENOCH)).verify([PETER_KEY]) == {PETER_KEY: None}


def test_every_known_key_that_signed_is_named():
    assert list(Note.parse(go_note(PETER, ENOCH)).verify([ENOCH_KEY, PETER_KEY])) == [PETER_KEY, ENOCH_KEY]


def test_a_note_that_no_known_key_signed_is_refused():
    with pytest.raises(SignatureError, match="got those of PeterNeumann"):
        Note.parse(go_note(PETER)).verify([ENOCH_KEY])


def test_a_wrong_signature_by_a_known_key_rejects_the_note_whoever_else_signed():
    wrong = ENOCH.replace("rwz+eBzm", "rwz+eBzn")
    with pytest.raises(SignatureError, match=r"EnochRoot\+af0cfe78 is wrong"):
        Note.parse(go_note(PETER, wrong)).verify([PETER_KEY, ENOCH_KEY])


def test_a_signature_of_another_length_by_a_known_key_rejects_the_note():
    with pytest.raises(SignatureError, match="is wrong"):
        Note.parse(go_note(f"{PETER[:60]}ABCD{PETER[60:]}")).verify([PETER_KEY])


def test_a_known_name_with_another_key_id_is_another_key():
    other = PETER.replace("x08g", "xxxx")
    assert Note.parse(go_note(other, ENOCH)).verify([PETER_KEY, ENOCH_KEY]) == {ENOCH_KEY: None}


def test_a_known_key_id_under_another_name_is_another_key():
    other = PETER.replace("PeterNeumann", "CarmenSandiego")
    assert Note.parse(go_note(other, ENOCH)).verify([PETER_KEY, ENOCH_KEY]) == {ENOCH_KEY: None}


def test_of_several_signatures_by_one_key_the_first_counts():
    other = PETER.replace("x08go/ZJ", "x08go/ZK")
    assert Note.parse(go_note(PETER, other)).verify([PETER_KEY]) == {PETER_KEY: None}
    with pytest.raises(SignatureError):
        Note.parse(go_note(other, PETER)).verify([PETER_KEY])


def test_two_keys_of_one_name_and_id_are_refused():
    # Key ids have 32 bits, so a second key for one of them can be computed; here it is forged by hand.
    class Colliding(Verifier):
        key_id = PETER_KEY.key_id

    with pytest.raises(SignatureError, match="two different keys"):
        Note.parse(go_note(PETER)).verify([PETER_KEY, Colliding("PeterNeumann", 1, bytes(32))])


@pytest.mark.parametrize("count", [16, MAX_SIGNATURES])
def test_as_many_signatures_as_the_specification_asks_for_are_read(count):
    assert len(Note.parse(go_note(*[PETER] * count)).signatures) == count


def test_more_signatures_are_refused():
    with pytest.raises(MalformedNoteError, match="expected 1 to 100 signatures"):
        Note.parse(go_note(*[PETER] * (MAX_SIGNATURES + 1)))


def test_a_note_of_more_than_a_megabyte_is_refused():
    with pytest.raises(OversizedError):
        Note.parse(b"x" * MAX_NOTE_BYTES + b"\n" + go_note(PETER))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TEXT, id="no signatures"),
        pytest.param(f"{TEXT}\n", id="an empty block of signatures"),
        pytest.param(f"{TEXT}\n{PETER[:-1]}", id="no newline after the last signature"),
        pytest.param(f"\x01{TEXT}\n{PETER}", id="a control character"),
        pytest.param(f"{TEXT}\r\n\r\n{PETER}", id="Windows line ends"),
        pytest.param(f"{TEXT}\n\u2014 Bad Name {PETER[15:]}", id="a space in the key name"),
        pytest.param(f"{TEXT}\n\u2014 Bad+Name {PETER[15:]}", id="a plus in the key name"),
        pytest.param(f"{TEXT}\n{PETER}Unexpected line.\n", id="a line that is no signature"),
        pytest.param(f"{TEXT}\n{PETER.replace(chr(0x2014), '-')}", id="a hyphen for the dash"),
        pytest.param(f"{TEXT}\n\u2014 PeterNeumann x08go=\n", id="base64 cut short"),
        pytest.param(f"{TEXT}\n\u2014 PeterNeumann x08gow==\n", id="a key id and no signature"),
        pytest.param(f"{TEXT}{PETER}", id="no empty line"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_not_a_note_is_refused(data):
    with pytest.raises(MalformedNoteError):
        Note.parse(data.encode())


def test_a_note_that_is_not_utf_8_is_refused():
    with pytest.raises(MalformedNoteError, match="UTF-8"):
        Note.parse(b"\xff" + go_note(PETER))


def test_the_text_may_hold_empty_lines_and_signature_lines():
    text = f"first\n\n{PETER}\nlast\n"
    note = sign_note(text, key("a.example"))
    assert Note.parse(note.encode()).text == text


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "lone surrogate \ud800\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text):
    with pytest.raises(MalformedNoteError):
        Note(text, (key("a.example").sign("x\n"),))


def test_a_note_without_signatures_cannot_be_made():
    with pytest.raises(MalformedNoteError, match="got 0"):
        sign_note("text\n")


def test_a_new_signature_replaces_the_one_by_the_same_key():
    note = sign_note(TEXT, key("a.example"), key("b.example"))
    again = key("a.example").sign(TEXT)
    assert note.signed_also_by(again).signatures == (note.signatures[1], again)


@given(notes)
def test_notes_round_trip(note):
    assert Note.parse(note.encode()) == note


@given(st.one_of(st.binary(), st.binary().map(lambda data: go_note(PETER)[:-9] + data), notes.map(Note.encode)))
def test_any_bytes_are_a_note_with_its_text_or_refused(data):
    try:
        note = Note.parse(data)
    except DataError:
        return
    assert data.startswith(note.text.encode() + b"\n")
    assert Note.parse(note.encode()) == note


@given(st.integers(0, len(go_note(PETER)) - 1), st.integers(1, 255))
def test_no_changed_byte_of_a_note_goes_unseen(place, change):
    data = bytearray(go_note(PETER))
    data[place] ^= change
    try:
        note = Note.parse(bytes(data))
        note.verify([PETER_KEY])
    except DataError:
        return
    assert note == Note.parse(go_note(PETER))  # only stray bits of base64 changed


def test_stray_bits_in_a_signature_line_are_let_pass_as_in_go():
    note = Note.parse(go_note(f"{PETER[:-3]}N=\n"))
    assert note.verify([PETER_KEY]) == {PETER_KEY: None}
    assert note.encode() == go_note(PETER)
