import json
import sys

import pytest

from crawler_filter.preference import Preference, Usage, combine, stated
from crawler_filter.signals.embedded import c2pa
from crawler_filter.signals.signal import MAX_RULE, Family
from tests.crawler_filter.signals.embedded import sample_files as files

REFUSED, ALLOWED = Preference.DISALLOWED, Preference.ALLOWED


def signed(data, label="cawg.training-mining"):
    return files.png_c2pa(files.store(files.manifest(files.assertion(files.cbor(data), label))))


def only(content, **trust):
    (signal,) = c2pa.read(content, **trust)
    return signal


def says(signals, usage):
    return combine(stated(signal.preferences, usage) for signal in signals)


VECTORS = {
    "C_with_CAWG_data.jpg": {Usage.TRAIN_AI, Usage.AI_USE},
    "sample_c2pa.png": {Usage.TRAIN_AI, Usage.AI_USE, Usage.TDM},
}


@pytest.mark.parametrize(("name", "usages"), VECTORS.items())
def test_a_published_file_says_do_not_train(vectors, name, usages):
    signal = only((vectors / "c2pa" / name).read_bytes())
    assert signal.family is Family.CAWG
    assert signal.preferences == dict.fromkeys(usages, REFUSED)
    assert not signal.warning


@pytest.mark.parametrize("name", VECTORS)
def test_a_published_file_that_was_tampered_with_still_says_so(vectors, name):
    content = bytearray((vectors / "c2pa" / name).read_bytes())
    content[-2000] ^= 0xFF
    assert says(c2pa.read(bytes(content)), Usage.TRAIN_AI) is REFUSED


@pytest.mark.parametrize("name", VECTORS)
def test_a_published_file_whose_use_was_tampered_with_never_allows(vectors, name):
    content = (vectors / "c2pa" / name).read_bytes().replace(b"jnotAllowed", b"gallowed\x60\x60\x60")
    signals = c2pa.read(content)
    assert signals
    assert all(ALLOWED not in signal.preferences.values() for signal in signals)


ENTRIES = {
    "CAWG 1.1, generative training": ({"cawg.ai_generative_training": {"use": "notAllowed"}}, {Usage.TRAIN_AI}),
    "CAWG 1.1, training of other models": ({"cawg.ai_training": {"use": "notAllowed"}}, {Usage.TRAIN_AI}),
    "CAWG 1.1, inference": ({"cawg.ai_inference": {"use": "notAllowed"}}, {Usage.AI_USE}),
    "CAWG 1.1, data mining": ({"cawg.data_mining": {"use": "notAllowed"}}, {Usage.TDM}),
    "CAWG 1.1, constrained without more is notAllowed": ({"cawg.ai_training": {"use": "constrained"}}, {Usage.TRAIN_AI}),
    "constrained in words": (
        {"cawg.ai_training": {"use": "constrained", "constraint_info": "ask"}}, {Usage.TRAIN_AI},
    ),
    "an unknown use": ({"cawg.ai_training": {"use": "perhaps"}}, {Usage.TRAIN_AI}),
    "no use": ({"cawg.ai_training": {}}, {Usage.TRAIN_AI}),
    "a use that is no text": ({"cawg.ai_training": {"use": True}}, {Usage.TRAIN_AI}),
    "a use without a map": ({"cawg.ai_training": "notAllowed"}, {Usage.TRAIN_AI}),
    **{f"a name as people spell it: {name}": ({name: {"use": "notAllowed"}}, {Usage.TRAIN_AI}) for name in (
        "cawg.aiGenerativeTraining", "c2pa.ai-training", "ai_generative_training", "cawg.training", "com.example.genai")},
    "mining as people spell it": ({"c2pa.dataMining": {"use": "notAllowed"}}, {Usage.TDM}),
    "a permission under such a name": ({"cawg.aiGenerativeTraining": {"use": "allowed"}}, set()),
    "an entry of somebody's own": ({"com.example.printing": {"use": "notAllowed"}}, set()),
}  # fmt: skip


@pytest.mark.parametrize("label", sorted(c2pa.LABELS))
@pytest.mark.parametrize("has_map", [True, False], ids=["entries", "without entries"])
@pytest.mark.parametrize(("entries", "usages"), ENTRIES.values(), ids=ENTRIES)
def test_an_assertion_forbids(entries, usages, has_map, label):
    signal = only(signed({"entries": entries, "metadata": {}} if has_map else entries, label))
    assert signal.preferences == dict.fromkeys(usages, REFUSED)


@pytest.mark.parametrize("key", ["constraint_info", "constraints_info"])
def test_a_constraint_is_evidence_under_either_spelling(key):
    signal = only(
        signed({"entries": {"cawg.ai_training": {"use": "constrained", key: "https://studio.example/ask"}}})
    )
    assert "(https://studio.example/ask)" in signal.rule
    assert signal.terms.policy == "https://studio.example/ask"


def test_an_assertion_in_json_is_read():
    content = json.dumps({"entries": {"c2pa.ai_training": {"use": "notAllowed"}}}).encode()
    box = files.superbox("json", "c2pa.training-mining", files.box(b"json", content))
    assert only(files.store(files.manifest(box))).preferences == {Usage.TRAIN_AI: REFUSED}


@pytest.mark.parametrize("first", ["allowed", "notAllowed"])
def test_of_a_name_that_occurs_twice_in_json_what_forbids_counts(first):
    second = "notAllowed" if first == "allowed" else "allowed"
    entries = f'{{"c2pa.ai_training": {{"use": "{first}", "use": "{second}"}}}}'
    twice = f'{{"c2pa.ai_training": {{"use": "{first}"}}, "c2pa.ai_training": {{"use": "{second}"}}}}'
    for text in (entries, twice, f'{{"entries": {entries}}}'):
        box = files.superbox("json", "c2pa.training-mining", files.box(b"json", text.encode()))
        assert only(files.store(files.manifest(box))).preferences == {Usage.TRAIN_AI: REFUSED}


def test_a_restriction_of_an_ingredient_is_honoured():
    refusal = files.assertion(files.cbor({"entries": {"cawg.ai_training": {"use": "notAllowed"}}}))
    content = files.store(files.manifest(refusal, label="ingredient"), files.manifest(label="active"))
    assert says(c2pa.read(content), Usage.TRAIN_AI) is REFUSED


UNREAD = {
    "broken CBOR": files.store(files.manifest(files.assertion(b"\xa1"))),
    "no map": files.store(files.manifest(files.assertion(b"\x80"))),
    "entries that are no map": signed({"entries": []}),
    "broken JSON": files.store(files.manifest(files.superbox("json", "cawg.training-mining", files.box(b"json", b"{")))),
    "JSON nested without end": files.store(
        files.manifest(files.superbox("json", "cawg.training-mining", files.box(b"json", b"[" * 60_000)))
    ),
    "a store that is cut off": files.store(files.manifest())[:-3],
    "a compressed manifest": files.store(files.superbox("c2cm", "packed", files.box(b"brob", b"\x1b"))),
    "a manifest of an SVG that is none": b"<svg><metadata><c2pa:manifest>AAAA</c2pa:manifest></metadata></svg>",
    "a store that a PDF compresses": files.pdf(b"7 0 obj\n<</AFRelationship/C2PA_Manifest>>\nendobj\n"),
}  # fmt: skip


@pytest.mark.parametrize("content", UNREAD.values(), ids=UNREAD)
def test_what_is_there_but_cannot_be_read_is_said(content):
    (signal, *_) = c2pa.read(content)
    assert not signal.preferences
    assert signal.warning.startswith("could not be read")


def test_evidence_of_a_great_many_entries_is_kept_short():
    signal = only(signed({"entries": {f"x.{number}": {"use": "?" * 500} for number in range(100)}}))
    assert len(signal.rule) == MAX_RULE
    assert len(signal.warning) < 1000


def test_evidence_can_be_printed_whatever_the_assertion_holds():
    content = b'{"entries": {"cawg.ai_training": {"use": "\\ud800", "constraint_info": "\\udc00"}}}'
    box = files.superbox("json", "cawg.training-mining", files.box(b"json", content))
    signal = only(files.store(files.manifest(box)))
    assert signal.preferences == {Usage.TRAIN_AI: REFUSED}
    assert (signal.rule + signal.warning).encode()


def test_a_file_without_a_manifest_says_nothing():
    assert c2pa.read(files.png()) == ()


PERMISSION = {"cawg.ai_generative_training": {"use": "allowed"}}


def test_a_permission_that_nobody_signed_is_not_believed():
    signal = only(signed({"entries": PERMISSION}), trust_anchors=b"")
    assert not signal.preferences
    assert "a permission is not believed" in signal.warning


@pytest.fixture(scope="module")
def studio():
    pytest.importorskip("c2pa")
    from tests.crawler_filter.signals.embedded.signing import Authority

    return Authority("Studio")


@pytest.fixture(scope="module")
def permitted(studio):
    return studio.sign(files.png(), "image/png", PERMISSION, "cawg.training-mining")


def test_a_permission_of_a_trusted_signer_is_believed(studio, permitted):
    signal = only(permitted, trust_anchors=studio.anchors)
    assert signal.preferences == {Usage.TRAIN_AI: ALLOWED}
    assert not signal.warning


def test_without_a_trust_list_a_permission_is_not_believed(permitted):
    signal = only(permitted)
    assert not signal.preferences
    assert "no trust list" in signal.warning


def test_with_somebody_else_on_the_trust_list_a_permission_is_not_believed(studio, permitted):
    signal = only(permitted, trust_anchors=type(studio)("Other").anchors)
    assert not signal.preferences
    assert "not on the trust list" in signal.warning


def test_with_a_trust_list_that_is_none_a_permission_is_not_believed(permitted):
    assert not only(permitted, trust_anchors=b"nonsense\xff").preferences


def test_in_a_file_that_was_changed_a_permission_is_not_believed(studio, permitted):
    changed = bytearray(permitted)
    changed[permitted.index(b"IDAT") + 6] ^= 1
    signal = only(bytes(changed), trust_anchors=studio.anchors)
    assert not signal.preferences
    assert "does not verify" in signal.warning


def test_an_assertion_that_was_changed_is_not_believed(studio):
    content = studio.sign(
        files.png(), "image/png", {"cawg.ai_printing_": {"use": "allowed"}}, "cawg.training-mining"
    )
    changed = content.replace(b"cawg.ai_printing_", b"cawg.ai_inference")
    assert not only(changed, trust_anchors=studio.anchors).preferences


def test_a_permission_does_not_lift_a_restriction_beside_it(studio):
    entries = PERMISSION | {"cawg.ai_training": {"use": "notAllowed"}}
    content = studio.sign(files.png(), "image/png", entries, "cawg.training-mining")
    assert only(content, trust_anchors=studio.anchors).preferences == {Usage.TRAIN_AI: REFUSED}


def test_a_permission_in_a_forged_second_store_is_not_believed(studio, permitted):
    forged = files.store(
        files.manifest(files.assertion(files.cbor({"entries": {"cawg.ai_inference": {"use": "allowed"}}})))
    )
    signals = c2pa.read(permitted + forged, trust_anchors=studio.anchors)
    assert says(signals, Usage.AI_USE) is Preference.UNKNOWN


def test_without_the_library_a_permission_is_not_believed_and_the_extra_is_named(permitted, studio, monkeypatch):
    monkeypatch.setitem(sys.modules, "c2pa", None)
    signal = only(permitted, trust_anchors=studio.anchors)
    assert not signal.preferences
    assert "[c2pa]" in signal.warning


SIGNED = {
    "PNG": ("image/png", files.png()),
    "WebP": ("image/webp", files.webp_xmp(files.xmp())),
    "TIFF": ("image/tiff", files.tiff_xmp(files.xmp())),
    "GIF": ("image/gif", files.gif_xmp(files.xmp())),
    "SVG": ("image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
    "MP4": ("video/mp4", files.mp4_xmp(files.xmp())),
    "WAV": ("audio/wav", files.riff(b"WAVE", (b"fmt ", b"\1\0\1\0" + b"\0" * 12), (b"data", b"\0" * 8))),
    "MP3": ("audio/mpeg", b"\xff\xfb\x90\x64" + b"\0" * 413),
    "PDF": ("application/pdf", files.pdf_xmp(files.xmp())),
}  # fmt: skip


@pytest.mark.parametrize(("media_type", "content"), SIGNED.values(), ids=SIGNED)
def test_what_the_library_writes_is_read(studio, media_type, content):
    refused = studio.sign(content, media_type, {"cawg.ai_training": {"use": "notAllowed"}}, "cawg.training-mining")
    assert only(refused).preferences == {Usage.TRAIN_AI: REFUSED}
    permitted = studio.sign(content, media_type, PERMISSION, "cawg.training-mining")
    assert only(permitted, trust_anchors=studio.anchors).preferences == {Usage.TRAIN_AI: ALLOWED}


def test_a_permission_that_the_library_cannot_read_is_not_believed(studio):
    signal = only(signed({"entries": PERMISSION}), trust_anchors=studio.anchors)
    assert not signal.preferences
    assert "a permission is not believed" in signal.warning


@pytest.mark.parametrize("label", ["c2pa.training-mining.v2", "cawg.training-mining.v1__3"])
def test_a_label_with_a_version_is_the_same_assertion(label):
    content = signed({"entries": {"cawg.ai_training": {"use": "notAllowed"}}}, label)
    assert only(content).preferences == {Usage.TRAIN_AI: REFUSED}
