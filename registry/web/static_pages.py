"""The pages anybody reads: the start page, checking an address, how to verify, privacy, accessibility."""

import re
from collections.abc import Iterator
from dataclasses import replace

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.errors import DataError
from crawler_filter.preference import Usage
from registry.errors import NotFoundError, RegistryError
from registry.model.party import AUTHORITY_STATEMENT
from registry.web import labels, page
from registry.web.form_input import FieldProblem
from registry.web.lookup_page import Explanation, explain, look_up, read_asset
from registry.web.page import blueprint
from registry.web.search_pages import page_of_number


@blueprint.get("/")
def home() -> Response:
    """Say what this is for."""
    return page.render("home.html")


@blueprint.get("/check")
def check() -> Response:
    """Look an address, digest or number up and explain the answer."""
    typed = request.args.get("asset") or request.args.get("url") or ""
    usage = Usage(request.args["usage"]) if request.args.get("usage") in set(Usage) else Usage.TRAIN_AI
    if "asset" not in request.args and "url" not in request.args:
        return _check(typed, usage)
    if (direct := page_of_number(typed)) is not None:
        return page.redirect_to_path(direct)
    try:
        asset = replace(read_asset(typed), sha256=_sha256())
    except DataError:
        problem = FieldProblem(
            "asset", _("Enter a web address such as example.com/art/1.png, a digest, or an ISBN, DOI or EIDR")
        )
        return _check(typed, usage, problems=(problem,))
    return _check(typed, usage, explain(asset, look_up(asset, usage)))


@blueprint.get("/verify")
def verify() -> Response:
    """Say how a record is verified without trusting this site."""
    return page.render("verify.html")


@blueprint.get("/privacy")
def privacy() -> Response:
    """Say what is kept about people."""
    return page.render("privacy.html")


@blueprint.get("/accessibility")
def accessibility() -> Response:
    """Say for whom these pages work, and where they do not."""
    return page.render("accessibility.html")


@blueprint.get("/authority")
def authority() -> Response:
    """Show the statement of authority that a declaring party accepts."""
    return page.render("authority.html", version=AUTHORITY_STATEMENT)


@blueprint.get("/problems/<slug>")
def problem(slug: str) -> Response:
    """Say what a problem type of the API means, at the address that its answers name."""
    kind = next((each for each in _problem_types(RegistryError) if each.slug == slug), None)
    if kind is None:
        raise NotFoundError("there is no such problem type")
    meaning = " ".join((kind.__doc__ or "").partition("\n\n")[0].split())
    # both are extracted from the classes
    return page.render("problem.html", kind=kind, title=_(kind.title), meaning=_(meaning))


def _sha256() -> str | None:
    """Return the digest that is sent beside a picture's fingerprint."""
    digest = request.args.get("sha256", "").lower()
    return digest if re.fullmatch(r"[0-9a-f]{64}", digest) else None


def _problem_types(base: type[RegistryError]) -> Iterator[type[RegistryError]]:
    yield base
    for each in base.__subclasses__():
        yield from _problem_types(each)


def _check(
    typed: str, usage: Usage, answer: Explanation | None = None, problems: tuple[FieldProblem, ...] = ()
) -> Response:
    return page.render(
        "check.html",
        problems,
        asset_typed=typed,
        usage=labels.usage_words(usage),
        usages=labels.usages(),
        answer=answer,
    )
