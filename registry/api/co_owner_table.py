"""The operations about co-owners of a declaration, one row each."""

from typing import Final

from registry.api import co_owner_views as views
from registry.api.co_owner_models import AskedOnesAnswer, ConfirmBody, CoOwnerBody
from registry.api.operations import Access, Operation
from registry.errors import ConflictError, GoneError
from registry.rate_limits import WRITES

CO_OWNERS: Final = (
    Operation("co_owners", "GET", "/v1/declarations/{id}/co-owners", "List who was asked to confirm a declaration",
              views.asked, AskedOnesAnswer, units=30, access=Access.READ, refusals=(GoneError,)),
    Operation(
        "ask_co_owner", "POST", "/v1/declarations/{id}/co-owners", "Ask a party to confirm a declaration",
        views.ask, AskedOnesAnswer, units=60, status=201, body=CoOwnerBody, access=Access.DECLARE, rate=WRITES,
        refusals=(ConflictError, GoneError),
    ),
    Operation(
        "confirm_co_owner", "POST", "/v1/declarations/{id}/co-owners/{party}/confirm",
        "Confirm that a declaration is yours too", views.confirm, AskedOnesAnswer, units=60, body=ConfirmBody,
        access=Access.DECLARE, rate=WRITES, refusals=(ConflictError, GoneError),
    ),
    Operation(
        "agree_to_change", "POST", "/v1/declarations/{id}/co-owners/{party}/agree",
        "Agree to the change that is announced", views.agree, AskedOnesAnswer, units=60, access=Access.DECLARE,
        rate=WRITES, refusals=(ConflictError, GoneError),
    ),
    Operation(
        "leave_co_owners", "POST", "/v1/declarations/{id}/co-owners/{party}/leave",
        "Decline or leave a declaration, or take a question back", views.leave, AskedOnesAnswer, units=60,
        access=Access.DECLARE, rate=WRITES, refusals=(GoneError,),
    ),
)  # fmt: skip
"""Who may call what about co-owners."""
