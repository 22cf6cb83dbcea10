"""The trust file, `registry.policy`: a tlog-policy file that also pins the registry's root.

The root stands in one comment of fixed form, `#!root <version> <k> <vkey>…`. The format has no keyword for it, and
its readers refuse a file with a keyword they do not know; as a comment, every tool that reads such files still
reads this one. A comment is easily lost, so *this* reader refuses a file without that line, with two, or with any
other line that starts with `#!`.

`Trust` accepts the one root note that the file pins; `root.walk` leads from there to the newest, and `Trust.at`
gives the policy that holds under it.
"""

from dataclasses import dataclass, replace
from typing import Final

from crawler_filter.errors import MalformedNoteError, MalformedTrustError
from crawler_filter.log.encoding import decode_decimal
from crawler_filter.log.keys import Verifier
from crawler_filter.log.policy import LogKey, LogPolicy, join_words, naming_line, policy_lines
from crawler_filter.log.root import KeySet, Root, open_root

_DIRECTIVE: Final = "#!"
_ROOT: Final = "#!root"


@dataclass(frozen=True, slots=True)
class Trust:
    """An operator's trust: a policy, and the version and keys of the root note that all else hangs on."""

    policy: LogPolicy
    root_version: int
    root_keys: KeySet

    @classmethod
    def parse(cls, data: bytes) -> "Trust":
        """Read a trust file.

        Raises:
            MalformedTrustError: not a tlog-policy file, no log, or not exactly one root line.
        """
        policy = LogPolicy.parse(data)
        if not policy.logs:
            raise MalformedTrustError("expected a log line, got none")
        roots = []
        for number, words in policy_lines(data):
            if words[0].startswith(_DIRECTIVE):
                with naming_line(number):
                    roots.append(_parse_root(words))
        if len(roots) != 1:
            raise MalformedTrustError(f"expected one line '{_ROOT} <version> <k> <vkey>…', got {len(roots)}")
        return cls(policy, *roots[0])

    def encode(self) -> bytes:
        """Return the file as `parse` reads it, root line first."""
        keys = (key.encode() for key in self.root_keys.keys)
        line = join_words(_ROOT, str(self.root_version), str(self.root_keys.threshold), *keys)
        return f"{line}\n".encode() + self.policy.encode()

    def open_root(self, data: bytes) -> Root:
        """Return the root note that this file pins; `root.walk` leads on from it.

        Raises:
            MalformedNoteError: another version, or other keys than those pinned.
            SignatureError: too few of the keys have signed it.
        """
        root = open_root(data, self.root_keys)
        found = (root.version, root.keys.threshold, set(root.keys.keys))
        if found != (self.root_version, self.root_keys.threshold, set(self.root_keys.keys)):
            raise MalformedNoteError(f"expected root note {self.root_version} with the trust file's keys")
        return root

    def at(self, root: Root) -> LogPolicy:
        """Return the policy that holds under `root`: its log, and the witnesses and quorum of this file."""
        return replace(self.policy, logs=(LogKey(root.log, root.log_url),))


def _parse_root(words: list[str]) -> tuple[int, KeySet]:
    match words:
        case ["#!root", version, threshold, *vkeys]:
            keys = tuple(Verifier.parse(vkey) for vkey in vkeys)
            return decode_decimal(version, "version"), KeySet(decode_decimal(threshold, "threshold"), keys)
        case _:
            raise MalformedNoteError(f"expected '{_ROOT} <version> <k> <vkey>…', got {words[:2]}")
