"""How an operator is named on a page: what its card says, and beside it what was proved."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from registry.control.agent_cards import host_of
from registry.model.operator import Operator
from registry.web import page
from registry.web.labels import Badge


@dataclass(frozen=True, slots=True)
class OperatorWords:
    """An operator as a page names it: what its card says, and what was checked of that."""

    id: str
    title: str
    url: str
    badge: Badge
    client_id: str
    purpose: str
    token: str
    site: str
    contacts: tuple[str, ...]
    keys: tuple[str, ...]


def operator_words(operator: Operator) -> OperatorWords:
    """Return an operator in words. Its name is as it wrote it; the host is what was proved."""
    host, card = host_of(operator.client_id) or operator.client_id, operator.card
    return OperatorWords(
        operator.id,
        (card.name if card else None) or host,
        url_for("web.operator", number=operator.id),
        Badge(_("controls %(places)s", places=host), "good")
        if operator.proved
        else Badge(_("domain not proved"), "quiet"),
        operator.client_id,
        (card.purpose if card else None) or "",
        (card.product_token if card else None) or "",
        (card.uri if card else None) or "",
        card.contacts if card else (),
        tuple(key.thumbprint for key in operator.live_keys(page.now())),
    )
