"""The answer for one asset, with all that explains and repeats it, and the snapshot it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NoReturn, Self

from crawler_filter._version import __version__
from crawler_filter.explanation import (
    Language,
    doubted_in_words,
    in_words,
    law_in_words,
    made_from,
    made_from_log,
    say,
    why,
)
from crawler_filter.finding import Finding, Unavailable
from crawler_filter.formats.checked import Checked
from crawler_filter.grants.permits import Doubted
from crawler_filter.preference import Preference, Usage
from crawler_filter.reason import OURS, UNCHECKED, Reason


@dataclass(frozen=True, slots=True)
class SnapshotId:
    """The registry, and the state of it, that an answer was made from. Times are in unix seconds.

    `issued` is when the state was made. Of a state of the past, `as_of` is the time that was asked about.

    `first_use` tells that the registry's keys were accepted on first use, not given by the operator.
    """

    origin: str
    sequence: int
    log_size: int
    root: str
    issued: int
    first_use: bool = False
    as_of: int | None = None

    @property
    def holds_at(self) -> int:
        """The time that the answer is true of, from which its age is counted."""
        return self.issued if self.as_of is None else self.as_of

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that the lookup API and reports use."""
        return {
            "origin": self.origin,
            "sequence": self.sequence,
            "log_size": self.log_size,
            "root": self.root,
            "issued": self.issued,
            "first_use": self.first_use,
            **({} if self.as_of is None else {"as_of": self.as_of}),
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON object of a snapshot's identity."""
        return cls(
            origin=str(value["origin"]),
            sequence=int(value["sequence"]),
            log_size=int(value["log_size"]),
            root=str(value["root"]),
            issued=int(value["issued"]),
            first_use=value["first_use"] is True,
            as_of=int(value["as_of"]) if value.get("as_of") is not None else None,
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one asset and one usage, with all that is needed to explain and repeat it."""

    keep: bool
    """Whether the policy keeps the asset. The decision has no truth value: `bool(decision)` raises TypeError."""
    would_keep: bool
    """Whether the policy would keep it if it were enforced; the same as `keep` except in audit mode."""
    usage: Usage
    """What the asset is wanted for."""
    preference: Preference
    """What was found: `ALLOWED`, `DISALLOWED`, or `UNKNOWN` if nobody said anything that counts."""
    findings: tuple[Finding, ...]
    """Every statement that was read, also those that do not decide."""
    unavailable: tuple[Unavailable, ...]
    """Every source that could not be checked, each with its reason."""
    policy: str
    """The policy's name, such as `opt-out train-ai`."""
    snapshot: SnapshotId | None
    """The snapshot that the answer was made from; None if there was none to use."""
    stale: bool = False
    """Whether the snapshot is older than the policy's `fresh_for`."""
    checked: Checked | None = field(default=None, compare=False)
    """What of the asset's content was checked, by its digest; None if none was given."""
    made: int = field(default=0, compare=False)
    """When the content was checked, in unix seconds; 0 if none was."""

    operator: str = ""
    """The address by which you asked as an operator; empty if you did not."""
    doubts: tuple[Doubted, ...] = ()
    """Grants to this operator that did not count, and why."""

    @property
    def grants(self) -> tuple[str, ...]:
        """The grants that lift what was reserved, each once."""
        return tuple(dict.fromkeys(finding.grant for finding in self.findings if finding.grant))

    @property
    def may_crawl(self) -> bool:
        """False if robots.txt forbids fetching the asset. It is then not kept, whatever its preference."""
        return all(finding.crawl for finding in self.findings)

    def __bool__(self) -> NoReturn:
        raise TypeError("a Decision has no truth value; read decision.keep")

    @property
    def cause(self) -> Finding | Unavailable | None:
        """The statement or the failure behind `reason`; None if nobody stated anything."""
        if self.preference is Preference.DISALLOWED:
            return self._stating(Preference.DISALLOWED)
        if self.would_keep and self.grants:
            return next(finding for finding in self.findings if finding.grant)
        if not self.may_crawl:
            return next(finding for finding in self.findings if not finding.crawl)
        allowed = self.preference is Preference.ALLOWED
        if self.unavailable and not (allowed and self.would_keep):
            return min(self.unavailable, key=lambda missing: UNCHECKED.index(missing.cause))
        return self._stating(Preference.ALLOWED) if allowed else None

    @property
    def reason(self) -> Reason:
        """Name the cause in a word for programs to count. In audit mode: why enforcing would exclude it."""
        if self.would_keep and self.grants:
            return Reason.GRANTED
        if self.would_keep:
            return Reason.ALLOWED if self.preference is Preference.ALLOWED else Reason.KEPT
        cause = self.cause
        if cause is None:
            return Reason.NO_PERMISSION if self.preference is Preference.UNKNOWN else Reason.REGISTRY_OTHER
        return cause.cause

    @property
    def retry(self) -> bool:
        """Tell whether the snapshot or the installation failed, not the asset. Keep it and ask again later."""
        return self.reason in OURS

    def summary(self, language: Language = "en") -> str:
        """Return one line: what is done, by which statement, and where to read it."""
        action = "keep" if self.would_keep else "would exclude" if self.keep else "exclude"
        return f"{say(language, action)}: {why(self.cause, self.reason, language)}"

    def explain(self, language: Language = "en", territory: str | None = None) -> str:
        """Return a few lines for a person, in English or Japanese: what is done, and for which reasons.

        With a `territory`, an ISO 3166-1 code such as JP, also what a reservation means there: dated, no advice.
        """
        lines = [self.summary(language) + say(language, " (policy: %s)", self.policy)]
        lines += [
            f"  {say(language, 'not checked: %s', f'{missing.source}: {missing.reason}')}"
            for missing in self.unavailable
        ]
        lines += [f"  {doubted_in_words(doubted, language)}" for doubted in self.doubts]
        for finding in self.findings:
            lines.append(f"  {in_words(finding, language)}")
            lines += [f"    {finding.evidence.describe()}"] if finding.evidence else []
        if (made := self.snapshot) is not None:
            lines.append(f"  {self._made(made, language)}")
        lines += [f"  {law_in_words(territory, language)}"] if territory else []
        return "\n".join(lines)

    def _made(self, made: SnapshotId, language: Language) -> str:
        if made.as_of is not None:
            return made_from_log(made.origin, made.as_of, made.log_size, made.issued, language)
        return made_from(made.origin, made.sequence, language, stale=self.stale, first_use=made.first_use)

    def record(self, content: bytes | str | None = None) -> dict[str, Any]:
        """Return `to_dict` with what identifies the content and the software, for an audit log.

        Of the content only its SHA-256 and its length in bytes are told; a text counts as UTF-8.
        """
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        known = None if data is None else {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
        return {"software": f"training-optout {__version__}", "content": known, **self.to_dict()}

    def statement(self, key: str) -> bytes:
        """Return a signed note of at most 1,024 bytes that says what was checked, and what came of it.

        `key` is a private key as `crawler-filter keygen` writes it. Anybody with the public key verifies the
        statement off line: `crawler-filter verify statement.note --key KEY --file FILE`.

        Raises ValueError for a decision without content or snapshot, MalformedNoteError for what is no key,
        OversizedError where the names of key and registry are too long.
        """
        from crawler_filter.formats.screening import Screening, sign  # noqa: PLC0415 - loads cryptography

        if self.checked is None or self.snapshot is None:
            raise ValueError("a statement is about content that was checked against a snapshot: give content")
        verdict = "keep" if self.would_keep else "would-exclude" if self.keep else "exclude"
        made = self.snapshot
        state = made.origin, made.sequence, made.log_size, made.root, made.issued, made.first_use
        facts = self.checked, self.made, self.policy, verdict, self.reason.value, *state
        return sign(Screening(f"training-optout {__version__}", *facts), key)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that the lookup API answers with and reports hold."""
        return {
            "keep": self.keep,
            "would_keep": self.would_keep,
            "reason": self.reason.value,
            "usage": self.usage.value,
            "preference": self.preference.value,
            "findings": [finding.to_dict() for finding in self.findings],
            "unavailable": [missing.to_dict() for missing in self.unavailable],
            "policy": self.policy,
            "snapshot": None if self.snapshot is None else self.snapshot.to_dict(),
            "stale": self.stale,
            "operator": self.operator or None,
            "doubts": [doubted.to_dict() for doubted in self.doubts],
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read `to_dict`, also of an older version. Raises KeyError, TypeError or ValueError on anything else."""
        return cls(
            keep=value["keep"] is True,
            would_keep=value.get("would_keep", value["keep"]) is True,
            usage=Usage(value["usage"]),
            preference=Preference(value["preference"]),
            findings=tuple(Finding.from_dict(finding) for finding in value["findings"]),
            unavailable=tuple(Unavailable.from_dict(missing) for missing in value["unavailable"]),
            policy=str(value["policy"]),
            snapshot=value["snapshot"] and SnapshotId.from_dict(value["snapshot"]),
            stale=value["stale"] is True,
            operator=value.get("operator") or "",
            doubts=tuple(map(Doubted.from_dict, value.get("doubts", ()))),
        )

    def _stating(self, preference: Preference) -> Finding | None:
        stating = (each for each in self.findings if each.decides and each.preference is preference)
        return next(stating, None)
