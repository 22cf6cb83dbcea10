"""A file is recognised by its content wherever it lies, and what cannot be looked for is never silence."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from crawler_filter import Decision, Filter, Policy, Preference, Reason, Source, Usage
from crawler_filter.finding import Likeness
from crawler_filter.fingerprints.iscc import IsccUnit, MainType
from crawler_filter.fingerprints.registered import Film, Picture
from crawler_filter.fingerprints.text import text_scope
from crawler_filter.fingerprints.variants import for_registration
from crawler_filter.formats.record import Assurance
from tests.costs import searches
from tests.crawler_filter.files.sample_archives import epub
from tests.crawler_filter.fingerprints.generated import RATE, encoded_film, pixels, png
from tests.simulators.published import PublishedRegistry, scope

POLICY = replace(Policy.opt_out(Usage.TRAIN_AI), signals=frozenset())
"""What files say inside themselves is another matter; these are about what is registered."""
NOVEL = "".join(
    f"In chapter {n} the lighthouse keeper counted {n * 7919 % 1000} ships before dawn. " for n in range(60)
)
HAIKU = "古池や蛙飛びこむ水の音"
PIXELS = pixels(320, 240, 20, seed=1)
OTHER = pixels(320, 240, 20, seed=2)


def opened(*scopes: tuple[str, str], policy: Policy = POLICY) -> Filter:
    registry = PublishedRegistry()
    for kind, value in scopes:
        registry.declare(scope(kind, value, Assurance.ATTESTED))
    return registry.filter(policy)


def pictured() -> tuple[str, str]:
    return "pdq", Picture(tuple((each.variant, each.hash) for each in for_registration(PIXELS))).encode()


def encoded(shown: np.ndarray, form: str = "PNG", *, size: tuple[int, int] | None = None, **options) -> bytes:
    images = pytest.importorskip("PIL.Image")
    image, file = images.fromarray(shown), io.BytesIO()
    (image.resize(size) if size else image).save(file, form, **options)
    return file.getvalue()


def reasons(decision: Decision) -> str:
    assert all(missing.source is Source.ASSET for missing in decision.unavailable)
    return "; ".join(missing.reason for missing in decision.unavailable)


@pytest.mark.parametrize(
    ("copy", "checked"),
    [
        pytest.param(lambda: encoded(PIXELS), "whole", id="another encoding"),
        pytest.param(lambda: encoded(PIXELS, "JPEG", quality=40), "whole", id="a poor JPEG"),
        pytest.param(lambda: encoded(PIXELS, "WEBP", size=(200, 200)), "whole", id="smaller"),
        pytest.param(lambda: encoded(PIXELS[:, ::-1]), "mirrored", id="mirrored"),
        pytest.param(
            lambda: encoded(np.pad(PIXELS, ((30, 30), (30, 30), (0, 0)), constant_values=255)),
            "trimmed",
            id="framed",
        ),
    ],
)
def test_a_copy_of_a_registered_picture_is_excluded_on_any_host(copy, checked):
    decision = opened(pictured()).check("https://elsewhere.example/1", content=copy())
    (finding,) = decision.findings
    assert not decision.keep
    assert (finding.evidence.method, finding.evidence.threshold) == ("pdq", 31)
    assert finding.evidence.checked.startswith(checked)
    assert f"{finding.evidence.distance} bits apart" in decision.explain()
    assert Decision.from_dict(decision.to_dict()) == decision


def test_another_picture_is_kept():
    assert opened(pictured()).check(content=encoded(OTHER)).keep


def test_the_policy_says_from_which_likeness_on_a_finding_decides():
    (variant, value) = pictured()
    far = f"{int(value[:64], 16) ^ (1 << 20) - 1:064x}"
    strict = replace(POLICY, likeness=Likeness.SAME_RENDITION)
    usual, only_renditions = (
        opened((variant, value), policy=policy).check(fingerprints=[f"pdq:{far}"]) for policy in (POLICY, strict)
    )
    assert (usual.keep, only_renditions.keep) == (False, True)
    assert [finding.decides for finding in only_renditions.findings] == [False]


def test_a_still_of_a_registered_film_is_found():
    value = for_registration(PIXELS)[0].hash
    decision = opened(("video", Film(((12, value),)).encode())).check(content=encoded(PIXELS))
    assert (decision.keep, decision.findings[0].evidence.second) == (False, 12)


def filmed(shots: list[np.ndarray]) -> bytes:
    """A film that shows each picture for two seconds."""
    pytest.importorskip("av")
    return encoded_film([shot for shot in shots for _ in range(2 * RATE)])


def test_a_clip_of_a_registered_film_is_found_and_so_is_a_picture_in_a_film():
    shots = [pixels(320, 240, 20, seed) for seed in range(1, 7)]
    film = filmed(shots)
    frames = pytest.importorskip("crawler_filter.fingerprints.video").for_registration(io.BytesIO(film)).frames
    registered = Film(tuple(sorted({(frame.second, frame.hash) for frame in frames}))).encode()
    decision = opened(("video", registered)).check(content=filmed(shots[2:5]))
    (finding,) = decision.findings
    assert not decision.keep
    assert finding.evidence.hits >= 3
    assert 0.4 <= finding.evidence.share < 1
    seen = opened(pictured()).check(content=film)
    assert (seen.keep, seen.findings[0].rule.split()[0]) == (False, "pdq")
    assert opened(("video", registered)).check(content=filmed([pixels(320, 240, 20, seed=9)])).keep


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(NOVEL[800:1400].encode(), id="plain text"),
        pytest.param(f"<html><p>{NOVEL[800:1400].replace('. ', '.</p><p>')}</html>".encode(), id="a page"),
        pytest.param(NOVEL[800:1400].upper().encode("utf-16"), id="capitals in UTF-16"),
        pytest.param(b"\0" + NOVEL[800:1400].encode(), id="a text behind a NUL"),
        pytest.param(NOVEL[800:1400].encode("utf-16-be"), id="UTF-16 without a mark"),
        pytest.param(f"<svg><text>{NOVEL[800:1400]}</text></svg>".encode(), id="the text of a drawing"),
        pytest.param(NOVEL[800:1400], id="a text that is no file"),
    ],
)
def test_a_passage_of_a_registered_text_is_found_in(page):
    decision = opened(("text", text_scope(NOVEL).encode())).check(content=page)
    (finding,) = decision.findings
    assert not decision.keep
    assert finding.evidence.hits >= 3
    assert 0 < finding.evidence.share < 1


def test_false_registrations_of_a_novel_never_unprotect_it():
    """Whether they stand, are withdrawn, disputed or held for review: what they share with it stays its own."""
    novel = scope("text", text_scope(NOVEL).encode(), Assurance.ATTESTED)
    registry = PublishedRegistry()
    own = registry.declare(novel)
    for copy in (novel, novel, novel, replace(novel, disputed=True), replace(novel, held=True)):
        registry.declare(copy)
        decision = registry.filter(POLICY).check(content=NOVEL[800:1400])
        (finding,) = (each for each in decision.findings if each.declaration == own)
        assert (decision.keep, finding.decides, finding.evidence.hits >= 3) == (False, True, True)


def test_a_passage_is_found_in_a_book_and_across_its_documents():
    optout = opened(("text", text_scope(NOVEL).encode()))
    chapters = [(f"{n}.xhtml", f"<html><p>{NOVEL[n * 900 : (n + 1) * 900]}</p></html>".encode()) for n in (0, 1)]
    decision = optout.check(content=epub(dict(chapters)))
    whole = optout.check(content=NOVEL[:1800])
    assert not decision.keep
    assert decision.findings[0].evidence.hits == whole.findings[0].evidence.hits
    assert optout.check(content=epub({"1.xhtml": b"<p>Somebody else's story.</p>"})).keep


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "iso2022_jp"])
def test_a_japanese_text_is_found_in_an_old_encoding_that_the_page_does_not_name(encoding):
    work = "".join(
        f"第{n}章、灯台守は夜明け前に{n * 7919 % 1000}隻の船を数えたという話である。" for n in range(60)
    )
    decision = opened(("text", text_scope(work).encode())).check(content=work[200:900].encode(encoding))
    assert not decision.keep


def test_a_short_work_is_found_where_it_stands_alone():
    optout = opened(("text", text_scope(HAIKU).encode()))
    assert not optout.check(content="古池や 蛙飛びこむ 水の音".encode()).keep
    assert optout.check(content=f"芭蕉は「{HAIKU}」と詠んだ。".encode()).keep


def test_few_passages_are_reported_and_decide_nothing():
    values = text_scope(NOVEL)
    few = replace(values, packed=values.packed[: 8 * 2] + (2**64 - 1).to_bytes(8, "little"))
    decision = opened(("text", few.encode())).check(content=NOVEL)
    (finding,) = decision.findings
    assert (decision.keep, finding.decides, finding.evidence.likeness) == (True, False, Likeness.WEAK)


def test_what_a_model_has_generated_is_checked_alike():
    optout = opened(pictured(), ("text", text_scope(NOVEL).encode()))
    assert not optout.check_output(encoded(PIXELS, "JPEG")).keep
    assert not optout.check_output(text=NOVEL[:700]).keep
    assert optout.check_output(text="Somebody else's story.").keep


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"\x89PNG\r\n\x1a\n", "picture could not be looked up: a broken", id="a PNG that ends"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(100), "a broken image/jpeg", id="a JPEG of zeros"),
        pytest.param(b"gimp xcf v011\0" + bytes(100), "a file of GIMP is not read", id="a kind that is not read"),
        pytest.param(b"Rar!\x1a\x07\1\0", "a broken archive", id="a RAR archive"),
        pytest.param(
            b"{\\rtf1{\\pict\\wmetafile8 01}}",
            "a metafile, or a file of another program",
            id="RTF with a metafile",
        ),
        pytest.param(7, "expected bytes or text, got int", id="a number"),
    ],
)
def test_what_cannot_be_looked_for_is_not_kept_and_says_why(content, reason):
    pytest.importorskip("PIL")
    decision = opened(pictured(), ("text", text_scope(NOVEL).encode())).check(content=content)
    assert (decision.keep, decision.preference) == (False, Preference.UNKNOWN)
    assert reason in reasons(decision)


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_size():
    pytest.importorskip("PIL")
    decision = opened(pictured()).check(content=png(50_000, 50_000, bytes(1 << 20)))
    assert not decision.keep
    assert "50000 x 50000" in reasons(decision)


def cut_short() -> bytes:
    content = encoded(np.tile(PIXELS, (12, 12, 1)), "JPEG")
    return content[: len(content) // 2]


BOMBS = {
    "a PNG of 2.5 gigapixels": lambda: png(50_000, 50_000, bytes(1 << 20)),
    "half a JPEG": cut_short,
    "ten gigabytes that are not there": lambda: (
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\1mdat" + (10 << 30).to_bytes(8) + bytes(1000)
    ),
    "100 MB of one letter": lambda: b"a" * 100_000_000,
    "100 MB of tags that begin": lambda: b"<" * 100_000_000,
    "100 MB that no encoding fits": lambda: b"\x8f" * 100_000_000,
    "100 MB of JSON that is all escapes": lambda: b"[" + b"\\na" * 33_000_000,
    "100 MB of JSON with one escape": lambda: b"[\\u3042" + "あ".encode() * 33_000_000,
    "100 MB in UTF-16 without a mark": lambda: "a b".encode("utf-16-le") * 17_000_000,
}


MOST_SEARCHES = 3_000
"""Searches through a megabyte that a bomb may cost: 94 through all that is searched of it for files."""


def weighed(names, *, quick, slow):
    """The names as parameters: whole, but for those that hold one of the words that are quick or slow."""

    def marks(name):
        if any(word in name for word in slow):
            return pytest.mark.slow
        return () if any(word in name for word in quick) else pytest.mark.whole

    return [pytest.param(name, marks=marks(name)) for name in names]


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of the memory where Linux shows it")
@pytest.mark.parametrize(
    "bomb",
    weighed(BOMBS, quick=("PNG", "JPEG", "ten gigabytes"), slow=("no encoding", "all escapes", "one escape")),
)
def test_a_bomb_is_refused_in_bounded_work_and_a_quarter_of_a_gigabyte(bomb):
    pytest.importorskip("av")
    film = ("video", Film(((12, for_registration(PIXELS)[0].hash),)).encode())
    optout = opened(pictured(), film, ("text", text_scope(NOVEL).encode()))
    content = BOMBS[bomb]()
    optout.check(content="the tables of letters are made once: あ")
    Path("/proc/self/clear_refs").write_text("5")  # from here on the peak counts
    before, decisions = memory("VmRSS"), []
    assert searches(lambda: decisions.append(optout.check(content=content)), limit=MOST_SEARCHES) <= MOST_SEARCHES
    assert memory("VmHWM") - before < 256 << 10
    decision = decisions[-1]
    assert not decision.keep
    assert reasons(decision)


def memory(name: str) -> int:
    """A figure of this process in KiB."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


def test_a_text_longer_than_is_looked_at_says_so():
    decision = opened(("text", text_scope(NOVEL).encode())).check(content=b"a" * (1 << 22) + NOVEL.encode())
    assert not decision.keep
    assert "only the first 4194304 characters" in reasons(decision)


@pytest.mark.whole
def test_a_json_text_longer_than_is_read_says_so():
    decision = opened(("text", text_scope(NOVEL).encode())).check(content="[" + "\\t" * (1 << 23))
    assert "only the first 16777216 characters of a JSON text" in reasons(decision)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", NOVEL.encode(), bytes(20)], ids=repr)
def test_a_kind_that_nobody_registered_is_not_looked_for(content):
    decision = opened(("sha256", "ab" * 32)).check(content=content)
    assert (decision.keep, decision.unavailable) == (True, ())


def test_without_its_extra_a_registered_kind_could_not_be_checked(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    for name in ("PIL.Image", "crawler_filter.files.image"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    decision = opened(pictured()).check(content=b"\x89PNG\r\n\x1a\n")
    assert not decision.keep
    assert "training-optout[media]" in reasons(decision)
    assert (decision.reason, decision.retry) == (Reason.UNCHECKED_EXTRA, True)


WITHOUT_THE_LIBRARY = {
    "a code that decides": (32, False),
    "a code that only flags": (8, True),
}


@pytest.mark.parametrize("content", [NOVEL.encode(), b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", bytes(20)], ids=repr)
@pytest.mark.parametrize(("size", "kept"), WITHOUT_THE_LIBRARY.values(), ids=WITHOUT_THE_LIBRARY)
def test_a_code_that_only_flags_needs_nothing_installed(monkeypatch, size, kept, content):
    for name in ("iscc_lib", "PIL"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "crawler_filter.files.image", raising=False)
    code = IsccUnit(MainType.CONTENT, 1, bytes(range(size))).encode()
    decision = opened(("iscc", code)).check(content=content)
    assert decision.keep is kept
    assert bool(decision.unavailable) is not kept


@pytest.mark.parametrize(
    ("fingerprints", "reason"),
    [
        (7, "expected texts"),
        ({"pdq": "ab" * 32}, "expected texts"),
        ([7], "expected kind:value"),
        (["sha256:" + "ab" * 32], "expected kind:value"),
        (["pdq:xyz"], "64 lower-case"),
        (["text:xyz"], "win1-"),
        (["video:xyz"], "base64"),
        (["iscc:xyz"], "ISCC"),
    ],
    ids=repr,
)
def test_what_is_no_fingerprint_could_not_be_checked(fingerprints, reason):
    decision = opened(pictured()).check(fingerprints=fingerprints)
    assert not decision.keep
    assert reason in reasons(decision)


def test_a_picture_is_found_by_its_iscc():
    pytest.importorskip("iscc_lib")
    pytest.importorskip("PIL.Image")
    from crawler_filter.fingerprints.iscc import file_units, image_unit, text_unit

    content = encoded(PIXELS, "JPEG", quality=60)
    looks = opened(("iscc", image_unit(PIXELS).encode()))
    assert not looks.check(content=content).keep
    assert looks.check(content=encoded(OTHER)).keep
    assert not opened(("iscc", file_units(content)[1].encode())).check(content=content).keep
    assert not opened(("iscc", text_unit(NOVEL).encode())).check(content=NOVEL).keep
