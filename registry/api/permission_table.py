"""The operations about operators and grants, one row each."""

from typing import Final

from registry.api import permission_views as views
from registry.api.operations import Access, Operation
from registry.api.permission_models import (
    AfterQuery,
    OperatorAnswer,
    OperatorBody,
    OperatorsAnswer,
    PartyProofAnswer,
    PartyProofBody,
)
from registry.api.response_models import ChallengeAnswer
from registry.errors import ConflictError, InvalidRequestError, NotFoundError, ProofMissingError
from registry.net import FetchError
from registry.rate_limits import CHECK, CHECKS, WRITES

PERMISSIONS: Final = (
    Operation(
        "request_party_proof", "POST", "/v1/parties/{id}/proofs", "Ask how a party proves control",
        views.request_party_proof, ChallengeAnswer, units=40, status=201, body=PartyProofBody,
        access=Access.DECLARE, rate=WRITES,
    ),
    Operation(
        "check_party_proof", "POST", "/v1/parties/{id}/proofs/{challenge}/check",
        "Have a party's proof looked for now", views.check_party_proof, PartyProofAnswer, units=CHECK,
        access=Access.DECLARE, rate=CHECKS, refusals=(FetchError, ProofMissingError, InvalidRequestError),
    ),
    Operation(
        "add_operator", "POST", "/v1/operators", "Add an operator by the address of its agent card",
        views.add_operator, OperatorAnswer, units=CHECK, status=201, body=OperatorBody, access=Access.DECLARE,
        rate=WRITES, refusals=(ConflictError, NotFoundError),
    ),
    Operation("operators", "GET", "/v1/operators", "List operators", views.operators, OperatorsAnswer,
              query=AfterQuery, units=60, max_age=60),
    Operation("operator", "GET", "/v1/operators/{id}", "Read an operator", views.operator, OperatorAnswer,
              max_age=60),
    Operation(
        "check_operator", "POST", "/v1/operators/{id}/check", "Have an operator's card read now",
        views.check_operator, OperatorAnswer, units=CHECK, access=Access.DECLARE, rate=CHECKS,
    ),
)  # fmt: skip
"""Who may call what, how often, and what it answers."""
