"""A search of what others put in: it ends by itself, and so few run at once that others are answered."""

import time

import pytest

from registry.errors import UnavailableError
from registry.lookups.search import MOST_SECONDS, Search
from registry.model.declaration import WorkKind, WorkRequest
from registry.server.app import create_app
from tests.costs import cost


@pytest.fixture
def titled(studio):
    """Works with many long titles, as one account may enter."""
    titles = {f"x{chr(97 + n // 26)}{chr(97 + n % 26)}": f"青い鳥 {n} " * 12 for n in range(40)}
    asked = WorkRequest(studio.party.id, WorkKind.MANGA, titles)
    works = tuple(studio.registry.works.create_work(studio.actor, asked).id for _ in range(20))
    for number, work in enumerate(works):
        studio.declare(("md5", f"{number:032x}"), works=(work,))
    return studio.registry


def test_a_search_that_reads_too_much_is_ended_and_the_next_one_is_answered(titled):
    passed = iter(range(10**9))
    search = Search(titled.store, titled.clock, cpu=lambda: float(next(passed)))
    for look in (search.titled, search.parties):
        with pytest.raises(UnavailableError, match="search for the site"):
            [look("a%_" * 60) for _ in range(100)]
    assert titled.store.failure is None
    assert len(titled.search.titled("青い鳥")) == 20
    with titled.store.read() as database:
        assert database.execute("SELECT count(*) FROM works").fetchone() == (20,)


def test_a_search_of_few_works_is_far_from_its_end(titled):
    began = time.thread_time()
    titled.search.titled("青い鳥")
    assert time.thread_time() - began < MOST_SECONDS
    assert cost(lambda: titled.search.titled("nothing like it"), limit=3) <= 3


@pytest.mark.parametrize("path", ["/search?q=bird", "/feed/title/bird"])
def test_while_as_many_search_as_may_others_are_told_to_wait(titled, path):
    client = create_app(titled).test_client()
    with titled.heavy.turn("one"), titled.heavy.turn("another"):
        refused = client.get(path, base_url="https://registry.example")
        assert refused.status_code == 429
        assert client.get("/v1/platforms", base_url="https://registry.example").status_code == 200
    assert client.get(path, base_url="https://registry.example").status_code == 200
