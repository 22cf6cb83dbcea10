"""Works that are not protected yet: nothing that only waits, or is held, counts as covered."""

import pytest

from registry.declarations.protection import Gap, Lack
from registry.errors import GoneError, InvalidRequestError, NotAuthorisedError, NotFoundError
from registry.model.declaration import WorkRequest

ISBN = "9784873119328"


@pytest.fixture
def settings():
    return {"loosening_delay": 0}


def enter(studio, **more):
    return studio.registry.works.create_work(
        studio.actor, WorkRequest(studio.party.id, "manga", {"ja": "灯台"}, **more)
    )


def gaps(studio, work):
    return [(gap.lack.value, gap.value) for gap in studio.registry.works.protection.gaps(work)]


def test_a_work_with_nothing_to_be_found_by_says_so(studio, registry):
    work = enter(studio)
    assert registry.works.protection.gaps(work) == (Gap(Lack.NOTHING),)
    studio.declare(("sha256", "ab" * 32), works=(work.id,))
    assert registry.works.protection.gaps(registry.works.work(work.id)) == ()


def test_numbers_and_places_are_covered_by_what_is_in_force_and_by_nothing_else(studio, registry, zone):
    work = enter(
        studio, identifiers={"isbn": ISBN, "issn": "0024-9319"},
        locations=("https://art.example.com/1", "https://other.example.org/g/1"),
    )  # fmt: skip
    places = ["art.example.com/1", "other.example.org/g/1"]
    assert gaps(studio, work) == [("number", ISBN), ("place", places[0]), ("place", places[1])]
    studio.declare(("isbn", ISBN))
    pending = studio.declare(("domain", "example.com"))
    assert gaps(studio, work) == [("proof", places[0]), ("place", places[1])]
    studio.prove(zone, pending)
    assert gaps(studio, work) == [("place", places[1])]
    mixed = studio.declare(("url", "https://other.example.org/g/2"), ("prefix", "https://other.example.org/g/"))
    assert mixed.state.in_force
    assert gaps(studio, work) == [("proof", places[1])]
    studio.declare(("url", "https://other.example.org/g/1"))
    assert gaps(studio, work) == []
    assert registry.works.protection.unprotected(studio.actor).rows == []


def test_what_others_declare_protects_no_work_of_mine(studio, rival):
    work = enter(studio, identifiers={"isbn": ISBN})
    rival.declare(("isbn", ISBN))
    assert gaps(studio, work) == [("number", ISBN)]


def test_a_work_that_is_not_published_is_its_partys_alone(studio, rival, registry):
    work = enter(studio, published=False, series=("Secret Lighthouse",), part="volume", number="3")
    studio.declare(("sha256", "cd" * 32), works=(work.id,))
    assert registry.works.visible(work.id, studio.actor).part == "volume"
    for other in (None, rival.actor):
        with pytest.raises(NotFoundError):
            registry.works.visible(work.id, other)
    assert dict(registry.works.titles([work.id], studio.party.id)) == {}
    assert b"Secret" not in registry.works.names().content


def test_two_works_become_one_and_what_named_either_counts_for_it(studio, registry):
    old = enter(studio, identifiers={"isbn": ISBN}, creators=("Aoi",), locations=("https://a.example.com/1",))
    kept = registry.works.create_work(
        studio.actor, WorkRequest(studio.party.id, "book", {"en": "Lighthouse"}, number="2")
    )
    naming = studio.declare(("isbn", ISBN), works=(old.id,))
    merged = registry.works.merge_works(studio.actor, old.id, kept.id)
    assert (merged.titles, merged.kind, merged.number) == ({"ja": "灯台", "en": "Lighthouse"}, "book", "2")
    assert (merged.identifiers, merged.creators) == ({"isbn": ISBN}, ("Aoi",))
    assert merged.declarations == (naming.id,)
    with pytest.raises(GoneError):
        registry.works.work(old.id)
    with pytest.raises(InvalidRequestError):
        registry.works.merge_works(studio.actor, kept.id, kept.id)


def test_only_its_owner_removes_a_work_and_declarations_stay(studio, rival, registry):
    work = enter(studio)
    made = studio.declare(("sha256", "ef" * 32), works=(work.id,))
    with pytest.raises(NotAuthorisedError):
        registry.works.delete_work(rival.actor, work.id)
    with pytest.raises(NotAuthorisedError):
        registry.works.merge_works(rival.actor, work.id, enter(rival).id)
    registry.works.delete_work(studio.actor, work.id)
    with pytest.raises(GoneError):
        registry.works.work(work.id)
    assert registry.declarations.get(made.id).state.in_force


@pytest.mark.parametrize(
    "more",
    [{"part": "page"}, {"number": "1" * 41}, {"locations": ("not an address",)}, {"locations": ("https://a.example/",) * 101},
     {"identifiers": {"issn": "0024-9318"}}],
    ids=["part", "number", "location", "locations", "number's digit"],
)  # fmt: skip
def test_what_a_work_cannot_say_is_refused(studio, more):
    with pytest.raises(InvalidRequestError):
        enter(studio, **more)


def test_nobody_finds_a_work_that_is_not_published_by_its_title(studio, registry):
    work = enter(studio, published=False)
    studio.declare(("sha256", "cd" * 32), works=(work.id,))
    assert list(registry.search.titled("灯台")) == []
