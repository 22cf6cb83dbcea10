"""An address is told of what happens once it has answered for itself: in order, again and again until it takes it."""

import pytest

from crawler_filter.formats.events import Event, EventKind
from registry.errors import ConflictError, GoneError, InvalidRequestError, NotAuthorisedError, NotFoundError
from registry.model.membership import Invited
from registry.model.webhook import DISABLED_AFTER, EVENTS_KEPT, MOST_WEBHOOKS, WebhookState
from registry.store.events import events_after
from tests.registry.instance import sign_in
from tests.registry.studio import DAY, SHA
from tests.simulators.receiver import URL
from tests.simulators.site import page, redirect


def read(studio, after=0):
    return studio.registry.webhooks.events(studio.actor, studio.party.id, after)[0]


def test_an_address_that_answers_with_the_challenge_is_active_and_its_party_is_told(webhook, letterbox, studio):
    assert (webhook.state, webhook.problem, webhook.position) == (WebhookState.ACTIVE, "", 0)
    to, subject, text = letterbox.letters[-1]
    assert (to, "hooks.studio-aoi.com" in subject) == ("aoi@example.com", True)
    assert "s3cret" not in text + subject


@pytest.mark.parametrize(
    "answer",
    [
        page("", status=200),
        page("", status=500),
        redirect("https://hooks.studio-aoi.com/else"),
        page("something else"),
        page("x", status=404),
    ],
)
def test_an_address_that_answers_otherwise_is_sent_nothing(studio, receiver, answer):
    receiver.planned = [[answer]]
    made = studio.registry.webhooks.add(studio.actor, studio.party.id, URL)
    assert made.state is WebhookState.UNPROVED
    assert "challenge" in made.problem
    studio.declare(("sha256", SHA))
    assert studio.registry.deliveries.work() == 0
    again = studio.registry.webhooks.check(studio.actor, made.id)
    assert again.state is WebhookState.ACTIVE


def test_a_server_that_repeats_whatever_it_is_sent_does_not_pass(studio, receiver):
    receiver.script = lambda _path: [page(receiver.site.bodies[-1])]
    receiver.site._script = receiver.script
    assert studio.registry.webhooks.add(studio.actor, studio.party.id, URL).state is WebhookState.UNPROVED


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.studio-aoi.com/",
        "https://hooks.studio-aoi.com:8443/",
        "https://me:secret@hooks.studio-aoi.com/",
        "ftp://hooks.studio-aoi.com/",
        "no address",
        "https://hooks.studio-aoi.com/" + "a" * 1_000,
    ],
)
def test_only_an_https_address_is_taken(studio, url):
    with pytest.raises(InvalidRequestError):
        studio.registry.webhooks.add(studio.actor, studio.party.id, url)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1"])
def test_an_address_inside_is_never_written_to(studio, zone, canary, internet, address):
    zone.addresses("inside.studio-aoi.com", address)
    made = studio.registry.webhooks.add(studio.actor, studio.party.id, "https://inside.studio-aoi.com/")
    assert made.state is WebhookState.UNPROVED
    assert "public internet" in made.problem
    assert (internet.dialled, canary.connections) == ([], 0)


def test_a_party_has_an_address_once_and_few_of_them(studio, receiver, webhook):
    add = studio.registry.webhooks.add
    with pytest.raises(ConflictError):
        add(studio.actor, studio.party.id, URL)
    for number in range(MOST_WEBHOOKS - 1):
        add(studio.actor, studio.party.id, f"https://nowhere-{number}.studio-aoi.com/")
    with pytest.raises(ConflictError):
        add(studio.actor, studio.party.id, "https://one-more.studio-aoi.com/")


def test_events_come_in_their_order_signed_and_as_they_are_read_by_number(studio, receiver, send):
    made = studio.declare(("sha256", SHA))
    studio.withdraw(made)
    assert send().position == 2
    assert [(event.kind, event.subject, event.path) for event in receiver.events] == [
        (EventKind.DECLARATION_PUBLISHED, made.id, f"/v1/declarations/{made.id}"),
        (EventKind.DECLARATION_ANNOUNCED, made.id, f"/v1/declarations/{made.id}"),
    ]
    assert receiver.problems == []
    assert receiver.bodies == [event.body for event in read(studio)]
    assert [Event.decode(event.body).sequence for event in read(studio, 1)] == [2]


def test_only_the_kinds_that_were_asked_for_are_sent(studio, receiver):
    hook = studio.registry.webhooks.add(studio.actor, studio.party.id, URL, [EventKind.DECLARATION_WITHDRAWN])
    studio.declare(("sha256", SHA))
    studio.registry.deliveries.serve(hook.id)
    assert receiver.events == []
    found, _ = studio.registry.webhooks.get(studio.actor, hook.id)
    assert (found.position, found.failures) == (1, 0)
    studio.registry.webhooks.test(studio.actor, hook.id)
    studio.registry.deliveries.serve(hook.id)
    assert [event.kind for event in receiver.events] == [EventKind.TEST]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (page("", status=500), "HTTP 500"),
        (page("", status=404), "HTTP 404"),
        (redirect("https://hooks.studio-aoi.com/else"), "HTTP 302"),
        (b"HTTP/1.1 20", "HTTP"),
        (b"", "HTTP"),
        (b"\x00\xff" * 500, "HTTP"),
    ],
)
def test_an_event_that_is_not_taken_waits_and_comes_again_before_any_other(
    studio, receiver, webhook, send, clock, answer, words
):
    studio.declare(("sha256", SHA))
    studio.declare(("url", "https://studio-aoi.com/2.png"))
    receiver.planned = [[answer], [answer]]
    failed = send()
    assert (failed.position, failed.failures, failed.failing_since) == (0, 1, clock.now)
    assert words in failed.problem
    assert studio.registry.deliveries.work() == 0, "it waits"
    clock.pass_(failed.next_try - clock.now)
    again = send()
    assert again.failures == 2
    assert again.next_try - clock.now > failed.next_try - failed.failing_since
    clock.pass_(again.next_try - clock.now)
    good = send()
    assert (good.position, good.failures, good.failing_since, good.problem) == (2, 0, None, "")
    assert receiver.sequences == [1, 2]
    tried = studio.registry.webhooks.get(studio.actor, webhook.id)[1]
    assert [(each.sequence, each.arrived) for each in tried] == [(2, True), (1, True), (1, False), (1, False)]


def test_a_receiver_that_asks_for_time_is_given_it(studio, receiver, send, clock):
    studio.declare(("sha256", SHA))
    receiver.planned = [[page("", status=503, headers={"Retry-After": "1200"})]]
    assert send().next_try == clock.now + 1200


def test_an_address_that_answers_410_wants_no_more_and_its_party_is_told(studio, receiver, send, letterbox):
    studio.declare(("sha256", SHA))
    receiver.planned = [[page("", status=410)]]
    assert send().state is WebhookState.GONE
    assert "410" in letterbox_after(studio, letterbox)
    assert studio.registry.deliveries.work() == 0


def letterbox_after(studio, letterbox):
    studio.registry.permissions_due.due(studio.registry.clock())
    return letterbox.letters[-1][2]


def test_an_address_that_fails_for_a_week_is_left_and_goes_on_where_it_stopped_once_it_answers(
    studio, receiver, webhook, send, clock, letterbox
):
    studio.declare(("sha256", SHA))
    receiver.planned = [[page("", status=500)]] * 100
    here = send()
    while here.state is WebhookState.ACTIVE:
        clock.now = here.next_try
        here = send()
    assert here.state is WebhookState.DISABLED
    assert DISABLED_AFTER <= clock.now - here.failing_since <= DISABLED_AFTER + DAY / 2
    assert here.failures < 60
    assert "seven days" in letterbox_after(studio, letterbox)
    assert "s3cret" not in letterbox.letters[-1][2]
    receiver.planned = []
    assert studio.registry.webhooks.check(studio.actor, webhook.id).state is WebhookState.ACTIVE
    assert send().position == 1
    assert receiver.sequences == [1]


def test_a_crash_after_the_act_and_before_the_sending_loses_nothing(make_registry, studio, receiver, webhook):
    studio.declare(("sha256", SHA))
    studio.registry.close()
    again = make_registry()
    assert again.deliveries.serve(webhook.id)
    assert receiver.sequences == [1]


def test_a_crash_after_the_sending_and_before_that_is_kept_sends_again(studio, registry, receiver, webhook):
    studio.declare(("sha256", SHA))
    run = registry.writer.run

    def dying(_work):
        raise RuntimeError("the process ends here")

    registry.writer.run = dying
    with pytest.raises(RuntimeError):
        registry.deliveries.serve(webhook.id)
    registry.writer.run = run
    registry.deliveries.serve(webhook.id)
    assert receiver.sequences == [1, 1]
    assert len(set(receiver.bodies)) == 1


def test_what_was_sent_is_sent_again_from_any_number(studio, receiver, webhook, send):
    for number in range(3):
        studio.declare(("url", f"https://studio-aoi.com/{number}.png"))
    send()
    studio.registry.webhooks.send_again(studio.actor, webhook.id, 1)
    send()
    assert receiver.sequences == [1, 2, 3, 2, 3]
    assert receiver.bodies[1:3] == receiver.bodies[3:5]
    with pytest.raises(InvalidRequestError):
        studio.registry.webhooks.send_again(studio.actor, webhook.id, 4)


def test_events_that_were_forgotten_are_said_to_be_gone_and_numbers_go_on(studio, clock):
    studio.declare(("sha256", SHA))
    clock.pass_(EVENTS_KEPT + 1)
    studio.registry.schedule.due(clock.now)
    with pytest.raises(GoneError):
        read(studio, 0)
    assert [event for event in read(studio, 1) if event.kind == EventKind.DECLARATION_PUBLISHED] == []
    studio.declare(("url", "https://studio-aoi.com/2.png"))
    assert read(studio, 1)[-1].sequence > 1


def test_nobody_else_sees_or_moves_a_webhook(studio, rival, webhook, registry, letterbox):
    hooks = registry.webhooks
    for act in (
        lambda: hooks.get(rival.actor, webhook.id),
        lambda: hooks.check(rival.actor, webhook.id),
        lambda: hooks.test(rival.actor, webhook.id),
        lambda: hooks.send_again(rival.actor, webhook.id, 0),
        lambda: hooks.remove(rival.actor, webhook.id),
        lambda: hooks.of_party(rival.actor, studio.party.id),
        lambda: hooks.events(rival.actor, studio.party.id, 0),
        lambda: hooks.add(rival.actor, studio.party.id, "https://rival.example.org/"),
    ):
        with pytest.raises((NotFoundError, NotAuthorisedError)):
            act()


def test_a_removed_webhook_is_sent_nothing(studio, webhook, receiver, registry):
    registry.webhooks.remove(studio.actor, webhook.id)
    studio.declare(("sha256", SHA))
    assert registry.deliveries.work() == 0
    with pytest.raises(NotFoundError):
        registry.webhooks.get(studio.actor, webhook.id)


def test_both_sides_of_a_grant_are_told_and_its_operator_what_has_to_leave(studio, lab, operator, registry):
    from registry.model.grant import GrantRequest

    declared = studio.declare(("sha256", SHA))
    request = GrantRequest(studio.party.id, operator.id, ("train-ai",), declarations=(declared.id,))
    made = registry.grants.grant(studio.actor, request).grant
    registry.grants.revoke(studio.actor, made.id)
    own = [Event.decode(event.body) for event in read(studio)]
    theirs = [Event.decode(event.body) for event in registry.webhooks.events(lab.actor, lab.party.id, 0)[0]]
    assert [event.kind for event in own] == ["declaration.published", "grant.made", "grant.ended"]
    assert [event.kind for event in theirs] == ["grant.made", "grant.ended", "removal.due"]
    assert {(event.subject, event.path) for event in theirs} == {(made.id, f"/v1/grants/{made.id}")}
    assert own[-1].detail == "revoked"


def test_whoever_was_granted_something_of_a_declaration_is_told_what_becomes_of_it(
    studio, lab, operator, registry
):
    from registry.model.grant import GrantRequest

    declared = studio.declare(("sha256", SHA))
    request = GrantRequest(studio.party.id, operator.id, ("train-ai",), declarations=(declared.id,))
    registry.grants.grant(studio.actor, request)
    registry.moderation.dispute(declared.id)
    theirs = [Event.decode(event.body).kind for event in registry.webhooks.events(lab.actor, lab.party.id, 0)[0]]
    assert theirs == ["grant.made", "declaration.disputed"]


def test_a_proof_that_is_missing_and_one_that_lapsed_are_told(studio, zone, clock, registry):
    declared = studio.declare(("domain", "studio-aoi.com"))
    studio.prove(zone, declared, "studio-aoi.com")
    zone.txt("_optout-challenge.studio-aoi.com")
    for _ in range(20):
        clock.pass_(DAY)
        registry.schedule.due(clock.now)
    told = [Event.decode(event.body) for event in read(studio)]
    proofs = [(event.subject, event.detail) for event in told if event.kind == EventKind.PROOF_FAILING]
    assert proofs == [("studio-aoi.com", "missing"), ("studio-aoi.com", "lapsed")]


def test_all_of_it_is_the_partys_to_take_away_and_goes_with_it(studio, webhook, send, registry, tmp_path):
    import json
    import zipfile

    studio.declare(("sha256", SHA))
    send()
    with (tmp_path / "own.zip").open("wb") as file:
        registry.accounts.export(studio.actor, file)
    with zipfile.ZipFile(tmp_path / "own.zip") as archive:
        rows = {
            name: [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]
            for name in ("events", "webhooks", "webhook_deliveries")
        }
    assert rows["events"][0]["body"]["kind"] == "declaration.published"
    assert rows["webhooks"][0]["url"] == URL
    assert "challenge" not in rows["webhooks"][0]
    assert rows["webhook_deliveries"][0]["sequence"] == 1
    registry.erasure.erase_party(studio.party.id)
    with registry.store.read() as database:
        assert events_after(database, studio.party.id, 0, 10) == []
        for table in ("webhooks", "webhook_deliveries", "event_streams"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_reader_reads_events_and_no_addresses(studio, webhook, registry, letterbox):
    reader = sign_in(registry, letterbox, "reader@example.com")
    registry.members.invite(studio.actor, studio.party.id, "reader@example.com", Invited.READER)
    link = next(text for to, _, text in reversed(letterbox.letters) if to == "reader@example.com")
    secret = link.split("/invitation/")[1].split()[0]
    registry.members.accept(reader, secret)
    studio.declare(("sha256", SHA))
    assert len(registry.webhooks.events(reader, studio.party.id, 0)[0]) == 1
    with pytest.raises(NotFoundError):
        registry.webhooks.get(reader, webhook.id)


def test_nothing_of_an_address_and_no_body_is_logged(studio, receiver, send, caplog):
    studio.declare(("sha256", SHA))
    receiver.planned = [[page("", status=500)]]
    caplog.set_level(0)
    send()
    said = caplog.text
    assert "s3cret" not in said
    assert "declaration.published" not in said
