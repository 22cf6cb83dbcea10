# ruff: noqa: RUF001 - letters of many languages are what is looked at
"""Works: entered in several languages, named by many declarations, honest about what can be recognised."""

import hashlib

import pytest

from crawler_filter.formats.characters import Permission, decode_sheets
from crawler_filter.formats.names import Name, NameKind, decode_names, encode_names
from registry.config import Limits
from registry.declarations.works import NAMES_SECONDS
from registry.errors import ConflictError, GoneError, InvalidRequestError, NotAuthorisedError, NotFoundError
from registry.model.declaration import DeclarationRequest, ScopeRequest, SheetRequest, WorkKind, WorkRequest
from registry.model.party import AUTHORITY_STATEMENT
from registry.store.audit import actions_on
from tests.registry.instance import Clock, Letterbox, make_party, open_instance, sign_in


@pytest.fixture
def settings():
    return {"loosening_delay": 0}


@pytest.fixture
def actor(registry):
    return sign_in(registry, registry.mailer, "aoi@example.com")


@pytest.fixture
def party(registry, actor):
    return make_party(registry, actor)


def request(party, **rest):
    return WorkRequest(
        **{"party": party.id, "kind": "manga", "titles": {"ja": "青い鳥", "en": "The Blue Bird"}, **rest}
    )


def declaration(party, work, content):
    scope = ScopeRequest("sha256", hashlib.sha256(content).hexdigest())
    said = {"train-ai": "disallowed"}
    return DeclarationRequest(party.id, (scope,), said, works=(work.id,), statement=AUTHORITY_STATEMENT)


def test_a_work_is_stored_with_its_numbers_in_one_spelling(registry, actor, party):
    made = registry.works.create_work(
        actor, request(party, creators=("Aoi",), identifiers={"isbn": "ISBN 4-00-310101-4"})
    )
    assert (made.kind, made.identifiers) == (WorkKind.MANGA, {"isbn": "9784003101018"})
    assert registry.works.work(made.id) == made
    assert registry.works.works_of(actor).rows == [made]
    assert made.to_json()["titles"] == {"ja": "青い鳥", "en": "The Blue Bird"}


def test_the_names_of_a_work_are_stored_in_one_spelling_each_once(registry, actor, party):
    made = registry.works.create_work(
        actor,
        request(
            party,
            series=("  Fate/stay\nnight", "Fate/stay night"),
            characters=(
                ("うずまきナルト", "Naruto  Uzumaki", "うずまきナルト"),
                ("Poke\u0301 Mon",),
                ("Pok\u00e9 Mon",),
            ),
        ),
    )
    assert made.series == ("Fate/stay night",)
    assert made.characters == (("うずまきナルト", "Naruto Uzumaki"), ("Poké Mon",))
    assert registry.works.work(made.id) == made
    assert made.to_json()["characters"] == [["うずまきナルト", "Naruto Uzumaki"], ["Poké Mon"]]


def test_a_work_is_changed_by_its_own_account_and_stays_its_partys(registry, actor, party):
    work = registry.works.create_work(actor, request(party))
    made = registry.declarations.declare(actor, declaration(party, work, b"1"), idempotency=None)
    wanted = request(party, kind="anime", titles={"ja": "青い鳥 第二部"}, characters=(("チルチル", "Tyltyl"),))
    changed = registry.works.amend_work(actor, work.id, wanted)
    assert (changed.kind, changed.titles) == (WorkKind.ANIME, {"ja": "青い鳥 第二部"})
    assert (changed.created, changed.declarations) == (work.created, (made.id,))
    assert registry.works.work(work.id) == changed
    with registry.store.read() as database:
        assert [action for _, _, action in actions_on(database, work.id)] == ["create-work", "amend-work"]

    stranger = sign_in(registry, registry.mailer, "midori@example.org")
    theirs = make_party(registry, stranger, "Midori Publishing")
    with pytest.raises(NotAuthorisedError):
        registry.works.amend_work(stranger, work.id, request(theirs))
    with pytest.raises(InvalidRequestError) as refused:
        registry.works.amend_work(actor, work.id, request(make_party(registry, actor, "Ao")))
    assert [error.pointer for error in refused.value.errors] == ["/party"]
    with pytest.raises(NotFoundError):
        registry.works.amend_work(actor, "a" * 26, wanted)
    registry.works.erase_work(work.id)
    with pytest.raises(GoneError):
        registry.works.amend_work(actor, work.id, wanted)
    assert registry.works.works_of(actor).rows == []


def names_a_minute_later(registry, clock):
    clock.pass_(NAMES_SECONDS)
    registry.works.refresh_names()
    return decode_names(registry.works.names().content)


def test_names_are_given_while_a_declaration_in_force_names_their_work(registry, clock, actor, party):
    titles = {"ja": "青い鳥", "en": "The Blue Bird", "fr": "L", "und": "A " * 60}
    names = {"series": ("童話",), "characters": (("チルチル", "Tyltyl"), ("ミチル",))}
    work = registry.works.create_work(actor, request(party, titles=titles, **names))
    assert names_a_minute_later(registry, clock) == []
    own = registry.declarations.declare(actor, declaration(party, work, b"2"), idempotency=None)
    registry.declarations.declare(actor, declaration(party, work, b"3"), idempotency=None)
    assert registry.works.names().content == encode_names([])
    assert names_a_minute_later(registry, clock) == [
        Name(own.leaf, NameKind.CHARACTER, ("チルチル", "Tyltyl")),
        Name(own.leaf, NameKind.CHARACTER, ("ミチル",)),
        Name(own.leaf, NameKind.SERIES, ("童話",)),
        Name(own.leaf, NameKind.TITLE, ("青い鳥", "The Blue Bird")),
    ]
    registry.works.amend_work(actor, work.id, request(party, titles={"ja": "青い鳥"}))
    assert names_a_minute_later(registry, clock) == [Name(own.leaf, NameKind.TITLE, ("青い鳥",))]
    registry.works.erase_work(work.id)
    assert registry.works.names().content == encode_names([])


def test_a_work_is_matchable_while_a_declaration_in_force_names_it(registry, actor, party):
    work = registry.works.create_work(actor, request(party))
    assert not work.matchable
    first = registry.declarations.declare(actor, declaration(party, work, b"1"), idempotency=None)
    second = registry.declarations.declare(actor, declaration(party, work, b"2"), idempotency=None)
    named = registry.works.work(work.id)
    assert (named.matchable, set(named.declarations)) == (True, {first.id, second.id})
    for made in (first, second):
        registry.changes.withdraw(actor, made.id)
    registry.schedule.due(registry.clock())
    assert not registry.works.work(work.id).matchable


def test_a_declaration_names_works_of_its_own_party_alone(registry, actor, party):
    work = registry.works.create_work(actor, request(party))
    publisher = sign_in(registry, registry.mailer, "midori@example.org")
    house = make_party(registry, publisher, "Midori Publishing")
    with pytest.raises(InvalidRequestError) as refused:
        registry.declarations.declare(publisher, declaration(house, work, b"1"), idempotency=None)
    assert [error.pointer for error in refused.value.errors] == ["/works/0"]
    second = make_party(registry, actor, "Aoi Studio, the other one")
    with pytest.raises(InvalidRequestError):
        registry.declarations.declare(actor, declaration(second, work, b"1"), idempotency=None)


def test_a_declaration_of_another_party_that_names_a_work_from_before_leads_nowhere(registry, clock, actor, party):
    work = registry.works.create_work(actor, request(party))
    publisher = sign_in(registry, registry.mailer, "midori@example.org")
    house = make_party(registry, publisher, "Midori Publishing")
    other = registry.works.create_work(publisher, request(house))
    made = registry.declarations.declare(publisher, declaration(house, other, b"1"), idempotency=None)
    row = (work.id, made.id)
    registry.writer.run(lambda db: db.execute("INSERT INTO declared_works VALUES (?, ?)", row) and None)
    assert registry.works.work(work.id).declarations == ()
    assert not [name for name in names_a_minute_later(registry, clock) if "青い鳥" in name.spellings][1:]


def test_a_declaration_cannot_name_a_work_that_is_not_there(registry, actor, party):
    work = registry.works.create_work(actor, request(party))
    registry.works.erase_work(work.id)
    with pytest.raises(InvalidRequestError) as refused:
        registry.declarations.declare(actor, declaration(party, work, b"1"), idempotency=None)
    assert [error.pointer for error in refused.value.errors] == ["/works/0"]


def test_an_erased_work_leaves_no_byte(registry, actor, party):
    names = {"series": ("canary-of-a-series",), "characters": (("canary-of-a-character",),)}
    work = registry.works.create_work(actor, request(party, creators=("canary-of-a-person",), **names))
    registry.works.erase_work(work.id)
    with pytest.raises(GoneError):
        registry.works.work(work.id)
    files = b"".join(path.read_bytes() for path in registry.config.instance.rglob("*") if path.is_file())
    assert b"canary-of-a" not in files


def test_a_title_may_have_the_joiners_its_language_is_written_with(registry, actor, party):
    titles = {"fa": "می\u200cخواهم", "und": "👩\u200d🎨"}
    assert registry.works.create_work(actor, request(party, titles=titles)).titles == titles


def test_only_for_a_party_of_ones_own(registry, party):
    stranger = sign_in(registry, registry.mailer, "midori@example.org")
    with pytest.raises(NotFoundError):
        registry.works.create_work(stranger, request(party))


@pytest.mark.parametrize(
    ("rest", "pointers"),
    [
        ({"kind": "planet"}, ["/kind"]),
        ({"titles": {}}, ["/titles"]),
        ({"titles": {"Japanese!": "x"}}, ["/titles"]),
        ({"titles": {"ja": " "}}, ["/titles/ja"]),
        ({"titles": {"ja": "x" * 501}}, ["/titles/ja"]),
        ({"titles": {"ja": "gn\u202egnp.exe"}}, ["/titles/ja"]),
        ({"creators": ("a", "b\x00")}, ["/creators/1"]),
        ({"creators": ("Aoi\u200b",)}, ["/creators/0"]),
        ({"creators": ("a",) * 51}, ["/creators"]),
        ({"identifiers": {"isbn": "9784003101019"}}, ["/identifiers/isbn"]),
        ({"identifiers": {"asin": "x"}}, ["/identifiers"]),
        ({"kind": "planet", "titles": {}}, ["/titles", "/kind"]),
        ({"series": ("a" * 101, "Aoi", "!")}, ["/series/0", "/series/2"]),
        ({"series": ("Aoi",) * 21}, ["/series"]),
        ({"characters": (("Aoi",),) * 501}, ["/characters"]),
        ({"characters": (("Aoi",), ())}, ["/characters/1"]),
        ({"characters": (("Aoi",) * 21,)}, ["/characters/0"]),
        ({"characters": (("Aoi", "\u202eioA"), ("鬼",))}, ["/characters/0/1", "/characters/1/0"]),
        ({"characters": (("Aoi / 青井",), ("Aoi", "青井、葵"))}, ["/characters/0/0", "/characters/1/1"]),
    ],
)
def test_a_work_that_is_not_right_is_refused_field_by_field(registry, actor, party, rest, pointers):
    with pytest.raises(InvalidRequestError) as refused:
        registry.works.create_work(actor, request(party, **rest))
    assert [error.pointer for error in refused.value.errors] == pointers
    assert registry.works.works_of(actor).rows == []


def test_an_unverified_party_has_so_many_works(registry, actor, party):
    most = registry.config.limits.unverified_works_per_party
    for _ in range(most):
        registry.works.create_work(actor, request(party))
    with pytest.raises(ConflictError, match="prove control"):
        registry.works.create_work(actor, request(party))


def test_the_works_of_an_unverified_party_have_so_many_names_in_all(tmp_path):
    limits = Limits(unverified_names_per_party=10)
    with open_instance(tmp_path, Clock(), Letterbox(), limits=limits) as registry:
        actor = sign_in(registry, registry.mailer, "aoi@example.com")
        party = make_party(registry, actor)
        five = request(party, series=("Aoi", "青井"), characters=(("Sora",),))
        first = registry.works.create_work(actor, five)
        registry.works.create_work(actor, five)
        for refused in (
            lambda: registry.works.create_work(actor, request(party)),
            lambda: registry.works.amend_work(actor, first.id, request(party, series=("A1", "A2", "A3", "A4"))),
        ):
            with pytest.raises(ConflictError, match="10 titles and other names"):
                refused()
        registry.works.amend_work(actor, first.id, request(party))
        registry.works.create_work(actor, request(party, series=("Aoi",)))
        registry.works.erase_work(first.id)
        registry.works.create_work(actor, request(party))


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"characters": tuple((f"名前{number}",) for number in range(600))}, "/characters"),
        ({"characters": (tuple(f"名前{number}" for number in range(30)),)}, "/characters/0"),
        ({"series": tuple(f"名前{number}" for number in range(30))}, "/series"),
        ({"titles": {f"a{number:02}x": "b" for number in range(50)}}, "/titles"),
    ],
)
def test_more_names_than_a_work_may_have_are_refused_before_any_is_read(
    registry, actor, party, given, pointer, monkeypatch
):
    read = []
    monkeypatch.setattr("registry.rules.work_validation.canonical_name", lambda name: read.append(name) or name)
    with pytest.raises(InvalidRequestError) as refused:
        registry.works.create_work(actor, request(party, **given))
    assert ([error.pointer for error in refused.value.errors], read) == ([pointer], [])


def test_a_sheet_is_published_with_series_and_others_of_its_work(registry, actor, party, clock):
    sheet = SheetRequest(("青井そら", "Sora Aoi"), {"en": ("silver braid", "scar over the nose")}, {}, "none")
    work = registry.works.create_work(
        actor, request(party, series=("Tower",), characters=(("Momo",), ("Sora Aoi", "Sora")), sheets=(sheet,))
    )
    assert registry.works.work(work.id) == work
    assert decode_sheets(registry.works.characters().content) == []
    registry.declarations.declare(actor, declaration(party, work, b"1"), idempotency=None)
    clock.pass_(NAMES_SECONDS)
    registry.works.refresh_names()
    (published,) = decode_sheets(registry.works.characters().content)
    assert published.sheet.names == ("青井そら", "Sora Aoi")
    assert published.sheet.series == ("青い鳥", "The Blue Bird", "Tower")
    assert published.sheet.others == (("Momo",),)
    assert published.sheet.permission is Permission.NONE
    names = decode_names(registry.works.names().content)
    assert {name.spellings for name in names if name.kind is NameKind.CHARACTER} == {
        ("青井そら", "Sora Aoi"),
        ("Momo",),
    }
    registry.works.erase_work(work.id)
    assert decode_sheets(registry.works.characters().content) == []


def test_only_the_owner_may_register_a_sheet(registry, actor, party):
    work = registry.works.create_work(actor, request(party))
    stranger = sign_in(registry, registry.mailer, "other@example.com")
    sheet = SheetRequest(("Sora Aoi",), {"en": ("silver braid",)})
    with pytest.raises(NotAuthorisedError):
        registry.works.amend_work(stranger, work.id, request(party, sheets=(sheet,)))


def test_attributes_count_towards_the_names_of_a_party(registry, actor, party):
    sheet = SheetRequest(("Sora Aoi",), {"en": tuple(f"mark {n}" for n in range(30))})
    assert registry.works.create_work(actor, request(party, sheets=(sheet,))).spellings == 2 + 1 + 30
