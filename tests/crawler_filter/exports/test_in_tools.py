"""Block lists in the tools themselves, as far as Python has them: nothing here is our idea of what a tool does."""

from pathlib import Path

import pytest

from crawler_filter.exports import formats
from tests.crawler_filter.exports.test_formats import INSIDE, OUTSIDE, RULES

pytestmark = pytest.mark.filterwarnings("ignore")  # of what other tools leave open


def lines_of(name: str) -> list[str]:
    return list(formats.text(name, RULES, ["about"]))


def test_the_engine_of_the_brave_browser_blocks_what_is_reserved_and_nothing_else() -> None:
    adblock = pytest.importorskip("adblock", reason="adblock is not installed")
    filters = adblock.FilterSet()
    filters.add_filters(lines_of("adblock"))
    engine = adblock.Engine(filters)

    def blocks(url: str) -> bool:
        return bool(engine.check_network_urls(url, "https://crawler.example/", "image").matched)

    assert [url for url in INSIDE if not blocks(url)] == []
    assert [url for url in OUTSIDE if blocks(url)] == []


def test_adblockparser_blocks_what_is_reserved_and_nothing_else() -> None:
    parser = pytest.importorskip("adblockparser", reason="adblockparser is not installed")
    rules = parser.AdblockRules(lines_of("adblock"))
    assert [url for url in INSIDE if not rules.should_block(url)] == []
    assert [url for url in OUTSIDE if rules.should_block(url)] == []


def test_a_hosts_file_is_read_whole_by_a_parser_of_them(tmp_path: Path) -> None:
    hosts = pytest.importorskip("python_hosts", reason="python-hosts is not installed")
    (tmp_path / "hosts").write_text("".join(f"{line}\n" for line in lines_of("hosts")), encoding="utf-8")
    entries = [each for each in hosts.Hosts(str(tmp_path / "hosts")).entries if each.entry_type == "ipv4"]
    assert {each.address for each in entries} == {"0.0.0.0"}
    assert {name for each in entries for name in each.names} == {
        "example.com",
        "www.example.com",
        "art.example.org",
    }


def test_surts_are_prefixes_of_what_the_internet_archive_makes_of_addresses() -> None:
    made = pytest.importorskip("surt.handyurl", reason="surt is not installed").handyurl
    prefixes = [line[1:] for line in lines_of("surt") if line.startswith("+")]

    def excludes(url: str) -> bool:
        # Heritrix's own form: with the scheme, in which it takes https for http, and the whole host
        whole = made.parse(url.replace("https://", "http://"))
        form = whole.getURLString(surt=True, with_scheme=True, trailing_comma=True).lower()
        return any(form.startswith(prefix) for prefix in prefixes)

    assert [url for url in INSIDE if not excludes(url)] == []
    assert [url for url in OUTSIDE if excludes(url)] == []


def test_duckdb_reads_the_parquet_file_and_joins_it(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the duckdb extra is not installed")
    from crawler_filter.exports.formats import write_parquet

    write_parquet(tmp_path / "rules.parquet", RULES)
    with duckdb.connect() as connection:
        joined = connection.execute(
            "SELECT count(*) FROM (SELECT unnest(['example.com', 'free.example']) AS host) ANTI JOIN"
            f" '{tmp_path / 'rules.parquet'}' AS rules ON rules.kind = 'domain' AND host = rules.value"
        ).fetchone()
    assert joined == (1,)
