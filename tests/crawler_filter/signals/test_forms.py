"""A restriction acts in whatever form it is handed over; a form that cannot be read is never silence."""

import gzip
import zlib

import pytest

from crawler_filter import Decision, Filter, Policy, SnapshotId, Usage
from crawler_filter.filter import FixedSource
from crawler_filter.snapshot import Snapshot
from tests.simulators.published import NOW

EMPTY = Snapshot.from_records([], SnapshotId("registry.example", 1, 0, "", NOW))
FILTER = Filter(FixedSource(EMPTY), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)
ROBOTS = "User-agent: *\nDisallow: /art/"
NOAI = '<meta name="robots" content="noai">'
TEXTS = {
    "robots.txt": (ROBOTS, lambda text: {"robots_txt": text}),
    "ai.txt": (ROBOTS, lambda text: {"well_known": {"/ai.txt": text}}),
    "trust.txt": ("# a\ndatatrainingallowed=no", lambda text: {"well_known": {"/trust.txt": text}}),
    "tdmrep.json": (
        '[{"location": "/", "tdm-reservation": 1}]',
        lambda text: {"well_known": {"/.well-known/tdmrep.json": text}},
    ),
    "a page": (f"<html><head>\n{NOAI}", lambda text: {"html": text}),
}
FORMS = {
    "text": lambda text: text,
    "UTF-8": str.encode,
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "UTF-8 with a mark, taken for Latin-1": lambda text: text.encode("utf-8-sig").decode("latin-1"),
    "two marks": lambda text: "\ufeff\ufeff" + text,
    "a zero-width space": lambda text: "\u200b" + text,
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "big-endian UTF-16 without a mark": lambda text: text.encode("utf-16-be"),
    "UTF-16, taken for Latin-1": lambda text: text.encode("utf-16").decode("latin-1"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "CR line ends": lambda text: text.replace("\n", "\r"),
    "NUL at its end": lambda text: text + "\0",
    "NUL before it": lambda text: "\0" + text,
    "a bytearray": lambda text: bytearray(text.encode()),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zlib": lambda text: zlib.compress(text.encode()),
    "gzip, taken for Latin-1": lambda text: gzip.compress(text.encode()).decode("latin-1"),
}


def check(**evidence: object) -> Decision:
    return FILTER.check("https://a.example/art/1", **evidence)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize(("text", "evidence"), TEXTS.values(), ids=TEXTS.keys())
def test_a_text_restricts_in_every_form(text: str, evidence, form) -> None:
    assert not check(**evidence(form(text))).keep


@pytest.mark.parametrize("evidence", [evidence for _, evidence in TEXTS.values()], ids=TEXTS.keys())
@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><title>404 Not Found</title>",
        b"\xef\xbb\xbf\n <html><p>\xe6\xbc\xab",
        "<p>".encode("utf-16"),
    ],
    ids=["text", "bytes", "UTF-16"],
)
def test_a_page_that_says_nothing_is_silence_wherever_it_is_answered(evidence, page: str | bytes) -> None:
    assert check(**evidence(page)).keep
