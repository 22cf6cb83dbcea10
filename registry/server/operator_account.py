"""Who acts as the operator, by the accounts of this machine: the kernel says so, not whoever asks.

All operators act as the owner of the instance, so that account alone names nobody. The kernel also keeps who
signed in (`loginuid`), through `sudo` and `su`, where the machine's sign-in sets it.
"""

import os
import pwd
import socket
import struct
from typing import Final

from registry.store.audit import OPERATOR

_CREDENTIALS: Final = struct.Struct("iII")
_UNSET: Final = 0xFFFFFFFF


def operator_at(connection: socket.socket) -> str:
    """Return the actor of the audit trail for whoever is at the other end of a socket of this machine."""
    asked = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    process, account, _ = _CREDENTIALS.unpack(asked)
    return operator_named(account, _signed_in(str(process)))


def operator_here() -> str:
    """Return the actor of the audit trail for whoever runs this process."""
    return operator_named(os.getuid(), _signed_in("self"))


def operator_named(account: int, signed_in: int | None) -> str:
    """Return the actor for an account, and for the one that signed in, where that is known and another one."""
    if signed_in is None or signed_in == account:
        return f"{OPERATOR} {_shown(account)}"
    return f"{OPERATOR} {_shown(signed_in)} as {_shown(account)}"


def _signed_in(process: str) -> int | None:
    try:
        with open(f"/proc/{process}/loginuid", encoding="ascii") as file:  # noqa: PTH123 - no file of ours
            account = int(file.read())
    except (OSError, ValueError):
        return None
    return None if account == _UNSET else account


def _shown(account: int) -> str:
    try:
        return f"{pwd.getpwuid(account).pw_name}({account})"
    except KeyError:
        return f"({account})"
