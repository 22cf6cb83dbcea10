"""Texts that many publish: they are left out of what is registered, alone and inside a text of somebody's own."""

import gzip
import io
import json
import tarfile
import zipfile
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
from tools.chosen import chosen_of
from tools.common_passages import DEBIAN, of_several, pages
from tools.documentation_frames import filled, frames
from tools.entity_lists import entity_lists
from tools.licence_notices import of_notices
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


NOTICE = (
    "{}: one line to give what the program of {} is named and does. Copyright (C) {} {}. Whoever has a copy of this"
    " program may pass it on to others as the office of {} allows it, and has to say so in the same words."
)
NAMES = [
    f"{name} Aldersea of the {place} lights"
    for name, place in zip("ABCDE", ("east", "west", "north", "south", "old"), strict=True)
]


def test_notices_that_differ_in_names_share_what_stands_on_either_side_of_them(tmp_path):
    with zipfile.ZipFile(tmp_path / "rules.whl", "w") as wheel:
        for number, name in enumerate(NAMES):
            text = NOTICE.format(*[f"{name} {number}"] * 5)
            wheel.writestr(f"rules/{number}.RULE", f"---\nis_license_notice: yes\n---\n{text}")
        for number in range(5):
            wheel.writestr(f"rules/other{number}.RULE", f"---\nis_license_reference: yes\n---\n{NOVEL}")
            wheel.writestr(f"rules/{number}.LICENSE", NOVEL)
    listed = of_notices(tmp_path / "rules.whl")
    for name in ("Quentin of the harbour", "R. S. Tallow"):
        own = text_scope(NOTICE.format(*[name] * 5)).values
        beside = TextQuery.of(NOTICE.format(*["somebody else"] * 5)).excerpts.values
        shared = own[np.isin(own, beside)]
        assert len(shared) >= 3
        assert np.isin(shared, listed).all()
    assert not np.isin(text_scope(NOVEL).values, listed).any()


def test_a_gap_has_what_stands_on_either_side_of_it_and_across_what_everybody_fills_it_with():
    assert list(filled("line {1-3} of {} is {a|an} end")) == [
        *["line 1 of ", "line 2 of ", "line 3 of "],
        *[" is a end", " is an end"],
    ]
    assert all("{" not in text and "}" not in text for text in frames())


@pytest.mark.parametrize(
    "frame",
    [
        (
            "The full documentation for {0} is maintained as a Texinfo manual. If the info and {0} programs are properly"
            " installed at your site, the command info {0} should give you access to the complete manual."
        ),
        " ".join(f"{{0}} Definition at line {line} of file {{0}}.h." for line in range(790, 850)),
        "{0} gpointer user_data) user_data: user data set when the signal handler was connected. Flags: Run Last {0}",
        "{0} Stability experimental Portability portable Safe Haskell Safe Language Haskell2010 {0}",
        (
            "{0} Licensed to the Apache Software Foundation (ASF) under one or more"
            " contributor license agreements. See the NOTICE file distributed with this work for additional information"
            " regarding copyright ownership. The ASF licenses this file to you {0}"
        ),
        (
            "{0} Agrave \u00c0 latin capital letter A with grave Aacute \u00c1 latin capital letter A with acute Acirc \u00c2"
            " latin capital letter A with circumflex {0}"
        ),
    ],
    ids=["help2man", "Doxygen", "gtk-doc", "Haddock", "a head of Apache", "entities"],
)
def test_a_frame_around_a_text_of_ones_own_excludes_no_page_in_the_same_frame(frame):
    framed = "\n\n".join([NOVEL, frame.format("lighthouse_keeper"), NOVEL[::-1]])
    (registered,) = build((ScopeKind.TEXT, text_scope(framed).encode())).scopes
    values = parse_text_scope(registered.value).values
    other = f"Nothing of that is here, only this. {frame.format('salt_caravan')} And it ends in other words."
    before = np.isin(text_scope(framed).values, TextQuery.of(other).excerpts.values).sum()
    after = np.isin(values, TextQuery.of(other).excerpts.values).sum()
    assert before >= 2
    assert after == 0


def test_entities_are_read_from_both_kinds_of_document_types(tmp_path, monkeypatch):
    monkeypatch.setattr("tools.entity_lists._FEWEST", 2)
    lists = b"""<!ENTITY nbsp   CDATA "&#160;" -- no-break space = non-breaking space,
                                  U+00A0 ISOnum -->
<!ENTITY iexcl  "&#161;"> <!-- inverted exclamation mark, U+00A1 ISOnum -->"""
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as archive:
        for name in ("html.ent", "html.dtd"):
            info = tarfile.TarInfo(name)
            info.size = len(lists)
            archive.addfile(info, io.BytesIO(lists))
    raw, *tables = entity_lists(tmp_path / "a.tgz")
    assert "ENTITY iexcl" in raw
    assert "no-break space inverted exclamation mark" in tables
    assert "no-break space = non-breaking space inverted exclamation mark" in tables
    assert "nbsp 160 no-break space = non-breaking space iexcl 161 inverted exclamation mark" in tables


def test_a_small_passage_is_taken_wherever_a_name_follows_and_nothing_from_a_text_that_has_none():
    assert set(text_scope(NOVEL[:2000]).values.tolist()) - set(chosen_of(NOVEL).tolist()) == set()
    assert len(chosen_of("")) == len(chosen_of("too short")) == 0


def test_every_package_is_named_once():
    assert len(set(DEBIAN)) == len(DEBIAN)
