"""What a page is charged for: before anything is made of it, by its name, its bytes and whom it reaches."""

from collections.abc import Callable
from typing import Final

from flask import request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from registry import rate_limits
from registry.config import Limits
from registry.errors import RegistryError, TooLargeError, UnsupportedMediaTypeError
from registry.http.charges import charge
from registry.http.weight import BYTES_A_UNIT, weigh_form

FORM: Final = "application/x-www-form-urlencoded"

_UPLOADS: Final = {"web.start_import": "multipart/form-data", "web.receive_import": "application/octet-stream"}
"""Pages that take more than a form has, with how it comes."""

FETCHING: Final = {
    "web.check_proof": (rate_limits.CHECKS, rate_limits.PROOF),
    "web.check_operator": (rate_limits.CHECKS, rate_limits.CHECK),
    "web.add_operator": (rate_limits.CHECKS, rate_limits.CHECK),
    "web.report_on_site": (rate_limits.SITE_CHECKS, 1),
    "web.make_dispute": (rate_limits.DISPUTES, 1),
}
"""Pages that reach somebody else, with the rate that they are counted against besides, and how many times."""

_SHORT_ANSWERS: Final = (
    "web.speak",
    "web.choose_language",
    "web.sign_in",
    "web.sign_in_options",
    "web.sign_out",
    "web.access",
    "web.discard",
    "web.discard_import",
    "web.favicon",
    "web.robots",
    "web.rsl_of",
    "web.signature_keys",
    "web.tdm_policy_of",
)

_UNITS: Final = {
    **dict.fromkeys(_SHORT_ANSWERS, rate_limits.ANSWER),
    **dict.fromkeys(("web.delete_work", "web.merge_work"), rate_limits.ERASE),
}
"""What takes other units than a page: what mostly only sends on to one or is a line, and what removes for good.

What shows a page after all is charged afterwards for what it took beyond these units.
"""


def charge_page(limits: Limits, caller: str, account: Callable[[], str]) -> None:
    """Charge the request of a page to `caller`, an upload to the account that `account` tells.

    Raises RegistryError for what is too much, too large or no form, NotAuthenticatedError for an upload by nobody.
    """
    endpoint = request.endpoint or ""
    if endpoint == "web.static":
        return
    posted = request.method == "POST"
    charge().take(
        rate_limits.WRITES if posted else rate_limits.READS, caller, _UNITS.get(endpoint, rate_limits.PAGE)
    )
    if not posted:
        return
    if endpoint in _UPLOADS:
        _charge_upload(_UPLOADS[endpoint], limits.lookup_body_bytes, account)
    else:
        _charge_form(endpoint, limits.lookup_body_bytes, caller)


def _charge_form(endpoint: str, most: int, caller: str) -> None:
    try:
        units = weigh_form(_form())
    except (RegistryError, HTTPException) as error:
        _leave_unread()
        if isinstance(error, RequestEntityTooLarge):
            _read_to_give_back(most, caller)
        raise
    if endpoint in FETCHING:
        rate, times = FETCHING[endpoint]
        charge().take(rate, caller, times)
    charge().take(rate_limits.WRITES, caller, units)


def _charge_upload(kind: str, most: int, account: Callable[[], str]) -> None:
    """Charge for the bytes before they are looked at, to the account, which there must be."""
    try:
        who = account()
        if request.mimetype != kind:
            raise UnsupportedMediaTypeError("expected %(kind)s", kind=kind)
        size = request.content_length or most
        if size > most:
            raise TooLargeError("send a list in parts of at most %(most)s bytes", most=most)
        charge().take(rate_limits.IMPORTS, who, 1 + size // BYTES_A_UNIT)
    except RegistryError:
        _leave_unread()
        raise
    request.max_content_length = most


def _leave_unread() -> None:
    """Have what was refused stay unread: an error page asks for the form, too."""
    vars(request)["form"] = ImmutableMultiDict()


def _form() -> bytes:
    """Read the form as it was sent: before it is parsed, it is weighed."""
    if request.mimetype not in ("", FORM):
        raise UnsupportedMediaTypeError("expected a form as browsers send it, %(form)s", form=FORM)
    return request.get_data(cache=True, parse_form_data=False)


def _read_to_give_back(most: int, caller: str) -> None:
    """Read a form that is too large to be taken, so that its page gives back what was typed: at its full price."""
    if (request.content_length or most + 1) > most:
        return
    request.max_content_length = request.max_form_memory_size = most
    charge().take(rate_limits.WRITES, caller, weigh_form(_form()))
    del vars(request)["form"]
