"""What C2PA manifests say about training: `cawg.training-mining` 1.1 and its predecessor `c2pa.training-mining`.

The specifications do not say what an invalid signature or an ingredient's assertion is worth. Here a restriction
is honoured wherever it stands: in the active manifest or an ingredient's, signed, tampered with or not; taking one
out of a file is easier than forging one. A permission is believed only from the active manifest, with a valid
signature by somebody on the operator's trust list, which is empty unless given. So restrictions are read here in
plain Python, always; the C2PA library (extra `[c2pa]`) is asked only about a permission.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from crawler_filter.errors import Sentence
from crawler_filter.files.containers import Damage
from crawler_filter.files.media_type import media_type
from crawler_filter.formats.terms import Terms
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals import safe_json
from crawler_filter.signals.embedded import cbor
from crawler_filter.signals.embedded.jumbf import Assertion, assertions, has_store
from crawler_filter.signals.meanings import means
from crawler_filter.signals.refusing_words import about_ai, labelled, letters
from crawler_filter.signals.signal import MAX_LINK, MAX_RULE, Family, Signal, unread, web_link

LABELS: Final = frozenset({"cawg.training-mining", "c2pa.training-mining"})

_BY_LETTERS: Final = {
    letters(name): name for name in ("data_mining", "ai_inference", "ai_training", "ai_generative_training")
}
"""The names of entries, by their letters."""

_OUT_OF_SIGHT: Final = {
    "application/pdf": (b"/C2PA_Manifest", "the C2PA manifest of the PDF is compressed or encrypted"),
    "image/svg+xml": (b"<c2pa:manifest", "the C2PA manifest of the SVG is not base64 of a store"),
}
"""What shows, by kind of file, that there is a manifest store which does not lie in it as it is."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of an assertion: its name as written, its use, and what a constraint says."""

    name: str
    use: str
    constraint: str

    def means(self, use: str) -> Mapping[Usage, Preference]:
        """Return what an entry of its name says with `use`: without its `cawg.` or `c2pa.`, as in the table."""
        return means(Family.CAWG, f"{self.name.rpartition('.')[2]}={use}") or {}

    def refuses(self) -> Mapping[Usage, Preference]:
        """Return what an entry refuses, however its name is spelled: `aiTraining`, `ai-training`, `training`."""
        own = letters(self.name.rpartition(".")[2])
        usages = labelled(own) or about_ai(own)
        known = means(Family.CAWG, f"{_BY_LETTERS.get(own, '')}=notAllowed")
        return known or dict.fromkeys(usages, Preference.DISALLOWED)


def read(content: bytes, *, trust_anchors: bytes | None = None) -> tuple[Signal, ...]:
    """Return what the file's C2PA manifests say about training, restrictions from any of them.

    `trust_anchors` are the certificates, in PEM, of those whose permission the operator believes.
    """
    signals = []
    for piece in assertions(content, LABELS):
        if isinstance(piece, Damage):
            signals.append(unread(Family.CAWG, f"C2PA manifest store at byte {piece.offset}", piece.reason))
        else:
            signals.append(_read_assertion(piece, content, trust_anchors))
    mark, reason = _OUT_OF_SIGHT.get(media_type(content) or "", (b"", ""))
    if mark and mark in content and not has_store(content):
        signals.append(unread(Family.CAWG, "file", reason))
    return tuple(signals)


def _read_assertion(assertion: Assertion, content: bytes, trust_anchors: bytes | None) -> Signal:
    locator = f"{assertion.label} in C2PA manifest {assertion.manifest} at byte {assertion.offset}"[:MAX_RULE]
    try:
        entries = _entries(_decode(assertion))
    except ValueError as error:
        return unread(Family.CAWG, locator, error)
    preferences, warnings = _restrictions(entries)
    allowed = frozenset(entry.name for entry in entries if entry.use == "allowed")
    if allowed:
        believed, why_not = _believed(allowed, assertion, content, trust_anchors)
        for entry in entries:
            if entry.name in believed:
                preferences = dict(entry.means("allowed")) | preferences
        warnings += [Sentence("a permission is not believed: %(reason)s", reason=why_not)] if why_not else []
    policy = next((url for entry in entries if (url := web_link(entry.constraint))), None)
    return Signal(
        Family.CAWG,
        _rule(assertion, entries),
        locator,
        preferences,
        Terms(policy),
        Sentence.listed(warnings) if warnings else "",
    )


def _decode(assertion: Assertion) -> object:
    if assertion.format == b"cbor":
        return cbor.decode(assertion.content)
    return safe_json.parse(assertion.content, keeps_several=True)


def _entries(decoded: object) -> list[_Entry]:
    """Return the entries of an assertion. An earlier version had no `entries` map around them: then they are it.

    Raises ValueError for what has no entries at all.
    """
    maps = (safe_json.stated(decoded, "entries") or (decoded,)) if isinstance(decoded, dict) else (None,)
    if all(isinstance(entries, dict) for entries in maps):
        return [
            _entry(name, entry)
            for entries in maps
            for name in entries
            if isinstance(name, str) and name != "metadata"
            for entry in safe_json.stated(entries, name)
        ]
    raise ValueError(Sentence("expected a map of entries"))


def _entry(name: str, value: object) -> _Entry:
    """Read one entry. Its value should be a map; a use without a map around it counts all the same.

    The text of the specification and its schema spell the key of a constraint differently.
    """
    fields = value if isinstance(value, dict) else {"use": value}
    if any(isinstance(each, safe_json.Several) for each in fields.values()):
        # of two uses the one that forbids, whichever comes last
        uses = [use for use in safe_json.stated(fields, "use") if use != "allowed"]
        fields = {key: safe_json.stated(fields, key)[-1] for key in fields} | ({"use": uses[0]} if uses else {})
    constraint = fields.get("constraint_info") or fields.get("constraints_info")
    return _Entry(_text(name), _text(fields.get("use")), _text(constraint) if isinstance(constraint, str) else "")


def _text(value: object) -> str:
    """Return what can be shown of a value; JSON may hold half a surrogate pair, which nothing can print."""
    text = value if isinstance(value, str) else repr(value)
    return text[:MAX_LINK].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _restrictions(entries: list[_Entry]) -> tuple[dict[Usage, Preference], list[Sentence]]:
    """Return what the entries forbid, and warnings. Whatever is not `allowed` forbids.

    `constrained` without more "shall be treated as notAllowed"; with conditions in words, a person has to ask.
    """
    preferences: dict[Usage, Preference] = {}
    warnings = []
    for entry in entries:
        if entry.use == "allowed":
            continue
        preferences |= entry.refuses()
        if entry.use not in {"notAllowed", "constrained"}:
            warnings.append(
                Sentence(
                    "%(entry)s has an unknown use %(use)s, read as notAllowed",
                    entry=entry.name[:100],
                    use=f"{entry.use!r:.40}",
                )
            )
    return preferences, warnings[:3]


def _rule(assertion: Assertion, entries: list[_Entry]) -> str:
    stated = ", ".join(
        f"{entry.name}={entry.use}" + (f" ({entry.constraint})" if entry.constraint else "") for entry in entries
    )
    return f"{assertion.label}: {stated}"[:MAX_RULE]


def _believed(
    allowed: frozenset[str], assertion: Assertion, content: bytes, trust_anchors: bytes | None
) -> tuple[frozenset[str], str]:
    """Return the entries whose permission is believed, and the reason where that is not all of them."""
    if not assertion.is_active:
        return frozenset(), "it is about an ingredient"
    if trust_anchors is None:
        return frozenset(), "there is no trust list"
    try:
        trusted = _trusted_entries(content, assertion.label, trust_anchors)
    except _UntrustedError as error:
        return frozenset(), str(error)
    return allowed & trusted, "" if allowed <= trusted else "the signed manifest does not have it"


class _UntrustedError(Exception):
    """A manifest whose permissions are not believed; the message says why."""


def _trusted_entries(content: bytes, label: str, trust_anchors: bytes) -> frozenset[str]:
    """Return the entries of the active manifest that are `allowed`, as the C2PA library read and verified them."""
    try:
        import c2pa  # noqa: PLC0415 — an extra, needed for permissions only
    except ImportError as error:
        raise _UntrustedError("install crawler_filter's extra [c2pa] to have signatures verified") from error
    try:
        with (
            c2pa.Context.from_dict(_settings(trust_anchors)) as context,
            c2pa.Reader(media_type(content) or "", BytesIO(content), context=context) as reader,
        ):
            return _allowed_in(json.loads(reader.json()), label)
    except (c2pa.C2paError, ValueError) as error:
        raise _UntrustedError(f"the C2PA library cannot read it: {error!s:.100}") from error


def _settings(trust_anchors: bytes) -> dict[str, Any]:
    """Return settings of the C2PA library under which it verifies trust and fetches nothing."""
    return {
        "trust": {"trust_anchors": trust_anchors.decode("ascii", "replace")},
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
    }


def _allowed_in(report: Mapping[str, Any], label: str) -> frozenset[str]:
    state = report.get("validation_state")
    if state == "Valid":
        raise _UntrustedError("the signature is valid, but its signer is not on the trust list")
    if state != "Trusted":
        raise _UntrustedError("the signature or the file does not verify")
    manifest = report.get("manifests", {}).get(report.get("active_manifest"), {})
    return frozenset(
        entry.name
        for assertion in manifest.get("assertions", ())
        if assertion.get("label") == label
        for entry in _entries(assertion.get("data"))
        if entry.use == "allowed"
    )
