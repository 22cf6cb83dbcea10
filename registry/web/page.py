"""What every page shares: the blueprint, the registry behind it, who is signed in, and how a page is rendered."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import format_date, format_datetime, format_decimal, to_user_timezone
from werkzeug.wrappers import Response

from crawler_filter.formats.record import rfc3339
from registry import rate_limits
from registry.errors import (
    FieldError,
    NotAuthenticatedError,
    RegistryError,
)
from registry.http.charges import charge
from registry.model.declaration import Actor
from registry.model.listing import Listing
from registry.model.membership import Right
from registry.model.role import Role
from registry.rate_limits import client_key
from registry.web import csrf, i18n
from registry.web.form_input import FieldProblem
from registry.web.headers import protect
from registry.web.page_charges import charge_page

if TYPE_CHECKING:
    from registry.instance import Registry

ASSET_SECONDS: Final = 31_536_000
_OF_A_FILE: Final = frozenset({200, 206, 304})
_STATIC: Final = Path(__file__).parent / "static"
SESSION: Final = "session"

blueprint = Blueprint(
    "web", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
)
blueprint.add_app_template_filter(rfc3339)
blueprint.add_app_template_global(i18n.gap)


class CrossSiteError(RegistryError):
    """Another site made the browser send this."""

    slug = "cross-site"
    title = "This was not sent from one of our pages"
    status = 403


class SignInAgainError(NotAuthenticatedError):
    """A session is too old for what is asked: that is for somebody who has just signed in."""

    slug = "sign-in-again"
    title = "Sign in again"


def registry() -> "Registry":
    """Return the open instance that the application serves."""
    return cast("Registry", current_app.extensions["registry"])


def now() -> int:
    """Return the present time in unix seconds."""
    return registry().clock()


def _cookie_name(name: str) -> str:
    """Return the name of one of our cookies. `__Host-` ties it to this host over HTTPS (RFC 6265bis §4.1.3.2)."""
    return name if registry().config.dev else f"__Host-{name}"


def set_cookie(response: Response, name: str, value: str, max_age: int) -> None:
    """Set a cookie that no script can read; SameSite=Lax because a mailed link must arrive with it."""
    response.set_cookie(
        _cookie_name(name),
        value,
        max_age=max_age,
        secure=not registry().config.dev,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def cookie(name: str) -> str | None:
    """Return what the browser holds in one of our cookies."""
    return request.cookies.get(_cookie_name(name))


def actor() -> Actor | None:
    """Return who is signed in, if anybody is. Looked up once a request."""
    if "actor" not in g:
        secret = cookie(SESSION)
        g.actor = registry().accounts.actor_for_session(secret) if secret else None
    return cast("Actor | None", g.actor)


def require_actor() -> Actor:
    """Return who is signed in. Raises NotAuthenticatedError, which sends the person to sign in and back."""
    found = actor()
    if found is None:
        raise NotAuthenticatedError("this page is for people who are signed in")
    return found


def require_recent_actor() -> Actor:
    """Return who has just signed in. Raises NotAuthenticatedError, or SignInAgainError for an older session."""
    found = require_actor()
    if not registry().accounts.is_recent(cookie(SESSION) or ""):
        raise SignInAgainError("only somebody who has just signed in may do this")
    return found


def role() -> Role | None:
    """Return the role of whoever is signed in, None where there is none."""
    if "role" not in g:
        signed_in = actor()
        g.role = None if signed_in is None else registry().roles.of(signed_in)
    return cast("Role | None", g.role)


def acts_for(actor: Actor, party: str) -> bool:
    """Tell whether an account acts for a party, and so may change what it declared."""
    return registry().parties.may(actor, party, Right.DECLARE)


def client() -> str:
    """Return the address the request came from, as far as trusted proxies tell."""
    return request.remote_addr or ""


def caller() -> str:
    """Return what of the client's address counts as one caller."""
    return client_key(client())


def render(template: str, problems: Sequence[FieldProblem] = (), status: int = 200, **values: object) -> Response:
    """Render a page; with problems it answers 422 and says so in its title."""
    html = render_template(template, problems=problems, **values)
    response = make_response(html, 422 if problems and status == 200 else status)
    response.headers["Content-Language"] = i18n.language()
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


def remember(response: Response, language: str) -> None:
    """Have the browser keep the language that was chosen."""
    i18n.remember(response, language, secure=not registry().config.dev)


def redirect_to(endpoint: str, **values: Any) -> Response:  # noqa: ANN401 - whatever the address takes
    """Send the browser on after something was done (303, so that a reload repeats nothing)."""
    return redirect(url_for(f"web.{endpoint}", **values), 303)


def redirect_to_path(path: str) -> Response:
    """Send the browser on to a path that `local_path` passed."""
    return redirect(path, 303)


def problems_of(error: RegistryError, names: dict[str, str]) -> tuple[FieldProblem, ...]:
    """Return what the domain refused as problems of form fields.

    `names` maps the beginning of a JSON Pointer to the field that holds it; what has none belongs to the page.
    """
    errors = error.errors or (FieldError("", error.detail),)
    return tuple(FieldProblem(_field(each.pointer, names), i18n.sentence(each.detail)) for each in errors)


def following_url(listing: Listing[Any], **kept: str) -> str | None:
    """Return the address of the next page of a list, or None on its last."""
    if listing.following is None:
        return None
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **kept, "after": listing.following})


def local_path(target: str) -> str | None:
    """Return `target` if it is a path on this site, else None: a link of ours never leads anywhere else."""
    is_path = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if is_path else None


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a static file, which changes with its content so that it may be cached for ever."""
    return url_for("web.static", filename=name, v=_fingerprint(name))


@blueprint.before_request
def _refuse_other_sites() -> None:
    hosts = frozenset({registry().config.origin, request.host})
    reason = csrf.refusal(
        request.method, request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin"), hosts
    )
    if reason is not None:
        raise CrossSiteError("The request was refused: %(reason)s.", reason=reason)


@blueprint.before_request
def _charge() -> None:
    charge_page(registry().config.limits, caller(), lambda: require_actor().account)


def count_rows(listing: Listing[Any]) -> None:
    """Charge for the rows of a page that looks at each of them by itself."""
    charge().take(rate_limits.READS, caller(), rate_limits.ROW * len(listing.rows))


@blueprint.before_request
def _keep_language() -> None:
    """Keep the language that a button asked for; what was refused by now keeps nothing."""
    if (language := i18n.asked()) is None:
        return
    g.chosen_language = language
    if (signed_in := actor()) is not None:
        registry().accounts.choose_language(signed_in, language)


@blueprint.after_request
def _protect(response: Response) -> Response:
    if "chosen_language" in g:
        remember(response, g.chosen_language)
    if request.endpoint == "web.static" and response.status_code in _OF_A_FILE:
        response.headers["Cache-Control"] = f"public, max-age={ASSET_SECONDS}, immutable"
        return protect(response, cacheable=True)
    return protect(response)


@blueprint.app_context_processor
def _shared() -> dict[str, Any]:
    return {
        "asset": asset,
        "actor": actor(),
        "role": role(),
        "contact": registry().config.contact,
        "language": i18n.language(),
        "languages": [(str(locale), locale.get_display_name()) for locale in i18n.languages()],
        "here": here(),
        "answers_form": request.method == "POST" and bool(request.referrer),
        "in_language": _in_language,
        "public_url": registry().config.public_url,
    }


def here() -> str:
    """Return the path that shows this page again, without the language.

    For the answer to a POST this is the page that the form was on.
    """
    shown = request.full_path
    if request.url_rule is not None and "GET" not in (request.url_rule.methods or ()):
        shown = (request.referrer or "").removeprefix(registry().config.public_url)
    path, _mark, query = (local_path(shown) or "/").partition("?")
    asked = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in asked if name != i18n.LANGUAGE_PARAMETER]
    return f"{path}?{urlencode(kept)}" if kept else path


def _in_language(language: str) -> str:
    """Return the address of this page in one language, for those who share or index it."""
    shown = here()
    mark = "&" if "?" in shown else "?"
    return f"{registry().config.public_url}{shown}{mark}{i18n.LANGUAGE_PARAMETER}={language}"


@blueprint.app_template_filter("in_words")
def in_words(unix: int) -> str:
    """Return unix seconds as a person of the page's language writes a time, with its zone."""
    return str(format_datetime(datetime.fromtimestamp(unix, UTC), "long"))


@blueprint.app_template_filter("number")
def number_in_words(number: int) -> str:
    """Return a number with the separators of the page's language."""
    return str(format_decimal(number))


def day_in_words(unix: int) -> str:
    """Return the day of unix seconds as a person of the page's language writes it."""
    return str(format_date(to_user_timezone(datetime.fromtimestamp(unix, UTC)), "long"))


def iso_day(unix: int) -> str:
    """Return the day of unix seconds in UTC as forms take it, such as 2027-03-31."""
    return datetime.fromtimestamp(unix, UTC).date().isoformat()


def _field(pointer: str, names: dict[str, str]) -> str:
    return next((name for prefix, name in names.items() if pointer.startswith(prefix)), "")
