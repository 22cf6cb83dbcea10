"""Texts that many publish: they are left out of what is registered, alone and inside a text of somebody's own."""

import gzip
import io
import json
import tarfile
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.text import Excerpts, TextQuery, parse_text_scope, text_scope
from crawler_filter.formats.record import ScopeKind
from registry.errors import InvalidRequestError
from registry.rules.shared_texts import KEPT_BYTES, pack, without_shared
from tests.profiles import examples
from tests.registry.rules.test_validation import build
from tools.common_passages import of_several, pages
from tools.shared_texts import NPM, list_of, texts

PACKED = (files("registry.rules") / "shared_texts.bin").read_bytes()
HEADS = [int.from_bytes(PACKED[at : at + KEPT_BYTES]) for at in range(0, len(PACKED), KEPT_BYTES)]
REST = 8 * (8 - KEPT_BYTES)
LICENCES = Path(__file__).parents[2] / "vectors" / "background"
NOVEL = " ".join(f"word{number * number} came to the sea on day {number}" for number in range(300))


def excerpts(values) -> Excerpts:
    return Excerpts(24, 16, np.unique(np.array(list(values), dtype="<u8")).tobytes())


def test_the_list_is_ascending_and_names_each_fingerprint_once():
    assert len(HEADS) > 200_000
    assert all(before < after for before, after in pairwise(HEADS))


@given(
    st.sets(st.integers(0, len(HEADS) - 1), max_size=40),
    st.sets(st.integers(0, 2**64 - 1), min_size=3, max_size=40),
    st.integers(0, 2**REST - 1),
)
@examples(60)
def test_what_is_listed_is_left_out_and_all_else_is_kept_in_order(listed, own, rest):
    known = set(HEADS)
    own = {value for value in own if value >> REST not in known}
    scope = excerpts({HEADS[place] << REST | rest for place in listed} | own)
    if len(own) < 3:
        with pytest.raises(InvalidScopeError):
            without_shared(scope)
        return
    kept = without_shared(scope)
    assert kept.values.tolist() == sorted(own)
    assert parse_text_scope(kept.encode()) == kept
    assert without_shared(kept) is kept


@pytest.mark.parametrize("name", ["GPL-3", "MPL-2.0", "CC-BY-SA-4.0"])
def test_a_licence_inside_a_text_of_ones_own_is_left_out_of_what_is_registered(name):
    licence = (LICENCES / name).read_text(encoding="utf-8")
    alone, both = text_scope(NOVEL), text_scope(f"{NOVEL}\n\n{licence}")
    (registered,) = build((ScopeKind.TEXT, both.encode())).scopes
    kept = set(parse_text_scope(registered.value).values.tolist())
    added, left = len(both.values) - len(alone.values), len(kept) - len(alone.values)
    assert added > 200
    assert left < added / 10  # where the two meet, and where the list has another spelling
    assert len(kept & set(alone.values.tolist())) >= len(alone.values) - 3


def test_a_text_that_is_nobodys_and_no_more_is_refused_by_name():
    shared = excerpts(head << REST for head in HEADS[:2000])
    with pytest.raises(InvalidRequestError) as refused:
        build((ScopeKind.TEXT, shared.encode()))
    assert "it is nobody's" in refused.value.errors[0].detail


def test_a_text_of_somebodys_is_registered_as_it_is():
    scope = text_scope(NOVEL)
    assert build((ScopeKind.TEXT, scope.encode())).scopes[0].value == scope.encode()


def test_a_package_gives_the_licences_in_its_json_and_what_sites_publish_of_it(tmp_path):
    members = {
        "package/licenses/A.json": json.dumps(
            {"licenseText": "1. One may do as one likes.\n(b) Or not."}
        ).encode(),
        "package/licenses/B.json": b"{}",
        "package/terms.html": b"<p>These are the terms.</p>",
        "package/README.md": b"How to install it.",
        "package/index.js": b"exports = 1",
    }
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    assert list(texts(tmp_path / "a.tgz")) == [
        *["1. One may do as one likes.\n(b) Or not.", "One may do as one likes.\nOr not."],
        *["", "", "<p>These are the terms.</p>"],
    ]
    assert len(list_of([tmp_path / "a.tgz"])) > len(list_of([])) > 0
    assert all("@" in name for name in NPM)


@pytest.mark.parametrize(
    "listed",
    [
        " ".join(map(str, range(120, 190))),
        "".join(f"<a id='l{line}'>{line}</a>\n" for line in range(1, 80)),
        "January, February, March, April, May, June, July, August, September, October, November, December",
        "Jump to: A B C D E F G H I J K L M N O P Q R S T U V W X Y Z",
    ],
    ids=["numbers", "numbers of lines", "months", "an index"],
)
def test_what_everybody_lists_in_one_order_excludes_no_other_page(listed):
    (registered,) = build((ScopeKind.TEXT, text_scope(f"{NOVEL}\n{listed}").encode())).scopes
    values = parse_text_scope(registered.value).values
    shared = np.isin(values, TextQuery.of(f"<p>{listed}</p> Another text altogether stands here.").excerpts.values)
    assert shared.sum() < 3


def test_what_documents_of_three_packages_share_is_listed_and_what_two_do_is_not(tmp_path):
    of_three = "The documentation for this struct was generated from the following file of the project."
    of_two = "Whoever reads this to its end has read a sentence that only two of us have written."
    for name, text in (("a", of_three + of_two), ("b", of_three + of_two), ("c", of_three)):
        folder = tmp_path / f"{name}.unpacked" / "doc"
        folder.mkdir(parents=True)
        (folder / "page.html").write_text(f"<p>{text}</p>")
        (folder / "binary.html").write_bytes(b"\x00\xff\x00\xff")
    listed = set(of_several(tmp_path / f"{name}.deb" for name in "abc").tolist())
    assert set(text_scope(of_three).values.tolist()) <= listed
    assert not set(text_scope(of_two).values.tolist()) & listed


def test_manual_pages_are_read_without_their_macros(tmp_path):
    manual = tmp_path / "usr/share/man/man1/lamp.1.gz"
    manual.parent.mkdir(parents=True)
    manual.write_bytes(gzip.compress(b'.TH LAMP 1\n.\\" a comment\n.B \\-\\-light\nDisplay \\fIthis\\fR help.\n'))
    assert list(pages(tmp_path)) == ["LAMP 1\n\n--light\nDisplay this help.\n"]


def test_a_list_has_the_first_bytes_of_each_fingerprint_once():
    values = np.array([2**63 + 5, 7, 2**63 + 9, 2**40], dtype=np.uint64)
    assert pack(values) == bytes(5) + (2**16).to_bytes(5) + b"\x80" + bytes(4)
