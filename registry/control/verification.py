"""Proof of control: whether it is there, and what it may back.

The rule is one table. A DNS record at a domain may back that domain and everything below it, though never what
lies beyond a public suffix inside it; a file or meta tag backs exactly its host; a profile page backs its own
prefix.

`check` and `check_again` are the only functions that reach out, through the fetcher they are given. Nothing here
knows of declarations, accounts or storage.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, TypeVar

from crawler_filter.errors import Sentence
from crawler_filter.formats.accounts import profile_at, stored_form
from crawler_filter.formats.record import ScopeKind
from crawler_filter.formats.urls import prefixes, split
from registry.control import formats
from registry.control.challenges import (
    Challenge,
    Instructions,
    Method,
    account_uri,
    instructions,
    new_challenge,
    party_page,
    profile_of,
    record_name,
    site_url,
)
from registry.control.formats import OneOffRecord, PersistRecord, RecordRefusedError
from registry.control.platforms import Place, Platform
from registry.errors import ProofMissingError
from registry.net import Fetcher, FetchError, Response, TxtAnswer
from registry.net.suffixes import is_public_suffix, registrable_domain

__all__ = [
    "Challenge",
    "Instructions",
    "Method",
    "ProofObservation",
    "check",
    "check_again",
    "covers",
    "instructions",
    "new_challenge",
]

FILE_LIMIT: Final = 32 << 10
"""Bytes of a proof file: word processors put more than that around few words only in pages with pictures."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ProofObservation:
    """The facts seen when a proof was found, to be kept.

    `resolver` is set for DNS methods, `address` (of the web server) for the others. `authenticated`: the answer
    was DNSSEC-validated; None when DNS was not the proof. `digest`: hex SHA-256 of the answer. `subtree`: the
    proof reaches below its target. `until`: the last second it stands by its own terms, or None.
    """

    method: Method
    target: str
    time: int
    digest: str
    subtree: bool
    resolver: str | None = None
    address: str | None = None
    authenticated: bool | None = None
    until: int | None = None


def covers(method: Method, target: str, kind: ScopeKind, value: str, *, subtree: bool) -> bool:
    """Tell whether a proof of `target` may back the scope of this kind and canonical value.

    `subtree` is the evidence's; without it a DNS proof reaches exactly its own host. Scopes that are not locations
    are backed by no proof of control.
    """
    if not kind.is_location:
        return False
    host = split(value)[0] if kind in (ScopeKind.PREFIX, ScopeKind.URL) else value
    match method:
        case Method.DNS_TXT | Method.DNS_PERSIST if subtree:
            return host == target or (host.endswith(f".{target}") and not _crosses_suffix(host, target))
        case Method.PROFILE_PAGE:
            return kind in (ScopeKind.PREFIX, ScopeKind.URL) and target in prefixes(stored_form(value))
        case _:
            on_path = kind in (ScopeKind.PREFIX, ScopeKind.URL)
            return kind is not ScopeKind.DOMAIN and (host == target or (on_path and _is_in_profile(value, target)))


def _is_in_profile(value: str, host: str) -> bool:
    """Tell whether an address is in the profile that a host is: `www.tumblr.com/bob/` in that of `bob.tumblr.com`.

    The two are spellings of one place, and what is declared below the one is kept below the other.
    """
    profile = profile_at(host)
    return profile is not None and profile in prefixes(stored_form(value))


def check(challenge: Challenge, fetcher: Fetcher, origin: str, *, now: int) -> ProofObservation:
    """Look for a first proof.

    Raises:
        ProofMissingError: it was looked for and is not there, or the challenge is too old.
        FetchError: it could not be looked for.
    """
    if not challenge.is_open(now):
        raise ProofMissingError("This request for a proof has expired. Start a new one; it will have a new token.")
    return check_again(challenge, fetcher, origin, now=now)


def check_again(challenge: Challenge, fetcher: Fetcher, origin: str, *, now: int) -> ProofObservation:
    """Look whether a proof that was found once still stands; the challenge's own life is over by then.

    Raises:
        ProofMissingError: it was looked for and is not there.
        FetchError: it could not be looked for.
    """
    match challenge.method:
        case Method.DNS_TXT:
            return _check_dns_txt(challenge, fetcher, now)
        case Method.DNS_PERSIST:
            return _check_dns_persist(challenge, fetcher, origin, now)
        case Method.HTTP_FILE:
            return _check_http_file(challenge, fetcher, now)
        case Method.HTML_META:
            return _check_html_meta(challenge, fetcher, now)
        case Method.PROFILE_PAGE:
            return _check_profile(challenge, fetcher, origin, now)


def _check_dns_txt(challenge: Challenge, fetcher: Fetcher, now: int) -> ProofObservation:
    def accept(text: str) -> OneOffRecord:
        record = OneOffRecord.parse(text)
        if not formats.same(challenge.token, record.token):
            raise RecordRefusedError("it holds another token")
        if record.expiry and record.expiry < datetime.fromtimestamp(now, UTC).date():
            raise RecordRefusedError("its expiry date has passed")
        return record

    answer = _records(challenge, fetcher)
    record = _first_accepted(answer, record_name(challenge), accept)
    until = None if record.expiry is None else _end_of(record.expiry)
    return _dns_evidence(challenge, answer, now, subtree=True, until=until)


def _check_dns_persist(challenge: Challenge, fetcher: Fetcher, origin: str, now: int) -> ProofObservation:
    def accept(text: str) -> PersistRecord:
        record = PersistRecord.parse(text)
        if record.registry != origin:
            raise RecordRefusedError("it is for %(registry)s", registry=record.registry[:80])
        if not formats.same(account_uri(challenge, origin), record.account):
            raise RecordRefusedError("it names another account")
        if record.until is not None and record.until < now:
            raise RecordRefusedError("its persistUntil has passed")
        return record

    answer = _records(challenge, fetcher)
    record = _first_accepted(answer, record_name(challenge), accept)
    return _dns_evidence(challenge, answer, now, subtree=record.subtree, until=record.until)


def _check_http_file(challenge: Challenge, fetcher: Fetcher, now: int) -> ProofObservation:
    url = site_url(challenge)
    try:
        response = _fetch(fetcher, url, limit=FILE_LIMIT)
    except ProofMissingError:
        _raise_if_named_twice(challenge, fetcher, url)
        raise
    text = formats.file_text(response.body)
    if response.truncated or not formats.same(challenge.token, text):
        raise ProofMissingError(
            "The file at %(url)s is there, and holds something else: %(text)s.",
            url=url,
            text=repr(formats.decoded(response.body)[:60]),
        )
    return _web_evidence(challenge, response, now)


def _raise_if_named_twice(challenge: Challenge, fetcher: Fetcher, url: str) -> None:
    """Raise ProofMissingError where the file has its ending twice: Windows hides the one that is there already."""
    with suppress(FetchError):
        answer = fetcher.get(f"{url}.txt", limit=FILE_LIMIT)
        if answer.status == 200 and formats.same(challenge.token, formats.file_text(answer.body)):
            raise ProofMissingError(
                "The file is at %(found)s. Its name has .txt twice: rename it, so that it is at %(url)s.",
                found=f"{url}.txt",
                url=url,
            )


def _check_html_meta(challenge: Challenge, fetcher: Fetcher, now: int) -> ProofObservation:
    url = site_url(challenge)
    response = _fetch(fetcher, url)
    found = formats.meta_tags(response.body)
    if not any(formats.same(challenge.token, token) for token in found):
        where = Sentence("in the head of %(url)s", url=response.url)
        shown = [_printable(token)[:160] for token in found]
        raise _missing(Sentence("%(name)s tag", name=formats.META_NAME), where, shown)
    return _web_evidence(challenge, response, now)


def _check_profile(challenge: Challenge, fetcher: Fetcher, origin: str, now: int) -> ProofObservation:
    platform, user = profile_of(challenge.target)
    url = platform.page_of(user)
    response = _fetch(fetcher, url)
    if response.url.rstrip("/").lower() != url.rstrip("/").lower():
        raise ProofMissingError(
            "%(url)s led to another page, %(reached)s, which proves nothing about it.",
            url=url,
            reached=response.url[:200],
        )
    if not _stands_on(platform, response.body, challenge, origin):
        raise ProofMissingError(
            "The field “%(field)s” of %(url)s does not hold what was asked for.", field=platform.field, url=url
        )
    return _web_evidence(challenge, response, now)


def _stands_on(platform: Platform, body: bytes, challenge: Challenge, origin: str) -> bool:
    match platform.place:
        case Place.LINK:
            page = party_page(challenge, origin).lower()
            return any(link.lower() == page for link in formats.me_links(body, platform.selector))
        case Place.TEXT:
            texts = formats.head_contents(body, platform.selector)
        case Place.JSON:
            texts = (formats.json_field(body, platform.selector),)
    return any(formats.holds_token(text, challenge.token) for text in texts)


def _fetch(fetcher: Fetcher, url: str, **limit: int) -> Response:
    response = fetcher.get(url, **limit)
    if response.status != 200:
        raise ProofMissingError(
            "We found no page at %(url)s: the site answered %(status)s. It has to open there for everybody.",
            url=url,
            status=response.status,
        )
    return response


def _records(challenge: Challenge, fetcher: Fetcher) -> TxtAnswer:
    """Return the TXT records at a challenge's name. Raises ProofMissingError where they stand at its name twice.

    Many control panels add the zone to what is typed: a full name becomes `name.example.com.example.com`.
    """
    name = record_name(challenge)
    answer = fetcher.txt(name)
    zone = registrable_domain(challenge.target)
    if answer.strings or zone is None:
        return answer
    for doubled in dict.fromkeys((f"{name}.{zone}", f"{name}.{challenge.target}")):
        with suppress(FetchError):
            if fetcher.txt(doubled).strings:
                raise ProofMissingError(
                    "We found no TXT record at %(name)s, but one at %(doubled)s. Your provider adds the domain by"
                    " itself: enter only %(short)s as the record's name.",
                    name=name,
                    doubled=doubled,
                    short=name.removesuffix(f".{zone}"),
                )
    _raise_if_elsewhere(challenge, fetcher, name.removesuffix(f".{zone}"))
    return answer


def _raise_if_elsewhere(challenge: Challenge, fetcher: Fetcher, short: str) -> None:
    """Raise ProofMissingError where the record stands at the domain itself, or under a name without `_`."""
    for place in (challenge.target, record_name(challenge).removeprefix("_")):
        with suppress(FetchError):
            texts = [text.lower() for text in fetcher.txt(place).strings]
            if any(challenge.token in text or f"/acct/{challenge.party}" in text for text in texts):
                raise ProofMissingError(
                    "The TXT record stands at %(place)s. Enter %(short)s as its name, underscore included.",
                    place=place,
                    short=short,
                )


def _first_accepted(answer: TxtAnswer, name: str, accept: Callable[[str], R]) -> R:
    refused = []
    for text in answer.strings:
        try:
            return accept(text)
        except RecordRefusedError as error:
            refused.append(Sentence("%(text)s (%(why)s)", text=_printable(text[:80]), why=error))
    raise _missing(Sentence("TXT record"), Sentence("at %(name)s", name=name), refused)


def _missing(what: Sentence, where: Sentence, found: Sequence[str]) -> ProofMissingError:
    if not found:
        return ProofMissingError(
            "We found no %(what)s %(where)s. A change can take a while to be seen; try again later.",
            what=what,
            where=where,
        )
    shown = Sentence.listed(found[:3])
    count = len(found)
    if count == 1:
        return ProofMissingError(
            "We found 1 %(what)s %(where)s, and it is not yours: %(shown)s.", what=what, where=where, shown=shown
        )
    if count == 2:
        return ProofMissingError(
            "We found 2 %(what)ss %(where)s, and neither is yours: %(shown)s.", what=what, where=where, shown=shown
        )
    return ProofMissingError(
        "We found %(count)s %(what)ss %(where)s, and none is yours: %(shown)s.",
        count=count,
        what=what,
        where=where,
        shown=shown,
    )


def _end_of(day: date) -> int:
    """Return the last second of a day, in UTC."""
    return int(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC).timestamp())


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _dns_evidence(
    challenge: Challenge, answer: TxtAnswer, now: int, *, subtree: bool, until: int | None
) -> ProofObservation:
    return ProofObservation(
        method=challenge.method,
        target=challenge.target,
        time=now,
        digest=answer.digest,
        subtree=subtree,
        resolver=answer.resolver,
        authenticated=answer.authenticated,
        until=until,
    )


def _web_evidence(challenge: Challenge, response: Response, now: int) -> ProofObservation:
    return ProofObservation(
        method=challenge.method,
        target=challenge.target,
        time=now,
        digest=hashlib.sha256(response.body).hexdigest(),
        subtree=False,
        address=response.address,
    )


def _crosses_suffix(host: str, target: str) -> bool:
    """Tell whether a public suffix lies between: whoever runs the domain does not speak for sites below that."""
    site = registrable_domain(host)
    return is_public_suffix(host) or (site is not None and site.endswith(f".{target}"))
