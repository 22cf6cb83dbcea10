"""ARC files are read as WARC files are: a row is a capture, and what is kept keeps its bytes."""

import gzip
from pathlib import Path

import pytest

from crawler_filter.audit import arc
from crawler_filter.audit.auditing import plan_of
from crawler_filter.audit.recipes import Choice
from crawler_filter.errors import DataError
from tests.crawler_filter.audit.conftest import World, addresses, outcome

pytest.importorskip("warcio", reason="the warc extra is not installed")

ABOUT = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n"
HEAD = b"filedesc://a.arc 0.0.0.0 20080101000000 text/plain %d\n%b\n" % (len(ABOUT), ABOUT)
FREE, RESERVED = "https://free.example/1", "https://reserved.example/1"


def record(url: str, body: bytes = b"HTTP/1.1 200 OK\r\n\r\npage") -> bytes:
    return f"{url} 192.0.2.1 20080101000000 text/html {len(body)}\n".encode() + body + b"\n"


def read(path: Path) -> list[tuple[str | None, int, int]]:
    with path.open("rb") as file:
        assert arc.is_arc(file)
        return [(headers.get("warc-target-uri"), start, stop) for headers, start, stop in arc.records(file, path)]


@pytest.mark.parametrize("name", ["a.arc", "a.arc.gz"])
def test_captures_of_an_arc_go_or_stay_with_their_bytes(world: World, tmp_path: Path, name: str) -> None:
    packed = gzip.compress if name.endswith("gz") else bytes
    urls = [url for url in addresses(120) if url and url.lower().startswith("http")]
    written = [packed(record(url)) for url in urls]
    head = packed(HEAD) + packed(record("dns:free.example", b"free.example. 1 IN A 192.0.2.1"))
    (tmp_path / name).write_bytes(head + b"".join(written))
    report = world.run([tmp_path / name], tmp_path / "out")
    said = outcome(world, urls)
    kept, removed = (
        b"".join(each for each, (keep, _) in zip(written, said, strict=True) if keep is wanted)
        for wanted in (True, False)
    )
    assert (tmp_path / "out/kept" / name).read_bytes() == head + kept
    assert (tmp_path / "out/removed" / name).read_bytes() == removed
    assert (report["rows"], report["kept"]) == (len(urls), sum(keep for keep, _ in said))


def test_the_plan_names_the_only_column_of_an_arc(tmp_path: Path) -> None:
    (tmp_path / "a.arc").write_bytes(HEAD + record(FREE))
    shown = plan_of([tmp_path / "a.arc"], None, Choice(), None).shown().splitlines()
    assert shown[1:] == ["a.arc (warc): url from URL", f"    url {FREE}"]


@pytest.mark.parametrize("ending", ["arc", "arc.gz"])
def test_an_arc_that_is_cut_off_anywhere_in_its_last_record_is_an_error(tmp_path: Path, ending: str) -> None:
    packed = gzip.compress if ending.endswith("gz") else bytes
    first, last = packed(HEAD) + packed(record(FREE)), packed(record(RESERVED))
    path = tmp_path / f"a.{ending}"
    path.write_bytes(first + last)
    assert read(path)[1:] == [(FREE, len(packed(HEAD)), len(first)), (RESERVED, len(first), len(first + last))]
    # a plain record may lack the line break behind it; the check of a packed one is passed over, its contents not
    for size in range(1, len(last) - (10 if ending.endswith("gz") else 1)):
        path.write_bytes(first + last[:size])
        with pytest.raises(DataError, match=r"a\.arc"):
            read(path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (gzip.compress(HEAD + record(FREE)), "cannot be read as ARC"),
        (HEAD + record(FREE).replace(b" 23\n", b" 20\n"), "does not end where it says"),
        (HEAD + record(FREE).replace(b" 23\n", b" -1\n"), "does not say how long"),
        (HEAD + b"https://reserved.example/ 192.0.2.1 20080101000000 text/html 200 - - 150 a.arc 4\npage\n", "version 1"),
        (gzip.compress(HEAD) + gzip.compress(record(FREE)) + b"junk", r"a\.arc"),
        (gzip.compress(HEAD) + gzip.compress(record(FREE))[:20] + b"junk" * 9, r"a\.arc"),
    ],
    ids=["packed as a whole", "too long", "no length", "version 2", "junk behind", "spoiled"],
)  # fmt: skip
def test_an_arc_whose_records_are_not_what_they_say_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "a.arc").write_bytes(content)
    with pytest.raises(DataError, match=why):
        read(tmp_path / "a.arc")
