"""Error pages: what happened, in words, what to do next, and the number to quote. Never a traceback."""

from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Final

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from registry.errors import NotAuthenticatedError, RegistryError
from registry.http.observability import request_id
from registry.http.problems import as_refusal
from registry.model.durations import HOUR
from registry.web import i18n, page
from registry.web.headers import protect
from registry.web.kept_input import kept_input
from registry.web.page_charges import FORM

_TELLING: Final = frozenset({400, 403, 409, 422})
"""Statuses whose detail says something that the page's own sentence does not."""


_SAID: Final = frozenset({"other-browser", "suspended"})
"""Refusals of which the page's own sentence says all that the reader needs."""


@dataclass(frozen=True, slots=True)
class WayOn:
    """The way on from an error page."""

    url: str
    words: str


def error_page(error: Exception) -> Response:
    """Return the page for a request that failed with `error`; an unknown one is logged and tells nothing."""
    if isinstance(error, NotAuthenticatedError) and request.method in ("GET", "HEAD"):
        return page.redirect_to("sign_in", next=request.full_path.rstrip("?"), again=_again(error))
    refusal = as_refusal(error)
    title, sentence = _words(refusal)
    sentences = [sentence] if sentence else []
    if refusal.status in _TELLING and refusal.slug not in _SAID:
        sentences += [i18n.sentence(refusal.detail), *(i18n.sentence(each.detail) for each in refusal.errors)]
    if refusal.retry_after is not None:
        sentences.append(_wait(refusal.retry_after))
    kept = kept_input(refusal, FORM)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        following = None if kept else page.here()  # what is kept is sent again from here
        way_on = WayOn(url_for("web.sign_in", next=following, again=_again(error)), _("Sign in"))
    else:
        way_on = WayOn(url_for("web.home"), _("To the start page"))
    response = page.render(
        "error.html",
        status=refusal.status,
        title=title,
        sentences=sentences,
        request_id=request_id.get() if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "",
        way_on=way_on,
        kept=kept,
        ended=refusal.status == HTTPStatus.UNAUTHORIZED,
        again=request.full_path.rstrip("?"),
    )
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return protect(response)


def _again(error: Exception) -> str | None:
    """Return what tells the page to sign in that whoever comes is signed in already."""
    return "yes" if isinstance(error, page.SignInAgainError) else None


def _wait(seconds: int) -> str:
    """Return when to try again, in the largest unit that says it; never too early."""
    minutes, hours = ceil(seconds / 60), ceil(seconds / HOUR)
    if seconds < 2 * 60:
        return str(ngettext("Try again in %(num)s second.", "Try again in %(num)s seconds.", seconds))
    if seconds < 2 * HOUR:
        return str(ngettext("Try again in about %(num)s minute.", "Try again in about %(num)s minutes.", minutes))
    return str(ngettext("Try again in about %(num)s hour.", "Try again in about %(num)s hours.", hours))


def _words(error: RegistryError) -> tuple[str, str]:
    kinds = {
        "not-found": (
            _("Page not found"),
            _("There is nothing at this address, or it is not yours to see. Check that the link is whole."),
        ),
        "gone": (
            _("This link no longer works"),
            _("It was used already, has expired, or what it led to was erased."),
        ),
        "other-browser": (
            _("Open the link in the other browser"),
            _("It works only in the browser in which you asked for it. Copy its address and open it there."),
        ),
        "rate-limited": (_("That was too much at once"), _("Please wait a little. Nothing you typed is lost.")),
        "unavailable": (_("Not available right now"), _("Nothing you did is wrong. Please try again later.")),
        "internal": (_("Something went wrong on our side"), _("It is not your fault. We have a record of it.")),
        "cross-site": (
            _("This did not come from one of our pages"),
            _("Go back to the page where you pressed the button, load it again and press it once more."),
        ),
        "not-authenticated": (_("Sign in first"), _("This page is for people who are signed in.")),
        "sign-in-again": (
            _("Confirm that it is you"),
            _("Only somebody who has just signed in may change how the account is entered. Sign in again."),
        ),
        "not-authorised": (_("You may not do that"), _("You are signed in, and this belongs to somebody else.")),
        "suspended": (
            _("Your account is suspended"),
            _(
                "You can read, withdraw what you declared, answer disputes and delete your account. You cannot "
                "declare or change anything. Our letter says why."
            ),
        ),
        "too-large": (_("That is too much for one page"), _("Send less at a time, or use the API.")),
        "method-not-allowed": (
            _("This page does not open directly. Go back to the page before it and use the button there."),
            "",
        ),
    }
    unknown = (
        kinds["unavailable"] if error.status == HTTPStatus.SERVICE_UNAVAILABLE else (_("This cannot be done"), "")
    )
    return kinds.get(error.slug, unknown)
