"""A statement that something was screened fits into 1 KB, verifies off line, and cannot be bent."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter import Reason
from crawler_filter.cli import main
from crawler_filter.errors import (
    DataError,
    DigestMismatchError,
    MalformedNoteError,
    OversizedError,
    SignatureError,
)
from crawler_filter.formats.checked import Checked, CheckedKind
from crawler_filter.formats.screening import (
    MAX_STATEMENT_BYTES,
    VERDICTS,
    Screening,
    check_file,
    is_statement,
    read,
    sign,
)
from crawler_filter.log import Signer, sign_note
from tests.crawler_filter.checks.test_content import PIXELS, encoded, opened, pictured
from tests.simulators.published import NOW, ORIGIN

SIGNER = Signer("studio.example/screening", bytes(32))
OTHER = Signer("studio.example/screening", bytes(31) + b"\1")
KEY = SIGNER.encode()
SCREENING = Screening(
    "training-optout 1.0",
    Checked(CheckedKind.FILE, sha256(b"x").hexdigest(), 1),
    1_795_500_000,
    "opt-out train-ai",
    "keep",
    "kept",
    "registry.example",
    7,
    12,
    "ab" * 32,
    1_795_400_000,
)
OPTOUT = opened(pictured())


def test_what_was_stated_is_read_again() -> None:
    assert read(sign(SCREENING, KEY), [SIGNER.verifier]) == (SIGNER.name, SCREENING)


def test_a_decision_states_what_it_was_made_of_and_what_came_of_it() -> None:
    for pixels, verdict, reason in ((PIXELS, "exclude", Reason.REGISTRY_IMAGE), (0 * PIXELS, "keep", Reason.KEPT)):
        content = encoded(pixels)
        decision = OPTOUT.check(content=content)
        signer, stated = read(decision.statement(KEY), [SIGNER.verifier])
        assert (signer, stated.verdict, stated.reason) == (SIGNER.name, verdict, reason.value)
        assert (stated.origin, stated.policy, stated.time) == (ORIGIN, "opt-out train-ai", NOW)
        assert decision.snapshot is not None
        assert (stated.sequence, stated.root) == (decision.snapshot.sequence, decision.snapshot.root)
        check_file(stated, content)
        with pytest.raises(DigestMismatchError):
            check_file(stated, content + b" ")


def test_it_names_the_kind_of_what_was_checked() -> None:
    made = {
        CheckedKind.TEXT: OPTOUT.check_output(text="青い鳥"),
        CheckedKind.PIXELS: OPTOUT.check_output(image=PIXELS),
        CheckedKind.DIGEST: OPTOUT.check(sha256=sha256(b"x").digest()),
    }
    for kind, decision in made.items():
        assert read(decision.statement(KEY), [SIGNER.verifier])[1].checked.kind is kind
    height, width, _ = PIXELS.shape
    digest = sha256(f"{width} {height}\n".encode() + PIXELS.tobytes()).hexdigest()
    assert made[CheckedKind.PIXELS].checked == Checked(
        CheckedKind.PIXELS, digest, PIXELS.nbytes + len(f"{width} {height}\n")
    )
    assert made[CheckedKind.TEXT].checked == Checked(
        CheckedKind.TEXT, sha256("青い鳥".encode()).hexdigest(), len("青い鳥".encode())
    )


def test_a_picture_in_memory_has_one_digest_whatever_its_layout() -> None:
    assert Checked.of_pixels(PIXELS) == Checked.of_pixels(np.asfortranarray(PIXELS))


def test_nothing_is_stated_of_what_was_not_checked() -> None:
    with pytest.raises(ValueError, match="give content"):
        OPTOUT.check("https://free.example/").statement(KEY)


def test_the_longest_values_fit() -> None:
    longest = Screening(
        f"training-optout {40 * '9'}"[:56],
        Checked(CheckedKind.PIXELS, "f" * 64, 10**19 - 1),
        253_402_300_799,
        "permission-first train-ai",
        max(VERDICTS, key=len),
        max((reason.value for reason in Reason), key=len),
        "r" * 253,
        10**19 - 1,
        10**19 - 1,
        "f" * 64,
        253_402_300_799,
        True,
    )
    signed = sign(longest, Signer("k" * 64, bytes(32)).encode())
    assert len(signed) <= MAX_STATEMENT_BYTES
    assert read(signed, [Signer("k" * 64, bytes(32)).verifier])[1] == longest


def test_names_that_do_not_fit_are_refused_and_not_cut() -> None:
    with pytest.raises(OversizedError, match="short enough"):
        sign(SCREENING, Signer("k" * 500, bytes(32)).encode())


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"verdict keep", b"verdict exclude"),
        (b"sha256 2d", b"sha256 2e"),
        (b"opt-out", b"opt-in"),
        (b"studio.example/screening/screened-by/v1", b"other.example/screening/screened-by/v1"),
    ],
)
def test_a_statement_that_was_changed_is_refused(was: bytes, becomes: bytes) -> None:
    signed = sign(SCREENING, KEY)
    assert was in signed
    with pytest.raises(SignatureError):
        read(signed.replace(was, becomes), [SIGNER.verifier])


def test_anothers_key_of_the_same_name_is_refused() -> None:
    with pytest.raises(SignatureError):
        read(sign(SCREENING, OTHER.encode()), [SIGNER.verifier])


TEXT = sign(SCREENING, KEY).decode().rpartition("\n\n")[0] + "\n"


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("verdict keep", "verdict perhaps"),
        TEXT.replace("verdict keep\n", ""),
        TEXT.replace("verdict keep\n", "verdict keep\nverdict exclude\n"),
        TEXT.replace("verdict keep\n", "verdict exclude\nverdict keep\n"),
        TEXT.replace("reason kept\n", "reason kept\nnote all is well\n"),
        TEXT.replace("2026", "0026"),
        TEXT.replace("-11-", "-13-"),
        TEXT.replace(" 1\n", " 01\n"),
        TEXT.replace("sha256 2d", "sha256 2D"),
        TEXT.replace("studio.example/screening/screened-by", "else.example/screened-by"),
        TEXT.replace("screened-by/v1", "screened-by/v2"),
        TEXT.replace("screened-by/v1", "audit-record/v1"),
        "\n",
        "a\n\nb\n",
    ],
)
def test_what_its_signer_wrote_otherwise_is_no_statement(text: str) -> None:
    with pytest.raises(MalformedNoteError):
        read(sign_note(text, SIGNER).encode(), [SIGNER.verifier])


def test_a_long_note_is_refused_before_it_is_read() -> None:
    with pytest.raises(OversizedError):
        read(sign(SCREENING, KEY) + b"x" * MAX_STATEMENT_BYTES, [SIGNER.verifier])


@given(st.binary(max_size=1100) | st.text(max_size=300).map(lambda text: f"{TEXT}{text}".encode()))
def test_no_bytes_do_more_than_being_refused(data: bytes) -> None:
    with pytest.raises(DataError):
        read(data, [SIGNER.verifier])


@given(st.binary(min_size=1, max_size=3), st.integers(0, len(sign(SCREENING, KEY)) - 4))
def test_no_change_of_a_byte_states_another_thing(change: bytes, place: int) -> None:
    signed = sign(SCREENING, KEY)
    changed = signed[:place] + change + signed[place + len(change) :]
    try:
        assert read(changed, [SIGNER.verifier])[1] == SCREENING
    except DataError:
        assert changed != signed


def test_the_command_verifies_it_with_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keygen", "studio.example/screening", str(tmp_path / "key")]) == 0
    public = capsys.readouterr().out.strip()
    content, file, note = encoded(0 * PIXELS), tmp_path / "made.png", tmp_path / "made.png.note"
    file.write_bytes(content)
    note.write_bytes(OPTOUT.check_output(path=file).statement((tmp_path / "key").read_text()))
    assert is_statement(note.read_bytes())
    assert main(["verify", str(note), "--key", public, "--file", str(file)]) == 0
    said = capsys.readouterr().out
    assert "signed by studio.example/screening" in said
    assert "verdict: keep" in said
    assert main(["verify", "--json", str(note), "--key", public]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["checked"]["sha256"]) == ("keep", sha256(content).hexdigest())
    file.write_bytes(content + b" ")
    assert main(["verify", str(note), "--key", public, "--file", str(file)]) == 3
    assert "another file" in capsys.readouterr().err
    assert main(["verify", str(note), "--key", OTHER.verifier.encode()]) == 3
    with pytest.raises(SystemExit, match="2"):
        main(["verify", str(note)])
