"""The page on which publishers have their site checked. A check is asked for by a button, never by a link."""

import re
from typing import Final

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.errors import InvalidUrlError
from registry.site_checks import SiteNotReachedError
from registry.web import i18n, page
from registry.web.form_input import FieldProblem, ordinary_address
from registry.web.page import blueprint
from registry.web.site_report import SiteReport, in_words

_MAX_TYPED: Final = 2000
_NUMBER: Final = re.compile(r"[a-z2-7]{26}")


@blueprint.get("/check-site")
def check_site() -> Response:
    """Ask which site to check."""
    return _page(request.args.get("site", "")[:_MAX_TYPED])


@blueprint.post("/check-site")
def report_on_site() -> Response:
    """Check a site and show what was found."""
    typed = request.form.get("site", "").strip()[:_MAX_TYPED]
    if i18n.asked():
        return _page(typed)
    address = ordinary_address(typed)
    try:
        report = page.registry().site_checks.check(address, page.caller())
    except InvalidUrlError:
        return _page(typed, problem=_("Enter the address of a page, such as example.com"))
    except SiteNotReachedError as error:
        return _page(typed, problem=_("The site could not be read: %(why)s", why=i18n.said(error.sentence)))
    return _page(typed, report=in_words(report))


def _page(typed: str, *, report: SiteReport | None = None, problem: str = "") -> Response:
    problems = (FieldProblem("site", problem),) if problem else ()
    number = request.form.get("declaration", "")
    back = url_for("web.site", number=number) if _NUMBER.fullmatch(number) else ""
    return page.render("check_site.html", problems, typed=typed, report=report, number=number, back=back)
