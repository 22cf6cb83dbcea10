"""Shapes of requests and answers about operators and what they are granted."""

from typing import Annotated

from pydantic import Field

from registry.api.request_models import Address, Id, Request
from registry.api.response_models import Shape, Time
from registry.control.challenges import Method
from registry.model.operator import OperatorState


class PartyProofBody(Request):
    """The way in which a party shall prove control of `target`, without a declaration."""

    method: Method
    target: Address


class OperatorBody(Request):
    """An operator: the party that it is, and the address of its signature agent card."""

    party: Id
    client_id: Annotated[
        str, Field(min_length=1, max_length=500, examples=["https://bots.example/.well-known/agent-card"])
    ]


class AfterQuery(Request):
    """The number after which a page of a list begins."""

    after: Id | None = None


class PartyProofAnswer(Shape):
    """A proof that was found."""

    party: Id
    method: Method
    target: str
    found: Time


class CardAnswer(Shape):
    """A signature agent card, in the words of its draft. Nothing of it is proved."""

    client_id: str
    client_name: str | None
    client_uri: str | None
    contacts: list[str]
    product_token: Annotated[str | None, Field(alias="rfc9309-product-token")]
    compliance: Annotated[bool, Field(alias="rfc9309-compliance")]
    purpose: str | None
    trigger: str | None


class KeyAnswer(Shape):
    """One Ed25519 key: its RFC 7638 thumbprint, and `x` as in its JWK.

    `until` is when it ends, once the card no longer shows it.
    """

    thumbprint: str
    x: str
    first_seen: Time
    last_seen: Time
    until: Time | None


class OperatorAnswer(Shape):
    """An operator. `problem` says in English what was wrong at the last look at its card, if anything."""

    id: Id
    party: Id
    client_id: str
    state: OperatorState
    proved: bool
    card: CardAnswer | None
    keys: list[KeyAnswer]
    created: Time
    read: Time | None
    problem: str | None


class OperatorsAnswer(Shape):
    """A page of the operators whose card was read."""

    operators: list[OperatorAnswer]
