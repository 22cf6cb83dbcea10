"""The choice of a language: by a link for whoever is not signed in, else by a button.

A link changes nothing but a cookie of the browser. A button sends a form: what it chooses is kept with the
account, and where it belongs to a form with something in it, the page is shown again with that.
"""

from http import HTTPStatus
from io import BytesIO

from flask import current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from registry.errors import NotAuthenticatedError, NotFoundError, RegistryError, UnavailableError
from registry.web import i18n, page
from registry.web.filled_form import filled
from registry.web.page import blueprint


@blueprint.get("/language/<language>")
def speak(language: str) -> Response:
    """Have the browser keep the language of the pages."""
    response = page.redirect_to_path(_next())
    if language in {str(locale) for locale in i18n.languages()}:
        page.remember(response, language)
    return response


@blueprint.post("/language")
def choose_language() -> Response:
    """Keep the language that was chosen, and show the page again with what was typed into one of its forms.

    The choice itself is read, and kept, as that of any form that is shown again in another language.
    """
    typed = MultiDict(each for each in request.form.items(multi=True) if each[0] != i18n.LANGUAGE_FIELD)
    if not any(typed.values()):
        return page.redirect_to_path(_next())
    shown = _page_at(_next())
    again = _filled(shown, typed) if shown.status_code == HTTPStatus.OK and shown.mimetype == "text/html" else None
    if again is None:
        raise _refusal(shown)
    shown.set_data(again)
    return shown


def _filled(shown: Response, typed: MultiDict[str, str]) -> str | None:
    return filled(shown.get_data(as_text=True), request.args.get("form", ""), typed, _next())


def _refusal(shown: Response) -> RegistryError:
    """Return why nothing can be filled in. The page that says so gives back what was typed."""
    if shown.status_code == HTTPStatus.SEE_OTHER:
        return NotAuthenticatedError("this page is for people who are signed in")
    wait = shown.headers.get("Retry-After", type=int)
    return (
        NotFoundError("there is no such form") if wait is None else UnavailableError("not now", retry_after=wait)
    )


def _next() -> str:
    return page.local_path(request.args.get("next", "")) or "/"


def _page_at(address: str) -> Response:
    """Return what this browser gets at an address of ours, in the language that was chosen."""
    path, _mark, query = address.partition("?")
    chosen = f"{i18n.LANGUAGE_PARAMETER}={i18n.language()}"
    environment = {name: value for name, value in request.environ.items() if not name.startswith("werkzeug.")}
    environment |= {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": f"{query}&{chosen}" if query else chosen,
    }
    environment |= {"CONTENT_LENGTH": "0", "wsgi.input": BytesIO()}
    with current_app.request_context(environment):
        return current_app.full_dispatch_request()
