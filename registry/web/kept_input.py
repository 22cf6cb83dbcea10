"""What was typed into a form that was refused, so that the page of the refusal can give it back.

Nothing that somebody typed is lost because we say no. What may pass later is kept to be sent again as it is; what
has to be changed first, or has nowhere to go any more, is shown to be changed or copied.
"""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import request
from werkzeug.exceptions import HTTPException

from registry.errors import RegistryError

_LATER: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS})
"""Statuses after which the same form may pass, as after those of our own failures."""

_NOWHERE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.METHOD_NOT_ALLOWED})
"""Statuses after which the form has nowhere to go."""

_CHOSEN: Final = re.compile(r"[A-Za-z0-9-]{0,40}")
"""A value that was chosen or put there by the page, a number or a word of the form, and not typed as a text."""


@dataclass(frozen=True, slots=True)
class KeptInput:
    """The fields of a refused form: `texts` are shown, `rest` goes along. `again`: it can be sent again."""

    texts: tuple[tuple[str, str], ...] = ()
    rest: tuple[tuple[str, str], ...] = ()
    again: bool = False

    def __bool__(self) -> bool:
        """Tell whether anything is kept."""
        return bool(self.texts or self.rest)


def kept_input(refusal: RegistryError, form_type: str) -> KeptInput:
    """Return what was typed into the form that was refused; never what another site sent."""
    if request.method != "POST" or refusal.slug == "cross-site" or request.mimetype != form_type:
        return KeptInput()
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if value]
    except HTTPException:
        return KeptInput()  # it cannot be read, or would cost too much
    if refusal.status in _LATER or refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return KeptInput(rest=tuple(fields), again=True)
    texts = tuple(each for each in fields if not _CHOSEN.fullmatch(each[1]))
    if refusal.status in _NOWHERE:
        return KeptInput(texts)
    rest = tuple(each for each in fields if each not in texts)
    return KeptInput(texts, rest, again=True) if texts else KeptInput()
