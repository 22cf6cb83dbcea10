"""A song and a novel are found in every layout that they are published in, whoever declared them."""

import pytest

from crawler_filter.files.text_layout import authored
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import opened
from tests.crawler_filter.files.published_layouts import (
    LAYOUTS,
    LOOKED_UP_NOTATIONS,
    NOTATIONS,
    NOVEL,
    SONGS,
    with_readings,
)


@pytest.fixture(scope="module", params=list(SONGS))
def song(request):
    """The lines of a song, and a filter for its words, declared by somebody who has verified nothing."""
    lines = SONGS[request.param]
    return lines, opened(("text", text_scope("\n".join(lines)).encode()))


@pytest.fixture(scope="module")
def novel():
    """A filter for the novel's beginning, declared in the same way."""
    return opened(("text", text_scope(NOVEL).encode()))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_song_is_found_in_the_layout(song, layout):
    lines, optout = song
    assert not optout.check(content=LAYOUTS[layout](lines).encode()).keep


@pytest.mark.parametrize("notation", NOTATIONS | LOOKED_UP_NOTATIONS)
def test_a_novel_is_found_under_its_readings(novel, notation):
    assert not novel.check(content=with_readings(notation).encode()).keep


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_novel_is_registered_without_its_readings(notation):
    assert authored(with_readings(notation)) == NOVEL


def test_another_song_is_kept(song):
    lines, optout = song
    for other in SONGS.values():
        if other is not lines:
            assert all(optout.check(content=form(other).encode()).keep for form in LAYOUTS.values())
