"""Lookups: one asset, many, a range of keys, and the wire format of the Spawning API. No key is asked for, ever.

The policy of these answers is `opt-out` of the usage that was asked about; whoever wants another applies it to the
preference and the findings. What cannot be read of an asset is named in its decision and is not kept, as in the
offline filter, so one bad address does not spoil a batch. Nothing that was looked up is logged or counted by name.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from flask import current_app

from crawler_filter.checks.asset import Asset
from crawler_filter.checks.fingerprints import CONTENT_KINDS
from crawler_filter.decision import Decision
from crawler_filter.errors import Sentence
from crawler_filter.fingerprints.digests import DIGEST_SIZES
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.formats.territories import territory_of
from crawler_filter.grants.operator import Identity
from crawler_filter.grants.permits import Doubted, GrantDoubt
from crawler_filter.preference import Preference, Usage
from registry.api.operations import Call, Result, next_link
from registry.api.request_models import AssetBody, LookupQuery, LookupsBody, PageQuery
from registry.api.times import read_time
from registry.errors import BadRequestError, FieldError, InvalidRequestError, TooLargeError
from registry.http.observability import Metrics
from registry.http.weight import COMPARED, fingerprints_in, weigh_fingerprint

if TYPE_CHECKING:
    from registry.instance import Registry

MOST_FINDINGS: Final = 20_000
"""Findings in the answer to one batch: many parties may have declared the same address."""

MOST_TERMS: Final = 20
"""Declarations whose terms the answer to one lookup has."""

MOST_TERMS_OF_MANY: Final = 200
"""The same for a batch."""


def lookup(call: Call) -> Result:
    """Decide on one asset, as of now or of an earlier time."""
    query: LookupQuery = call.query
    if query.url is query.fingerprint is query.identifier is None:
        errors = (FieldError("/url", "expected a url, a fingerprint or an identifier"),)
        raise InvalidRequestError("there is nothing to look up", errors=errors)
    asset = Asset(
        url=query.url,
        identifiers=_parted("identifier", query.identifier, CANONICAL_IDENTIFIER) or None,
        **_fingerprint(query.fingerprint),
    )
    at = read_time("/at", query.at)
    with _turn(call, heavy=at is not None or asset.fingerprints is not None):
        call.count(sum(_weights(call.registry, [query.fingerprint or ""])))
        asking = _asking(call, query.territory)
        decision = asking.told(call.registry.lookup.lookup(asset, query.usage, at=at, shown=asking.shown))
    given = {"url": query.url, "fingerprint": query.fingerprint, "identifier": query.identifier}
    asked = {name: value for name, value in given.items() if value is not None}
    _count([decision])
    return Result(
        {"asset": asked, **decision.to_dict(), **_beside(call, query, [decision], MOST_TERMS)}, asking.headers
    )


def _beside(
    call: Call, query: LookupQuery | LookupsBody, decisions: Sequence[Decision], most: int
) -> dict[str, Any]:
    """Return whom to ask, and what a reservation means in the territory, as far as that was asked for.

    A replica knows no declarations, so it says nothing of terms.
    """
    said: dict[str, Any] = {}
    if query.terms and (declarations := getattr(call.registry, "declarations", None)) is not None:
        findings = (finding for decision in decisions for finding in decision.findings)
        numbers = list(dict.fromkeys(each.declaration for each in findings if each.declaration))
        found = declarations.some(numbers[:most])
        said["terms"] = {each.id: each.record.terms.to_json() for each in found}
        said["terms_left_out"] = len(numbers) - len(found)
    if query.territory and (line := territory_of(query.territory)) is not None:
        said["law"] = line.to_json()
    return said


def lookups(call: Call) -> Result:
    """Decide on many assets, in their order."""
    body: LookupsBody = call.body
    with _turn(call, heavy=any(item.fingerprints for item in body.items)):
        asking = _asking(call, body.territory)
        decisions = _decisions(call, [_asset(item) for item in body.items], body.usage, asking)
    items = [
        {"asset": item.given(), "decision": decision.to_dict()}
        for item, decision in zip(body.items, decisions, strict=True)
    ]
    beside = _beside(call, body, decisions, MOST_TERMS_OF_MANY)
    return Result({"items": items, **beside}, asking.headers)


def key_range(call: Call) -> Result:
    """Give every key of a kind that begins with some hex digits, so that nobody learns which one was meant."""
    query: PageQuery = call.query
    page = call.registry.lookup.key_range(call.path["scheme"], call.path["prefix"], query.page)
    return Result(page.encode(), next_link("page", page.following))


def admit_items(registry: "Registry", value: object) -> int:
    """Refuse a batch of too many items; return the units of its content fingerprints."""
    items = value.get("items") if isinstance(value, dict) else None
    if isinstance(items, list):
        _refuse_long(registry, len(items))
    return sum(_weights(registry, fingerprints_in(value)))


def admit_lines(registry: "Registry", body: bytes) -> int:
    """Refuse a list of too many lines."""
    _refuse_long(registry, body.count(b"\n") + (not body.endswith(b"\n")))
    return 0


def spawning(call: Call) -> Result:
    """Answer one URL a line; what could not be read counts as opted out."""
    try:
        lines = call.body.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise BadRequestError(
            "expected UTF-8, got another byte at position %(start)s", start=error.start
        ) from error
    urls = [line.removesuffix("\r") for line in (lines if lines[-1] else lines[:-1])]
    asking = _asking(call, None)
    decisions = _decisions(call, [Asset(url=url) for url in urls], Usage.TRAIN_AI, asking)
    return Result(
        {
            "urls": [
                {"url": url, "optOut": not decision.keep, "optIn": decision.preference is Preference.ALLOWED}
                for url, decision in zip(urls, decisions, strict=True)
            ]
        }
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    """The operator that a lookup comes from, if it is signed and that was shown."""

    signed: bool
    shown: Identity | None

    @property
    def headers(self) -> dict[str, str]:
        """Return what keeps an answer to an operator from anybody else."""
        return {"Vary": "Signature", **({"Cache-Control": "no-store"} if self.signed else {})}

    def told(self, decision: Decision) -> Decision:
        """Return the decision, which says so where a signature showed nothing."""
        if not self.signed or self.shown is not None:
            return decision
        return replace(decision, doubts=(Doubted(GrantDoubt.UNPROVED),))


def _asking(call: Call, territory: str | None) -> _Asking:
    if call.received is None:
        return _Asking(signed=False, shown=None)
    signatures = getattr(call.registry, "signed_requests", None)
    return _Asking(signed=True, shown=signatures and signatures.identify(call.received, territory))


def _decisions(call: Call, assets: list[Asset], usage: Usage, asking: _Asking) -> list[Decision]:
    decisions, findings = [], 0
    for decision in map(asking.told, call.registry.lookup.lookups(assets, usage, asking.shown)):
        decisions.append(decision)
        findings += len(decision.findings)
        if findings > MOST_FINDINGS:
            raise TooLargeError(
                "the answer has more than %(most_findings)s findings: send the items in parts",
                most_findings=MOST_FINDINGS,
            )
    _count(decisions)
    return decisions


def _refuse_long(registry: "Registry", items: int) -> None:
    most = registry.config.limits.lookups_per_call
    if items > most:
        raise TooLargeError(
            "expected at most %(most)s items in one call, got %(items)s; or sync the snapshot",
            most=most,
            items=items,
        )


def _weights(registry: "Registry", fingerprints: Sequence[str]) -> Iterator[int]:
    """Yield the units of each content fingerprint beside so many as are registered now."""
    if fingerprints:
        snapshot = registry.lookup.snapshot
        registered = {kind: snapshot.rows(kind) for kind in COMPARED}
        yield from (weigh_fingerprint(text, registered) for text in fingerprints)


def _turn(call: Call, *, heavy: bool) -> AbstractContextManager[None]:
    return call.registry.heavy.turn(*call.callers) if heavy else nullcontext()


def _asset(item: AssetBody) -> Asset:
    return Asset(
        url=item.url,
        found_on=item.found_on,
        sha256=item.sha256,
        sha1=item.sha1,
        md5=item.md5,
        identifiers=item.identifiers or None,
        fingerprints=item.fingerprints or None,
    )


def _fingerprint(text: str | None) -> dict[str, Any]:
    """Return the argument of an asset that a fingerprint of a file or of content is."""
    parted = _parted("fingerprint", text, (*DIGEST_SIZES, *CONTENT_KINDS))
    return parted if parted.keys() <= DIGEST_SIZES.keys() else {"fingerprints": [text]}


def _parted(parameter: str, text: str | None, kinds: Iterable[str]) -> dict[str, Any]:
    """Read `kind:value`; the empty dictionary where nothing is given."""
    if text is None:
        return {}
    kind, colon, value = text.partition(":")
    if not (colon and value and kind in kinds):
        detail = Sentence(
            "expected kind:value with one of %(kinds)s, got %(text)s", kinds=", ".join(kinds), text=repr(text[:80])
        )
        raise InvalidRequestError(
            "the %(parameter)s cannot be read", parameter=parameter, errors=(FieldError(f"/{parameter}", detail),)
        )
    return {kind: value}


def _count(decisions: Iterable[Decision]) -> None:
    metrics: Metrics = current_app.extensions["metrics"]
    metrics.count_decisions(decisions)
