"""A loop goes on after what one round raises, and says when it does not go on."""

import threading

from registry.background.loop import Loop


def test_a_round_that_raises_is_counted_and_the_next_one_comes():
    came = threading.Semaphore(0)
    rounds = []

    def act():
        rounds.append(1)
        came.release()
        if len(rounds) == 1:
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "a Location that is no UTF-8")

    loop = Loop("follower", act, seconds=0, clock=lambda: 0.0)
    loop.start()
    for _ in range(3):
        assert came.acquire(timeout=30)
    assert loop.problem() is None
    loop.close()
    assert (loop.failed, loop.rounds >= 2) == (1, True)


def test_a_thread_that_has_ended_by_itself_is_a_problem(monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)

    def act():
        raise SystemExit  # no Exception: nothing may go on after it

    loop = Loop("due", act, seconds=0, clock=lambda: 0.0)
    loop.start()
    loop._thread.join(30)
    assert loop.problem() == "the thread due has ended"


def test_a_round_that_never_ends_is_a_problem():
    seconds, began, go_on = [0.0], threading.Event(), threading.Event()

    def act():
        began.set()
        go_on.wait(30)

    loop = Loop("due", act, seconds=0, clock=lambda: seconds[0], stuck=100)
    loop.start()
    assert began.wait(30)
    assert loop.problem() is None
    seconds[0] = 101
    assert loop.problem() == "the thread due has been in one round for more than 100 s"
    go_on.set()
    loop.close()


def test_a_loop_that_was_closed_is_no_problem():
    loop = Loop("due", lambda: None, seconds=60, clock=lambda: 0.0)
    assert loop.problem() is None
    loop.start()
    loop.close()
    assert loop.problem() is None
