"""What a party is asked to publish to prove control: the challenge, and how to show it.

The token is 128 random bits, made for one party, target and method. It never stands in a URL, so no log of
requests gives it away. Where to publish what is fixed here, in one place, for the instructions and for the
check alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crawler_filter.errors import InvalidScopeError, Sentence
from crawler_filter.formats.accounts import stored_form
from crawler_filter.formats.record import encode_id
from crawler_filter.formats.urls import canonical_domain, canonical_host, canonical_prefix
from registry.control import platforms
from registry.control.formats import META_NAME, OneOffRecord, PersistRecord
from registry.control.platforms import Place, Platform
from registry.errors import FieldError, InvalidRequestError
from registry.model.durations import DAY

TOKEN_BYTES: Final = 16
PENDING_SECONDS: Final = 7 * DAY
MAX_PENDING_SECONDS: Final = 30 * DAY  # CA/Browser Forum Baseline Requirements 3.2.2.4: a random value's life


class Method(StrEnum):
    """A way to prove control."""

    DNS_TXT = "dns-txt"
    DNS_PERSIST = "dns-persist"
    HTTP_FILE = "http-file"
    HTML_META = "html-meta"
    PROFILE_PAGE = "profile-page"


@dataclass(frozen=True, slots=True)
class Challenge:
    """The text that one party is asked to publish to prove one target.

    `target` is canonical: a domain, a host, or a prefix, as the method has it. `id` is public and names the
    file of the file method; `token` is the secret. `created` and `expires` are unix seconds.
    """

    id: str
    party: str
    method: Method
    target: str
    token: str
    created: int
    expires: int

    def is_open(self, now: int) -> bool:
        """Tell whether a first proof may still be given: before `expires`, and never after 30 days."""
        return now < min(self.expires, self.created + MAX_PENDING_SECONDS)


@dataclass(frozen=True, slots=True)
class Instructions:
    """The text to publish, to show and to copy.

    `at` is the record's name, or the URL of the file, page or profile; `type` is `TXT`, `file`, `meta`, `link` or
    `text`; `value` is exactly what to publish; `field` is what the platform calls the place, for profiles.
    """

    at: str
    type: str
    value: str
    field: str | None = None


def new_challenge(
    party: str, method: Method, target: str, *, now: int, entropy: Callable[[int], bytes]
) -> Challenge:
    """Make a challenge for a target as a person typed it.

    Raises:
        InvalidRequestError: the target is not one this method can prove; the field error points at `/target`.
    """
    canonical = _canonical_target(method, target)
    return Challenge(
        id=encode_id(entropy(TOKEN_BYTES)),
        party=party,
        method=method,
        target=canonical,
        token=encode_id(entropy(TOKEN_BYTES)),
        created=now,
        expires=now + PENDING_SECONDS,
    )


def instructions(challenge: Challenge, origin: str) -> Instructions:
    """Return the text that the party has to publish, for a registry whose public host is `origin`."""
    match challenge.method:
        case Method.DNS_TXT:
            return Instructions(record_name(challenge), "TXT", str(OneOffRecord(challenge.token)))
        case Method.DNS_PERSIST:
            record = PersistRecord(origin, account_uri(challenge, origin), subtree=True)
            return Instructions(record_name(challenge), "TXT", str(record))
        case Method.HTTP_FILE:
            return Instructions(site_url(challenge), "file", challenge.token)
        case Method.HTML_META:
            tag = f'<meta name="{META_NAME}" content="{challenge.token}">'
            return Instructions(site_url(challenge), "meta", tag)
        case Method.PROFILE_PAGE:
            platform, _ = profile_of(challenge.target)
            link = platform.place is Place.LINK
            value = party_page(challenge, origin) if link else challenge.token
            page = f"https://{challenge.target}"
            return Instructions(page, "link" if link else "text", value, platform.field)


def _canonical_target(method: Method, target: str) -> str:
    try:
        match method:
            case Method.DNS_TXT | Method.DNS_PERSIST:
                return canonical_domain(target)
            case Method.HTTP_FILE | Method.HTML_META:
                return canonical_host(target)
            case Method.PROFILE_PAGE:
                prefix = stored_form(canonical_prefix(target))
                profile_of(prefix)
                return prefix
    except InvalidScopeError as error:
        raise _bad_target(error.sentence) from error


def profile_of(prefix: str) -> tuple[Platform, str]:
    """Return the platform and member of a canonical prefix; `InvalidRequestError` when no platform has it."""
    found = platforms.find(prefix)
    if found is None:
        known = ", ".join(platform.prefix for platform in platforms.PLATFORMS)
        raise _bad_target(
            Sentence(
                "expected the address of a profile, one of %(known)s; got %(prefix)s", known=known, prefix=prefix
            )
        )
    return found


def _bad_target(detail: Sentence) -> InvalidRequestError:
    return InvalidRequestError(detail, errors=(FieldError("/target", detail),))


def record_name(challenge: Challenge) -> str:
    """Return the name of the TXT record, for the DNS methods."""
    label = "_optout-challenge" if challenge.method is Method.DNS_TXT else "_optout-persist"
    return f"{label}.{challenge.target}"


def site_url(challenge: Challenge) -> str:
    """Return the URL of the file, or of the page that holds the tag. It names the challenge, not the token."""
    path = f".well-known/optout/{challenge.id}.txt" if challenge.method is Method.HTTP_FILE else ""
    return f"http://{challenge.target}/{path}"


def account_uri(challenge: Challenge, origin: str) -> str:
    """Return the URI that a lasting DNS record names."""
    return f"https://{origin}/acct/{challenge.party}"


def party_page(challenge: Challenge, origin: str) -> str:
    """Return the page that a profile links to."""
    return f"https://{origin}/@{challenge.party}"
