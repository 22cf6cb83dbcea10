"""A mask is what `check` says of each row, in the kind of column that was given."""

import base64
import hashlib
import sys
from itertools import product
from types import ModuleType, SimpleNamespace
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter import Filter, Policy, Preference, SnapshotMissingError, Usage
from crawler_filter.checks import address_columns, mask
from crawler_filter.checks.sources import FixedSource
from crawler_filter.formats.record import Assurance
from crawler_filter.formats.urls import canonical, split
from crawler_filter.snapshot import Snapshot
from tests.profiles import examples
from tests.simulators.published import NOW, PublishedRegistry, scope

FILE = b"the picture itself"
SHA256 = hashlib.sha256(FILE).hexdigest()
POLICIES = [Policy.opt_out(Usage.TRAIN_AI), Policy.permission_first(Usage.TRAIN_AI)]


def _snapshot() -> Snapshot:
    registry = PublishedRegistry()
    registry.declare(scope("domain", "reserved.example.com"))
    registry.declare(scope("domain", "free.example.org", preference=Preference.ALLOWED))
    registry.declare(scope("prefix", "x.com/bob/"))
    registry.declare(scope("prefix", "platform.example/bob/"), scope("url", "platform.example/amy/1.png?v=2"))
    registry.declare(scope("host", "xn--e1afmkfd.example"), scope("domain", "deep.er.below.example.net"))
    registry.declare(
        scope("sha256", SHA256, Assurance.ATTESTED),
        scope("md5", hashlib.md5(FILE).hexdigest(), Assurance.ATTESTED),
    )
    return registry.snapshot()


SNAPSHOT = _snapshot()


def opened(policy: Policy = POLICIES[0], *, now: float = NOW) -> Filter:
    return Filter(FixedSource(SNAPSHOT), policy, clock=lambda: now)


URLS = [
    "http://reserved.example.com/a",
    "http://other.example/",
    None,
    "",
    "no url",
    "HTTP://WWW.Reserved.Example.COM:80/%7e",
]
EXPECTED = [False, True, False, False, False, False]
KINDS = ["list", "numpy", "pyarrow", "chunked", "pandas", "polars"]

ADDRESSES = [
    *[url for url in URLS if url is not None],
    "https://a.b.reserved.example.com/x/y.png?q=1#part",
    "https://xreserved.example.com/",
    "https://free.example.org/a+b",
    "https://platform.example/bob/1.png",
    "https://platform.example/bobby/1.png",
    "https://platform.example/bob/../amy/1.png?v=2",
    "https://platform.example/amy/1.png?v=2",
    "https://platform.example/%62ob/x",
    "https://user:pw@reserved.example.com/",
    "https://reserved.example.com./",
    "https://xn--e1afmkfd.example/",
    "https://пример.example/",
    "https://below.example.net/",
    "https://x.deep.er.below.example.net/",
    "http://1.2.3.4/",
    "http://[::1]/",
    "http://localhost/",
    "http://reserved.example.com\n/",
    "http://reserved.example.com/\n",
    " http://reserved.example.com/",
    "ftp://reserved.example.com/",
    "http://other.example",
    "https://web.archive.org/web/2020im_/https://reserved.example.com/1.png",
    "https://other.example/_next/image?url=https%3A%2F%2Freserved.example.com%2F1.png&w=64",
    "https://other.example/_ne\txt/im%61ge?url=https%3A%2F%2Freserved.example.com%2F1.png",
    "https://other.example/x/./_next\\image?url=//reserved.example.com/1.png",
    "https://other.example/unsafe/h%74tps:/reserved.example.com/1.png",
    "https://other.example/plain/HTTPS%3a//reserved.example.com/1.png",
    "https://platform.example/_next/image?url=%2Fbob%2F1.png",
    "https://platform.example/cdn-cgi/image/w=8/bob/1.png",
    "https://reserved-example-com.translate.goog/a",
    "https://twitter.com/Bob/1",
    "https://OTHER.example:8443/%e3%81%82?x[]=1",
    "https://reserved.example.com?x=/a",
    "https://WWW.reserved.example.com:443#a/b",
    "https://reserved.example.com\\a",
    "https://reserved.example.com:80@other.example/",
    "https://reserved.example.com:99999/",
    "https://platform.example/bob",
    "https://platform.example/bob?tab=1",
    "https://xn--A.reserved.example.com/",
    "https://platform.example/b%6Fb/\u304b\u3099",
    "http://other.example/" + "a" * 66_000,
    "http://\ud800.example/",
]
addresses = st.one_of(
    st.sampled_from(ADDRESSES),
    st.from_regex(r"https?://([a-c]\.)?(reserved\.example\.com|platform\.example)/[ -~]{0,8}", fullmatch=True),
    st.text(max_size=20),
)
digests = st.one_of(
    st.none(),
    st.sampled_from(
        [SHA256, SHA256.upper(), "sha256:" + SHA256, SHA256[:-1] + "g", SHA256[:16] + "0" * 48, "", "zz"]
    ),
    st.text("0123456789abcdef", min_size=64, max_size=64),
)
raw_digests = st.one_of(st.none(), st.sampled_from([bytes.fromhex(SHA256), b"", b"short"]), st.binary(max_size=32))
anything = st.one_of(st.none(), st.binary(max_size=8), st.integers(), st.floats(), st.lists(addresses, max_size=2))


def column(kind: str, items: list) -> object:
    if kind == "list":
        return items
    if kind == "numpy":
        made = np.empty(len(items), dtype=object)
        made[:] = items
        return made
    library = pytest.importorskip("pyarrow" if kind == "chunked" else kind)
    if kind == "chunked":
        half = len(items) // 2
        return library.chunked_array(
            [library.array(items[:half], "string"), library.array(items[half:], "string")]
        )
    return library.array(items) if kind == "pyarrow" else library.Series(items)


def listed(mask: object) -> list[bool]:
    return mask.to_pylist() if hasattr(mask, "to_pylist") else list(mask)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_is_of_the_kind_and_length_that_was_given(kind: str) -> None:
    urls = column(kind, URLS)
    mask = opened().mask(urls)
    assert type(mask).__module__.partition(".")[0] == type(urls).__module__.partition(".")[0]
    assert listed(mask) == EXPECTED
    assert len(listed(opened().mask(column(kind, [])))) == 0


def test_an_arrow_mask_has_the_chunks_of_its_column() -> None:
    urls = column("chunked", URLS)
    assert [len(chunk) for chunk in opened().mask(urls).chunks] == [len(chunk) for chunk in urls.chunks]


def test_a_pandas_mask_selects_the_rows_it_was_made_from() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"url": URLS, "n": range(6)}, index=[10, 11, 12, 13, 14, 15])
    mask = opened().mask(frame["url"])
    assert frame[mask]["n"].tolist() == [1]
    assert mask.name == "url"


@pytest.mark.parametrize("policy", POLICIES, ids=["opt-out", "permission-first"])
@pytest.mark.parametrize("kind", KINDS)
@examples(12)
@given(st.lists(st.one_of(st.none(), addresses), max_size=12))
def test_a_mask_is_check_on_every_row(kind: str, policy: Policy, urls: list) -> None:
    if kind != "list" and any(url and not url.isprintable() for url in urls):
        urls = [url and url.encode("utf-8", "replace").decode() for url in urls]
    optout = opened(policy)
    assert listed(optout.mask(column(kind, urls))) == [optout.check(url).keep for url in urls]


@examples(50)
@given(
    st.lists(
        st.tuples(st.one_of(addresses, anything), st.one_of(st.none(), addresses, anything), digests, raw_digests)
    )
)
def test_pages_and_digests_of_each_row_count_as_in_check(rows: list) -> None:
    optout = opened()
    urls, pages, sha256, md5 = ([row[place] for row in rows] for place in range(4))
    mask = optout.mask(urls, found_on=pages, sha256=sha256, md5=md5)
    assert mask == [optout.check(a, found_on=b, sha256=c, md5=d).keep for a, b, c, d in rows]


@examples(25)
@given(st.lists(digests, max_size=8), st.lists(raw_digests, max_size=8))
def test_digests_in_columns_of_text_or_bytes_count_as_in_check(hexed: list, raw: list) -> None:
    optout = opened()
    for values in (hexed, raw):
        urls = ["http://other.example/"] * len(values)
        given_as = [values, *[column(kind, values) for kind in ("pyarrow", "polars") if _installed(kind)]]
        for digest_column in given_as:
            expected = [optout.check(url, sha256=value).keep for url, value in zip(urls, values, strict=True)]
            assert optout.mask(urls, sha256=digest_column) == expected


def _installed(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def test_one_row_with_a_page_and_one_with_a_digest() -> None:
    urls = ["http://cdn.example/1", "http://cdn.example/2", "http://cdn.example/3"]
    pages = [None, "http://reserved.example.com/", ["http://other.example/"]]
    assert opened().mask(urls, found_on=pages, sha256=[SHA256, None, None]) == [False, False, True]


def test_a_missing_url_beside_a_digest_is_no_missing_url() -> None:
    urls = column("pyarrow", [None, None, "http://other.example/"])
    assert listed(opened().mask(urls, sha256=["0" * 64, None, "0" * 64])) == [True, False, True]


def test_bytes_are_read_as_utf8_and_each_that_is_not_could_not_be_checked() -> None:
    urls = [b"http://other.example/", b"http://\xff.example/", b"http://reserved.example.com/", None]
    for kind in ("list", "pyarrow", "polars"):
        assert listed(opened().mask(column(kind, urls))) == [True, False, False, False]


def test_text_that_is_not_utf8_could_not_be_checked() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    wrong = pyarrow.array([b"http://other.example/", b"http://\xff.example/"]).view(pyarrow.string())
    assert listed(opened().mask(wrong)) == [True, False]


def test_columns_longer_than_one_bulk_are_cut_where_nothing_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mask, "ROWS_AT_ONCE", 5)
    urls = [url for url in ADDRESSES if url.isprintable()]
    for kind in KINDS:
        assert listed(opened().mask(column(kind, urls))) == [opened().check(url).keep for url in urls]


def test_a_mask_needs_no_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = opened().mask(ADDRESSES)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert opened().mask(ADDRESSES) == expected


def test_rows_answered_in_bulk_are_counted_like_checks() -> None:
    masked, checked = opened(), opened()
    urls = [url for url in ADDRESSES if url.isprintable()] * 3
    masked.mask(urls)
    for url in urls:
        checked.check(url)
    assert masked.stats == checked.stats


def test_a_mask_without_a_snapshot_keeps_nothing() -> None:
    class Empty(FixedSource):
        def current(self) -> Snapshot:
            raise SnapshotMissingError("there is nothing here")

    optout = Filter(Empty(SNAPSHOT), POLICIES[0], clock=lambda: NOW)
    assert optout.mask(["http://other.example/"]) == [False]
    assert opened(now=NOW + 8 * 86_400).mask(["http://other.example/"]) == [False]


def test_what_is_known_by_other_columns_needs_no_url() -> None:
    for kind in KINDS:
        digests = column(kind, [SHA256, "0" * 64, None])
        assert listed(opened().mask(sha256=digests)) == [False, True, False]
    pages = [["http://other.example/"], [], None, "http://reserved.example.com/"]
    assert opened().mask(found_on=pages, md5=[None, None, "0" * 32, None]) == [True, False, True, False]
    with pytest.raises(ValueError, match="at least one column"):
        opened().mask()


def test_fingerprints_of_each_row_count_as_in_check() -> None:
    rows = [None, "pdq:" + "0" * 64, ["pdq:" + "0" * 64], "pdq:short", [], ["nothing"]]
    urls = ["http://other.example/"] * len(rows)
    expected = [
        opened().check(url, fingerprints=None if row is None else row).keep
        for url, row in zip(urls, rows, strict=True)
    ]
    assert expected == [True, True, True, False, True, False]
    assert opened().mask(urls, fingerprints=rows) == expected
    assert opened().mask(fingerprints=rows) == [False, True, True, False, False, False]


HOSTS = [
    "other.example",
    "reserved.example.com",
    "www.reserved.example.com",
    "free.example.org",
    "platform.example",
]
PAGES = [
    None,
    [],
    *([f"https://{host}/a"] for host in HOSTS),
    *map(list, product([f"http://{h}/b" for h in HOSTS], repeat=3)),
]


@pytest.mark.parametrize("policy", POLICIES)
def test_rows_that_share_the_hosts_of_all_their_addresses_share_what_check_says(policy: Policy) -> None:
    pytest.importorskip("pyarrow")
    rows = [(f"https://{host}/{number}", pages) for number, (host, pages) in enumerate(product(HOSTS, PAGES))]
    urls, pages = map(list, zip(*rows, strict=True))
    unknown = ["0" * 64] * len(rows)
    decisions = [opened(policy).check(url, found_on=page, sha256=unknown[0]) for url, page in rows]
    told = opened(policy).explain_rows(urls, found_on=pages, sha256=unknown, all=True)
    assert told["keep"].to_pylist() == [decision.keep for decision in decisions]
    assert told["reason"].to_pylist() == [decision.reason for decision in decisions]
    assert told["rule"].to_pylist() == [decision.cause and decision.cause.rule for decision in decisions]


def test_a_row_without_an_address_is_judged_by_its_digest() -> None:
    urls, digests = [None, None, "http://other.example/"], ["0" * 64, None, None]
    expected = [opened().check(url, sha256=digest).keep for url, digest in zip(urls, digests, strict=True)]
    assert opened().mask(urls, sha256=digests) == expected == [True, False, True]


def test_many_hosts_are_judged_anew_once_no_more_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(address_columns, "MOST_HOSTS", 3)
    monkeypatch.setattr(mask, "ROWS_AT_ONCE", 2)
    urls = [f"https://{host}/a" for host in HOSTS * 2]
    assert opened().mask(urls) == [opened().check(url).keep for url in urls]


def test_a_later_column_asks_only_for_hosts_that_none_before_had(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    optout = Filter(FixedSource(_snapshot()), POLICIES[0], clock=lambda: NOW)
    asked, judge = [], address_columns.host_verdicts
    monkeypatch.setattr(
        address_columns, "host_verdicts", lambda snapshot, hosts: asked.extend(hosts) or judge(snapshot, hosts)
    )
    urls = [f"https://{host}/a" for host in ("one.example", "two.example", "three.example")]
    assert optout.mask(urls[:2]) == [optout.check(url).keep for url in urls[:2]]
    assert optout.mask(urls) == [optout.check(url).keep for url in urls]
    assert asked == ["one.example", "two.example", "three.example"]


def test_a_newer_snapshot_is_asked_about_hosts_that_an_older_one_has_judged() -> None:
    pytest.importorskip("pyarrow")
    registry, states = PublishedRegistry(), []
    for host in ("one.example", "two.example"):
        registry.declare(scope("domain", host))
        states.append(registry.snapshot())
    urls = ["https://one.example/a", "https://two.example/a", "https://three.example/a"]
    source = SimpleNamespace(current=lambda: states[0])
    optout = Filter(source, POLICIES[0], clock=lambda: NOW)
    assert optout.mask(urls) == [False, True, True]
    states.pop(0)
    assert optout.mask(urls) == [False, False, True]


def test_columns_of_different_lengths_are_an_error() -> None:
    with pytest.raises(ValueError, match="3 rows"):
        opened().mask(["a", "b", "c"], sha256=["x"])


@pytest.mark.parametrize(
    "one", ["https://a.example/", b"https://a.example/", {"url": "https://a.example/"}], ids=repr
)
def test_one_address_in_place_of_a_column_is_an_error_and_not_a_column_of_letters(one: object) -> None:
    for call in (opened().mask, opened().explain_rows, lambda items: list(opened().check_many(items))):
        with pytest.raises(TypeError, match="got one"):
            call(one)
    with pytest.raises(TypeError, match="a column of sha256, got one str"):
        opened().mask(["https://a.example/"] * 64, sha256="0" * 64)


@pytest.mark.parametrize("unusual", [[], ["HTTP://a.example/"], ["ftp://a.example/", None, "hTTps://a.example/"]])
def test_a_scheme_is_told_in_any_spelling_and_in_any_part_of_a_column(unusual: list[str | None]) -> None:
    pyarrow: ModuleType = pytest.importorskip("pyarrow")
    urls = ["http:/a.example/", "https://a.example/", None, *unusual, "http://a.example/"]
    told = address_columns.has_scheme(pyarrow.array(urls, pyarrow.string()).slice(1)).to_pylist()
    assert told == [None if url is None else url.lower().startswith(("http://", "https://")) for url in urls[1:]]


def test_a_host_that_bulk_reads_off_is_the_one_of_a_single_check(vectors: object) -> None:
    pyarrow: ModuleType = pytest.importorskip("pyarrow")
    urls = _published(vectors)
    accepted = address_columns.has_scheme(pyarrow.array(urls)).to_pylist()
    read = [
        (url, address_columns.host_of(url.split("/", 3)[2].encode()))
        for url, known in zip(urls, accepted, strict=True)
        if known
    ]
    assert sum(bool(host) for _, host in read) > 50
    for url, host in read:
        assert not host or split(canonical(url))[0] == host


def test_digests_in_any_spelling_count_as_in_check() -> None:
    raw = bytes.fromhex(SHA256)
    base32 = base64.b32encode(raw).decode()
    marked = [f"sha256:{SHA256}", f"SHA-256:{base32}", f"sha1:{SHA256}", f"sha256:sha256:{SHA256}"]
    spelled = [SHA256, base32, base32.rstrip("="), base32.lower(), base32.lower().rstrip("="), *marked, base32[1:]]
    urls = ["http://other.example/"] * len(spelled)
    expected = [opened().check(url, sha256=value).keep for url, value in zip(urls, spelled, strict=True)]
    assert expected == [False] * len(spelled)  # the last three could not be read
    assert opened().mask(urls, sha256=spelled) == expected
    others = [base64.b32encode(hashlib.sha256(b"%d" % n).digest()).decode().rstrip("=") for n in range(8)]
    assert opened().mask(["http://other.example/"] * 8, sha256=others) == [True] * 8


ODD_BUT_PLAIN = [
    "https://other.example/%e3%81%82",
    "https://other.example/\u3042",
    "https://other.example",
    "https://other.example:443/a",
    "HTTP://Other.Example/a",
    "https://other.example?a=/b",
    "https://other.example/[1]",
    "https://other.example/%7Eamy/100%",
]


SHOWN = "https://reserved.example.com/a.png"
SHOWING = [
    f"/_next/image?url={quote(SHOWN, safe='')}&w=640",
    f"/_vercel/image?url={SHOWN}",
    f"/.netlify/images?url={SHOWN}",
    f"/_image?href={SHOWN}",
    f"/_ipx/w_200/{SHOWN}",
    f"/cdn-cgi/image/w=80/{SHOWN}",
    f"/timthumb.php?src={SHOWN}",
    f"/unsafe/300x/{SHOWN.removeprefix('https://')}",
    f"/{'k' * 27}=/300x/{SHOWN.removeprefix('https://')}",
    f"/@bob@{SHOWN.removeprefix('https://')}",
    f"/https/{SHOWN.removeprefix('https://')}",
    f"/~a/{SHOWN}",
    f"/proxy?{quote(quote(SHOWN, safe=''), safe='')}",
    f"/x/{base64.urlsafe_b64encode(SHOWN.encode()).decode()}",
    f"/{'0' * 40}/{SHOWN.encode().hex()}",
]


@examples(200)
@given(st.sampled_from(SHOWING), st.sets(st.integers(0, 80), max_size=4), st.sampled_from(["%{:02X}", "%{:02x}"]))
def test_bulk_looks_at_a_row_that_shows_another_address_however_it_is_spelled(
    path: str, escaped: set[int], escape: str
) -> None:
    spelled = "".join(escape.format(ord(each)) if at in escaped else each for at, each in enumerate(path))
    urls = [f"https://nobody.example{begin}{spelled}" for begin in ("", "/~", "/%7E", "/a/..")]
    assert opened().mask(urls) == [opened().check(url).keep for url in urls]


def test_all_software_that_shows_other_addresses_is_known_in_bulk() -> None:
    urls = [f"https://nobody.example{path}" for path in SHOWING]
    assert [opened().check(url).keep for url in urls] == opened().mask(urls)
    assert sum(opened().mask(urls)) <= 1


def test_rows_in_everyday_spellings_are_answered_in_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    optout = opened()
    asked: list[object] = []
    decider = optout._decider
    monkeypatch.setattr(decider, "by_names", lambda standing, asset: asked.append(asset) or standing.silent)
    monkeypatch.setattr(decider, "by_url", lambda standing, url: asked.append(url) or standing.silent)
    count = len(ODD_BUT_PLAIN)
    digests = [base64.b32encode(hashlib.sha1(b"%d" % n).digest()).decode() for n in range(count)]
    pages = [["https://other.example/"], "https://other.example/", None, []] * (count // 4)
    assert optout.mask(ODD_BUT_PLAIN) == [True] * count
    assert optout.mask(ODD_BUT_PLAIN, sha1=digests, found_on=pages) == [True] * count
    assert optout.mask([url.encode() for url in ODD_BUT_PLAIN]) == [True] * count
    assert optout.mask(sha1=digests) == [True] * count
    assert asked == []


@examples(25)
@given(
    st.lists(st.one_of(st.none(), addresses, st.lists(st.one_of(st.none(), addresses), max_size=3)), max_size=8)
)
def test_lists_of_pages_count_as_in_check(pages: list) -> None:
    urls = ["http://other.example/"] * len(pages)
    expected = [opened().check(url, found_on=page).keep for url, page in zip(urls, pages, strict=True)]
    assert opened().mask(urls, found_on=pages) == expected


may_be = st.one_of(st.none(), addresses)


@examples(50)
@given(st.lists(st.tuples(may_be, st.one_of(may_be, st.lists(may_be, max_size=3))), min_size=1, max_size=8))
def test_rows_of_which_some_addresses_are_missing_have_the_reasons_of_a_check(rows: list) -> None:
    pytest.importorskip("pyarrow")
    urls, pages = map(list, zip(*rows, strict=True))
    for given_columns in ({"urls": urls, "found_on": pages}, {"found_on": pages}):
        told = opened().explain_rows(**given_columns, all=True)
        asked = [dict(zip(given_columns, row, strict=True)) for row in zip(*given_columns.values(), strict=True)]
        decisions = [opened().check(row.get("urls"), found_on=row["found_on"]) for row in asked]
        assert told["keep"].to_pylist() == [decision.keep for decision in decisions]
        assert told["reason"].to_pylist() == [decision.reason for decision in decisions]


def test_the_one_address_of_a_row_that_may_be_declared_is_looked_up_alone_and_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("pyarrow")
    optout = opened()
    expected = optout.check("https://platform.example/bob/1.png").keep
    asked: list[object] = []
    decider, by_url = optout._decider, optout._decider.by_url
    monkeypatch.setattr(decider, "by_url", lambda standing, url: asked.append(url) or by_url(standing, url))
    monkeypatch.setattr(decider, "by_names", lambda standing, asset: asked.append(asset) or standing.silent)
    page = ["https://other.example/", "https://platform.example/bob/1.png"]
    assert optout.mask([f"https://cdn.example/{n}.png" for n in range(9)], found_on=[page] * 9) == [expected] * 9
    assert asked == ["https://platform.example/bob/1.png"]


def test_each_address_that_may_be_declared_is_looked_up_once_however_many_a_row_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("pyarrow")
    optout = opened()
    pages = ["https://platform.example/bob/1.png", "https://platform.example/nobody/1.png"]
    expected = optout.check("https://platform.example/nobody/2.png", found_on=pages)
    asked: list[object] = []
    decider, by_url = optout._decider, optout._decider.by_url
    monkeypatch.setattr(decider, "by_url", lambda standing, url: asked.append(url) or by_url(standing, url))
    monkeypatch.setattr(decider, "by_names", lambda standing, asset: asked.append(asset) or standing.silent)
    urls = ["https://platform.example/nobody/2.png"] * 9
    told = optout.explain_rows(urls, found_on=[pages] * 9, all=True)
    assert told["keep"].to_pylist() == [expected.keep] * 9
    assert told["reason"].to_pylist() == [expected.reason] * 9
    assert sorted(asked) == sorted([urls[0], *pages])


def test_addresses_that_come_back_are_noticed_among_neighbours_and_far_apart() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    different = [f"https://s{number}.example/" for number in range(50_000)]
    for urls, repeated in (
        (different, False),
        ([url for url in different for _ in range(3)], True),
        (different * 3, True),
        (different[:5_000] * 2 + different, False),
        (different[:1_500] + different[:100] * 400, True),
        ([], True),
        ([None], False),
    ):
        assert address_columns.are_repeated(pyarrow.array(urls, pyarrow.string())) is repeated


@pytest.mark.parametrize("policy", POLICIES)
@examples(25)
@given(
    st.lists(st.tuples(addresses, st.one_of(st.none(), addresses, st.lists(addresses, max_size=3))), max_size=5)
)
def test_pages_that_show_many_files_say_what_a_check_says(policy: Policy, rows: list) -> None:
    urls = [url for url, _ in rows for _ in range(4)]
    pages = [page for _, page in rows for _ in range(4)]
    decisions = [opened(policy).check(url, found_on=page) for url, page in zip(urls, pages, strict=True)]
    told = opened(policy).explain_rows(urls, found_on=pages, all=True) if rows else None
    if told is not None:
        assert told["keep"].to_pylist() == [decision.keep for decision in decisions]
        assert told["reason"].to_pylist() == [decision.reason for decision in decisions]
    assert opened(policy).mask(urls, found_on=pages) == [decision.keep for decision in decisions]


@pytest.mark.parametrize("kind", KINDS)
def test_lists_of_pages_are_read_in_any_kind_of_column(kind: str) -> None:
    pages = [["http://other.example/"], ["http://other.example/", "http://reserved.example.com/"], []]
    urls = column(kind, ["http://other.example/"] * 3)
    if kind == "chunked":
        import pyarrow as pa

        made = pa.chunked_array([pa.array(pages[:1]), pa.array(pages[1:])])
    else:
        made = column(kind, pages)
    assert listed(opened().mask(urls, found_on=made)) == [True, False, True]


def _published(vectors: object) -> list[str]:
    import json

    cases = json.loads((vectors / "url" / "urltestdata.json").read_text())
    inputs = [case["input"] for case in cases if isinstance(case, dict)]
    return [url for url in inputs if url.encode("utf-8", "ignore").decode() == url]


@pytest.mark.parametrize("kind", ["string", "string_view", "binary_view"])
def test_columns_of_views_and_text_that_is_no_utf8_get_the_answers_of_a_check(kind: str) -> None:
    pa = pytest.importorskip("pyarrow")
    rows = [b"http://reserved.example.com/\xe9", b"http://other.example/\xe9", b"http://other.example/", None]
    column = pa.array(rows, pa.binary())
    if kind == "string":
        column = pa.Array.from_buffers(pa.string(), len(rows), column.buffers(), column.null_count)
    else:
        rows = rows[2:] * 2
        column = pa.array(
            [row and (row if kind == "binary_view" else row.decode()) for row in rows], getattr(pa, kind)()
        )
    assert opened().mask(column).to_pylist() == [opened().check(row).keep for row in rows]
