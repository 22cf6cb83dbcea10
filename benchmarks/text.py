"""Texts: what is found of excerpts in English and Japanese, what is found wrongly, and what a page costs."""

import numpy as np

from benchmarks.bench import Bench
from benchmarks.excerpts import BOOKS, EXPECTED, PAGE, Cell, Corpus, false_pages, recall
from benchmarks.measure import over, side_by_side
from benchmarks.peers import MissingPeerError, minhash, minhash_lsh
from benchmarks.report import Report, at_least, at_least_times, at_most
from crawler_filter.fingerprints.nfkc import code_points
from crawler_filter.fingerprints.normal_text import normalise
from crawler_filter.fingerprints.text import TextQuery
from crawler_filter.fingerprints.winnowing import Winnowed, winnow_page
from crawler_filter.snapshot.text_index import TextIndex, text_columns

SECTION = "text"
_LANGUAGES = {"en": "English", "ja": "Japanese"}
_SAMPLING = 1
"""Point of a hundred that chance may take from the published figures, which are of fewer pages than ours."""

_PER_PAGE = 1_000


def run(bench: Bench, report: Report) -> None:
    """Measure recall and wrong pages in both languages, then the speed of each step."""
    _lookup(bench, report)
    if not BOOKS.is_dir():
        report.missing.append("text: recall: the books (../shared/vectors/text) are absent")
        return
    for language in _LANGUAGES:
        bench.say(f"text: {language}")
        corpus = Corpus.read(language)
        _recall(bench, report, corpus)
        _excerpts_by_similarity(bench, report, corpus)
        _speed(bench, report, corpus)


def _recall(bench: Bench, report: Report, corpus: Corpus) -> None:
    trials = max(bench.scale.lookups // 60, 20)
    language, index = _LANGUAGES[corpus.language], corpus.index()
    for cell, (any_hit, three) in EXPECTED[corpus.language].items():
        found, decided = recall(corpus, index, cell, trials)
        note = f"{found:.0f} % with one hit (published: {any_hit} and {three} %), {trials} pages"
        report.add(SECTION, f"{language}, {cell}", decided, "% decided", at_least(three - _SAMPLING), note=note)
    scopes = corpus.index_of_scopes()
    _, decided = recall(corpus, scopes, Cell(200, 0.02), trials)
    note = "books declared in one scope each, so with wider windows"
    what = f"{language}, {Cell(200, 0.02)}, whole"
    report.add(SECTION, what, decided, "% decided", at_least(90), note=note)
    for what, of_books in (("w 16", index), ("one scope each", scopes)):
        pages, hit, wrong = false_pages(corpus, of_books)
        report.require(SECTION, f"{language}: pages of other books decided", wrong)
        report.add(
            SECTION, f"{language}, false pages, {what}", wrong, f"of {pages}", at_most(0), note=f"{hit} with a hit"
        )


def _excerpts_by_similarity(bench: Bench, report: Report, corpus: Corpus) -> None:
    """Give short works to both, and pages with 500 letters of one: alike as wholes is not what finds parts."""
    count = min(max(bench.scale.lookups // 400, 4), 25)
    short, cell = corpus.in_parts(10_000, count), Cell(500)
    try:
        look_up = minhash_lsh(short.registered)
    except MissingPeerError as error:
        report.missing.append(f"text: datasketch: {error}")
        return
    answers = [(work, look_up(page)) for work, page in short.pages(cell, count)]
    theirs = 100 * sum(work in found for work, found in answers) / count
    _, ours = recall(short, short.index(), cell, count)
    what = f"{_LANGUAGES[corpus.language]}, {cell} of short works"
    wrong = sum(len(set(found) - {work}) for work, found in answers) / count
    note = f"datasketch MinHashLSH finds {theirs:.0f} %, and {wrong:.1f} wrong works a page"
    report.add(SECTION, what, ours, "% decided", at_least(99), note=note)


def _speed(bench: Bench, report: Report, corpus: Corpus) -> None:
    language = _LANGUAGES[corpus.language]
    starts = range(0, len(corpus.written) - PAGE, PAGE)[: max(bench.scale.lookups // 200, 5)]
    pages = [corpus.written[start : start + PAGE] for start in starts]
    size = sum(len(page.encode()) for page in pages) / 1e6
    codes = [code_points(normalise(page)) for page in pages]
    runs = {
        "normalise": over(normalise, pages),
        "winnow": over(winnow_page, codes),
        "page": over(TextQuery.of, pages),
    }
    try:
        runs["minhash"] = over(minhash(), pages)
    except MissingPeerError as error:
        report.missing.append(f"text: datasketch: {error}")
    seconds = side_by_side(runs, passes=bench.scale.passes)
    for step in ("normalise", "winnow"):
        report.add(SECTION, f"{language}, {step}", size / seconds[step], "MB/s")
    what = f"{language}, page of {PAGE:,} characters"
    each = seconds["page"] / len(pages) * 1e3
    ratio = seconds["minhash"] / seconds["page"] if "minhash" in seconds else None
    report.add(SECTION, what, each, "ms", at_least_times(3), ratio, "datasketch MinHash")


def _lookup(bench: Bench, report: Report) -> None:
    """Look up pages in an index of random works; half of the last page's fingerprints are somebody's."""
    rows = 10 * bench.scale.rules
    source = np.random.default_rng(11)
    columns = text_columns(
        source.integers(0, 1 << 64, rows, dtype=np.uint64), np.arange(rows, dtype=np.uint32) // np.uint32(1000)
    )
    index = TextIndex(columns)
    pages = [
        _page(source.integers(0, 1 << 64, _PER_PAGE, dtype=np.uint64)) for _ in range(bench.scale.lookups // 20)
    ]
    whole = columns["fingerprint"]
    seconds = side_by_side(
        {
            "index": over(index.search, pages),
            "search": over(lambda page: np.searchsorted(whole, page.values), pages),
        },
        passes=bench.scale.passes,
    )
    owned = _page(np.concatenate([pages[-1].values[:300], whole[:: rows // 300][:300]]))
    report.require(SECTION, "fingerprints of the index that it does not find", 300 - _hits(index, owned))
    report.add(
        SECTION,
        f"look a page up in {rows:,} fingerprints",
        seconds["index"] / len(pages) * 1e6,
        "µs",
        None,
        seconds["search"] / seconds["index"],
        "binary search",
        f"{_PER_PAGE} fingerprints a page, nobody's; {sum(c.nbytes for c in columns.values()) / rows:.1f} B each",
    )


def _hits(index: TextIndex, page: Winnowed) -> int:
    return sum(match.count for match in index.search(page))


def _page(values: np.ndarray) -> Winnowed:
    distinct = np.unique(values)
    return Winnowed(distinct, np.arange(len(distinct)))
