"""The operations about lists of works, one row each."""

from typing import Final

from registry.api import import_views as views
from registry.api.import_models import (
    AcceptBody,
    ImportAnswer,
    ImportBody,
    ImportsAnswer,
    PartAnswer,
    PartQuery,
    RowsAnswer,
    RowsQuery,
)
from registry.api.operations import TEXT, Access, Operation
from registry.api.response_models import DeletedAnswer
from registry.errors import ConflictError, NotFoundError, TooLargeError
from registry.http.weight import weigh_part
from registry.rate_limits import IMPORTS, WRITES

LISTS: Final = (
    Operation(
        "start_import", "POST", "/v1/imports", "Begin a list of works", views.start_import, ImportAnswer,
        units=60, status=201, body=ImportBody, access=Access.DECLARE, rate=WRITES,
        refusals=(ConflictError, NotFoundError, TooLargeError),
    ),
    Operation("imports", "GET", "/v1/imports", "List your lists of works", views.imports, ImportsAnswer, units=60,
              access=Access.READ),
    Operation("import", "GET", "/v1/imports/{id}", "Read how far a list is", views.read_import, ImportAnswer,
              units=30, access=Access.READ),
    Operation(
        "receive_part", "POST", "/v1/imports/{id}/parts", "Send the next bytes of a list", views.receive_part,
        PartAnswer, units=60, query=PartQuery, body=TEXT, weigh=weigh_part, access=Access.DECLARE, rate=IMPORTS,
        refusals=(ConflictError,),
    ),
    Operation("import_rows", "GET", "/v1/imports/{id}/rows", "Read what became of each row", views.import_rows,
              RowsAnswer, units=40, query=RowsQuery, access=Access.READ),
    Operation(
        "accept_import", "POST", "/v1/imports/{id}/accept", "Have a list declared", views.accept_import,
        ImportAnswer, units=60, body=AcceptBody, access=Access.DECLARE, rate=WRITES, refusals=(ConflictError,),
    ),
    Operation("discard_import", "POST", "/v1/imports/{id}/discard", "Forget a list", views.discard_import,
              DeletedAnswer, units=60, access=Access.DECLARE, rate=WRITES),
)  # fmt: skip
"""Who may call what, how often, and what it answers."""
