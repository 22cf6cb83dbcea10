"""A decision in words that need no engineer: what the answer is, why, and what a crawler makes of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import format_percent
from flask_babel import gettext as _

from crawler_filter.checks.asset import Asset as CheckedAsset
from crawler_filter.checks.fingerprints import CONTENT_KINDS
from crawler_filter.decision import Decision, SnapshotId
from crawler_filter.finding import Evidence, Finding
from crawler_filter.fingerprints.digests import DIGEST_SIZES
from crawler_filter.formats import urls
from crawler_filter.formats.record import Assurance, ScopeKind
from crawler_filter.policy import Policy, keeps
from crawler_filter.preference import Preference, Usage
from registry.rules.content_values import spelling_of
from registry.web import i18n, labels, page
from registry.web.form_input import (
    half_width,
    ordinary_address,
    ordinary_number,
    read_digest,
    read_fingerprint,
    read_identifier,
)
from registry.web.labels import Badge
from registry.web.party_names import PartyName, party_name

_DIGEST: Final = re.compile(
    r"(?:(?:sha-?256|sha-?1|md5):\S+|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})", re.IGNORECASE
)
_FINGERPRINT: Final = re.compile(r"(?:pdq|iscc|text|video):\S+", re.IGNORECASE)
_IDENTIFIER: Final = re.compile(
    r"(?:isbn|doi|eidr)\b.*|10\.[0-9]{4,9}/.*|97[89][0-9\s-]{10,14}|[0-9]{9}[0-9X]|https?://(?:dx\.)?doi\.org/10\..*",
    re.IGNORECASE | re.DOTALL,
)


_NAMED: Final = 10
"""Declarations of one answer whose party is named: each takes a look at what it has proved."""


@dataclass(frozen=True, slots=True)
class AskedAsset:
    """The asset somebody asks about: a URL, or a digest or identifier of a kind, all canonical.

    `sha256` is the digest of the file beside a fingerprint of it, in hexadecimal, where it is known.
    """

    kind: str
    value: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class FindingWords:
    """One finding, as a line of the answer. `party` is who declared it, None where a page has too many to name."""

    url: str
    value: str
    covers: str
    badge: Badge
    notes: tuple[str, ...]
    party: PartyName | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision as its page shows it."""

    asset: str
    preference: str
    title: str
    sentence: str
    findings: tuple[FindingWords, ...]
    unchecked: tuple[str, ...]
    opt_out: str
    permission_first: str
    snapshot: SnapshotId | None


def read_asset(typed: str) -> AskedAsset:
    """Tell what was typed. Raises DataError when it is none of what can be looked up."""
    text = half_width(typed)
    if _DIGEST.fullmatch(text):
        kind, digest = read_digest(text)
        return AskedAsset(kind, digest.hex())
    if _FINGERPRINT.fullmatch(text):
        kind, value = read_fingerprint(text)
        return AskedAsset(kind, spelling_of(ScopeKind(kind), value))
    if _IDENTIFIER.fullmatch(ordinary_number(text)):
        return AskedAsset(*read_identifier(text))
    return AskedAsset("url", urls.canonical_url_scope(ordinary_address(typed.strip())))


def look_up(asset: AskedAsset, usage: Usage) -> Decision:
    """Return the registry's answer, from its newest snapshot."""
    if asset.kind == "url":
        checked = CheckedAsset(url=f"https://{asset.value}")
    elif asset.kind in CONTENT_KINDS:
        checked = CheckedAsset(fingerprints=[f"{asset.kind}:{asset.value}"], sha256=asset.sha256)
    elif asset.kind in DIGEST_SIZES:
        digest: dict[str, Any] = {asset.kind: asset.value}
        checked = CheckedAsset(**digest)
    else:
        checked = CheckedAsset(identifiers={asset.kind: asset.value})
    return page.registry().lookup.lookup(checked, usage)


def explain(asset: AskedAsset, decision: Decision) -> Explanation:
    """Return a decision in words."""
    usage = labels.usage_words(decision.usage).title
    unchecked = bool(decision.unavailable)
    parties = _parties(decision.findings)
    title, sentence = _verdict(decision.preference, usage, unchecked=unchecked)
    return Explanation(
        asset=labels.cut(ScopeKind(asset.kind), asset.value) if asset.kind in CONTENT_KINDS else asset.value,
        preference=decision.preference.value,
        title=title,
        sentence=sentence,
        findings=tuple(_finding_words(finding, parties) for finding in decision.findings),
        unchecked=tuple(
            _("Not everything could be checked: %(why)s", why=i18n.said(missing.reason))
            for missing in decision.unavailable
        ),
        opt_out=_does(decision, Policy.opt_out(decision.usage)),
        permission_first=_does(decision, Policy.permission_first(decision.usage)),
        snapshot=decision.snapshot,
    )


def _verdict(preference: Preference, usage: str, *, unchecked: bool) -> tuple[str, str]:
    if preference is Preference.DISALLOWED:
        return (
            _("Reserved: %(usage)s", usage=usage),
            _("A rights holder has declared that this may not be done without permission."),
        )
    if unchecked:
        return (_("Could not be checked"), _("That is not a permission. Please try again later."))
    if preference is Preference.ALLOWED:
        return (
            _("Allowed: %(usage)s", usage=usage),
            _("Whoever controls this website has declared that this may be done."),
        )
    return (
        _("Nothing is declared here"),
        _("No declaration in this registry covers it for this use. That is silence, not a permission."),
    )


def _parties(findings: Sequence[Finding]) -> dict[str, PartyName]:
    """Return who made the declarations behind findings, of the first ones that one page may name."""
    numbers = list(dict.fromkeys(each.declaration for each in findings if each.declaration))
    found = page.registry().declarations.some(numbers[:_NAMED])
    return {each.id: party_name(each.record) for each in found}


def _finding_words(finding: Finding, parties: Mapping[str, PartyName]) -> FindingWords:
    kind, _space, value = finding.rule.partition(" ")
    notes = [] if finding.decides else [_why_not(finding)]
    notes += [_("Shown by %(host)s.", host=finding.shown_by)] if finding.shown_by else []
    notes += [_likeness(finding.evidence)] if finding.evidence else []
    notes.append(
        _("Control was proved.") if finding.assurance is Assurance.VERIFIED else _("Stated without proof.")
    )
    notes += [labels.flag_sentence(flag) for flag in finding.flags]
    return FindingWords(
        url=f"/d/{finding.declaration}" if finding.declaration else finding.locator,
        value=value,
        covers=labels.scope_covers(ScopeKind(kind), value),
        badge=labels.preference_badge(finding.preference),
        notes=tuple(notes),
        party=parties.get(finding.declaration or ""),
    )


def _likeness(evidence: Evidence) -> str:
    if evidence.distance is not None:
        return str(
            _(
                "Compared by %(method)s. Bits that differ: %(distance)s; up to %(threshold)s count as the same.",
                method=evidence.method,
                distance=evidence.distance,
                threshold=evidence.threshold,
            )
        )
    if evidence.hits is not None and evidence.share is not None:
        share = format_percent(evidence.share, "#,##0.#%")
        return str(
            _(
                "Compared by %(method)s. Parts found: %(hits)s, or %(share)s of the work.",
                method=evidence.method,
                hits=evidence.hits,
                share=share,
            )
        )
    return str(_("Compared by %(method)s.", method=evidence.method))


def _why_not(finding: Finding) -> str:
    if finding.evidence:
        return str(_("Too little of the work was found to decide by it."))
    return str(_("A closer declaration of the same rights holder is used instead."))


def _does(decision: Decision, policy: Policy) -> str:
    kept = keeps(decision.preference, policy, unchecked=bool(decision.unavailable))
    return str(_("take it") if kept else _("leave it out"))
