"""What was granted is lifted: for that operator, that usage, that party's own findings, and for nobody and nothing else.

Filters here sync with what the registry publishes, over a transport that reads its folder.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler_filter.filter import Filter
from crawler_filter.finding import Source
from crawler_filter.formats.grant import GrantEnd
from crawler_filter.grants.operator import Operator
from crawler_filter.grants.permits import CLOCK_DOUBT, GrantDoubt
from crawler_filter.log import Trust
from crawler_filter.policy import Policy
from crawler_filter.preference import Preference, Usage
from crawler_filter.reason import Reason
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from registry.model.grant import GrantRequest
from tests.registry.publishing.mirror import FolderTransport
from tests.registry.studio import DAY, SHA
from tests.simulators.crawler import CLIENT_ID, make_key

OWN = "studio-aoi.com"
PAGE = f"https://www.{OWN}/art/1.png"


@pytest.fixture
def known():
    return Operator(CLIENT_ID, make_key(1))


@pytest.fixture
def source(registry, clock):
    folder = registry.config.instance
    return FolderSource(
        SnapshotDirectory(folder / "filter"),
        Trust.parse((folder / "registry.policy").read_bytes()),
        url=FolderTransport.URL,
        transport=lambda: FolderTransport(folder / "public"),
        clock=clock,
        look_every=0,
    )


@pytest.fixture
def synced(registry, source, clock):
    """Publishes, syncs, and opens a filter."""

    def sync(operator=None, usage=Usage.TRAIN_AI, policy=Policy.opt_out, **change) -> Filter:
        registry.publisher.publish()
        source.sync()
        return Filter(source, replace(policy(usage), operator=operator or "", **change), clock=clock)

    return sync


@pytest.fixture
def domain(studio, operator, zone):
    """A domain that is proved and reserved."""
    made = studio.declare(("domain", OWN))
    return studio.prove(zone, made, OWN)


@pytest.fixture
def file(studio, operator):
    """A file that is reserved, and only stated."""
    return studio.declare(("sha256", SHA))


@pytest.fixture
def grant(studio, operator):
    def make(*declarations, **change):
        request = GrantRequest(studio.party.id, operator.id, ("train-ai",), declarations=tuple(
            declaration.id for declaration in declarations))  # fmt: skip
        return studio.registry.grants.grant(studio.actor, replace(request, **change)).grant

    return make


def test_a_granted_domain_is_kept_for_its_operator_alone_and_the_decision_names_the_grant(
    domain, grant, synced, known
):
    made = grant(domain)
    decision = synced(known).check(PAGE)
    assert (decision.keep, decision.preference, decision.reason) == (True, Preference.ALLOWED, Reason.GRANTED)
    assert (decision.grants, decision.operator, decision.doubts) == ((made.id,), CLIENT_ID, ())
    assert [(each.preference, each.decides, each.grant) for each in decision.findings] == [
        (Preference.DISALLOWED, False, made.id),
        (Preference.ALLOWED, True, made.id),
    ]
    for said in (decision.summary(), decision.explain("ja"), str(decision.to_dict()), str(decision.record())):
        assert made.id in said
    assert type(decision).from_dict(decision.to_dict()) == decision
    for nobody in (None, "bots.example-lab.com", Operator(CLIENT_ID), Operator(CLIENT_ID, make_key(2)),
                   Operator("https://other.example/card", make_key(1))):  # fmt: skip
        other = synced(nobody).check(PAGE)
        assert (other.keep, other.grants) == (False, ())


def test_what_is_only_stated_is_lifted_and_not_allowed(file, grant, synced, known):
    grant(file)
    decision = synced(known).check(sha256=SHA)
    assert (decision.keep, decision.preference, decision.reason) == (True, Preference.UNKNOWN, Reason.GRANTED)
    assert not synced(known, policy=Policy.permission_first).check(sha256=SHA).keep


def test_permission_first_keeps_a_verified_place_that_was_granted(domain, grant, synced, known):
    grant(domain)
    assert synced(known, policy=Policy.permission_first).check(PAGE).keep


def test_a_revocation_is_honoured_with_the_next_snapshot(studio, domain, grant, synced, known):
    made = grant(domain)
    assert synced(known).check(PAGE).keep
    studio.registry.grants.revoke(studio.actor, made.id)
    after = synced(known).check(PAGE)
    assert (after.keep, after.reason, after.doubts) == (False, Reason.REGISTRY_DOMAIN, ())


def test_another_partys_reservation_stands(studio, rival, domain, grant, synced, known):
    rival.declare(("sha256", SHA))
    grant(domain)
    decision = synced(known).check(PAGE, sha256=SHA)
    assert (decision.keep, decision.reason) == (False, Reason.REGISTRY_DIGEST)
    assert synced(known).check(PAGE).keep


def test_what_the_site_says_for_itself_stands(domain, grant, synced, known):
    grant(domain)
    robots = "User-agent: *\nContent-Usage: train-ai=n\n"
    decision = synced(known).check(PAGE, robots_txt=robots)
    assert (decision.keep, decision.reason) == (False, Reason.ROBOTS)
    assert not synced(known).check(PAGE, headers={"X-Robots-Tag": "noai"}).keep
    assert not synced(known, required=frozenset({Source.ROBOTS_TXT})).check(PAGE).keep


def test_a_grant_is_for_its_usages_alone(studio, domain, grant, synced, known):
    studio.amend(domain, ("domain", OWN), preferences={"train-ai": "disallowed", "ai-use": "disallowed"})
    made = grant(domain)
    decision = synced(known, usage=Usage.AI_USE).check(PAGE)
    assert not decision.keep
    assert [(each.grant, each.doubt) for each in decision.doubts] == [(made.id, GrantDoubt.OTHER_USAGE)]


def test_tdm_granted_does_not_grant_training(studio, operator, zone, grant, synced, known):
    made = studio.prove(zone, studio.declare(("domain", OWN), preferences={"tdm": "disallowed"}), OWN)
    grant(made, usages=("tdm",))
    assert not synced(known).check(PAGE).keep
    assert synced(known, usage=Usage.TDM).check(PAGE).keep


def test_a_folder_that_is_reserved_again_stands_in_a_domain_that_was_granted(studio, domain, grant, synced, known):
    grant(domain)
    studio.declare(("prefix", f"https://www.{OWN}/art/"))
    optout = synced(known)
    assert optout.check(PAGE).reason is Reason.REGISTRY_PREFIX
    assert optout.check(f"https://www.{OWN}/").keep


def test_the_domain_does_not_step_in_for_the_folder_that_was_granted(studio, domain, grant, synced, known):
    folder = studio.declare(("prefix", f"https://www.{OWN}/art/"))
    grant(folder)
    optout = synced(known)
    assert optout.check(PAGE).keep
    assert not optout.check(f"https://www.{OWN}/").keep


def test_a_folder_that_was_granted_is_reserved_by_the_domain_that_it_was_amended_to(
    studio, operator, zone, grant, synced, known
):
    folder = studio.prove(zone, studio.declare(("prefix", f"https://www.{OWN}/art/")), OWN)
    made = grant(folder)
    assert synced(known).check(PAGE).grants == (made.id,)
    studio.amend(folder, ("domain", OWN), ("prefix", f"https://www.{OWN}/art/"))
    assert synced(known).check(PAGE).keep
    assert not synced(known).check(f"https://www.{OWN}/else.png").keep
    studio.amend(folder, ("domain", OWN))
    assert not synced(known).check(PAGE).keep


def test_a_page_that_was_granted_does_not_free_what_is_found_on_another(
    domain, grant, synced, known, studio, zone
):
    other = studio.prove(zone, studio.declare(("domain", "studio-midori.com")), "studio-midori.com")
    grant(domain)
    assert not synced(known).check(PAGE, found_on=["https://studio-midori.com/"]).keep
    grant(other)
    assert synced(known).check(PAGE, found_on=["https://studio-midori.com/"]).keep


@pytest.mark.parametrize("flag", ["dispute", "hold", "lapse"])
def test_a_flagged_scope_is_not_lifted(studio, domain, grant, synced, known, zone, clock, flag):
    made = grant(domain)
    if flag == "lapse":
        zone.txt(f"_optout-challenge.{OWN}")
        for _ in range(20):
            clock.pass_(DAY)
            studio.registry.schedule.due(clock.now)
    elif flag == "dispute":
        studio.registry.moderation.dispute(domain.id)
    else:
        studio.registry.moderation.hold(domain.id)
    decision = synced(known).check(PAGE)
    assert not decision.keep
    assert [(each.grant, each.doubt) for each in decision.doubts] == [(made.id, GrantDoubt.FLAGGED)]


PICTURE, OTHER, THIRD = (hashlib.sha256(name).hexdigest() for name in (b"1", b"2", b"3"))


def test_content_is_lifted_where_all_of_its_declaration_was_granted(studio, operator, grant, synced, known):
    both = studio.declare(("pdq", PICTURE), ("pdq", OTHER))
    grant(both)
    optout = synced(known)
    assert optout.check(fingerprints=[f"pdq:{PICTURE}"]).keep
    studio.amend(both, ("pdq", PICTURE), ("pdq", OTHER), ("pdq", THIRD))
    decision = synced(known).check(fingerprints=[f"pdq:{PICTURE}"])
    assert not decision.keep, "nobody granted what was added, and a likeness does not tell which one it is"
    assert [each.doubt for each in decision.doubts] == [GrantDoubt.PARTIAL]
    grant(both)
    assert synced(known).check(fingerprints=[f"pdq:{PICTURE}"]).keep


def test_territories_must_be_named_and_be_the_grants(domain, grant, synced, known):
    grant(domain, territory=("DE", "JP"))
    for territory, keep in ((None, False), ("US", False), ("JP", True)):
        decision = synced(replace(known, territory=territory)).check(PAGE)
        assert decision.keep is keep
        assert [each.doubt for each in decision.doubts] == ([] if keep else [GrantDoubt.OTHER_TERRITORY])


def test_a_grant_begins_with_a_snapshot_that_was_issued_after_it_begins(domain, grant, synced, known, clock):
    grant(domain, start=clock.now + 3_000)
    early = synced(known)
    assert [each.doubt for each in early.check(PAGE).doubts] == [GrantDoubt.NOT_YET]
    clock.pass_(3_100)
    assert not early.check(PAGE).keep, "the clock of this machine alone begins nothing"
    clock.pass_(600)
    assert synced(known).check(PAGE).keep


@pytest.mark.parametrize("wrong", [-CLOCK_DOUBT, 0, CLOCK_DOUBT])
def test_a_grant_ends_in_time_by_clocks_that_are_off_by_ten_minutes(
    domain, grant, synced, source, known, clock, wrong
):
    until = clock.now + 3_000
    grant(domain, until=until)
    synced(known)
    optout = Filter(
        source, replace(Policy.opt_out(Usage.TRAIN_AI), operator=known), clock=lambda: clock.now + wrong
    )
    clock.pass_(CLOCK_DOUBT)  # else a clock that is behind finds the snapshot dated ahead, and checks nothing
    assert optout.check(PAGE).keep
    clock.now = until
    decision = optout.check(PAGE)
    assert not decision.keep
    assert [each.doubt for each in decision.doubts] == [GrantDoubt.ENDED]


def test_a_stale_snapshot_lifts_nothing(domain, grant, synced, known, clock):
    grant(domain)
    optout = synced(known)
    clock.pass_(DAY - 1)
    assert optout.check(PAGE).keep
    clock.pass_(1)
    decision = optout.check(PAGE)
    assert (decision.keep, [each.doubt for each in decision.doubts]) == (False, [GrantDoubt.STALE])


def test_two_grants_lift_what_either_of_them_lifts_and_an_ended_one_takes_nothing_back(
    studio, domain, grant, synced, known, clock
):
    narrow = grant(domain, territory=("JP",), until=clock.now + 2_000)
    wide = grant(domain)
    decision = synced(replace(known, territory="US")).check(PAGE)
    assert decision.grants == (wide.id,)
    studio.registry.grants.revoke(studio.actor, narrow.id)
    assert synced(known).check(PAGE).grants == (wide.id,)
    studio.registry.grants.revoke(studio.actor, wide.id)
    assert not synced(known).check(PAGE).keep


def test_a_key_that_was_rotated_needs_a_grant_of_its_own(  # noqa: PLR0917 - both sides and the world
    lab, studio, operator, crawler, domain, grant, synced, known, clock
):
    old = grant(domain)
    crawler.keys = [make_key(1), make_key(2)]
    lab.registry.operators.look(operator.id)
    new = Operator(CLIENT_ID, make_key(2))
    decision = synced(new).check(PAGE)
    assert [each.doubt for each in decision.doubts] == [GrantDoubt.OTHER_KEY]
    grant(domain, keys=(new.thumbprint,))
    assert all(synced(either).check(PAGE).keep for either in (new, known))
    crawler.keys = [make_key(2)]
    for _ in range(9):
        clock.pass_(DAY)
        lab.registry.permissions_due.due(clock.now)
    assert studio.registry.grants.get(old.id).grant.end is GrantEnd.NO_KEY
    assert synced(new).check(PAGE).keep
    assert not synced(known).check(PAGE).keep, "the old key is lost to whoever found it"


@pytest.mark.parametrize("harm", ["no note", "no rows", "other rows", "another state", "another signature"])
def test_grants_that_are_not_what_was_signed_lift_nothing_and_keep_nobody_from_the_snapshot(
    registry, source, domain, grant, synced, known, clock, harm
):
    registry.publisher.publish()
    made = grant(domain)
    folder = registry.config.instance / "public" / "snapshot"
    registry.publisher.publish()
    note = max((folder / "grants").iterdir(), key=lambda path: int(path.name))
    if harm == "no note":
        note.unlink()
    elif harm == "another state":
        note.write_bytes(note.with_name(str(int(note.name) - 1)).read_bytes())
    elif harm == "another signature":
        note.write_bytes(note.read_bytes().replace(b"log ", b"log  "))
    else:
        for path in folder.glob("*.grants"):
            path.unlink() if harm == "no rows" else path.write_bytes(path.read_bytes() + b"\n")
    source.sync()
    decision = Filter(source, replace(Policy.opt_out(Usage.TRAIN_AI), operator=known), clock=clock).check(PAGE)
    assert (decision.keep, decision.reason) == (False, Reason.REGISTRY_DOMAIN)
    assert [each.doubt for each in decision.doubts] == [GrantDoubt.NO_GRANTS]
    assert made.id not in decision.explain()


def test_rows_that_were_changed_on_this_machine_lift_nothing(
    registry, source, domain, grant, synced, known, clock
):
    grant(domain)
    synced(known)
    for path in (registry.config.instance / "filter" / "grants").glob("*.grants"):
        path.write_bytes(path.read_bytes().replace(b'"train-ai"', b'"ai-use"'))
    again = FolderSource(source.folder, source.trust, clock=clock)
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), operator=known)
    assert [each.doubt for each in Filter(again, policy, clock=clock).check(PAGE).doubts] == [GrantDoubt.NO_GRANTS]


def test_an_older_snapshot_with_newer_grants_lifts_nothing(registry, source, domain, grant, synced, known, clock):
    synced(known)
    grant(domain)
    registry.publisher.publish()
    folder, own = registry.config.instance / "public" / "snapshot", source.folder.path / "grants"
    newest = max((folder / "grants").iterdir(), key=lambda path: int(path.name))
    own.joinpath(str(int(newest.name) - 1)).write_bytes(newest.read_bytes())
    again = FolderSource(source.folder, source.trust, clock=clock)
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), operator=known, fresh_for=timedelta(days=2))
    assert not Filter(again, policy, clock=clock).check(PAGE).keep


def test_whole_columns_have_the_answers_of_checks(domain, grant, synced, known):
    pytest.importorskip("pyarrow")
    grant(domain)
    urls = [PAGE, "https://example.org/", f"https://{OWN}/", "https://studio-midori.com/"]
    for optout in (synced(known), synced()):
        assert optout.mask(urls) == [optout.check(url).keep for url in urls]


def test_a_filter_is_sent_to_other_processes_with_its_operator(domain, grant, synced, tmp_path):
    import pickle

    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = tmp_path / "key.pem"
    pem.write_bytes(make_key(1).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    grant(domain)
    optout = synced(Operator(CLIENT_ID, pem))
    assert pickle.loads(pickle.dumps(optout.policy)) == optout.policy
    assert optout.check(PAGE).keep
    assert "PRIVATE" not in str(optout.policy.to_dict()) + repr(optout.policy)
