"""Texts that many publish: they are left out of what is registered, alone and inside a text of somebody's own."""

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
from crawler_filter.fingerprints.text import Excerpts, parse_text_scope, text_scope
from crawler_filter.formats.record import ScopeKind
from registry.errors import InvalidRequestError
from registry.rules.shared_texts import KEPT_BYTES, pack, without_shared
from tests.profiles import examples
from tests.registry.rules.test_validation import build
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
        "package/licenses/A.json": json.dumps({"licenseText": "One may do as one likes."}).encode(),
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
    assert list(texts(tmp_path / "a.tgz")) == ["One may do as one likes.", "", "<p>These are the terms.</p>"]
    assert list_of([tmp_path / "a.tgz"]) == b""
    assert all("@" in name for name in NPM)


def test_a_list_has_the_first_bytes_of_each_fingerprint_once():
    values = np.array([2**63 + 5, 7, 2**63 + 9, 2**40], dtype=np.uint64)
    assert pack(values) == bytes(5) + (2**16).to_bytes(5) + b"\x80" + bytes(4)
