"""What is sent is what can be read, in its order, whatever goes wrong on the way; and nobody waits for anybody else."""

import threading

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from registry.model.webhook import WebhookState
from registry.webhooks.deliveries import OTHER_THREADS
from tests.profiles import examples
from tests.registry.studio import DAY
from tests.simulators.receiver import Receiver, serve
from tests.simulators.site import drip, page, redirect

ANSWERS = {
    "good": None,
    "error": page("", status=500),
    "away": redirect("https://hooks.studio-aoi.com/"),
    "nonsense": b"no http",
    "cut": b"HTTP/1.1 2",
}


@examples(8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    walk=st.lists(
        st.one_of(
            st.just("declare"),
            st.sampled_from(sorted(ANSWERS)).map(lambda name: ("answer", name)),
            st.just("send"),
            st.just("pass"),
            st.just("crash"),
            st.just("again"),
        ),
        min_size=5,
        max_size=25,
    )
)
def test_what_arrives_is_what_is_read_by_number_in_order_whatever_happens(
    studio, registry, receiver, webhook, send, clock, walk
):
    """At least once, never out of order: each event that comes is the next one, or one that came before."""
    begin = send().position
    receiver.planned, receiver.events, receiver.bodies = [], [], []
    allowed_back = False
    for step in walk:
        match step:
            case "declare":
                studio.declare(("url", f"https://studio-aoi.com/{registry.clock()}-{len(walk)}-{_count()}.png"))
            case ("answer", name) if ANSWERS[name] is not None:
                receiver.planned.append([ANSWERS[name]])
            case "send":
                send()
            case "pass":
                clock.pass_(DAY // 4)
            case "crash":
                _send_and_die(registry, webhook)
            case "again":
                registry.webhooks.send_again(studio.actor, webhook.id, begin)
                allowed_back = True
    receiver.planned = []
    registry.webhooks.check(studio.actor, webhook.id)
    while (here := send()).position < _last(studio):
        assert here.state is WebhookState.ACTIVE
    reached, bodies = begin, {}
    for event, body in zip(receiver.events, receiver.bodies, strict=True):
        assert event.sequence <= reached + 1
        assert allowed_back or event.sequence >= reached, "what came twice came at once"
        reached = max(reached, event.sequence)
        assert bodies.setdefault(event.sequence, body) == body
    read = _read(studio, begin)
    assert [bodies[number] for number in sorted(bodies)] == [event.body for event in read]
    assert receiver.problems == []


_counter = iter(range(1_000_000))


def _count() -> int:
    return next(_counter)


def _read(studio, after):
    found, following = studio.registry.webhooks.events(studio.actor, studio.party.id, after)
    while following is not None:
        more, following = studio.registry.webhooks.events(studio.actor, studio.party.id, following)
        found = [*found, *more]
    return found


def _last(studio):
    return max([0, *(event.sequence for event in _read(studio, 0))])


def _send_and_die(registry, webhook):
    """Send what is next, and end before what became of it is kept."""
    run = registry.writer.run

    def dying(_work):
        raise RuntimeError("the process ends here")

    registry.writer.run = dying
    try:
        registry.deliveries.serve(webhook.id)
    except RuntimeError:
        pass
    finally:
        registry.writer.run = run


def test_receivers_that_drip_or_hang_keep_nobody_waiting_but_each_other(
    studio, registry, receiver, webhook, authority, internet, zone, clock
):
    """More of them than there are threads, and each holds its thread for as long as it can."""
    studio.declare(("url", "https://studio-aoi.com/0.png"))
    registry.deliveries.serve(webhook.id)
    slow, sites = [], []
    for number in range(OTHER_THREADS + 2):
        host = f"slow-{number}.studio-aoi.com"
        made = Receiver(clock, f"https://{host}/")
        made.keys = receiver.keys
        site = serve(made, authority, internet, zone, host, f"93.184.216.{100 + number}")
        site.__enter__()
        sites.append(site)
        registry.webhooks.add(studio.actor, studio.party.id, made.url)
        made.planned = [drip(b"HTTP/1.1 200 OK\r\n" * 100, 3600.0)] * 10
        slow.append(made)
    arrived = threading.Event()
    script = receiver.site._script

    def noting(path):
        answer = list(script(path))
        if len(receiver.events) >= 6:
            arrived.set()
        return answer

    receiver.site._script = noting
    registry.deliveries._quick.add(webhook.id)
    for number in range(1, 6):
        studio.declare(("url", f"https://studio-aoi.com/{number}.png"))
        registry.deliveries.work()
    while not arrived.wait(0.05):
        registry.deliveries.work()
    assert receiver.sequences == list(range(1, 7))
    assert sum(len(each.events) for each in slow) == 0
    for site in sites:
        site.__exit__()


def test_a_receiver_that_was_quick_is_served_beside_those_that_are_not(studio, registry, receiver, webhook):
    studio.declare(("url", "https://studio-aoi.com/0.png"))
    assert webhook.id not in registry.deliveries._quick
    registry.deliveries._serve(webhook.id)
    assert webhook.id in registry.deliveries._quick
    studio.declare(("url", "https://studio-aoi.com/1.png"))
    receiver.planned = [[page("", status=500)]]
    registry.deliveries._serve(webhook.id)
    assert webhook.id not in registry.deliveries._quick
    assert (registry.deliveries.arrived, registry.deliveries.failed) == (1, 1)
