"""What programs look for at fixed places: robots.txt, security.txt, the sitemap, the icon; and badges."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Final

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.formats.jwk import encode_base64url, thumbprint
from registry.errors import GoneError, NotFoundError
from registry.model.durations import DAY
from registry.web import i18n, page
from registry.web.declaration_states import badge_of, has_proved
from registry.web.page import blueprint

_DAY: Final = "public, max-age=86400"
_HOUR: Final = "public, max-age=3600"
_KEY_SET: Final = "application/http-message-signatures-directory+json"
_EXPIRES: Final = 180 * DAY
_PRIVATE: Final = (
    *(
        "/account",
        "/declare",
        "/declarations",
        "/desk",
        "/dispute/",
        "/invitation/",
        "/keep-address/",
        "/sign-in",
        "/stop/",
    ),
)
_PUBLIC: Final = (
    *("home", "check", "search", "check_site", "about", "governance", "terms", "stats", "status", "verify"),
    *("developers", "ai_companies", "privacy", "accessibility", "authority", "territory_table"),
)
_BADGE_SECONDS: Final = 300
_LETTER: Final = 6.6
_WIDE: Final = 11.5
_PADDING: Final = 9


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Let every crawler read what is public, and say where the list of pages is."""
    shut = "".join(f"Disallow: {path}\n" for path in _PRIVATE)
    sitemap = f"{page.registry().config.public_url}{url_for('web.sitemap')}"
    return _plain(f"User-agent: *\n{shut}Allow: /\n\nSitemap: {sitemap}\n")


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """Say to whom a weakness is reported (RFC 9116). Without an address there is nothing to say."""
    config = page.registry().config
    if not config.contact:
        raise NotFoundError("this registry names no address for reports")
    expires = datetime.fromtimestamp(page.now() + _EXPIRES, UTC).strftime("%Y-%m-%dT00:00:00Z")
    languages = ", ".join(str(locale) for locale in i18n.languages())
    return _plain(
        f"Contact: mailto:{config.contact}\nExpires: {expires}\nPreferred-Languages: {languages}\n"
        f"Canonical: {config.public_url}/.well-known/security.txt\n"
    )


@blueprint.get("/.well-known/http-message-signatures-directory")
def signature_keys() -> Response:
    """Show the key that events are signed with. Whoever syncs has it from the root note, and believes that."""
    raw = page.registry().publisher.keys.snapshot.verifier.public_key
    key = {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(raw), "kid": thumbprint(raw), "use": "sig"}
    return _cached(Response(json.dumps({"keys": [key]}), mimetype=_KEY_SET), _HOUR)


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List the pages that say something to everybody, in each language."""
    here = page.registry().config.public_url
    paths = [url_for(f"web.{name}") for name in _PUBLIC]
    codes = [str(locale) for locale in i18n.languages()]
    text = render_template("sitemap.xml", here=here, paths=paths, codes=codes)
    return _cached(Response(text, mimetype="application/xml"), _DAY)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Lead to the icon, for browsers that ask for the old name."""
    return page.redirect_to_path(page.asset("icon.svg"))


@blueprint.get("/d/<number>/badge.svg")
def badge(number: str) -> Response:
    """Draw the badge of a declaration, to be shown on other sites: the mark of this registry and its state."""
    try:
        declaration = page.registry().declarations.visible(number, None)
    except GoneError as error:
        raise NotFoundError("an erased declaration has no badge") from error
    state = badge_of(declaration, proved=has_proved(declaration))
    name = _("AI training: opt-out")
    left, right = _wide(name), _wide(state.words)
    text = render_template("badge.svg", name=name, state=state, left=left, right=right)
    response = Response(text, mimetype="image/svg+xml")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    return _cached(response, f"public, max-age={_BADGE_SECONDS}").make_conditional(request)


def _wide(text: str) -> int:
    """Return the room that a text takes in the badge, in pixels."""
    return round(sum(_WIDE if ord(each) > 0x2E7F else _LETTER for each in text) + 2 * _PADDING)


def _plain(text: str) -> Response:
    return _cached(Response(text, mimetype="text/plain"), _DAY)


def _cached(response: Response, how: str) -> Response:
    response.headers["Cache-Control"] = how
    return response
