"""Slow clients keep their own connections busy, and nobody else's."""

import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from functools import partial

import pytest
from waitress.server import create_server

from registry.rate_limits import client_key
from registry.server.connections import LimitedChannel, ProxiedChannel, limit_connections


def answer(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


@contextmanager
def serving(**limits):
    """A server with these limits; yields its port and the class of its connections."""
    server = create_server(answer, host="127.0.0.1", port=0, threads=2, channel_timeout=60, cleanup_interval=0)
    limit_connections(server, behind_proxy=False)
    for name, value in limits.items():
        setattr(server.channel_class, name, value)
    server.adj.asyncore_loop_timeout = 0.05
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.effective_port, server.channel_class
    finally:
        server.trigger.pull_trigger(partial(server.asyncore.close_all, server._map))  # where nothing waits on them
        thread.join()
        server.task_dispatcher.shutdown()


def connect(port, source="127.0.0.1"):
    return socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(source, 0))


def happens(is_so):
    """Wait for something, for as long as a busy machine takes."""
    for _ in range(1000):
        if is_so():
            return True
        time.sleep(0.05)
    return False


def ask(port, source):
    with connect(port, source) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return b"".join(iter(lambda: client.recv(100), b"")).endswith(b"ok")


def read_answer(client):
    read = b""
    while not read.endswith(b"ok"):
        read += client.recv(1000)
    return read.startswith(b"HTTP/1.1 200")


def is_closed(client):
    try:
        return client.recv(100) == b""
    except ConnectionError:
        return True


def drips_until_closed(client, most=1000):
    """Send a byte now and then; tell whether the server ended it."""
    for _ in range(most):
        try:
            client.sendall(b"x")
            client.settimeout(0.05)
            if client.recv(1) == b"":
                return True
        except TimeoutError:
            time.sleep(0.05)
        except ConnectionError:
            return True
    return False


def test_a_request_that_drips_is_ended_though_it_is_never_silent():
    with serving(request_seconds=0.5) as (port, _), connect(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX: ")
        assert drips_until_closed(client)
        assert ask(port, "127.0.0.1")


def test_a_body_that_drips_is_ended_too():
    with serving(request_seconds=0.5) as (port, _), connect(port) as client:
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n")
        assert drips_until_closed(client)


def test_a_connection_that_asks_again_and_again_in_time_goes_on():
    with serving(request_seconds=0.5) as (port, _), connect(port) as client:
        for _ in range(6):
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert read_answer(client)
            time.sleep(0.2)


def test_an_old_connection_ends_between_two_requests():
    with serving(connection_seconds=0.5) as (port, _), connect(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert read_answer(client)
        client.settimeout(60)
        assert is_closed(client)


def test_one_client_has_its_share_of_the_connections_and_another_is_answered():
    with serving(most_of_one=5) as (port, channels), ExitStack() as open_ones:
        held = [open_ones.enter_context(connect(port)) for _ in range(5)]
        for client in held:
            client.sendall(b"GET / HTTP/1.1\r\nX: ")
        assert happens(lambda: channels.held[client_key("127.0.0.1")] == 5)
        assert all(is_closed(open_ones.enter_context(connect(port))) for _ in range(20))
        assert ask(port, "127.0.0.2")
        assert ask(port, "127.0.0.2")
        held.pop().close()
        assert happens(lambda: channels.held[client_key("127.0.0.1")] == 4)
        assert ask(port, "127.0.0.1")


@pytest.mark.parametrize(("behind_proxy", "kind"), [(False, LimitedChannel), (True, ProxiedChannel)])
def test_behind_a_proxy_connections_are_not_counted(behind_proxy, kind):
    server = create_server(answer, host="127.0.0.1", port=0, _start=False)
    limit_connections(server, behind_proxy=behind_proxy)
    assert issubclass(server.channel_class, kind)
    server.close()
