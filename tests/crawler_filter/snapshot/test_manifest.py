"""The manifest's text: one spelling, files without gap, and a newer one said to be newer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import FilterError, MalformedNoteError, OversizedError, UnsupportedVersionError
from crawler_filter.fingerprints.registered import OF_THE_WHOLE, VARIANTS, Picture, Variant
from crawler_filter.formats.models import MAX_MODELS, ModelEntry, Preparation
from crawler_filter.formats.record import Assurance, encode_id
from crawler_filter.snapshot import Manifest, Segment, SegmentFile, boundaries, build
from crawler_filter.snapshot.manifest import MAX_MANIFEST_BYTES, READER, least_reader
from tests.simulators.published import record_of, scope

COPIES = ModelEntry("copies", "5e" * 32, "CC0-1.0", "models.example", Preparation(), 118, 141)
OTHER = replace(COPIES, id="other", sha256="6f" * 32)
NAMES = st.binary(min_size=32, max_size=32).map(bytes.hex)
NUMBERS = st.integers(0, 2**40)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    size, issued = draw(NUMBERS), draw(NUMBERS)
    return Manifest(
        origin=draw(st.sampled_from(["registry.example", "127.0.0.1:8080"])),
        profile=draw(NUMBERS),
        min_reader=READER,
        sequence=draw(NUMBERS),
        issued=issued,
        expires=issued + draw(st.integers(1, 2**30)),
        log_size=size,
        log_root=draw(st.binary(min_size=32, max_size=32)),
        checkpoint=draw(st.binary(min_size=1, max_size=200)),
        models=draw(st.sampled_from([(), (COPIES,), (COPIES, OTHER)])),
        files=tuple(SegmentFile(draw(NAMES), draw(NUMBERS), first, last) for first, last in boundaries(size)),
        merged=SegmentFile(draw(NAMES), draw(NUMBERS), 0, size),
    )


ONE = Manifest("registry.example", 1, READER, 5, 100, 200, 300, bytes(32), b"note", (
    SegmentFile("a" * 64, 10, 0, 256), SegmentFile("b" * 64, 10, 256, 300)), SegmentFile("c" * 64, 20, 0, 300))  # fmt: skip


@pytest.mark.parametrize(
    ("variants", "reader"), [((), 1), (OF_THE_WHOLE, 1), ((Variant.WHOLE, Variant.PART_1), 2), (VARIANTS, 2)]
)
def test_a_newer_reader_is_needed_only_where_a_part_is_registered(variants, reader):
    values = [(variant, bytes([number]) * 32) for number, variant in enumerate(variants)]
    scopes = [scope("pdq", Picture(tuple(values)).encode(), Assurance.ATTESTED)] if values else []
    record = record_of(encode_id(bytes(16)), encode_id(bytes(16)), *scopes)
    assert least_reader(Segment.parse(build([(0, record)]))) == reader


@given(manifests())
def test_manifests_round_trip(manifest: Manifest) -> None:
    assert Manifest.decode(manifest.encode()) == manifest


@given(manifests(), st.data())
def test_any_change_of_the_text_is_another_manifest_of_one_spelling_or_refused(
    manifest: Manifest, data: st.DataObject
) -> None:
    text = manifest.encode()
    position = data.draw(st.integers(0, len(text) - 1))
    changed = text[:position] + data.draw(st.text(max_size=2)) + text[position + 1 :]
    try:
        assert Manifest.decode(changed).encode() == changed
    except FilterError:
        return


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        ONE.encode()[:-1],
        ONE.encode().replace("/snapshot/v1", "/snapshot/v2"),
        ONE.encode().replace("sequence 5", "sequence 05"),
        ONE.encode().replace("sequence 5", "sequence -5"),
        ONE.encode().replace("sequence 5\n", ""),
        ONE.encode().replace("issued 100", "issued 200"),
        ONE.encode().replace(" 0 256", " 1 256"),
        ONE.encode().replace(" 256 300", " 257 300"),
        ONE.encode().replace(" 256 300", " 256 299"),
        ONE.encode().replace(" 256 300", " 256 255"),
        ONE.encode().replace("a" * 64, "A" * 64),
        ONE.encode().replace("a" * 64, "../" + "a" * 61),
        replace(ONE, files=()).encode(),
        replace(ONE, files=tuple(SegmentFile("a" * 64, 1, at, at + 1) for at in range(7))).encode(),
        ONE.encode() + "unknown line\n",
        ONE.encode() + f"model {COPIES.encode()}\n",
        replace(ONE, models=(COPIES,)).encode().replace("118", "0118"),
        replace(ONE, models=(COPIES, replace(OTHER, id="copies"))).encode(),
        replace(ONE, models=(COPIES, replace(OTHER, sha256="5e" + "00" * 31))).encode(),
        replace(ONE, models=(COPIES,), min_reader=3).encode(),
        replace(
            ONE, models=tuple(replace(COPIES, id=str(n), sha256=f"{n:02x}" * 32) for n in range(MAX_MODELS + 1))
        ).encode(),
    ],
    ids=[
        "nothing", "an empty line", "no line feed at the end", "another format", "a leading zero", "a negative number",
        "a line too few", "no time to be valid", "no base", "a gap", "an end before the log's", "backwards",
        "capitals in a name", "a way out of the folder", "no files", "too many files", "a line that nobody knows",
        "a model behind the files", "a model in another spelling", "one name for two models",
        "two models that rows do not tell apart", "models for a reader that does not know them", "too many models",
    ],
)  # fmt: skip
def test_what_is_not_a_manifest_is_refused(text: str) -> None:
    with pytest.raises(MalformedNoteError):
        Manifest.decode(text)


def test_models_need_a_reader_that_knows_them() -> None:
    empty = Segment.parse(build([]))
    assert (least_reader(empty), least_reader(empty, (COPIES,))) == (1, READER)


def test_one_for_a_newer_reader_is_said_to_be_newer_whatever_follows() -> None:
    text = ONE.encode().replace(f"min-reader {READER}\n", f"min-reader {READER + 1}\nnobody knows\n")
    with pytest.raises(UnsupportedVersionError, match=f"version {READER + 1}"):
        Manifest.decode(text)


def test_an_endless_one_is_not_read() -> None:
    with pytest.raises(OversizedError):
        Manifest.decode(ONE.encode() + "x" * MAX_MANIFEST_BYTES)
