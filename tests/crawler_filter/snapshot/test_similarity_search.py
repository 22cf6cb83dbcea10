"""Whatever is near enough is found, and nothing else: the snapshot beside a naive reading of the records."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.decision import SnapshotId
from crawler_filter.finding import Likeness
from crawler_filter.fingerprints.iscc import IsccUnit, MainType, compare, parse_iscc
from crawler_filter.fingerprints.registered import VARIANTS, Film, Picture, Variant
from crawler_filter.fingerprints.text import Excerpts, TextQuery, WholeText, text_scope
from crawler_filter.formats.record import Assurance, ScopeKind, encode_id
from crawler_filter.preference import Preference, Usage
from crawler_filter.snapshot import Snapshot
from crawler_filter.snapshot.multi_index import CLOSE_RADIUS
from tests.profiles import examples
from tests.simulators.published import record_of, scope

ID = SnapshotId("registry.example", 1, 1, "", 0)
RESERVED = {Usage.TRAIN_AI: Preference.DISALLOWED}
CENTRE = random.Random(31).randbytes(32)

distances = st.sampled_from([0, 1, 9, 10, 11, 20, 30, 31, 32, 33, 60])
hashes = st.builds(lambda distance, seed: flipped(CENTRE, distance, seed), distances, st.integers(0, 50))
numbers = st.sets(st.sampled_from([*range(1, 12), 2**63, 2**64 - 1]), min_size=3, max_size=8)


def flipped(value: bytes, distance: int, seed: int = 0) -> bytes:
    bits = random.Random(seed).sample(range(256), distance)
    return (int.from_bytes(value) ^ sum(1 << bit for bit in bits)).to_bytes(32)


def apart(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def excerpts(values) -> Excerpts:
    return Excerpts(24, 16, np.array(sorted(values), dtype="<u8").tobytes())


def holding(*records: list[tuple[str, str]]) -> Snapshot:
    """A snapshot of one record for each list of (kind, value)."""
    entries = [
        (
            leaf,
            record_of(
                encode_id(leaf.to_bytes(16)),
                encode_id(bytes(16)),
                *(scope(kind, value, Assurance.ATTESTED) for kind, value in scopes),
            ),
        )
        for leaf, scopes in enumerate(records)
    ]
    return Snapshot.from_records(entries, ID)


def stated_by(*, verified: bool, values) -> Snapshot:
    """One text of a party that has proved a site, or nothing."""
    proved = [scope("domain", "example.jp", Assurance.VERIFIED)] if verified else []
    text = scope("text", excerpts(values).encode(), Assurance.ATTESTED)
    return Snapshot.from_records([(0, record_of(encode_id(bytes(16)), encode_id(bytes(16)), text, *proved))], ID)


def pictured(*values: bytes) -> tuple[str, str]:
    return "pdq", Picture(tuple(zip(VARIANTS, values, strict=False))).encode()


def filmed(frames) -> tuple[str, str]:
    return "video", Film(tuple(sorted(frames))).encode()


@examples(30)
@given(
    st.lists(st.lists(st.lists(hashes, min_size=1, max_size=4), min_size=1, max_size=3), min_size=1, max_size=4),
    st.lists(hashes, min_size=1, max_size=3),
)
def test_a_picture_is_found_by_its_nearest_hash_in_every_declaration(declared, asked):
    snapshot = holding(*([pictured(*values) for values in scopes] for scopes in declared))
    expected = {}
    for leaf, scopes in enumerate(declared):
        nearest = min(apart(value, query) for values in scopes for value in values for query in asked)
        if nearest <= 31:
            expected[leaf] = nearest
    found = snapshot.match_picture([("whole", query) for query in asked])
    assert {match.statement.leaf: match.evidence.distance for match in found} == expected
    for match in found:
        near = match.evidence.distance <= 10
        assert match.evidence.likeness is (Likeness.SAME_RENDITION if near else Likeness.MATCH)
        assert min(apart(bytes.fromhex(match.matched), query) for query in asked) == match.evidence.distance


@examples(30)
@given(
    st.lists(st.sets(st.tuples(st.integers(0, 9), hashes), min_size=1, max_size=5), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 3), hashes), min_size=1, max_size=4),
)
def test_a_film_is_found_by_every_second_it_shares(films, shown):
    snapshot = holding(*([filmed(frames)] for frames in films))
    expected = {}
    for leaf, frames in enumerate(films):
        of_work = {second for second, value in frames if any(apart(value, query) <= 31 for _, query in shown)}
        seen = {second for second, query in shown if any(apart(value, query) <= 31 for _, value in frames)}
        if of_work:
            share = len(of_work) / len({second for second, _ in frames})
            expected[leaf] = (len(of_work), share, len(seen) >= min(2, len({second for second, _ in shown})))
    found = snapshot.match_film([(second, "whole", query) for second, query in shown])
    assert {
        match.statement.leaf: (
            match.evidence.hits,
            match.evidence.share,
            match.evidence.likeness is not Likeness.WEAK,
        )
        for match in found
    } == expected


@examples(50)
@given(st.lists(st.lists(numbers, min_size=1, max_size=2, unique_by=frozenset), min_size=1, max_size=3), numbers)
def test_a_text_is_found_by_every_fingerprint_it_shares_and_counted_by_work(declared, asked):
    snapshot = holding(*([("text", excerpts(values).encode()) for values in scopes] for scopes in declared))
    expected = sorted(
        (leaf, len(values & asked), len(values & asked) / len(values), len(values & asked) >= 3)
        for leaf, scopes in enumerate(declared)
        for values in scopes
        if values & asked
    )
    found = snapshot.match_passages(excerpts(asked).as_query())
    assert (
        sorted(
            (
                match.statement.leaf,
                match.evidence.hits,
                match.evidence.share,
                match.evidence.likeness is Likeness.MATCH,
            )
            for match in found
        )
        == expected
    )
    assert all(match.evidence.place is None for match in found)


units = st.builds(
    lambda main, sub, size, value: IsccUnit(main, sub, value[: 4 * size]),
    st.sampled_from([MainType.CONTENT, MainType.DATA, MainType.INSTANCE]),
    st.sampled_from([0, 1, 7]),
    st.sampled_from([1, 2, 7, 8]),
    hashes,
)


@examples(50)
@given(st.lists(units, min_size=1, max_size=5), units)
def test_a_code_is_found_as_units_compare_and_only_long_ones_decide(declared, asked):
    snapshot = holding(*([("iscc", unit.encode())] for unit in declared))
    expected = {leaf: compared for leaf, unit in enumerate(declared) if (compared := compare(unit, asked))}
    found = {match.statement.leaf: match for match in snapshot.match_codes([asked])}
    assert found.keys() == expected.keys()
    for leaf, compared in expected.items():
        assert found[leaf].evidence.distance == compared.distance
        assert (found[leaf].evidence.likeness is not Likeness.WEAK) == compared.decides
        assert parse_iscc(found[leaf].matched) == (declared[leaf],)


@given(st.integers(3, 400), st.integers(3, 400), st.integers(3, 400), st.booleans())
@examples(60)
def test_a_strangers_text_decides_only_as_a_share_of_the_page_or_of_a_long_work(work, page, shared, verified):
    shared = min(shared, work, page)
    of_work, of_page = range(1, work + 1), range(work - shared + 1, work - shared + page + 1)
    (match,) = stated_by(verified=verified, values=of_work).match_passages(excerpts(of_page).as_query())
    large = shared / page >= 0.25 or (work >= 100 and shared / work >= 0.25)
    assert match.evidence.hits == shared
    assert (match.evidence.likeness is Likeness.MATCH) == (verified or large)


@pytest.mark.parametrize(
    ("work", "page", "shared", "decides"),
    [
        (20, 400, 20, False),
        (20, 80, 20, True),
        (20, 81, 20, False),
        (400, 4_000, 99, False),
        (400, 4_000, 100, True),
        (99, 4_000, 99, False),
        (100, 4_000, 25, True),
        (100, 4_000, 24, False),
    ],
    ids=[
        "a whole cookie notice on a long page", "a poem that is a quarter of its page", "and hardly less of it",
        "a licence in a book of a stranger", "a quarter of a story", "a short text, whole",
        "a quarter of the shortest long text", "and hardly less of it ",
    ],
)  # fmt: skip
def test_the_quarter_from_which_on_a_strangers_text_decides(work, page, shared, decides):
    of_page = range(work - shared + 1, work - shared + page + 1)
    (match,) = stated_by(verified=False, values=range(1, work + 1)).match_passages(excerpts(of_page).as_query())
    assert (match.evidence.likeness is Likeness.MATCH) == decides
    (match,) = stated_by(verified=True, values=range(1, work + 1)).match_passages(excerpts(of_page).as_query())
    assert match.evidence.likeness is Likeness.MATCH


@pytest.mark.parametrize("turned", ["part1", "upside-down", "negative", "part12-mirrored-negative"])
def test_what_is_one_of_many_is_compared_closely(turned):
    snapshot = holding([pictured(CENTRE)], [filmed([(3, CENTRE)])])
    found = snapshot.match_picture([(turned, flipped(CENTRE, CLOSE_RADIUS)), ("whole", flipped(CENTRE, 40))])
    assert [match.evidence.threshold for match in found] == [CLOSE_RADIUS] * 2
    assert not snapshot.match_picture([(turned, flipped(CENTRE, CLOSE_RADIUS + 1))])
    assert not snapshot.match_film([(0, turned, flipped(CENTRE, CLOSE_RADIUS + 1))])


def test_a_part_that_is_registered_is_found_by_a_whole_picture():
    snapshot = holding([("pdq", Picture(((Variant.PART_12, CENTRE),)).encode())])
    (match,) = snapshot.match_picture([("whole", flipped(CENTRE, 31))])
    assert (match.evidence.registered, match.evidence.checked) == ("part12", "whole")


def test_a_still_of_a_film_is_found_and_tells_its_second():
    snapshot = holding([filmed([(7, CENTRE), (9, flipped(CENTRE, 90))])])
    (match,) = snapshot.match_picture([("mirrored", flipped(CENTRE, 12))])
    evidence = match.evidence
    assert (match.kind, evidence.second, evidence.checked, evidence.distance) == ("video", 7, "mirrored", 12)


def test_a_picture_that_is_seen_in_a_film_is_found():
    snapshot = holding([pictured(flipped(CENTRE, 200), CENTRE)])
    (match,) = snapshot.match_film([(0, "whole", flipped(CENTRE, 100)), (3, "mirrored", flipped(CENTRE, 5))])
    evidence = match.evidence
    assert (match.kind, evidence.registered, evidence.checked, evidence.place) == (
        "pdq",
        VARIANTS[1],
        "mirrored",
        3,
    )


def test_one_frame_of_many_is_weak_and_a_film_of_one_frame_is_not():
    snapshot = holding([filmed([(0, CENTRE), (1, flipped(CENTRE, 128))])])
    (emblem,) = snapshot.match_film([(0, "whole", CENTRE), (1, "whole", flipped(CENTRE, 100, seed=3))])
    (short,) = snapshot.match_film([(0, "whole", CENTRE)])
    assert (emblem.evidence.likeness, short.evidence.likeness) == (Likeness.WEAK, Likeness.SAME_RENDITION)


def test_a_short_text_is_found_whole():
    whole = WholeText(CENTRE)
    snapshot = holding([("text", whole.encode())])
    (match,) = snapshot.match_whole_text(CENTRE)
    assert (match.kind, match.evidence.method) == ("text", "sha256-norm1")
    assert not snapshot.match_whole_text(flipped(CENTRE, 1))
    assert not snapshot.match_digest("sha256", CENTRE)


@pytest.mark.parametrize("kind", ["pdq", "iscc", "text", "video", "sha256"])
def test_a_snapshot_tells_which_kinds_it_holds(kind):
    value = {
        "pdq": CENTRE.hex(),
        "iscc": IsccUnit(MainType.CONTENT, 1, CENTRE).encode(),
        "text": excerpts({1, 2, 3}).encode(),
        "video": filmed([(0, CENTRE)])[1],
        "sha256": CENTRE.hex(),
    }[kind]
    held = {each for each in ScopeKind if not each.is_location and holding([(kind, value)]).holds(each)}
    assert held == {kind}


@pytest.mark.parametrize(("size", "decides"), [(8, False), (16, False), (32, True)])
def test_a_snapshot_tells_whether_a_code_in_it_can_decide(size, decides):
    short = IsccUnit(MainType.DATA, 0, bytes(8)).encode()
    codes = [("iscc", short), ("iscc", IsccUnit(MainType.CONTENT, 1, CENTRE[:size]).encode())]
    assert holding(codes).decides("iscc") is decides
    assert not holding(codes).decides("pdq")


STORY = " ".join(
    f"The {n}th lamp of the harbour went out before {n * 7919 % 997} boats came home." for n in range(12)
)
OTHER = " ".join(f"Nobody at the {n}th desk had read page {n * 6007 % 991} of this manual." for n in range(90))
POEM = "灯台の灯が海を渡る風に揺れていた夜彼女は手紙を読み返しては窓辺に立って船を数えて夜明けを待った"
REST = "".join(f"{n}番目の机では誰も説明書の{n * 6007 % 991}頁を読まなかった。" for n in range(40))


@pytest.mark.parametrize("letters", ["", "心", "みんな心"], ids=["none", "a kanji", "some kana"])
@pytest.mark.parametrize(("other", "decides"), [(600, True), (1_500, False)], ids=["most of it", "less than half"])
def test_a_few_letters_of_another_script_change_nothing_of_how_much_of_a_page_a_work_is(letters, other, decides):
    page = TextQuery.of(f"{STORY} {letters} {OTHER[:other]}")
    (match,) = stated_by(verified=False, values=text_scope(STORY).values).match_passages(page.excerpts)
    assert match.evidence.share == 1
    assert (match.evidence.likeness is Likeness.MATCH) == decides


@pytest.mark.parametrize(("other", "decides"), [(50, True), (260, False)], ids=["half of it", "a seventh"])
def test_how_much_of_a_page_a_short_work_in_japanese_is_does_not_depend_on_longer_excerpts(other, decides):
    page = TextQuery.of(POEM + REST[:other])
    (match,) = stated_by(verified=False, values=text_scope(POEM).values).match_passages(page.excerpts)
    assert (match.evidence.likeness is Likeness.MATCH) == decides


ROWS = "width The width of the rectangle. height The height of the rectangle. "
LONGER = "depth How deep below the surface the lamp of the harbour hangs. name What the keeper calls his boat. "


@pytest.mark.parametrize(
    ("said", "decides"), [(ROWS, False), (ROWS + LONGER, True)], ids=["a figure of speech", "what is copied"]
)
def test_rows_that_a_reading_puts_together_must_say_more_than_a_figure_of_speech(said, decides):
    work = f"{STORY} {said} {OTHER}"
    cells = [line for row in said.split(". ")[:-1] for line in row.split(" ", 1)]
    before, behind = ([f"cell {n} of {word}" for n in range(9)] for word in ("before", "behind"))
    table = "\n".join(line for cell in (*before, *cells, *behind) for line in ("number", cell))
    (match,) = stated_by(verified=True, values=text_scope(work).values).match_passages(
        TextQuery.of(table).excerpts
    )
    assert (match.evidence.hits >= 3, match.evidence.likeness is Likeness.MATCH) == (True, decides)
