"""The laws of the snapshot: merged is built, and a lookup finds what a naive reading of the records finds."""

import contextlib
import json
import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.decision import SnapshotId
from crawler_filter.errors import FilterError, MalformedSegmentError
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.fingerprints.iscc import IsccUnit, MainType
from crawler_filter.fingerprints.registered import Film
from crawler_filter.fingerprints.text import Excerpts, parse_text_scope
from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind, encode_id
from crawler_filter.formats.urls import canonical, split
from crawler_filter.preference import Preference, Usage
from crawler_filter.snapshot import Segment, Snapshot, boundaries, build, compose, difference, merge
from crawler_filter.snapshot.delta_ranges import MAX_DELTAS
from crawler_filter.snapshot.key_table import KeyTable
from crawler_filter.snapshot.layout import FULL, TABLES_OF
from tests.profiles import examples
from tests.simulators.published import record_of

ID = SnapshotId("registry.example", 1, 1, "", 0)
HOSTS = ["example.com", "a.example.com", "b.a.example.com", "example.org", "xample.com"]
PATHS = ["/", "/bob/", "/bobby", "/bobby/", "/bob/x", "/bob/x/", "/bob/x?q=1"]
DIGESTS = [f"{number:064x}" for number in range(4)]
PICTURES = [
    DIGESTS[1],
    f"{DIGESTS[1]},crop4:{DIGESTS[2]}",
    f"{DIGESTS[3]},crop8:{DIGESTS[3]},crop12:{DIGESTS[1]}",
    f"{DIGESTS[2]},trimmed:{DIGESTS[1]},part1:{DIGESTS[2]},part12:{DIGESTS[3]}",
]
FILMS = [
    Film(tuple((second, bytes.fromhex(DIGESTS[digit])) for second, digit in frames)).encode()
    for frames in ([(0, 1), (1, 2)], [(0, 2), (0, 3), (9, 1)])
]
EMBEDDINGS = [
    Embedding(bytes([model] * 32), tuple(bytes([code] * 64) for code in codes)).encode()
    for model, codes in ((1, (1, 2)), (1, (2,)), (200, (2, 3)))
]
CODE = IsccUnit(MainType.CONTENT, 1, bytes.fromhex(DIGESTS[1]))
TEXTS = [
    Excerpts(24, 16, np.array(numbers, dtype="<u8").tobytes()).encode() for numbers in ([1, 2, 3], [2, 3, 1 << 63])
] + [f"sha256-norm1:{DIGESTS[1]}"]

OF_A_WORK = {
    "sha256": DIGESTS,
    "sha1": [digest[-40:] for digest in DIGESTS[:2]],
    "md5": [digest[-32:] for digest in DIGESTS[:2]],
    "isbn": ["9780306406157", "9780804429573"],
    "doi": ["10.1000/182"],
    "eidr": ["10.5240/7791-8534-2C23-9030-8610-5"],
    "pdq": PICTURES,
    "video": FILMS,
    "text": TEXTS,
    "iscc": [CODE.encode()],
    "embed": EMBEDDINGS,
}
"""Values of each kind of scope that says what a work is, not where."""

hosts = st.sampled_from(HOSTS)
scopes = st.one_of(
    st.tuples(st.just("domain"), hosts),
    st.tuples(st.just("host"), hosts),
    st.builds(lambda host, path: ("prefix", host + path), hosts, st.sampled_from(["/bob/", "/bobby/", "/bob/x/"])),
    st.builds(lambda host, path: ("url", host + path), hosts, st.sampled_from(PATHS)),
    *(st.tuples(st.just(kind), st.sampled_from(values)) for kind, values in OF_A_WORK.items()),
)
said = st.dictionaries(
    st.sampled_from(Usage), st.sampled_from([Preference.ALLOWED, Preference.DISALLOWED]), min_size=1, max_size=2
)


def record(number: int, stated: list[tuple[tuple[str, str], dict, bool]], party: int = 0) -> Record:
    return record_of(
        encode_id(number.to_bytes(16, "big")),
        encode_id((party + 1).to_bytes(8, "big") + bytes(8)),
        *(
            Scope(ScopeKind(kind), value, preferences, Assurance.VERIFIED if verified else Assurance.ATTESTED)
            for (kind, value), preferences, verified in stated
        ),
    )


stated = st.lists(st.tuples(scopes, said, st.booleans()), min_size=1, max_size=4)
records = st.lists(st.tuples(stated, st.integers(0, 2)), max_size=8).map(
    lambda rows: [(index, record(index, rows_of, party)) for index, (rows_of, party) in enumerate(rows)]
)


def test_the_laws_are_tried_with_rows_of_every_table_but_for_places() -> None:
    reserved = {Usage.TRAIN_AI: Preference.DISALLOWED}
    drawn = [((kind, value), reserved, True) for kind, values in OF_A_WORK.items() for value in values]
    segment = Segment.parse(build([(0, record(0, drawn))]))
    filled = {
        table for tables in TABLES_OF.values() for table in tables if len(segment.columns[f"{table}.statement"])
    }
    assert filled == {table for kind, tables in TABLES_OF.items() if not kind.is_location for table in tables}


@examples(75)
@given(records, st.data())
def test_base_and_deltas_merged_are_byte_for_byte_what_is_built_at_once(
    entries: list, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(entries)))
    last = data.draw(st.integers(cut, len(entries)))
    gone_first = set(data.draw(st.sets(st.integers(0, max(cut - 1, 0)))))
    gone_last = set(data.draw(st.sets(st.integers(0, max(last - 1, 0))))) - gone_first
    base = entries[:cut]
    middle = [entry for entry in entries[:last] if entry[0] not in gone_first]
    final = [entry for entry in entries if entry[0] not in gone_first | gone_last]
    deltas = [_delta(base, middle), _delta(middle, final)]
    segments = [Segment.parse(delta) for delta in deltas]
    assert merge(Segment.parse(build(base)), segments) == build(final)
    assert compose(cut, segments) == _delta(base, final)


def _delta(old: list, new: list) -> bytes:
    return difference([entry for entry in old if entry not in new], [entry for entry in new if entry not in old])


def naive(entries: list, url: str) -> set[tuple[int, str, str]]:
    host, rest = split(url)
    found = set()
    for index, stating in entries:
        for scope in stating.scopes:
            covers = {
                ScopeKind.DOMAIN: host == scope.value or host.endswith("." + scope.value),
                ScopeKind.HOST: host == scope.value,
                ScopeKind.PREFIX: f"{host}{rest.partition('?')[0]}/".startswith(scope.value),
                ScopeKind.URL: url == scope.value,
            }
            if covers.get(scope.kind):
                found.add((index, scope.kind.value, scope.value))
    return found


@examples(75)
@given(records, hosts, st.sampled_from(PATHS))
def test_no_url_matches_wrongly_and_none_is_missed(entries: list, host: str, path: str) -> None:
    snapshot = Snapshot.from_records(entries, ID)
    url = canonical(f"http://{host}{path}")
    matched = {(match.statement.leaf, match.kind.value, match.matched) for match in snapshot.match_url(url)}
    assert matched == naive(entries, url)


def test_bob_is_not_bobby() -> None:
    entries = [(0, record(0, [(("prefix", "example.com/bob/"), {Usage.TRAIN_AI: Preference.DISALLOWED}, True)]))]
    snapshot = Snapshot.from_records(entries, ID)
    assert snapshot.match_url("example.com/bob/1.png")
    assert not snapshot.match_url("example.com/bobby/1.png")
    assert snapshot.match_url("example.com/bob")


def test_a_snapshot_of_profile_1_is_searched_by_its_rules() -> None:
    preferences = {Usage.TRAIN_AI: Preference.DISALLOWED}
    scopes = [("url", "example.com/a[1].png"), ("prefix", "example.com/bob/")]
    entries = [(0, record(0, [(scope, preferences, True) for scope in scopes]))]
    old, new = (Snapshot(Segment.parse(build(entries)), ID, profile=profile) for profile in (1, 2))
    assert old.canonical("https://example.com/a[1].png") == "example.com/a[1].png"
    assert new.match_url(new.canonical("https://example.com/a[1].png"))
    assert new.match_url("example.com/bob")
    assert not old.match_url("example.com/bob")


def test_an_md5_equal_to_the_front_of_a_victims_sha256_matches_nothing_of_it() -> None:
    victim = "ab" * 32
    entries = [(0, record(0, [(("md5", victim[:32]), {Usage.TRAIN_AI: Preference.DISALLOWED}, False)]))]
    snapshot = Snapshot.from_records(entries, ID)
    assert snapshot.match_digest("md5", bytes.fromhex(victim[:32]))
    assert not snapshot.match_digest("sha256", bytes.fromhex(victim))


def test_half_a_key_is_no_match() -> None:
    front, declared, other = "ab" * 8, "cd" * 24, "ef" * 24
    reserved = {Usage.TRAIN_AI: Preference.DISALLOWED}
    snapshot = Snapshot.from_records([(0, record(0, [(("sha256", front + declared), reserved, False)]))], ID)
    assert snapshot.match_digest("sha256", bytes.fromhex(front + declared))
    assert not snapshot.match_digest("sha256", bytes.fromhex(front + other))


class Counted:
    """A column that counts how often it is read."""

    def __init__(self, column: memoryview) -> None:
        self.column, self.reads = column, 0

    def __len__(self) -> int:
        return len(self.column)

    def __getitem__(self, row: int) -> int:
        self.reads += 1
        return self.column[row]


def test_a_crowd_of_digests_chosen_to_share_their_first_half_costs_a_few_steps_and_hides_nobody() -> None:
    many, step = 100_000, 2
    reserved = {Usage.TRAIN_AI: Preference.DISALLOWED}
    crowd = [b"\x5a" * 8 + (step * number).to_bytes(24, "little") for number in range(many)]
    table = build([(0, record(0, [(("sha256", raw.hex()), reserved, False) for raw in crowd]))])
    columns = {name: Counted(column) for name, column in Segment.parse(table).columns.items()}
    keys = KeyTable(Segment(FULL, columns), "sha256")
    for number in (0, 1, many // 3, many - 1):
        for column in columns.values():
            column.reads = 0
        first, last = keys.find(crowd[number])
        assert last - first == 1
        bystander = b"\x5a" * 8 + (step * number + 1).to_bytes(24, "little")
        assert keys.find(bystander) == (0, 0)
        most = 2 * (4 * math.ceil(math.log2(many)) + 4)
        assert sum(column.reads for column in columns.values()) <= most


def test_a_private_suffix_below_a_domain_belongs_to_others() -> None:
    reserved = {Usage.TRAIN_AI: Preference.DISALLOWED}
    scope = Scope(ScopeKind.DOMAIN, "example.com", reserved, Assurance.VERIFIED, exceptions=("users.example.com",))
    nobody = encode_id(bytes(16))
    snapshot = Snapshot.from_records([(0, record_of(nobody, nobody, scope))], ID)
    assert snapshot.match_url("www.example.com/")
    assert not snapshot.match_url("bob.users.example.com/")
    assert not snapshot.match_url("users.example.com/")


HOSTILE = build(
    [
        (
            0,
            record(
                0,
                [
                    (scope, {Usage.TDM: Preference.DISALLOWED}, True)
                    for scope in (
                        ("domain", "example.com"),
                        ("pdq", PICTURES[1]),
                        ("video", FILMS[1]),
                        ("text", TEXTS[0]),
                        ("iscc", CODE.encode()),
                    )
                ],
            ),
        )
    ]
)
LOOKUPS = (
    lambda snapshot: snapshot.match_url("www.example.com/"),
    lambda snapshot: snapshot.match_picture([("whole", bytes.fromhex(DIGESTS[1]))]),
    lambda snapshot: snapshot.match_film([(0, "whole", bytes.fromhex(DIGESTS[2]))]),
    lambda snapshot: snapshot.match_codes([CODE]),
    lambda snapshot: snapshot.match_passages(parse_text_scope(TEXTS[0]).as_query()),
)


@examples(150)
@given(st.binary(max_size=400), st.integers(0, 5000), st.integers(0, 255))
def test_hostile_segments_are_refused_or_read_but_never_crash(junk: bytes, position: int, value: int) -> None:
    good = bytearray(HOSTILE)
    good[position % len(good)] = value
    for data in (junk, bytes(good), bytes(good[:position]), bytes(good) + junk):
        for look_up in LOOKUPS:
            with contextlib.suppress(FilterError):
                look_up(Snapshot(Segment.parse(data), ID))


def test_a_delta_cannot_be_searched() -> None:
    with pytest.raises(MalformedSegmentError):
        Snapshot(Segment.parse(difference([], [])), ID)


@given(st.integers(0, 1 << 40))
def test_spans_lead_from_nothing_to_the_size_without_gap(size: int) -> None:
    spans = boundaries(size)
    assert spans[0][0] == 0
    assert spans[-1][1] == size
    assert len(spans) <= 1 + MAX_DELTAS
    assert all(first[1] == second[0] for first, second in pairwise(spans))


def test_checking_loads_neither_numpy_nor_the_network(tmp_path: Path) -> None:
    reserved = {Usage.TRAIN_AI: Preference.DISALLOWED}
    entries = [
        (0, record(0, [(("domain", "example.com"), reserved, True), (("pdq", PICTURES[1]), reserved, False)]))
    ]
    (tmp_path / "segment").write_bytes(build(entries))
    program = (
        "import sys, json; from pathlib import Path; import crawler_filter as f; "
        "from crawler_filter.checks.sources import FixedSource; from crawler_filter.snapshot import Snapshot; "
        f"s = Snapshot.open(Path({str(tmp_path / 'segment')!r}), f.SnapshotId('r', 1, 1, '', 0)); "
        "o = f.Filter(FixedSource(s), f.Policy.opt_out(f.Usage.TRAIN_AI), clock=lambda: 0.0); "
        "print(json.dumps([o.check('http://example.com/').keep, "
        "[m for m in ('numpy', 'pyarrow', 'requests', 'socket', 'cryptography') if m in sys.modules]]))"
    )
    output = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert json.loads(output) == [False, []]
