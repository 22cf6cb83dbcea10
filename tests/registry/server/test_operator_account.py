"""Who acts as the operator is what the kernel says, with who signed in where that is another account."""

import os
import pwd
import socket

import pytest

from registry.server.operator_account import operator_at, operator_here, operator_named

NOBODY = pwd.getpwnam("nobody").pw_uid
OWN = f"{pwd.getpwuid(os.getuid()).pw_name}({os.getuid()})"


def test_an_account_is_named_with_its_number_and_one_without_a_name_by_that_alone():
    assert operator_named(NOBODY, None) == f"operator nobody({NOBODY})"
    assert operator_named(4_000_000_001, None) == "operator (4000000001)"


def test_who_signed_in_stands_before_the_account_that_acts():
    assert operator_named(0, NOBODY) == f"operator nobody({NOBODY}) as root(0)"
    assert operator_named(NOBODY, NOBODY) == f"operator nobody({NOBODY})"


def test_this_process_is_run_by_its_own_account():
    assert operator_here().endswith(OWN)
    left, right = socket.socketpair()
    with left, right:
        assert operator_at(left) == operator_here()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another account")
def test_whoever_asks_cannot_say_to_be_another(tmp_path):
    tmp_path.chmod(0o777)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        (tmp_path / "s").chmod(0o666)
        listener.listen()
        os.chdir(tmp_path)
        child = os.fork()
        if child == 0:
            os.setuid(NOBODY)
            os.environ |= {"USER": "root", "SUDO_USER": "root", "LOGNAME": "root"}
            with socket.socket(socket.AF_UNIX) as asking:
                asking.connect("s")
                asking.recv(1)
            os._exit(0)
        connection, _ = listener.accept()
        with connection:
            assert f"nobody({NOBODY})" in operator_at(connection)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
