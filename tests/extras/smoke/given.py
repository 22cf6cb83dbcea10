"""What every program is given, and what it asks of an answer."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from crawler_filter import Filter, Policy, Usage

FREE: Final = "http://free.example.com/a"
RESERVED: Final = "http://reserved.example.com/a"
URLS: Final = [FREE, RESERVED]


@dataclass(frozen=True)
class Given:
    """The folder with a snapshot and files, and the address of the proxy."""

    folder: Path
    proxy: str

    def opened(self, **more: Any) -> Filter:
        """The filter of the snapshot. A folder it is opened from is that of no other process."""
        return Filter.open(
            self.folder / "snapshot", trust=self.folder / "trust", policy=Policy.opt_out(Usage.TRAIN_AI), **more
        )

    def file(self, name: str) -> bytes:
        """The bytes of a file."""
        return (self.folder / name).read_bytes()

    def alone(self, **more: Any) -> Filter:
        """The filter, which looks at no signals inside files."""
        optout = self.opened(**more)
        return Filter(optout.__reduce__()[1][0], replace(optout.policy, signals=frozenset()))


def require(found: object, expected: object) -> None:
    """Fail if something else was found."""
    if found != expected:
        raise SystemExit(f"expected {expected!r}, got {found!r}")


def require_reason(optout: Filter, reason: str, **asset: Any) -> None:
    """Fail unless the asset is answered with this reason."""
    decision = optout.check(**asset)
    if decision.reason.value != reason:
        raise SystemExit(f"expected {reason}, got {decision.reason.value}: {decision.summary()}")
