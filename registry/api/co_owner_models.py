"""Shapes of requests and answers about co-owners of a declaration."""

from typing import Annotated

from pydantic import Field

from registry.api.request_models import Id, Request
from registry.api.response_models import Shape, Time


class CoOwnerBody(Request):
    """The party that is asked to confirm a declaration."""

    party: Id


class ConfirmBody(Request):
    """A consent to stand behind a declaration."""

    licensing: Annotated[
        bool, Field(description="Whether the declaring party may grant permissions for this one too")
    ]


class AskedAnswer(Shape):
    """A party that was asked to confirm a declaration. `leaf` and `confirmed` are null until it does.

    `agreed` tells whether it agrees to the change that is announced.
    """

    party: Id
    asked: Time
    leaf: int | None
    confirmed: Time | None
    licensing: bool
    agreed: bool


class AskedOnesAnswer(Shape):
    """The parties that were asked to confirm a declaration, as far as that concerns the caller."""

    co_owners: list[AskedAnswer]
